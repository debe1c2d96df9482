"""How exactly the lines of a text are found in a recording, and how long that takes.

    SENTENCES=FOLDER python bench/align.py [--conditions clean,hard] [--limit 120] [--seed 7]
    python bench/align.py --espeak

FOLDER holds spoken sentences, each as NAME.wav and NAME.txt; none of them may have taught the
network. Long recordings are put together of them, with gaps, noise, music, other speech, text that
nobody says and speech that no text tells, so that it is known to the sample when each sentence
begins. With --espeak the sentences are espeak-ng's: they are easier in that it speaks clearly, and
harder in that it sounds like nobody. Where there are neither, the exit status is 3; it is 1 if the
limits are not met.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import time
import wave
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pypinyin
import soxr
from material import CANNOT_RUN
from numpy.typing import NDArray

from podcast.engines.espeak import Espeak
from podcast.formats.subtitles.lines import DEFAULT
from podcast.model import Chapter, Paragraph, Script, Voice
from podcast.outside import ffmpeg
from podcast.recording.align import Listened, align
from podcast.recording.carry import carry
from podcast.recording.features import RATE
from podcast.recording.times import Alignment
from podcast.text.sentences import sentences as cut

LOUD = 1500.0  # RMS of every sentence
LEAD, TAIL = 0.03, 0.05  # seconds of its own silence that a sentence keeps
UNSAID = Path(__file__).parent.parent / "seeds" / "2025-02-indigo.txt"
WITHIN, LEAST_WITHIN = (0.1, 0.2, 0.5), (0.94, 0.97, 0.99)  # seconds; shares of the lines
MOST_WRONG, MOST_CPU = 0.005, 90.0  # of the sure lines; seconds for an hour
Sound = NDArray[np.float32]


class Sentence(NamedTuple):
    """What is said and its sound, with LEAD before its first and TAIL after its last sample."""

    text: str
    sound: Sound


class Line(NamedTuple):
    """A line of the text; when it is said, in seconds, or nothing where it is not."""

    text: str
    start: float | None


@dataclass(frozen=True)
class Condition:
    """What a recording is like; levels in dB, lengths in seconds, numbers of paragraphs."""

    errors: float = 0.0  # share of characters that a recogniser got wrong
    fillers: float = 0.0  # share of sentences with one before them that the text lacks
    noise: float | None = None  # speech over pink noise
    music: float | None = None  # speech over music
    intro: float = 0.0  # of music
    foreign: float = 0.0  # of other speech in the middle
    untold: int = 0  # in the sound alone
    unsaid: int = 0  # in the text alone
    chapters: tuple[int, ...] = ()  # characters of whole chapters that are in the text alone
    broken: bool = False  # lines of 8 to 16 characters without marks, as recognisers print
    speed: float = 1.0


CONDITIONS = {
    "clean": Condition(),
    "errors": Condition(errors=0.06, fillers=0.15),
    "noise": Condition(errors=0.04, noise=10),
    "music": Condition(errors=0.04, music=10, intro=20),
    "foreign speech": Condition(errors=0.04, foreign=60, intro=20),
    "missing text": Condition(errors=0.04, fillers=0.15, untold=3),
    "missing sound": Condition(errors=0.04, unsaid=3),
    "missing chapters": Condition(errors=0.04, chapters=(600, 1500, 4000)),
    "fast": Condition(errors=0.04, speed=1.3),
    "raw lines": Condition(errors=0.05, fillers=0.15, broken=True),
    "all at once": Condition(0.06, 0.2, noise=15, intro=20, foreign=60, untold=4, unsaid=3),
}


# Speech --------------------------------------------------------------------------------------


def read_sentences(folder: Path) -> list[Sentence]:
    """The spoken sentences of a folder, by name."""
    return [
        Sentence(path.with_suffix(".txt").read_text("utf-8").strip(), audible(read_wav(path)))
        for path in sorted(folder.glob("*.wav"))
    ]


def read_wav(path: Path) -> Sound:
    """A mono 16-bit WAV at the rate of the network."""
    with wave.open(str(path)) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32)
        return np.asarray(soxr.resample(sound, file.getframerate(), RATE), np.float32)


def audible(sound: Sound) -> Sound:
    """A sentence at the usual level, from LEAD before what is 35 dB below its loud parts."""
    step = RATE // 100
    levels = 10 * np.log10(
        np.square(sound[: len(sound) // step * step]).reshape(-1, step).mean(1) + 1
    )
    loud = np.flatnonzero(levels > np.percentile(levels, 95) - 35)
    before, after = (np.zeros(int(margin * RATE), np.float32) for margin in (LEAD, TAIL))
    sound = np.concatenate([before, sound, after])
    cut = sound[loud[0] * step : (loud[-1] + 1) * step + len(before) + len(after)]
    return np.asarray(cut / np.sqrt(np.square(cut).mean() + 1) * LOUD, np.float32)


TALK = (
    "今天我们来聊一聊人工智能的发展。",
    "很多公司都在研究新的模型。",
    "第一个问题是成本。",
    "他们去年投入了很多钱，可是效果并不好。",
    "后来有人找到了更便宜的办法。",
    "这件事情其实很有意思。",
    "我认为未来几年变化会更快。",
    "大家可以看一看这个例子。",
    "手机上的应用越来越多。",
    "我们平时工作的时候经常会用到它。",
    "比如说写邮件，做表格，查资料。",
    "学生也在用它来学习外语。",
    "当然也有人担心自己的工作。",
    "历史上每一次技术革命都是这样。",
    "旧的岗位消失了，新的岗位出现了。",
    "关键是你愿不愿意学习。",
    "北京和上海的情况不太一样。",
    "农村的孩子现在也能上网。",
    "电动汽车的价格还在下降。",
    "听众朋友们，感谢你们的收听。",
    "下个星期我们请一位教授来谈谈。",
    "他在大学里教了二十年的书。",
    "数据的质量比数量更重要。",
    "这一点很多人都忽略了。",
    "芯片的供应仍然很紧张。",
    "如果没有电，什么都做不了。",
    "所以能源也是一个大问题。",
    "最后我想说几句心里话。",
    "做任何事情都需要耐心。",
    "希望大家过得健康快乐。",
)
ENGLISH = (
    "The weather is fine today and we are going home.",
    "Nobody knows what will happen next.",
)


def said(text: str, voice: str, speed: float = 1.0) -> Sentence:
    """A sentence that espeak-ng says."""
    audio = Espeak().speak(text, Voice("host", "espeak", voice, speed)).audio
    sound = np.frombuffer(audio.pcm, "<i2").astype(np.float32)
    return Sentence(text, audible(np.asarray(soxr.resample(sound, audio.rate, RATE), np.float32)))


def own_sentences() -> list[Sentence]:
    """Sentences of espeak-ng, in two voices."""
    return [said(text, voice) for voice in ("cmn", "cmn+f3") for text in TALK]


# Recordings ----------------------------------------------------------------------------------


def music(seconds: float, noise: np.random.Generator) -> Sound:
    """Chords over a beat, of the usual level."""
    sound = np.zeros(int(seconds * RATE), np.float32)
    for bar in range(int(seconds / 2) + 1):
        after = np.arange(len(sound[bar * 2 * RATE : (bar + 1) * 2 * RATE])) / RATE
        root = (220.0, 174.6, 261.6, 196.0)[bar % 4]
        for ratio in (1, 1.25, 1.5, 2, 3):
            tone = np.sin(2 * np.pi * root * ratio * after) * np.exp(-after * 0.7) * 0.2 / ratio
            sound[bar * 2 * RATE : (bar + 1) * 2 * RATE] += tone.astype(np.float32)
    for beat in range(int(seconds * 2)):
        size = len(sound[beat * RATE // 2 :][: RATE // 10])
        hit = noise.standard_normal(size) * np.exp(-np.arange(size) / 300) * 0.3
        sound[beat * RATE // 2 : beat * RATE // 2 + size] += hit.astype(np.float32)
    return np.asarray(sound / (sound.std() + 1e-9) * LOUD, np.float32)


def pink(count: int, noise: np.random.Generator) -> Sound:
    """Pink noise of the usual level."""
    spectrum = np.fft.rfft(noise.standard_normal(count))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    sound = np.fft.irfft(spectrum, count)
    return np.asarray(sound / sound.std() * LOUD, np.float32)


COMMON = "的是了我不在有人这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年"


def misheard(text: str, share: float, chance: random.Random) -> str:
    """A text with a recogniser's errors: characters that are others, lost or too many."""
    alike = defaultdict(list)
    for each in COMMON:
        alike[pypinyin.lazy_pinyin(each)[0]].append(each)

    def turned(character: str) -> str:
        if not "一" <= character <= "鿿" or chance.random() >= share:
            return character
        kind = chance.random()
        if kind < 0.5:
            return chance.choice(alike.get(pypinyin.lazy_pinyin(character)[0]) or list(COMMON))
        if kind < 0.7:
            return chance.choice(COMMON)
        return "" if kind < 0.9 else character + chance.choice(COMMON)

    return "".join(map(turned, text))


