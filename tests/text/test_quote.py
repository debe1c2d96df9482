"""Quoted passages: marked where the evidence is strong, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import opencc
from hypothesis import given
from hypothesis import strategies as st
from places import ROOT

from podcast.model import GUEST, HOST, Line, Transcript
from podcast.text.clean import clean
from podcast.text.quote import mark_quotes

SEED = tuple(
    Line(text, number)
    for number, text in enumerate((ROOT / "seeds/2025-02-indigo.txt").read_text().splitlines(), 1)
)
TALK = ("对，这个大家都知道", "然后我觉得就是说", "这个其实很好玩", "我们来讲第二个")
CLIP = ("我們必須理解物理世界", "機器能夠學習語言", "未來五年非常重要", "科學家想要預測天氣")


def lines_of(*texts: str) -> Transcript:
    return Transcript(tuple(Line(text, number) for number, text in enumerate(texts, 1)))


def guests(transcript: Transcript) -> list[int]:
    return [line.number for line in mark_quotes(transcript).lines if line.voice == GUEST]


def test_the_seeds_passages_by_characters() -> None:
    rows = [
        line.split("\t")
        for line in (ROOT / "tests/data/seed_quotes.tsv").read_text().splitlines()
        if not line.startswith("#")
    ]
    kind = {n: row[3] for row in rows for n in range(int(row[0]), int(row[1]) + 1)}
    sizes = {line.number: len(line.text) for line in SEED if kind.get(line.number) != "maybe"}
    marked = {number for number in guests(Transcript(SEED)) if number in sizes}
    quoted = {number for number in sizes if number in kind}
    right = sum(sizes[number] for number in marked & quoted)
    assert right / sum(sizes[number] for number in marked) >= 0.95  # precision
    assert right / sum(sizes[number] for number in quoted) >= 0.80  # recall


def test_a_clip_announced_and_printed_in_another_script() -> None:
    texts = (*TALK * 20, "我们来看一段采访", *CLIP * 4, "好吧", "这一段讲得很清楚", *TALK * 20)
    assert guests(lines_of(*texts)) == list(range(82, 98))


def test_without_an_announcement_nothing_is_marked() -> None:
    assert guests(lines_of(*TALK * 20, *CLIP * 4, *TALK * 20)) == []


def test_a_few_lines_are_not_enough() -> None:
    assert guests(lines_of(*TALK * 20, "我们来看一段采访", *CLIP, "好吧", *TALK * 20)) == []


LAWS = ("我們必須理解世界", "機器能夠學習語言", "未來五年非常重要", "科學家想預測天氣")
SIGNS = ("這裡發現許多線索", "電腦將會變得聰明", "應該認識這個問題", "歷史學習經驗豐富")


def clip_of(characters: int) -> list[str]:
    """A clip of eight lines with so many characters in all."""
    shorter = 64 - characters
    return [line[:-1] if place < shorter else line for place, line in enumerate(LAWS + SIGNS)]


def test_eight_lines_of_sixty_characters_are_enough_and_less_is_not() -> None:
    for clip, expected in (
        (clip_of(60), list(range(82, 90))),
        (clip_of(59), []),
        ([*CLIP, *CLIP][:7], []),  # seven lines, 61 characters
    ):
        texts = (*TALK * 20, "我们来看一段采访", *clip, "好吧", "这一段讲得很清楚", *TALK * 20)
        assert guests(lines_of(*texts)) == expected


def test_the_host_in_another_script_is_still_the_host() -> None:
    flipped = [opencc.OpenCC("s2t").convert(text) for text in TALK * 4]
    assert guests(lines_of(*TALK * 20, "我们来看一段采访", *flipped, "好吧", *TALK * 20)) == []


def test_a_transcript_in_one_script_has_no_evidence_of_script() -> None:
    for config in ("s2t", "t2s"):
        convert = opencc.OpenCC(config).convert
        assert guests(Transcript(tuple(replace(x, text=convert(x.text)) for x in SEED))) == []


def test_known_voices_are_left_alone() -> None:
    spoken = Transcript((replace(SEED[0], voice=GUEST), *SEED[1:]))
    assert mark_quotes(spoken) == spoken


@given(st.lists(st.sampled_from((*TALK, *CLIP, "我们来看一段采访", "好吧", "", "x"))))
def test_only_voices_change_and_never_twice(texts: list[str]) -> None:
    transcript = lines_of(*texts)
    marked = mark_quotes(transcript)
    assert tuple(replace(line, voice=HOST) for line in marked.lines) == transcript.lines
    assert mark_quotes(marked) == marked


def test_cleaning_keeps_the_voices() -> None:
    marked = clean(mark_quotes(Transcript(SEED)))
    guest = [line for line in marked.lines if line.voice == GUEST]
    assert sum(len(line.text) for line in guest) > 900
    assert not any(line.number == 247 for line in guest)
