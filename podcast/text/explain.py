"""Transcript, Script -> a comparison of both: words dropped, joined and changed, line by line.

The words of both are aligned, so it does not matter whether rules, an editor model or a person
made the changes. Differences in marks, spaces, case, width and script do not disturb the alignment.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from podcast.model import HOST, Script, Transcript
from podcast.text.align import Gap, align, gaps
from podcast.text.deletions import Deletion
from podcast.text.hanzi import simplified

# Kinds of pieces.
KEPT = "kept"  # words of both
DROPPED = "dropped"  # words that only the transcript has
ADDED = "added"  # words that only the script has
CHANGED = "changed"  # words that replace others, on either side
MARK = "mark"  # punctuation and spaces that only the script has
PART, CHAPTER, PARAGRAPH, VOICE = "part", "chapter", "paragraph", "voice"  # these begin here

OPENING_MARKS = frozenset("“‘「『《〈（【〔([{")


class Piece(NamedTuple):
    """Some characters of one kind; of the kind VOICE, the name of the voice."""

    kind: str
    text: str


@dataclass(slots=True)
class Row:
    """A transcript line, and the text of the script that came from it.

    It `is_joined` if there is no mark between its words and those of the next line.
    """

    number: int
    before: list[Piece] = field(default_factory=list)
    after: list[Piece] = field(default_factory=list)
    is_joined: bool = False

    @property
    def kind(self) -> str:
        """DROPPED if no word of the line is left, CHANGED if some words differ, else KEPT."""
        kinds = {piece.kind for piece in self.before}
        if kinds == {DROPPED} and not self.has_words:
            return DROPPED
        kinds |= {piece.kind for piece in self.after}
        return CHANGED if kinds & {DROPPED, ADDED, CHANGED} else KEPT

    @property
    def has_words(self) -> bool:
        """Whether the script has words from this line."""
        return any(piece.kind in (KEPT, ADDED, CHANGED) for piece in self.after)


# Comparing ---------------------------------------------------------------------------------


def compare(before: Transcript, script: Script) -> tuple[Row, ...]:
    """A row for each line of the transcript; together the rows have the whole script, in order."""
    rows = [Row(line.number) for line in before.lines] or [Row(0)]
    left = Words.of(line.text for line in before.lines)
    right = Words.of(text for _, text in passages(script))
    pairing = pair(left, right)
    fill_before(rows, left, pairing)
    fill_after(rows, left, right, pairing, [opening for opening, _ in passages(script)])
    return tuple(rows)


def passages(script: Script) -> Iterator[tuple[list[Piece], str]]:
    """The text of each paragraph, and the pieces for what begins with it."""
    for chapter in script.chapters:
        opening = [Piece(PART, chapter.part)] if chapter.part else []
        opening.append(Piece(CHAPTER, chapter.title))
        for paragraph in chapter.paragraphs:
            opening = opening or [Piece(PARAGRAPH, "")]
            if paragraph.voice != HOST:
                opening.append(Piece(VOICE, paragraph.voice))
            yield opening, paragraph.text
            opening = []


@dataclass(frozen=True, slots=True)
class Words:
    """The letters, digits and hanzi of several texts, folded, and the place of each."""

    texts: tuple[str, ...]
    folded: str
    homes: tuple[tuple[int, int], ...]  # which text, and the place in it

    @classmethod
    def of(cls, texts: Iterable[str]) -> Words:
        """The words of these texts."""
        kept = tuple(texts)
        homes = [
            (number, place)
            for number, text in enumerate(kept)
            for place, character in enumerate(text)
            if character.isalnum()
        ]
        folds = fold(kept)
        return cls(kept, "".join(folds[number][place] for number, place in homes), tuple(homes))

    def __getitem__(self, index: int) -> str:
        """A character, unfolded."""
        number, place = self.homes[index]
        return self.texts[number][place]

    def between(self, index: int) -> str:
        """The signs between a character and the one before it; between texts, with a line break."""
        number, place = self.homes[index]
        earlier, start = self.homes[index - 1]
        if earlier == number:
            return self.texts[number][start + 1 : place]
        return f"{self.texts[earlier][start + 1 :]}\n{self.texts[number][:place]}"


def fold(texts: tuple[str, ...]) -> list[str]:
    """The texts in small letters, half width and Simplified script, each of the same length.

    >>> fold(("ＧＰＴ 這裡", "ŉ"))
    ['gpt 这里', 'ŉ']
    """
    folded = "\n".join(texts).translate(FOLDS)
    pairs = zip(folded.split("\n"), simplified(folded).split("\n"), strict=True)
    return [now if len(now) == len(was) else was for was, now in pairs]


class Folds(dict[int, str]):
    """The code of a character -> the character with which it is compared; filled when needed."""

    def __missing__(self, code: int) -> str:
        """The character in lower case and half width, or itself if these are several characters."""
        character = chr(code)
        folded = unicodedata.normalize("NFKC", character).lower()
        self[code] = folded if len(folded) == 1 and folded.isalnum() else character
        return self[code]


FOLDS = Folds()


class Pairing(NamedTuple):
    """The kind of each character on both sides, and the partner of each character of the script.

    A partner is the index of the transcript's character that is equal to it, that it replaces, or
    that it follows.
    """

    left: list[str]
    right: list[str]
    partners: list[int]


def pair(left: Words, right: Words) -> Pairing:
    """The pairing of two sides: which characters were kept, changed, dropped and added."""
    sizes = len(left.folded), len(right.folded)
    pairing = Pairing([KEPT] * sizes[0], [KEPT] * sizes[1], [0] * sizes[1])
    runs = align(left.folded, right.folded)
    for run in runs:
        for step in range(run.length):
            index, other = run.left + step, run.right + step
            pairing.partners[other] = index
            if left[index] != right[other]:
                pairing.left[index] = pairing.right[other] = CHANGED
    for gap in gaps(runs, *sizes):
        replaced = swapped(left, right, gap)
        for index in range(gap.left, gap.left_end):
            pairing.left[index] = CHANGED if index in replaced else DROPPED
        for other in range(gap.right, gap.right_end):
            pairing.right[other] = CHANGED if replaced else ADDED
            pairing.partners[other] = replaced.start if replaced else max(0, gap.left - 1)
    return pairing


def swapped(left: Words, right: Words, gap: Gap) -> range:
    """The characters of the transcript that the script's characters in this gap replace.

    If the gap spans several lines, they are those on the line that has characters outside of the
    gap, too; the other lines were dropped.
    """
    if gap.left == gap.left_end or gap.right == gap.right_end:
        return range(0)
    line = [left.homes[at][0] for at in range(gap.left, gap.left_end)]
    goes_on = gap.left_end < len(left.homes) and left.homes[gap.left_end][0] == line[-1]
    came_in = gap.left > 0 and left.homes[gap.left - 1][0] == line[0]
    if goes_on and came_in:  # a mark before the script's words shows that a new line began
        goes_on = gap.right > 0 and bool(right.between(gap.right).strip())
    if goes_on:
        return range(gap.left + line.index(line[-1]), gap.left_end)
    if came_in:
        return range(gap.left, gap.left + line.count(line[0]))
    return range(gap.left, gap.left_end)


def fill_before(rows: list[Row], left: Words, pairing: Pairing) -> None:
    """Fill the transcript's side of each row; marks and spaces get the kind of the word before."""
    index = 0
    for row, text in zip(rows, left.texts, strict=False):
        words = sum(map(str.isalnum, text))
        kind = pairing.left[index] if words else DROPPED
        for character in text:
            if character.isalnum():
                kind = pairing.left[index]
                index += 1
                put(row.before, kind, character)
            else:
                put(row.before, DROPPED if kind == DROPPED else KEPT, character)


