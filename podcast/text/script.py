"""Script <-> Markdown: script.md, which a person may edit.

    ---
    author: 张三
    date: 2025-03-01
    host: 张三
    guest: 李四
    speakers: 王五, 赵六
    ---

    # The episode's title

    # A part, which opens with the chapter below it (optional)

    ## A chapter

    A paragraph the host says.

    > [guest] A paragraph another voice says.

    > [王五] A paragraph that a third person says.

    ## A chapter that is read out
    voice: narrator

    A paragraph the narrator says: `voice:` is the voice of all paragraphs without a role.

`host:` and `guest:` are the names of these two, which listeners and readers get; `speakers:` lists
the other people, each of whom has a voice of his own. `> [李四]` is the guest's as well.

Markdown that this module writes is read back as the same script. Markdown that a person typed may
differ: front matter may be missing, in YAML or in TOML (`+++`), and may have the title; lines of
one paragraph are joined; `##chapter` needs no space, and `###` is a chapter, too; a `>` block
without a role is the guest's; list marks, `**bold**`, link targets, images, rules and HTML
comments are left out. Text before the first `##` is a chapter with the title of the episode, and a
`#` with text right below it is a chapter. A backslash keeps a sign: `\\#` is read as `#`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from podcast.errors import ScriptError
from podcast.files import toml
from podcast.files.decode import read_bytes, text_in
from podcast.files.late import late
from podcast.files.names import SCRIPT
from podcast.files.suggest import suggest
from podcast.files.tidy import named
from podcast.model import GUEST, HOST, Chapter, Paragraph, Script
from podcast.text.spacing import join_lines

NAMED = (HOST, GUEST)  # the roles whose names front matter can have
KEYS = ("title", "author", "date", *NAMED, "speakers")
# The signs that a backslash can keep. Source: CommonMark 0.31, section 2.4.
PUNCTUATION = r"[!-/:-@\[-`{-~]"
HEADING = late(r"(#+)(\s*)(.*)$")
CLOSING = late(r"(?:^|(?<=\s))#+$")  # `## title ##`
RULE = late(r"([-*_])(?:\s*\1){2,}$")
BULLET = late(r"[-*+](?:\s+|$)")
NUMBERED = late(r"\d{1,2}[.)]\s")
LISTED = late(r"\s*[,，、;；]\s*")  # between the names of `speakers:`
INNER = r"\w .·・•'’&/-"  # what a role's name may hold besides its ends, which are of `\w`
ROLE = late(rf"\[(\w(?:[{INNER}]{{0,30}}\w)?)\](?!\()\s*")
VOICE = late(rf"(?i:voice)\s*[:：]\s*(\w(?:[{INNER}]{{0,30}}\w)?)$")
HARD_BREAK = late(r"(?<!\\)(?:\\\\)*(\\)$")
COMMENT = late(r"(?<!\\)(?:\\\\)*(<!--)")
KEY = late(r"([\w-]+)\s*[:：]\s*(.*)$")
PLAIN = late(r"\w(?:[\w .,，。、·()（）《》+/-]*[\w)）》。])?")  # a value that needs no quotes
INLINE = late(
    rf"\\(?P<escaped>{PUNCTUATION})"
    r"|!\[(?:\\.|[^\[\]\\])*\]\([^()\s]*(?:\s+\"[^\"]*\")?\)"
    r"|\[(?P<link>(?:\\.|[^\[\]\\])+)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)"
    r"|\*\*(?P<strong>(?:\\.|[^*\\]|\*(?!\*))+)\*\*"
)


# Script -> Markdown ------------------------------------------------------------------------


def script_text(script: Script) -> str:
    """The script's Markdown, which `parse_script` reads back as the same script.

    Raises ScriptError if a title, part, text or credit is not one line without white space around
    it, if a title or text is empty, or if a voice is not a word.
    """
    blocks = [*front_matter(script), f"# {escape_title(script.title)}"]
    for chapter in script.chapters:
        if chapter.part:
            blocks.append(f"# {escape_title(chapter.part)}")
        blocks += chapter_blocks(chapter)
    return "\n\n".join(blocks) + "\n"


def chapter_blocks(chapter: Chapter) -> list[str]:
    """The blocks of a chapter: its heading and its paragraphs.

    If the main voice is not the host, `voice:` is below the heading. A first paragraph that looks
    like such a line is written with its role. Raises ScriptError as `script_text` does.
    """
    voice = main_voice(chapter)
    heading = f"## {escape_title(chapter.title)}"
    if voice != HOST:
        heading += f"\nvoice: {require_role(voice)}"
    paragraphs = [paragraph_text(each, voice) for each in chapter.paragraphs]
    if paragraphs and VOICE.match(paragraphs[0]):
        paragraphs[0] = paragraph_text(chapter.paragraphs[0], "")
    return [heading, *paragraphs]


def main_voice(chapter: Chapter) -> str:
    """The host, or the voice of most paragraphs in a chapter without the host."""
    voices = [paragraph.voice for paragraph in chapter.paragraphs]
    return HOST if HOST in voices or not voices else max(voices, key=voices.count)


def front_matter(script: Script) -> list[str]:
    """The credits as a YAML block, if there are any; the title is only in its heading.

    Raises ScriptError if two speakers have the same name, or a credit is not one line.
    """
    voices = {one.voice for chapter in script.chapters for one in chapter.paragraphs}
    require_apart(script.names, [*script.speakers, *(voices - {*script.speakers, *NAMED})])
    speakers = ", ".join(map(require_role, script.speakers))
    credits = (
        *(("author", script.author), ("date", script.date)),
        *script.names,
        *(("speakers", speakers),),
    )
    lines = [f"{key}: {quote(require_line(value, key))}" for key, value in credits if value]
    return ["\n".join(["---", *lines, "---"])] if lines else []


def require_apart(names: Iterable[tuple[str, str]], speakers: Iterable[str]) -> None:
    """Raise ScriptError if two speakers have the same name: roles could not be distinguished."""
    called = Counter([*(name for _, name in names), *speakers])
    twice = [name for name, count in called.items() if count > 1]
    if twice:
        raise ScriptError(f"two speakers are called {twice[0]!r:.60}; give each a name of his own")


def quote(value: str) -> str:
    """The value as a YAML scalar, quoted if it could be taken for syntax.

    >>> quote("张三, Li Si"), quote("2025-03-01")
    ('张三, Li Si', '2025-03-01')
    >>> quote("张三: 主持 #1")
    '"张三: 主持 #1"'
    """
    return value if PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def require_line(text: str, what: str) -> str:
    """Return `text`; raise ScriptError unless it is one line without white space around it."""
    if text.splitlines() != [text] or text != text.strip():
        raise ScriptError(f"a {what} must be one line of text, not {text[:60]!r}")
    return text


def paragraph_text(paragraph: Paragraph, main: str = HOST) -> str:
    r"""A paragraph's Markdown: plain if its voice is `main`, else as a quotation with its role.

    Raises ScriptError as `script_text` does.

    >>> paragraph_text(Paragraph("你好。")), paragraph_text(Paragraph("你好。", "guest"))
    ('你好。', '> [guest] 你好。')
    >>> paragraph_text(Paragraph("#1 是它"))
    '\\#1 是它'
    """
    text = escape(require_line(paragraph.text, "paragraph"))
    if paragraph.voice != main:
        return f"> [{require_role(paragraph.voice)}] {text}"
    is_syntax = text[0] in "#>" or BULLET.match(text) or RULE.match(text)
    return f"\\{text}" if is_syntax else text


def require_role(voice: str) -> str:
    """Return `voice`; raise ScriptError unless it is a word that Markdown can hold."""
    if not ROLE.fullmatch(f"[{voice}]"):
        raise ScriptError(f"a voice must be a word, not {voice!r:.60}")
    return voice


def escape_title(title: str) -> str:
    """A title's Markdown, in which hashes at the end do not close the heading.

    Raises ScriptError if the title is not one line.
    """
    return CLOSING.sub(r"\\\g<0>", escape(require_line(title, "title")))


def escape(text: str) -> str:
    r"""`text` with a backslash before each sign that would be read as markup.

    >>> escape("C:\\path [1] 2*3 <b>") == "C:\\path [1] 2*3 <b>"
    True
    >>> print(escape("**粗** [链](x) <!-- 注 -->"))
    \*\*粗\*\* [链\](x) \<!-- 注 -->
    """
    text = re.sub(rf"\\(?={PUNCTUATION}|$)", r"\\\\", text)
    return text.replace("**", r"\*\*").replace("](", r"\](").replace("<!--", r"\<!--")


# Markdown -> Script ------------------------------------------------------------------------


class Block(NamedTuple):
    """A heading of `level`, or text if `level` is 0; it begins on line `number`.

    `voice` is empty if the block has no role of its own.
    """

    number: int
    level: int
    lines: tuple[str, ...]
    voice: str = ""
    quoted: bool = False

    @property
    def text(self) -> str:
        """The text of the block, without markup."""
        lines = (HARD_BREAK.sub(lambda found: found[0][:-1], line) for line in self.lines)
        return strip_inline(join_lines(lines)).strip()


def parse_script(text: str, name: str = SCRIPT) -> Script:
    """The script in some Markdown. Raises ScriptError, which gives `name` and the line at fault."""
    try:
        credits, blocks = page_blocks(text)
        outline = Outline(credits.get("title", ""))
        for block in blocks:
            outline.add(block)
        return with_names(
            outline.to_script(credits.get("author", ""), credits.get("date", "")), credits
        )
    except LineError as fault:
        raise ScriptError(f"{name} {fault}") from None


def page_blocks(text: str) -> tuple[dict[str, str], list[Block]]:
    """The values of a page's front matter, and its headings and paragraphs. Raises LineError."""
    credits, body = split_front_matter(text.removeprefix("\ufeff").splitlines())
    return credits, list(to_blocks(strip_comments(body)))


