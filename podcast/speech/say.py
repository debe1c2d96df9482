"""Text -> a .wav file, to try a voice; and the list of all voices."""

from __future__ import annotations

import wave
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from podcast import engines
from podcast.errors import SpeechFailed
from podcast.files.store import Store
from podcast.files.whole import replacing
from podcast.model import RATE, Paragraph, Voice
from podcast.pronounce import NONE
from podcast.speech.cast import Cast, identified, read_roles, voice_of
from podcast.speech.fetch import reliable
from podcast.speech.speak import speak

PAUSE = bytes(2 * RATE // 3)  # a third of a second of silence between sentences


def say(text: str, path: Path, role: str, cast: Cast, store: Store) -> None:
    """Write `text`, said by the voice of a role, to a .wav file.

    Raises SpeechFailed if the text has no words, VoiceError if the role is not in the cast,
    WriteError if the file cannot be written, and the errors of the voice's engine.
    """
    pcm = spoken(text, voice_of(identified(cast), role), store)
    if not pcm:
        raise SpeechFailed(f"there is nothing to say in {text[:40]!r}; give some words")
    with replacing(path) as part:
        part.write_bytes(wav(pcm))


def wav(pcm: bytes) -> bytes:
    """16-bit samples at RATE as a WAV file of one channel."""
    whole = BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)
    return whole.getvalue()


def spoken(text: str, voice: Voice, store: Store, respellings: Mapping[str, str] = NONE) -> bytes:
    """A text, said by a voice: 16-bit samples at RATE, with a pause between sentences.

    The result is empty if the text has no words. `voice` must come from `identified`. Raises the
    errors of its engine.
    """
    engine = reliable(engines.load(voice.engine), store)
    paragraph = Paragraph(" ".join(text.split()), voice.role)
    clips = speak(paragraph, engine, voice, RATE, respellings)
    return PAUSE.join(clip.audio.pcm for clip in clips)


def voices_text(folder: Path) -> str:
    """A line for each voice of each role, and a line with the names of the installed engines.

    A role gets the first of its voices whose engine can speak. Raises VoiceError if a file of
    voices is malformed.
    """
    voices = [voice for listed in read_roles(folder).values() for voice in listed]
    rows = [f"{voice.role:10} {voice.engine:8} {voice.id:24} {_about(voice)}" for voice in voices]
    rows.append(f"engines: {', '.join(engines.offered())}")
    return "\n".join(map(str.rstrip, rows)) + "\n"


def _about(voice: Voice) -> str:
    """The language and licence of a voice, its settings, and whether its engine is missing."""
    facts = [voice.language, voice.licence]
    facts += [f"{name} {value:g}" for name, value in _set(voice).items()]
    facts += [] if voice.engine in engines.offered() else ["(engine not installed)"]
    return ", ".join(filter(None, facts))


def _set(voice: Voice) -> dict[str, float]:
    """The settings of a voice that differ from the defaults."""
    plain = Voice(voice.role, voice.engine)
    names = ("speed", "pitch", "gain")
    return {
        name: getattr(voice, name) for name in names if getattr(voice, name) != getattr(plain, name)
    }
