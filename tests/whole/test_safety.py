"""No text of a user's is an option, a protocol, a path out of out/, or a shell's."""

from __future__ import annotations

import ast
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image
from places import ROOT
from sound_files import write

from podcast.errors import ReadError
from podcast.model import Episode, Recipe, Track
from podcast.production.build import build
from podcast.production.order import Order
from podcast.production.publish import chapter_name, file_name
from podcast.published.video import make_video
from podcast.sound.sounds import sounds

PROGRAM = [path for name in ("podcast", "bench", ".ci") for path in (ROOT / name).rglob("*.py")]
SHELLS = {
    "os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput",
    "asyncio.create_subprocess_shell", "commands.getoutput", "pty.spawn", "eval", "exec",
}  # fmt: skip
TALK = "大家好欢迎收听\n今天聊聊人工智能\n好吧\n谢谢大家\n"


def called(node: ast.Call) -> str:
    """A call's name with its dots: `os.system`."""
    return ast.unparse(node.func)


def shells(tree: ast.AST) -> Iterator[str]:
    """The calls in a program that a shell would take part in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = called(node)
            if name in SHELLS or name.startswith(("os.exec", "os.spawn")):
                yield f"line {node.lineno}: {name}"
            for word in node.keywords:
                if word.arg == "shell" and ast.unparse(word.value) != "False":
                    yield f"line {node.lineno}: shell={ast.unparse(word.value)}"


@pytest.mark.slow
@pytest.mark.parametrize("path", PROGRAM, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_shell_takes_part(path: Path) -> None:
    assert list(shells(ast.parse(path.read_text("utf-8")))) == []


@pytest.mark.parametrize(
    "line", ["os.system('ls')", "subprocess.run('ls', shell=True)", "eval(x)", "os.execvp('a', b)"]
)
def test_a_shell_would_be_found(line: str) -> None:
    assert list(shells(ast.parse(line)))


NAMES = [
    "-i.txt", "-y -f lavfi.txt", "concat:a|b.txt", "file:x.txt", "pipe:1.txt", "%03d.txt",
    "http:/example.com/x.txt", "data:,x.txt", "a'b\"c;$(touch y)`z`.txt", "...txt", "..txt",
    ".cache.txt", " .txt", "~.txt", "*.txt", "\\.txt", "一\n二.txt", "\udcff.txt",
]  # fmt: skip


Commands = set[tuple[str, ...]]


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Every ffmpeg that is run, its files without their names."""
    commands: Commands = set()
    begin = subprocess.Popen.__init__

    def note(self: Any, args: Any, *more: Any, **named: Any) -> None:
        if "ffmpeg" in Path(args[0]).name and "-version" not in args:
            commands.add(tuple("FILE" if a.startswith("file:/") else a for a in args))
        begin(self, args, *more, **named)

    monkeypatch.setattr(subprocess.Popen, "__init__", note)
    return commands


def built(seed: Path) -> Path:
    """The folder of the episode, relative to where we are."""
    seed.parent.mkdir(parents=True, exist_ok=True)
    seed.write_text(TALK, "utf-8")
    order = Order(seed, Path("out"), Recipe(engine="tone"), ROOT / "voices")
    return build(order, lambda *_: None, lambda _: None).folder


@pytest.fixture(scope="module")
def usual() -> Commands:
    """The commands of the first build of this file, which has a plain name; each test fills it."""
    return set()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_ever_a_name(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    watched: Commands,
    usual: Commands,
) -> None:
    if not usual:
        (tmp_path / "plain").mkdir()
        monkeypatch.chdir(tmp_path / "plain")
        built(Path("seeds/talk.txt"))
        usual |= watched
        watched.clear()
    (tmp_path / "odd").mkdir()
    monkeypatch.chdir(tmp_path / "odd")
    seed = Path("seeds") / name
    seed.parent.mkdir(parents=True)
    Image.new("L", (64, 64)).save(seed.parent / "-x.png")
    title = "-i concat:a|b $(touch y) ../../z"
    seed.with_suffix(".toml").write_text(f"title = '{title}'\ncover = '-x.png'\n", "utf-8")
    folder = built(seed)
    assert folder.parent == Path("out") and folder.name not in ("", ".", "..", ".cache")
    assert {path.name for path in Path("out").iterdir()} == {".cache", folder.name}
    assert {path.name for path in Path().iterdir()} == {"seeds", "out"}
    assert usual and watched == usual  # but for files, to the letter


@given(st.text(st.characters(), max_size=300))
@example("../../etc/passwd")
@example("..")
@example("\x00/\ud800")
@example("CON" + "字" * 200)
def test_a_title_is_one_step_of_a_path(title: str) -> None:
    names = file_name(title), chapter_name(1, Track(title, 0, (), ()), Episode("", 1, ()))
    for name in names:
        assert name not in ("", ".", "..") and not set(name) & set("/\\\0")
        assert name == name.strip() and len(os.fsencode(f"{name}.mp3")) <= 255


