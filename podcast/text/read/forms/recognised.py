"""A recogniser's JSON -> Heard, one a segment.

| holds | from | times |
|---|---|---|
| `segments` with `start`, `end`, `text` | openai-whisper, faster-whisper, WhisperX | seconds |
| `transcription` with `offsets` | whisper.cpp | milliseconds |
| `chunks` with `timestamp` | transformers | seconds |
| `sentence_info`, `utterances` | FunASR, Volcengine, AssemblyAI | milliseconds |
| `body` with `from`, `to`, `content` | Bilibili's subtitles | seconds |
| `sentences` with `begin_time` | DashScope | milliseconds |
| `ResultDetail` with `FinalSentence`, `StartMs` | Tencent Cloud | milliseconds |
| `lines` with `startTime`, `speakerDesignation` | DOTE | clock times |
| `segments` with `startTime`, `body` | Podcasting 2.0 | seconds |
| `onebest` with `bg`, `ed` | iFLYTEK | milliseconds |
| a bare list, or a line each, of segments | faster-whisper written out by hand | seconds |

What lies elsewhere than in one list is in `services`. Times that are all whole and far apart are
milliseconds, and those with fractions are seconds, whatever the container's are by rule.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from podcast.files.tidy import Unreadable
from podcast.text.read.form import Form
from podcast.text.read.forms.cues import TIME, to_ms
from podcast.text.read.forms.services import answers
from podcast.text.read.heard import Excess, Heard, require_few
from podcast.text.spacing import join_lines

CONTAINERS = {  # key -> milliseconds in one unit of its times
    "speakers": 1000,
    "segments": 1000,
    "transcription": 1000,
    "chunks": 1000,
    "body": 1000,
    "lines": 1000,
    "captions": 1000,
    "subtitles": 1000,
    "cues": 1000,
    "sentence_info": 1,
    "stamp_sents": 1,
    "utterances": 1,
    "sentences": 1,
    "ResultDetail": 1,
    "paragraphs": 1000,
    "Paragraphs": 1,
    "Sentences": 1,
    "detailed_result": 1,
    "transcript": 1000,
}
MOST_VALUES = 4_000_000  # of one file; Whisper writes some 70 000 an hour
# Where a service's answer wraps its segments.
INSIDE = (
    *(
        "result",
        "results",
        "output",
        "data",
        "Data",
        "Response",
        "Result",
        "transcripts",
        "response",
    ),
    *("payload", "resp", "transcription_result", "transcript", "content", "orderResult"),
    *("transcription", "Transcription", "tasks_info", "task_result"),
)
SUFFIXES = frozenset({".json", ".jsonl"})
TEXTS = (
    *("text", "content", "sentence", "transcript", "body", "onebest", "FinalSentence", "text_seg"),
    *("display", "original_subtitle", "utf8", "Text", "caption", "subtitle", "line"),
)
STARTS = (
    *("start", "from", "start_time", "begin_time", "startTime", "bg", "StartMs", "begin"),
    *("start_ms", "startMs", "BeginTime", "Start"),
)
ENDS = (
    *("end", "to", "end_time", "endTime", "ed", "EndMs", "finish", "end_ms", "endMs", "EndTime"),
    *("stop_time", "End"),
)
SPEAKERS = (
    *("speaker", "spk", "speaker_id", "speakerId", "SpeakerId", "speakerDesignation"),
    *("speaker_label", "speaker_name", "speakerName"),
)
SPEAKER_NAMES = ("user_name", "name", "label", "id", *SPEAKERS)  # of a speaker who is an object
WORD_TEXTS = ("word", "text", "punctuated_word", "Text", "content")
WHOLE = ("text", "transcription", "transcript")  # all that was said, in one piece
IN_MS = 100  # the least mean length of a segment, as its whole figures count, that can only be ms
DEEPEST = 6  # of answers within answers
KNOWN = "segments as Whisper writes them: objects with start, end and text"


def is_json(text: str, suffix: str) -> bool:
    """Whether it is JSON: named so, or an object or a list of objects that parses.

    >>> is_json('[{"start": 0, "end": 1, "text": "你好"}]', ".txt")
    True
    >>> is_json("[00:01] 你好", ".txt")
    False
    """
    if suffix in SUFFIXES:
        return True
    if not re.match(r"\s*(\{|\[\s*[\[{\]])", text):
        return False
    if re.match(r"\s*[\[({]+\s*'", text):
        return False  # as Python prints it
    try:
        return isinstance(parse(text), (dict, list))
    except Excess:
        return True
    except Unreadable:
        return False


def read_json(text: str) -> list[Heard]:
    """The segments, numbered from 1. Raises Unreadable where there are none to be found."""
    segments, unit_ms = find_segments(parse(text))
    unit_ms = unit_of(segments, unit_ms)
    return [to_heard(segment, number, unit_ms) for number, segment in enumerate(segments, 1)]


def parse(text: str) -> Any:
    """The value of one JSON text, or of one a line."""
    require_few(sum(map(text.count, "[{,")), MOST_VALUES, "values")
    try:
        return json.loads(text)
    except RecursionError:
        raise Excess(f"its JSON is nested too deep; give {KNOWN}") from None
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and all(line.lstrip().startswith("{") for line in lines):
            return [parse(line) for line in lines]
        reason = str(error).replace("\n", " ")
        raise Unreadable(f"it is broken JSON ({reason}); give {KNOWN}") from None


def find_segments(value: Any, depth: int = 0) -> tuple[list[Any], int]:
    """The list of segments in a recogniser's answer, and the milliseconds in its unit of time."""
    if isinstance(value, str) and depth < DEEPEST and value.lstrip()[:1] in ("[", "{"):
        value = parse(value)
    if isinstance(value, list) and value and all(map(is_answer, value)):
        found = [find_segments(one, depth + 1) for one in value]
        return [segment for segments, _ in found for segment in segments], found[0][1]
    if isinstance(value, list):
        return value, 1000
    if isinstance(value, Mapping):
        for segments in answers(value):
            return segments, 1000
        for key, unit_ms in CONTAINERS.items():
            if isinstance(value.get(key), list) and value[key]:
                return value[key], unit_ms
        for key in INSIDE:
            inner = value.get(key)
            is_packed = isinstance(inner, str) and inner.lstrip()[:2] in PACKED
            if depth < DEEPEST and (is_packed or (isinstance(inner, (list, dict)) and inner)):
                return find_segments(inner, depth + 1)
        whole = next((value[key] for key in WHOLE if isinstance(value.get(key), str)), None)
        if whole is not None:
            return [{"text": line} for line in whole.splitlines()], 1000
        if any(key in value for key in CONTAINERS):
            return [], 1000
    raise Unreadable(f"its JSON is not a transcript; give {KNOWN}")


