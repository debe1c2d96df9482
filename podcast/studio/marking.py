"""Where something is in a script: a text, what a glossary would change, what cleaning dropped.

Offsets are counted as JavaScript counts them, in units of UTF-16.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from podcast.files.tidy import tidy
from podcast.model import Line, Script, Transcript
from podcast.studio.blocks import PARAGRAPH, Block, Blocks
from podcast.text import explain
from podcast.text.glossary import Glossary, Term, corrections
from podcast.text.read import Reading

BEFORE, AFTER = 14, 28  # characters around a place that are shown
MOST_PLACES = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """Some characters of a block, and what is written there instead, or None."""

    block: Block
    start: int
    end: int
    new: str | None = None


def units(text: str) -> int:
    """The length of a text in units of UTF-16.

    >>> units("好😀")
    3
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def told(place: Place) -> dict[str, Any]:
    """A place as JSON has it, with the text around it and where in that the place begins."""
    text = place.block.text
    start = max(0, place.start - BEFORE)
    while 0 < start < place.start and not text[start].isalnum():
        start += 1  # a text that is cut does not begin with the mark of the sentence before
    table = {
        "id": place.block.id,
        "offset": units(text[: place.start]),
        "length": units(text[place.start : place.end]),
        "text": text[start : place.end + AFTER],
        "at": units(text[start : place.start]),
    }
    return table if place.new is None else {**table, "new": place.new}


def occurrences(blocks: Iterable[Block], wanted: str, new: str | None = None) -> Iterator[Place]:
    """Each place where a text occurs; `new` is what may be written there."""
    for block in blocks:
        at = block.text.find(wanted)
        while at >= 0:
            yield Place(block, at, at + len(wanted), new)
            at = block.text.find(wanted, at + len(wanted))


def misspelt(blocks: Sequence[Block], wrong: str, right: str) -> Iterator[Place]:
    """Each place that a row of a glossary changes, which may be fewer than those of the text.

    A part of another word is not changed.
    """
    lines = tuple(Line(block.text, number) for number, block in enumerate(blocks, 1))
    glossary = Glossary((Term(right, (wrong,)),))
    for at, start, end, new in corrections(Transcript(lines), glossary):
        yield Place(blocks[at], start, end, new)


def replaced(places: Sequence[Place]) -> Callable[[Blocks], Blocks]:
    """A function that writes what is new at each place, where the block is unchanged."""
    by_id: dict[str, list[Place]] = {}
    for place in places:
        by_id.setdefault(place.block.id, []).append(place)

    def change(blocks: Blocks) -> Blocks:
        return tuple(_written(block, by_id.get(block.id, [])) for block in blocks)

    return change


def _written(block: Block, places: Sequence[Place]) -> Block:
    text = block.text
    for place in reversed(places):
        if place.block == block and place.new is not None:
            text = text[: place.start] + place.new + text[place.end :]
    text = tidy(text)  # a block of which nothing is left would be none; it keeps what it has
    return replace(block, text=text) if text else block


# What cleaning dropped ---------------------------------------------------------------------


def dropped(reading: Reading, script: Script, blocks: Blocks) -> list[dict[str, Any]]:
    """What the script lacks of a transcript, each with the block and the place where it stood."""
    paragraphs = [block for block in blocks if block.kind == PARAGRAPH]
    where = _Where(paragraphs)
    found: list[dict[str, Any]] = []
    unread = sorted(reading.dropped, key=lambda each: each.number)
    for row in explain.compare(reading.transcript, script):
        while unread and unread[0].number <= row.number:
            one = unread.pop(0)
            found.append(where.told(one.text, one.why))
        _row(row, where, found)
    found += [where.told(one.text, one.why) for one in unread]
    return found


class _Where:
    """A place that moves through the paragraphs of a script."""

    def __init__(self, paragraphs: Sequence[Block]) -> None:
        self.paragraphs, self.at, self.offset = paragraphs, -1, 0

    def pass_over(self, piece: explain.Piece) -> None:
        if piece.kind in (explain.CHAPTER, explain.PARAGRAPH):
            self.at, self.offset = self.at + 1, 0
        elif piece.kind not in (explain.PART, explain.VOICE):
            self.offset += units(piece.text)

    def told(self, text: str, why: str) -> dict[str, Any]:
        known = 0 <= self.at < len(self.paragraphs)
        id = self.paragraphs[self.at].id if known else ""
        return {"after": id, "offset": self.offset, "text": text, "why": why}


def _row(row: explain.Row, where: _Where, found: list[dict[str, Any]]) -> None:
    """Note what one line of the transcript lost, and pass over what became of it."""
    left = list(row.after)
    for piece in row.before:
        if piece.kind != explain.DROPPED:
            _pass(left, where, sum(map(str.isalnum, piece.text)))
        elif any(map(str.isalnum, piece.text)):
            found.append(where.told(piece.text.strip(), "cleaned"))
    for piece in left:
        where.pass_over(piece)


def _pass(left: list[explain.Piece], where: _Where, words: int) -> None:
    """Pass over so many letters, digits and hanzi of the script."""
    while left and words:
        piece = left.pop(0)
        size = sum(map(str.isalnum, piece.text))
        is_text = piece.kind in (explain.KEPT, explain.CHANGED, explain.ADDED)
        if is_text and size > words:
            cut = _place_after(piece.text, words)
            left.insert(0, piece._replace(text=piece.text[cut:]))
            piece, size = piece._replace(text=piece.text[:cut]), words
        words -= size if is_text else 0
        where.pass_over(piece)


def _place_after(text: str, words: int) -> int:
    """The place in a text after so many letters, digits and hanzi."""
    for place, character in enumerate(text):
        words -= character.isalnum()
        if not words:
            return place + 1
    return len(text)