@dataclass
class Tape:
    """A recording as it is put together."""

    chance: random.Random
    noise: np.random.Generator
    parts: list[Sound] = field(default_factory=list)
    samples: int = 0

    def add(self, sound: Sound) -> None:
        """Sound at the end."""
        self.parts.append(sound)
        self.samples += len(sound)

    def rest(self, seconds: float) -> None:
        """Room tone of 80 dB below full scale."""
        self.add(self.noise.standard_normal(int(seconds * RATE)).astype(np.float32) * 3)

    def pause(self) -> None:
        """One as between sentences: often hardly any, at times long."""
        kind = self.chance.random()
        least, most = (0, 0.08) if kind < 0.3 else (3, 9) if kind > 0.98 else (0.15, 0.5)
        self.rest(self.chance.uniform(*((0.5, 2.0) if 0.7 <= kind <= 0.98 else (least, most))))


def record(sentences: list[Sentence], condition: Condition, seed: int) -> tuple[Sound, list[Line]]:
    """A recording of all sentences in paragraphs, and its text."""
    tape = Tape(random.Random(seed), np.random.default_rng(seed))
    paragraphs = list(paragraphed(sentences, tape.chance))
    inner = list(range(1, len(paragraphs) - 1))
    tape.chance.shuffle(inner)
    untold = set(inner[: condition.untold])
    unsaid = set(inner[condition.untold : condition.untold + condition.unsaid])
    fillers = (
        [said(text, "cmn").sound for text in ("嗯", "那个", "就是")] if condition.fillers else []
    )
    lines: list[Line] = []
    if condition.intro:
        tape.add(music(condition.intro, tape.noise))
    tape.rest(0.3)
    chapters = dict(zip(inner[::-1], unsaid_chapters(condition.chapters), strict=False))
    for number, paragraph in enumerate(paragraphs):
        lines += [Line(text, None) for text in chapters.get(number, ())]
        if condition.foreign and number == len(paragraphs) // 2:
            add_foreign(tape, condition.foreign)
        for sentence in paragraph:
            text = misheard(sentence.text, condition.errors, tape.chance)
            if number in unsaid:
                lines.append(Line(text, None))
                continue
            if fillers and tape.chance.random() < condition.fillers:
                tape.add(tape.chance.choice(fillers) * 0.8)
            if number not in untold:
                lines.append(Line(text, (tape.samples / RATE + LEAD) / condition.speed))
            tape.add(sentence.sound * 10 ** (tape.chance.uniform(-2, 2) / 20))
            tape.pause()
        tape.rest(tape.chance.uniform(0.2, 1.0))
    sound = faster(np.concatenate(tape.parts), condition.speed)
    if condition.noise is not None:
        sound = sound + pink(len(sound), tape.noise) / np.float32(10 ** (condition.noise / 20))
    if condition.music is not None:
        bed = music(len(sound) / RATE + 1, tape.noise)[: len(sound)]
        sound = sound + bed / np.float32(10 ** (condition.music / 20))
    return sound, lines


