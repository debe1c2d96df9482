"""Tab completes what a person would type."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from places import ROOT

from podcast.cli import main


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seeds").mkdir()
    for name in ("一期.txt", "two.srt", "two.toml", "two.png"):
        (tmp_path / "seeds" / name).touch()
    return tmp_path


def completed(words: str, count: int) -> list[tuple[str, str]]:
    """(kind, word) of each proposal, as bash is given them."""
    told = CliRunner().invoke(
        main,
        prog_name="podcast",
        complete_var="_PODCAST_COMPLETE",
        env={"_PODCAST_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(count)},
    )
    pairs = (line.partition(",") for line in told.stdout.splitlines())
    return [(kind, word) for kind, _, word in pairs]


def test_seeds(here: Path) -> None:
    assert completed("podcast make ", 2) == [
        ("plain", "seeds/two.srt"),
        ("plain", "seeds/一期.txt"),
    ]
    assert completed("podcast script seeds/t", 2) == [("plain", "seeds/two.srt")]
    assert completed("podcast make other/", 2) == [("file", "other/")]


def test_engines_and_commands() -> None:
    assert ("plain", "espeak") in completed("podcast make --engine e", 3)
    assert ("plain", "auto") in completed("podcast say --engine a", 3)
    assert ("plain", "completion") in completed("podcast comp", 1)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_for_each_shell(shell: str) -> None:
    told = CliRunner().invoke(main, ["completion", shell])
    assert told.exit_code == 0
    assert f"_PODCAST_COMPLETE={shell}_complete" in told.stdout


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
def test_bash_takes_it_and_completes(here: Path) -> None:
    program = here / "podcast"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m podcast "$@"\n')
    program.chmod(0o755)
    tab = (
        'eval "$(podcast completion bash)"; compopt() { :; }; COMP_WORDS=(podcast make seeds/t); '
        'COMP_CWORD=2; _podcast_completion podcast; echo "${COMPREPLY[@]}"'
    )
    root = str(ROOT)
    environment = os.environ | {"PATH": f"{here}:{os.environ['PATH']}", "PYTHONPATH": root}
    told = subprocess.run(
        ["bash", "-c", tab], capture_output=True, text=True, env=environment, cwd=here
    )
    assert told.stdout.strip() == "seeds/two.srt", told.stderr
