"""Shown text -> said text, and where each said character stands in the shown.

    shown --fold--> plain --rules--> fragments --tidy--> Saying

`rules.py` is the order in which a place is tried; `places.py` (addresses), `labels.py` (figures
that name something), `roman.py`, `figures.py`, `latin.py` and `symbols.py` read what it finds;
`numbers.py` knows numbers; `respellings.py` the words an engine gets wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple

from podcast.files.english import is_english
from podcast.model import AS_SHOWN, IN_FULL, Needs, Saying
from podcast.pronounce.latin import is_initialism, letters_text, spelt_text
from podcast.pronounce.respellings import (
    is_pinyin,
    pinyin_text,
    polyphones,
    shipped,
)
from podcast.pronounce.rules import (
    ADDRESS_RULES,
    FIGURE_RULES,
    LATIN_RULES,
    WRITTEN_ADDRESS_RULES,
    Rule,
)
from podcast.pronounce.symbols import (
    GREEK,
    PAUSES,
    STRONGEST_FIRST,
    fold,
    symbol_text,
    unvoiced_text,
)

__all__ = [
    "AS_SHOWN", "IN_FULL", "NONE", "UNKNOWN", "Edges", "Needs", "edges_in", "pronounce", "touching",
]  # fmt: skip

NONE: Mapping[str, str] = MappingProxyType({})

Edges = Mapping[str, frozenset[int]]
"""For a text as `fold` leaves it, the places where one of its words ends and the next begins."""

UNKNOWN: Edges = MappingProxyType({})


class Fragment(NamedTuple):
    """Words said for a span of the shown text; `fixed` ones are said just so."""

    said: str
    start: int
    end: int
    fixed: bool = False


def pronounce(
    shown: str,
    needs: Needs = IN_FULL,
    respellings: Mapping[str, str] = NONE,
    edges: Edges = UNKNOWN,
) -> Saying:
    """`shown` as an engine with these `needs` should be given it; empty if nothing can be said.

    Every word of `respellings` is said as it says, before any rule; those in pinyin only
    where the engine takes it. `edges` are those that `edges_in` has found already.

    >>> pronounce("GPT-4.5在2025年涨了14%").text
    'GPT 四点五在二零二五年涨了百分之十四'
    >>> pronounce("两三年的AI").text
    '两三年的AI'
    >>> pronounce("We paid $3.50 for it in 2025 (yes).").text
    'We paid $3.50 for it in 2025，yes.'
    """
    words = _respellings(needs) | {w: r for w, r in respellings.items() if _is_taken(r, needs)}
    text: list[str] = []
    origins: list[int] = []
    joint = False
    for said, start, end, fixed in _fragments(shown, words, needs, edges):
        part = said if fixed else _latin_text(said, needs)
        if (fixed or joint) and text and _are_run_together(text[-1], part[:1]):
            part = " " + part
        text += part
        origins += [start + at * (end - start) // len(part) for at in range(len(part))]
        joint = fixed
    return _tidy(text, origins) if needs.symbols else Saying("".join(text), tuple(origins))


def touching(text: str, respellings: Mapping[str, str]) -> dict[str, str]:
    """The respellings whose word is somewhere in a text: no other can change how it is said.

    >>> touching("去重庆", {"重庆": "崇庆", "乐队": "月队"})
    {'重庆': '崇庆'}
    """
    plain = fold(text)
    return {word: said for word, said in respellings.items() if word in plain}


def edges_in(texts: Iterable[str], needs: Needs) -> dict[str, frozenset[int]]:
    """The edges of the words of those texts that may have a polyphone, for `pronounce`.

    To find them takes a dictionary of 33 MB. A process that is given them need not load it.

    >>> {text: sorted(edges) for text, edges in edges_in(["我说一点儿", "你好"], IN_FULL).items()}
    {'我说一点儿': [0, 1, 2, 5]}
    """
    if not needs.pinyin:
        return {}
    return {plain: _word_edges(plain) for plain in map(fold, texts) if _may_have_polyphone(plain)}


def _may_have_polyphone(plain: str) -> bool:
    sizes = _polyphone_sizes()
    return any(
        plain[at : at + size] in polyphones()
        for at, first in enumerate(plain)
        for size in sizes.get(first, ())
    )


# Finding -----------------------------------------------------------------------------------


def _fragments(
    shown: str, words: Mapping[str, str], needs: Needs, edges: Edges
) -> Iterator[Fragment]:
    """All of `shown` in order: what a rule or a respelling reads, and what lies between."""
    plain = fold(shown)
    if needs.english and is_english(plain):
        needs = replace(needs, numbers=False)
    rules = ADDRESS_RULES + LATIN_RULES + FIGURE_RULES if needs.numbers else WRITTEN_ADDRESS_RULES
    at = 0
    for fragment in _first_of(_respelt(plain, words, needs, edges), plain, rules):
        yield from _between(shown, plain, at, fragment.start, needs)
        yield fragment
        at = fragment.end
    yield from _between(shown, plain, at, len(plain), needs)


def _first_of(
    respelt: Iterator[Fragment], plain: str, rules: tuple[Rule, ...]
) -> Iterator[Fragment]:
    """Respellings and readings, the leftmost first; in one place the earlier rule."""
    nearest = [rule.regex.search(plain) for rule in rules]
    word = next(respelt, None)
    at = 0
    while True:
        while word and word.start < at:
            word = next(respelt, None)
        for i, match in enumerate(nearest):
            if match and match.start() < at:
                nearest[i] = rules[i].regex.search(plain, at)
        starts = [(match.start(), i) for i, match in enumerate(nearest) if match]
        start, i = min(starts, default=(len(plain), -1))
        if word and word.start <= start:
            yield word
            at = word.end
            continue
        match = nearest[i] if i >= 0 else None
        if not match:
            return
        said = rules[i].read(match)
        if said is None:
            nearest[i] = rules[i].regex.search(plain, match.start() + 1)
            continue
        yield Fragment(said, *match.span())
        at = match.end()


def _respelt(
    plain: str, words: Mapping[str, str], needs: Needs, known: Edges
) -> Iterator[Fragment]:
    """The longest word at each place: one of `words`, or a polyphone that is a whole word."""
    tables = [(words, _sizes(words))]
    edges = frozenset[int]()
    if needs.pinyin and _may_have_polyphone(plain):
        tables.append((polyphones(), _polyphone_sizes()))
        edges = known[plain] if plain in known else _word_edges(plain)
    at = 0
    while at < len(plain):
        found = ""
        for table, sizes in tables:
            for size in sizes.get(plain[at], ()):
                word, end = plain[at : at + size], at + size
                whole = at in edges and end in edges
                if (
                    size > len(found)
                    and word in table
                    and (_stands_alone(plain, at, end) if table is words else whole)
                ):
                    found, said = word, table[word]
                    break
        if found and said != found:
            said = pinyin_text(said) if is_pinyin(said) else said
            yield Fragment(said, at, at + len(found), fixed=True)
        at += len(found) or 1


def _sizes(words: Iterable[str]) -> dict[str, list[int]]:
    """How long the words are that begin with a character, the longest first."""
    sizes: dict[str, set[int]] = {}
    for word in words:
        sizes.setdefault(word[0], set()).add(len(word))
    return {first: sorted(lengths, reverse=True) for first, lengths in sizes.items()}


@cache
def _polyphone_sizes() -> dict[str, list[int]]:
    return _sizes(polyphones())


def _word_edges(text: str) -> frozenset[int]:
    """Where one word ends and the next begins, both ends of the text included."""
    import rjieba  # imported here, since it takes 33 MB, and few processes need it

    words = rjieba.cut(text.encode(errors="replace").decode())
    return frozenset(accumulate(map(len, words), initial=0))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether neither end of the span cuts a Latin word or a figure in two."""
    return not (
        (start > 0 and _is_ascii_word(text[start - 1]) and _is_ascii_word(text[start]))
        or (end < len(text) and _is_ascii_word(text[end - 1]) and _is_ascii_word(text[end]))
    )


