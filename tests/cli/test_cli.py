"""The command as a person meets it: paths on stdout, one sentence on failure, 0, 1 or 2."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import mutagen
import pytest
from click.testing import CliRunner, Result
from patience import PATIENCE, wait_until

from podcast.cli import main

TALK = "大家好欢迎收听\n今天聊聊人工智能\n好吧\n它发展得很快\n谢谢大家\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def make(path: Path | str, *more: str) -> Result:
    return run("make", str(path), "--engine", "tone", "--jobs", "1", *more)


@pytest.mark.slow
def test_paths_come_on_stdout_and_nothing_else(here: Path) -> None:
    (here / "talk.txt").write_text(TALK, "utf-8")
    result = make("talk.txt")
    assert result.exit_code == 0, result.output
    paths = result.stdout.splitlines()
    assert "out/talk/episode.mp3" in paths and all(Path(path).exists() for path in paths)
    assert "人工智能" in result.stderr  # the title above the table of chapters
    assert make("talk.txt", "-q").stderr == ""


@pytest.mark.slow
def test_the_settings_file_sets_the_recipe_and_the_command_line_wins(here: Path) -> None:
    (here / "talk.txt").write_text(TALK, "utf-8")
    page = '[recipe]\nengine = "tone"\nbitrate = 64\nkaraoke = true\nsentence_pause = 1\n'
    (here / "talk.toml").write_text(page, "utf-8")

    def built(*options: str) -> tuple[int, bool, float]:
        assert run("make", "talk.txt", "--jobs", "1", "-q", *options).exit_code == 0
        report = json.loads((here / "out/talk/report.json").read_text("utf-8"))
        assert report["engine"] == "tone"
        bitrate = mutagen.File(here / "out/talk/episode.mp3").info.bitrate
        return round(bitrate / 8000) * 8, report["recipe"]["karaoke"], report["seconds"]

    assert built()[:2] == (64, True)
    slow = built()[2]
    assert built("--bitrate", "96", "--no-karaoke")[:2] == (96, False)
    assert built("--sentence-pause", str(0.35))[2] < slow  # the default, said aloud, wins too


@pytest.mark.parametrize(
    ("option", "key", "says"),
    [
        ("--sentence-pause=11", "sentence_pause = 11", "is not a number from 0 to 10"),
        ("--bitrate=7", "bitrate = 7", "7 is none of 64, 80, 96, 112, 128, 160"),
        ("--subtitle-style=bbc", 'subtitle_style = "bbc"', "'bbc' is none of netflix, ted"),
        ("--music=no.mp3", 'music = "no.mp3"', "there is no file no.mp3"),
    ],
)
def test_the_same_slip_is_told_alike_in_both_places(
    here: Path, option: str, key: str, says: str
) -> None:
    (here / "talk.txt").write_text(TALK, "utf-8")
    given = make("talk.txt", option)
    (here / "talk.toml").write_text(f"[recipe]\n{key}\n", "utf-8")
    written = make("talk.txt")
    assert (given.exit_code, written.exit_code) == (2, 1)
    assert says in given.stderr and says in written.stderr


@pytest.mark.slow
def test_nothing_changed_says_so(here: Path) -> None:
    (here / "talk.txt").write_text(TALK, "utf-8")
    make("talk.txt")
    assert "up to date" in make("talk.txt").stderr


BAD: dict[str, tuple[bytes | None, str]] = {
    "none.txt": (None, "there is no file"),
    "empty.txt": (b"", "empty|nothing"),
    "blank.txt": (b" \n\n\t\n", "empty|nothing"),
    "binary.txt": (bytes(range(256)) * 40, "not text"),
    "fillers.txt": ("对\n嗯\n好吧\nOK\n对对\n".encode(), "fillers"),
    "controls.txt": (b"\x00\x01\x02\x1b[2J\x07" * 50, "not text|nothing"),
    "bad.json": (b'[{"text": ', "JSON|json"),
    "deep.json": (b"[" * 100_000, "JSON|json|nested"),
    "none.md": (None, "there is no file"),
    "empty.md": (b"", "no title|empty"),
    "hollow.md": ("# 题\n\n## 一\n".encode(), "line 3"),
    "symbols.md": ("# 题\n\n## 一\n\n🎉🎉\n".encode(), "nothing to say"),
    "voice.md": ("# 题\n\n## 一\n\n> [alien] 你好。\n".encode(), "no voice for the role 'alien'"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_source_is_one_sentence_and_leaves_nothing(here: Path, name: str) -> None:
    content, says = BAD[name]
    if content is not None:
        (here / name).write_bytes(content)
    result = make(name)
    assert result.exit_code == 1
    assert result.stdout == ""
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert any(word in line for word in says.split("|")), line
    assert "Traceback" not in result.stderr
    assert not list(here.glob("out/[!.]*"))


def test_a_folder_is_one_sentence(here: Path) -> None:
    result = make(here)
    assert result.exit_code == 1 and "is a folder" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [("make",), ("make", "x.txt", "--jobs", "0"), ("make", "x.txt", "--bitrate", "7"), ("sing",)],
)
def test_misuse_is_status_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


GOOD = {
    "arrow.txt": "看这里 --> 下一个\n然后<b>粗体</b>继续说\n谢谢🎉大家\n",
    "markup.txt": "<script>alert(1)</script>你好\n第二句 & 第三句\n",
    "controls.txt": "你好\x07今天\x1b[2J很好\n说完\x00了再见\n" * 3,
    "long.txt": "这是一个没有标点的很长的句子" * 400,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", GOOD)
def test_awkward_text_is_built(here: Path, name: str) -> None:
    (here / name).write_text(GOOD[name], "utf-8")
    result = make(name)
    assert result.exit_code == 0, result.output
    srt = (here / "out" / Path(name).stem / "episode.srt").read_text("utf-8")
    assert srt.count(" --> ") == len([line for line in srt.splitlines() if line.isdigit()])


@pytest.mark.slow
def test_one_line_of_8_kilobytes_is_a_script(here: Path) -> None:
    said = (f"今天我们聊第{n}个话题然后看看它的发展" for n in range(160))
    (here / "long.txt").write_text("".join(said), "utf-8")
    result = run("script", "long.txt", "-o", "long.md")
    assert result.exit_code == 0, result.output
    assert len((here / "long.md").read_text("utf-8")) > 2_700


@pytest.mark.slow
def test_a_title_cannot_leave_the_folder(here: Path) -> None:
    (here / "x.md").write_text("# ../../x\n\n## ../../../etc/passwd\n\n你好，世界。\n", "utf-8")
    assert make("x.md").exit_code == 0
    made = {path.relative_to(here).parts[0] for path in here.rglob("*")}
    assert made == {"x.md", "out"}
    assert not (here.parent / "x").exists()


@pytest.mark.slow
def test_a_failure_leaves_the_episode_before(here: Path) -> None:
    (here / "talk.txt").write_text(TALK, "utf-8")
    make("talk.txt")
    before = (here / "out/talk/episode.mp3").read_bytes()
    (here / "talk.txt").write_bytes(b"")
    assert make("talk.txt").exit_code == 1
    assert (here / "out/talk/episode.mp3").read_bytes() == before


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_one_sentence(here: Path) -> None:
    (here / "talk.txt").write_text(TALK, "utf-8")
    (here / "shut").mkdir(mode=0o500)
    result = make("talk.txt", "-o", "shut/out")
    assert result.exit_code == 1 and "cannot write" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("number", "jobs"), [(signal.SIGINT, "2"), (signal.SIGTERM, "1")])
def test_an_interrupt_leaves_no_half_and_ends_soon(here: Path, number: int, jobs: str) -> None:
    said = [f"这是第{n}句话，说得长一点，好让它需要一些时间。" for n in range(400)]
    chapters = (f"## 第{n}句\n\n{''.join(said[n : n + 40])}\n\n" for n in range(0, 400, 40))
    (here / "talk.md").write_text(f"# 题\n\n{''.join(chapters)}", "utf-8")
    command = [sys.executable, "-m", "podcast", "make", "talk.md", "--offline", "--jobs", jobs]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)
    wait_until(lambda: list(here.glob("out/.cache/*.json")), running)
    os.killpg(running.pid, number)
    _, complaint = running.communicate(timeout=PATIENCE)
    assert running.returncode == 1
    assert "stopped" in complaint.decode()
    assert "Traceback" not in complaint.decode()
    assert not list(here.glob("out/[!.]*")) and not list(here.glob("out/.cache/work-*"))


def test_say_writes_a_wave(here: Path) -> None:
    result = run("say", "你好，世界。", "-o", "a.wav", "--offline")
    assert result.exit_code == 0, result.output
    assert (here / "a.wav").read_bytes()[:4] == b"RIFF"
    assert run("say", "🎉", "-o", "b.wav", "--offline").exit_code == 1
    assert not (here / "b.wav").exists()


def test_voices_lists_roles_and_engines() -> None:
    result = run("voices")
    assert result.exit_code == 0
    assert "espeak" in result.stdout and "host" in result.stdout


def test_names_prints_a_table_to_paste(here: Path) -> None:
    lines = ["今天说 DeepSeek", "这个 deepseek 很好", "然后 Deep Seek 又更新", "再看 DeepSeek"] * 5
    (here / "talk.txt").write_text("\n".join(lines), "utf-8")
    result = run("names", "talk.txt")
    assert result.exit_code == 0 and "DeepSeek" in result.stdout


def test_read_says_how_a_transcript_is_read(here: Path) -> None:
    (here / "talk.txt").write_text(
        "题\n张三(00:00:01): 你好\n李四(00:00:03): 再见\n"
        "张三(00:00:05): [音乐]\n李四(00:00:07): 完",
        "utf-8",
    )
    result = run("read", "talk.txt")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:5] == [
        "form: text with times",
        "language: zh-Hans",
        "lines: 3, 3 of them with a time",
        "speaker: 张三 (host), 40%",
        "speaker: 李四 (guest), 60%",
    ]
    marks = "left out (1): a mark or a tag, on lines 4; the first is: [音乐]"
    assert marks in result.stdout
    assert result.stdout.endswith("[host] 你好\n[guest] 再见 完\n")


@pytest.mark.parametrize("command", ["read", "names", "script"])
def test_a_script_is_not_read_as_a_transcript(here: Path, command: str) -> None:
    (here / "my.md").write_text("---\nhost: 张三\n---\n\n# 集\n\n## 一\n\n你好。\n", "utf-8")
    result = run(command, "my.md")
    assert result.exit_code == 1 and not result.stdout
    assert "my.md is a script already; edit it, then run `podcast make my.md`" in result.stderr


def test_a_transcript_in_markdown_is_read(here: Path) -> None:
    turns = (("张三", "00:01", "你好番茄"), ("李四", "00:05", "土要松"), ("张三", "00:09", "再见"))
    page = "\n\n".join(f"**{who}** ({time})\n{words}" for who, time, words in turns)
    (here / "talk.md").write_text(f"# 阳台种菜\n\n{page}\n", "utf-8")
    result = run("read", "talk.md")
    assert result.exit_code == 0
    assert result.stdout.endswith("[host] 你好番茄\n[guest] 土要松\n[host] 再见\n")


@pytest.mark.slow
def test_a_script_and_a_build_say_how_the_transcript_was_read(here: Path) -> None:
    turns = ("张三: 你好番茄", "李四: 土要松一点", "[音乐]", "张三: 水呢", "李四: 再见")
    (here / "talk.txt").write_text("\n".join(turns), "utf-8")
    says = (
        "talk.txt is read as plain text in zh-Hans: 4 lines without times; "
        "speakers: 张三 (host, 46%), 李四 (guest, 54%); pieces left out: 1"
    )
    written = run("script", "talk.txt")
    assert written.stderr.splitlines() == [says]
    report = Path("out/talk/report.json")
    told = json.loads(report.read_text("utf-8"))["reading"]
    assert told["speakers"][1] == {"name": "李四", "role": "guest", "share": 0.538}
    assert told["left_out"] == [
        {"why": "a mark or a tag", "count": 1, "lines": "3", "first": "[音乐]"}
    ]
    built = make("talk.txt", "-q")
    assert built.stderr.splitlines() == [says]
    assert json.loads(report.read_text("utf-8"))["reading"] == told
    script = Path("out/talk/script.md")
    script.write_text(script.read_text("utf-8").replace("再见", "再会"), "utf-8")
    assert "read as" not in make("talk.txt", "-q").stderr
    assert json.loads(report.read_text("utf-8"))["reading"] == told


def test_why_writes_a_page(here: Path) -> None:
    (here / "talk.txt").write_text(TALK, "utf-8")
    result = run("script", "talk.txt", "-o", "s.md", "--why")
    assert result.exit_code == 0, result.output
    assert "<html" in (here / "s.why.html").read_text("utf-8")


def test_a_taken_port_is_one_sentence(here: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("open", "--port", str(port), "--no-browser")
    assert result.exit_code == 1
    told = f"Error: port {port} is taken by another program; end that, or try --port 0\n"
    assert result.stderr == told


@pytest.mark.slow
def test_episodes_are_served_until_an_interrupt(here: Path) -> None:
    command = [sys.executable, "-m", "podcast", "open", "--port", "0", "--no-browser"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as running:  # fmt: skip
        assert running.stdout
        try:
            with urlopen(running.stdout.readline().strip(), timeout=PATIENCE) as answer:
                assert "<!doctype html>" in answer.read().decode().lower()
            running.send_signal(signal.SIGINT)
            _, complaint = running.communicate(timeout=PATIENCE)
        finally:
            running.kill()
    assert "Traceback" not in complaint and running.returncode == 1
