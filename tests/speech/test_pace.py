"""Pauses inside a clip: as long as the recipe says, and not a sample of speech touched."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.engines.espeak import Espeak
from podcast.model import Audio, Clip, Paragraph, Recipe, Span, Voice
from podcast.speech.pace import LEAST, paced
from podcast.speech.speak import HUSHED, speak

RATE = 44_100
VOICE = Voice("host", "espeak")
WORDS = ["我们", "今天，", "好。", "啊；", "“对。”"]


@st.composite
def clips(draw: st.DrawFn) -> Clip:
    """Words of loud noise, silence of any length between, marks up to 100 ms beside the sound."""
    texts = draw(
        st.lists(
            st.sampled_from(["我们", "今天，", "好。", "啊；", "“对。”"]), min_size=1, max_size=8
        )
    )
    noise = np.random.default_rng(len(texts))
    parts: list[np.ndarray] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for number in range(len(texts)):
        length = draw(st.integers(9_000, 20_000))
        slip = draw(st.integers(-4000, 4000)) if number else 0
        starts.append(max(at + slip, starts[-1] + 1) if number else 0)
        silent = draw(st.sampled_from((0, 400, 5_000, 9_000)))
        parts += [noise.choice([-3000, 3000], length), noise.integers(-100, 100, silent)]
        ends.append(at + length)
        at += length + silent
    ends = [min(end, start) for end, start in zip(ends, [*starts[1:], at], strict=True)]
    pcm = np.concatenate(parts).astype("<i2").tobytes()
    return Clip(Audio(pcm, RATE), tuple(map(Span, starts, ends, texts)))


def loud(clip: Clip) -> np.ndarray:
    samples = np.frombuffer(clip.audio.pcm, "<i2").astype(np.int32)
    return samples[np.abs(samples) > HUSHED]


@pytest.mark.slow
@given(clips(), st.floats(0, 1), st.floats(0, 1))
def test_no_sound_is_lost_or_moved(clip: Clip, comma: float, sentence: float) -> None:
    made = paced(clip, Recipe(comma_pause=comma, sentence_pause=sentence))
    assert np.array_equal(loud(made), loud(clip))
    assert [word.text for word in made.words] == [word.text for word in clip.words]
    assert made.words[0].start >= 0 and made.words[-1].end <= len(made.audio)
    for word, following in zip(made.words, made.words[1:], strict=False):
        assert word.start <= word.end <= following.start


@pytest.mark.slow
@given(clips(), st.floats(LEAST, 1))
def test_twice_is_once(clip: Clip, pause: float) -> None:
    recipe = Recipe(comma_pause=pause, sentence_pause=pause)
    once = paced(clip, recipe)
    assert paced(once, recipe) == once


def hum(*silences: float) -> Clip:
    """今天，很好。你呢？ with these seconds of silence after the first two words."""
    noise = np.full(RATE // 2, 5000)
    first, second = (np.full(round(RATE * length), 50) for length in silences)
    samples = np.concatenate([noise, first, noise, second, noise]).astype("<i2")
    middle, last = RATE // 2 + len(first), RATE + len(first) + len(second)
    words = (
        Span(0, RATE // 2, "今天，"),
        Span(middle, middle + RATE // 2, "很好。"),
        Span(last, last + RATE // 2, "你呢？"),
    )
    return Clip(Audio(samples.tobytes(), RATE), words)


def gaps(clip: Clip) -> list[float]:
    return [
        round((b.start - a.end) / RATE, 3) for a, b in zip(clip.words, clip.words[1:], strict=False)
    ]


@pytest.mark.parametrize("comma", [0.0, 0.1, 0.5])
def test_a_pause_is_cut_or_filled_up_by_its_reason(comma: float) -> None:
    recipe = Recipe(comma_pause=comma, sentence_pause=0.7)
    made = paced(hum(0.3, 0.2), recipe)
    assert gaps(made) == [comma, 0.7]
    assert len(made.audio) == round((1.5 + comma + 0.7) * RATE)


def test_where_the_voice_runs_on_nothing_is_cut_into_the_sound() -> None:
    clip = hum(0.0, 0.03)
    assert paced(clip, Recipe(comma_pause=1, sentence_pause=1)) == clip


def test_a_mark_beside_the_sound_is_put_right() -> None:
    clip = hum(0.3, 0.2)
    first, second, third = clip.words
    late = Span(second.start + 3000, second.end, second.text)
    early = Span(third.start - 3000, third.end, third.text)
    beside = Clip(clip.audio, (Span(0, late.start, first.text), late, early))
    assert gaps(paced(beside, Recipe())) == [0.2, 0.35]


@pytest.mark.parametrize(("beside", "is_found"), [(0.06, True), (0.08, False)])
def test_a_silence_far_from_its_mark_is_left_alone(beside: float, is_found: bool) -> None:
    """It is looked for 0.15 seconds around the mark, and 0.08 of it must be there."""
    clip, slip = hum(0.32, 0.2), round(beside * RATE)
    first, second, third = clip.words
    late = Span(second.start + slip, second.end, second.text)
    marked = Clip(clip.audio, (Span(0, late.start, first.text), late, third))
    made = paced(marked, Recipe(comma_pause=0.5, sentence_pause=0.2))
    assert len(made.audio) - len(clip.audio) == (round(0.18 * RATE) if is_found else 0)


def test_espeaks_own_pause_at_a_comma_is_the_recipes() -> None:
    (clip,) = speak(Paragraph("今天的天气很好，我们出去走走、看看吧。"), Espeak(), VOICE, RATE)
    for pause in (0.1, 0.2, 0.4):
        made = paced(clip, Recipe(comma_pause=pause))
        paused = [gap for gap in gaps(made) if gap > 0.05]
        assert paused == pytest.approx([pause, pause], abs=0.001)
