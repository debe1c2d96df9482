"""A TOML file -> its table, or one sentence that says what is wrong with it."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from podcast.errors import ReadError
from podcast.files.decode import decode, read_bytes
from podcast.files.json_text import OF_64_BITS
from podcast.files.tidy import Unreadable, named

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LARGEST = 2**20  # bytes of a file, enough for a glossary of 30 000 names
BARE_KEY = re.compile(r"""^([ \t]*)([^\s"'=\[\]{}#.,]+)(?=[ \t]*=)""", re.MULTILINE)


def read(path: Path) -> dict[str, Any]:
    """The table in a file of any usual encoding; an empty file is an empty table.

    Raises ReadError if there is no such file, it cannot be read, or it is not TOML.
    """
    return table_in(read_bytes(path), path)


def table_in(encoded: bytes, path: Path) -> dict[str, Any]:
    """The table in bytes that were read from `path`. Raises ReadError if they are not TOML."""
    try:
        if len(encoded) > LARGEST:
            raise Unreadable(f"it has {len(encoded) / 2**20:.0f} MB; at most 1 MB is read")
        return parse(decode(encoded)) if encoded.strip() else {}
    except ValueError as error:
        raise ReadError(f"cannot read {named(path)}: {error}") from error


def parse(text: str) -> dict[str, Any]:
    """The table in a TOML text. Raises ValueError, with the reason on one line.

    Keys of hanzi need no quotes here, although TOML requires them, as few people know that.

    >>> parse("[cast]\\n张三 = 'guest'")
    {'cast': {'张三': 'guest'}}

    >>> parse("a = [1, 2]")
    {'a': [1, 2]}
    >>> parse("a = 0x" + "f" * 99)
    Traceback (most recent call last):
    ValueError: it holds a number of more than 64 bits
    """
    try:
        table = _loaded(text)
    except RecursionError:
        raise ValueError("its TOML is nested too deep") from None
    except ValueError as error:  # not TOML, or a number of thousands of digits
        reason = " ".join(str(error).split())
        raise ValueError(f"it is not TOML: {reason:.300}") from None
    require_numbers(table)
    return table


def _loaded(text: str) -> dict[str, Any]:
    """The table of a text, in which bare keys of hanzi may lack quotes. Raises ValueError."""
    try:
        return tomllib.loads(text)
    except ValueError:
        if text.isascii() or '"""' in text or "'''" in text:
            raise  # a line inside a string of several lines may look like a key
        quoted = with_quoted_keys(text)
        if quoted == text:
            raise
        return tomllib.loads(quoted)


def with_quoted_keys(text: str) -> str:
    """A TOML text in which keys of hanzi have the quotes that TOML requires."""
    return BARE_KEY.sub(lambda found: f"{found[1]}{_quoted(found[2])}", text)


def _quoted(key: str) -> str:
    """A bare key, in quotes if it is not ASCII."""
    return key if key.isascii() else f'"{key}"'


def require_numbers(table: dict[str, Any]) -> None:
    """Raise ValueError for a number of more than 64 bits, which Python may refuse to print."""
    waiting: list[Any] = [table]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, int) and value not in OF_64_BITS:
            raise ValueError("it holds a number of more than 64 bits")
