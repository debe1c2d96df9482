"""What tests share."""

from __future__ import annotations

import gc
import os
import re
import shutil
import signal
import sys
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path

import imageio_ffmpeg
import pytest
from hypothesis import HealthCheck, settings
from places import ROOT

from podcast.model import GUEST, Chapter, Paragraph, Script
from podcast.outside import ffmpeg
from podcast.pictures import cover, square
from podcast.text import draft

# Nothing may depend on how fast a machine is: neither how long an example takes, nor its making.
settings.register_profile(
    "steady", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("few", settings.get_profile("steady"), max_examples=10)
settings.register_profile("many", settings.get_profile("steady"), max_examples=2000)
settings.load_profile("steady")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as of what a shell started with `&`:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what tests start must hear it

sys.path.append(str(ROOT / "bench"))  # tests try a little of what it tries at length
sys.path.append(str(ROOT / "docs"))  # where the script lies that takes the READMEs' picture
# The ffmpegs of this machine: the one that is installed, if any, and that of the wheel.
FFMPEGS = sorted({shutil.which("ffmpeg") or "", imageio_ffmpeg.get_ffmpeg_exe()} - {""})
# The files of tests that take longest, and the place of each.
LONGEST_FIRST = {f"test_{name}.py": at for at, name in enumerate((
    "episode", "kokoro_real", "listen_real", "pages", "hostile", "video", "sherpa", "package",
    "editor", "cluster", "opencc", "check", "killed", "produce", "cli", "divide", "cover", "page",
    "batch", "clean", "disaster", "readme", "build", "music", "sources", "safety", "original",
    "master", "docker", "pronounce", "edge", "kinds", "choose", "docx", "workers", "fuzz",
    "recipe_keys", "chosen_ffmpeg", "by_ear", "bucket", "punctuate", "sample", "example_engine",
    "cases",
))}  # fmt: skip
# A fixture, and the mark of the tests that use it.
MARKS = {"chromium": "browser", "impatient": "browser", "site": "cluster"}
# The marks that a file gives to all its tests.
FILE_MARKS = re.compile(r"^pytestmark = (.*?)(?:^\S|\Z)", re.MULTILINE | re.DOTALL)


class OnlyWhatIsChosen:
    """Leaves files out before they are imported, which would take most of the time of `make quick`.

    Every process of a run imports all files of tests, and what they import, before its first test.
    """

    def pytest_ignore_collect(self, collection_path: Path, config: pytest.Config) -> bool | None:
        """Leave out a file if all its tests have a mark that `-m` leaves out."""
        if " or " in config.option.markexpr or not collection_path.match("test_*.py"):
            return None
        told = FILE_MARKS.search(collection_path.read_text("utf-8"))
        marks = re.findall(r"pytest\.mark\.(\w+)", told[1] if told else "")
        unchosen = re.findall(r"\bnot (\w+)", config.option.markexpr)
        return True if set(marks) & set(unchosen) else None

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Look for examples in docstrings only where a file has any."""
        found = yield
        if found and ">>> " not in file_path.read_text("utf-8"):
            return [each for each in found if type(each) is pytest.Module]
        return found


def pytest_configure(config: pytest.Config) -> None:
    """Have the rules of this file also hold for the examples in podcast/."""
    config.pluginmanager.register(OnlyWhatIsChosen())


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage while the tests are collected, nor ever again among what they are.

    Millions of objects come to stay, and Python would look through all of them again and again,
    which takes a quarter of the time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what `-m` does not choose
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that uses a browser or a cluster, so that `make quick` can leave it out.

    The files that take longest come first: a process takes a whole file, so that what its tests
    share is built once, and no process may be left with a long one at the end.
    """
    items.sort(key=lambda item: LONGEST_FIRST.get(item.path.name, len(LONGEST_FIRST)))
    for item in items:
        for fixture in MARKS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(MARKS[fixture])


@pytest.fixture(scope="session", autouse=True)
def pictures_drawn_once() -> Iterator[None]:
    """Let each picture be drawn once in a process: drawing takes much of the time of a small build.

    The tests of the pictures import these functions by their names, and so call the real ones.
    """
    with pytest.MonkeyPatch.context() as patched:
        for module, name in (
            (cover, "cover_jpeg"),
            (cover, "smaller_jpeg"),
            (square, "look_in"),
            (square, "square_jpeg"),
        ):
            patched.setattr(module, name, cache(getattr(module, name)))
        yield


@pytest.fixture(scope="session", autouse=True)
def converters_kept() -> Iterator[None]:
    """Let a process keep the converters of OpenCC, which a build frees so that it is small.

    A test that builds would make them again, which takes a seventh of the CPU of a small build.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(draft, "forget_converters", lambda: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def ffmpeg_of_the_wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Put the ffmpeg of the imageio-ffmpeg wheel first on PATH.

    It is the one that a fresh machine has. A distribution's is linked to a hundred libraries, so it
    takes four times as long to start, and tests start it thousands of times. The tests of encoding
    try both. PODCAST_TEST_FFMPEG=path leaves PATH as it is.
    """
    with pytest.MonkeyPatch.context() as patched:
        if os.environ.get("PODCAST_TEST_FFMPEG") != "path":
            folder = tmp_path_factory.mktemp("bin")
            (folder / "ffmpeg").symlink_to(imageio_ffmpeg.get_ffmpeg_exe())
            patched.setenv("PATH", str(folder), prepend=os.pathsep)
        yield


@pytest.fixture(params=FFMPEGS, ids=lambda path: Path(path).name)
def any_ffmpeg(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have the program run one ffmpeg of this machine after the other."""
    path: str = request.param
    if ffmpeg.major(ffmpeg.version(path)) < ffmpeg.OLDEST:
        pytest.skip(f"{path} is older than ffmpeg {ffmpeg.OLDEST}")
    monkeypatch.setattr(ffmpeg, "executable", lambda: path)
    return path


@pytest.fixture
def small() -> Script:
    """Two chapters, two voices, Latin, digits and quotes; half a minute when read aloud."""
    first = (
        Paragraph("大家好，欢迎收听。今天谈谈 Claude Code 和 GPT-4.5，它涨了14%！"),
        Paragraph("“这是引文。”他这样说。", GUEST),
    )
    second = (Paragraph("第二章只有一句话，但是它比较长，所以要分成好几行字幕才放得下。对。"),)
    return Script(
        "测试：一集", (Chapter("开场", first), Chapter("结语", second)), "张三", "2025-03-01"
    )
