"""A cold build against the script that a competent user would write, in one run.

    python bench/plain.py [SEED]

The script knows pydub and espeak-ng: it says the sentences of the finished text one by one, adds
each to what it has with `+=`, writes chapters and the whole as MP3 through pydub, and subtitles
from `len()`. It is given the text in sentences, so it need not clean, mark or divide. The espeak-
ng processes it would start are spared it: the library speaks in this process.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from pydub import AudioSegment

from podcast import ffmpeg
from podcast.engines.espeak import Espeak
from podcast.model import Voice
from podcast.script import read_script
from podcast.speak import sentences

ROOT = Path(__file__).parent.parent
SEED = ROOT / "seeds" / "2025-02-indigo.txt"
FASTER, SMALLER = 12, 6  # times, what the program is to be


def plain(script: Path, folder: Path) -> None:
    """The episode as the plain script makes it."""
    AudioSegment.converter = ffmpeg.executable()
    espeak, voice = Espeak(), Voice("host", "espeak", "cmn")
    episode, cues = AudioSegment.empty(), list[str]()
    for number, chapter in enumerate(read_script(script).chapters, 1):
        track = AudioSegment.empty()
        for paragraph in chapter.paragraphs:
            for text in sentences(paragraph.text):
                audio = espeak.speak(text, voice).audio
                clip = AudioSegment(audio.pcm, frame_rate=audio.rate, sample_width=2, channels=1)
                start = len(episode) + len(track)
                track += clip + AudioSegment.silent(350, frame_rate=audio.rate)
                cues.append(
                    f"{len(cues) + 1}\n{stamp(start)} --> {stamp(start + len(clip))}\n{text}\n"
                )
        track.export(folder / f"{number:02}.mp3", format="mp3", bitrate="96k")
        episode += track
    episode.export(folder / "episode.mp3", format="mp3", bitrate="96k")
    (folder / "episode.srt").write_text("\n".join(cues), "utf-8")


def stamp(ms: int) -> str:
    """Milliseconds as SRT writes them."""
    return f"{timedelta(seconds=ms // 1000)},{ms % 1000:03}"


def run(command: list[str]) -> tuple[float, float]:
    """Wall seconds of a command, and MB of the largest process it had."""
    code = (
        "import resource, subprocess, sys, time\n"
        "begun = time.monotonic()\n"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
        "memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss\n"
        "print(time.monotonic() - begun, memory / 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command], check=True, stdout=subprocess.PIPE, cwd=ROOT
    )
    wall, memory = map(float, done.stdout.split())
    return wall, memory


def main(seed: Path) -> int:
    """Print the table; 1 if the program is not as far ahead as it is to be."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        make = ["-m", "podcast", "make", str(seed), "-o", str(out), "-q", "--engine", "espeak"]
        own, own_memory = run([sys.executable, *make])
        script = out / seed.stem / "script.md"
        theirs, their_memory = run([sys.executable, __file__, "--plain", str(script), folder])
    print(f"plain script  {theirs:7.1f} s {their_memory:7.0f} MB")
    print(f"podcast make  {own:7.1f} s {own_memory:7.0f} MB")
    print(f"ratio         {theirs / own:7.1f}   {their_memory / own_memory:7.1f}")
    return int(theirs < FASTER * own or their_memory < SMALLER * own_memory)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--plain"]:
        plain(*map(Path, sys.argv[2:]))
    else:
        sys.exit(main(Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else SEED))
