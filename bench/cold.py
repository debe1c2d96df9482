"""A first build of a seed -> its time as a multiple of the two parts that it cannot avoid.

    python bench/cold.py [SEED]

The two parts: espeak-ng says every sentence in one process, and ffmpeg encodes the same sound to
MP3 once. A build may take 1.25 times their CPU seconds divided by the cores, and its largest
process 400 MB. CPU seconds are compared as well, since they hardly depend on what else the machine
does.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from podcast.engines.espeak import Espeak
from podcast.model import RATE, Script
from podcast.outside import ffmpeg
from podcast.production.order import Order
from podcast.pronounce import pronounce
from podcast.speech.cast import read_cast, voice_of, voices_folder
from podcast.text.script import read_script
from podcast.text.sentences import breaths

ROOT = Path(__file__).parent.parent
SEED = ROOT / "seeds" / "2025-02-indigo.txt"
MOST_TIME, MOST_MEMORY = 1.25, 400  # a multiple of both parts on all cores; MB


def spoken(script: Script) -> list[tuple[str, str]]:
    """The role and the text of every sentence, as espeak-ng is to say it."""
    return [
        (paragraph.voice, said)
        for chapter in script.chapters
        for paragraph in chapter.paragraphs
        for shown in breaths(paragraph.text)
        if (said := pronounce(shown).text.strip())
    ]


def speech_alone(said: list[tuple[str, str]]) -> float:
    """The CPU seconds of espeak-ng alone."""
    cast, engine = read_cast(voices_folder(), "espeak"), Espeak()
    start = time.process_time()
    for role, text in said:
        engine.speak(text, voice_of(cast, role))
    return time.process_time() - start


def encoding_alone(sound: Path, folder: Path) -> float:
    """The CPU seconds of ffmpeg alone, for the sound of a finished episode."""
    wave = folder / "sound.pcm"
    with wave.open("wb") as file:
        file.writelines(ffmpeg.decode(sound, RATE))
    command = [
        ffmpeg.executable(), "-loglevel", "error", "-f", "s16le", "-ar", str(RATE), "-ac", "1",
        "-i", str(wave), "-c:a", "libmp3lame", "-b:a", "96k", "-y", str(folder / "bare.mp3"),
    ]  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    wave.unlink()
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def build(seed: Path, out: Path) -> tuple[float, float, float]:
    """The wall seconds, CPU seconds and MB of the largest process of one `podcast make`."""
    command = [sys.executable, "-m", "podcast", "make", str(seed), "-o", str(out), "-q"]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, after.ru_maxrss / 1024


def main(seed: Path) -> int:
    """Print the table; return 1 if a limit is passed."""
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    with TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        wall, cpu, memory = build(seed, out)
        again, _, _ = build(seed, out)
        episode = Order(seed, out, None, out).folder  # type: ignore[arg-type]
        speech = speech_alone(spoken(read_script(episode / "script.md")))
        encoding = encoding_alone(episode / "episode.mp3", Path(folder))
    alone = speech + encoding
    print(f"espeak-ng alone  {speech:7.1f} s CPU")
    print(f"ffmpeg alone     {encoding:7.1f} s CPU")
    print(f"build            {cpu:7.1f} s CPU   = {cpu / alone:.2f} x both alone")
    print(
        f"build            {wall:7.1f} s wall  = {wall / (alone / cores):.2f} x both alone / "
        f"{cores} cores"
    )
    print(f"nothing changed  {again:7.1f} s wall")
    print(f"largest process  {memory:7.0f} MB")
    return int(wall > MOST_TIME * alone / cores or memory > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else SEED))
