"""The values that pass between stages, in the order in which a build makes them.

All are frozen dataclasses. Positions in sound are counted in samples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from itertools import accumulate
from pathlib import Path
from typing import Any, Literal, TypeVar

RATE = 44_100  # samples a second of all sound in the program; the least Apple Podcasts accepts
HOST = "host"
GUEST = "guest"
PUNCTUATORS = ("tagger", "ct-transformer")  # the shipped model, and one that a user can add
EDITS = ("verbatim", "light", "tight")  # how much of a speaker's hesitations is deleted
MARKS = ("auto", "mainland", "taiwan")  # whose habits of setting marks; auto: as the words tell
# Every place that offers an episode must tell listeners that its voices are synthetic.
# Source: China's measures for labelling synthetic content, in force since 2025-09-01.
NOTICE = "本节目的声音由人工智能合成，并非真人录音。"
NOTICE_ENGLISH = "The voices in this episode are AI-generated."
NO_VOICE = "♪"  # the first character of the text of a turn that is a sound; no role begins so

Watch = Callable[[str, str, float], None]
"""A function that shows progress. It takes a stage, the title of a chapter or an empty text, and
the share of the stage's work that was done since the last call (0 to 1)."""
Tell = Callable[[str], None]
"""A function that takes a sentence and shows it to the user."""


# The transcript ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One caption fragment as a recogniser printed it.

    `number` is its 1-based place in the source; no cleaning rule changes it. `start_ms` and
    `end_ms` are its times in the recording, or None if the source gives none.
    """

    text: str
    number: int
    start_ms: int | None = None
    end_ms: int | None = None
    voice: str = HOST


@dataclass(frozen=True, slots=True)
class Transcript:
    """The lines of a speech recogniser in order, with or without punctuation."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words that end in a stop, said by one voice.

    `line` is the number of the transcript line in which the sentence begins. `pause_ms` is the
    silence before it in the recording, or None if the source gives no times. `proof` are the log
    odds that it ends where it does, or None if nobody had to judge that; it is no part of what the
    sentence says, so sentences that differ in nothing else are equal.
    """

    text: str
    line: int
    pause_ms: int | None = None
    voice: str = HOST
    proof: float | None = field(default=None, compare=False)


# The script --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences about one thought, said by one voice. The text has no line break."""

    text: str
    voice: str = HOST


@dataclass(frozen=True, slots=True)
class Chapter:
    """A titled stretch of the talk, which becomes one sound file and one chapter mark.

    `part` is the title of the part that opens with this chapter, or empty.
    """

    title: str
    paragraphs: tuple[Paragraph, ...]
    part: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """A chapter start set by hand: a title, and the phrase or transcript line it begins with.

    `part` is the title of the part that opens with this chapter, or empty. `picture` is a file
    that players show during the chapter; without one the program draws a picture.
    """

    title: str
    begins: str | int
    part: str = ""
    picture: Path | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """The text of an episode, which a person may edit. Its Markdown holds these fields, no others.

    `date` is in ISO 8601 form, or empty. `author` is the name to credit, or empty. `names` pairs
    the roles host and guest with the names of their speakers, if these are known. `speakers` are
    the further people, each of whom has a role of his own name.
    """

    title: str
    chapters: tuple[Chapter, ...]
    author: str = ""
    date: str = ""
    names: tuple[tuple[str, str], ...] = ()
    speakers: tuple[str, ...] = ()


