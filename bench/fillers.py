"""How much of what a script drops is cut out of the recording, and what is damaged beside it.

    python bench/fillers.py [--tuning] [--each]

espeak-ng, which the network never heard, says the clauses of two talks of bench/talks/, one
part after another, so it is known to the sample where each part lies. Between the parts stand
fillers (嗯, 那个, 然后 …), words said twice, and words begun and left. They stand between pauses,
or run into the words; and the transcript tells them, or only the sound has them. The program
builds the episode with the engine `recording` from a script that has none of them. The exit status
is 1 if of those that the transcript tells too few are gone, or a word beside them is damaged.

With --tuning the other two talks are said: rules are made with those, and never with the two that
are measured. --each lists what was left and what was damaged.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import rjieba
import soxr
from numpy.typing import NDArray

from podcast.engines.espeak import Espeak
from podcast.model import Chapter, Kept, Paragraph, Script, Voice
from podcast.published.check.opened import read_srt
from podcast.published.report import read_report
from podcast.text.script import read_script, script_text

TALKS = Path(__file__).parent / "talks"
MEASURED = {"interview": "cmn", "superintelligence": "cmn+f3"}  # and the voice that says it
TUNING = {"office": "cmn", "indigo": "cmn+f3"}
RATE = 44_100  # samples a second
LOUD = 1500.0  # RMS of every part, in 16-bit units
FILLERS = ("嗯", "呃", "啊", "那个", "就是", "然后", "就是说", "这个", "嗯那个", "呃就是")
SAID_AGAIN, BROKEN_OFF = 0.15, 0.15  # shares of the fillers that are words of the clause itself
INSIDE, BEFORE = 0.7, 0.4  # of the clauses have one inside, and one before them
TIMES = 2  # that each talk is said, with other fillers
CLAUSES = 4  # of a paragraph
SHORTEST, LONGEST = 5, 18  # hanzi of a clause
# Of a filler that is gone, so much may be left; of a kept part, so much may be lost; and a line may
# begin so much too early or too late.
LEFT_MS, LEFT_SHARE, LOST_MS, OFF_MS = 20.0, 0.1, 20.0, 30.0
LEAST_GONE, LEAST_ON_TIME = 0.95, 0.95
GAPS = {"pauses": (0.06, 0.3), "run on": (0.0, 0.03)}  # seconds on either side of a filler
Sound = NDArray[np.float32]


class Part(NamedTuple):
    """A text that is said from sample `start` up to sample `end` of a recording.

    `opens` has the sample at which each character begins, or None where espeak-ng does not tell.
    """

    text: str
    start: int
    end: int
    opens: tuple[int | None, ...] = ()

    @property
    def ms(self) -> float:
        """How long it lasts."""
        return (self.end - self.start) * 1000 / RATE


@dataclass
class Talk:
    """A recording as it is put together: what is kept, what is planted, and its transcript."""

    chance: random.Random
    noise: np.random.Generator
    voice: str
    sounds: list[Sound] = field(default_factory=list)
    samples: int = 0
    words: list[Part] = field(default_factory=list)
    fillers: list[Part] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)

    def say(self, text: str, gain: float = 1.0) -> Part:
        """Say a text; where it lies."""
        sound, opens = said(text, self.voice)
        start = self.samples
        self._add(sound * np.float32(gain))
        places = (None if each is None else start + each for each in opens)
        return Part(text, start, self.samples, tuple(places))

    def rest(self, least: float, most: float) -> None:
        """Room tone of about 80 dB below full scale, for so many seconds."""
        count = round(self.chance.uniform(least, most) * RATE)
        self._add(self.noise.standard_normal(count).astype(np.float32) * 3)

    def _add(self, sound: Sound) -> None:
        self.sounds.append(sound)
        self.samples += len(sound)


@cache
def said(text: str, voice: str) -> tuple[Sound, tuple[int | None, ...]]:
    """A text as espeak-ng says it, without the silence around it; as loud as any other.

    And the sample at which each of its characters begins, where espeak-ng tells it.
    """
    speech = Espeak().speak(text, Voice("host", "espeak", voice))
    audio = speech.audio
    sound = np.frombuffer(audio.pcm, "<i2").astype(np.float32)
    sound = np.asarray(soxr.resample(sound, audio.rate, RATE), np.float32)
    loud = np.flatnonzero(np.abs(sound) > 60)
    sound = sound[loud[0] : loud[-1] + 1]
    opens = {
        mark.offset: max(0, round(mark.start * RATE / audio.rate) - int(loud[0]))
        for mark in speech.marks
    }
    level = np.asarray(sound / np.sqrt(np.square(sound).mean()) * LOUD, np.float32)
    return level, tuple(map(opens.get, range(len(text))))


# Talks ---------------------------------------------------------------------------------------


def clauses(path: Path) -> list[str]:
    """What a talk has between two marks, where that is hanzi alone and neither short nor long."""
    whole = "。".join(
        paragraph.text for chapter in read_script(path).chapters for paragraph in chapter.paragraphs
    )
    found = re.split(r"[^\w ]+", whole)
    return [each for each in found if re.fullmatch(rf"[一-鿿]{{{SHORTEST},{LONGEST}}}", each)]


def planted(name: str, voice: str, gaps: tuple[float, float], *, told: bool, time: int = 0) -> Talk:
    """A talk with fillers, others each `time`; the transcript tells them, or only the sound."""
    seed = f"{name} {gaps} {told}{f' {time}' if time else ''}"
    talk = Talk(random.Random(seed), np.random.default_rng(len(seed)), voice)
    talk.rest(0.5, 0.5)
    for clause in clauses(TALKS / f"{name}.md"):
        _say_clause(talk, clause, gaps, told=told)
        talk.rest(0.25, 0.7)
    return talk


def _say_clause(talk: Talk, clause: str, gaps: tuple[float, float], *, told: bool) -> None:
    line = ""
    for number, part in enumerate(_parts(clause, talk.chance)):
        if number or talk.chance.random() < BEFORE:
            filler = _filler(talk.chance, line, part)
            if number:
                talk.rest(*gaps)
            talk.fillers.append(talk.say(filler, talk.chance.uniform(0.6, 1.0)))
            talk.rest(*gaps)
            line += filler if told else ""
        talk.words.append(talk.say(part))
        line += part
    talk.raw.append(line)
    talk.clauses.append(clause)


def _parts(clause: str, chance: random.Random) -> tuple[str, ...]:
    """A clause whole, or parted between two words."""
    ends = np.cumsum([len(word) for word in rjieba.cut(clause)])
    inner = [int(end) for end in ends if 2 <= end <= len(clause) - 2]
    if not inner or chance.random() >= INSIDE:
        return (clause,)
    at = chance.choice(inner)
    return clause[:at], clause[at:]


def _filler(chance: random.Random, before: str, following: str) -> str:
    """What is planted before a part: a hesitation, its first word, or the beginning of it.

    A hesitation is not what stands beside it: which of the two is kept would be all the same.
    """
    kind = chance.random()
    if kind < SAID_AGAIN:
        return str(rjieba.cut(following)[0])
    if kind < SAID_AGAIN + BROKEN_OFF and len(following) > 3:
        return following[: chance.randint(2, 3)]
    beside = [each for each in FILLERS if before.endswith(each) or following.startswith(each)]
    return chance.choice([each for each in FILLERS if each not in beside])


def script_of(talk: Talk) -> Script:
    """The script of a talk: its clauses without the fillers, so many to a paragraph."""
    groups = [
        talk.clauses[first : first + CLAUSES] for first in range(0, len(talk.clauses), CLAUSES)
    ]
    paragraphs = tuple(Paragraph("，".join(group) + "。") for group in groups)
    return Script("talk", (Chapter("talk", paragraphs),))


# Measuring -----------------------------------------------------------------------------------


class Built(NamedTuple):
    """What of a recording an episode has, and the start and the text of each of its subtitles."""

    kept: tuple[Kept, ...]
    cues: tuple[tuple[float, str], ...]  # milliseconds


def built(talk: Talk, folder: Path) -> Built:
    """Build the episode of a talk."""
    out = folder / "out" / "talk"
    out.mkdir(parents=True)
    (folder / "talk.txt").write_text("\n".join(talk.raw) + "\n", "utf-8")
    (out / "script.md").write_text(script_text(script_of(talk)), "utf-8")
    with wave.open(str(folder / "talk.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(np.concatenate(talk.sounds).clip(-32768, 32767).astype("<i2").tobytes())
    command = "make talk.txt --recording talk.wav --engine recording --offline -q --jobs 1"
    subprocess.run(
        [sys.executable, "-m", "podcast", *command.split()],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    cues = read_srt((out / "episode.srt").read_text("utf-8"))
    return Built(read_report(out).kept, tuple((cue.start_ms, cue.text) for cue in cues))


@dataclass(frozen=True)
class Measured:
    """What was planted and what is left of it, what is damaged, and how far off lines begin."""

    fillers: int
    left: tuple[str, ...]
    words: int
    damaged: tuple[str, ...]
    errors: tuple[float, ...]  # milliseconds

    @property
    def gone(self) -> float:
        """The share of fillers that are gone."""
        return 1 - len(self.left) / max(1, self.fillers)

    @property
    def on_time(self) -> float:
        """The share of lines that begin in time."""
        return float(np.mean([abs(error) <= OFF_MS for error in self.errors]))

    def __add__(self, other: Measured) -> Measured:
        return Measured(
            self.fillers + other.fillers,
            self.left + other.left,
            self.words + other.words,
            self.damaged + other.damaged,
            self.errors + other.errors,
        )


def measured(talk: Talk, made: Built) -> Measured:
    """Compare an episode with what was said.

    Of words that are said twice either copy may be cut out, if the other one is whole: both are the
    same words. Where the damage is told by each part, so is that of a part of it that is kept.
    """
    fillers, words = as_cut(talk, made.kept)
    left = [(part, kept_ms(part, made.kept)) for part in fillers]
    lost = [(part, part.ms - kept_ms(part, made.kept)) for part in words]
    return Measured(
        len(talk.fillers),
        tuple(_told(*each) for each in left if each[1] > max(LEFT_MS, LEFT_SHARE * each[0].ms)),
        len(talk.words),
        tuple(_told(*each) for each in lost if each[1] > LOST_MS),
        tuple(_errors(talk, made)),
    )


def as_cut(talk: Talk, kept: Sequence[Kept]) -> tuple[list[Part], list[Part]]:
    """The fillers and the words, where what is said twice is the filler in the place that is cut.

    Of 三周 三周以后 the first 三周 is planted; if the second one is cut out, that is the filler.
    """
    fillers: list[Part] = []
    words = {part.start: part for part in talk.words}
    spare: list[Part] = []
    for filler in talk.fillers:
        before = max((at for at in words if at < filler.start), default=None)
        after = min((at for at in words if at > filler.start), default=None)
        if before is None or after is None:
            fillers.append(filler)
            continue
        choices = [*_moved(words[before], filler, words[after])]
        best = min(choices, key=lambda choice: _badness(choice[0], choice[1], kept))
        fillers.append(best[0])
        words[before], words[after] = best[1][0], best[1][-1]
        spare += best[1][1:-1]
    return fillers, sorted([*words.values(), *spare], key=lambda part: part.start)


def _badness(filler: Part, words: Sequence[Part], kept: Sequence[Kept]) -> float:
    """How many milliseconds of words are lost, and of a filler are left."""
    return kept_ms(filler, kept) + sum(part.ms - kept_ms(part, kept) for part in words)


def _moved(before: Part, filler: Part, after: Part) -> Iterator[tuple[Part, tuple[Part, ...]]]:
    """Yield the filler and the words around it, in each place where the same words are said."""
    yield filler, (before, after)
    parts = before, filler, after
    text = "".join(part.text for part in parts)
    opens = [*(at for part in parts for at in part.opens), after.end]
    first, end = len(before.text), len(before.text) + len(filler.text)
    for by in range(1, len(after.text) + 1):
        if by > len(filler.text) or text[first : first + by] != text[end : end + by]:
            break
        start, stop = opens[first + by] if by < len(filler.text) else after.start, opens[end + by]
        if start is None or stop is None:
            continue
        kept = Part(filler.text[:by], filler.start, min(start, filler.end))
        rest = after._replace(text=after.text[by:], start=stop, opens=after.opens[by:])
        yield Part(text[first + by : end + by], start, stop), (before, kept, rest)
    for by in range(1, len(before.text) + 1):
        if by > len(filler.text) or text[first - by : first] != text[end - by : end]:
            break
        start = opens[first - by]
        stop = opens[end - by] if by < len(filler.text) else filler.start
        if start is None or stop is None:
            continue
        rest = before._replace(text=before.text[:-by], end=start, opens=before.opens[:-by])
        kept = Part(filler.text[-by:], stop, filler.end)
        stop = stop if by < len(filler.text) else before.end
        yield Part(text[first - by : end - by], start, stop), (rest, kept, after)


def kept_ms(part: Part, kept: Sequence[Kept]) -> float:
    """How much of a part an episode has."""
    shared = (min(each.end, part.end) - max(each.start, part.start) for each in kept)
    return sum(max(0, samples) for samples in shared) * 1000 / RATE


def _told(part: Part, ms: float) -> str:
    return f"{part.text} at {part.start / RATE:.2f} s: {ms:.0f} of {part.ms:.0f} ms"


def _errors(talk: Talk, made: Built) -> Iterator[float]:
    """By how many milliseconds each subtitle that begins with a part begins too late."""
    places = np.cumsum([0, *(len(each.text) for each in talk.words)])[:-1]
    starts = dict(zip(places.tolist(), talk.words, strict=True))
    reached = 0
    for start, text in made.cues:
        part = starts.get(reached)
        reached += sum(map(str.isalnum, text))
        if part is not None:
            yield min(
                (start - at for at in _heard_at(part.start, made.kept)), key=abs, default=np.inf
            )


def _heard_at(sample: int, kept: Sequence[Kept]) -> Iterator[float]:
    """When a sample of a recording is heard in an episode, in milliseconds."""
    for each in kept:
        if each.start <= sample + RATE * LOST_MS / 1000 and sample < each.end:
            yield (each.at + max(sample, each.start) - each.start) * 1000 / RATE


def row(name: str, found: Measured) -> str:
    """A line of the table."""
    gone = found.fillers - len(found.left)
    return (
        f"{name:18} {gone:4} of {found.fillers:4} {found.gone:7.1%} "
        f"{len(found.damaged):7} of {found.words:4} {found.on_time:9.1%}"
    )


def main() -> int:
    """Print the table; 1 if a limit is not met."""
    parser = argparse.ArgumentParser(description="What is cut out of a recording, and what not.")
    parser.add_argument("--tuning", action="store_true", help="the talks that rules are made with")
    parser.add_argument("--each", action="store_true", help="list what was left or damaged")
    options = parser.parse_args()
    talks = TUNING if options.tuning else MEASURED
    print(f"{'fillers':18} {'gone':>20} {'damaged':>15} {'on time':>9}")
    rows = {}
    for told, (gaps, seconds) in product((True, False), GAPS.items()):
        name = f"{'told' if told else 'untold'}, {gaps}"
        found = Measured(0, (), 0, (), ())
        for (talk, voice), time in product(talks.items(), range(TIMES)):
            made = planted(talk, voice, seconds, told=told, time=time)
            with TemporaryDirectory() as folder:
                found += measured(made, built(made, Path(folder) / "talk"))
        rows[name] = found
        print(row(name, found), flush=True)
        if options.each:
            print(*(f"  left     {each}" for each in found.left), sep="\n")
            print(*(f"  damaged  {each}" for each in found.damaged), sep="\n")
    told_rows = [found for name, found in rows.items() if name.startswith("told")]
    whole = sum(told_rows, Measured(0, (), 0, (), ()))
    print(row("told, all", whole))
    is_met = whole.gone >= LEAST_GONE and whole.on_time >= LEAST_ON_TIME and not whole.damaged
    return int(not is_met)


if __name__ == "__main__":
    sys.exit(main())