def unsaid_chapters(sizes: tuple[int, ...]) -> Iterator[list[str]]:
    """Chapters of so many characters, of lines of a talk that is not in the recording."""
    lines = iter(UNSAID.read_text("utf-8").splitlines())
    for size in sizes:
        chapter: list[str] = []
        while sum(map(len, chapter)) < size:
            chapter.append(next(lines))
        yield chapter


def paragraphed(sentences: list[Sentence], chance: random.Random) -> Iterator[list[Sentence]]:
    """All sentences in a random order, three to eight together."""
    rest = list(sentences)
    chance.shuffle(rest)
    while rest:
        size = chance.randint(3, 8)
        yield rest[:size]
        rest = rest[size:]


def add_foreign(tape: Tape, seconds: float) -> None:
    """So many seconds of English."""
    spoken = [said(text, "en-us").sound for text in ENGLISH]
    end = tape.samples + seconds * RATE
    while tape.samples < end:
        tape.add(tape.chance.choice(spoken))
        tape.rest(tape.chance.uniform(0.1, 0.6))


def faster(sound: Sound, speed: float) -> Sound:
    """The same at another speed and the same pitch."""
    if speed == 1:
        return sound
    raw = ("-f", "s16le", "-ar", str(RATE), "-ac", "1")
    command = [ffmpeg.executable(), "-v", "error", *raw, "-i", "-", "-af", f"atempo={speed}"]
    told = subprocess.run([*command, *raw, "-"], input=pcm(sound), capture_output=True, check=True)
    return np.frombuffer(told.stdout, "<i2").astype(np.float32)


# Measuring -----------------------------------------------------------------------------------


class Measured(NamedTuple):
    """What was found: errors of starts in seconds of the lines said, and whether each was sure."""

    errors: NDArray[np.float64]  # nan where a line that is said was not found
    sure: NDArray[np.bool_]
    invented: int  # lines that nobody says, with a time
    unsaid: int
    seconds: float
    cpu: float


def pcm(sound: Sound) -> bytes:
    """Sound as 16-bit samples."""
    return sound.clip(-32768, 32767).astype("<i2").tobytes()