# The sound ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Needs:
    """The changes to a text that an engine needs before it can say it.

    `numbers`: figures, dates, money, units and model names are written in words.
    `symbols`: symbols without a sound become a pause, or are removed.
    `latin`: `shown` leaves Latin words alone; `words` spells initialisms (I-P-O) and respells
    words that an English voice gets wrong; `letters` names each letter (G P U); `hanzi` writes
    the letters' names in hanzi, for an engine that has no Latin.
    `pinyin`: the engine reads `chong2 qing4` inside a sentence, so that the sound of a character
    with several readings can be given.
    `english`: the engine says a sentence in English with an English voice, which reads figures
    itself.
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
    """Text as an engine is to say it, tied character by character to the text that is shown.

    `origins` has, for each character of `text`, an index into the shown text; it never decreases.
    """

    text: str
    origins: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Audio:
    """Mono sound: `pcm` holds signed little-endian 16-bit samples, `rate` of them a second."""

    pcm: bytes = field(repr=False)
    rate: int

    def __len__(self) -> int:
        """The number of samples."""
        return len(self.pcm) // 2


@dataclass(frozen=True, slots=True)
class Mark:
    """At sample `start` the engine begins to say the character `offset` of its text."""

    offset: int
    start: int


@dataclass(frozen=True, slots=True)
class Speech:
    """The sound of a whole text, as an engine returns it, and a mark where each word begins.

    The marks increase in both fields. Their samples are counted from the start of `audio`.
    """

    audio: Audio
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A text that lasts from sample `start` up to, not including, sample `end`.

    Words, subtitle lines, chapter marks and turns are all spans; the text of a turn is its role.
    """

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Clip:
    """The sound of a sentence. The texts of its words, joined, are the sentence as it is shown.

    `room` is the sound of the room in which a recording was made, which fills the pauses around a
    clip that was cut out of it; it is empty for a clip that an engine made.
    """

    audio: Audio
    words: tuple[Span, ...]
    voice: str = HOST
    room: Audio = Audio(b"", RATE)

    @property
    def text(self) -> str:
        """The sentence as it is shown."""
        return "".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Tape:
    """The recording of a talk, to be cut: its file, the file's SHA-256, and its steady noise.

    `noise_db` is how loud noise is that is to be taken out, in decibels below full scale; None
    leaves the sound as it is. The path is in no key, so that a recording may be moved.
    """

    path: Path
    sha256: str
    noise_db: int | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """Samples of a recording from `start` up to `end` that are kept, at RATE.

    `pause` is how many samples of the room's sound are put after it.
    """

    start: int
    end: int
    pause: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """At sample `at` of an episode begin the samples of a recording from `start` up to `end`."""

    at: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """What of a recording is put together to a paragraph, and where its words are then heard.

    `words` are counted from the first sample of the cuts that are put together. `room` is a
    stretch of the recording in which nobody speaks, or is empty. `gain_db` makes the paragraph as
    loud as the others, however far from the microphone the speaker was.
    """

    tape: Tape
    cuts: tuple[Cut, ...]
    words: tuple[Span, ...]
    room: Cut = Cut(0, 0)
    gain_db: float = 0.0

    @property
    def sound(self) -> tuple[object, ...]:
        """All that decides what is heard, for a key of the store."""
        return (self.tape.sha256, self.tape.noise_db, self.cuts, self.room, self.gain_db)