def with_names(script: Script, credits: Mapping[str, str]) -> Script:
    """The script with the speakers that its front matter names.

    Raises LineError if two speakers have the same name, or a name is no role.
    """
    names = tuple((role, credits[role]) for role in NAMED if credits.get(role))
    speakers = listed_speakers(credits)
    try:
        require_apart(names, speakers)
        for speaker in speakers:
            require_role(speaker)
    except ScriptError as error:
        raise LineError(2, str(error)) from None
    return credited(replace(script, speakers=speakers), names)


def listed_speakers(credits: Mapping[str, str]) -> tuple[str, ...]:
    """The names under `speakers:` in a script's front matter."""
    return tuple(filter(None, LISTED.split(credits.get("speakers", "").strip("[] "))))


def credited(script: Script, names: tuple[tuple[str, str], ...]) -> Script:
    """The script with the names of host and guest; a paragraph marked with a name is that role's.

    `names` pairs a role with a name.
    """
    roles = {name: role for role, name in names if name not in NAMED}
    chapters = tuple(
        replace(
            chapter,
            paragraphs=tuple(
                replace(one, voice=roles.get(one.voice, one.voice)) for one in chapter.paragraphs
            ),
        )
        for chapter in script.chapters
    )
    return replace(script, chapters=chapters, names=names)


