"""Tokens -> numbers: what the tagger sees of each token and of the gap after it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import rjieba

from podcast.text.punctuate.tokens import DASH, Token, is_latin, written_mark

Array = npt.NDArray[np.int32]

SMALL = frozenset("一二两三四五六七八九几")
CLASSES = ("", "，", "、", "：", "；", "。", "？", "！")
NONE, SPACE, LINE, SKIP = range(4)  # what parts a token from the next; SKIP: a line was dropped
HINTS = {"": 0, "—": 1, "，": 1, "；": 1, "、": 2, "：": 2, "。": 3, "！": 3, "…": 3, "？": 4}
LENGTHS = np.array([2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 25, 30, 36, 45, 60, 90])
UNKNOWN = 0  # a hanzi, pair or word that the tagger has not learnt
SHAPES = 1  # the first of eight ids for Latin words that are not in the vocabulary
LATIN = "\ue000"  # stands for a Latin token where words are cut
FIRST = 9  # the first id in the vocabulary
PAIR = 65_536  # more than there are ids: a pair is one number, first * PAIR + second


@dataclass(frozen=True)
class Vocabulary:
    """What the tagger has learnt to tell apart: tokens, pairs of tokens, and words."""

    tokens: dict[str, int]
    pairs: npt.NDArray[np.int64]  # in rising order; the id of a pair is its place plus one
    words: dict[str, int]

    @classmethod
    def number(
        cls, tokens: Sequence[str], pairs: Sequence[int], words: Sequence[str]
    ) -> Vocabulary:
        """Number each list in its order."""
        return cls(
            {token: FIRST + i for i, token in enumerate(tokens)},
            np.array(pairs, np.int64),
            {word: 1 + i for i, word in enumerate(words)},
        )


def shape(word: str) -> int:
    """Which of eight kinds of Latin word or number this is."""
    if word.isdigit():
        return min(len(word), 5) - 1
    if any(c.isdigit() for c in word):
        return 5
    return 7 if word.islower() else 6


def identify(texts: Sequence[str], vocabulary: Vocabulary) -> Array:
    """The vocabulary's number for each token, Latin words by shape where it has none."""
    known = vocabulary.tokens.get
    ids = np.empty(len(texts), np.int32)
    for i, text in enumerate(texts):
        number = known(text.lower())
        if number is None:
            number = SHAPES + shape(text) if is_latin(text) else UNKNOWN
        ids[i] = number
    return ids


def join_pairs(ids: Array) -> npt.NDArray[np.int64]:
    """Each token and the one after it, as one number."""
    following = np.append(ids[1:], UNKNOWN).astype(np.int64)
    return ids.astype(np.int64) * PAIR + following


def identify_pairs(ids: Array, vocabulary: Vocabulary) -> Array:
    """The vocabulary's number for each token together with the one after it."""
    pairs, known = join_pairs(ids), vocabulary.pairs
    places = np.searchsorted(known, pairs)
    found = known[np.minimum(places, len(known) - 1)] == pairs
    return np.where(found, places + 1, UNKNOWN).astype(np.int32)


def cut_words(texts: Sequence[str]) -> list[str]:
    """The words that one-hanzi tokens form; a Latin token is a word of one private character."""
    return rjieba.cut("".join(LATIN if len(t) > 1 or t.isascii() else t for t in texts))


def identify_words(words: Sequence[str], vocabulary: Vocabulary) -> tuple[Array, Array]:
    """For each token, the number of the word it is in and its place there.

    The place is 0 for a word alone, 1 where one begins, 2 inside, 3 where one ends.
    """
    lengths = np.array([len(word) for word in words], np.int32)
    known = vocabulary.words.get
    numbers = np.array([known(word, UNKNOWN) for word in words], np.int32)
    ends = np.cumsum(lengths)
    places = np.full(lengths.sum(), 2, np.int32)
    places[ends - lengths] = 1
    places[ends - 1] = np.where(lengths > 1, 3, 0)
    return np.repeat(numbers, lengths), places


def breaks(tokens: Sequence[Token]) -> Array:
    """What parts each token from the next."""
    kinds = np.zeros(len(tokens), np.int32)
    for i, (token, following) in enumerate(itertools.pairwise(tokens)):
        if token.ends:
            kinds[i] = SKIP if following.line - token.line > 1 else LINE
        elif token.gap.isspace() and not (is_latin(token.text) or is_latin(following.text)):
            kinds[i] = SPACE
    if len(tokens):
        kinds[-1] = LINE
    return kinds


def hints(tokens: Sequence[Token]) -> Array:
    """What mark is already written after each token."""
    return np.array([HINTS[written_mark(token.gap)] for token in tokens], np.int32)


def written_classes(tokens: Sequence[Token]) -> npt.NDArray[np.int64]:
    """The class of the mark already written after each token; a dash counts as a comma."""
    marks = (written_mark(token.gap) for token in tokens)
    other = {"…": "。", DASH: "，"}
    return np.array([CLASSES.index(other.get(mark, mark)) for mark in marks], np.int64)


def sizes(tokens: Sequence[Token]) -> npt.NDArray[np.int64]:
    """How many characters each token counts for: a hanzi one, a Latin word two."""
    return np.array([2 if is_latin(token.text) else 1 for token in tokens], np.int64)


def inside_names(tokens: Sequence[Token]) -> npt.NDArray[np.bool_]:
    """Whether each token and the next of its line are one name or number, so that no mark is set.

    Latin words side by side are, and so are two small numbers: 两三年, 一两周.
    """
    kinds = [1 if is_latin(token.text) else 2 * (token.text in SMALL) for token in tokens]
    alike = [a == b > 0 for a, b in zip(kinds, [*kinds[1:], 0], strict=True)]
    return np.array(
        [same and not token.ends for same, token in zip(alike, tokens, strict=True)], np.bool_
    )


def line_lengths(kinds: Array) -> Array:
    """The length of the line each token is in, as one of 18 sizes."""
    ends = np.flatnonzero(kinds >= LINE) + 1
    if not len(ends) or ends[-1] != len(kinds):
        ends = np.append(ends, len(kinds))
    lengths = np.diff(ends, prepend=0)
    return np.repeat(np.searchsorted(LENGTHS, lengths), lengths).astype(np.int32)


def rows(tokens: Sequence[Token], vocabulary: Vocabulary) -> Array:
    """Seven rows: ids, pairs, words, places in words, breaks, line lengths, hints."""
    texts = [token.text for token in tokens]
    ids = identify(texts, vocabulary)
    words, places = identify_words(cut_words(texts), vocabulary)
    kinds = breaks(tokens)
    pairs = identify_pairs(ids, vocabulary)
    return np.stack([ids, pairs, words, places, kinds, line_lengths(kinds), hints(tokens)])
