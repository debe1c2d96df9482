"""Each raw character has the sound that is its own, also where the search gave it another's."""

from __future__ import annotations

from spoken import toned

from podcast.recording.timed import Timed, timed
from podcast.recording.times import Alignment, Character, HeardLine
from podcast.text.explain import Words

SPEECH, ROOM = -30.0, -85.0


def times_of(
    stretches: str, lines: tuple[str, ...], kept: str, *characters: tuple[int, int, int, int]
) -> list[Timed | None]:
    """The times of the characters of `lines`, in a sound of milliseconds of room and of speech."""
    lulls = toned(*((int(ms), (ROOM, SPEECH)[at % 2]) for at, ms in enumerate(stretches.split())))
    told = tuple(Character(*each) for each in characters)
    heard = tuple(HeardLine(at, line, 0, 1, 0.0, 1.0) for at, line in enumerate(lines, 1))
    alignment = Alignment(heard, told, 3000, (), told)
    return timed(alignment, Words.of(lines), [each == "+" for each in kept], lulls)


def near(time: Timed | None, start: float, end: float) -> bool:
    return time is not None and abs(time.start - start) <= 20 and abs(time.end - end) <= 20


def test_a_word_at_the_end_of_a_line_takes_its_sound_back_from_the_one_before_it() -> None:
    _, first, second, _ = times_of(
        "500 200 30 130 30 200 400 200 500",
        ("是得到", "股"),
        "-+++",
        (0, 0, 500, 700),
        (0, 1, 890, 1090),  # where the second word is
        (0, 2, 1420, 1500),  # over the pause
        (1, 0, 1500, 1690),
    )
    assert near(first, 730, 860) and near(second, 890, 1090)


def test_a_filler_that_was_not_found_has_the_sound_in_which_the_word_behind_it_was() -> None:
    _, filler, word, _ = times_of(
        "500 200 50 200 150 200 60 200 500",
        ("好嗯你们",),
        "+-++",
        (0, 0, 500, 700),
        (0, 2, 750, 950),
        (0, 3, 1360, 1560),
    )
    assert near(filler, 750, 950) and near(word, 1100, 1300)


def test_a_word_in_the_sound_of_a_filler_is_moved_behind_the_pause_to_the_next_word() -> None:
    filler, word, following = times_of(
        "500 300 170 400 500",
        ("后的研",),
        "-++",
        (0, 0, 500, 680),
        (0, 1, 680, 800),
        (0, 2, 1095, 1370),
    )
    assert near(filler, 500, 800) and near(word, 970, 1095) and near(following, 1095, 1370)


def test_a_word_that_lasts_too_long_for_the_next_one_stays_in_its_sound() -> None:
    _, first, _, _ = times_of(
        "500 200 30 130 30 700 400 200 500",
        ("是得到", "股"),
        "-+++",
        (0, 0, 500, 700),
        (0, 1, 890, 1590),
        (0, 2, 1920, 2000),  # over the pause
        (1, 0, 2000, 2190),
    )
    assert near(first, 890, 1590)
