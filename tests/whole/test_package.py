"""The program as it is shipped: built, installed alone, run from an empty folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest
from patience import PATIENCE
from places import ROOT

from podcast import DISTRIBUTION

LOWEST, HIGHEST = "3.10", "3.13"
UV = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
LEFT_OUT = (".git", ".venv", "out", "build", "dist", "*.egg-info", ".*_cache", "__pycache__")
SCRIPT = "# 题\n\n## 章\n\n你好，世界。\n\n> [guest] 你也好。\n\n> [narrator] 完。\n"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.network,
    pytest.mark.skipif(not UV, reason="uv is not installed"),
]


def uv(*arguments: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run uv with the interpreters that are here; pyenv's shims answer only when told of one."""
    environment = os.environ | {
        "UV_PYTHON_DOWNLOADS": "never",
        "PYENV_VERSION": f"{LOWEST}:{HIGHEST}",
    }
    command = [str(UV), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(ROOT, folder / "source", ignore=shutil.ignore_patterns(*LEFT_OUT))
    done = uv("build", "--out-dir", folder / "dist", folder / "source")
    assert done.returncode == 0, done.stderr
    return folder / "dist"


def test_the_wheel_has_all_that_the_program_reads(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(ZipFile(wheel).namelist())
    tracked = {path for path in (ROOT / "podcast").rglob("*") if path.is_file()}
    program = {path for path in tracked if "__pycache__" not in path.parts}
    assert names >= {path.relative_to(ROOT).as_posix() for path in program}
    assert names >= {f"podcast/voices/{path.name}" for path in (ROOT / "voices").glob("*.toml")}
    assert {name.split("/")[0].split("-")[0] for name in names} == {"podcast", DISTRIBUTION}


def test_the_sdist_has_all_that_is_made_and_tested_from(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    folders = ("seeds", "podcast", "voices", "tests", "bench", "docs")
    paths = [path for name in folders for path in (ROOT / name).rglob("*") if path.is_file()]
    needed = {path.relative_to(ROOT).as_posix() for path in paths if path.suffix != ".pyc"}
    assert names >= needed | {
        "Makefile",
        "pyproject.toml",
        "requirements.txt",
        "LICENSE",
        "Dockerfile",
    }


@pytest.mark.parametrize("version", [LOWEST, HIGHEST])
def test_an_installed_program_speaks_in_an_empty_folder(
    built: Path, tmp_path: Path, version: str
) -> None:
    if uv("python", "find", "--system", version).returncode:
        pytest.skip(f"uv finds no Python {version}")
    environment, here = tmp_path / "environment", tmp_path / "here"
    (wheel,) = built.glob("*.whl")
    done = uv("venv", "--python", version, environment)
    done = done if done.returncode else uv("pip", "install", "-p", environment, wheel)
    assert done.returncode == 0, done.stderr
    here.mkdir()
    (here / "x.txt").write_text("大家好欢迎收听\n今天聊聊人工智能\n谢谢大家\n", "utf-8")
    (here / "three.md").write_text(SCRIPT, "utf-8")
    program = environment / "bin" / "podcast"
    made = subprocess.run(
        [program, "batch", "x.txt", "three.md", "--offline", "--jobs", "1", "-q"],
        cwd=here, capture_output=True, text=True, env=_bare(), timeout=PATIENCE,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    for name, roles in (("x", {"host"}), ("three", {"host", "guest", "narrator"})):
        report = json.loads((here / "out" / name / "report.json").read_text("utf-8"))
        assert set(report["voices"]) == roles
        assert len(set(report["voices"].values())) == len(roles)


def _bare() -> dict[str, str]:
    """The environment without what would lead Python to this checkout."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