def with_known_names(script: Script, known: tuple[tuple[str, str], ...]) -> Script:
    """The script with the names of host and guest that it lacks; those in its first lines count.

    `known` are the names that the transcript gives, each with its role. A name that the script
    gives to somebody else is left out. A paragraph marked with one of them is that role's.
    """
    told = dict(script.names)
    others = {*told.values(), *script.speakers}
    people = {name for _, name in known}
    free = tuple(
        (role, name) for role, name in known if name not in others and told.get(role) not in people
    )
    names = dict(free) | told
    whole = tuple((role, names[role]) for role in NAMED if role in names)
    return credited(credited(script, free), whole)


class LineError(ValueError):
    """A fault on one line of a page."""

    def __init__(self, number: int, message: str) -> None:
        """`number` counts lines from 1; it is 0 for a fault of the whole page."""
        super().__init__(f"line {number}: {message}" if number else message)


def read_script(path: Path) -> Script:
    """The script in a Markdown file.

    Raises ReadError if the file cannot be read or decoded, and ScriptError, which gives file and
    line, if it is no script.
    """
    return script_in(read_bytes(path), path)


def script_in(encoded: bytes, path: Path) -> Script:
    """The script in the bytes of a Markdown file. Raises ReadError or ScriptError."""
    return parse_script(text_in(encoded, path), named(path))


