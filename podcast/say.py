"""Text -> a .wav file, to try a voice; and the list of voices there are."""

from __future__ import annotations

import wave
from pathlib import Path

from podcast import engines
from podcast.cast import identified, read_cast, read_voices, voice_of
from podcast.errors import SpeechFailed
from podcast.fetch import reliable
from podcast.model import Paragraph
from podcast.speak import speak
from podcast.store import Store, replacing

RATE = 44_100
PAUSE = bytes(2 * RATE // 3)  # between sentences


def say(text: str, path: Path, engine: str, role: str, voices: Path, store: Store) -> None:
    """Write `text`, as a role says it by an engine, to a .wav file.

    Raises SpeechFailed where there is nothing to say, VoiceError where nobody plays the role.
    """
    voice = voice_of(identified(read_cast(voices, engine)), role)
    source = reliable(engines.load(engine), store)
    clips = speak(Paragraph(" ".join(text.split()), role), source, voice, RATE)
    if not clips:
        raise SpeechFailed(f"there is nothing to say in {text[:40]!r}; give some words")
    with replacing(path) as part, part.open("wb") as raw, wave.open(raw, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(PAUSE.join(clip.audio.pcm for clip in clips))


def voices_text(folder: Path) -> str:
    """A line for each voice of each role, then the engines that are installed.

    The first voice of a role whose engine is installed is the one it gets.
    """
    rows = []
    for path in sorted(folder.glob("*.toml")):
        for voice in read_voices(path):
            installed = "" if voice.engine in engines.offered() else "  (engine not installed)"
            licence = f"  {voice.licence}" if voice.licence else ""
            rows.append(f"{voice.role:10} {voice.engine:8} {voice.id}{licence}{installed}")
    rows.append(f"engines: {', '.join(engines.offered())}")
    return "\n".join(rows) + "\n"
