"""Content -> the same with its digest behind it, so that damage is noticed when it is read.

    the content
    32 bytes       SHA-256 of the content

The digest stands at the end, so that a sealed file can be read from its beginning as what it is,
also where only a part of it is mapped into memory.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

DIGEST = 32  # bytes of SHA-256


def sealed(content: bytes) -> bytes:
    """The content with its seal."""
    return content + sha256(content).digest()


def opened(sealed: bytes) -> bytes | None:
    """The content without its seal; None where it is not as it was sealed.

    >>> opened(sealed(b"a")), opened(b"a")
    (b'a', None)
    """
    content, digest = sealed[:-DIGEST], sealed[-DIGEST:]
    return content if sha256(content).digest() == digest else None


def seal(path: Path) -> None:
    """Put the seal at the end of a file. Raises OSError."""
    with path.open("r+b") as file:
        digest = sha256(file.read()).digest()
        file.write(digest)


def unsealed(path: Path) -> bytes | None:
    """The content of a sealed file; None where there is no such file, or it is damaged."""
    try:
        return opened(path.read_bytes())
    except OSError:
        return None


def content(path: Path) -> bytes:
    """The content of a file, sealed or not. Raises OSError."""
    return unsealed(path) or path.read_bytes()
