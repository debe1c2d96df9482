"""Text and file names -> the same on one line, without invisible characters."""

from __future__ import annotations

import re
from pathlib import Path


class Unreadable(ValueError):
    """Content that is no readable text; the message says why, and the caller adds the file."""


UNSAYABLE = re.compile(  # controls, lone surrogates, direction marks, BOM, U+FFFD, non-characters
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\ud800-\udfff"
    "\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffd\ufdd0-\ufdef\ufffe\uffff]"
)


SPACES = re.compile(r"\s+")


def tidy(text: str) -> str:
    r"""`text` on one line, without invisible characters; runs of white space become one space.

    >>> tidy("\ufeff 你好\x00 \t世界\u200b\r\n")
    '你好 世界'
    >>> tidy("a < b，👨‍👩‍👧 --> c")
    'a < b，👨‍👩‍👧 --> c'
    """
    return SPACES.sub(" ", UNSAYABLE.sub("", text)).strip()


def named(path: Path) -> str:
    """The path on one line, with escapes for the characters that cannot be printed."""
    text = str(path).encode("utf-8", "backslashreplace").decode()
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )
