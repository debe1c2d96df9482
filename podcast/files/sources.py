"""Modules -> a key of the program's files that they run.

A file in the store is made again when its key changes. If the key held the whole program, an edit
of the page's colours would make all sound again. So the imports of the modules that make a file
are followed, and its key holds only the files that are found so.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from podcast.files.keys import content_key, digest, program_files, program_folder

PACKAGE = __name__.partition(".")[0]
# A whole import statement, with any indent. A line of a docstring that looks like one at worst adds
# a file that is not imported.
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|.*)|import[ \t]+(.*))$", re.MULTILINE
)


@cache
def sources_key(*modules: str) -> str:
    """The key of the program's files that these modules run, and of the libraries' versions."""
    return key_of(program_folder(), *modules)


def key_of(folder: Path, *modules: str) -> str:
    """The same key as `sources_key`, for the program that is installed in `folder`."""
    texts = _reached(folder, modules)
    files = [(str(path.relative_to(folder)), digest(path)) for path in _files(folder, texts)]
    return content_key(files, [(name, _version(name)) for name in _libraries(texts)])


def sources(folder: Path, *modules: str) -> tuple[Path, ...]:
    """The program's files in `folder` that these modules run: modules, their imports, their data.

    All imports count, also those inside a function. A data file belongs to a module that names it
    in quotes. Modules of other packages are left out.
    """
    return _files(folder, _reached(folder, modules))


def libraries(folder: Path, *modules: str) -> tuple[str, ...]:
    """The packages outside the standard library that modules of the program in `folder` import."""
    return _libraries(_reached(folder, modules))


Texts = Mapping[Path, str]
"""The source of each module, by the module's file."""


def _reached(folder: Path, modules: tuple[str, ...]) -> Texts:
    """The program's modules that are imported when these are, and these themselves."""
    texts: dict[Path, str] = {}
    waiting, known = list(modules), set(modules)
    while waiting:
        name = waiting.pop()
        if (path := _file(folder, name)) is None:
            continue
        texts[path] = path.read_text("utf-8")
        package = name.rpartition(".")[0]  # Python imports a package before a module in it
        new = {package, *imports(texts[path])} - known
        known |= new
        waiting += new
    return texts


def _files(folder: Path, texts: Texts) -> tuple[Path, ...]:
    quoted = set(re.findall(r"""["'/]([\w.-]+)["']""", "\n".join(texts.values())))
    data = [path for path in program_files(folder) if path.suffix != ".py" and path.name in quoted]
    return tuple(sorted({*texts, *data}))


def _libraries(texts: Texts) -> tuple[str, ...]:
    names = {name.partition(".")[0] for text in texts.values() for name in imports(text)}
    return tuple(sorted(names - {PACKAGE} - set(sys.stdlib_module_names)))


def _file(folder: Path, module: str) -> Path | None:
    """The file of a module in `folder`, or None if it is not a module of the program."""
    package, *steps = module.split(".")
    path = folder.joinpath(*steps)
    files = (path / "__init__.py", path.with_suffix(".py"))
    return next((file for file in files if file.is_file()), None) if package == PACKAGE else None


def imports(text: str) -> Iterator[str]:
    """The modules that a source imports, and the names that it imports from them.

    Such a name may be a module, too.

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
    """The version of an installed package; empty if it is not installed."""
    from importlib import import_module
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(library.replace("_", "-"))
    except PackageNotFoundError:  # some packages are imported under another name
        pass
    try:
        return str(getattr(import_module(library), "__version__", ""))
    except ImportError:
        return ""
