"""Every command of the README and of the user pages does what it says, in a copy of the project.

A page has its commands in two kinds of blocks. Commands in a block headed `sh` are run here.
Commands in a block headed `sh elsewhere` need what a test does not have: a network, a cluster, a
browser. Of those the test only checks that the program has such a command with such options. A
Chinese page has the same blocks as its English one, so no command is run twice for two languages.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from patience import PATIENCE
from places import ROOT

from podcast.cli import main
from podcast.files import settings
from podcast.files.options import OPTIONS, Option
from podcast.outside.endpoint import NO_KEY, find_endpoint
from podcast.production.order import EDITOR
from podcast.speech import cast

SHORT = "大家好欢迎收听\n今天聊聊人工智能\n好吧\n它发展得很快\n谢谢大家\n"
SEED = "2025-02-indigo"
USER_PAGES = (
    "studio",
    "recipe",
    "voices",
    "video",
    "publish",
    "original-recording",
    "engines-and-models",
    "commands",
    "files",
    "cluster",
)
PAIRS = [("README.md", "README.zh-CN.md")]
PAIRS += [(f"docs/{name}.md", f"docs/{name}.zh-CN.md") for name in USER_PAGES]
PAGES = [page for pair in PAIRS for page in pair]
PROSE = [*PAGES, "docs/architecture.md", "docs/benchmarks.md", "CONTRIBUTING.md"]
PROGRAM = ".venv/bin/podcast "
LONGEST_README = 120  # lines
IN_CHINESE = {"名字": "NAME", "标题": "title"}  # what a Chinese page writes for a placeholder
VALUES_IN_CHINESE = {"name": "名字", "file": "文件"}


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def blocks(page: str, kind: str) -> list[str]:
    """The insides of a page's code blocks that are headed `kind`, as they stand there."""
    return re.findall(rf"^```{kind}\n(.*?)^```", text_of(page), re.S | re.M)


def commands(page: str, kind: str = "sh") -> list[str]:
    """The commands of a page, without their comments."""
    lines = [line.split("#")[0].strip() for one in blocks(page, kind) for line in one.splitlines()]
    return [line for line in lines if line]


def unique(kind: str) -> list[str]:
    """The commands of all English pages, each once."""
    return list(dict.fromkeys(command for page, _ in PAIRS for command in commands(page, kind)))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with a short transcript in the place of the long one, its episode built."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("Makefile", "pyproject.toml", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "voices", folder / "voices")
    (folder / "seeds").mkdir()
    for name in (SEED, "my-talk"):
        (folder / "seeds" / f"{name}.txt").write_text(SHORT, "utf-8")
    environment = folder / ".venv" / "bin"
    environment.mkdir(parents=True)
    program = environment / "podcast"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m podcast "$@"\n')
    program.chmod(0o755)
    (environment / "python").symlink_to(sys.executable)
    for stamp in ("ready", "ready-dev"):
        (folder / ".venv" / stamp).touch()
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        built = CliRunner().invoke(main, ["make", f"seeds/{SEED}.txt", "--jobs", "1"])
    assert built.exit_code == 0, built.output
    return folder


