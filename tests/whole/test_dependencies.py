"""docs/dependencies.md against pyproject.toml, the program's imports and the installed packages."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata

import pytest
import tomli
from places import ROOT

PAGE = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
PROJECT = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
MODULES = {  # what is imported, where it is not the package's name
    "edge-tts": "edge_tts",
    "espeakng-loader": "espeakng_loader",
    "faster-whisper": "faster_whisper",
    "ffmpeg-python": "ffmpeg",
    "imageio-ffmpeg": "imageio_ffmpeg",
    "pillow": "PIL",
    "sherpa-onnx": "sherpa_onnx",
}
THE_CUSTOMERS = ("pydub", "edge-tts", "srt", "ffmpeg-python", "click", "opencc")
# Licences whose code a program under GPL-3.0-or-later may be combined with.
# Source: the Free Software Foundation's list of licences and comments on them.
COMPATIBLE = {
    "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "GPL-2.0-or-later", "GPL-3.0-or-later",
    "LGPL-2.1-or-later", "LGPL-3.0-only", "MIT", "MIT-CMU", "PSF-2.0",
}  # fmt: skip
WORDS = {  # what the metadata says where it names no SPDX licence
    "Apache-2.0": "apache", "BSD-2-Clause": "bsd", "BSD-3-Clause": "bsd", "MIT": "mit",
    "LGPL-3.0-only": "lgplv3",
}  # fmt: skip


# Further licences of that kind, which only packages that others need have, and how metadata name
# any of them.
NAMED_SO = re.compile(
    r"apache|\b0?bsd|\bmit\b|\bpsf|python software|\bisc\b|mpl-2\.0|zlib|cc0-1\.0|"
    r"gpl-[23]\.[01]-or-later|public-domain"
)


def rows(heading: str) -> dict[str, list[str]]:
    """The table below a heading: package -> its other cells."""
    table = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {row[0].strip(" `"): row[1:] for row in cells}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=; ]", each)[0] for each in requirements}


RUN = rows("Installed with the program")
EXTRA = rows("Installed when asked for")
DEVELOP = rows("For development only")
ALL = {**DEVELOP, **EXTRA, **RUN}


def test_every_dependency_has_its_row_and_no_other_has() -> None:
    assert set(RUN) == names(PROJECT["dependencies"])
    wanted = {(name, extra) for extra in EXTRAS if extra != "dev" for name in names(EXTRAS[extra])}
    assert {(name, cells[0].strip("`")) for name, cells in EXTRA.items()} == wanted
    assert set(DEVELOP) == names(EXTRAS["dev"]) - set(RUN) - set(EXTRA)
    assert all(all(cells) for cells in ALL.values())


@pytest.mark.parametrize("name", [*RUN, *EXTRA])
def test_what_is_installed_with_the_program_may_be_combined_with_it(name: str) -> None:
    assert PROJECT["license"] == "GPL-3.0-or-later"
    assert ALL[name][-1] in COMPATIBLE


@pytest.mark.parametrize("name", ALL)
def test_the_licence_is_the_one_that_the_package_states(name: str) -> None:
    try:
        about = metadata(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is not installed for this version of Python")
    told = ALL[name][-1]
    if stated := "".join(about.get_all("License-Expression") or []):
        assert stated == told or stated.startswith(f"{told} AND ")
        return
    marks = [mark for mark in about.get_all("Classifier") or [] if mark.startswith("License")]
    said = " ".join([*(about.get_all("License") or []), *marks]).lower()
    if said.strip():
        assert WORDS[told] in said
    else:
        assert f"`{name}` states no licence" in PAGE


@pytest.mark.parametrize("name", [*RUN, *EXTRA])
def test_a_package_works_in_the_modules_that_the_page_names(name: str) -> None:
    module = MODULES.get(name, name)
    named = re.findall(r"`([\w/]+\.py)`", ALL[name][-2])
    assert named or name not in THE_CUSTOMERS
    for file in named:
        texts = [path.read_text("utf-8") for path in (ROOT / "podcast").rglob(file)]
        pattern = rf"^ *(?:import|from) {module}\b|import_module\(\"{module}\""
        assert any(re.search(pattern, text, re.M) for text in texts), file


def locked() -> dict[str, list[str]]:
    """Each package of requirements.txt, and the hashes that its files may have."""
    text = (ROOT / "requirements.txt").read_text("utf-8")
    found = re.findall(r"^([a-z][\w.-]*)==[^\n]*((?:\n    --hash=[^\n]*)*)", text, re.M)
    return {name: re.findall(r"--hash=sha256:[0-9a-f]{64}", hashes) for name, hashes in found}


def test_every_locked_package_has_the_hashes_of_its_files() -> None:
    assert set(locked()) >= names(PROJECT["dependencies"])
    assert [name for name, hashes in locked().items() if not hashes] == []


def test_every_locked_package_may_be_combined_with_the_program() -> None:
    odd = {}
    for name in locked():
        try:
            about = metadata(name)
        except PackageNotFoundError:  # for another Python or system
            continue
        expression = "".join(about.get_all("License-Expression") or [])
        marks = [mark for mark in about.get_all("Classifier") or [] if mark.startswith("License")]
        told = " ".join([*(about.get_all("License") or []), *marks])
        stated = re.split(r" (?:and|or) ", (expression or told).lower())
        if name not in RUN and not all(map(NAMED_SO.search, stated)):
            odd[name] = stated
    assert odd == {}
