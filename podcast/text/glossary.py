"""A TOML table -> a `Glossary`; Transcript, Glossary -> Transcript with one spelling of each name.

The table is in `seeds/NAME.toml` under `[glossary]`, or in a file of its own. Each entry has the
right spelling and the wrong ones that a recogniser prints for it:

    [glossary]
    keep = ["乾坤大挪移"]                      # never changed by any rule
    "泽连斯基" = ["泽联斯基", "泽林斯基"]
    "DeepSeek" = []                            # only case, spaces and hyphens: deep seek, Deepseek
    "宇树" = { wrong = ["语速"], near = ["机器人"] }      # only near a line with 机器人
    "Meme" = { wrong = ["命"], lines = "170, 300-320" }   # only in these lines of the transcript

A right spelling in Latin letters is recognised in any case, and with or without a space or hyphen
between its parts. A part of another word is never changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import rjieba

from podcast.errors import ReadError
from podcast.files import toml
from podcast.model import Line, Transcript

NEAR_LINES = 12  # transcript lines before and after a line that are near it
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\sA-Za-z\d-]")
_LATIN = re.compile(r"[A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Term:
    """A right spelling, the wrong spellings that it replaces, and the lines where it does.

    `near` are words, of which one must occur within `NEAR_LINES` lines; `lines` are inclusive
    ranges of line numbers. If both are empty, the term is replaced everywhere.
    """

    right: str
    wrong: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    lines: tuple[tuple[int, int], ...] = ()

    def covers(self, number: int) -> bool:
        """Whether the term may be corrected in line `number`, by its ranges."""
        return not self.lines or any(first <= number <= last for first, last in self.lines)


@dataclass(frozen=True)
class Glossary:
    """Terms, and words that no rule may change. In `a | b`, entries of b go before those of a."""

    terms: tuple[Term, ...] = ()
    keep: tuple[str, ...] = ()

    def __or__(self, other: Glossary) -> Glossary:
        """Both glossaries; for a spelling that both have, the entry of `other` is used."""
        known = {spelling_key(word) for term in other.terms for word in (term.right, *term.wrong)}
        known |= {spelling_key(word) for word in other.keep}
        terms = (
            replace(
                term, wrong=tuple(word for word in term.wrong if spelling_key(word) not in known)
            )
            for term in self.terms
            if spelling_key(term.right) not in known
        )
        rest = _unlisted(self.terms, other.terms)
        return Glossary((*terms, *other.terms, *rest), tuple(dict.fromkeys(self.keep + other.keep)))

    @property
    def names(self) -> tuple[str, ...]:
        """All spellings that are right, and the words that no rule may change."""
        return (*self.keep, *(term.right for term in self.terms))

    @cached_property
    def _spellings(self) -> Mapping[str, tuple[Term, ...]]:
        terms: dict[str, tuple[Term, ...]] = {}
        for term in self.terms:
            for word in (term.right, *term.wrong):
                terms[spelling_key(word)] = (*terms.get(spelling_key(word), ()), term)
        return terms

    @cached_property
    def _rights(self) -> frozenset[str]:
        return frozenset(spelling_key(term.right) for term in self.terms)

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        words = (w for term in self.terms for w in (term.right, *term.wrong))
        return _any_of(words) if self.terms else None


NO_GLOSSARY = Glossary()


def read_glossary(path: Path) -> Glossary:
    """The glossary in a TOML file: its `[glossary]` table, or else the whole file.

    Raises ReadError if the file is missing or no TOML, or if an entry is malformed.
    """
    table = toml.read(path)
    return parse_glossary(table.get("glossary", table), str(path))


def parse_glossary(table: object, source: str = "glossary") -> Glossary:
    """The glossary in a table of TOML. Raises ReadError, which names `source`, for a bad entry."""
    if not isinstance(table, Mapping):
        raise ReadError(f"{source}: the glossary must be a table of right = [wrong, …]")
    keep = _words(table.get("keep", []), f"{source}: keep")
    terms = tuple(
        _term(right, entry, f"{source}: {right!r:.60}")
        for right, entry in table.items()
        if right != "keep"
    )
    _require_no_chain(terms, source)
    return Glossary(terms, keep)


def shipped_glossary() -> Glossary:
    """The names of technology and public life that come with the program."""
    text = files(__package__).joinpath("glossary.toml").read_text(encoding="utf-8")
    return parse_glossary(toml.parse(text), "glossary.toml")


def correct_names(transcript: Transcript, glossary: Glossary) -> Transcript:
    """The transcript with every name spelt as in the glossary.

    >>> deepseek = Glossary((Term("DeepSeek"), Term("算力", ("算率",))))
    >>> correct_names(Transcript((Line("deep seek的算率", 1),)), deepseek).lines[0].text
    'DeepSeek的算力'
    >>> correct_names(Transcript((Line("计算率先完成", 1),)), deepseek).lines[0].text
    '计算率先完成'
    """
    if glossary._pattern is None:
        return transcript
    lines = transcript.lines
    scope = _Scope(lines)
    return Transcript(tuple(_corrected(line, at, glossary, scope) for at, line in enumerate(lines)))


class _Scope:
    """Finds out which words are near a line; each word is searched for once."""

    def __init__(self, lines: tuple[Line, ...]) -> None:
        self.lines = lines
        self.seen: dict[str, frozenset[int]] = {}

    def near(self, word: str, at: int) -> bool:
        if word not in self.seen:
            wanted = word.casefold()
            places = (i for i, line in enumerate(self.lines) if wanted in line.text.casefold())
            self.seen[word] = frozenset(
                j for i in places for j in range(i - NEAR_LINES, i + NEAR_LINES + 1)
            )
        return at in self.seen[word]


def corrections(transcript: Transcript, glossary: Glossary) -> Iterator[tuple[int, int, int, str]]:
    """What `correct_names` changes: the index of the line, from where to where, and what it writes.

    >>> deepseek = Glossary((Term("DeepSeek"),))
    >>> list(corrections(Transcript((Line("用 deep seek", 1),)), deepseek))
    [(0, 2, 11, 'DeepSeek')]
    """
    scope = _Scope(transcript.lines)
    for at, line in enumerate(transcript.lines):
        yield from ((at, *each) for each in _corrections(line, at, glossary, scope))


def _corrected(line: Line, place: int, glossary: Glossary, scope: _Scope) -> Line:
    text, end = "", 0
    for start, stop, right in _corrections(line, place, glossary, scope):
        text, end = text + line.text[end:start] + right, stop
    return replace(line, text=text + line.text[end:]) if end else line


def _corrections(
    line: Line, place: int, glossary: Glossary, scope: _Scope
) -> Iterator[tuple[int, int, str]]:
    """What a glossary changes in one line: from where to where, and what it writes there."""
    if glossary._pattern is None:
        return
    inside: set[int] = set()

    def is_whole(found: re.Match[str]) -> bool:
        if not inside:
            inside.update({-1}, _inside_words(line.text))
        return found.start() not in inside and found.end() not in inside

    def correct(found: re.Match[str]) -> str:
        key = spelling_key(found[0])
        for term in glossary._spellings.get(key, ()):
            if not term.covers(line.number):
                continue
            if term.near and not any(scope.near(word, place) for word in term.near):
                continue
            is_sure = term.lines or _stands_alone(found[0]) or key in glossary._rights
            if is_sure or is_whole(found):
                return _in_place(term.right, found)
        return found[0]

    for found in glossary._pattern.finditer(line.text):
        right = correct(found)
        if right != found[0]:
            yield *found.span(), right


def _stands_alone(word: str) -> bool:
    """Whether a word is unlikely to be a part of another: it has Latin letters or four hanzi."""
    return len(word) >= 4 or bool(_LATIN.search(word))


def _in_place(right: str, found: re.Match[str]) -> str:
    """The right spelling; in small letters if it is inside a domain name or an address."""
    before, after = found.string[: found.start()][-2:], found.string[found.end() :][:2]
    address = re.match(r"[./@][A-Za-z0-9]", after) or re.search(r"[A-Za-z0-9][./@]$", before)
    return right.casefold() if address and " " not in right else right


def _inside_words(text: str) -> set[int]:
    """The places between the characters of each word that the dictionary has."""
    inside: set[int] = set()
    place = 0
    for word in rjieba.cut(text):
        if len(word) > 1 and rjieba.has_word(word):
            inside.update(range(place + 1, place + len(word)))
        place += len(word)
    return inside


def spelling_key(word: str) -> str:
    """A key that is the same for spellings which differ only in case, spaces and hyphens.

    >>> spelling_key("GPT-4 Turbo") == spelling_key("gpt 4turbo")
    True
    >>> spelling_key("GPT-4") == spelling_key("GPD-4")
    False
    """
    return re.sub(r"[\s-]+", "", word).casefold()


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern for the longest of the words at a place, fast where none of them is."""
    groups: dict[str, list[str]] = {}
    for word in sorted(set(words), key=lambda word: (-len(spelling_key(word)), word)):
        groups.setdefault(spelling_key(word)[0], []).append(_spelt(word))
    first = "".join(re.escape(c) for c in groups)
    choices = "|".join(f"(?={re.escape(c)})(?:{'|'.join(w)})" for c, w in groups.items())
    return re.compile(f"(?=[{first}])(?:{choices})" if groups else r"(?!)", re.IGNORECASE)


