"""The editor model against a service on this machine that helps, lies and fails."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import StringIO
from itertools import count
from pathlib import Path
from threading import Barrier, Event

import pytest
from click.testing import CliRunner, Result
from openai_server import KEY, OpenAIServer
from patience import PATIENCE, wait_until
from places import ROOT
from rich.console import Console

from podcast.cli import main
from podcast.cli.progress import Shown
from podcast.errors import ServiceError
from podcast.files.prune import cache_text, prune
from podcast.files.seal import sealed
from podcast.files.store import Store
from podcast.model import GUEST, Chapter, Paragraph, Recipe, Script
from podcast.outside.endpoint import find_endpoint
from podcast.production.build import build
from podcast.production.make import write_draft
from podcast.production.order import Order
from podcast.published.report import read_report
from podcast.text.editor import Editing, answers, edit, proof, titles
from podcast.text.editor.prompt import PARAGRAPH

pytestmark = [pytest.mark.server]

FIRST = "大家好，然后今天谈谈 Claude Code 和 GPT-4.5它涨了14%，网民门都很喜欢。"
BETTER = "大家好，今天谈谈 Claude Code 和 GPT-4.5，它涨了14%，网民们都很喜欢。"
SECOND = "我们不看好这个市场，因为三百五十亿美元的关税政策很快就要来了。"
SCRIPT = Script(
    "一集",
    (
        Chapter("开场", (Paragraph(FIRST), Paragraph("对。"))),
        Chapter("第二节", (Paragraph(SECOND, GUEST), Paragraph(FIRST))),
    ),
)

Message = dict[str, str]


def helpful(messages: list[Message]) -> str:
    """Corrects the one paragraph that has faults; keeps titles."""
    text = messages[1]["content"]
    if messages[0]["content"] != PARAGRAPH:
        return "随便"
    return BETTER if text == FIRST else text


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "PAUSE", 0.01)
    for name in ("PODCAST_EDITOR", "PODCAST_EDITOR_URL", "PODCAST_EDITOR_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., OpenAIServer]]:
    servers: list[OpenAIServer] = []

    def serve(**options: object) -> OpenAIServer:
        server = OpenAIServer(**{"reply": helpful, **options}).__enter__()  # type: ignore[arg-type]
        servers.append(server)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        return server

    yield serve
    for server in servers:
        server.__exit__()


Serve = Callable[..., OpenAIServer]


def edited(folder: Path, script: Script = SCRIPT) -> Editing:
    return edit(script, "m", find_endpoint("EDITOR"), Store(folder), lambda *_: None)


def texts(script: Script) -> list[str]:
    return [paragraph.text for chapter in script.chapters for paragraph in chapter.paragraphs]


# What is taken -----------------------------------------------------------------------------


@pytest.mark.slow
def test_a_proved_edit_is_taken_and_all_else_stays(serving: Serve, tmp_path: Path) -> None:
    server = serving()
    done = edited(tmp_path)
    assert texts(done.script) == [BETTER, "对。", SECOND, BETTER]
    assert [p.voice for p in done.script.chapters[1].paragraphs] == [GUEST, "host"]
    assert (done.asked, done.changed, done.titles) == (2, 1, 0)
    asked = [r for r in server.asked if r["messages"][0]["content"] == PARAGRAPH]
    assert sorted(r["messages"][1]["content"] for r in asked) == sorted([FIRST, SECOND])
    assert all(r["model"] == "m" for r in server.asked)
    assert set(server.paths) == {"/v1/chat/completions"} and server.keys == {f"Bearer {KEY}"}


LIES: dict[str, tuple[Callable[[str], str], str]] = {
    "changes a number": (lambda t: t.replace("14%", "41%"), proof.FIGURES),
    "changes a number in hanzi": (lambda t: t.replace("三百五", "五百三"), proof.NUMBERS),
    "swaps names": (
        lambda t: t.replace("Claude Code", "GPT-4").replace("GPT-4.5", "Claude Code"),
        proof.FIGURES,
    ),
    "truncates": (lambda t: t[: len(t) // 3], proof.LOST),
    "hallucinates": (lambda t: t + "专家认为这标志着一个新时代的到来。", proof.ADDED),
    "turns the meaning": (lambda t: t.replace("不看好", "看好"), proof.TURNED),
    "rewrites": (lambda t: "本节目讨论了人工智能与市场。", proof.LOST),
    "comments": (lambda t: f"好的，以下是修改后的文字：\n{t}", proof.LINES),
    "marks up": (lambda t: f"**{t}**", proof.MARKED_UP),
    "says nothing": (lambda t: "", proof.EMPTY),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_asked_once_more_with_the_reason_and_then_ignored(
    serving: Serve, tmp_path: Path, lie: str
) -> None:
    change, kind = LIES[lie]
    text = FIRST if change(FIRST) != FIRST else SECOND
    server = serving(reply=lambda messages: change(messages[1]["content"]))
    script = replace(SCRIPT, chapters=(Chapter("开场", (Paragraph(text),)),))
    done = edited(tmp_path, script)
    assert texts(done.script) == [text]
    assert done.changed == 0 and done.kept[0].fault.kind == kind
    asked = [r["messages"] for r in server.asked if r["messages"][1]["content"] == text]
    assert [len(messages) for messages in asked] == [2, 4]
    assert asked[1][:2] == asked[0]
    assert "不行" in asked[1][3]["content"]
    assert done.kept[0].fault.words in asked[1][3]["content"]
    assert f"1 paragraph kept offline: {kind} (1)" in str(done)


@pytest.mark.slow
def test_a_reason_can_help(serving: Serve, tmp_path: Path) -> None:
    def learns(messages: list[Message]) -> str:
        return helpful(messages) if len(messages) > 2 else "好的！"

    serving(reply=learns)
    assert texts(edited(tmp_path).script)[0] == BETTER


def test_another_order_is_no_edit(serving: Serve, tmp_path: Path) -> None:
    def reorders(messages: list[Message]) -> str:
        return "".join(reversed(re.findall(r"[^，。]+[，。]", messages[1]["content"])))

    serving(reply=reorders)
    assert texts(edited(tmp_path).script) == texts(SCRIPT)


def test_a_thinking_models_thoughts_are_not_its_answer(serving: Serve, tmp_path: Path) -> None:
    serving(reply=lambda messages: f"<think>\n让我想想。\n</think>\n\n{helpful(messages)}")
    assert texts(edited(tmp_path).script)[0] == BETTER


# Titles ------------------------------------------------------------------------------------


def titling(proposal: str) -> Callable[[list[Message]], str]:
    return lambda m: proposal if m[0]["content"] != PARAGRAPH else m[1]["content"]


def test_a_title_in_the_chapters_words_is_taken(serving: Serve, tmp_path: Path) -> None:
    serving(reply=titling("关税政策"))
    done = edited(tmp_path)
    assert [chapter.title for chapter in done.script.chapters] == ["开场", "关税政策"]
    assert done.titles == 1
    assert [(kept.text, kept.fault.kind) for kept in done.kept] == [("开场", titles.UNSAID)]


def test_two_chapters_never_get_one_title(serving: Serve, tmp_path: Path) -> None:
    serving(reply=titling("GPT-4.5 和 Claude"))
    done = edited(tmp_path)
    assert [chapter.title for chapter in done.script.chapters] == ["GPT-4.5 和 Claude", "第二节"]
    assert done.kept[0].fault.kind == titles.TAKEN


def test_a_title_that_a_person_gave_stays(serving: Serve, tmp_path: Path) -> None:
    server = serving(reply=titling("关税政策"))
    done = edit(
        SCRIPT,
        "m",
        find_endpoint("EDITOR"),
        Store(tmp_path),
        lambda *_: None,
        titled=["第二节", "开场"],
    )
    assert done.script == SCRIPT
    assert len(server.asked) == 2


# What fails --------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault", ["429", "500", "503", "408", "garbage", "html", "list", "null choices", "drop"]
)
def test_what_passes_is_asked_again(serving: Serve, tmp_path: Path, fault: str) -> None:
    server = serving(faults=[fault, fault])
    assert texts(edited(tmp_path).script)[0] == BETTER
    assert server.met[fault] == 2


@pytest.mark.parametrize("fault", ["no choices", "empty", "cut", "filter"])
def test_an_answer_that_is_none_is_not_remembered(
    serving: Serve, tmp_path: Path, fault: str
) -> None:
    script = replace(SCRIPT, chapters=SCRIPT.chapters[:1])
    serving(faults=[fault, fault])
    done = edited(tmp_path, script)
    assert texts(done.script)[0] == FIRST and done.kept[0].fault.kind == proof.EMPTY
    assert texts(edited(tmp_path, script).script)[0] == BETTER


@pytest.mark.slow
def test_a_stall_ends_at_its_deadline(
    serving: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "DEADLINE", 3)
    server = serving(faults=["stall"])
    assert texts(edited(tmp_path).script)[0] == BETTER
    assert server.met["stall"] == 1


def test_a_service_that_asks_for_time_gets_it(
    serving: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = replace(SCRIPT, chapters=(Chapter("开场", (Paragraph(FIRST),)),))
    serving(faults=["429"], retry_after="90.6")
    waits: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        waits.append(seconds)
        await sleep(0)

    monkeypatch.setattr("podcast.text.editor.answers.asyncio.sleep", note)
    edited(tmp_path, script)
    assert 90.6 in waits


def test_a_service_that_asks_for_an_hour_is_left_alone(serving: Serve, tmp_path: Path) -> None:
    server = serving(faults=["429"] * 9, retry_after="3600")
    with pytest.raises(ServiceError, match=r"3600 seconds"):
        edited(tmp_path)
    assert len(server.asked) <= 2


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("401", "refuses the key"),
        ("404", "no such model"),
        ("quota", "its quota is used up"),
        ("503", "6 times"),
    ],
)
def test_what_does_not_pass_is_one_sentence_without_the_key(
    serving: Serve, tmp_path: Path, fault: str, says: str
) -> None:
    server = serving(faults=[fault] * 99)
    with pytest.raises(ServiceError, match=says) as caught:
        edited(tmp_path)
    sentence = str(caught.value)
    assert server.url in sentence and "leave out --editor" in sentence
    assert "\n" not in sentence and KEY not in sentence
    assert caught.value.__cause__ is None
    assert fault == "503" or len(server.asked) <= 2


def test_a_text_that_is_refused_stays_and_the_rest_goes_on(serving: Serve, tmp_path: Path) -> None:
    serving(faults=["400"])
    done = edited(tmp_path)
    assert len(done.kept) == 3 and done.kept[0].fault.kind == "refused by the service"
    assert KEY not in repr(done)


def test_a_service_that_refuses_everything_is_said(serving: Serve, tmp_path: Path) -> None:
    serving(faults=["400"] * 99)
    with pytest.raises(ServiceError, match="refuses the request"):
        edited(tmp_path)


def test_a_closed_port_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIServer() as server:
        url = server.url
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    with pytest.raises(ServiceError, match="cannot be reached"):
        edited(tmp_path)


def long_script(count: int) -> Script:
    chance = random.Random(3)
    hanzi = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜"
    lines = ["".join(chance.choices(hanzi, k=24)) for _ in range(count)]
    paragraphs = [Paragraph(f"然后{line}，{n}{line[:6]}") for n, line in enumerate(lines)]
    return Script("集", (Chapter("章", tuple(paragraphs)),))


def without_filler(messages: list[Message]) -> str:
    return messages[1]["content"].removeprefix("然后")


@pytest.mark.slow
def test_faults_at_random_lose_nothing(serving: Serve, tmp_path: Path) -> None:
    script = long_script(60)
    server = serving(reply=without_filler, rate=0.3, seed=4)
    done = edited(tmp_path, script)
    changed = [text for text in texts(done.script) if not text.startswith("然后")]
    assert len(changed) + len(done.kept) - 1 == 60  # its title has no words of the chapter
    assert len(changed) > 50
    assert set(server.met) >= {"429", "500", "garbage", "drop"}
    assert server.most_open <= answers.CONNECTIONS


@pytest.mark.slow
def test_an_outage_keeps_what_was_answered(serving: Serve, tmp_path: Path) -> None:
    script = long_script(30)
    server = serving(reply=without_filler, faults=[""] * 12 + ["503"] * 999)
    with pytest.raises(ServiceError, match="kept"):
        edited(tmp_path, script)
    kept = len(list(tmp_path.glob("edits/*.edit")))
    assert kept >= 12
    server.script.clear()
    server.asked.clear()
    done = edited(tmp_path, script)
    assert all(not text.startswith("然后") for text in texts(done.script))
    assert len([r for r in server.asked if r["messages"][0]["content"] == PARAGRAPH]) == 30 - kept


# What is remembered ------------------------------------------------------------------------


def test_nothing_is_asked_twice(serving: Serve, tmp_path: Path) -> None:
    server = serving()
    first = edited(tmp_path)
    count = len(server.asked)
    assert edited(tmp_path) == first
    assert len(server.asked) == count


def test_a_damaged_answer_is_asked_for_again(serving: Serve, tmp_path: Path) -> None:
    server = serving()
    first = edited(tmp_path)
    count = len(server.asked)
    for path in tmp_path.glob("edits/*.edit"):
        path.write_bytes(path.read_bytes()[:-4])
    assert edited(tmp_path) == first
    assert len(server.asked) == 2 * count


def test_a_forged_memory_is_proved_like_any_answer(serving: Serve, tmp_path: Path) -> None:
    serving()
    edited(tmp_path)
    for path in tmp_path.glob("edits/*.edit"):
        path.write_bytes(sealed(FIRST.replace("14%", "99%").encode()))
    assert "99%" not in "".join(texts(edited(tmp_path).script))


def test_another_model_or_service_is_asked_anew(
    serving: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serving()
    edited(tmp_path)
    count = len(server.asked)
    edit(SCRIPT, "n", find_endpoint("EDITOR"), Store(tmp_path), lambda *_: None)
    assert len(server.asked) == 2 * count
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/")
    edited(tmp_path)
    assert len(server.asked) == 3 * count


# The command -------------------------------------------------------------------------------

TALK = """大家好欢迎收听本期节目
今天我们来聊一聊人工智能
首先看一下 DeepSeek 的新模型
它的推理能力非常强
价格也比之前便宜了很多
那么最后我们总结一下
明年会有更多的应用出现
谢谢大家
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "talk.txt").write_text(TALK, "utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def make(*more: str) -> Result:
    return run("make", "talk.txt", "--engine", "tone", "--jobs", "1", *more)


def tells(messages: list[Message]) -> str:
    return messages[1]["content"].replace("非常强", "非常墙")


@pytest.mark.slow
def test_a_build_uses_the_model_says_so_and_asks_nothing_the_next_time(
    here: Path, serving: Serve
) -> None:
    server = serving(reply=tells)
    result = make("--editor", "m")
    assert result.exit_code == 0, result.output
    assert "the editor model m changed 1 of" in result.stderr
    assert "非常墙" in (here / "out/talk/script.md").read_text("utf-8")
    report = read_report(here / "out/talk").editor
    assert report and report.model == "m" and report.changed == 1
    assert all(kept.why for kept in report.kept_offline)
    count = len(server.asked)
    assert "up to date" in make("--editor", "m").stderr
    assert len(server.asked) == count
    for path in (here / "out").rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path


@pytest.mark.slow
def test_without_the_model_the_text_is_the_programs_own_again(here: Path, serving: Serve) -> None:
    server = serving(reply=tells)
    make("--editor", "m")
    count = len(server.asked)
    result = make()
    assert "use its corrections again with --editor m" in result.stderr
    assert "非常强" in (here / "out/talk/script.md").read_text("utf-8")
    assert read_report(here / "out/talk").editor is None
    make("--editor", "m")
    assert "非常墙" in (here / "out/talk/script.md").read_text("utf-8")
    assert len(server.asked) == count


@pytest.mark.slow
def test_the_episodes_title_is_the_one_in_the_text_as_edited(here: Path, serving: Serve) -> None:
    subject = "今天的主题是养台种菜"
    (here / "talk.txt").write_text(TALK.replace("谢谢大家", f"{subject}\n谢谢大家"), "utf-8")
    serving(reply=lambda messages: messages[1]["content"].replace("养台", "阳台"))
    assert make("--editor", "m").exit_code == 0
    assert read_report(here / "out/talk").title == "阳台种菜"


@pytest.mark.slow
def test_the_script_alone_can_be_edited(here: Path, serving: Serve) -> None:
    server = serving(reply=tells)
    result = run("script", "talk.txt", "--editor", "m")
    assert result.exit_code == 0, result.output
    assert result.stdout == "out/talk/script.md\n"
    assert "非常墙" in (here / "out/talk/script.md").read_text("utf-8")
    count = len(server.asked)
    assert make("--editor", "m").exit_code == 0
    assert len(server.asked) == count


def test_the_environment_may_name_the_model(
    here: Path, serving: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving(reply=tells)
    monkeypatch.setenv("PODCAST_EDITOR", "m")
    assert run("script", "talk.txt", "-o", "s.md").exit_code == 0
    assert "非常墙" in (here / "s.md").read_text("utf-8")


def test_offline_and_a_model_are_refused_in_a_sentence(here: Path, serving: Serve) -> None:
    server = serving()
    result = make("--editor", "m", "--offline")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1 and "which --offline forbids" in result.stderr
    assert not server.asked and not (here / "out").exists()


@pytest.mark.slow
def test_the_seeds_settings_may_name_the_model_and_the_command_none(
    here: Path, serving: Serve
) -> None:
    server = serving(reply=tells)
    (here / "talk.toml").write_text('[recipe]\neditor = "m"\n', "utf-8")
    assert "--editor ''" in make("--offline").stderr
    assert make("--offline", "--editor", "").exit_code == 0 and not server.asked
    assert make().exit_code == 0
    assert {request["model"] for request in server.asked} == {"m"}
    assert "非常墙" in (here / "out/talk/script.md").read_text("utf-8")


@pytest.mark.slow
def test_a_persons_script_is_never_given_to_a_model(here: Path, serving: Serve) -> None:
    server = serving(reply=tells)
    make()
    script = here / "out/talk/script.md"
    script.write_text(script.read_text("utf-8").replace("更多", "许多"), "utf-8")
    result = make("--editor", "m")
    assert result.exit_code == 0, result.output
    assert "the editor model is not used" in result.stderr
    assert not server.asked and "许多" in script.read_text("utf-8")
    assert "up to date" in make().stderr


@pytest.mark.slow
def test_a_dead_service_is_one_sentence_and_leaves_the_episode(
    here: Path, serving: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    make()
    before = (here / "out/talk/episode.mp3").read_bytes()
    serving(faults=["503"] * 999)
    monkeypatch.setattr(answers, "TRIES", 2)
    result = make("--editor", "m")
    assert result.exit_code == 1
    assert result.stderr.count("Error: ") == 1 and "Traceback" not in result.output
    assert (here / "out/talk/episode.mp3").read_bytes() == before


def test_no_key_is_one_sentence(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    result = make("--editor", "m")
    assert result.exit_code == 1 and "set OPENAI_API_KEY" in result.stderr


@pytest.mark.slow
def test_a_killed_run_repeats_nothing_that_was_finished(here: Path, serving: Serve) -> None:
    lines = "".join(f"第{n}件事情是我们要说明白的问题\n它的情况比较复杂\n" for n in range(150))
    (here / "talk.txt").write_text(lines, "utf-8")
    held, numbers = Event(), count(1)

    def reply(messages: list[Message]) -> str:
        if next(numbers) > 6:  # these are under way when the run is killed
            held.wait(PATIENCE)
        return messages[1]["content"]

    server = serving(reply=reply)
    command = [sys.executable, "-m", "podcast", "script", "talk.txt", "--editor", "m"]
    running = subprocess.Popen(
        command, start_new_session=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    edits = here / "out/.cache/edits"
    wait_until(lambda: len(list(edits.glob("*.edit"))) == 6, running)
    wait_until(lambda: server.open == answers.CONNECTIONS, running)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    held.set()
    assert not (here / "out/talk").exists()
    finished, asked = len(list(edits.glob("*.edit"))), len(server.asked)
    assert (finished, asked - finished) == (6, answers.CONNECTIONS)
    again = run("script", "talk.txt", "--editor", "m")
    assert again.exit_code == 0, again.output
    questions = [json.dumps(request["messages"]) for request in server.asked]
    assert len(questions[asked:]) + finished == len(set(questions))


def test_answers_are_counted_and_forgotten_with_the_rest(here: Path, serving: Serve) -> None:
    serving()
    order = Order(
        here / "talk.txt", here / "out", Recipe(engine="tone", editor="m"), ROOT / "voices"
    )
    write_draft(order, None)
    store = Store(here / "out/.cache")
    assert re.search(r"[1-9]\d* answers of editor models", cache_text(store))
    assert prune(store, None, 0) > 0
    assert not list((store.folder / "edits").iterdir())


@pytest.mark.slow
def test_a_batch_shares_the_services_connections(here: Path, serving: Serve) -> None:
    two, numbers = Barrier(2), count(1)

    def together(messages: list[Message]) -> str:
        if next(numbers) <= 2:  # the first two are asked at the same time
            two.wait(PATIENCE)
        return tells(messages)

    server = serving(reply=together)
    lines = [f"第{n}件事情是我们要说明白的问题\n它的推理能力非常强\n" for n in range(20)]
    for name in ("a", "b"):
        (here / f"{name}.txt").write_text(name + "".join(lines), "utf-8")
    seeds = ("a.txt", "b.txt")
    result = run("batch", *seeds, "--engine", "tone", "--jobs", "2", "--editor", "m", "-q")
    assert result.exit_code == 0, result.output
    assert 1 < server.most_open <= answers.CONNECTIONS < len(server.asked)
    for name in "ab":
        assert "非常墙" in (here / f"out/{name}/script.md").read_text("utf-8")


def test_the_bar_never_goes_back() -> None:
    with Shown(Console(file=StringIO(), force_terminal=True), quiet=False) as shown:
        done = [0.0]
        for stage, shares in (("text", 1), ("edit", 9), ("fetch", 5), ("speak", 5), ("master", 5)):
            for _ in range(shares):
                shown(stage, "章", 1 / shares)
                done.append(shown.bar.tasks[0].completed)
    assert done == sorted(done) and 0.5 < done[10] < 0.6 and done[-1] > 0.95


@pytest.mark.slow
def test_progress_tells_of_each_paragraph(here: Path, serving: Serve) -> None:
    serving()
    order = Order(
        here / "talk.txt", here / "out", Recipe(engine="tone", editor="m"), ROOT / "voices"
    )
    shares: list[float] = []
    build(order, lambda stage, _, share: shares.append(share * (stage == "edit")), lambda _: None)
    assert sum(shares) == pytest.approx(1)
