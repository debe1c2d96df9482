"""Heard by the word, or by the width of a screen -> Heard by the phrase.

Word-timed files have a cue for each word; no rule of the language could read those. Captions that
roll break where the screen ends, which says nothing of where a phrase does.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean, median

from podcast.text.read.heard import Heard
from podcast.text.spacing import join_lines

FEWEST = 8  # cues from which it can be seen that each is a word
WORD = 2.6  # characters of a word in the mean; of a short line, twice as many
LONGEST_WORD = 16  # characters
PHRASE = 24  # characters from which a phrase ends at the next breath
LONGEST_PHRASE_CHARS = 48  # of one in which nobody breathes
BREATH_MS = 300


def by_phrase(heard: Sequence[Heard]) -> list[Heard]:
    """Words as phrases, each of one speaker, parted where somebody breathes.

    >>> said = ["大家", "好", "欢迎", "收听", "今天", "的", "节目", "我们"]
    >>> timed = [Heard(text, n, 300 * n, 300 * n + 280) for n, text in enumerate(said)]
    >>> [one.text for one in by_phrase(timed)]
    ['大家好欢迎收听今天的节目我们']
    >>> lines = [Heard("我们今天聊一聊", 1, 0, 900), Heard("种番茄", 2, 900, 1800)]
    >>> by_phrase(lines) == lines
    True
    """
    if not (are_words(heard) or any(one.goes_on for one in heard)):
        return list(heard)
    is_timed_by_word = are_words(heard)
    phrases: list[list[Heard]] = []
    for one in heard:
        last = phrases[-1] if phrases else []
        if not last or not is_same(last, one, is_timed_by_word):
            phrases.append([])
        phrases[-1].append(one)
    return [joined(phrase) for phrase in phrases]


def are_words(heard: Sequence[Heard]) -> bool:
    """Whether each holds one word, and is timed."""
    if len(heard) < FEWEST or any(one.start_ms is None or one.end_ms is None for one in heard):
        return False
    sizes = [len(one.text) if not one.text.isascii() else 2 for one in heard]
    lasts = [(one.end_ms or 0) - (one.start_ms or 0) for one in heard]
    return mean(sizes) <= WORD and max(sizes) <= LONGEST_WORD and median(lasts) <= 2 * BREATH_MS


def is_same(phrase: Sequence[Heard], one: Heard, by_word: bool) -> bool:
    """Whether `one` goes on with the phrase."""
    last, size = phrase[-1], sum(len(each.text) for each in phrase)
    if one.speaker != last.speaker or not (by_word or last.goes_on) or size >= LONGEST_PHRASE_CHARS:
        return False
    pause = (one.start_ms or 0) - (last.end_ms or 0)
    is_ended = last.text[-1:] in "。？！?!"
    return not is_ended and pause < BREATH_MS * (1 if size >= PHRASE else 3)


def joined(phrase: Sequence[Heard]) -> Heard:
    """The phrase as one, with the number of its first word."""
    first, text = phrase[0], join_lines(one.text for one in phrase)
    return first._replace(text=text, end_ms=phrase[-1].end_ms)
