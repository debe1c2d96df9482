"""The nouns, in the order a run makes them. Frozen values; positions are samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from itertools import accumulate
from pathlib import Path
from typing import Any, Literal, TypeVar

RATE = 44_100  # samples a second of all sound in the program; Apple Podcasts' least
HOST = "host"
GUEST = "guest"
PUNCTUATORS = ("tagger", "ct-transformer")  # the one that is shipped, and one to add
# What listeners must be told wherever an episode is offered: its voices are synthetic.
# Source: China's measures for labelling synthetic content, in force since 2025-09-01.
NOTICE = "本节目的声音由人工智能合成，并非真人录音。"
NOTICE_ENGLISH = "The voices in this episode are AI-generated."
NO_VOICE = "♪"  # begins the text of a turn that is a sound, no role's: no role can be named so

Watch = Callable[[str, str, float], None]
"""Told a stage, what it works on, and the share (0 to 1) of the whole work that is done."""
Tell = Callable[[str], None]
"""Told a sentence that a person should know."""


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
class Opening:
    """A chapter start set by hand: a title, and the phrase or transcript line it begins with.

    `part` names the larger section that opens with it, if one does.
    """

    title: str
    begins: str | int
    part: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """The page a person edits. Its Markdown says all of it, and nothing else.

    `date` is ISO 8601 or empty; `author` is who is credited, or empty. `names` pairs the roles of
    host and guest with the names of who is heard in them, where these are known; `speakers` are
    the further people, each of whom has a role of his own name.
    """

    title: str
    chapters: tuple[Chapter, ...]
    author: str = ""
    date: str = ""
    names: tuple[tuple[str, str], ...] = ()
    speakers: tuple[str, ...] = ()


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
    `english`: it says a sentence in English with an English voice, which reads figures itself.
    """

    numbers: bool = True
    symbols: bool = True
    latin: Literal["shown", "words", "letters", "hanzi"] = "words"
    pinyin: bool = False
    english: bool = False


IN_FULL = Needs(pinyin=True, english=True)  # espeak-ng
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

    `cast` pairs each role with the name of the voice that speaks it, `names` host and guest with
    the names of the people, where these are known.
    """

    title: str
    rate: int
    tracks: tuple[Track, ...]
    author: str = ""
    date: str = ""
    cast: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()

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
class Style:
    """How a publisher asks for subtitles to be cut and shown. A hanzi is 1 wide, a letter 1/2.

    `fastest` is in characters a second; `drops_marks` shows no ，。 and a space for an inner one.
    With two `rows`, two lines of one sentence are shown together where time allows.

    To add a style, add a row to STYLES, with its source; a row in the table of docs/recipe.md
    and docs/recipe.zh-CN.md; and a test of what it does otherwise. The choices of the option
    `subtitle_style`, the subtitles and `podcast check` read this table.
    """

    drops_marks: bool
    width: int = 16
    rows: int = 1
    fastest: float = 9.0
    shortest_ms: int = 834  # 20 frames of 1/24 s
    longest_ms: int = 7000
    gap_ms: int = 84  # 2 frames of 1/24 s: the least between cues
    hold_ms: int = 500  # the longest a cue stays after its last word


# It stands here, not in the room of subtitles, because the recipe's choices are these names, and
# both who cuts lines and who checks them read its numbers.
STYLES: dict[str, Style] = {
    # Source: Netflix, Timed Text Style Guide, Simplified Chinese.
    "netflix": Style(drops_marks=True),
    # Source: TED, guidelines for subtitles in Chinese.
    "ted": Style(drops_marks=False, fastest=10.0, shortest_ms=1000),
}


Change = Literal["cast", "text", "record", "around", "press", "music", "files"]
"""What a field of the recipe changes, and so which keys of the store hold its value.

