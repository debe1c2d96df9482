"""The program with `opencc-python-reimplemented` in the place of `opencc`, in another environment.

Both packages install a module called `opencc`. Here the other one is installed into a folder of its
own, which the new environment looks into before it looks into this one's packages.
"""

from __future__ import annotations

import os
import re
import site
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from click.testing import CliRunner
from places import ROOT, SEED

from podcast.cli import main
from podcast.text.hanzi import simplified

OTHER = re.findall(r"'(opencc-python-.*?)'", (ROOT / "docs" / "dependencies.md").read_text("utf-8"))
TEXT = [
    "clean",
    "divide",
    "explain",
    "formats",
    "hanzi",
    "quote",
    "read",
    "script",
    "spacing",
    "subtitle",
]
FAIL: tuple[str, ...] = ()  # tests of those that only `opencc` passes; none since 0.2.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.network,
]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of the new environment."""
    folder = tmp_path_factory.mktemp("opencc")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    command += ["--target", str(folder / "other"), OTHER[0]]
    done = subprocess.run(command, capture_output=True, text=True)
    if "No matching distribution" in done.stderr or "Connection" in done.stderr:
        pytest.skip("no package index can be reached to install opencc-python-reimplemented")
    assert done.returncode == 0, done.stderr
    venv.create(folder / "venv", symlinks=True)
    packages = sysconfig.get_path("purelib", vars={"base": str(folder / "venv")})
    paths = [folder / "other", ROOT, *site.getsitepackages(), *sys.path[1:]]
    (Path(packages) / "paths.pth").write_text("".join(f"{path}\n" for path in paths if path))
    return folder / "venv" / "bin" / "python"


def run(python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if "PYTHON" not in name}
    environment.pop("PYTEST_XDIST_WORKER", None)
    return subprocess.run(
        [str(python), *arguments], cwd=ROOT, capture_output=True, text=True, env=environment
    )


def test_the_other_package_is_the_one_imported(python: Path) -> None:
    told = run(python, "-c", "import opencc; print(opencc.__file__, opencc.__doc__)")
    assert Path(told.stdout.split()[0]).parts[-3] == "other", told.stderr


def test_the_text_tests_pass(python: Path) -> None:
    files = [str(path) for name in TEXT for path in (ROOT / "tests").rglob(f"test_{name}.py")]
    assert len(files) == len(TEXT)
    users = [p for p in (ROOT / "podcast").rglob("*.py") if "hanzi import" in p.read_text("utf-8")]
    assert users
    chosen = ["-m", "not slow and not network", "-p", "no:cacheprovider", "-n", "0"]
    chosen += ["--hypothesis-profile", "few"]
    done = run(python, "-m", "pytest", *chosen, *files, *map(str, users))
    failed = set(re.findall(r"^FAILED \S*?(test_\w+\.py::\S+)", done.stdout, re.M))
    assert failed == set(FAIL), done.stdout[-2000:]
    assert re.search(r"\[100%\]", done.stdout), done.stdout + done.stderr


def test_the_script_of_the_default_transcript_is_the_same(python: Path, tmp_path: Path) -> None:
    """Of every line of it that is converted, with the lines around it: each is converted alone."""
    lines = SEED.read_text("utf-8").splitlines(True)
    converted = [at for at, line in enumerate(lines) if simplified(line) != line]
    assert len(converted) > 100
    chosen = sorted({near for at in converted for near in (at - 1, at, at + 1)})
    seed = tmp_path / SEED.name
    seed.write_text("".join(lines[at] for at in chosen), "utf-8")
    others, ours = tmp_path / "others.md", tmp_path / "ours.md"
    done = run(python, "-m", "podcast", "script", str(seed), "-o", str(others))
    assert done.returncode == 0, done.stderr
    assert not CliRunner().invoke(main, ["script", str(seed), "-o", str(ours)]).exit_code
    assert others.read_text("utf-8") == ours.read_text("utf-8")