# Commands ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("command", [c for c in unique("sh") if c != "make test"])
def test_a_command_of_the_pages_works(
    project: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(project)
    if command.startswith(PROGRAM) and not set(command) & set("|&;<>$*"):
        alone = {name: {"jobs": 1} for name in main.commands}  # starts no processes
        done = CliRunner().invoke(main, shlex.split(command)[1:], default_map=alone)
        told, complaint, status = done.stdout, done.stderr, done.exit_code
    else:  # it needs make or a shell
        ran = subprocess.run(
            ["sh", "-c", command], capture_output=True, text=True, timeout=PATIENCE
        )
        told, complaint, status = ran.stdout, ran.stderr, ran.returncode
    assert status == 0, complaint
    assert told.strip()


@pytest.mark.parametrize("command", [c for c in unique("sh elsewhere") if "/podcast " in c])
def test_a_command_that_is_not_run_here_is_one_that_the_program_takes(command: str) -> None:
    _, *words = shlex.split(command)
    called: click.Command = main
    while isinstance(called, click.Group) and words and words[0] in called.commands:
        called = called.commands[words.pop(0)]
    assert called is not main, command
    called.make_context("podcast", words)  # must not raise


EDITORS = ("localhost", "deepseek", "dashscope", "moonshot", "openai")  # a part of each address


@pytest.mark.parametrize("name", EDITORS)
@pytest.mark.slow
def test_the_lines_for_a_service_of_an_editor_model_set_what_the_program_reads(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = "docs/engines-and-models.md"
    address = re.compile(rf"export PODCAST_EDITOR_URL=https?://\S*{name}")
    (block,) = [one for one in blocks(page, "sh elsewhere") if address.match(one)]
    for variable in ("OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    *settings, command = block.splitlines()
    for line in settings:
        monkeypatch.setenv(*line.removeprefix("export ").split("=", 1))
    endpoint = find_endpoint(EDITOR)
    assert endpoint.url == settings[0].partition("=")[2]
    assert (endpoint.key == NO_KEY) == (name == "localhost")
    assert command.split()[-2] == "--editor"


def test_the_readme_begins_with_the_two_commands() -> None:
    assert commands("README.md")[:2] == ["make episode", "make test"]


@pytest.mark.slow
def test_make_alone_lists_every_target(project: Path) -> None:
    told = subprocess.run(["make"], cwd=project, capture_output=True, text=True, check=True).stdout
    targets = set(re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M)[0].split())
    assert targets <= set(re.findall(r"^make ([\w-]+)", told, re.M))


# Pages in two languages ----------------------------------------------------------------------


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_both_languages_give_the_same_commands(english: str, chinese: str) -> None:
    for kind in ("sh", "sh elsewhere"):
        assert commands(chinese, kind) == commands(english, kind)


def names_in(page: str) -> set[str]:
    """What a page sets in code type outside of its blocks: commands, options, keys and files."""
    prose = re.sub(r"^```.*?^```", "", text_of(page), flags=re.S | re.M)
    prose = re.sub(r"<!-- (\w+) -->.*?<!-- end \1 -->", "", prose, flags=re.S)  # measured
    prose = re.sub(r"<!-- recipe -->.*?<!-- /recipe -->", "", prose, flags=re.S)
    names = {re.sub(r"\s+", " ", name) for name in re.findall(r"`([^`]+)`", prose)}
    for chinese, placeholder in IN_CHINESE.items():
        names = {name.replace(chinese, placeholder) for name in names}
    return names


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_both_languages_name_the_same_things(english: str, chinese: str) -> None:
    assert names_in(chinese) == names_in(english)


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_the_pages_of_a_pair_lead_to_each_other(english: str, chinese: str) -> None:
    assert f"[中文]({Path(chinese).name})" in text_of(english)
    assert f"[English]({Path(english).name})" in text_of(chinese)


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_a_readme_is_short_and_leads_to_every_user_page(readme: str) -> None:
    assert len(text_of(readme).splitlines()) <= LONGEST_README
    suffix = readme.removeprefix("README")
    for name in USER_PAGES:
        assert f"](docs/{name}{suffix})" in text_of(readme)


@pytest.mark.parametrize("page", PROSE)
def test_what_a_page_links_to_is_there(page: str) -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", text_of(page)):
        assert (ROOT / page).parent.joinpath(link).exists(), link


@pytest.mark.parametrize("page", PROSE)
def test_a_file_of_the_program_that_a_page_names_is_there(page: str) -> None:
    for path in re.findall(r"`((?:podcast|tests|bench|training)/[\w./-]*)`", text_of(page)):
        assert (ROOT / path).exists(), path


# TOML ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_the_toml_of_the_pages_is_what_the_program_reads(
    english: str, chinese: str, tmp_path: Path
) -> None:
    read = []
    for page in (english, chinese):
        for name in ("cover.png", "bed.mp3"):
            (tmp_path / name).touch()
        read.append([read_toml(text, tmp_path) for text in blocks(page, "toml")])
    assert read[0] == read[1]


def read_toml(text: str, folder: Path) -> object:
    """The voices or the settings that a block of a page gives."""
    path = folder / "talk.toml"
    path.write_text(text, "utf-8")
    if "[[voice]]" in text:
        return cast.read_voices(path)
    return settings.read_settings(path.with_suffix(".txt"))


# The recipe ----------------------------------------------------------------------------------


def shown_default(option: Option) -> str:
    value = option.default
    if value in (None, ""):
        return ""
    text = str(value).lower() if isinstance(value, bool) else value
    return f"`{text:g}`" if isinstance(text, float) else f"`{text}`"


def shown_values(option: Option, page: str) -> str:
    values = option.values.replace("|", ", ")
    if page.endswith(".zh-CN.md"):
        return VALUES_IN_CHINESE.get(values, values.replace(" to ", " 到 "))
    return values


@pytest.mark.parametrize("page", ["docs/recipe.md", "docs/recipe.zh-CN.md"])
def test_the_table_of_the_recipe_is_the_programs(page: str) -> None:
    table = text_of(page).partition("<!-- recipe -->\n")[2].partition("<!-- /recipe -->")[0]
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()[2:]]
    told = [
        [f"`{name}`", shown_values(option, page), shown_default(option)]
        for name, option in OPTIONS.items()
    ]
    assert [row[:3] for row in rows] == told
    meanings = [row[3] for row in rows]
    assert all(meanings)
    if page == "docs/recipe.md":
        assert meanings == [option.meaning for option in OPTIONS.values()]


