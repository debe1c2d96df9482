"""A first build -> its speed and memory against scripts that a competent user would write.

    python bench/plain.py [SEED]

That user knows pydub and espeak-ng. The scripts say the sentences of the finished text one by one
and join them with `+=`. They write the result and its chapters as MP3 through pydub, with the
loudness of podcasts by ffmpeg's loudnorm, and take the times of subtitles from `len()`. The plain
script adds each sentence to the episode, as pydub's own examples do. The careful script adds it to
a chapter first, because `+=` copies all the sound there is. Both get the text in sentences, so
they need not clean, punctuate or divide. They start no espeak-ng processes: the library speaks in
this process.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from pydub import AudioSegment
from together import most_together

from podcast.engines.espeak import Espeak
from podcast.model import Voice
from podcast.outside import ffmpeg
from podcast.text.script import read_script
from podcast.text.sentences import breaths

ROOT = Path(__file__).parent.parent
SEED = ROOT / "seeds" / "2025-02-indigo.txt"
FASTER, SMALLER = 15, 6  # least ratios of the plain script's time and memory to the program's
RATE = 44_100  # samples a second; the least Apple Podcasts accepts


class Reader:
    """Says sentences, and writes a subtitle with the time of each."""

    def __init__(self) -> None:
        self.espeak, self.voice = Espeak(), Voice("host", "espeak", "cmn")
        self.cues: list[str] = []

    def say(self, text: str, start: int) -> AudioSegment:
        """The sound of a sentence and a pause; the sentence begins at millisecond `start`."""
        audio = self.espeak.speak(text, self.voice).audio
        clip = AudioSegment(audio.pcm, frame_rate=audio.rate, sample_width=2, channels=1)
        times = f"{stamp(start)} --> {stamp(start + len(clip))}"
        self.cues.append(f"{len(self.cues) + 1}\n{times}\n{text}\n")
        clip = clip.set_frame_rate(RATE)
        return clip + AudioSegment.silent(350, frame_rate=RATE)


def plain(script: Path, folder: Path) -> None:
    """Make the episode by adding each sentence to it."""
    reader, starts = Reader(), []
    episode = AudioSegment.silent(0, frame_rate=RATE)
    for chapter in read_script(script).chapters:
        starts.append(len(episode))
        for paragraph in chapter.paragraphs:
            for text in breaths(paragraph.text):
                episode += reader.say(text, len(episode))
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(episode)], strict=True), 1):
        export(episode[start:end], folder / f"{number:02}.mp3")
    finish(episode, reader, folder)


def careful(script: Path, folder: Path) -> None:
    """Make the episode by adding each sentence to its chapter, and each chapter to the episode."""
    reader = Reader()
    episode = AudioSegment.silent(0, frame_rate=RATE)
    for number, chapter in enumerate(read_script(script).chapters, 1):
        track = AudioSegment.silent(0, frame_rate=RATE)
        for paragraph in chapter.paragraphs:
            for text in breaths(paragraph.text):
                track += reader.say(text, len(episode) + len(track))
        export(track, folder / f"{number:02}.mp3")
        episode += track
    finish(episode, reader, folder)


SCRIPTS: dict[str, Callable[[Path, Path], None]] = {"plain": plain, "careful": careful}


def export(sound: AudioSegment, path: Path) -> None:
    """Write an MP3 with the program's bit rate and loudness; loudnorm's 192 kHz are resampled."""
    options = ["-af", "loudnorm=I=-16:TP=-1.5", "-ar", str(RATE)]
    sound.export(path, format="mp3", bitrate="96k", parameters=options)


def finish(episode: AudioSegment, reader: Reader, folder: Path) -> None:
    """Write the whole episode and its subtitles."""
    export(episode, folder / "episode.mp3")
    (folder / "episode.srt").write_text("\n".join(reader.cues), "utf-8")


def stamp(ms: int) -> str:
    """Milliseconds in the form of SRT."""
    return f"{timedelta(seconds=ms // 1000)},{ms % 1000:03}"


def run(command: list[str]) -> tuple[float, float]:
    """The wall seconds of a command, and the MB of its largest process."""
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
    """Print the table; return 1 if the program is less than FASTER or SMALLER ahead."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        make = [sys.executable, "-m", "podcast", "make", str(seed), "-q", "--engine", "espeak"]
        own, own_memory = run([*make, "-o", str(out)])
        together = most_together([*make, "-o", str(Path(folder) / "again")], ROOT)
        script = out / seed.stem / "script.md"
        theirs = {
            name: run([sys.executable, __file__, f"--{name}", str(script), folder])
            for name in SCRIPTS
        }
    print(f"podcast make    {own:7.1f} s {own_memory:7.0f} MB   {together:.0f} MB all processes")
    for name, (wall, memory) in theirs.items():
        print(
            f"{name:7} script  {wall:7.1f} s {memory:7.0f} MB   "
            f"{wall / own:5.1f} times the time, {memory / own_memory:4.1f} times the memory"
        )
    wall, memory = theirs["plain"]
    return int(wall < FASTER * own or memory < SMALLER * own_memory)


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1].removeprefix("--") in SCRIPTS:
        AudioSegment.converter = ffmpeg.executable()
        SCRIPTS[sys.argv[1].removeprefix("--")](*map(Path, sys.argv[2:]))
    else:
        sys.exit(main(Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else SEED))
