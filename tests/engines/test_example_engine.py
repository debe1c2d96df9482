"""The example package of an engine, as a stranger would build, install and use it."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import mutagen
import pytest
from places import ROOT

from podcast.published.check import check

pytestmark = [pytest.mark.slow]

EXAMPLE = ROOT / "docs" / "example_engine"
MODULE = EXAMPLE / "podcast_whistle.py"
TALK = "大家好欢迎收听\n今天聊聊人工智能\n它发展得很快\n谢谢大家\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the package is installed; from a copy, so that nothing is left beside it."""
    folder = tmp_path_factory.mktemp("example")
    shutil.copytree(EXAMPLE, folder / "source", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-index", "--no-deps", "--no-build-isolation"]
    command += ["--target", str(folder / "site"), str(folder / "source")]
    subprocess.run(command, check=True)
    return folder / "site"


def podcast(site: Path, here: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join(map(str, (site, ROOT, os.environ.get("PYTHONPATH", ""))))
    return subprocess.run(
        [sys.executable, "-m", "podcast", *arguments],
        cwd=here, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip


def test_it_is_listed_with_the_programs_own(installed: Path, tmp_path: Path) -> None:
    engines = podcast(installed, tmp_path, "voices").stdout.splitlines()[-1]
    assert "espeak" in engines and "whistle" in engines


def test_an_episode_is_built_with_it(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "talk.md").write_text(f"# 题\n\n## 章\n\n{TALK}\n\n## 又\n\n{TALK}", "utf-8")
    done = podcast(installed, tmp_path, "make", "talk.md", "--engine", "whistle", "--jobs", "2")
    assert done.returncode == 0, done.stderr
    sound = mutagen.File(tmp_path / "out/talk/episode.mp3")
    letters = 2 * sum(sign.isalnum() for sign in TALK)
    assert sound.info.length > letters * 0.2
    assert all(finding.good for finding in check(tmp_path / "out" / "talk"))


def test_a_voice_of_it_can_be_cast_and_tried(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "voices").mkdir()
    entry = '[[voice]]\nengine = "whistle"\npitch = 1.5\nlicence = "CC0"\n'
    (tmp_path / "voices/host.toml").write_text(entry)
    done = podcast(installed, tmp_path, "say", "你好，世界。", "-o", "a.wav")
    assert done.returncode == 0, done.stderr
    with wave.open(str(tmp_path / "a.wav")) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(0.8, abs=0.3)


def test_without_it_the_name_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "talk.txt").write_text(TALK, "utf-8")
    done = podcast(ROOT, tmp_path, "make", "talk.txt", "--engine", "whistle")
    assert done.returncode == 1 and "no engine named 'whistle'" in done.stderr


def test_it_takes_ten_lines_and_the_guide_shows_them() -> None:
    source = MODULE.read_text("utf-8")
    (engine,) = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    lines = source.splitlines()[engine.lineno - 1 : engine.end_lineno]
    assert len([line for line in lines if line.strip() and '"""' not in line]) <= 10
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert source.split("\n\n", 1)[1] in guide
    assert (EXAMPLE / "pyproject.toml").read_text("utf-8").split("[project.entry")[1] in guide