def measure(sound: Sound, lines: list[Line], broken: bool, seed: int) -> Measured:
    """Find the lines in the sound."""
    began = time.process_time()
    texts = [line.text for line in lines]
    raw = list(broken_up(texts, random.Random(seed))) if broken else texts
    found = align(Listened([pcm(sound)]), raw, range(1, len(raw) + 1))
    starts = [line.start_ms for line in found.lines]
    sure = [line.is_sure for line in found.lines]
    if broken:
        starts, sure = carried(found, texts), [True] * len(texts)
    cpu = time.process_time() - began
    told = [number for number, line in enumerate(lines) if line.start is not None]
    errors = [
        np.nan if (start := starts[number]) is None else start / 1000 - (lines[number].start or 0)
        for number in told
    ]
    nobodys = [starts[n] for n, line in enumerate(lines) if line.start is None]
    return Measured(
        np.array(errors),
        np.array([sure[number] for number in told]),
        sum(start is not None for start in nobodys),
        len(nobodys),
        len(sound) / RATE,
        cpu,
    )


def broken_up(texts: list[str], chance: random.Random) -> Iterator[str]:
    """Texts on end in lines of 8 to 16 characters without marks."""
    whole = "".join(filter(str.isalnum, "".join(texts)))
    while whole:
        size = chance.randint(8, 16)
        yield whole[:size]
        whole = whole[size:]


def carried(found: Alignment, texts: list[str]) -> list[int | None]:
    """When each text begins, as a script of them has it."""
    script = Script("", (Chapter("", tuple(map(Paragraph, texts))),))
    starts = [each.start_ms for each in carry(found, script, DEFAULT).sentences]
    firsts = np.cumsum([0, *(len(cut(text)) for text in texts)])[:-1]
    return [starts[first] for first in firsts]


class Pooled(NamedTuple):
    """What was found in several recordings: shares, and seconds of CPU time for an hour."""

    within: tuple[float, ...]  # of the lines, each of WITHIN
    wrong: float  # of the sure ones
    cpu: float


def pooled(found: list[Measured]) -> Pooled:
    """The measures of all lines together."""
    errors = np.nan_to_num(np.abs(np.concatenate([each.errors for each in found])), nan=9)
    sure = np.concatenate([each.sure for each in found])
    within = tuple(float(np.mean(errors <= limit)) for limit in WITHIN)
    wrong = float(np.mean(errors[sure] > 1)) if sure.any() else 0.0
    hours = sum(each.seconds for each in found) / 3600
    return Pooled(within, wrong, sum(each.cpu for each in found) / hours)


def is_met(found: list[Measured]) -> bool:
    """Whether the limits are met."""
    whole = pooled(found)
    is_exact = all(share >= least for share, least in zip(whole.within, LEAST_WITHIN, strict=True))
    return is_exact and whole.wrong <= MOST_WRONG and whole.cpu <= MOST_CPU


def row(name: str, found: list[Measured]) -> str:
    """A line of the table."""
    errors = np.abs(np.concatenate([each.errors for each in found]))
    sure = np.concatenate([each.sure for each in found])
    whole = pooled(found)
    cells = [
        name,
        str(len(errors)),
        *(f"{share:.1%}" for share in whole.within),
        f"{np.nanmedian(errors) * 1000:.0f} ms",
        f"{sure.mean():.0%}",
        f"{whole.wrong:.2%}",
        str(int(np.isnan(errors).sum())),
        f"{sum(e.invented for e in found)} of {sum(e.unsaid for e in found)}",
        f"{whole.cpu:.0f} s",
    ]
    return "| " + " | ".join(cells) + " |"


HEADING = (
    "| recording | lines | within 100 ms | 200 ms | 500 ms | median | sure "
    "| sure and > 1 s off | not found | invented | CPU of an hour |\n" + "|---" * 11 + "|"
)


def main() -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description="How exactly lines are found in recordings.")
    parser.add_argument("--espeak", action="store_true", help="sentences of espeak-ng")
    parser.add_argument("--conditions", default=",".join(CONDITIONS))
    parser.add_argument("--limit", type=int, default=120, help="sentences of each recording")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    folder = Path(os.environ.get("SENTENCES", "sentences"))
    sentences = own_sentences() if options.espeak else read_sentences(folder)
    if not sentences:
        print(f"bench/align.py measures nothing: no spoken sentences in {folder}", file=sys.stderr)
        return CANNOT_RUN
    print(HEADING, flush=True)
    found = []
    for name in options.conditions.split(","):
        condition = CONDITIONS[name]
        chosen = random.Random(options.seed + len(name)).sample(
            sentences, min(options.limit, len(sentences))
        )
        sound, lines = record(chosen, condition, options.seed)
        found.append(measure(sound, lines, condition.broken, options.seed))
        print(row(name, found[-1:]), flush=True)
    print(row("all", found))
    print(f"\nAt most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB of memory.")
    return int(not is_met(found))


if __name__ == "__main__":
    sys.exit(main())
