"""Modules -> a name for all of the program that they run: for what an edit of them can change.

What the program made is kept under a name, and is made again when the name changes. A name of
the whole program would make all sound again after an edit of the page's colours. So the imports of
the modules that make a thing are followed, and only the files found so are in its name.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from podcast.keys import content_key, digest, program_files, program_folder

PACKAGE = __name__.partition(".")[0]
# A whole import, at the beginning of a line however far indented. In a docstring, where prose may
# read like one, it finds a file too many at worst.
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|.*)|import[ \t]+(.*))$", re.MULTILINE
)


@cache
def sources_key(*modules: str) -> str:
    """A name for what these modules run: files of the program, and versions of what it uses."""
    return key_of(program_folder(), *modules)


def key_of(folder: Path, *modules: str) -> str:
    """The same name for modules of the program that is installed in `folder`."""
    files = [(str(path.relative_to(folder)), digest(path)) for path in sources(folder, *modules)]
    versions = [(name, _version(name)) for name in libraries(folder, *modules)]
    return content_key(files, versions)


def sources(folder: Path, *modules: str) -> tuple[Path, ...]:
    """The program's files in `folder` that modules run: their own, those they import, their data.

    All imports count, also those inside a function. A data file belongs to a module that names it
    in quotes. A module that is not the program's is no file of it.
    """
    found = _reached(folder, modules)
    texts = "\n".join(path.read_text("utf-8") for path in found.values())
    quoted = set(re.findall(r"""["'/]([\w.-]+)["']""", texts))
    data = [path for path in program_files(folder) if path.suffix != ".py" and path.name in quoted]
    return tuple(sorted({*found.values(), *data}))


def libraries(folder: Path, *modules: str) -> tuple[str, ...]:
    """The packages that modules of the program in `folder` import and Python does not bring."""
    names = {
        name.partition(".")[0]
        for path in _reached(folder, modules).values()
        for name in imports(path.read_text("utf-8"))
    }
    return tuple(sorted(names - {PACKAGE} - set(sys.stdlib_module_names)))


def _reached(folder: Path, modules: tuple[str, ...]) -> dict[str, Path]:
    """The file of each of the program's modules that is imported when these are."""
    found: dict[str, Path] = {}
    coming = list(modules)
    while coming:
        name = coming.pop()
        if name in found or (path := _file(folder, name)) is None:
            continue
        found[name] = path
        coming += imports(path.read_text("utf-8"))
        coming.append(name.rpartition(".")[0])  # a package is imported before what is in it
    return found


def _file(folder: Path, module: str) -> Path | None:
    """Where a module of the program lies; nothing where it is none."""
    package, *steps = module.split(".")
    path = folder.joinpath(*steps)
    files = (path / "__init__.py", path.with_suffix(".py"))
    return next((file for file in files if file.is_file()), None) if package == PACKAGE else None


def imports(text: str) -> Iterator[str]:
    """The modules that a source imports; and what it takes from one, which may be a module too.

    >>> list(imports("import os, sys\\nfrom podcast import aac as a, mp3\\n"))
    ['os', 'sys', 'podcast', 'podcast.aac', 'podcast.mp3']
    """
    for module, taken, listed in _IMPORT.findall(text):
        names = re.sub(r"#.*", "", listed or taken).strip("() \n").split(",")
        firsts = [words[0] for name in names if (words := name.split())]
        if module:
            yield module
        yield from (f"{module}.{name}" if module else name for name in firsts)


def _version(library: str) -> str:
    """What an installed package calls its version; empty where it is not installed."""
    from importlib import import_module
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(library.replace("_", "-"))
    except PackageNotFoundError:  # it is installed under another name than it is imported by
        pass
    try:
        return str(getattr(import_module(library), "__version__", ""))
    except ImportError:
        return ""
