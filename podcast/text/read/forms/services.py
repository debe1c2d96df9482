"""Answers of services whose words do not lie in one list -> segments as recognisers write them.

Each function takes a whole JSON value and gives the segments in it, times in seconds, or nothing
where the value is not of its service. Sources: the services' own references of their answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from podcast.text.sentences import STOPS
from podcast.text.spacing import join_lines

Segment = dict[str, Any]
ISO = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$")
TICKS = 1e7  # a second, in Azure's times


def mappings(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; none where it is no list."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def of(value: Any, *keys: str) -> Any:
    """What stands under keys within keys; None where one is missing."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def number(value: Any) -> float | None:
    """A figure, also one in quotes or with an s for seconds; None for all else."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?s?", value):
        return float(value.rstrip("s"))
    is_figure = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_figure else None


def content(text: str) -> str:
    """The letters, digits and hanzi of a text."""
    return "".join(filter(str.isalnum, text))


def grouped(words: Sequence[Segment]) -> list[Segment]:
    """Words as sentences, each of one speaker."""
    groups: list[list[Segment]] = []
    for word in words:
        last = groups[-1] if groups else []
        is_new = not last or last[0].get("speaker") != word.get("speaker")
        if is_new or last[-1]["text"].rstrip()[-1:] in STOPS:
            groups.append([])
        groups[-1].append(word)
    return [joined(group) for group in groups]


def joined(group: Sequence[Segment]) -> Segment:
    """Words of one speaker as one segment; words that bring their own spaces keep them."""
    spelt = [word["text"] for word in group]
    has_spaces = any(word[:1].isspace() or not word.strip() for word in spelt)
    return {
        "text": "".join(spelt) if has_spaces else join_lines(spelt),
        "start": group[0].get("start"),
        "end": group[-1].get("end"),
        "speaker": group[0].get("speaker"),
    }


def covering(segments: list[Segment], text: Any) -> list[Segment]:
    """The segments where they hold all of `text`, else the text alone: no word may be lost."""
    if not isinstance(text, str):
        return segments
    said = content("".join(str(one["text"]) for one in segments))
    return segments if segments and said == content(text) else [{"text": text}]


def word_list(words: Any, text: str = "text") -> list[Segment]:
    """Word objects as segments, whatever their keys; pauses and sounds are left out."""
    found = []
    for word in mappings(words):
        spelt = word.get("punctuated_word") or word.get("word") or word.get(text)
        if isinstance(spelt, str) and word.get("type") not in ("audio_event",):
            who = word.get("speaker", word.get("speaker_id", word.get("speakerTag")))
            start, end = (word.get("start", word.get("start_time")), word.get("end"))
            found.append({"text": spelt, "start": start, "end": end, "speaker": who})
    return found


def text_and_words(value: Any) -> list[Segment]:
    """ElevenLabs, and Whisper's verbose_json with words alone: `text` beside `words`."""
    text, words = of(value, "text"), of(value, "words")
    if not isinstance(text, str) or not isinstance(words, list) or of(value, "segments"):
        return []
    if mappings(of(value, "utterances")) or mappings(of(value, "chunks")):
        return []
    return covering(grouped(word_list(words)), text)


def deepgram(value: Any) -> list[Segment]:
    """`results.channels[].alternatives[]`: its paragraphs or words, where they are whole."""
    channels = mappings(of(value, "results", "channels"))
    if not channels or mappings(of(value, "results", "utterances")):
        return []
    found: list[Segment] = []
    for channel in channels:
        best = (mappings(channel.get("alternatives")) or [{}])[0]
        paragraphs = mappings(of(best, "paragraphs", "paragraphs"))
        sentences = [
            {**sentence, "speaker": paragraph.get("speaker")}
            for paragraph in paragraphs
            for sentence in mappings(paragraph.get("sentences"))
            if isinstance(sentence.get("text"), str)
        ]
        words = covering(grouped(word_list(best.get("words"))), best.get("transcript"))
        whole = covering(sentences, best.get("transcript"))
        found += whole if len(whole) > 1 else words
    return found


