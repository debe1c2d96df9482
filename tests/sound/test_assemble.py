"""A chapter's sound, and positions that are the length of the sound so far."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.formats.subtitles.lines import subtitle_turns
from podcast.model import Audio, Clip, Recipe, Span
from podcast.production.lines import words_by_turn
from podcast.sound.assemble import LEAD, assemble
from podcast.sound.mp3 import FRAME, TAIL

RATE = 44_100
RECIPE = Recipe()


@st.composite
def clips(draw: st.DrawFn) -> Clip:
    texts = draw(
        st.lists(st.text("我们今天来看AI，。", min_size=1, max_size=3), min_size=1, max_size=12)
    )
    lengths = [draw(st.integers(500, 20_000)) for _ in texts]
    words, start = [], 0
    for text, length in zip(texts, lengths, strict=True):
        words.append(Span(start, start + length, text))
        start += length
    byte = draw(st.integers(1, 255))
    return Clip(Audio(bytes([byte]) * 2 * start, RATE), tuple(words), draw(st.sampled_from("hg")))


PARAGRAPHS = st.lists(st.lists(clips(), min_size=1, max_size=4).map(tuple), min_size=1, max_size=4)


@pytest.mark.slow
@given(PARAGRAPHS)
def test_a_word_is_exactly_its_sound(paragraphs: list[tuple[Clip, ...]]) -> None:
    file = io.BytesIO()
    take = assemble("章", paragraphs, RATE, RECIPE, file)
    pcm = file.getvalue()
    said = [(clip, word) for paragraph in paragraphs for clip in paragraph for word in clip.words]
    assert len(take.track.words) == len(said)
    for word, (clip, spoken) in zip(take.track.words, said, strict=True):
        assert word.text == spoken.text
        sound = clip.audio.pcm[2 * spoken.start : 2 * spoken.end]
        assert pcm[2 * word.start : 2 * word.end] == sound


@pytest.mark.slow
@given(PARAGRAPHS)
def test_a_chapter_is_whole_frames_between_silences(paragraphs: list[tuple[Clip, ...]]) -> None:
    file = io.BytesIO()
    take = assemble("章", paragraphs, RATE, Recipe(chapter_pause=0), file)
    pcm, length = file.getvalue(), take.track.length
    assert length % FRAME == 0 and len(pcm) == 2 * length
    assert not any(pcm[: 2 * LEAD]) and not any(pcm[-2 * TAIL :])


@given(PARAGRAPHS)
@pytest.mark.slow
def test_turns_cover_the_sound_and_tell_whose_voice_it_is(
    paragraphs: list[tuple[Clip, ...]],
) -> None:
    take = assemble("章", paragraphs, RATE, RECIPE, io.BytesIO())
    assert take.turns[0].start == 0 and take.turns[-1].end == take.track.length
    assert all(a.end == b.start for a, b in zip(take.turns, take.turns[1:], strict=False))
    assert [turn.text for turn in take.turns] == [clips[0].voice for clips in paragraphs]


@pytest.mark.slow
@given(PARAGRAPHS)
def test_the_words_of_a_turn_are_those_of_its_paragraph(
    paragraphs: list[tuple[Clip, ...]],
) -> None:
    take = assemble("章", paragraphs, RATE, RECIPE, io.BytesIO())
    said = ["".join(word.text for clip in each for word in clip.words) for each in paragraphs]
    assert ["".join(word.text for word in words) for words in words_by_turn(take)] == said
    lines = subtitle_turns(words_by_turn(take), RATE)
    starts = {word.start for word in take.track.words}
    assert all(line.start in starts for line in lines)
    assert all(a.end <= b.start for a, b in pairwise(lines))


def test_pauses_last_as_the_recipe_says() -> None:
    clip = Clip(Audio(b"\1\1" * 1000, RATE), (Span(0, 1000, "好。"),))
    recipe = Recipe(sentence_pause=0.5, paragraph_pause=1.0, chapter_pause=2.0)
    track = assemble("章", [(clip, clip), (clip,)], RATE, recipe, io.BytesIO()).track
    first, second, third = track.words
    assert second.start - first.end == RATE // 2
    assert third.start - second.end == RATE
    assert 2 * RATE <= track.length - third.end < 2 * RATE + FRAME