@given(st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=80))
@example("..")
@example("...")
@example(". .cache")
def test_an_episode_is_a_folder_of_out(stem: str) -> None:
    order = Order(Path("seeds") / f"{stem}.txt", Path("out"), Recipe(), Path("voices"))
    assert order.folder.parent == order.out
    assert not order.name.startswith(".") and order.name


# Sounds, and what is made of an episode ------------------------------------------------------


SONG = np.rint(9000 * np.sin(np.arange(100_000) / 12)).astype("<i2")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["-i.wav", "concat:a|b.wav", "http:x.wav", "%03d.wav", "-.wav"])
def test_a_sound_is_only_ever_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, watched: Commands
) -> None:
    monkeypatch.chdir(tmp_path)
    usual: Commands = set()
    for file in ("plain.wav", name):
        write(tmp_path / file, SONG)
        watched.clear()
        Path("work").mkdir(exist_ok=True)
        found = sounds(Recipe(intro=Path(file), music=Path(file)), 44_100, Path("work"))
        assert found.intro and found.music
        shutil.rmtree("work")
        assert {path.name for path in Path().iterdir()} == {"plain.wav", file}
        usual = usual or set(watched)
        assert watched and watched == usual


@pytest.mark.slow
def test_a_book_and_a_video_are_only_ever_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, watched: Commands
) -> None:
    monkeypatch.chdir(tmp_path)
    usual: Commands = set()
    stems = ("plain", "-i concat:a|b", "http:%03d'$(touch y)")
    for stem in stems:
        watched.clear()
        seed = Path(f"{stem}.txt")
        seed.write_text(TALK, "utf-8")
        title = "-i concat:a|b.mp4\\nfile:/etc/passwd"
        seed.with_suffix(".toml").write_text(f'title = "{title}"\nauthor = "-y"\n', "utf-8")
        order = Order(seed, Path("out"), Recipe(engine="tone", m4b=True), ROOT / "voices")
        folder = build(order, lambda *_: None, lambda _: None).folder
        video, _ = make_video(folder, "soft", lambda *_: None, lambda _: None)
        assert video.parent.parent == Path("out") and (folder / "episode.m4b").is_file()
        usual = usual or set(watched)
        assert watched and watched == usual
        shutil.rmtree("out/.cache")
    assert {path.name for path in Path().iterdir()} - {"out"} == {
        f"{stem}{suffix}" for stem in stems for suffix in (".txt", ".toml")
    }


HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{}\n#EXT-X-ENDLIST\n"
DASH = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'profiles="urn:mpeg:dash:profile:isoff-on-demand:2011" mediaPresentationDuration="PT9S">'
    '<Period><AdaptationSet mimeType="audio/mp4"><Representation id="1" bandwidth="1"><BaseURL>{}'
    "</BaseURL></Representation></AdaptationSet></Period></MPD>"
)
LISTS = [HLS, "ffconcat version 1.0\nfile '{}'\n", DASH, "[Reference]\nRef1={}\n"]


@pytest.mark.slow
@pytest.mark.parametrize("form", LISTS, ids=["hls", "ffconcat", "dash", "quicktime"])
@pytest.mark.parametrize("protocol", ["http", "tcp", "udp", "rtp"])
def test_a_list_that_calls_itself_a_sound_reaches_nobody(
    tmp_path: Path, form: str, protocol: str
) -> None:
    kind = socket.SOCK_STREAM if protocol in ("http", "tcp") else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.setblocking(False)
        if kind == socket.SOCK_STREAM:
            listening.listen()
        path = tmp_path / "a.mp3"
        path.write_text(form.format(f"{protocol}://127.0.0.1:{listening.getsockname()[1]}/x.ts"))
        with pytest.raises(ReadError, match="holds no sound that ffmpeg can read") as caught:
            sounds(Recipe(intro=path), 44_100, tmp_path)
        assert "\n" not in str(caught.value)
        with pytest.raises(BlockingIOError):
            listening.accept() if kind == socket.SOCK_STREAM else listening.recv(9)


@pytest.mark.slow
@pytest.mark.parametrize("form", LISTS[:2], ids=["hls", "ffconcat"])
def test_a_list_opens_no_file_elsewhere(tmp_path: Path, form: str) -> None:
    (tmp_path / "here").mkdir()
    for other in (write(tmp_path / "song.wav", SONG), Path("../song.wav")):
        path = tmp_path / "here" / "a.mp3"
        path.write_text(form.format(other))
        with pytest.raises(ReadError, match="holds no sound that ffmpeg can read"):
            sounds(Recipe(intro=path), 44_100, tmp_path)