def _spelt(word: str) -> str:
    """A pattern for a word in any case, with a space, a hyphen or nothing between its parts.

    A letter that stands alone in it has such a sign before it, or is a capital: ModelS is Model S,
    models are not.
    """
    if not _LATIN.search(word):
        return re.escape(word)
    body = ""
    for part in _PART.finditer(word):
        spelt, before = re.escape(part[0]), word[: part.start()]
        if before.endswith(" ") and len(part[0]) == 1 and part[0].isupper():
            body += rf"(?:[ \-]{spelt}|(?-i:{spelt}))"
        else:
            body += (r"[ \-]?" if before else "") + spelt
    before = r"(?<![A-Za-z0-9])" if _LATIN.match(word) else ""
    after = r"(?![A-Za-z0-9])" if _LATIN.match(word[-1]) else ""
    return f"{before}{body}{after}"


def _unlisted(mine: tuple[Term, ...], theirs: tuple[Term, ...]) -> tuple[Term, ...]:
    """The terms of `mine` whose right spelling `theirs` has, too, with the other wrong spellings.

    Wrong spellings that `theirs` lists are left out.
    """
    known = {spelling_key(w) for term in theirs for w in (term.right, *term.wrong)}
    rights = {spelling_key(term.right): term.right for term in theirs}
    return tuple(
        replace(term, right=rights[spelling_key(term.right)], wrong=wrong)
        for term in mine
        if spelling_key(term.right) in rights
        and (wrong := tuple(w for w in term.wrong if spelling_key(w) not in known))
    )


