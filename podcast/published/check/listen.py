"""An episode's chapters and its script -> the paragraphs that are not heard as they are written.

    chapter's sound, subtitles, script --whole_sentences--> Stretches --pieces--> Stretches
        --recogniser, compare--> Places of each paragraph --again, cut otherwise--> Faults

The sound is cut where a sentence ends, because a recogniser that begins inside a sentence often
loses all of it. A paragraph that seems wrong is heard again, alone and then sentence by sentence,
and what is heard right once is right: a recogniser mishears here or there, a fault stays.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, islice, pairwise
from pathlib import Path
from statistics import median

import numpy as np

from podcast.errors import ReadError, ScriptError
from podcast.files.keys import digest
from podcast.files.names import SOUND
from podcast.formats.faults import Fault
from podcast.model import NOTICE, Chapter, Paragraph
from podcast.outside import ffmpeg
from podcast.outside.recogniser import LONGEST_SECONDS, RATE, SHORTEST_SECONDS, Recogniser, Samples
from podcast.published.check.compare import Difference, Place, aligned, merged, tokens, worst
from podcast.published.check.opened import Caption, Folder, letters, read_srt
from podcast.published.listened import write_listened
from podcast.published.report import BUILT, Listened, require_fields
from podcast.text.sentences import breaths

EDGE = 0.05  # seconds of sound that are added before and after a piece
SLOW = 1.2  # times as long as its words take in this chapter: then a paragraph may be said twice
FEWEST_SYLLABLES = 8  # of a paragraph whose length tells something


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sentences that are heard one after the other from one second of a sound to another."""

    start: float
    end: float
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """The sentences, joined."""
        return "".join(self.sentences)


# Cutting -------------------------------------------------------------------------------------


def whole_sentences(cues: Iterable[Caption], sentences: Sequence[str]) -> Iterator[Stretch]:
    """The sentences with the times of their subtitles; several where a subtitle joins them.

    Raises ReadError if the subtitles have other words than the sentences.
    """
    ends = list(accumulate(len(letters(sentence)) for sentence in sentences))
    some: list[Caption] = []
    reached = done = 0
    for cue in cues:
        some.append(cue)
        reached += len(letters(cue.text))
        if reached in ends[done:]:
            until = len(ends) - ends[::-1].index(reached)
            yield Stretch(
                some[0].start_ms / 1000, some[-1].end_ms / 1000, tuple(sentences[done:until])
            )
            some, done = [], until
    if some or done < len(sentences):
        raise ReadError("its subtitles have other words than its script")


def pieces(
    stretches: Sequence[Stretch],
    shortest: float = SHORTEST_SECONDS,
    longest: float = LONGEST_SECONDS,
) -> Iterator[Stretch]:
    """Stretches joined to pieces that the recogniser gets, each of whole sentences.

    >>> three = Stretch(0, 9, ("一",)), Stretch(9, 18, ("二",)), Stretch(18, 20, ("三",))
    >>> [piece.text for piece in pieces(three)]
    ['一二', '三']
    """
    some: list[Stretch] = []
    for stretch in stretches:
        if some and stretch.end - some[0].start > longest:
            yield _joined(some)
            some = []
        some.append(stretch)
        if stretch.end - some[0].start >= shortest:
            yield _joined(some)
            some = []
    if some:
        yield _joined(some)


def _joined(some: Sequence[Stretch]) -> Stretch:
    sentences = tuple(sentence for stretch in some for sentence in stretch.sentences)
    return Stretch(some[0].start, some[-1].end, sentences)


def cut(samples: Samples, piece: Stretch, edge: float = EDGE) -> Samples:
    """The sound of a piece, with `edge` seconds before and after it."""
    start, end = (round(at * RATE) for at in (piece.start - edge, piece.end + edge))
    return samples[max(0, start) : end]


# Hearing -------------------------------------------------------------------------------------


def listen(
    path: Path,
    recogniser: Recogniser,
    name: str,
    watch: Callable[[float], None] = lambda _: None,
    *,
    earlier: Listened | None = None,
    chapters: Collection[int] = (),
) -> Listened:
    """Hear a built episode, compare it with its script, and write what was found.

    It is written into the episode's report and onto its page. `name` is what the recogniser is
    called; `watch` is told each share of the work when it is done. With `earlier`, only the
    `chapters` of these numbers, which count from 1, are heard, and the faults of the others are
    taken from it. Raises ReadError if a file of the episode cannot be read or has other words than
    the script, FfmpegError, or WriteError.
    """
    require_fields(path, *BUILT)
    try:
        folder = Folder(path)
        numbers = chapters if earlier else range(1, len(folder.songs) + 1)
        listened = _listened(folder, recogniser, name, watch, earlier, sorted(numbers))
        write_listened(listened, path)
    except (ReadError, ScriptError, ValueError, LookupError, TypeError, OSError) as error:
        raise ReadError(
            f"{path} cannot be heard: {error}; run `podcast make` for it again"
        ) from error
    return listened


