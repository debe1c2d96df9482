"""Paragraph -> Clips: the sound of each sentence, without silence at its ends, with its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from warnings import catch_warnings, simplefilter

import numpy as np
import soxr
from numpy.typing import NDArray

from podcast.engines import Engine, is_online
from podcast.errors import SpeechFailed
from podcast.model import Audio, Clip, Mark, Paragraph, Saying, Span, Speech, Voice
from podcast.pronounce import NONE, UNKNOWN, Edges, edges_in, pronounce
from podcast.text.sentences import OPENERS, breaths

with catch_warnings():
    simplefilter("ignore")  # pydub warns if there is no ffmpeg on PATH, which it need not run here
    from pydub import AudioSegment
    from pydub.silence import detect_leading_silence

QUIET_DBFS = -50.0  # sound below this level is silence
TRIM_MS = 5  # silence at the ends of a speech is trimmed in steps of this length
HUSHED = 10 ** (QUIET_DBFS / 20) * 32768  # QUIET_DBFS in 16-bit units

Say = Callable[[Sequence[str], Engine, Voice], Iterable[Speech]]
"""A way to have texts said by the voice of an engine: one speech for each text."""


def one_by_one(texts: Sequence[str], engine: Engine, voice: Voice) -> Iterator[Speech]:
    """The speech of each text, which the engine says now."""
    return (engine.speak(text, voice) for text in texts)


def speak(
    paragraph: Paragraph,
    engine: Engine,
    voice: Voice,
    rate: int,
    respellings: Mapping[str, str] = NONE,
    *,
    say: Say = one_by_one,
    edges: Edges = UNKNOWN,
) -> tuple[Clip, ...]:
    """The clips of a paragraph at `rate`, one for each text that the engine says at once.

    `edges` are those of words that are known already. A paragraph without words has no clips.
    Raises SpeechFailed if a clip is silent, and the errors
    of the engine.
    """
    pairs = sayings(paragraph.text, engine, respellings, edges)
    speeches = say([saying.text for _, saying in pairs], engine, voice)
    return tuple(
        _clip(shown, saying, speech, voice, rate)
        for (shown, saying), speech in zip(pairs, speeches, strict=True)
    )


def sayings(
    text: str,
    engine: Engine,
    respellings: Mapping[str, str] = NONE,
    edges: Edges = UNKNOWN,
) -> tuple[tuple[str, Saying], ...]:
    """The sayings of a text in order, each with the part of the text that is shown for it.

    The shown parts, joined, are `text`. A part without words (an emoji, a rule) is shown with the
    saying before it. A text without any words has no sayings.
    """
    pairs: list[tuple[str, Saying]] = []
    waiting = ""  # unsayable text before the first sentence
    for shown in _parts(text, engine):
        saying = pronounce(shown, engine.needs, respellings, edges)
        if any(character.isalnum() for character in saying.text):
            pairs.append((waiting + shown, _moved(saying, len(waiting))))
            waiting = ""
        elif pairs:
            pairs[-1] = (pairs[-1][0] + shown, pairs[-1][1])
        else:
            waiting += shown
    return tuple(pairs)


def edges_of(text: str, engine: Engine) -> Edges:
    """The edges of words that `sayings` needs for a text, so that another process need not look."""
    return edges_in(_parts(text, engine), engine.needs)


def _parts(text: str, engine: Engine) -> Sequence[str]:
    """The parts of a text that an engine says at once, as they are shown."""
    pieces = breaths(text)
    return packed(pieces, engine.longest) if is_online(engine) else pieces


def packed(pieces: Iterable[str], longest: int) -> tuple[str, ...]:
    """The pieces, joined to as few texts of at most `longest` characters as possible.

    A piece that is longer stays as it is.

    >>> packed(["一。", "二。", "三三三。"], 5)
    ('一。二。', '三三三。')
    """
    joined: list[str] = []
    for piece in pieces:
        if joined and len(joined[-1]) + len(piece) <= longest:
            joined[-1] += piece
        else:
            joined.append(piece)
    return tuple(joined)


def _moved(saying: Saying, places: int) -> Saying:
    return Saying(saying.text, tuple(origin + places for origin in saying.origins))


def _clip(shown: str, saying: Saying, speech: Speech, voice: Voice, rate: int) -> Clip:
    speech = trimmed(speech)
    if not len(speech.audio):
        raise SpeechFailed(f"{voice.engine} was silent for {shown[:40]!r}; change that sentence")
    audio = resampled(speech.audio, rate)
    scale = rate / speech.audio.rate
    marks = tuple(Mark(mark.offset, round(mark.start * scale)) for mark in speech.marks)
    return Clip(audio, words(shown, saying, marks, audio), voice.role)


def trimmed(speech: Speech) -> Speech:
    """The speech without the silence that an engine puts before and after it."""
    audio = speech.audio
    segment = AudioSegment(data=audio.pcm, sample_width=2, frame_rate=audio.rate, channels=1)
    lead = _samples(detect_leading_silence(segment, QUIET_DBFS, TRIM_MS), audio.rate)
    if lead >= len(audio):
        return Speech(Audio(b"", audio.rate), ())
    tail = _samples(detect_leading_silence(segment.reverse(), QUIET_DBFS, TRIM_MS), audio.rate)
    kept = Audio(audio.pcm[2 * lead : 2 * (len(audio) - tail)], audio.rate)
    marks = tuple(
        Mark(mark.offset, max(0, min(mark.start - lead, len(kept) - 1))) for mark in speech.marks
    )
    return Speech(kept, marks)


def _samples(milliseconds: int, rate: int) -> int:
    return milliseconds * rate // 1000


def resampled(audio: Audio, rate: int) -> Audio:
    """The same sound at another rate, filtered (soxr, high quality)."""
    if audio.rate == rate:
        return audio
    samples = soxr.resample(np.frombuffer(audio.pcm, "<i2"), audio.rate, rate, "HQ")
    return Audio(samples.astype("<i2").tobytes(), rate)


def words(shown: str, saying: Saying, marks: tuple[Mark, ...], audio: Audio) -> tuple[Span, ...]:
    """The words of the shown text, each with the samples in which it is heard.

    Joined, the words are `shown`. A word ends where the next begins; a word before a mark ends
    where its sound ends.
    """
    cuts = _cuts(shown, saying, marks)
    samples = np.frombuffer(audio.pcm, "<i2")
    ends = [start for _, start in cuts[1:]] + [len(audio)]
    places = [place for place, _ in cuts[1:]] + [len(shown)]
    spans = []
    for (place, start), until, end in zip(cuts, places, ends, strict=True):
        text = shown[place:until]
        paused = not text.rstrip()[-1:].isalnum()
        spans.append(Span(start, _sound_end(samples, start, end) if paused else end, text))
    return tuple(spans)


def _cuts(shown: str, saying: Saying, marks: tuple[Mark, ...]) -> list[tuple[int, int]]:
    """(place in the shown text, sample) of each word, both rising; the first place is 0."""
    cuts: list[tuple[int, int]] = []
    for mark in marks:
        if mark.offset >= len(saying.origins):
            continue
        place = saying.origins[mark.offset] if cuts else 0
        while cuts and place > cuts[-1][0] + 1 and shown[place - 1] in OPENERS:
            place -= 1
        if not cuts or (place > cuts[-1][0] and mark.start > cuts[-1][1]):
            cuts.append((place, mark.start))
    return cuts or [(0, 0)]


def _sound_end(samples: NDArray[np.int16], start: int, end: int) -> int:
    loud = np.flatnonzero(np.abs(samples[start:end].astype(np.int32)) > HUSHED)
    return start + int(loud[-1]) + 1 if len(loud) else end
