"""A .tar.bz2 -> those of its files that a model needs, in one folder and nowhere else."""

from __future__ import annotations

import tarfile
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from podcast.errors import ModelError
from podcast.outside.models import BLOCK
from podcast.outside.models.download import unwritable

LARGEST = 2_000_000_000  # bytes that an archive may unpack to


def unpack(archive: Path, wanted: Collection[str], folder: Path) -> None:
    """Extract the files called `wanted` to `folder`, without the top folder of the archive.

    Raises ModelError if a name leads out of the folder, a wanted file is a link or a device, or
    the archive is damaged or unpacks to more than LARGEST.
    """
    size = 0
    try:
        with tarfile.open(archive, "r|bz2") as tar:
            for member in tar:
                size += member.size
                if size > LARGEST:
                    raise ModelError(f"{archive.name} unpacks to over {LARGEST / 1e9:.0f} GB")
                name = inner_name(member.name, archive)
                if name in wanted:
                    _extract(tar, member, folder / name, archive)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ModelError(f"{archive.name} is damaged: {error}") from error


def inner_name(name: str, archive: Path) -> str:
    """The name of a file below the top folder of its archive. Raises ModelError if it is outside.

    >>> inner_name("./kokoro/dict/a.txt", Path("k.tar.bz2")), inner_name("a.txt", Path("k"))
    ('dict/a.txt', 'a.txt')
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name:
        raise ModelError(f"{archive.name} holds a file named {name!r}, outside its folder")
    return "/".join(path.parts[1:] or path.parts)


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path, archive: Path) -> None:
    content = tar.extractfile(member) if member.isfile() else None
    if content is None:
        raise ModelError(f"{member.name} in {archive.name} is not a plain file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("wb")
    except OSError as error:
        raise unwritable(path, error) from error
    with content, file:
        while block := content.read(BLOCK):
            _write(block, file, path)


def _write(block: bytes, file: BinaryIO, path: Path) -> None:
    try:
        file.write(block)
        file.flush()
    except OSError as error:
        raise unwritable(path, error) from error