def fill_after(
    rows: list[Row], left: Words, right: Words, pairing: Pairing, openings: list[list[Piece]]
) -> None:
    """Fill the script's side of each row; an opening quote goes into the row of its word."""
    row, index = rows[0], 0
    for opening, text in zip(openings, right.texts, strict=True):
        waiting = list(opening)
        for character in text:
            if character.isalnum():
                following = home(rows, left, pairing, index)
                if index and following is not row and not waiting:
                    row.is_joined = not right.between(index).strip()
                row = following
                flush(waiting, row.after)
                put(row.after, pairing.right[index], character)
                index += 1
            else:
                kind = KEPT if was_there(character, left, pairing, index) else MARK
                waits = waiting or character in OPENING_MARKS
                put(waiting if waits else row.after, kind, character)
        flush(waiting, row.after)


def home(rows: list[Row], left: Words, pairing: Pairing, index: int) -> Row:
    """The row of a character of the script: that of its partner's line."""
    return rows[left.homes[pairing.partners[index]][0]] if left.homes else rows[0]


def was_there(mark: str, left: Words, pairing: Pairing, index: int) -> bool:
    """Whether the transcript has this mark between the same two characters."""
    if not 0 < index < len(pairing.right):
        return False
    partner, before = pairing.partners[index], pairing.partners[index - 1]
    return partner == before + 1 and mark in left.between(partner)