@dataclass(frozen=True, slots=True)
class Track:
    """One chapter of a finished episode: its length in samples, and the place of each word in it.

    `words` are the words of all its sentences in order. `lines` are its subtitle lines; each is
    a run of whole words. Positions are counted from the first sample of the chapter. `turns` are
    its paragraphs, end to end; the text of each is the role that speaks it. `notes` are one or
    two sentences of the chapter, for the show notes.
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
    """The tracks of all chapters, in order. Every file of an episode is made from this value.

    `rate` is in samples a second. `cast` pairs each role with the name of its voice, and `names`
    the roles host and guest with the names of their speakers, if these are known. It `is_human` if
    all that is said was cut out of a recording of people.
    """

    title: str
    rate: int
    tracks: tuple[Track, ...]
    author: str = ""
    date: str = ""
    cast: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    is_human: bool = False

    @property
    def notice(self) -> str:
        """The notice that voices are synthetic, which every place must show; empty if none is."""
        return "" if self.is_human else NOTICE

    @property
    def length(self) -> int:
        """The number of samples of the whole episode."""
        return sum(track.length for track in self.tracks)

    @property
    def chapters(self) -> tuple[Span, ...]:
        """The title and the place of each chapter; together they cover the sound end to end."""
        return tuple(
            Span(start, start + track.length, track.title)
            for start, track in zip(self._starts(), self.tracks, strict=True)
        )

    @property
    def lines(self) -> tuple[Span, ...]:
        """All subtitle lines; positions are counted from the first sample of the episode."""
        return tuple(
            later(line, start)
            for start, track in zip(self._starts(), self.tracks, strict=True)
            for line in track.lines
        )

    @property
    def words(self) -> tuple[Span, ...]:
        """All words; positions are counted from the first sample of the episode."""
        return tuple(
            later(word, start)
            for start, track in zip(self._starts(), self.tracks, strict=True)
            for word in track.words
        )

    def _starts(self) -> tuple[int, ...]:
        ends = tuple(accumulate(track.length for track in self.tracks))
        return (0, *ends[:-1]) if ends else ()


def later(span: Span, samples: int) -> Span:
    """The span, moved later by a number of samples."""
    return Span(span.start + samples, span.end + samples, span.text)


@dataclass(frozen=True, slots=True)
class Voice:
    """The voice of a role: an engine, one of its speakers, and how that speaker is set.

    `id` is the engine's name for the speaker, and `model` that for the model it uses; the engine
    takes its default for an empty one. `speed` and `pitch` are factors of the speaker's own. The
    mastering brings all voices to one loudness; `gain` makes this one louder or softer than the
    rest, in dB. `language` is a BCP 47 tag.
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
        """The fields that can change an engine's sound: all but role, gain and licence."""
        return (self.engine, self.model, self.id, self.language, self.speed, self.pitch)


# The recipe --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Style:
    """The rules of a publisher for cutting and showing subtitles.

    `width` is the longest row, where a hanzi counts 1 and a letter 1/2. `fastest` is the reading
    speed in characters a second. With `drops_marks` a comma or full stop inside a cue is shown as
    a space, and one at its end is left out. With two `rows`, two lines of one sentence are shown
    together where time allows.

    To add a style, add a row to STYLES, with its source; a row in the table of docs/recipe.md
    and docs/recipe.zh-CN.md; and a test of its differences. The choices of the option
    `subtitle_style`, the code that cuts lines and `podcast check` read this table.
    """

    drops_marks: bool
    width: int = 16
    rows: int = 1
    fastest: float = 9.0
    shortest_ms: int = 834  # 20 frames of 1/24 s
    longest_ms: int = 7000
    gap_ms: int = 84  # 2 frames of 1/24 s: the shortest time between two cues
    hold_ms: int = 500  # the longest time that a cue stays after its last word


# This table stands in the model, not in the room `subtitles`: its names are the choices of a field
# of Recipe, and the code that cuts lines and the code that checks them both read it.
STYLES: dict[str, Style] = {
    # Source: Netflix, Timed Text Style Guide, Simplified Chinese.
    "netflix": Style(drops_marks=True),
    # Source: TED, guidelines for subtitles in Chinese.
    "ted": Style(drops_marks=False, fastest=10.0, shortest_ms=1000),
}


Change = Literal["cast", "text", "record", "around", "press", "music", "files"]
"""The part of a build that a field of Recipe changes, and so the keys that hold its value.

cast     The voices. They are in the key of each take, so the field itself is not.
text     The script. Its text is in the key of each take, so the field itself is not.
record   Every take. The value is in the key of the take.
around   The takes of some chapters, which a sound or a sentence opens or ends.
press    Every chapter's frames, but not its take. The value is in the name of the frames.
music    The same as press, if the recipe has music.
files    Only files that are written from the finished episode.
"""

Value = TypeVar("Value")


