"""Every command of the README does what it says, in a copy of the project."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from patience import PATIENCE

from podcast import settings
from podcast.cli import main
from podcast.options import OPTIONS, Option

ROOT = Path(__file__).parent.parent
SHORT = "大家好欢迎收听\n今天聊聊人工智能\n好吧\n它发展得很快\n谢谢大家\n"


def commands(page: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text("utf-8"), re.S)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with a short transcript in the place of the long one, its episode built."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("Makefile", "pyproject.toml", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "voices", folder / "voices")
    (folder / "seeds").mkdir()
    (folder / "seeds" / "2025-02-indigo.txt").write_text(SHORT, "utf-8")
    environment = folder / ".venv" / "bin"
    environment.mkdir(parents=True)
    for name, module in (("podcast", "podcast"),):
        program = environment / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n')
        program.chmod(0o755)
    (environment / "python").symlink_to(sys.executable)
    for stamp in ("ready", "ready-dev"):
        (folder / ".venv" / stamp).touch()
    subprocess.run(["make", "episode"], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("command", [c for c in commands("README.md") if c != "make test"])
def test_a_command_of_the_readme_works(project: Path, command: str) -> None:
    done = subprocess.run(
        shlex.split(command), cwd=project, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_both_readmes_give_the_same_first_commands() -> None:
    assert commands("README.md")[:2] == ["make episode", "make test"]
    assert commands("README.zh-CN.md")[:2] == commands("README.md")[:2]


def test_make_alone_lists_every_target(project: Path) -> None:
    told = subprocess.run(["make"], cwd=project, capture_output=True, text=True, check=True).stdout
    targets = set(re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M)[0].split())
    assert targets <= set(re.findall(r"^make (\w+)", told, re.M))


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_what_a_readme_links_to_is_there(page: str) -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text("utf-8")):
        assert (ROOT / link).exists(), link


def shown_default(option: Option) -> str:
    value = option.default
    if value in (None, ""):
        return ""
    text = str(value).lower() if isinstance(value, bool) else value
    return f"`{text:g}`" if isinstance(text, float) else f"`{text}`"


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_table_of_the_recipe_is_the_programs(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    table = text.partition("<!-- recipe -->\n")[2].partition("<!-- /recipe -->")[0]
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()[2:]]
    told = [
        [f"`{name}`", option.values.replace("|", ", "), shown_default(option)]
        for name, option in OPTIONS.items()
    ]
    assert [row[:3] for row in rows] == told
    meanings = [row[3] for row in rows]
    assert all(meanings)
    if page == "README.md":
        assert meanings == [option.meaning for option in OPTIONS.values()]


def test_help_tells_every_option_of_the_recipe() -> None:
    told = CliRunner().invoke(main, ["make", "--help"]).output
    for name in OPTIONS:
        assert f"--{name.replace('_', '-')} " in told, name


def test_every_key_of_a_settings_file_is_in_its_modules_page() -> None:
    page = settings.__doc__ or ""
    keys = {*re.findall(r"^(\w+) = ", page, re.M), *re.findall(r"^\[+(\w+)\]+", page, re.M)}
    assert set(settings.READERS) <= keys