def put(pieces: list[Piece], kind: str, text: str) -> None:
    """Add text of a kind; it is joined to the last piece if that is of the same kind."""
    if pieces and pieces[-1].kind == kind:
        pieces[-1] = Piece(kind, pieces[-1].text + text)
    else:
        pieces.append(Piece(kind, text))


def flush(waiting: list[Piece], pieces: list[Piece]) -> None:
    """Move all waiting pieces to the end of `pieces`."""
    pieces += waiting
    waiting.clear()


# The page ----------------------------------------------------------------------------------


class Figures(NamedTuple):
    """How much of a transcript was changed: numbers of lines, and of characters of words."""

    lines: int
    dropped: int
    changed: int
    joined: int
    characters_dropped: int
    characters_added: int


def count(rows: tuple[Row, ...]) -> Figures:
    """The figures of a comparison."""
    kinds = [row.kind for row in rows]
    return Figures(
        len(rows),
        kinds.count(DROPPED),
        kinds.count(CHANGED),
        sum(row.is_joined for row in rows),
        sum(len(piece.text) for row in rows for piece in row.before if piece.kind == DROPPED),
        sum(len(piece.text) for row in rows for piece in row.after if piece.kind == ADDED),
    )


ELEMENTS = {  # kind -> the HTML element for its text
    KEPT: "{}",
    DROPPED: "<del>{}</del>",
    ADDED: "<ins>{}</ins>",
    CHANGED: "<b>{}</b>",
    MARK: "<i>{}</i>",
    PART: "<strong class=part>{}</strong>",
    CHAPTER: "<strong>{}</strong>",
    PARAGRAPH: "<br>{}",
    VOICE: "<em>{}</em>",
}

STYLE = """
:root{color-scheme:light dark;--ground:#fff;--ink:#1a1a1a;--faint:#8a8a8a;--rule:#e6e6e6;
--drop:#b3261e;--add:#17692f;--swap:#fff0b8;--mark:#dcebff;--voice:#7b3fa0}
@media(prefers-color-scheme:dark){:root{--ground:#16181c;--ink:#e6e6e6;--faint:#85898f;
--rule:#2b2f36;--drop:#ff8a80;--add:#7fd69a;--swap:#4d4112;--mark:#1d3658;--voice:#d3a5ee}}
body{margin:0 auto;max-width:72rem;padding:1rem;background:var(--ground);color:var(--ink);
font:1rem/1.7 system-ui,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
h1{font-size:1.3rem;margin:.5rem 0}
.figures,label{color:var(--faint)}
label{position:sticky;top:0;display:inline-block;background:var(--ground);padding:.2rem .6rem}
main{margin-top:.5rem}
p{display:grid;grid-template-columns:3.5rem 1fr 1fr;gap:0 1rem;margin:0;padding:.15rem 0;
border-top:1px solid var(--rule);overflow-wrap:anywhere;content-visibility:auto;
contain-intrinsic-size:auto 2rem}
a{color:var(--faint);text-decoration:none;text-align:right;font-variant-numeric:tabular-nums}
.opens{border-top-color:var(--faint)}
:target{outline:2px solid var(--mark)}
del{color:var(--drop)}ins{color:var(--add)}
b{font-weight:inherit;background:var(--swap)}
i{font-style:normal;background:var(--mark);border-radius:.15em}
strong{display:block;font-size:1.1em;margin:.4rem 0 .1rem}.part{color:var(--faint)}
em{font-style:normal;color:var(--voice);border:1px solid;border-radius:.3em;padding:0 .3em;
margin-right:.4em;font-size:.8em}
small{display:block;color:var(--faint)}
.joined span:last-child::after{content:"\\2040";color:var(--faint)}
#words:checked~main .kept{display:none}
@media(max-width:40rem){body{padding:.6rem}p{grid-template-columns:2.5rem 1fr;gap:0 .5rem}
p span:last-child{grid-column:2}p span:first-of-type{color:var(--faint)}}
"""


