"""A TOML file -> its table. Whatever is wrong with it is one sentence."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from podcast.errors import ReadError
from podcast.files.decode import decode, read_bytes
from podcast.files.tidy import Unreadable, named

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LARGEST = 2**20  # bytes; a glossary of 30 000 names
LARGEST_NUMBER = 2**63  # TOML promises no more
BARE_KEY = re.compile(r"""^([ \t]*)([^\s"'=\[\]{}#.,]+)(?=[ \t]*=)""", re.MULTILINE)


def read(path: Path) -> dict[str, Any]:
    """The table in a file of any usual encoding; an empty file is an empty table.

    Raises ReadError when there is no such file, it cannot be read, or it is no TOML.
    """
    return table_in(read_bytes(path), path)


def table_in(encoded: bytes, path: Path) -> dict[str, Any]:
    """The table in what was read from a file. Raises ReadError where it is no TOML."""
    try:
        if len(encoded) > LARGEST:
            raise Unreadable(f"it is {len(encoded) / 2**20:.0f} MB of settings; at most 1 is read")
        return parse(decode(encoded)) if encoded.strip() else {}
    except ValueError as error:
        raise ReadError(f"cannot read {named(path)}: {error}") from error


def parse(text: str) -> dict[str, Any]:
    """The table a TOML text says. Raises ValueError, with the reason in one line.

    A key of hanzi needs no quotes here, though TOML wants them: nobody thinks of it.

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
    except ValueError as error:  # a number of thousands of digits is one, too
        reason = " ".join(str(error).split())
        raise ValueError(f"it is not TOML: {reason:.300}") from None
    require_numbers(table)
    return table


def _loaded(text: str) -> dict[str, Any]:
    """The table, with keys quoted where TOML wants it; raises what its parser raises."""
    try:
        return tomllib.loads(text)
    except ValueError:
        if text.isascii() or '"""' in text or "'''" in text:
            raise  # inside such strings a line may only look like a key
        quoted = BARE_KEY.sub(lambda found: f"{found[1]}{_quoted(found[2])}", text)
        if quoted == text:
            raise
        return tomllib.loads(quoted)


def _quoted(key: str) -> str:
    """A bare key as TOML takes it."""
    return key if key.isascii() else f'"{key}"'


def require_numbers(table: dict[str, Any]) -> None:
    """Refuse numbers that TOML does not promise; Python may not print them."""
    waiting: list[Any] = [table]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, int) and not -LARGEST_NUMBER <= value < LARGEST_NUMBER:
            raise ValueError("it holds a number of more than 64 bits")
