"""The nouns, in the order a run makes them. Frozen values; positions are samples."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Literal

HOST = "host"
GUEST = "guest"
PUNCTUATORS = ("tagger", "ct-transformer")  # the one that is shipped, and one to add
# What listeners must be told wherever an episode is offered: its voices are synthetic.
# Source: China's measures for labelling synthetic content, in force since 2025-09-01.
NOTICE = "本节目的声音由人工智能合成，并非真人录音。"
NOTICE_ENGLISH = "The voices in this episode are AI-generated."
NO_VOICE = "♪"  # begins the text of a turn that is a sound, no role's: no role can be named so


# What was heard ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One caption fragment as a recogniser printed it.

    `number` is its 1-based place in the source, and stays with it through every rule.
    `start_ms` and `end_ms` say when it is heard in the recording, where the source knows.
    """

    text: str
    number: int
    start_ms: int | None = None
    end_ms: int | None = None
    voice: str = HOST


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a recogniser printed, in order: no punctuation is promised."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words that end in a stop, and where they stood in the transcript.

    `line` is the number of the transcript line it begins in; `pause_ms` the silence before
    it in the recording, where the source knows. One voice says all of it.
    """

    text: str
    line: int
    pause_ms: int | None = None
    voice: str = HOST


# What a person edits -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that one voice says in one breath of thought; no line break inside."""

    text: str
    voice: str = HOST


@dataclass(frozen=True, slots=True)
class Chapter:
    """A titled stretch of the talk: what becomes one file and one mark.

    `part` names the larger section that opens with this chapter; empty where none opens.
    """

    title: str
    paragraphs: tuple[Paragraph, ...]
    part: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """The page a person edits. Its Markdown says all of it, and nothing else.

    `date` is ISO 8601 or empty; `author` is who is credited, or empty.
    """

    title: str
    chapters: tuple[Chapter, ...]
    author: str = ""
    date: str = ""


# What is heard -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Needs:
    """What an engine wants done to a text before it can say it.

    `numbers`: figures, dates, money, units and model names are put in words.
    `symbols`: what has no sound becomes a pause or nothing.
    `latin`: `shown` leaves words alone; `words` spells initialisms (I-P-O) and respells what
    an English voice gets wrong; `letters` names each letter (G P U); `hanzi` writes the
    letters' names in hanzi, for an engine without any Latin.
    `pinyin`: it takes `chong2 qing4` inside a sentence, so polyphones can be told.
    """

    numbers: bool = True
    symbols: bool = True
    latin: Literal["shown", "words", "letters", "hanzi"] = "words"
    pinyin: bool = False


IN_FULL = Needs(pinyin=True)  # espeak-ng
AS_SHOWN = Needs(numbers=False, latin="shown")  # services that read figures and Latin


@dataclass(frozen=True, slots=True)
class Saying:
    """Text as it is said, and for each of its characters the place in the shown text it says.

    `origins` has one index into the shown text per character of `text`, and never decreases.
    """

    text: str
    origins: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Audio:
    """Mono sound: little-endian 16-bit samples, `rate` of them a second."""

    pcm: bytes = field(repr=False)
    rate: int

    def __len__(self) -> int:
        """How many samples."""
        return len(self.pcm) // 2


@dataclass(frozen=True, slots=True)
class Mark:
    """Said from sample `start` on: the said text from its character `offset` on."""

    offset: int
    start: int


