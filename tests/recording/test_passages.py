"""What the script dropped is cut out of a recording, and no word that it kept is damaged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from spoken import LINES, Sound, pcm, quiet, spoken, toned

from podcast.model import RATE, Chapter, Cut, Paragraph, Passage, Recipe, Script, Tape
from podcast.recording.features import RATE as HEARD_RATE
from podcast.recording.levels import Lulls, levels
from podcast.recording.passages import Unheard, passages
from podcast.recording.times import Alignment, Character, HeardLine, Stretch
from podcast.sound.master import loudness, measure

TAPE = Tape(Path("talk.wav"), "digest")
FILLERS = ("嗯", "呃", "那个", "就是说")


@dataclass(frozen=True)
class Said:
    """Texts in a sound, in milliseconds; `fillers` are told by the transcript, `noises` not."""

    sound: Sound
    alignment: Alignment
    words: tuple[tuple[str, float, float], ...]
    fillers: tuple[tuple[str, float, float], ...]


def said(*parts: str, untold: bool = False, gain: float = 1.0) -> Said:
    """Parts one after another; one in brackets is a filler, and / ends a line."""
    made = [quiet(0.5)]
    words: list[tuple[str, float, float]] = []
    fillers: list[tuple[str, float, float]] = []
    characters: list[Character] = []
    lines: list[str] = [""]
    for part in parts:
        text = part.strip("()/")
        start = 1000 * sum(map(len, made)) / HEARD_RATE
        made += [spoken(text) * gain, quiet(0.12)]
        end = start + 1000 * len(made[-2]) / HEARD_RATE
        (fillers if part.startswith("(") else words).append((text, start, end))
        if not (untold and part.startswith("(")):
            step = (end - start) / len(text)
            characters += [
                Character(
                    len(lines) - 1,
                    len(lines[-1]) + at,
                    round(start + at * step),
                    round(start + (at + 1) * step),
                )
                for at in range(len(text))
            ]
            lines[-1] += text
        if part.endswith("/"):
            made.append(quiet(0.4))
            lines.append("")
    told = tuple(HeardLine(at, line, 0, 1, 0.0, 1.0) for at, line in enumerate(lines, 1))
    sound = np.concatenate(made)
    spare = [Stretch(round(start), round(end)) for _, start, end in fillers if untold]
    whole = Alignment(
        told,
        tuple(characters),
        len(sound) * 1000 // HEARD_RATE,
        (),
        tuple(characters),
        tuple(spare),
    )
    return Said(sound, whole, tuple(words), tuple(fillers))


def cut(talk: Said, *paragraphs: str, voice: str = "host") -> list[Passage | Unheard]:
    """What is cut out of a talk for the paragraphs of a script."""
    script = Script("集", (Chapter("章", tuple(Paragraph(each, voice) for each in paragraphs)),))
    lulls = Lulls(levels([pcm(talk.sound)]))
    return passages(talk.alignment, lulls, script, TAPE, Recipe())[0]


def kept_ms(found: list[Passage | Unheard], start: float, end: float) -> float:
    """How much of a stretch of the recording is kept, in milliseconds."""
    cuts = [each for passage in found if isinstance(passage, Passage) for each in passage.cuts]
    spans = [(each.start * 1000 / RATE, each.end * 1000 / RATE) for each in cuts]
    return sum(max(0.0, min(end, closes) - max(start, opens)) for opens, closes in spans)


def require_clean(found: list[Passage | Unheard], talk: Said) -> None:
    assert all(kept_ms(found, start, end) < 25 for _, start, end in talk.fillers)
    assert all(end - start - kept_ms(found, start, end) < 20 for _, start, end in talk.words)


PARTS = (
    *("今天我们来聊一聊", "(嗯)", "人工智能的发展/", "(那个)", "很多公司都在研究新的模型/"),
    *("第一个问题", "(就是说)", "是成本/", "他们去年", "(呃)", "投入了很多钱/"),
)
SCRIPT = (
    "今天我们来聊一聊人工智能的发展，很多公司都在研究新的模型。",
    "第一个问题是成本，他们去年投入了很多钱。",
)


@cache
def talk() -> Said:
    return said(*PARTS)


@pytest.mark.parametrize("untold", [False, True], ids=["told", "untold"])
def test_fillers_go_and_no_word_is_damaged(untold: bool) -> None:
    made = said(*PARTS, untold=untold)
    require_clean(cut(made, *SCRIPT), made)


def test_what_no_line_tells_stays_where_it_may_be_a_word() -> None:
    made = said(*PARTS, untold=True)
    doubtful = replace(made, alignment=replace(made.alignment, spare=()))
    found = cut(doubtful, *SCRIPT)
    inside = [each for each in made.fillers if each[0] != "那个"]  # which is between two lines
    assert all(kept_ms(found, start, end) == pytest.approx(end - start) for _, start, end in inside)
    assert all(end - start - kept_ms(found, start, end) < 20 for _, start, end in made.words)


def test_sound_between_two_paragraphs_that_may_be_a_word_is_of_the_nearer_one() -> None:
    lulls = toned(
        *((500, ROOM), (300, SPEECH), (100, ROOM), (200, SPEECH), (400, ROOM), (300, SPEECH)),
        (500, ROOM),
    )
    told = tuple(
        Character(0, at, *span) for at, span in enumerate([(500, 650), (650, 800), (1500, 1800)])
    )
    alignment = Alignment((HeardLine(1, "好天气", 0, 1, 0.0, 1.0),), told, 3000, (), told)
    chapter = Chapter("章", (Paragraph("好天。"), Paragraph("气。")))
    for spare, reached in (((), 1100), ((Stretch(900, 1100),), 800)):
        given = replace(alignment, spare=spare)
        made = passages(given, lulls, Script("集", (chapter,)), TAPE, Recipe())[0]
        kept = [each.end / 44.1 for one in made if isinstance(one, Passage) for each in one.cuts]
        assert reached <= kept[0] < reached + 100


def test_a_sound_between_two_paragraphs_is_heard_once() -> None:
    room = (500, ROOM)
    sounds = *((300, SPEECH), (100, ROOM), (100, SPEECH), (200, ROOM), (100, SPEECH)), (250, ROOM)
    lulls = toned(room, *sounds, (300, SPEECH), room)
    told = tuple(Character(0, at, *span) for at, span in enumerate([(500, 800), (1550, 1850)]))
    alignment = Alignment((HeardLine(1, "好气", 0, 1, 0.0, 1.0),), told, 2350, (), told)
    chapter = Chapter("章", (Paragraph("好。"), Paragraph("气。")))
    found = passages(alignment, lulls, Script("集", (chapter,)), TAPE, Recipe())[0]
    assert kept_ms(found, 900, 1000) == kept_ms(found, 1200, 1300) == pytest.approx(100)


SPEECH, SOFT, ROOM = -30.0, -62.0, -85.0


def cut_of(lulls: Lulls, kept: str, *characters: tuple[int, int]) -> list[tuple[int, int]]:
    """What is kept, in milliseconds, of 好天气 of which each character is told to last so long."""
    text = "好天气"[: len(characters)]
    told = tuple(Character(0, at, *span) for at, span in enumerate(characters))
    alignment = Alignment((HeardLine(1, text, 0, 1, 0.0, 1.0),), told, 3000, (), told)
    script = Script("集", (Chapter("章", (Paragraph(kept),)),))
    (found,) = passages(alignment, lulls, script, TAPE, Recipe())[0]
    assert isinstance(found, Passage)
    return [(round(each.start / 44.1), round(each.end / 44.1)) for each in found.cuts]


def test_the_soft_end_and_the_soft_beginning_of_a_word_stay() -> None:
    lulls = toned(
        (500, ROOM), (300, SPEECH), (60, SOFT), (100, ROOM), (300, SPEECH), (100, ROOM),
        (60, SOFT), (300, SPEECH), (500, ROOM),
    )  # fmt: skip
    (_, end), (start, _) = cut_of(lulls, "好气。", (500, 800), (960, 1260), (1420, 1720))
    assert 855 < end < 960 and 1260 < start < 1365


def test_a_closure_at_the_end_of_a_word_is_not_the_pause_behind_it() -> None:
    lulls = toned(
        (500, ROOM), (300, SPEECH), (25, ROOM), (40, SOFT), (120, ROOM), (300, SPEECH), (500, ROOM)
    )
    ((_, end),) = cut_of(lulls, "好。", (500, 800), (985, 1285))
    assert end >= 865


def test_a_sound_too_short_for_a_syllable_between_two_lulls_is_the_end_of_a_word() -> None:
    lulls = toned(
        (500, ROOM),
        (300, SPEECH),
        (40, ROOM),
        (20, SPEECH),
        (120, ROOM),
        (300, SPEECH),
        (500, ROOM),
    )
    ((_, end),) = cut_of(lulls, "好。", (500, 800), (985, 1285))
    assert 865 <= end < 985
    run_on = toned(
        (500, ROOM), (300, SPEECH), (40, ROOM), (20, SPEECH), (30, ROOM), (300, SPEECH), (500, ROOM)
    )
    ((_, end),) = cut_of(run_on, "好。", (500, 800), (890, 1190))
    assert 865 <= end < 895
    ((start, _),) = cut_of(run_on, "天。", (500, 800), (890, 1190))
    assert 855 <= start < 895


def test_a_word_whose_end_is_told_too_early_is_not_cut_off() -> None:
    lulls = toned((500, ROOM), (300, SPEECH), (15, SOFT), (300, SPEECH), (500, ROOM))
    ((_, end),) = cut_of(lulls, "好。", (500, 720), (720, 1115))
    assert 795 <= end <= 820


def test_a_filler_that_nothing_parts_from_a_word_stays_rather_than_the_word_is_cut_off() -> None:
    lulls = toned((500, ROOM), (900, SPEECH), (500, ROOM))
    one, other = cut_of(lulls, "好气。", (500, 800), (800, 1100), (1100, 1400))
    assert one[1] == other[0]


def test_a_filler_is_cut_where_its_sound_goes_over_into_that_of_a_word() -> None:
    noise = np.random.default_rng(0).standard_normal(HEARD_RATE * 3 // 10)
    word, filler = np.diff(noise) * 800, np.convolve(noise, np.full(40, 1 / 40), "same") * 60_000
    sound = np.concatenate([quiet(0.5), word, filler, word, quiet(0.5)])
    lulls = Lulls(levels([pcm(sound.astype(np.float32))]))
    one, other = cut_of(lulls, "好气。", (500, 820), (820, 1080), (1080, 1400))
    assert 800 <= one[1] <= 820 and 1080 <= other[0] <= 1100


def test_a_word_fades_away_before_what_is_left_out_begins() -> None:
    faded, softer = -58.0, -70.0
    lulls = toned((500, ROOM), (300, SPEECH), (10, softer), (40, faded), (300, SPEECH), (500, ROOM))
    ((_, end),) = cut_of(lulls, "好。", (500, 800), (850, 1150))
    assert 835 <= end <= 860


def test_a_word_is_not_taken_for_the_filler_before_it_that_has_a_sound_of_its_own() -> None:
    lulls = toned(
        (500, ROOM), (200, SPEECH), (150, ROOM), (250, SPEECH), (200, ROOM), (170, SPEECH),
        (15, SOFT), (295, SPEECH), (500, ROOM),
    )  # fmt: skip
    _, (start, _) = cut_of(lulls, "好气。", (500, 700), (1300, 1480), (1480, 1580))
    assert 1230 <= start <= 1305


def test_what_is_left_out_stands_between_pauses_where_the_text_does_not_tell() -> None:
    made = said("这就是", "(呃就是)", "问题所在/")
    require_clean(cut(made, "这就是问题所在。"), made)


def test_words_that_are_said_twice_at_the_end_of_a_talk_are_heard_once() -> None:
    made = said("(嗯)", "今天", "(就讲到这里呃)", "就讲到这里/")
    require_clean(cut(made, "今天就讲到这里。"), made)


def test_nothing_is_heard_twice_where_a_short_filler_runs_into_both_words() -> None:
    lulls = toned((500, ROOM), (300, SPEECH), (20, SOFT), (300, SPEECH), (500, ROOM))
    kept = cut_of(lulls, "好气。", (500, 780), (780, 830), (830, 1120))
    assert all(one[1] <= other[0] for one, other in pairwise(kept))


def test_words_lie_where_they_are_heard_after_the_cuts() -> None:
    (first, second) = cut(talk(), *SCRIPT)
    for passage in (first, second):
        assert isinstance(passage, Passage)
        starts = {}
        opened = 0
        for each in passage.cuts:
            for text, start, end in talk().words:
                if each.start <= start * RATE / 1000 and end * RATE / 1000 <= each.end + 1:
                    starts[text] = opened + start * RATE / 1000 - each.start
            opened += each.end - each.start + each.pause
        shown = "".join(word.text for word in passage.words)
        assert shown in SCRIPT
        for text, start in starts.items():
            at = shown.index(text[:2])
            reached = 0
            for word in passage.words:
                if reached == at:
                    assert abs(word.start - start) < 0.03 * RATE
                reached += len(word.text)


def test_paragraphs_are_cut_from_where_they_are_in_the_order_of_the_script() -> None:
    moved = cut(talk(), *reversed(SCRIPT))
    plain = cut(talk(), *SCRIPT)
    assert [each.cuts for each in moved if isinstance(each, Passage)] == [
        each.cuts for each in reversed(plain) if isinstance(each, Passage)
    ]


def test_an_edit_of_one_paragraph_changes_one_passage() -> None:
    plain = cut(talk(), *SCRIPT)
    edited = cut(talk(), SCRIPT[0], "第一个问题是成本。")
    assert edited[0] == plain[0]
    assert edited[1] != plain[1] and isinstance(edited[1], Passage)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("第一个问题是成本，明年我们再看看结果。", "明年我们再看看结果"),
        ("完全不同的一段话写在这里。", "完全不同的一段话写在这里"),
    ],
)
def test_words_that_nobody_says_are_told(text: str, missing: str) -> None:
    _, found = cut(talk(), SCRIPT[0], text)
    assert found == Unheard(missing)


def test_a_word_that_was_heard_wrong_and_a_figure_are_still_there() -> None:
    made = said("第一个", "问题是成笨/", "他们投入了百分之十四/")
    found = cut(made, "第一个问题是成本，他们投入了14%。")
    require_clean(found, made)
    assert "".join(w.text for w in found[0].words).endswith("14%。")  # type: ignore[union-attr]


def test_a_word_said_twice_is_heard_once() -> None:
    made = said("(第一个)", "第一个问题是成本/", "他们去年投入了很多钱/")
    require_clean(cut(made, SCRIPT[1]), made)


def test_paragraphs_said_softly_are_made_as_loud_as_others() -> None:
    loud, soft = said(*PARTS), said(*PARTS, gain=0.5)
    gains = [
        each.gain_db
        for made in (loud, soft)
        for each in cut(made, *SCRIPT)
        if isinstance(each, Passage)
    ]
    assert np.allclose(np.array(gains[2:]) - gains[:2], 6, atol=0.6)


def test_two_speakers_are_as_loud_as_each_other() -> None:
    one, other = said(*PARTS[:5]), said(*PARTS[5:], gain=0.4)
    shift = len(one.sound) * 1000 // HEARD_RATE
    first = len(one.alignment.lines)
    characters = (
        *one.alignment.characters,
        *(
            Character(each.line + first, each.offset, each.start_ms + shift, each.end_ms + shift)
            for each in other.alignment.characters
        ),
    )
    lines = (*one.alignment.lines, *other.alignment.lines)
    sound = np.concatenate([one.sound, other.sound])
    both = Said(sound, Alignment(lines, characters, 0, (), characters), (), ())
    script = Script("集", (Chapter("章", (Paragraph(SCRIPT[0]), Paragraph(SCRIPT[1], "guest"))),))
    lulls = Lulls(levels([pcm(both.sound)]))
    found = passages(both.alignment, lulls, script, TAPE, Recipe())[0]
    loud = [heard_lufs(each, sound) for each in found if isinstance(each, Passage)]
    assert len(loud) == 2 and abs(loud[0] - loud[1]) < 1


def heard_lufs(passage: Passage, sound: Sound) -> float:
    """How loud a passage is that was cut out of a sound."""
    rate = HEARD_RATE / RATE
    parts = [sound[round(each.start * rate) : round(each.end * rate)] for each in passage.cuts]
    whole = np.concatenate(parts) * 10 ** (passage.gain_db / 20)
    return loudness([measure(whole, HEARD_RATE)[0]], HEARD_RATE)


def test_the_room_is_a_stretch_in_which_nobody_speaks() -> None:
    (passage, _) = cut(talk(), *SCRIPT)
    assert isinstance(passage, Passage)
    room = passage.room
    assert room.end - room.start > 0.1 * RATE
    spoken_then = [
        text
        for text, start, end in (*talk().words, *talk().fillers)
        if room.start < end * RATE / 1000 and start * RATE / 1000 < room.end
    ]
    assert spoken_then == []


def test_a_lull_is_found_under_an_offset_and_a_hum() -> None:
    sound = spoken(LINES[0])
    at = np.arange(len(sound) + HEARD_RATE)
    hum = 800 + 300 * np.sin(2 * np.pi * 50 * at / HEARD_RATE)
    whole = (
        np.concatenate([np.zeros(HEARD_RATE, np.float32), sound])
        + hum
        + quiet(len(at) / HEARD_RATE)
    )
    lulls = Lulls(levels([pcm(whole.astype(np.float32))]))
    assert lulls.around(500) is not None
    rest = lulls.around(500)
    assert rest is not None and abs(rest[1] - 1000) <= 40


def test_a_pause_is_as_long_as_the_recipe_says_where_a_filler_was() -> None:
    made = said("第一个问题是成本", "(嗯)", "他们去年投入了很多钱/")
    (passage,) = cut(made, "第一个问题是成本。他们去年投入了很多钱。")
    assert isinstance(passage, Passage)
    one, other = passage.cuts
    end, start = made.words[0][2], made.words[1][1]
    pause = (
        one.end * 1000 / RATE - end + one.pause * 1000 / RATE + start - other.start * 1000 / RATE
    )
    assert abs(pause - 350) < 60


def test_a_paragraph_without_words_has_no_cuts() -> None:
    (passage,) = cut(talk(), "——")
    assert passage == Passage(TAPE, (), ())


def test_cuts_are_whole_and_rise_in_the_recording() -> None:
    for passage in cut(talk(), *SCRIPT):
        assert isinstance(passage, Passage)
        assert all(isinstance(each, Cut) and each.start < each.end for each in passage.cuts)
        edges = [at for each in passage.cuts for at in (each.start, each.end)]
        assert edges == sorted(edges)
