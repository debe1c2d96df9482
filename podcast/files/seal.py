"""A file that ends in the digest of itself: what a disk has damaged is known from what is whole."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

DIGEST = 32  # bytes of SHA-256


def seal(path: Path) -> None:
    """End a file with the digest of what it holds."""
    with path.open("r+b") as file:
        digest = sha256(file.read()).digest()
        file.write(digest)


def unsealed(path: Path) -> bytes | None:
    """What a sealed file holds; nothing where there is none, or it is not as it was sealed."""
    try:
        sealed = path.read_bytes()
    except OSError:
        return None
    held, digest = sealed[:-DIGEST], sealed[-DIGEST:]
    return held if sha256(held).digest() == digest else None


def content(path: Path) -> bytes:
    """What a file holds, sealed or not."""
    return unsealed(path) or path.read_bytes()