def _listened(
    folder: Folder,
    recogniser: Recogniser,
    name: str,
    watch: Callable[[float], None],
    earlier: Listened | None,
    numbers: Sequence[int],
) -> Listened:
    """What is heard of the chapters of these numbers, and was heard earlier of the others."""
    chapters = _chapters(folder)
    starts = [float(told["startTime"]) for told in folder.chapters]
    kept = earlier.faults if earlier else ()
    found = [fault for fault in kept if fault.chapter not in numbers]
    pairs = list(zip(chapters, folder.songs, starts, strict=True))
    for number in numbers:
        chapter, song, _ = pairs[number - 1]
        heard = hear_chapter(chapter, song, recogniser)
        found += [replace(fault, chapter=number) for fault in heard]
        watch(1 / len(numbers))
    texts = [paragraph.text for chapter in chapters for paragraph in chapter.paragraphs]
    faults = [_placed(fault, starts[fault.chapter - 1]) for fault in found]
    return Listened(
        name,
        sum(any(map(str.isalnum, text)) for text in texts),
        tuple(sorted(faults, key=lambda fault: (fault.chapter, fault.paragraph))),
        digest(folder.path / SOUND),
    )


def _placed(fault: Fault, start: float) -> Fault:
    """A fault with its times in the episode, in which its chapter begins at second `start`."""
    begins = start + fault.chapter_seconds
    ends = begins + fault.end_seconds - fault.start_seconds
    return replace(fault, start_seconds=round(begins, 3), end_seconds=round(ends, 3))


def _chapters(folder: Folder) -> tuple[Chapter, ...]:
    """The chapters of the script, the first with the notice if that is spoken."""
    first, *others = folder.script.chapters
    if folder.spoken_text.startswith(NOTICE) and not first.paragraphs[0].text.startswith(NOTICE):
        first = replace(first, paragraphs=(Paragraph(NOTICE), *first.paragraphs))
    return (first, *others)


def hear_chapter(chapter: Chapter, song: Path, recogniser: Recogniser) -> Iterator[Fault]:
    """The faults of one chapter, of which `song` is the sound; their times are those in it."""
    cues = read_srt(song.with_suffix(".srt").read_text("utf-8"))
    texts = [paragraph.text for paragraph in chapter.paragraphs]
    return faults(chapter.title, texts, samples_of(song), cues, recogniser)


def samples_of(song: Path) -> Samples:
    """A sound file as a recogniser gets it. Raises FfmpegError."""
    pcm = b"".join(ffmpeg.decode(song, RATE))
    samples: Samples = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)
    return samples


def said_sentences(text: str) -> tuple[str, ...]:
    """The sentences of a paragraph that are said and shown in subtitles."""
    return tuple(sentence for sentence in breaths(text) if letters(sentence))


def faults(
    title: str,
    texts: Sequence[str],
    samples: Samples,
    cues: Iterable[Caption],
    recogniser: Recogniser,
) -> Iterator[Fault]:
    """The faults of a chapter of the paragraphs `texts`; `cues` are the subtitles of its sound.

    Raises ReadError if the subtitles have other words than the paragraphs.
    """
    said = [said_sentences(text) for text in texts]
    sentences = tuple(sentence for some in said for sentence in some)
    hearing = _Hearing(samples, tuple(whole_sentences(cues, sentences)), recogniser)
    bounds = accumulate(map(len, said), initial=0)
    for number, (first, last) in enumerate(pairwise(bounds), 1):
        difference = hearing.difference(first, last)
        if difference:
            text, start, end = hearing.place(difference, first)
            yield Fault(
                0, title, number, difference.kind, start, end, start, text, difference.heard
            )


Heard = dict[int, tuple[Place, ...]]
"""What was heard of each sentence of a chapter, by the number of the sentence."""


