"""script.md <-> the blocks that the studio shows, each with the lines in which it stands.

A change of some blocks rewrites only their lines. All else that a person wrote into the file, its
front matter, comments and empty lines, stays as it is, byte for byte.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from podcast.errors import ScriptError
from podcast.files.names import SCRIPT
from podcast.model import HOST, Paragraph
from podcast.studio.blocks import (
    CHAPTER,
    PARAGRAPH,
    PART,
    TITLE,
    Block,
    Blocks,
    Run,
    identified,
    runs,
)
from podcast.text.script import (
    VOICE,
    LineError,
    escape_title,
    page_blocks,
    paragraph_text,
    part_comments,
    require_role,
)
from podcast.text.script import Block as Source

LEVELS = {TITLE: 1, PART: 1, CHAPTER: 2}  # hashes of a heading
FENCES = ("---", "+++")  # around front matter
TITLE_KEY = re.compile(r"""\s*["']?title["']?\s*[:：=]""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a file, each with its end, and the blocks in them.

    `credits` are the values of the front matter. `places` has for each block its first line and
    the line after its last, counted from 0. `levels` has the number of hashes of each heading, and
    0 for a paragraph.
    """

    lines: tuple[str, ...]
    credits: Mapping[str, str]
    blocks: Blocks
    places: tuple[tuple[int, int], ...]
    levels: tuple[int, ...]


Read = tuple[Block, tuple[int, int], int]
"""A block without an id, its place, and its level."""


def read_page(text: str, name: str = SCRIPT) -> Page:
    """The page in a file's text; its blocks have no ids yet.

    Unlike a script, a page may have a chapter without text: a person who begins a chapter has not
    written its text yet. Raises ScriptError, which gives `name` and the line at fault.
    """
    try:
        credits, sources = page_blocks(text)
    except LineError as fault:
        raise ScriptError(f"{name} {fault}") from None
    lines = tuple(text.removeprefix("\ufeff").splitlines(keepends=True))
    found = list(_read(sources, credits.get("title", "")))
    blocks, places, levels = ([each[at] for each in found] for at in range(3))
    return Page(lines, credits, tuple(blocks), tuple(places), tuple(levels))  # type: ignore[arg-type]


def _read(sources: Sequence[Source], title: str) -> Iterator[Read]:
    """The blocks of a page, by the rules of `text.script.Outline`."""
    has_title = False
    voiced = -1  # the index of a paragraph whose first line is the voice of the chapter above it
    for index, source in enumerate(sources):
        below = sources[index + 1] if index + 1 < len(sources) else None
        first = source.number - 1
        place = first, first + max(1, len(source.lines))
        if not source.level:
            yield from _paragraph(source, place, is_voice=index == voiced)
        elif source.level == 1 and not has_title and title in ("", source.text):
            has_title = True
            yield Block(TITLE, source.text), place, 1
        elif _is_part(source, below):
            has_title = True
            yield Block(PART, source.text), place, source.level
        else:
            has_title = has_title or source.level == 1
            voice = _voice_line(below)
            if voice and below:
                voiced, place = index + 1, (first, below.number)
            yield Block(CHAPTER, source.text, voice=voice), place, source.level


def _is_part(source: Source, below: Source | None) -> bool:
    """Whether a heading is that of a part: a chapter's heading, and no text, is below it."""
    if source.level == 1:
        return below is None or below.level > 0
    return below is not None and below.level > source.level


def _voice_line(below: Source | None) -> str:
    """The voice that the first line below a chapter's heading names; empty if it names none."""
    if below is None or below.level or below.quoted:
        return ""
    found = VOICE.match(below.lines[0])
    return found[1] if found else ""


def _paragraph(source: Source, place: tuple[int, int], *, is_voice: bool) -> Iterator[Read]:
    """The paragraph in a source, unless nothing is said in it."""
    if is_voice:
        source, place = source._replace(lines=source.lines[1:]), (place[0] + 1, place[1])
    if source.lines and source.text:
        yield Block(PARAGRAPH, source.text, source.voice), place, 0


# Blocks -> lines ---------------------------------------------------------------------------


def rewritten(page: Page, after: Sequence[Block]) -> str:
    """The text of the page with these blocks in the place of its own, which must have ids.

    Raises ScriptError if a block cannot be written as Markdown.
    """
    page = _with_plain_title(page, after)
    lines = list(page.lines)
    comments = _comments(lines)
    for run in reversed(list(runs(page.blocks, after))):
        first, last = _lines_of(page, run)
        texts = _with_comments(_texts(page, run, after), comments[first:last])
        lines[first:last] = _set_apart(texts, lines, first, last)
        if not texts:
            while first < len(lines) and not lines[first].strip():
                del lines[first]
    return "".join(lines)


def _with_plain_title(page: Page, after: Sequence[Block]) -> Page:
    """The page; without the title in its front matter if `after` has another one."""
    now = next((block.text for block in after if block.kind == TITLE), "")
    if now in ("", page.credits.get("title", now)):
        return page
    end = next(at for at, line in enumerate(page.lines) if at and line.strip() in FENCES)
    head = [line for line in page.lines[:end] if not TITLE_KEY.match(line)]
    found = read_page("".join([*head, *page.lines[end:]]))
    return replace(found, blocks=identified(page.blocks, found.blocks))


def _lines_of(page: Page, run: Run) -> tuple[int, int]:
    """The lines of the blocks in a run; if there are none, the place below the block before."""
    if run.left < run.left_end:
        return page.places[run.left][0], page.places[run.left_end - 1][1]
    if run.left:
        return (page.places[run.left - 1][1],) * 2
    return (page.places[0][0] if page.places else len(page.lines),) * 2


def _texts(page: Page, run: Run, after: Sequence[Block]) -> list[str]:
    """The Markdown of each block that a run puts into the page.

    A heading has as many hashes as the one of its kind that it replaces, or as is usual.
    """
    removed = range(run.left, run.left_end)
    texts = []
    for block in after[run.right : run.right_end]:
        same = [page.levels[at] for at in removed if page.blocks[at].kind == block.kind]
        texts.append(block_text(block, same[0] if same else _usual(page, block.kind)))
    return texts


def _usual(page: Page, kind: str) -> int:
    """The number of hashes that most headings of a kind have in the page."""
    pairs = zip(page.blocks, page.levels, strict=True)
    levels = Counter(level for block, level in pairs if block.kind == kind)
    return levels.most_common(1)[0][0] if levels else LEVELS.get(kind, 0)


def block_text(block: Block, level: int = 0) -> str:
    """The Markdown of a block. Raises ScriptError if it cannot be written as Markdown.

    A paragraph that looks like a chapter's line `voice:` is written with its role.
    """
    if block.kind == PARAGRAPH:
        marked = block.role or VOICE.match(block.text)
        return paragraph_text(Paragraph(block.text, block.role or HOST), "" if marked else HOST)
    heading = f"{'#' * level} {escape_title(block.text)}"
    return f"{heading}\nvoice: {require_role(block.voice)}" if block.voice else heading


def _set_apart(texts: Sequence[str], lines: Sequence[str], first: int, last: int) -> list[str]:
    """The lines of some texts, with an empty line between them and on both sides."""
    ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    rows = "\n\n".join(texts).split("\n") if texts else []
    made = [row + ending for row in rows]
    if not made:
        return made
    if first and lines[first - 1].strip():
        made.insert(0, ending if lines[first - 1].endswith(("\n", "\r")) else 2 * ending)
    if last < len(lines) and lines[last].strip():
        made.append(ending)
    return made


# Comments ----------------------------------------------------------------------------------

Commented = tuple[bool, list[str]]
"""Whether a line begins inside a comment, and the pieces of comments in it."""


def _comments(lines: Sequence[str]) -> list[Commented]:
    """The comments of each line of a file."""
    return [
        (line.is_inside, [text for text, is_comment in line.pieces if is_comment])
        for line in part_comments(line.rstrip("\r\n") for line in lines)
    ]


def _with_comments(texts: list[str], comments: Sequence[Commented]) -> list[str]:
    """The texts with the comments of the lines that they replace, which a person wrote."""
    rows = [list(pieces) for _, pieces in comments]
    if rows and comments[0][0] and rows[0]:
        texts = [rows[0].pop(0) + (texts[0] if texts else ""), *texts[1:]]
    kept = "\n".join("".join(row) for row in rows if row)
    return [*texts, kept] if kept else texts