def test_help_tells_every_option_of_the_recipe() -> None:
    told = CliRunner().invoke(main, ["make", "--help"]).output
    for name in OPTIONS:
        assert f"--{name.replace('_', '-')} " in told, name


def test_every_key_of_a_settings_file_is_in_its_modules_page() -> None:
    page = settings.__doc__ or ""
    keys = {*re.findall(r"^(\w+) = ", page, re.M), *re.findall(r"^\[+(\w+)\]+", page, re.M)}
    assert set(settings.READERS) <= keys


def test_every_key_of_a_settings_file_is_in_the_example_of_the_recipes_page() -> None:
    example = blocks("docs/recipe.md", "toml")[0]
    keys = re.findall(r"^\[*(\w+)\]*", example, re.M)
    assert set(settings.READERS) <= set(keys)


# Commands and files --------------------------------------------------------------------------


def section_of(command: str) -> str:
    """What the page of the commands says of one of them."""
    sections = re.split(r"^## `podcast ", text_of("docs/commands.md"), flags=re.M)[1:]
    return next(each for each in sections if re.match(rf"{command}\b", each))


def own_options(command: click.Command) -> list[str]:
    """The long names of a command's options, and of its subcommands'; but not the recipe's."""
    parts = command.commands.values() if isinstance(command, click.Group) else ()
    params = [param for each in (command, *parts) for param in each.params]
    return [
        max(param.opts, key=len)
        for param in params
        if isinstance(param, click.Option) and param.name not in OPTIONS
    ]


@pytest.mark.parametrize("name", sorted(main.commands))
def test_the_page_of_the_commands_has_every_option(name: str) -> None:
    section = section_of(name)
    if "the options of `podcast make`" in section:
        section += section_of("make")
    for option in own_options(main.commands[name]):
        assert f"`{option}`" in section, option


@pytest.mark.slow
def test_the_page_of_the_files_has_every_file_of_an_episode(project: Path) -> None:
    folder = project / "out" / SEED
    named = names_in("docs/files.md")
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith("upload/"):
            assert re.sub(r"^chapters/.*(\.\w+)$", r"chapters/NN-title\1", name) in named
