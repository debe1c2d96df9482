"""Tokens -> the numbers that the tagger gets for each token and the gap after it."""

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
NONE, SPACE, LINE, SKIP = range(4)  # kinds of gap after a token; SKIP: a line was dropped there
HINTS = {"": 0, "—": 1, "，": 1, "；": 1, "、": 2, "：": 2, "。": 3, "！": 3, "…": 3, "？": 4}
LENGTHS = np.array([2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 25, 30, 36, 45, 60, 90])
ANY_STYLE, MAINLAND, TAIWAN = range(3)  # whose habits of setting marks; 0: not known
UNKNOWN = 0  # the id of a hanzi, pair or word that is not in the vocabulary
SHAPES = 1  # the first of eight ids for Latin words that are not in the vocabulary
LATIN = "\ue000"  # stands for a Latin token in the text that rjieba cuts into words
FIRST = 9  # the first id in the vocabulary
PAIR_ROW, WORD_ROW, STYLE_ROW = 1, 2, 7  # of the tagger's input
PAIR = 65_536  # greater than any id: the number of a pair is first * PAIR + second


@dataclass(frozen=True)
class Vocabulary:
    """The tokens, pairs of tokens and words that the tagger has learnt."""

    tokens: dict[str, int]
    pairs: npt.NDArray[np.int64]  # in rising order, shape (pairs,); a pair's id is its index + 1
    words: dict[str, int]

    @classmethod
    def number(
        cls, tokens: Sequence[str], pairs: Sequence[int], words: Sequence[str]
    ) -> Vocabulary:
        """The vocabulary of these lists, each numbered in its order."""
        return cls(
            {token: FIRST + i for i, token in enumerate(tokens)},
            np.array(pairs, np.int64),
            {word: 1 + i for i, word in enumerate(words)},
        )


def shape(word: str) -> int:
    """The kind of a Latin word or number, from 0 to 7."""
    if word.isdigit():
        return min(len(word), 5) - 1
    if any(c.isdigit() for c in word):
        return 5
    return 7 if word.islower() else 6


def identify(texts: Sequence[str], vocabulary: Vocabulary) -> Array:
    """The id of each token, of shape (tokens,); an unknown Latin word has the id of its shape."""
    known = vocabulary.tokens.get
    ids = np.empty(len(texts), np.int32)
    for i, text in enumerate(texts):
        number = known(text.lower())
        if number is None:
            number = SHAPES + shape(text) if is_latin(text) else UNKNOWN
        ids[i] = number
    return ids


def join_pairs(ids: Array) -> npt.NDArray[np.int64]:
    """The number of each token and the one after it, as a pair: shape (tokens,)."""
    following = np.append(ids[1:], UNKNOWN).astype(np.int64)
    return ids.astype(np.int64) * PAIR + following


def identify_pairs(ids: Array, vocabulary: Vocabulary) -> Array:
    """The id of the pair of each token and the one after it: shape (tokens,)."""
    pairs, known = join_pairs(ids), vocabulary.pairs
    places = np.searchsorted(known, pairs)
    is_known = known[np.minimum(places, len(known) - 1)] == pairs
    return np.where(is_known, places + 1, UNKNOWN).astype(np.int32)


def text_for_rjieba(texts: Sequence[str]) -> str:
    """The tokens as one text, in which each is one character: `LATIN` for a Latin token."""
    return "".join(LATIN if len(t) > 1 or t.isascii() else t for t in texts)


def cut_words(texts: Sequence[str]) -> list[str]:
    """The words that tokens of one hanzi form; a Latin token is a word of one private character."""
    return rjieba.cut(text_for_rjieba(texts))


def identify_words(words: Sequence[str], vocabulary: Vocabulary) -> tuple[Array, Array]:
    """For each token, the id of its word and its place in the word; both of shape (tokens,).

    The place is 0 for a word of one token, 1 at the beginning of a word, 2 inside, 3 at the end.
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
    """The kind of gap after each token: NONE, SPACE, LINE or SKIP; shape (tokens,)."""
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
    """The group of the mark that the transcript has after each token (HINTS): shape (tokens,)."""
    return np.array([HINTS[written_mark(token.gap)] for token in tokens], np.int32)


def written_classes(tokens: Sequence[Token]) -> npt.NDArray[np.int64]:
    """The class of the mark that the transcript has after each token: shape (tokens,).

    A dash counts as a comma.
    """
    marks = (written_mark(token.gap) for token in tokens)
    other = {"…": "。", DASH: "，"}
    return np.array([CLASSES.index(other.get(mark, mark)) for mark in marks], np.int64)


def sizes(tokens: Sequence[Token]) -> npt.NDArray[np.int64]:
    """The characters that each token counts for, 1 for a hanzi, 2 for a Latin word: (tokens,)."""
    return np.array([2 if is_latin(token.text) else 1 for token in tokens], np.int64)


def inside_names(tokens: Sequence[Token]) -> npt.NDArray[np.bool_]:
    """Whether each token and the next on its line are one name or number: shape (tokens,).

    No mark is set between them. They are one name if both are Latin words, and one number if both
    are small numbers: 两三年, 一两周.
    """
    kinds = [1 if is_latin(token.text) else 2 * (token.text in SMALL) for token in tokens]
    alike = [a == b > 0 for a, b in zip(kinds, [*kinds[1:], 0], strict=True)]
    return np.array(
        [same and not token.ends for same, token in zip(alike, tokens, strict=True)], np.bool_
    )


def line_lengths(kinds: Array) -> Array:
    """The length of each token's line, as one of 18 size groups: shape (tokens,)."""
    ends = np.flatnonzero(kinds >= LINE) + 1
    if not len(ends) or ends[-1] != len(kinds):
        ends = np.append(ends, len(kinds))
    lengths = np.diff(ends, prepend=0)
    return np.repeat(np.searchsorted(LENGTHS, lengths), lengths).astype(np.int32)


def rows(tokens: Sequence[Token], vocabulary: Vocabulary, style: int = ANY_STYLE) -> Array:
    """The tagger's input, of shape (8, tokens).

    The rows are ids, pairs, words, places in words, gaps, line lengths, hints, and the style of the
    marks: `MAINLAND`, `TAIWAN` or `ANY_STYLE`.
    """
    texts = [token.text for token in tokens]
    ids = identify(texts, vocabulary)
    words, places = identify_words(cut_words(texts), vocabulary)
    kinds = breaks(tokens)
    pairs = identify_pairs(ids, vocabulary)
    styles = np.full(len(ids), style, np.int32)
    columns = (ids, pairs, words, places, kinds, line_lengths(kinds), hints(tokens), styles)
    return np.stack(columns)
