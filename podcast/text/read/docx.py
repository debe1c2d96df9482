"""A Word document -> its text, a paragraph a line.

Only the paragraphs of the document's body are looked for, with no XML parser, so that no entity
of a file is ever expanded, and no more is unpacked than a transcript can be.
"""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from podcast.files.decode import LARGEST
from podcast.files.tidy import Unreadable
from podcast.text.read.forms.markup import unescape

BODY = "word/document.xml"
PARAGRAPH = re.compile(r"<w:p[ >/]")
PIECE = re.compile(r"<w:t(?:\s[^<>]*)?>([^<]*)</w:t>|<w:(tab|br|cr)\b[^<>]*/?>")


def is_docx(path: Path) -> bool:
    """Whether the file is named as a Word document and is a zip archive that holds one."""
    if path.suffix.lower() != ".docx" or not path.is_file():
        return False
    try:
        with ZipFile(path) as archive:
            return BODY in archive.namelist()
    except (BadZipFile, OSError, ValueError):
        return False


def document_text(path: Path) -> str:
    """The words of the document. Raises Unreadable where it is damaged or unpacks to too much."""
    try:
        with ZipFile(path) as archive, archive.open(BODY) as body:
            xml = body.read(LARGEST + 1)
    except (
        BadZipFile,
        OSError,
        ValueError,
        RuntimeError,
        NotImplementedError,
        zlib.error,
    ) as error:
        raise Unreadable(
            "it is a Word document that is damaged or locked; save it as plain text"
        ) from error
    if len(xml) > LARGEST:
        raise Unreadable(
            f"it is a Word document of more than {LARGEST // 2**20} MB; save it as plain text"
        )
    return "\n".join(map(words_of, PARAGRAPH.split(xml.decode("utf-8", "replace"))[1:]))


def words_of(paragraph: str) -> str:
    """The words of one paragraph."""
    signs = {"tab": "\t", "br": "\n", "cr": "\n"}
    return "".join(
        signs[found[2]] if found[2] else unescape(found[1]) for found in PIECE.finditer(paragraph)
    )