cast     who speaks. The voices are in the key of each take, so the field itself is not.
text     the script. Its text is in the key of each take, so the field itself is not.
record   every take: its value is in the key of the take.
around   the takes that hold it: a sound or a sentence that opens or ends some chapters.
press    every chapter's frames, not its take: its value is in their name.
music    the same as press, where the recipe has music.
files    only files that are written from the finished episode.
"""

Value = TypeVar("Value")


def option(
    default: Value,
    meaning: str,
    *changes: Change,
    least: float = 0.0,
    most: float = 0.0,
    choices: tuple[str | int, ...] = (),
) -> Value:
    """A field of Recipe: its default, what it means, what it changes, and its range.

    `meaning` is one sentence, which is also the help of the command. A number is from `least` to
    `most`; anything else is one of `choices`, where there are any.
    """
    about = {
        "meaning": meaning,
        "changes": changes,
        "least": least,
        "most": most,
        "choices": choices,
    }
    return field(default=default, metadata=about)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything a listener could notice that a user may set; the only place of defaults.

    To add an option:

    1. Add a field here, with `option`. The command's option, the key in the settings file, their
       error messages, the help and the keys of the store are derived from it.
    2. Use `recipe.NAME` where it takes effect. A field that changes `record`, `press` or `music`
       is used by `production/jobs.py` or below it; one that changes `around` must change the
       words or the sounds of a chapter.
    3. Add its row to the table in docs/recipe.md and docs/recipe.zh-CN.md.
    4. Test what it does. tests/production/test_recipe_keys.py tries every field, and fails where
       a field changes other keys than it says.
    """

    engine: str = option("auto", "What reads aloud: auto, or the name of an engine.", "cast")
    comma_pause: float = option(
        0.2, "Seconds at a comma, where the voice pauses.", "record", most=10
    )
    sentence_pause: float = option(0.35, "Seconds after a sentence.", "record", most=10)
    paragraph_pause: float = option(0.8, "Seconds after a paragraph.", "record", most=10)
    chapter_pause: float = option(1.6, "Seconds after a chapter.", "record", most=10)
    # Apple Podcasts asks for -16 +-1 LUFS.
    loudness: float = option(-16.0, "LUFS of the whole.", "press", least=-40, most=-10)
    # The peak of the MP3 as it is decoded, not of what is encoded.
    peak: float = option(-1.0, "dBTP that no peak passes.", "press", least=-20, most=0)
    # Apple Podcasts asks for 96 to 128 kbit/s of mono sound.
    bitrate: int = option(96, "kbit/s of the MP3.", "press", choices=(64, 80, 96, 112, 128, 160))
    m4b: bool = option(False, "Make episode.m4b, too, for audiobook players.", "files")
    punctuation: str = option(
        PUNCTUATORS[0], "What sets the marks of a transcript.", "text", choices=PUNCTUATORS
    )
    chapters: int = option(0, "How many; 0 lets the talk decide.", "text", most=999)
    chapter_minutes: float = option(3.0, "What a chapter should last.", "text", least=0.5, most=120)
    intro: Path | None = option(None, "A sound to open with.", "around")
    outro: Path | None = option(None, "A sound to end with.", "around")
    # A take under music ends otherwise than one without; which music it is changes no take.
    music: Path | None = option(
        None, "A sound to play under the speech, as often as it takes.", "record", "music"
    )
    # Music at -28 LUFS is too soft to count in the loudness of the whole.
    music_loudness: float = option(
        -28.0, "LUFS of the music where nobody speaks.", "music", least=-50, most=-20
    )
    # 8 dB less than -28 LUFS is 20 dB under the speech, as WCAG 2.2 (1.4.7) asks.
    music_duck: float = option(8.0, "dB that it gives way while somebody does.", "music", most=30)
    chapter_sound: bool = option(
        False, "Two soft bells before each chapter but the first.", "around"
    )
    spoken_notice: bool = option(False, "Begin by saying that the voices are synthetic.", "around")
    subtitle_style: str = option(
        "netflix", "Whose rules subtitles keep.", "record", choices=tuple(STYLES)
    )
    subtitle_lines: int = option(1, "Lines of a subtitle, at most.", "record", choices=(1, 2))
    editor: str = option(
        "", "A model at OPENAI_BASE_URL that corrects the text; see the README.", "text"
    )
    karaoke: bool = option(False, "Tell in VTT when each word is said.", "files")
    recording: Path | None = option(
        None, "The original sound or video: make subtitles and chapters that fit it, too.", "files"
    )

    def values(self, change: Change) -> tuple[object, ...]:
        """The values of all fields that change this, for a key of the store.

        A file stands here by whether there is one: what it sounds like is known by its content.

        >>> Recipe(bitrate=64).values("press")
        (-16.0, -1.0, 64)
        """
        values = [getattr(self, each.name) for each in fields(self) if change in changes(each)]
        return tuple(isinstance(value, Path) or value for value in values)


def changes(of: Field[Any]) -> tuple[Change, ...]:
    """What a field of Recipe changes. Raises KeyError where it does not say."""
    told: tuple[Change, ...] = of.metadata["changes"]
    return told
