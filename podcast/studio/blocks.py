"""The blocks of a script, which are its headings and paragraphs; how two lists of them differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from secrets import token_hex
from typing import Any, NamedTuple

TITLE, PART, CHAPTER, PARAGRAPH = "title", "part", "chapter", "paragraph"
KINDS = (TITLE, PART, CHAPTER, PARAGRAPH)
ALIKE = 0.4  # the share of characters that two blocks have in common if one became the other
MOST_PAIRS = 10_000  # of blocks that are compared by their characters


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph, as a person edits it. Two are equal if they say the same.

    `role` is who says a paragraph, or empty for the main voice of its chapter. `voice` is the main
    voice of a chapter, or empty for the host. `id` stays the same as long as the block lives.
    """

    kind: str
    text: str
    role: str = ""
    voice: str = ""
    id: str = field(default="", compare=False)


Blocks = tuple[Block, ...]


class Run(NamedTuple):
    """Blocks from `left` up to `left_end` of one list, and those of another in their place."""

    left: int
    left_end: int
    right: int
    right_end: int


def new_id() -> str:
    """An id that no other block has."""
    return token_hex(5)


def plain(block: Block) -> dict[str, str]:
    """The block as JSON has it."""
    return {
        "id": block.id,
        "kind": block.kind,
        "text": block.text,
        "role": block.role,
        "voice": block.voice,
    }


def runs(before: Sequence[Block], after: Sequence[Block]) -> Iterator[Run]:
    """The places where two lists differ, in order; a block with another id is another block."""
    return _differing([(b.id, b) for b in before], [(b.id, b) for b in after])


def _differing(left: Sequence[Any], right: Sequence[Any]) -> Iterator[Run]:
    """The places where two sequences differ. What both begin and end with is not compared twice."""
    size = min(len(left), len(right))
    head = next((at for at in range(size) if left[at] != right[at]), size)
    tail = next(
        (at for at in range(size - head) if left[-1 - at] != right[-1 - at]),
        size - head,
    )
    inner = left[head : len(left) - tail], right[head : len(right) - tail]
    for kind, a, a_end, b, b_end in SequenceMatcher(None, *inner, autojunk=False).get_opcodes():
        if kind != "equal":
            yield Run(head + a, head + a_end, head + b, head + b_end)


def identified(before: Sequence[Block], after: Sequence[Block]) -> Blocks:
    """The blocks of `after`, each with the id of the block of `before` that it was or became."""
    found = list(after)
    place = 0
    ids: list[str] = [""] * len(found)
    for run in [*_differing(before, after), Run(len(before), 0, len(after), 0)]:
        while run.right > place:
            ids[place] = before[run.left - (run.right - place)].id
            place += 1
        place = max(place, run.right_end)
        for left, right in _pairs(before, after, run):
            ids[right] = before[left].id
    return tuple(replace(block, id=id or new_id()) for block, id in zip(found, ids, strict=True))


def _pairs(before: Sequence[Block], after: Sequence[Block], run: Run) -> Iterator[tuple[int, int]]:
    """The blocks of a run of which one became the other, in order."""
    left, right = range(run.left, run.left_end), range(run.right, run.right_end)
    if len(left) == len(right):
        yield from (
            (a, b) for a, b in zip(left, right, strict=True) if before[a].kind == after[b].kind
        )
        return
    if len(left) * len(right) > MOST_PAIRS:
        return
    start = run.left
    for b in right:
        shares = [(_alike(before[a], after[b]), -a) for a in range(start, run.left_end)]
        share, a = max(shares, default=(0.0, 0))
        if share >= ALIKE:
            yield -a, b
            start = -a + 1


def _alike(one: Block, other: Block) -> float:
    """The share of characters that two blocks of one kind have in common, from 0 to 1."""
    if one.kind != other.kind:
        return 0.0
    matcher = SequenceMatcher(None, one.text, other.text, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0