class _Hearing:
    """A chapter that is heard: its sound, its stretches, and the tokens of each sentence."""

    def __init__(
        self, samples: Samples, stretches: tuple[Stretch, ...], recogniser: Recogniser
    ) -> None:
        self.samples, self.stretches, self.recogniser = samples, stretches, recogniser
        self.sentences = [sentence for each in stretches for sentence in each.sentences]
        self.said = [tokens(sentence) for sentence in self.sentences]
        starts = accumulate((len(each.sentences) for each in stretches), initial=0)
        self.starts = tuple(starts)  # the number of the first sentence of each stretch, and the end
        lengths = [
            (each.end - each.start) / self._syllables(at, at + 1)
            for at, each in enumerate(stretches)
            if self._syllables(at, at + 1)
        ]
        self.pace = median(lengths or [0.0])  # seconds a syllable
        self.texts: dict[tuple[float, float], str] = {}
        self.whole = self._heard(stretches, 0, SHORTEST_SECONDS)

    def difference(self, first: int, last: int) -> Difference | None:
        """What is wrong in the paragraph of the sentences from `first` up to `last`."""
        if first == last:
            return None
        heard = _paragraph(self.whole, first, last)
        begun, ended = self._stretch(first), self._stretch(last - 1) + 1
        ways = [LONGEST_SECONDS, 0.0]
        if self._is_slow(begun, ended):
            heard = _paragraph(self._again(begun, ended, ways.pop(0)), first, last)
        found = worst(heard)
        for shortest in ways:
            if not found:
                return None
            again = _paragraph(self._again(begun, ended, shortest), first, last)
            heard = merged(heard, again)
            found = worst(heard)
        return found

    def _again(self, begun: int, ended: int, shortest: float) -> Heard:
        """The stretches from `begun` up to `ended`, heard without their neighbours."""
        return self._heard(self.stretches[begun:ended], self.starts[begun], shortest)

    def place(self, difference: Difference, first: int) -> tuple[str, float, float]:
        """The text of a difference, and the seconds from which to which its sentences are heard.

        `first` is the first sentence of its paragraph. Where too much is said, the text is the
        sentence after which, or instead of which, it is said.
        """
        said = [(at, one) for at in range(first, len(self.said)) for one in self.said[at]]
        begun, start = said[difference.first]
        ended, end = said[difference.last]
        text = "".join(self.sentences[begun : ended + 1])
        if difference.kind in ("missing", "misread"):
            text = text[start.start : len(text) - len(self.sentences[ended]) + end.end]
        times = self.stretches[self._stretch(begun)].start, self.stretches[self._stretch(ended)].end
        return (text, *times)

    def _is_slow(self, begun: int, ended: int) -> bool:
        """Whether the stretches from `begun` up to `ended` last long for their words.

        Among its neighbours, a recogniser often writes a sentence once that is said twice.
        """
        syllables = self._syllables(begun, ended)
        seconds = self.stretches[ended - 1].end - self.stretches[begun].start
        return syllables >= FEWEST_SYLLABLES and seconds > SLOW * self.pace * syllables

    def _syllables(self, begun: int, ended: int) -> int:
        numbers = range(self.starts[begun], self.starts[ended])
        return sum(len(self.said[number]) for number in numbers)

    def _stretch(self, sentence: int) -> int:
        return bisect_right(self.starts, sentence) - 1

    def _heard(self, stretches: Sequence[Stretch], first: int, shortest: float) -> Heard:
        """What was heard of some stretches, of which the first begins with sentence `first`."""
        heard: Heard = {}
        for piece in pieces(stretches, shortest):
            last = first + len(piece.sentences)
            said = [token for at in range(first, last) for token in self.said[at]]
            places = iter(aligned(said, self._text(piece)))
            for at in range(first, last):
                heard[at] = tuple(islice(places, len(self.said[at])))
            first = last
        return heard

    def _text(self, piece: Stretch) -> str:
        key = (piece.start, piece.end)
        if key not in self.texts:
            self.texts[key] = self.recogniser.hear(cut(self.samples, piece))
        return self.texts[key]


def _paragraph(heard: Heard, first: int, last: int) -> tuple[Place, ...]:
    """What was heard of the sentences from `first` up to `last`.

    Words between this paragraph and the one before it may belong to either, so they are taken to
    belong to both: only the paragraph that has them when it is heard alone will keep them.
    """
    places = [place for at in range(first, last) for place in heard[at]]
    before = heard.get(first - 1)
    if places and before and before[-1].further:
        places[0] = replace(
            places[0],
            further=(*before[-1].further, *places[0].further),
            further_text=before[-1].further_text + places[0].further_text,
        )
    return tuple(places)