@dataclass(frozen=True, slots=True)
class Speech:
    """What an engine returns: the sound of all of a text, and when each word of it begins.

    Marks rise in both fields. Their samples count from the start of `audio`.
    """

    audio: Audio
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Words that last from sample `start` up to, not including, sample `end`.

    A word, a subtitle line and a chapter mark are all this.
    """

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Clip:
    """A sentence in sound. The words' texts, joined, are the sentence as shown."""

    audio: Audio
    words: tuple[Span, ...]
    voice: str = HOST

    @property
    def text(self) -> str:
        """The sentence as shown."""
        return "".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Track:
    """One chapter in sound: how many samples it lasts, and what is said when.

    `words` are the words of all its sentences in order; `lines` its subtitle lines, each
    exactly a run of words. Positions count from the chapter's first sample. `turns` are its
    paragraphs, end to end, each with the role that speaks it. `notes` are one or two sentences
    of the chapter, for the show notes.
    """

    title: str
    length: int
    lines: tuple[Span, ...]
    words: tuple[Span, ...]
    part: str = ""
    notes: tuple[str, ...] = ()
    turns: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Episode:
    """Chapters in sound, end to end: every file is made from this.

    `cast` pairs each role with the name of the voice that speaks it.
    """

    title: str
    rate: int
    tracks: tuple[Track, ...]
    author: str = ""
    date: str = ""
    cast: tuple[tuple[str, str], ...] = ()

    @property
    def length(self) -> int:
        """How many samples."""
        return sum(track.length for track in self.tracks)

    @property
    def chapters(self) -> tuple[Span, ...]:
        """The titles, covering the sound end to end."""
        return tuple(
            Span(start, start + track.length, track.title)
            for start, track in zip(self._starts(), self.tracks, strict=True)
        )

    @property
    def lines(self) -> tuple[Span, ...]:
        """All subtitle lines, in episode positions."""
        return tuple(
            later(line, start)
            for start, track in zip(self._starts(), self.tracks, strict=True)
            for line in track.lines
        )

    @property
    def words(self) -> tuple[Span, ...]:
        """All words, in episode positions."""
        return tuple(
            later(word, start)
            for start, track in zip(self._starts(), self.tracks, strict=True)
            for word in track.words
        )

    def _starts(self) -> tuple[int, ...]:
        ends = tuple(accumulate(track.length for track in self.tracks))
        return (0, *ends[:-1]) if ends else ()


def later(span: Span, samples: int) -> Span:
    """The span, so many samples later."""
    return Span(span.start + samples, span.end + samples, span.text)


@dataclass(frozen=True, slots=True)
class Voice:
    """Who says a role's words: an engine's own voice and how it is set.

    `speed` and `pitch` are factors of the voice's own; an empty `id` is the engine's default,
    as is an empty `model`, for an engine that has several. All voices are brought to one
    loudness; `gain` is by how many decibels this one departs from it. `language` is a BCP 47 tag.
    """

    role: str
    engine: str
    id: str = ""
    speed: float = 1.0
    pitch: float = 1.0
    gain: float = 0.0
    licence: str = ""
    language: str = "zh-CN"
    model: str = ""

    @property
    def sound(self) -> tuple[str, str, str, str, float, float]:
        """What an engine's answer depends on: not the role, its gain, nor a licence."""
        return (self.engine, self.model, self.id, self.language, self.speed, self.pitch)


# How it is made ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything a listener could notice that a user may set; the only defaults."""

    engine: str = "auto"
    comma_pause: float = 0.2  # seconds, where the voice itself pauses
    sentence_pause: float = 0.35  # seconds
    paragraph_pause: float = 0.8  # seconds
    chapter_pause: float = 1.6  # seconds
    loudness: float = -16.0  # LUFS; Apple asks for -16 +-1
    peak: float = -1.0  # dBTP, at most, in the MP3 as decoded
    bitrate: int = 96  # kbit/s; Apple: 96-128 for mono
    punctuation: str = PUNCTUATORS[0]  # what sets the marks of a transcript
    chapters: int = 0  # how many to divide into; 0 lets the talk decide
    m4b: bool = False  # whether an M4B is made beside the MP3
    chapter_minutes: float = 3.0  # what a chapter should last, where the talk leaves a choice
    intro: Path | None = None  # a sound file, part of the first chapter
    outro: Path | None = None  # a sound file, part of the last
    music: Path | None = None  # a sound file, looped under each chapter
    music_loudness: float = -28.0  # LUFS where nobody speaks: too soft to count for the whole's
    music_duck: float = 8.0  # dB less under speech, then 20 under it, as WCAG 2.2 (1.4.7) asks
    chapter_sound: bool = False  # before each chapter but the first
    spoken_notice: bool = False  # the AI-voice notice, said first
    subtitle_style: str = "netflix"  # or "ted"
    subtitle_lines: int = 1  # shown together, at most
    karaoke: bool = False  # word times in VTT
    editor: str = ""  # a model that proposes corrections of the text; empty asks none
