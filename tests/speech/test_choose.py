"""`auto`: which engine speaks a build, and what is said of it; a build with the online voice."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import edge_tts.communicate
import pytest
from edge_server import EdgeServer
from patience import PATIENCE
from places import ROOT

from podcast.engines import expected_pace, kokoro, offered
from podcast.engines.kokoro.ways import fastest
from podcast.engines.retried import Retried
from podcast.errors import EngineError
from podcast.files.prune import cache_text, prune, read_entries
from podcast.files.store import Store
from podcast.model import Recipe, Voice
from podcast.production.build import build
from podcast.production.order import Order
from podcast.speech.cast import Cast
from podcast.speech.choose import choose, preferred

SCRIPT = """# 一集

## 开场

大家好，欢迎。今天聊价格。

> [guest] 对。对。

## 正题

它涨了很多！
"""

needs_edge = pytest.mark.skipif("edge" not in offered(), reason="edge is not installed")


@pytest.fixture
def voices(tmp_path: Path) -> Path:
    folder = tmp_path / "voices"
    folder.mkdir()
    entries = "".join(f'[[voice]]\nengine = "{name}"\n' for name in ("edge", "tone"))
    (folder / "host.toml").write_text(entries)
    (folder / "guest.toml").write_text(entries)
    return folder


def engines_of(cast: Cast) -> set[str]:
    assert {role for role, _ in cast} == {"guest", "host"}
    return {voice.engine for _, voice in cast}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EdgeServer]:
    monkeypatch.setattr("podcast.engines.edge.ANSWER", PATIENCE)  # this machine may be busy
    with EdgeServer() as server:
        monkeypatch.setattr(edge_tts.communicate, "WSS_URL", server.url)
        monkeypatch.setenv("PODCAST_EDGE_URL", server.url)
        yield server


@pytest.fixture
def outage(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PODCAST_EDGE_URL", f"ws://127.0.0.1:{closed.getsockname()[1]}/")
        yield


def test_while_a_better_voice_is_missing_one_line_tells_how_to_get_it_and_what_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path))
    monkeypatch.setattr(kokoro, "probe_seconds", lambda: 0.5 / fastest().probes)
    told: list[str] = []
    cast = choose("auto", ROOT / "voices", True, told.append)
    assert {voice.engine for _, voice in cast} == {"espeak"}
    (line,) = told
    assert "run `podcast voices add kokoro-zh`" in line
    assert line.endswith("(a minute of speech by kokoro takes one core here about 30 s)")


def test_what_a_machine_needs_for_a_voice_is_measured() -> None:
    pace = expected_pace(Voice("host", "kokoro"))
    assert pace is not None and 0 < pace < 100
    assert expected_pace(Voice("host", "espeak")) is None


@pytest.mark.server
@needs_edge
def test_the_online_voice_speaks_where_it_answers(voices: Path, server: EdgeServer) -> None:
    told: list[str] = []
    assert engines_of(choose("auto", voices, False, told.append)) == {"edge"}
    assert "--offline" in told[0]
    assert server.heard == ["好"]


@pytest.mark.server
@needs_edge
def test_an_outage_is_said_aloud(voices: Path, outage: None) -> None:
    told: list[str] = []
    assert engines_of(choose("auto", voices, False, told.append)) == {"tone"}
    assert "cannot be reached" in told[0] and "offline" in told[0]


@pytest.mark.server
@needs_edge
def test_offline_sends_nothing(voices: Path, server: EdgeServer) -> None:
    told: list[str] = []
    assert engines_of(choose("auto", voices, True, told.append)) == {"tone"}
    with pytest.raises(EngineError, match="--offline"):
        choose("edge", voices, True, told.append)
    assert not server.heard and not told


def test_a_cast_without_a_host_is_spoken_offline(tmp_path: Path) -> None:
    assert preferred(tmp_path) == (("host", Voice("host", "espeak")),)


def order_for(tmp_path: Path, voices: Path, jobs: int = 1) -> Order:
    seed = tmp_path / "seed.md"
    if not seed.exists():
        seed.write_text(SCRIPT, "utf-8")
    return Order(seed, tmp_path / "out", Recipe(), voices, jobs)


@pytest.mark.slow
@needs_edge
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_edit_asks_for_one_paragraph(
    tmp_path: Path, voices: Path, server: EdgeServer, jobs: int
) -> None:
    order = order_for(tmp_path, voices, jobs)
    built = build(order, lambda *_: None, lambda _: None)
    assert built.report.engine == "edge"
    assert sorted(server.heard) == sorted(
        ["好", "大家好，欢迎。今天聊价格。", "对。对。", "它涨了很多！"]
    )
    assert not build(order, lambda *_: None, lambda _: None).fresh
    assert len(server.heard) == 4
    order.source.write_text(SCRIPT.replace("欢迎", "你们好"), "utf-8")
    build(order, lambda *_: None, lambda _: None)
    assert server.heard[4:] == ["好", "大家好，你们好。今天聊价格。"]


@pytest.mark.slow
@needs_edge
@pytest.mark.parametrize("jobs", [1, 2])
def test_one_episode_may_have_voices_of_two_engines(
    tmp_path: Path, voices: Path, server: EdgeServer, jobs: int
) -> None:
    (voices / "host.toml").write_text('[[voice]]\nengine = "tone"\n')
    order = order_for(tmp_path, voices, jobs)
    told: list[str] = []
    report = build(order, lambda *_: None, told.append).report
    assert report.engine == "edge, tone"
    assert dict(report.voices) == {"guest": "edge", "host": "tone"}
    assert server.heard == ["好", "对。对。"]
    assert not build(order, lambda *_: None, told.append).fresh
    assert len(server.heard) == 2 and len(told) == 1
    offline = build(replace(order, offline=True), lambda *_: None, told.append).report
    assert offline.engine == "tone" and len(server.heard) == 2


@pytest.mark.slow
def test_a_seed_says_whose_voice_plays_a_role(tmp_path: Path, voices: Path) -> None:
    (voices / "narrator.toml").write_text('[[voice]]\nengine = "tone"\nid = "deep"\n')
    order = replace(order_for(tmp_path, voices), offline=True)
    order.source.with_suffix(".toml").write_text('[cast]\nguest = "narrator"\n', "utf-8")
    report = build(order, lambda *_: None, lambda _: None).report
    assert dict(report.voices) == {"guest": "deep", "host": "tone"}


@pytest.mark.slow
def test_a_seeds_respelling_is_said_and_not_shown(tmp_path: Path, voices: Path) -> None:
    order = replace(order_for(tmp_path, voices), offline=True)
    before = build(order, lambda *_: None, lambda _: None).report
    settings = order.source.with_suffix(".toml")
    settings.write_text('[pronounce]\n"欢迎" = "欢迎欢迎欢迎"\n', "utf-8")
    built = build(order, lambda *_: None, lambda _: None)
    seconds = [chapter.seconds for chapter in built.report.chapters]
    assert seconds[0] > before.chapters[0].seconds + 0.5
    assert seconds[1] == before.chapters[1].seconds
    assert "欢迎欢迎" not in (order.folder / "episode.srt").read_text("utf-8")


@pytest.mark.slow
@needs_edge
def test_the_engine_never_changes_inside_an_episode(
    tmp_path: Path, voices: Path, server: EdgeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Retried.__init__, "__defaults__", (None, 2, 0.01))
    server.script.extend(["", "", *["503"] * 100])
    order = order_for(tmp_path, voices)
    with pytest.raises(EngineError, match="kept"):
        build(order, lambda *_: None, lambda _: None)
    assert not (order.folder / "report.json").exists()
    server.script.clear()
    build(order, lambda *_: None, lambda _: None)
    report = json.loads((order.folder / "report.json").read_text("utf-8"))
    assert report["engine"] == "edge"
    assert server.heard.count("它涨了很多！") <= 1


@pytest.mark.slow
@needs_edge
def test_the_cache_shows_itself_and_forgets(
    tmp_path: Path, voices: Path, server: EdgeServer
) -> None:
    build(order_for(tmp_path, voices), lambda *_: None, lambda _: None)
    store = Store(tmp_path / "out" / ".cache")
    assert " 3 clips of speech" in cache_text(store)
    entries = read_entries(store)
    old = sorted((store.folder / "clips").iterdir())[0]
    os.utime(old, (1, 1))
    assert prune(store, 30, None) > 0
    assert not old.exists() and len(read_entries(store)) == len(entries) - 1
    prune(store, None, 0)
    assert not read_entries(store)
    assert prune(store, 0, 0) == 0