def explain_text(before: Transcript, script: Script, deletions: Iterable[Deletion] = ()) -> str:
    """The text of an HTML page that needs no other file: the script beside each transcript line.

    Below each line stand those of `deletions` that were made in it, each with the rule that made
    it, or with the chance that its words are a hesitation.
    """
    rows = compare(before, script)
    title = html.escape(script.title)
    reasons = reasons_by_line(deletions)
    body = "\n".join(row_html(row, reasons.get(row.number, "")) for row in rows)
    return f"""<!doctype html>
<html lang="zh">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: transcript and script</title>
<style>{STYLE}</style>
<h1>{title}</h1>
<div class="figures">{figures_html(count(rows))}</div>
<div class="figures"><del>dropped</del> · <ins>added</ins> · <b>changed</b> · <i>punctuation</i> ·
\u2040 joined to the next line</div>
<input type="checkbox" id="words"><label for="words">only lines whose words changed</label>
<main>
{body}
</main>
</html>
"""


def figures_html(figures: Figures) -> str:
    """The figures as sentences."""
    return (
        f"{figures.lines:,} lines: {figures.dropped:,} dropped, {figures.changed:,} changed, "
        f"{figures.joined:,} joined to the next. {figures.characters_dropped:,} characters "
        f"dropped, {figures.characters_added:,} added."
    )


def reasons_by_line(deletions: Iterable[Deletion]) -> dict[int, str]:
    """The number of each line with deletions -> its deletions, each with its reason.

    >>> reasons_by_line([Deletion(3, "这个", "这个", 0.98), Deletion(3, "对", "fillers")])
    {3: '这个: 这个 0.98 · 对: fillers'}
    """
    found: dict[int, list[str]] = {}
    for one in deletions:
        found.setdefault(one.line, []).append(str(one))
    return {line: " · ".join(reasons) for line, reasons in found.items()}


def row_html(row: Row, reasons: str = "") -> str:
    """A row as HTML, with the number of its line as an anchor.

    `reasons` are shown only where words of the line are gone: a person may have put them back.
    """
    opens = any(piece.kind == PARAGRAPH for piece in row.after)
    kinds = " ".join([row.kind, *["joined"] * row.is_joined, *["opens"] * opens])
    before, after = pieces_html(row.before), pieces_html(row.after)
    if reasons and row.kind != KEPT:
        before += f"<small>{html.escape(reasons)}</small>"
    return (
        f'<p class="{kinds}" id="L{row.number}"><a href="#L{row.number}">{row.number}</a>'
        f"<span>{before}</span><span>{after}</span></p>"
    )


def pieces_html(pieces: list[Piece]) -> str:
    """Pieces as HTML; at the start of a cell, a paragraph needs no line break."""
    shown = pieces[1:] if pieces and pieces[0].kind == PARAGRAPH else pieces
    return "".join(ELEMENTS[piece.kind].format(html.escape(piece.text)) for piece in shown)
