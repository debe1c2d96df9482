"""A Word document -> its text, a paragraph a line, and its headings.

Only the paragraphs of the document's body are looked for, with no XML parser, so that no entity
of a file is ever expanded, however deep its elements are nested; and no more is unpacked than a
transcript can be. Source: ECMA-376, part 1 (17.3.1 paragraphs, 17.7.4 styles).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from podcast.files.decode import LARGEST
from podcast.files.tidy import Unreadable, tidy
from podcast.text.read.forms.markup import unescape
from podcast.text.read.headings import Heading, Page, is_heading, parted
from podcast.text.read.heard import require_few

BODY = "word/document.xml"
STYLES = "word/styles.xml"
MOST_PARAGRAPHS = 600_000
LARGEST_LIST = 2**18  # bytes of the archive's list of files: some thousands of them
END = re.compile(rb"PK\x05\x06.{8}(.{4})", re.DOTALL)  # the end of that list, with its size
TAIL = 2**16 + 100  # bytes in which the end of the list stands: APPNOTE 4.3.16
LONG_LIST = b"PK\x06\x07"  # of an archive too large for the usual list
DAMAGED = "it is a Word document that is damaged or locked; save it as plain text"
# What a damaged archive makes ZipFile raise; RuntimeError if it is of a version that is not known.
BROKEN = (BadZipFile, OSError, EOFError, ValueError, RuntimeError, zlib.error)
PARAGRAPH = re.compile(rb"<w:p[ >/]")
FALLBACK = (b"<mc:Fallback", b"</mc:Fallback>")  # around the same words, for older programs
PIECE = re.compile(r"<w:t(?:\s[^<>]*)?>([^<]*)</w:t>|<w:(tab|br|cr)\b[^<>]*/?>")
STYLE_ID = re.compile(rb"[^<>]*w:styleId=\"([^\"]{1,80})\"")
NAME = re.compile(rb"<w:name w:val=\"(heading ([1-9])|title)\"", re.IGNORECASE)
OUTLINE = re.compile(rb"<w:outlineLvl w:val=\"([0-8])\"")
OF_STYLE = re.compile(rb"<w:pStyle w:val=\"([^\"]{1,80})\"")
KNOWN_STYLE = re.compile(rb"(?:heading|\xe6\xa0\x87\xe9\xa2\x98)\s?([1-9])$", re.IGNORECASE)


def is_docx(path: Path) -> bool:
    """Whether the file is named as a Word document and is a zip archive that holds one."""
    if path.suffix.lower() != ".docx" or not path.is_file():
        return False
    try:
        if not has_short_list(path):
            return False
        with ZipFile(path) as archive:
            return BODY in archive.namelist()
    except BROKEN:
        return False


def has_short_list(path: Path) -> bool:
    """Whether the archive lists no more files than a document has: the list is read as a whole."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - TAIL))
        tail = file.read()
    ends = END.findall(tail)
    sizes = [int.from_bytes(end, "little") for end in ends]
    return size <= LARGEST and LONG_LIST not in tail and bool(sizes) and max(sizes) <= LARGEST_LIST


def document(path: Path) -> Page:
    """The words and headings of the document.

    Raises Unreadable where it is damaged, unpacks to too much, or declares entities of its own.
    """
    try:
        with ZipFile(path) as archive:
            styles = unpacked(archive, STYLES) if STYLES in archive.namelist() else b""
            xml = unpacked(archive, BODY)
    except Unreadable:
        raise
    except BROKEN as error:
        raise Unreadable(DAMAGED) from error
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", xml[:20_000], re.IGNORECASE):
        raise Unreadable("its XML declares entities of its own; save it as plain text")
    require_few(len(PARAGRAPH.findall(xml)), MOST_PARAGRAPHS, "paragraphs")
    return page_of(without_fallbacks(xml), levels_of(styles))


def unpacked(archive: ZipFile, name: str) -> bytes:
    """A file of the archive. Raises Unreadable where it is packed unusually or is too large."""
    if archive.getinfo(name).compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise Unreadable(DAMAGED)  # other ways of packing may ask for gigabytes to unpack
    with archive.open(name) as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Unreadable(
            f"it is a Word document of more than {LARGEST // 2**20} MB; save it as plain text"
        )
    return content


def without_fallbacks(xml: bytes) -> bytes:
    """A body without what stands in it a second time.

    >>> without_fallbacks(b"<a/><mc:Fallback><b/></mc:Fallback><c/>")
    b'<a/><c/>'
    """
    opens, closes = FALLBACK
    first, *rest = xml.split(opens)
    return b"".join([first, *(part.partition(closes)[2] for part in rest)])


def levels_of(styles: bytes) -> dict[bytes, int]:
    """The level of each style that is one of headings, by its id; 0 is the title's."""
    found: dict[bytes, int] = {}
    for style in styles.split(b"<w:style ")[1:]:
        told, name, outline = STYLE_ID.match(style), NAME.search(style), OUTLINE.search(style)
        if told and name:
            found[told[1]] = int(name[2] or 0)
        elif told and outline:
            found[told[1]] = int(outline[1]) + 1
    return found


def page_of(xml: bytes, levels: Mapping[bytes, int]) -> Page:
    """The paragraphs of a body, one a line; those that are headings stand apart."""
    lines: list[str] = []
    headings: list[Heading] = []
    for paragraph in PARAGRAPH.split(xml)[1:]:
        words = words_of(paragraph.decode("utf-8", "replace"))
        level = level_of(paragraph, levels)
        if level is not None and is_heading(words):
            headings.append(Heading(level, tidy(words), len(lines) + 1))
        lines += words.split("\n")
    return parted(lines, headings)


def level_of(paragraph: bytes, levels: Mapping[bytes, int]) -> int | None:
    """The level of the heading that a paragraph is, or None."""
    style, outline = OF_STYLE.search(paragraph), OUTLINE.search(paragraph)
    if outline:
        return int(outline[1]) + 1
    known = KNOWN_STYLE.match(style[1]) if style else None
    if known:
        return int(known[1])
    return levels.get(style[1]) if style else None


def words_of(paragraph: str) -> str:
    """The words of one paragraph."""
    signs = {"tab": "\t", "br": "\n", "cr": "\n"}
    return "".join(
        signs[found[2]] if found[2] else unescape(found[1]) for found in PIECE.finditer(paragraph)
    )
