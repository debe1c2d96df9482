"""Content -> the content and its seal, by which damage is noticed when it is read.

    the content
    32 bytes       the seal: SHA-256 of the content

The seal stands at the end, so that a program that knows nothing of seals can read the file from its
beginning, or map a part of it into memory.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

DIGEST = 32  # bytes of SHA-256


def sealed(content: bytes) -> bytes:
    """The content, followed by its seal."""
    return content + sha256(content).digest()


def opened(sealed: bytes) -> bytes | None:
    """The content without its seal, or None if the seal does not fit.

    >>> opened(sealed(b"a")), opened(b"a")
    (b'a', None)
    """
    content, digest = sealed[:-DIGEST], sealed[-DIGEST:]
    return content if sha256(content).digest() == digest else None


def seal(path: Path) -> None:
    """Append the seal of its content to a file. Raises OSError."""
    with path.open("r+b") as file:
        digest = sha256(file.read()).digest()
        file.write(digest)


def unsealed(path: Path) -> bytes | None:
    """The content of a sealed file, or None if there is no such file or it is damaged."""
    try:
        return opened(path.read_bytes())
    except OSError:
        return None


def content(path: Path) -> bytes:
    """The content of a file, without its seal if it has one. Raises OSError."""
    return unsealed(path) or path.read_bytes()