def google(value: Any) -> list[Segment]:
    """`results[].alternatives[].transcript`; with speaker tags the last result holds all words."""
    results = mappings(of(value, "results")) or mappings(of(value, "response", "results"))
    best = [(mappings(one.get("alternatives")) or [{}])[0] for one in results]
    if not any(isinstance(one.get("transcript"), str) for one in best):
        return []
    tagged = [word for word in mappings(best[-1].get("words")) if word.get("speakerTag")]
    plain = [
        {"text": one["transcript"], "end": number(result.get("resultEndTime"))}
        for one, result in zip(best, results, strict=True)
        if isinstance(one.get("transcript"), str)
    ]
    text = "".join(str(one["text"]) for one in plain)
    words = grouped(
        [{**one, "start": None, "end": None} for one in word_list([*tagged])] if tagged else []
    )
    together = covering(words, text) if words else plain
    return together if len(together) > 1 or not plain else plain


def amazon(value: Any) -> list[Segment]:
    """`results.items[]` with speaker labels, or `results.transcripts[]`."""
    transcripts = mappings(of(value, "results", "transcripts"))
    if not transcripts:
        return []
    labels = {
        item.get("start_time"): item.get("speaker_label")
        for part in mappings(of(value, "results", "speaker_labels", "segments"))
        for item in mappings(part.get("items"))
    }
    words: list[Segment] = []
    for item in mappings(of(value, "results", "items")):
        best = (mappings(item.get("alternatives")) or [{}])[0]
        who = item.get("speaker_label") or labels.get(item.get("start_time"))
        if item.get("type") == "punctuation" and words:
            words[-1]["text"] += str(best.get("content", ""))
        elif isinstance(best.get("content"), str):
            start, end = number(item.get("start_time")), number(item.get("end_time"))
            words.append({"text": best["content"], "start": start, "end": end, "speaker": who})
    text = "".join(str(one.get("transcript", "")) for one in transcripts)
    return covering(grouped(words), text)


def speechmatics(value: Any) -> list[Segment]:
    """`results[]`, of which each is a word or a mark, with `alternatives[].content`."""
    words: list[Segment] = []
    for item in mappings(of(value, "results")):
        best = (mappings(item.get("alternatives")) or [{}])[0]
        if item.get("type") == "punctuation" and words:
            words[-1]["text"] += str(best.get("content", ""))
        elif item.get("type") == "word" and isinstance(best.get("content"), str):
            start, end = number(item.get("start_time")), number(item.get("end_time"))
            who = best.get("speaker")
            words.append({"text": best["content"], "start": start, "end": end, "speaker": who})
    return grouped(words)


def azure(value: Any) -> list[Segment]:
    """`recognizedPhrases[].nBest[].display`, or `phrases[].text` of the fast transcription."""
    found = []
    for phrase in mappings(of(value, "recognizedPhrases")):
        best = (mappings(phrase.get("nBest")) or [{}])[0]
        if isinstance(best.get("display"), str):
            start, lasts = moment(phrase, "offset"), moment(phrase, "duration")
            end = None if start is None or lasts is None else start + lasts
            who = phrase.get("speaker")
            found.append({"text": best["display"], "start": start, "end": end, "speaker": who})
    for phrase in mappings(of(value, "phrases")):
        start, lasts = (
            number(phrase.get("offsetMilliseconds")),
            number(phrase.get("durationMilliseconds")),
        )
        if isinstance(phrase.get("text"), str) and start is not None:
            end = None if lasts is None else (start + lasts) / 1000
            who = phrase.get("speaker")
            found.append(
                {"text": phrase["text"], "start": start / 1000, "end": end, "speaker": who}
            )
    return found


