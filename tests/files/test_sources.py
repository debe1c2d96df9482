"""What a take is named by: all of the program that can change its sound, and nothing else."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

import podcast
from podcast.engines import load
from podcast.files.keys import program_files, program_folder
from podcast.files.sources import imports, key_of, libraries, sources, sources_key
from podcast.pictures.cover import cover_jpeg
from podcast.production import jobs

PROGRAM = Path(str(podcast.__file__)).parent
SCRIPT = "# 一集\n\n## 开场\n\n大家好，欢迎收听。今天谈谈 GPT-4.5。\n\n## 结尾\n\n谢谢大家。\n"
RECORDING = """
import json, sys
from pathlib import Path

opened = []
sys.addaudithook(lambda event, about: event == "open" and opened.append(str(about[0])))
from podcast.production.jobs import Job, press, record
from podcast.model import Chapter, Paragraph, Recipe, Voice
from podcast.sound.sounds import Sounds
from podcast.files.store import Store
from podcast.sound.takes import find_take

folder, engine = Path(sys.argv[1]), sys.argv[2]
text = "大家好，今天谈谈 GPT-4.5 的重新发展，它涨了14%。然后呢？"
chapter = Chapter("开场", (Paragraph(text), Paragraph("对。")))
cast = (("host", Voice("host", engine)),)
recipe = Recipe(engine=engine, m4b=True)
job = Job(chapter, cast, recipe, Store(folder), folder, "", {}, (), (), Sounds())
record(job)
press(job, find_take(job.store, job.key), {"host": 3.0}, "x")
print(json.dumps([sorted(sys.modules), opened]))
"""


def names(path: Path) -> str:
    return path.relative_to(PROGRAM).as_posix()


def of_takes(*engines: str) -> set[str]:
    """The files that a take which these engines speak is named by."""
    modules = [type(load(engine)).__module__ for engine in engines]
    return {names(path) for path in sources(PROGRAM, jobs.__name__, *modules)}


# The walk ------------------------------------------------------------------------------------


def imported(text: str) -> Iterator[str]:
    """The same as `imports`, by Python's own parser."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, "no import here may be relative"
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


@pytest.mark.parametrize("path", sorted(PROGRAM.rglob("*.py")), ids=names)
def test_no_import_of_the_program_is_overlooked(path: Path) -> None:
    text = path.read_text("utf-8")
    assert set(imports(text)) >= set(imported(text))


def test_imports_of_every_shape_are_read() -> None:
    text = """
import a.b as c, d
from e import (  # noqa
    f,
    g as h,
)
def lazily():
    from i.j import k
    import l
"""
    assert list(imports(text)) == ["a.b", "d", "e", "e.f", "e.g", "i.j", "i.j.k", "l"]
    assert set(imports(text)) == set(imported(text))


