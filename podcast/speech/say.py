"""Text -> a .wav file, to try a voice; and the list of voices there are."""

from __future__ import annotations

import wave
from pathlib import Path

from podcast import engines
from podcast.errors import SpeechFailed
from podcast.files.store import Store
from podcast.files.whole import replacing
from podcast.model import RATE, Paragraph, Voice
from podcast.speech.cast import Cast, identified, read_roles, voice_of
from podcast.speech.fetch import reliable
from podcast.speech.speak import speak

PAUSE = bytes(2 * RATE // 3)  # between sentences


def say(text: str, path: Path, role: str, cast: Cast, store: Store) -> None:
    """Write `text`, as a role of the cast says it, to a .wav file.

    Raises SpeechFailed where there is nothing to say, VoiceError where nobody plays the role.
    """
    pcm = spoken(text, voice_of(identified(cast), role), store)
    if not pcm:
        raise SpeechFailed(f"there is nothing to say in {text[:40]!r}; give some words")
    with replacing(path) as part, part.open("wb") as raw, wave.open(raw, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)


def spoken(text: str, voice: Voice, store: Store) -> bytes:
    """What a voice says of a text: 16-bit samples at RATE, a pause between sentences.

    It is empty where there is nothing to say. `voice` is one that `identified` has named.
    """
    engine = reliable(engines.load(voice.engine), store)
    clips = speak(Paragraph(" ".join(text.split()), voice.role), engine, voice, RATE)
    return PAUSE.join(clip.audio.pcm for clip in clips)


def voices_text(folder: Path) -> str:
    """A line for each voice of each role, then the engines that are installed.

    The first voice of a role whose engine speaks is the one it gets.
    """
    voices = [voice for listed in read_roles(folder).values() for voice in listed]
    rows = [f"{voice.role:10} {voice.engine:8} {voice.id:24} {_about(voice)}" for voice in voices]
    rows.append(f"engines: {', '.join(engines.offered())}")
    return "\n".join(map(str.rstrip, rows)) + "\n"


def _about(voice: Voice) -> str:
    """Language and licence of a voice, and how it is set."""
    told = [voice.language, voice.licence]
    told += [f"{name} {value:g}" for name, value in _set(voice).items()]
    told += [] if voice.engine in engines.offered() else ["(engine not installed)"]
    return ", ".join(filter(None, told))


def _set(voice: Voice) -> dict[str, float]:
    """The settings that are not the voice's own."""
    plain = Voice(voice.role, voice.engine)
    names = ("speed", "pitch", "gain")
    return {
        name: getattr(voice, name) for name in names if getattr(voice, name) != getattr(plain, name)
    }
