"""Passages -> Clips: paragraphs that are cut out of a recording, each of them only once.

What was cut is kept in the store under its content, as the speech of engines is. A paragraph that
the recording lacks is said by another voice, which is made as loud as what is cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from podcast.engines import Cutter
from podcast.engines.cached import find_speeches, write_speeches
from podcast.files.keys import content_key
from podcast.files.store import Store
from podcast.model import RATE, Audio, Clip, Passage, Speech
from podcast.sound.cut import CUT_LUFS, louder
from podcast.sound.master import loudness, measure


def cut_ahead(passages: Sequence[Passage], cutter: Cutter, store: Store) -> Iterator[Passage]:
    """Let the store have all passages; yields each that was not there, once it is.

    Raises SpeechFailed if the recording cannot be read, and WriteError.
    """
    wanted = {_key(each, cutter): each for each in passages if each.cuts}
    missing = [each for key, each in wanted.items() if find_speeches(store, key) is None]
    for passage, sound, room in cutter.cut(missing):
        write_speeches(store, _key(passage, cutter), (Speech(sound, ()), Speech(room, ())))
        yield passage


def cut_clip(passage: Passage, voice: str, cutter: Cutter, store: Store) -> tuple[Clip, ...]:
    """The clip of a passage for the role `voice`; there is none of a paragraph without words.

    Raises SpeechFailed if the store lacks it and the recording cannot be read, and WriteError.
    """
    if not passage.cuts:
        return ()
    found = find_speeches(store, _key(passage, cutter))
    if found is None or len(found) != 2:
        list(cut_ahead([passage], cutter, store))
        found = find_speeches(store, _key(passage, cutter))
    assert found
    sound, room = (speech.audio for speech in found)
    return (Clip(sound, passage.words, voice, room),)


def _key(passage: Passage, cutter: Cutter) -> str:
    return content_key("cut 1", cutter.version, cutter.rate, passage.sound)


def as_loud(clips: Sequence[Clip]) -> tuple[Clip, ...]:
    """The clips of a paragraph, made as loud as paragraphs that are cut."""
    sounds = [np.frombuffer(clip.audio.pcm, "<i2") for clip in clips]
    heard = loudness((measure(sound, RATE)[0] for sound in sounds), RATE)
    gain = CUT_LUFS - heard if np.isfinite(heard) else 0.0
    return tuple(
        replace(
            clip,
            audio=Audio(louder(sound.astype(np.float32), gain).astype("<i2").tobytes(), RATE),
        )
        for sound, clip in zip(sounds, clips, strict=True)
    )