# What is in it -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["espeak", "tone"])
def test_whatever_runs_or_is_read_while_a_take_is_made_is_in_its_name(
    tmp_path: Path, engine: str
) -> None:
    """In a process that only records and presses: all modules it loads, all files it opens."""
    done = subprocess.run(
        [sys.executable, "-c", RECORDING, str(tmp_path), engine],
        env=os.environ | {"PYTHONPATH": str(PROGRAM.parent)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    modules, opened = json.loads(done.stdout)
    own = [name for name in modules if name.split(".")[0] == "podcast"]
    files = {Path(str(sys.modules[name].__file__)) for name in own if name in sys.modules}
    data = {Path(path).absolute() for path in opened if not path.endswith((".py", ".pyc"))}
    used = {names(path) for path in {*files, *data} if path.is_relative_to(PROGRAM)}
    assert len(own) > 30 and "pronounce/polyphones.tsv" in used
    assert used - of_takes(engine) == set()


@pytest.mark.parametrize(
    "name",
    [
        "cli/__init__.py",
        "published/serve.py",
        "formats/page.css",
        "production/publish.py",
        "published/report.py",
        "published/check/sound.py",
        "pictures/cover.py",
        "production/workers.py",
        "production/produce.py",
        "production/batch.py",
        "text/clean/fillers.py",
        "text/words.tsv",
        "text/punctuate/punctuate.onnx",
        "engines/edge.py",
        "formats/subtitles/lines.py",
        "formats/subtitles/breaks.py",
    ],
)
def test_what_cannot_change_a_sound_is_not_in_its_name(name: str) -> None:
    assert (PROGRAM / name).is_file() and name not in of_takes("espeak", "tone")


@pytest.mark.parametrize(
    "name",
    [
        "production/jobs.py",
        "sound/assemble.py",
        "speech/pace.py",
        "speech/speak.py",
        "sound/master.py",
        "sound/music.py",
        "sound/mp3.py",
        "outside/ffmpeg.py",
        "formats/subtitles/openers.py",
        "pronounce/__init__.py",
        "pronounce/figures.py",
        "pronounce/polyphones.tsv",
        "pronounce/pronounce.toml",
        "engines/espeak.py",
        "__init__.py",
    ],
)
def test_what_can_change_a_sound_is_in_its_name(name: str) -> None:
    assert name in of_takes("espeak")


def test_libraries_that_shape_sound_are_in_its_name_and_others_are_not() -> None:
    used = libraries(PROGRAM, jobs.__name__, type(load("espeak")).__module__)
    assert {"numpy", "soxr", "rjieba", "wetext", "espeakng_loader"} <= set(used)
    assert not {"click", "rich", "mutagen", "PIL", "os", "podcast"} & set(used)


def test_a_cover_is_named_by_what_draws_it() -> None:
    drawn = {names(path) for path in sources(PROGRAM, cover_jpeg.__module__)}
    assert {"pictures/cover.py", "pictures/typeset.py", "pictures/fonts/cover.otf"} <= drawn
    assert (
        not {"published/serve.py", "formats/page.css", "sound/master.py", "cli/__init__.py"} & drawn
    )
    assert "PIL" in libraries(PROGRAM, cover_jpeg.__module__)


def test_a_module_of_another_package_is_no_file_of_the_program() -> None:
    assert sources(PROGRAM, "whistle.engine") == ()
    assert sources_key("whistle.engine") == sources_key("another.engine")


def test_the_whole_program_is_every_file_of_the_outermost_package() -> None:
    assert program_folder() == PROGRAM
    found = {names(path) for path in program_files(PROGRAM)}
    assert {
        "__init__.py",
        "formats/page.css",
        "engines/tone.py",
        "pictures/fonts/cover.otf",
    } <= found
    assert not any(name.endswith(".pyc") for name in found)


# After an edit -------------------------------------------------------------------------------


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A copy of the program, to be edited."""
    folder = tmp_path / "copy" / "podcast"
    copytree(PROGRAM, folder, ignore=ignore_patterns("__pycache__"))
    return folder


@pytest.mark.parametrize(
    ("name", "is_other"),
    [
        ("formats/page.css", False),
        ("published/serve.py", False),
        ("cli/__init__.py", False),
        ("speech/pace.py", True),
        ("pronounce/__init__.py", True),
        ("pronounce/polyphones.tsv", True),
        ("engines/tone.py", True),
    ],
)
def test_an_edit_changes_the_name_where_it_can_change_the_sound(
    program: Path, name: str, is_other: bool
) -> None:
    modules = (jobs.__name__, type(load("tone")).__module__)
    before = key_of(program, *modules)
    assert before == key_of(PROGRAM, *modules)
    with (program / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert (key_of(program, *modules) != before) is is_other


def test_a_module_that_moved_into_a_package_is_found_there(program: Path) -> None:
    (program / "room").mkdir()
    (program / "room" / "__init__.py").write_text("")
    (program / "speech" / "pace.py").rename(program / "room" / "pace.py")
    text = (program / "production/jobs.py").read_text("utf-8")
    moved = text.replace("from podcast.speech.pace import", "from podcast.room.pace import")
    (program / "production/jobs.py").write_text(moved, "utf-8")
    found = {path.relative_to(program).as_posix() for path in sources(program, jobs.__name__)}
    assert {"room/pace.py", "room/__init__.py"} <= found


@pytest.mark.slow
def test_an_edit_of_the_page_speaks_and_encodes_nothing_again(
    program: Path, tmp_path: Path
) -> None:
    (tmp_path / "talk.md").write_text(SCRIPT, "utf-8")

    def kept() -> dict[str, int]:
        command = [sys.executable, "-m", "podcast", "make", "talk.md", "--engine", "tone", "-q"]
        command += ["--jobs", "1"]
        env = os.environ | {"PYTHONPATH": str(program.parent)}
        subprocess.run(command, cwd=tmp_path, env=env, check=True, capture_output=True)
        files = [path for path in (tmp_path / "out/.cache").iterdir() if path.is_file()]
        # A file that is made again is another one; the time of one that is only used changes, too.
        return {path.name: path.stat().st_ino for path in files}

    before = kept()
    assert {Path(name).suffix for name in before} >= {".npy", ".json", ".bare", ".jpg"}
    with (program / "formats" / "page.css").open("a") as file:
        file.write(".edited{}")
    assert kept() == before
    assert ".edited{}" in (tmp_path / "out/talk/index.html").read_text("utf-8")
    with (program / "speech/pace.py").open("a") as file:
        file.write("# another\n")
    after = kept()
    fresh = {Path(name).suffix for name in after.keys() - before.keys()}
    # It is spoken and encoded again, and not drawn.
    assert fresh == {".npy", ".json", ".bare", ".lines", ".gains"}
    for name in (
        "production/lines.py",
        "formats/subtitles/files.py",
    ):  # they say how these are kept, too
        with (program / name).open("a") as file:
            file.write("# another\n")
    latest = kept()
    assert {Path(name).suffix for name in latest.keys() - after.keys()} == {".lines", ".subtitles"}
