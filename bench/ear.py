"""What share of its syllables a speech recogniser mishears of each voice that works offline.

    RECOGNISER=FOLDER python bench/ear.py [TALK.md ...]

FOLDER holds whisper-base in the form that faster-whisper reads: config.json, model.bin,
tokenizer.json and vocabulary.txt. `pip install faster-whisper` first. Where either is missing, the
exit status is 3, and `bench/run.py` keeps the table that is in docs/benchmarks.md.

Each talk is heard twice. `bare` is what the engine says of its sentences, one after another with a
pause between; `built` is the MP3 that `podcast make` makes of it. Both are cut where a sentence
ends, because a recogniser that begins inside a sentence often loses all of it. Each piece is heard
once for each of EDGES, cut a little otherwise each time: of a voice that it only half understands,
a recogniser may miss a whole clause at one cut and none at another.

What was heard is compared with the text by pinyin without tones, with figures as they are read
aloud, because a recogniser writes 2000万 or 两千万 as it likes. Latin words do not count.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import soxr
from material import CANNOT_RUN, TALKS
from numpy.typing import NDArray

from podcast import engines
from podcast.engines import kokoro
from podcast.errors import ModelError
from podcast.model import Audio, Voice
from podcast.outside.models import installed
from podcast.outside.recogniser import RATE, Samples, Whisper
from podcast.pronounce import pronounce
from podcast.published.check.compare import WILD, tokens
from podcast.published.check.listen import Stretch, cut, pieces, samples_of, whole_sentences
from podcast.published.check.opened import read_srt
from podcast.speech.cast import read_cast
from podcast.text.align import edits
from podcast.text.script import read_script
from podcast.text.sentences import breaths

ROOT = Path(__file__).parent.parent
# The greatest share of misheard syllables of the built episode, and the greatest ratio of it to the
# share of the bare sentences.
MOST_MISHEARD, MOST_LOST = 0.25, 1.1
LEAST_APART = 1.2  # least ratio of a voice's pitch to that of the next lower voice

EDGES = (0.05, 0.15, 0.25)  # seconds of sound before and after a piece, one for each hearing
PAUSE = 0.35  # seconds between sentences, the default of Recipe

OTHERS = (  # not used by voices/*.toml: the host before the others, and those that came next
    Voice("old host", "espeak", "cmn"),
    Voice("", "espeak", "cmn+Annie"),
    Voice("", "espeak", "cmn+Mario"),
)
NEURAL = tuple(Voice("", "kokoro", name) for name in ("zm_yunxi", "zf_xiaobei", "zf_xiaoxiao"))


class Sound(NamedTuple):
    """A talk as it is heard: samples at RATE, and where its sentences lie in them."""

    samples: Samples
    stretches: tuple[Stretch, ...]


# Making --------------------------------------------------------------------------------------


def bare(talk: Path, voice: Voice) -> Sound:
    """The sentences as an engine says them, with a pause after each.

    espeak-ng reads figures by itself; what cannot gets them in words.
    """
    engine = engines.load(voice.engine)

    def said(shown: str) -> Audio:
        text = shown if voice.engine == "espeak" else pronounce(shown, engine.needs).text
        return engine.speak(text, voice).audio

    return in_turn((shown, said(shown)) for shown in said_texts(talk))


def in_turn(said: Iterable[tuple[str, Audio]]) -> Sound:
    """Sentences and their sounds, one after another, with a pause after each."""
    length = 0
    parts: list[Samples] = []
    stretches: list[Stretch] = []
    for text, audio in said:
        samples = np.frombuffer(audio.pcm, "<i2").astype(np.float32) / np.float32(32768)
        heard: Samples = soxr.resample(samples, audio.rate, RATE)
        stretches.append(Stretch(length / RATE, (length + len(heard)) / RATE, (text,)))
        parts += [heard, np.zeros(round(PAUSE * RATE), np.float32)]
        length += len(heard) + round(PAUSE * RATE)
    return Sound(np.concatenate(parts).astype(np.float32), tuple(stretches))


def said_texts(talk: Path) -> Iterator[str]:
    """Every sentence of a script that has a word in it."""
    for chapter in read_script(talk).chapters:
        for paragraph in chapter.paragraphs:
            for sentence in breaths(paragraph.text):
                if any(map(str.isalnum, sentence)):
                    yield sentence


def built(talk: Path, voice: Voice) -> Sound:
    """The finished MP3 of an episode that the voice speaks alone."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "voices").mkdir()
        (Path(folder) / "voices" / "host.toml").write_text(_toml(voice), "utf-8")
        command = [sys.executable, "-m", "podcast", "make", str(talk.absolute()), "--offline", "-q"]
        subprocess.run(
            [*command, "--engine", voice.engine, "--jobs", "1"],
            cwd=folder, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        (episode,) = Path(folder).glob("out/*/episode.mp3")
        samples = samples_of(episode)
        cues = read_srt(episode.with_suffix(".srt").read_text("utf-8"))
    return Sound(samples, tuple(whole_sentences(cues, tuple(said_texts(talk)))))


def _toml(voice: Voice) -> str:
    return (
        f'[[voice]]\nengine = "{voice.engine}"\nid = "{voice.id}"\n'
        f"speed = {voice.speed}\npitch = {voice.pitch}\n"
    )


# The recogniser ------------------------------------------------------------------------------


class Ear:
    """A speech recogniser that counts the syllables it mishears."""

    def __init__(self, folder: Path) -> None:
        """Load the model in `folder`. Raises ModelError if it cannot be used."""
        self.recogniser = Whisper(folder)

    def misheard(self, sound: Sound) -> tuple[int, int]:
        """The number of syllables that are misheard, and the number of all, in all hearings."""
        wrong = said = 0
        for piece in pieces(sound.stretches):
            syllables = read_aloud(piece.text)
            for edge in EDGES:
                heard = read_aloud(self.recogniser.hear(cut(sound.samples, piece, edge)))
                wrong += min(len(syllables), edits(syllables, heard))
                said += len(syllables)
        return wrong, said


def read_aloud(text: str) -> list[str]:
    """The syllables of a text without its Latin words.

    >>> read_aloud("有2000万 GPU") == read_aloud("有两千万")
    True
    """
    return [token.sound for token in tokens(text) if token.sound != WILD]


# Pitch ---------------------------------------------------------------------------------------

SENTENCE = "大家好，欢迎收听。我最开始参与开源是在一九年的下半年，白天根本就没有时间。"
LOWEST, HIGHEST = 55, 450  # Hz
WINDOW, HOP = 0.04, 0.02  # seconds


def pitch(voice: Voice) -> float:
    """The median pitch of a voice in Hz, by autocorrelation."""
    audio = engines.load(voice.engine).speak(SENTENCE, voice).audio
    samples = np.frombuffer(audio.pcm, "<i2").astype(np.float64)
    width, hop = round(WINDOW * audio.rate), round(HOP * audio.rate)
    starts = range(0, len(samples) - width, hop)
    windows = np.array([samples[start : start + width] for start in starts])
    powers = np.mean(windows**2, axis=1)
    voiced = windows[powers > np.mean(powers) / 10]
    return float(np.median([frequency(window, audio.rate) for window in voiced]))


def frequency(window: NDArray[np.float64], rate: int) -> float:
    """The frequency in Hz with which a window of sound repeats itself.

    >>> round(frequency(np.sin(np.arange(800) * 2 * np.pi * 200 / 20_000), 20_000))
    200
    """
    window = window - window.mean()
    alike = np.correlate(window, window, "full")[len(window) - 1 :]
    alike *= len(window) / np.arange(len(window), 0, -1)
    lags = np.arange(rate // HIGHEST, rate // LOWEST)
    near = alike[lags]
    # Take the first of the peaks that are nearly as high as the highest: the others are multiples.
    peaks = (near >= alike[lags - 1]) & (near >= alike[lags + 1]) & (near > 0.9 * near.max())
    return float(rate / lags[int(np.argmax(peaks))])


# The table -----------------------------------------------------------------------------------


def row(voice: Voice, talks: Sequence[Path], ear: Ear) -> tuple[float, float]:
    """Print a voice's line; the shares misheard bare and built."""
    totals = np.zeros((2, 2))
    shares = []
    for talk in talks:
        heard = np.array([ear.misheard(bare(talk, voice)), ear.misheard(built(talk, voice))])
        totals += heard
        shares.append(heard[:, 0] / heard[:, 1])
    bare_share, built_share = totals[:, 0] / totals[:, 1]
    cells = [f"{voice.role:9}{voice.id:14}{voice.speed:5.2f}{pitch(voice):7.0f} Hz"]
    cells += [f"{one:9.1%}{other:7.1%}" for one, other in [(bare_share, built_share), *shares]]
    print("".join(cells), flush=True)
    return float(bare_share), float(built_share)


def main(talks: Sequence[Path]) -> int:
    """Print the table; 1 if a limit is not met, 3 if there is no recogniser."""
    try:
        ear = Ear(Path(os.environ.get("RECOGNISER", "recogniser")))
    except ModelError as error:
        print(f"bench/ear.py hears nothing: {error}", file=sys.stderr)
        return CANNOT_RUN
    chosen = [voice for _, voice in read_cast(ROOT / "voices", "espeak")]
    print(f"{'':38}" + "".join(f"{name:>16}" for name in ("all", *(talk.stem for talk in talks))))
    print(f"{'role     voice         speed    pitch':38}" + "     bare  built" * (len(talks) + 1))
    found = [row(voice, talks, ear) for voice in chosen]
    for voice in (*OTHERS, *neural("ear")):
        row(voice, talks, ear)
    pitches = sorted(map(pitch, chosen))
    apart = min(high / low for low, high in pairwise(pitches))
    clear = all(after <= min(MOST_MISHEARD, MOST_LOST * before) for before, after in found)
    return int(not clear or apart < LEAST_APART)


def neural(bench: str) -> tuple[Voice, ...]:
    """The neural voices, where their network is on this machine; else `bench` says so."""
    try:
        installed(kokoro.MODEL)
    except ModelError as error:
        print(f"bench/{bench}.py leaves the neural voices out: {error}", file=sys.stderr)
        return ()
    return NEURAL


if __name__ == "__main__":
    sys.exit(main(tuple(map(Path, sys.argv[1:])) or TALKS))
