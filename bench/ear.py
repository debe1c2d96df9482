"""What share of its syllables a speech recogniser mishears of each voice that works offline.

    RECOGNISER=FOLDER python bench/ear.py [TALK.md ...]

FOLDER holds whisper-base in the form that faster-whisper reads: config.json, model.bin,
tokenizer.json and vocabulary.txt. `pip install faster-whisper` first. Where either is missing, the
exit status is 3, and `bench/run.py` keeps the table that is in docs/benchmarks.md.

Each talk is heard twice. `bare` is what the engine says of its sentences, one after another with a
pause between; `built` is the MP3 that `podcast make` makes of it. Both are cut where a sentence
ends, because a recogniser that begins inside a sentence often loses all of it, and compared with
the text by pinyin without tones. Hanzi count; Latin words and digits do not, because they are
written in more than one way.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import soxr
import srt
from numpy.typing import NDArray
from pypinyin import lazy_pinyin

from podcast import engines
from podcast.engines import kokoro
from podcast.errors import ModelError, PodcastError
from podcast.model import Voice
from podcast.outside import ffmpeg
from podcast.outside.models import installed
from podcast.pronounce import pronounce
from podcast.speech.cast import read_cast
from podcast.text.script import read_script
from podcast.text.sentences import breaths

ROOT = Path(__file__).parent.parent
TALKS = tuple(sorted((ROOT / "bench" / "talks").glob("[!R]*.md")))
# The greatest share of misheard syllables of the built episode, and the greatest ratio of it to the
# share of the bare sentences.
MOST_MISHEARD, MOST_LOST = 0.25, 1.1
LEAST_APART = 1.2  # least ratio of a voice's pitch to that of the next lower voice
CANNOT_RUN = 3  # exit status if there is no recogniser

RATE = 16_000  # samples a second of the recogniser's input
PAUSE = 0.35  # seconds between sentences, the default of Recipe
SHORTEST, LONGEST = 14.0, 28.0  # seconds of a piece; whisper accepts 30 at most
EDGE = 0.05  # seconds of sound that are added before and after a piece
PROMPT = "以下是普通话的句子。"  # makes whisper write Simplified Chinese with punctuation

OTHERS = (  # not used by voices/*.toml: the host before the others, and those that came next
    Voice("old host", "espeak", "cmn"),
    Voice("", "espeak", "cmn+Annie"),
    Voice("", "espeak", "cmn+Mario"),
)
NEURAL = tuple(Voice("", "kokoro", name) for name in ("zm_yunxi", "zf_xiaobei", "zf_xiaoxiao"))

Samples = NDArray[np.float32]


class Stretch(NamedTuple):
    """Text that is heard from one second to another."""

    start: float
    end: float
    text: str


class Sound(NamedTuple):
    """A talk as it is heard: samples at RATE, and where its sentences lie in them."""

    samples: Samples
    stretches: tuple[Stretch, ...]


# Making --------------------------------------------------------------------------------------


def bare(talk: Path, voice: Voice) -> Sound:
    """The sentences as an engine says them, with a pause after each.

    espeak-ng reads figures by itself; what cannot gets them in words.
    """
    engine, length = engines.load(voice.engine), 0
    parts: list[Samples] = []
    stretches: list[Stretch] = []
    for shown in said_texts(talk):
        said = shown if voice.engine == "espeak" else pronounce(shown, engine.needs).text
        audio = engine.speak(said, voice).audio
        samples = np.frombuffer(audio.pcm, "<i2").astype(np.float32) / np.float32(32768)
        heard: Samples = soxr.resample(samples, audio.rate, RATE)
        stretches.append(Stretch(length / RATE, (length + len(heard)) / RATE, shown))
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
        pcm = b"".join(ffmpeg.decode(episode, RATE))
        cues = list(srt.parse(episode.with_suffix(".srt").read_text("utf-8")))
    samples = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)
    return Sound(samples, tuple(whole_sentences(cues, said_texts(talk))))


def _toml(voice: Voice) -> str:
    return (
        f'[[voice]]\nengine = "{voice.engine}"\nid = "{voice.id}"\n'
        f"speed = {voice.speed}\npitch = {voice.pitch}\n"
    )


def whole_sentences(cues: Sequence[srt.Subtitle], sentences: Iterable[str]) -> Iterator[Stretch]:
    """The subtitles of one sentence after the other; of several, where a subtitle joins them."""
    ends = set(accumulate(map(_size, sentences)))
    some: list[srt.Subtitle] = []
    reached = 0
    for cue in cues:
        some.append(cue)
        reached += _size(cue.content)
        if reached in ends:
            yield _one(some)
            some = []
    if some:
        yield _one(some)


def _size(text: str) -> int:
    """How many letters, digits and hanzi a text has: its marks are not in the subtitles."""
    return sum(map(str.isalnum, text))


def _one(some: Sequence[srt.Subtitle]) -> Stretch:
    text = "".join(cue.content for cue in some)
    return Stretch(some[0].start.total_seconds(), some[-1].end.total_seconds(), text)


# The recogniser ------------------------------------------------------------------------------


class Ear:
    """A speech recogniser that counts the syllables it mishears."""

    def __init__(self, folder: Path) -> None:
        """Load the model in `folder`. Raises PodcastError if it cannot be used."""
        try:
            from faster_whisper import WhisperModel
        except ImportError as error:
            raise PodcastError(f"faster-whisper cannot be imported: {error}") from error
        if not (folder / "model.bin").is_file():
            raise PodcastError(f"{folder} holds no model.bin; set RECOGNISER to whisper-base")
        self.model: Any = WhisperModel(str(folder), device="cpu", compute_type="int8")

    def misheard(self, sound: Sound) -> tuple[int, int]:
        """The number of syllables that are misheard, and the number of all syllables."""
        wrong = said = 0
        for piece in pieces(sound.stretches):
            syllables = syllables_of(piece.text)
            wrong += min(len(syllables), edits(syllables, syllables_of(self._heard(sound, piece))))
            said += len(syllables)
        return wrong, said

    def _heard(self, sound: Sound, piece: Stretch) -> str:
        start, end = (round(at * RATE) for at in (piece.start - EDGE, piece.end + EDGE))
        found, _ = self.model.transcribe(
            sound.samples[max(0, start) : end],
            language="zh",
            beam_size=5,
            initial_prompt=PROMPT,
            condition_on_previous_text=False,
        )
        return "".join(segment.text for segment in found)


def pieces(stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """Stretches joined to pieces that the recogniser gets, each of whole sentences.

    >>> three = Stretch(0, 9, "一"), Stretch(9, 18, "二"), Stretch(18, 20, "三")
    >>> [piece.text for piece in pieces(three)]
    ['一二', '三']
    """
    some: list[Stretch] = []
    for stretch in stretches:
        if some and stretch.end - some[0].start > LONGEST:
            yield _joined(some)
            some = []
        some.append(stretch)
        if stretch.end - some[0].start >= SHORTEST:
            yield _joined(some)
            some = []
    if some:
        yield _joined(some)


def _joined(some: Sequence[Stretch]) -> Stretch:
    return Stretch(some[0].start, some[-1].end, "".join(each.text for each in some))


def syllables_of(text: str) -> list[str]:
    """The pinyin of the hanzi in a text, without tones.

    >>> syllables_of("用 GPT 4 说話")
    ['yong', 'shuo', 'hua']
    """
    return lazy_pinyin(re.sub("[^\u4e00-\u9fff]", "", text))


def edits(said: Sequence[str], heard: Sequence[str]) -> int:
    """The number of syllables to change, add or remove to turn one list into the other.

    >>> edits(["ni", "hao"], ["ni", "hao", "ma"]), edits(["ni", "hao"], ["li", "hao"])
    (1, 1)
    """
    row = list(range(len(heard) + 1))
    for i, syllable in enumerate(said, 1):
        corner, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (syllable != other))
    return row[-1]


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
    except PodcastError as error:
        print(f"bench/ear.py hears nothing: {error}", file=sys.stderr)
        return CANNOT_RUN
    chosen = [voice for _, voice in read_cast(ROOT / "voices", "espeak")]
    print(f"{'':38}" + "".join(f"{name:>16}" for name in ("all", *(talk.stem for talk in talks))))
    print(f"{'role     voice         speed    pitch':38}" + "     bare  built" * (len(talks) + 1))
    found = [row(voice, talks, ear) for voice in chosen]
    for voice in (*OTHERS, *_neural()):
        row(voice, talks, ear)
    pitches = sorted(map(pitch, chosen))
    apart = min(high / low for low, high in pairwise(pitches))
    clear = all(after <= min(MOST_MISHEARD, MOST_LOST * before) for before, after in found)
    return int(not clear or apart < LEAST_APART)


def _neural() -> tuple[Voice, ...]:
    """The neural voices, where their network is on this machine."""
    try:
        installed(kokoro.MODEL)
    except ModelError as error:
        print(f"bench/ear.py leaves the neural voices out: {error}", file=sys.stderr)
        return ()
    return NEURAL


if __name__ == "__main__":
    sys.exit(main(tuple(map(Path, sys.argv[1:])) or TALKS))