def option(
    default: Value,
    meaning: str,
    *changes: Change,
    chinese: str,
    least: float = 0.0,
    most: float = 0.0,
    choices: tuple[str | int, ...] = (),
) -> Value:
    """Make a field of Recipe: its default, its meaning, what it changes, and its range.

    `meaning` is one sentence, and is also the help of the option; `chinese` says the same for the
    studio's page. A number may be from `least` to `most`; any other value must be one of
    `choices`, if there are any.
    """
    about = {
        "meaning": meaning,
        "chinese": chinese,
        "changes": changes,
        "least": least,
        "most": most,
        "choices": choices,
    }
    return field(default=default, metadata=about)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that a listener could notice and a user may set, with its default.

    To add an option:

    1. Add a field here, with `option`. The command's option, the key in the settings file, their
       error messages, the help, the studio's form and the keys of the store are derived from it.
    2. Use `recipe.NAME` where it takes effect. A field that changes `record`, `press` or `music`
       may be used in `production/jobs.py` and modules that it imports; one that changes `around`
       must change the words or the sounds of a chapter.
    3. Add its row to the table in docs/recipe.md and docs/recipe.zh-CN.md.
    4. Test what it does. tests/production/test_recipe_keys.py tries every field, and fails where
       a field changes other keys than its declaration says.
    """

    engine: str = option(
        "auto",
        "Engine that reads aloud; auto chooses one by itself.",
        "cast",
        chinese="用什么引擎朗读；auto 按优先顺序自动选。",
    )
    comma_pause: float = option(
        0.2,
        "Seconds of silence at a comma at which the voice pauses.",
        "record",
        most=10,
        chinese="逗号处停几秒，声音自己在那里停了才算。",
    )
    sentence_pause: float = option(
        0.35,
        "Seconds of silence after a sentence.",
        "record",
        most=10,
        chinese="一句话之后停几秒。",
    )
    paragraph_pause: float = option(
        0.8, "Seconds of silence after a paragraph.", "record", most=10, chinese="一段之后停几秒。"
    )
    chapter_pause: float = option(
        1.6, "Seconds of silence after a chapter.", "record", most=10, chinese="一章之后停几秒。"
    )
    # Apple Podcasts asks for -16 +-1 LUFS.
    loudness: float = option(
        -16.0,
        "Loudness of the whole episode, in LUFS.",
        "press",
        least=-40,
        most=-10,
        chinese="整期的响度，LUFS。",
    )
    # The peak is that of the decoded MP3, not of the sound that goes into the encoder.
    peak: float = option(
        -1.0,
        "True-peak ceiling, in dBTP.",
        "press",
        least=-20,
        most=0,
        chinese="真峰值的上限，dBTP。",
    )
    # Apple Podcasts asks for 96 to 128 kbit/s of mono sound.
    bitrate: int = option(
        96,
        "Bit rate of the MP3, in kbit/s.",
        "press",
        choices=(64, 80, 96, 112, 128, 160),
        chinese="MP3 的码率，kbit/s。",
    )
    m4b: bool = option(
        False,
        "Also make episode.m4b, for audiobook players.",
        "files",
        chinese="另外生成 episode.m4b，给有声书播放器用。",
    )
    punctuation: str = option(
        PUNCTUATORS[0],
        "Model that punctuates a transcript.",
        "text",
        choices=PUNCTUATORS,
        chinese="用哪个模型给逐字稿加标点。",
    )
    marks: str = option(
        MARKS[0],
        "Whose habits the punctuation marks follow; auto tells it from the talk's words.",
        "text",
        choices=MARKS,
        chinese="标点照大陆还是台湾的习惯；auto 看用词来定。",
    )
    edit: str = option(
        EDITS[1],
        "How much of the speaker's hesitations is deleted.",
        "text",
        choices=EDITS,
        chinese="说话人的口头语删去多少。",
    )
    chapters: int = option(
        0,
        "Number of chapters; 0 chooses it from the text.",
        "text",
        most=999,
        chinese="分成几章；0 由内容决定。",
    )
    chapter_minutes: float = option(
        3.0,
        "Target length of a chapter, in minutes.",
        "text",
        least=0.5,
        most=120,
        chinese="一章大约几分钟。",
    )
    intro: Path | None = option(
        None, "Sound file to open the episode with.", "around", chinese="片头的声音文件。"
    )
    outro: Path | None = option(
        None, "Sound file to end the episode with.", "around", chinese="片尾的声音文件。"
    )
    # Whether there is music changes how a take ends, so it is in the key of the take. The content
    # of the music changes no take.
    music: Path | None = option(
        None,
        "Sound file to play under the speech, repeated if it is short.",
        "record",
        "music",
        chinese="配乐的声音文件，不够长就循环。",
    )
    # Music at -28 LUFS hardly counts in the integrated loudness of the episode.
    music_loudness: float = option(
        -28.0,
        "Loudness of the music where nobody speaks, in LUFS.",
        "music",
        least=-50,
        most=-20,
        chinese="没人说话时配乐的响度，LUFS。",
    )
    # 8 dB below -28 LUFS is 20 dB below speech at -16 LUFS, as WCAG 2.2 asks (criterion 1.4.7).
    music_duck: float = option(
        8.0,
        "How far the music is lowered under speech, in dB.",
        "music",
        most=30,
        chinese="有人说话时配乐降低多少 dB。",
    )
    chapter_sound: bool = option(
        False,
        "Play two soft bells before each chapter except the first.",
        "around",
        chinese="除第一章外，每章之前响两声轻铃。",
    )
    spoken_notice: bool = option(
        False,
        "Begin with a spoken notice that the voices are synthetic.",
        "around",
        chinese="开头先念一句：声音由人工智能合成。",
    )
    subtitle_style: str = option(
        "netflix",
        "Publisher whose subtitle rules are followed.",
        "files",
        choices=tuple(STYLES),
        chinese="字幕依照谁的规范。",
    )
    subtitle_lines: int = option(
        1,
        "Greatest number of lines in a subtitle.",
        "files",
        choices=(1, 2),
        chinese="字幕一次最多显示几行。",
    )
    editor: str = option(
        "",
        "Language model that corrects the text; see docs/engines-and-models.md.",
        "text",
        chinese="校订文字的语言模型，见 docs/engines-and-models.zh-CN.md。",
    )
    karaoke: bool = option(
        False,
        "Add the time of each word to the VTT files.",
        "files",
        chinese="在 VTT 里标出每个词说出的时间。",
    )
    chapter_pictures: bool = option(
        True,
        "Make a picture for each chapter, which players show during it.",
        "files",
        chinese="给每一章做一张图，播放器播到那一章时会显示。",
    )
    recording: Path | None = option(
        None,
        "The original sound or video: make subtitles and chapters that fit it, too.",
        "files",
        chinese="原始的声音或视频：另外写出与它配套的字幕和章节。",
    )
    denoise: bool = option(
        False,
        "Take steady noise out of the recording that the engine recording cuts.",
        "record",
        chinese="用引擎 recording 剪录音时，减弱录音里持续的噪声。",
    )

    def values(self, change: Change) -> tuple[object, ...]:
        """The values of all fields that change `change`, for a key of the store.

        A file is represented by whether there is one; its content is in the key on its own.

        >>> Recipe(bitrate=64).values("press")
        (-16.0, -1.0, 64)
        """
        values = [getattr(self, each.name) for each in fields(self) if change in changes(each)]
        return tuple(isinstance(value, Path) or value for value in values)


def changes(of: Field[Any]) -> tuple[Change, ...]:
    """The parts of a build that a field of Recipe changes. Raises KeyError if none are declared."""
    declared: tuple[Change, ...] = of.metadata["changes"]
    return declared