def split_front_matter(lines: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The values of the front matter, and the page, in which its lines are blank.

    So lines keep their numbers. Raises LineError if the front matter is malformed.
    """
    fence = lines[0].strip() if lines else ""
    if fence not in ("---", "+++"):
        return {}, list(lines)
    ends = [number for number, line in enumerate(lines[1:], 1) if line.strip() == fence]
    if not ends:
        raise LineError(1, f"the front matter that opens with {fence} is never closed; add {fence}")
    inside, end = lines[1 : ends[0]], ends[0] + 1
    credits = parse_toml(inside) if fence == "+++" else parse_yaml(inside)
    return credits, [""] * end + list(lines[end:])


def parse_yaml(lines: Iterable[str]) -> dict[str, str]:
    """The values in lines of `key: value`; a value may be quoted, and `#` begins a comment.

    Raises LineError for any other line, for an unknown key and for a malformed date.
    """
    values: dict[str, str] = {}
    for number, line in enumerate(lines, 2):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        found = KEY.match(line)
        if not found:
            raise LineError(number, f"{line[:60]!r} is not `key: value`")
        values[require_key(found[1], number)] = unquote(found[2], number)
    return check_date(values, 2)


def unquote(value: str, number: int) -> str:
    r"""The text of a YAML scalar. Raises LineError if its quotes are malformed.

    >>> unquote('"甲: 乙"', 2), unquote("'it''s'", 2), unquote("甲#乙  # 注", 2)
    ('甲: 乙', "it's", '甲#乙')
    """
    if value.startswith('"'):
        try:
            text, end = json.JSONDecoder().raw_decode(value)
            require_comment(value[end:])
        except ValueError:
            raise LineError(number, f"{value[:60]} is not text in double quotes") from None
        return str(text)
    if value.startswith("'"):
        found = re.match(r"'((?:[^']|'')*)'\s*(?:#.*)?$", value)
        if not found:
            raise LineError(number, f"{value[:60]} is not text in single quotes")
        return found[1].replace("''", "'")
    return re.sub(r"(?:^|\s+)#.*$", "", value).strip()


def require_comment(rest: str) -> None:
    """Raise ValueError unless nothing, or only a comment, follows a quoted value."""
    if rest.strip() and not rest.lstrip().startswith("#"):
        raise ValueError(rest)


def parse_toml(lines: Sequence[str]) -> dict[str, str]:
    """The values in TOML with the same keys; a date needs no quotes. Raises LineError."""
    try:
        values = toml.parse("\n".join(lines))
    except ValueError as error:
        raise LineError(2, f"the front matter: {error}") from None
    told = {
        require_key(key, 2): ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in values.items()
    }
    return check_date(told, 2)


def require_key(key: str, number: int) -> str:
    """Return `key` in lower case; raise LineError if front matter has no such key."""
    if key.lower() not in KEYS:
        raise LineError(number, f"unknown key {key!r:.60}; {suggest(key, KEYS)}")
    return key.lower()


def check_date(values: dict[str, str], number: int) -> dict[str, str]:
    """Return the same values; raise LineError if their date is malformed."""
    day = values.get("date", "")
    try:
        if day:
            datetime.fromisoformat(day)
    except ValueError:
        raise LineError(number, f"date {day!r:.60} is not a date like 2025-03-01") from None
    return values


def strip_comments(lines: Iterable[str]) -> list[str]:
    r"""The lines without HTML comments; there are as many lines as before.

    Raises LineError if a comment is not closed.

    >>> strip_comments(["甲<!-- 注", "注 -->乙", r"\<!-- 丙 -->"])
    ['甲', '乙', '\\<!-- 丙 -->']
    """
    parted = list(part_comments(lines))
    if parted and (number := parted[-1].open_since):
        raise LineError(number, "the comment that opens with <!-- is never closed; add -->")
    return ["".join(text for text, is_comment in line.pieces if not is_comment) for line in parted]


class Parted(NamedTuple):
    """A line in pieces, which put together are the line, and whether each is of a comment.

    `is_inside` says whether the line begins inside a comment. `open_since` is the number of the
    line on which the comment began that is open at the end of this one, or 0.
    """

    is_inside: bool
    pieces: list[tuple[str, bool]]
    open_since: int


def part_comments(lines: Iterable[str]) -> Iterator[Parted]:
    """Each line without its end, parted into HTML comments and what stands around them."""
    opened = 0
    for number, line in enumerate(lines, 1):
        is_inside, pieces, place = bool(opened), list[tuple[str, bool]](), 0
        while place < len(line):
            start = place if opened else find_comment(line, place)
            if start > place:
                pieces.append((line[place:start], False))
            if start == len(line):
                break
            end = line.find("-->", start if opened else start + 4)
            place = end + 3 if end >= 0 else len(line)
            opened = 0 if end >= 0 else opened or number
            pieces.append((line[start:place], True))
        yield Parted(is_inside, pieces, opened)


def find_comment(line: str, place: int) -> int:
    """The place at or after `place` where a comment begins; the line's length if none does."""
    found = COMMENT.search(line, place)
    return found.start(1) if found else len(line)


def to_blocks(lines: Iterable[str]) -> Iterator[Block]:
    """The headings and paragraphs of a page, in order. Raises LineError for a bad heading."""
    last: Block | None = None
    own: list[str] = []  # the lines of the last block: there may be a hundred thousand of them
    for number, line in enumerate(map(str.strip, lines), 1):
        block = to_block(number, line, last)
        if last and not (block and block.number == last.number):
            yield last._replace(lines=tuple(own))
            own = []
        own += block.lines if block else ()
        last = block
    if last:
        yield last._replace(lines=tuple(own))


def to_block(number: int, line: str, last: Block | None) -> Block | None:
    """The block that a line begins, or the `last` block with this as its line; None between blocks.

    Raises LineError for a bad heading.
    """
    if not line or RULE.match(line):
        return None
    heading = HEADING.match(line)
    if heading:
        return Block(number, len(heading[1]), (require_heading(heading, number),))
    before = last if last and not last.level else None
    if line.startswith(">"):
        return to_quotation(number, line[1:].strip(), before)
    bullet = BULLET.match(line)
    if bullet:
        return Block(number, 0, (line[bullet.end() :],))
    if before and not before.quoted and not NUMBERED.match(line):
        return before._replace(lines=(line,))
    return Block(number, 0, (line,))


def to_quotation(number: int, line: str, before: Block | None) -> Block:
    """A `>` line as a block of its own, or as a line of the quotation before it.

    A line with a role begins a new paragraph.
    """
    role = ROLE.match(line)
    if role:
        return Block(number, 0, (line[role.end() :],), role[1], quoted=True)
    if not before or not before.quoted:
        return Block(number, 0, (line,), GUEST, quoted=True)
    if not line:
        return Block(number, 0, (), before.voice, quoted=True)
    return before._replace(lines=(line,))


def require_heading(heading: re.Match[str], number: int) -> str:
    """Return the words of a heading; raise LineError if it has none.

    A single `#` needs a space after it, since people also write `#topic` in a text.
    """
    hashes, space, words = heading.groups()
    title = CLOSING.sub("", words).strip()
    if not title:
        raise LineError(number, "the heading has no title")
    if hashes == "#" and not space:
        raise LineError(
            number, f"write '# {title[:40]}' for a heading or '\\#{title[:40]}' for text"
        )
    return title


def strip_inline(text: str) -> str:
    r"""The text without the signs of emphasis, link targets, images and escaping backslashes.

    >>> strip_inline("**重点**：看[这篇](https://a.b/c)![图](x.png)，\\*不是\\*")
    '重点：看这篇，*不是*'
    >>> strip_inline("2*3 和 2**3，[1] 与 a_b")
    '2*3 和 2**3，[1] 与 a_b'
    """
    return INLINE.sub(
        lambda found: found["escaped"] or strip_inline(found["link"] or found["strong"] or ""), text
    )


@dataclass
class Draft:
    """A chapter that is being read; its heading is on line `number`."""

    number: int
    level: int
    title: str
    part: str = ""
    voice: str = ""  # of its text; empty until its first line has been read
    paragraphs: list[Paragraph] = field(default_factory=list)

    def say(self, block: Block) -> None:
        """Add a paragraph. The first line below the heading may be the `voice:` of the chapter."""
        voice = None if self.voice or block.quoted else VOICE.match(block.lines[0])
        self.voice = self.voice or (voice[1] if voice else HOST)
        if voice:
            block = block._replace(number=block.number + 1, lines=block.lines[1:])
        if block.text:
            self.paragraphs.append(Paragraph(block.text, block.voice or self.voice))


@dataclass
class Outline:
    """A page that is being read: its title, its chapters, and a part that waits for a chapter."""

    title: str
    drafts: list[Draft] = field(default_factory=list)
    waiting: Block | None = None
    is_open: bool = False  # whether following text belongs to the last chapter
    is_untitled: bool = True  # whether there was no `#` yet

    def add(self, block: Block) -> None:
        """Add the next heading or paragraph. Raises LineError if a part has no chapter."""
        if block.level == 1:
            self.open_part(block)
        elif block.level:
            self.open_chapter(block)
        elif block.text:
            self.say(block)

    def open_part(self, block: Block) -> None:
        """Add a `#` heading: the first is the title, unless the title is known; others are parts.

        Raises LineError if the part before it has no chapter.
        """
        is_title = self.is_untitled and self.title in ("", block.text)
        self.is_untitled = False
        if is_title:
            self.title = block.text
            return
        self.require_no_part()
        self.waiting, self.is_open = block, False

    def open_chapter(self, block: Block) -> None:
        """Add a chapter. A higher heading above it that has no text becomes its part."""
        above = self.drafts[-1] if self.drafts else None
        bare = above and not (above.paragraphs or above.part or above.voice)
        if above and bare and above.level < block.level:
            self.drafts.pop()
            self.waiting = Block(above.number, above.level, (escape_title(above.title),))
        part = self.waiting.text if self.waiting else ""
        self.drafts.append(Draft(block.number, block.level, block.text, part))
        self.waiting, self.is_open = None, True

    def say(self, block: Block) -> None:
        """Add a paragraph to the open chapter, or to a new one if none is open."""
        if not self.is_open:
            above = self.waiting
            number, title = (above.number, above.text) if above else (block.number, "")
            self.drafts.append(Draft(number, 1, title))
            self.waiting, self.is_open = None, True
        self.drafts[-1].say(block)

    def require_no_part(self) -> None:
        """Raise LineError if a part waits for a chapter."""
        if self.waiting:
            raise LineError(
                self.waiting.number,
                f"the part {self.waiting.text!r:.60} has no chapter; "
                "add one with '##', or delete it",
            )

    def to_script(self, author: str, date: str) -> Script:
        """The script. Raises LineError if it has no title or text, or a heading has no text."""
        self.require_no_part()
        if not self.title:
            raise LineError(0, "has no title; begin it with '# ' and the title")
        for draft in self.drafts:
            if not draft.paragraphs:
                message = (
                    f"the chapter {draft.title!r:.60} has no text; add some, or delete the heading"
                )
                raise LineError(draft.number, message)
        if not self.drafts:
            raise LineError(0, "has no text; write what is said below its title")
        chapters = (
            Chapter(draft.title or self.title, tuple(draft.paragraphs), draft.part)
            for draft in self.drafts
        )
        return Script(self.title, tuple(chapters), author, date)