PACKED = ("[{", '{"')  # how JSON within a string begins


def is_answer(value: Any) -> bool:
    """Whether an object of a list is a whole answer, and no segment."""
    if not isinstance(value, Mapping) or first(value, STARTS) is not None:
        return False
    inner = [value[key] for key in INSIDE if isinstance(value.get(key), Mapping)]
    return is_container(value) or any(map(is_container, inner))


def unit_of(segments: list[Any], unit_ms: int) -> int:
    """Milliseconds in the unit of the segments' times, told by the figures where they can tell.

    >>> unit_of([{"start": 0.4, "end": 3.2}], 1), unit_of([{"start": 0, "end": 3200}], 1000)
    (1000, 1)
    >>> unit_of([{"start": 1, "end": 3}], 1000)
    1000
    """
    values = [
        value
        for segment in segments
        if isinstance(segment, Mapping)
        for value in map(figure, (first(segment, STARTS), first(segment, ENDS)))
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value < 1e12
    ]
    if any(value != value // 1 for value in values):
        return 1000
    if values and max(values) >= IN_MS * max(1, len(values) // 2):
        return 1
    return 1000 if any(isinstance(value, float) for value in values) else unit_ms


def figure(value: Any) -> Any:
    """A figure that stands in quotes as a figure; anything else as it is."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,12}(?:\.\d{1,9})?", value):
        return float(value) if "." in value else int(value)
    return value


def is_container(value: Any) -> bool:
    """Whether it is an object that holds segments rather than being one."""
    return isinstance(value, Mapping) and any(
        isinstance(value.get(key), list) for key in CONTAINERS
    )


def to_heard(segment: Any, number: int, unit_ms: int) -> Heard:
    """One segment. Raises Unreadable when it has no text."""
    words = first(segment, ("words", "Words", "result", "sentences"))
    words = [word for word in words if isinstance(word, Mapping)] if isinstance(words, list) else []
    text = first(segment, TEXTS)
    if isinstance(segment, Mapping) and isinstance(segment.get("res"), list):  # Baidu
        text = "".join(map(str, segment["res"]))
    if isinstance(segment, Mapping) and isinstance(segment.get("text_seg"), str):
        text = join_lines(segment["text_seg"].split()) + str(segment.get("punc") or "")
    if text is None and words:
        text = join_words(words)
    if not isinstance(text, str):
        raise Unreadable(f"segment {number} of its JSON has no text; give {KNOWN}")
    start, end = times(segment, unit_ms)
    if start is None and words:
        start = times(words[0], unit_ms)[0]
    if end is None and words:
        end = times(words[-1], unit_ms)[1]
    named = speaker_of(segment)
    silence = segment.get("no_speech_prob") if isinstance(segment, Mapping) else None
    unheard = float(silence) if isinstance(silence, (int, float)) and 0 <= silence <= 1 else 0.0
    return Heard(join_lines(text.splitlines()), number, start, end, named, unheard)


def speaker_of(segment: Any) -> str:
    """Who a segment says speaks; empty where it does not.

    >>> speaker_of({"speaker": {"user_name": "小林"}}), speaker_of({"additions": {"speaker": "1"}})
    ('小林', '1')
    """
    speaker = first(segment, SPEAKERS)
    if speaker is None:
        speaker = first(first(segment, ("additions",)), SPEAKERS)
    if isinstance(speaker, Mapping):
        speaker = first(speaker, SPEAKER_NAMES)
    return "" if speaker is None or isinstance(speaker, (list, dict)) else str(speaker)


def join_words(words: list[Mapping[str, Any]]) -> str:
    """A word list's text: Whisper's words bring their own spaces, WhisperX's have none."""
    spelt = [str(first(word, WORD_TEXTS) or "") for word in words]
    return "".join(spelt) if any(word[:1].isspace() for word in spelt) else join_lines(spelt)


def first(segment: Any, keys: tuple[str, ...]) -> Any:
    """The value of the first of these keys that is there."""
    if not isinstance(segment, Mapping):
        return None
    return next((segment[key] for key in keys if segment.get(key) is not None), None)


def times(segment: Mapping[str, Any], unit_ms: int) -> tuple[int | None, int | None]:
    """Start and end in milliseconds, as far as the segment tells them."""
    offsets, pair = segment.get("offsets"), segment.get("timestamp")
    if isinstance(offsets, Mapping):  # whisper.cpp
        return moment(offsets.get("from"), 1), moment(offsets.get("to"), 1)
    if isinstance(pair, list) and len(pair) == 2 and not isinstance(pair[0], list):
        return moment(pair[0], unit_ms), moment(pair[1], unit_ms)
    stamps = segment.get("timestamps")
    if isinstance(stamps, Mapping):
        return moment(stamps.get("from"), unit_ms), moment(stamps.get("to"), unit_ms)
    return moment(first(segment, STARTS), unit_ms), moment(first(segment, ENDS), unit_ms)


def moment(value: Any, unit_ms: int) -> int | None:
    """A time in milliseconds, of a number or of a clock's `00:00:01,500`; None where it is neither.

    >>> moment(1.5, 1000), moment("00:00:01,500", 1000), moment("1.5", 1000)
    (1500, 1500, 1500)
    >>> moment(float("nan"), 1000), moment(True, 1000), moment("soon", 1000)
    (None, None, None)
    """
    if isinstance(value, str):
        clock = re.fullmatch(rf"\s*{TIME}\s*", value)
        if clock:
            return to_ms(*clock.groups())
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if not 0 <= value < 1e12 or math.isnan(value):
        return None
    return round(value * unit_ms)


EXAMPLE = """\
{"segments": [{"start": 0.5, "end": 1.9, "text": "大家好", "speaker": "张三"},
 {"start": 2, "end": 3e0, "text": "今天聊番茄", "speaker": "李四"}], "language": "zh"}"""
RECOGNISED = Form(
    "a recogniser's JSON", lambda text, suffix: float(is_json(text, suffix)), read_json, EXAMPLE
)