def _is_ascii_word(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _are_run_together(left: str, right: str) -> bool:
    return _is_ascii_word(left) and _is_ascii_word(right)


WORD_OR_CHAR = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|[Ͱ-Ͽ]{2,}|(?s:.)")


def _between(shown: str, plain: str, start: int, end: int, needs: Needs) -> Iterator[Fragment]:
    """Latin words whole, all else character by character."""
    source = plain if needs.numbers else shown
    for match in WORD_OR_CHAR.finditer(source, start, end):
        said = match[0]
        if needs.symbols and len(said) == 1 and (not said.isalpha() or said.lower() in GREEK):
            said = symbol_text(said) if needs.numbers else unvoiced_text(said)
        if said:
            yield Fragment(said, *match.span())


# Words -------------------------------------------------------------------------------------


def _is_taken(respelling: str, needs: Needs) -> bool:
    return needs.pinyin or not is_pinyin(respelling)


@cache
def _respellings(needs: Needs) -> dict[str, str]:
    """The shipped respellings an engine with these needs is given."""
    tables = shipped()
    words = {w: r for w, r in tables["hanzi"].items() if _is_taken(r, needs)}
    return words | (dict(tables["latin"]) if needs.latin == "words" else {})


def _latin_text(said: str, needs: Needs) -> str:
    """The Latin words of a fragment as the engine reads them."""
    if needs.latin == "shown":
        return said
    return re.sub(r"[A-Za-z]+", lambda match: _word_text(match[0], needs), said)


def _word_text(word: str, needs: Needs) -> str:
    if needs.latin == "hanzi":
        return spelt_text(word)
    if needs.latin == "letters":
        return " ".join(word.upper())
    respelt = _respellings(needs).get(word)
    return respelt or (letters_text(word) if is_initialism(word) else word)


# Tidying -----------------------------------------------------------------------------------


def _tidy(text: list[str], origins: list[int]) -> Saying:
    """One mark where several stand in a row, one space, none at either end; nothing if no word."""
    kept: list[tuple[str, int]] = []
    for char, origin in zip(text, origins, strict=True):
        last = kept[-1][0] if kept else ""
        if char in PAUSES:
            if last == " ":
                kept.pop()
                last = kept[-1][0] if kept else ""
            if last in PAUSES:
                if STRONGEST_FIRST.index(char) < STRONGEST_FIRST.index(last):
                    kept[-1] = (char, kept[-1][1])
                continue
            if not last:
                continue
        if char == " " and (not last or last == " " or last in PAUSES):
            continue
        kept.append((char, origin))
    while kept and kept[-1][0] == " ":
        kept.pop()
    if not any(char.isalnum() for char, _ in kept):
        return Saying("", ())
    return Saying("".join(char for char, _ in kept), tuple(origin for _, origin in kept))