def _term(right: str, entry: object, source: str) -> Term:
    if not spelling_key(right):
        raise ReadError(f"{source}: a right spelling is empty")
    if isinstance(entry, Mapping):
        unknown = set(entry) - {"wrong", "near", "lines"}
        if unknown:
            raise ReadError(
                f"{source}: {sorted(unknown)[0]!r:.60} is not one of wrong, near, lines"
            )
        wrong = _words(entry.get("wrong", []), source)
        near = _words(entry.get("near", []), source)
        return Term(right, wrong, near, _ranges(entry.get("lines", ""), source))
    return Term(right, _words(entry, source))


def _words(entry: object, source: str) -> tuple[str, ...]:
    words: list[Any] = [entry] if isinstance(entry, str) else list(_listed(entry, source))
    if not all(isinstance(word, str) and spelling_key(word) for word in words):
        raise ReadError(f"{source}: every spelling must be text in quotes")
    return tuple(words)


def _listed(entry: object, source: str) -> list[Any]:
    if not isinstance(entry, list):
        raise ReadError(f'{source}: give the wrong spellings as a list, ["…", "…"]')
    return entry


def _ranges(entry: object, source: str) -> tuple[tuple[int, int], ...]:
    ranges = []
    for part in filter(None, re.split(r"[\s,，、]+", str(entry))):
        found = re.fullmatch(r"(\d{1,9})(?:[-–~](\d{1,9}))?", part)
        if not found:
            raise ReadError(f'{source}: lines must look like "12, 30-45", not {part!r:.60}')
        ranges.append((int(found[1]), int(found[2] or found[1])))
    return tuple(ranges)


def _require_no_chain(terms: tuple[Term, ...], source: str) -> None:
    """Raise ReadError for a spelling that is right in one entry and everywhere wrong in another."""
    rights = {spelling_key(term.right): term for term in terms}
    for term in terms:
        for word in term.wrong:
            other = rights.get(spelling_key(word))
            if other and other is not term and not (term.near or term.lines):
                raise ReadError(
                    f"{source}: {word!r:.60} is both right and a wrong {term.right!r:.60}"
                )
