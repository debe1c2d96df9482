"""Modules -> a name for all of the program that they run: for what an edit of them can change.

What the program made is kept under a name, and is made again when the name changes. A name of
the whole program would make all sound again after an edit of the page's colours. So the imports of
the modules that make a thing are followed, and only the files found so are in its name.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from podcast.files.keys import content_key, digest, program_files, program_folder

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
    texts = _reached(folder, modules)
    files = [(str(path.relative_to(folder)), digest(path)) for path in _files(folder, texts)]
    return content_key(files, [(name, _version(name)) for name in _libraries(texts)])


def sources(folder: Path, *modules: str) -> tuple[Path, ...]:
    """The program's files in `folder` that modules run: their own, those they import, their data.

    All imports count, also those inside a function. A data file belongs to a module that names it
    in quotes. A module that is not the program's is no file of it.
    """
    return _files(folder, _reached(folder, modules))


def libraries(folder: Path, *modules: str) -> tuple[str, ...]:
    """The packages that modules of the program in `folder` import and Python does not bring."""
    return _libraries(_reached(folder, modules))


Texts = Mapping[Path, str]
"""Files of modules, each with its source."""


def _reached(folder: Path, modules: tuple[str, ...]) -> Texts:
    """The file of each of the program's modules that is imported when these are."""
    found: dict[Path, str] = {}
    coming, known = list(modules), set(modules)
    while coming:
        name = coming.pop()
        if (path := _file(folder, name)) is None:
            continue
        found[path] = path.read_text("utf-8")
        package = name.rpartition(".")[0]  # it is imported before what is in it
        new = {package, *imports(found[path])} - known
        known |= new
        coming += new
    return found


def _files(folder: Path, texts: Texts) -> tuple[Path, ...]:
    quoted = set(re.findall(r"""["'/]([\w.-]+)["']""", "\n".join(texts.values())))
    data = [path for path in program_files(folder) if path.suffix != ".py" and path.name in quoted]
    return tuple(sorted({*texts, *data}))


def _libraries(texts: Texts) -> tuple[str, ...]:
    names = {name.partition(".")[0] for text in texts.values() for name in imports(text)}
    return tuple(sorted(names - {PACKAGE} - set(sys.stdlib_module_names)))


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
