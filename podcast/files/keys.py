"""Content -> its key: a hash, so that two things with one key are the same."""

from __future__ import annotations

import sys
from functools import cache
from hashlib import sha256
from pathlib import Path

CHUNK = 1 << 20  # bytes of a file read at a time


def content_key(*parts: object) -> str:
    """The key of `parts`: 32 hexadecimal digits of the SHA-256 of their `repr`."""
    return sha256("\0".join(map(repr, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@cache
def program_key() -> str:
    """The key of the installed program: any change of its files changes it."""
    folder, files = program_folder(), program_digests().items()
    return content_key(*((str(path.relative_to(folder)), hashed) for path, hashed in files))


@cache
def program_digests() -> dict[Path, str]:
    """The SHA-256 of each file of the installed program, sorted; they are read once."""
    return {path: digest(path) for path in program_files(program_folder())}


def program_folder() -> Path:
    """The folder of this program's outermost package."""
    return Path(str(sys.modules[__name__.partition(".")[0]].__file__)).parent


def program_files(folder: Path) -> list[Path]:
    """All files of the program that is installed in `folder`, sorted."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and _is_program(path))


def _is_program(path: Path) -> bool:
    return path.suffix != ".pyc" and "__pycache__" not in path.parts


def digest_if_any(path: Path) -> str | None:
    """The SHA-256 of a file, or None if there is no file. Raises OSError if it cannot be read."""
    return digest(path) if path.is_file() else None


def digest(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal digits. Raises OSError."""
    hashed = sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            hashed.update(chunk)
    return hashed.hexdigest()