def moment(phrase: Mapping[str, Any], key: str) -> float | None:
    """Seconds of Azure's `PT1M2.5S`, or of its ticks."""
    ticks = number(phrase.get(f"{key}InTicks"))
    if ticks is not None:
        return ticks / TICKS
    found = ISO.match(str(phrase.get(key, "")))
    if not found:
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def youtube(value: Any) -> list[Segment]:
    """json3: `events[]` with `segs[].utf8`, in milliseconds; an event of a line end is none."""
    found = []
    for event in mappings(of(value, "events")):
        text = "".join(str(seg.get("utf8", "")) for seg in mappings(event.get("segs")))
        start, lasts = number(event.get("tStartMs")), number(event.get("dDurationMs")) or 0.0
        if text.strip() and start is not None:
            found.append({"text": text, "start": start / 1000, "end": (start + lasts) / 1000})
    return found


def iflytek(value: Any) -> list[Segment]:
    """`lattice[].json_1best`, of which each holds `st.rt[].ws[].cw[].w`; times in milliseconds."""
    lattice = of(value, "lattice") or of(value, "content", "orderResult", "lattice")
    found = []
    for one in mappings(lattice):
        best = one.get("json_1best")
        try:
            best = json.loads(best) if isinstance(best, str) else best
        except (ValueError, RecursionError):
            continue
        said = of(best, "st")
        text = "".join(
            str(word.get("w", ""))
            for part in mappings(of(said, "rt"))
            for place in mappings(part.get("ws"))
            for word in mappings(place.get("cw"))[:1]
        )
        start, end = number(of(said, "bg")), number(of(said, "ed"))
        times = {"start": None if start is None else start / 1000}
        times["end"] = None if end is None else end / 1000
        if text:
            found.append({"text": text, "speaker": of(said, "rl"), **times})
    return found


def jianying(value: Any) -> list[Segment]:
    """A draft of 剪映 or CapCut: `materials.texts[]`, placed by `tracks[].segments[]` in µs."""
    texts = mappings(of(value, "materials", "texts"))
    if not texts:
        return []
    places = {
        segment.get("material_id"): segment.get("target_timerange")
        for track in mappings(of(value, "tracks"))
        for segment in mappings(track.get("segments"))
    }
    found = []
    for one in texts:
        words, range_us = draft_words(one.get("content")), places.get(one.get("id"))
        start, lasts = number(of(range_us, "start")), number(of(range_us, "duration"))
        if words and start is not None:
            end = (start + (lasts or 0)) / 1e6
            found.append({"text": words, "start": start / 1e6, "end": end})
        elif words:
            found.append({"text": words})
    return sorted(found, key=lambda one: one.get("start", 0.0))


def draft_words(value: Any) -> str:
    """The words of a draft's text: JSON with `text`, or XML in older versions."""
    if not isinstance(value, str):
        return ""
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return re.sub(r"<[^<>]*>", "", value).strip("[]")
    text = of(parsed, "text")
    return text if isinstance(text, str) else value


def numbered(value: Any) -> list[Segment]:
    """An object of captions by number: `{"1": {"original_subtitle": …}}`; times in ms."""
    if not isinstance(value, Mapping) or not value or not all(str(key).isdigit() for key in value):
        return []
    found = []
    for one in mappings([*value.values()]):
        text = one.get("original_subtitle") or one.get("text")
        if isinstance(text, str):
            times = [number(one.get(key)) for key in ("start_time", "end_time")]
            start, end = (None if time is None else time / 1000 for time in times)
            found.append({"text": text, "start": start, "end": end})
    return found


def rev(value: Any) -> list[Segment]:
    """Rev: `monologues[]` with `elements[].value`."""
    return [
        {
            "text": "".join(str(one.get("value", "")) for one in mappings(turn.get("elements"))),
            "speaker": turn.get("speaker"),
            "start": next(
                (one["ts"] for one in mappings(turn.get("elements")) if "ts" in one), None
            ),
        }
        for turn in mappings(of(value, "monologues"))
    ]


SERVICES: tuple[Callable[[Any], list[Segment]], ...] = (
    youtube,
    deepgram,
    google,
    amazon,
    speechmatics,
    azure,
    iflytek,
    jianying,
    rev,
    numbered,
    text_and_words,
)


def answers(value: Any) -> Iterator[list[Segment]]:
    """What each service that may have given this answer would mean by it."""
    for service in SERVICES:
        found = service(value)
        if found:
            yield found
