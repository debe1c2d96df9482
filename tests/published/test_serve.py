"""Episodes served on this machine."""

from __future__ import annotations

import errno
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import PATIENCE

from podcast.errors import ServerError
from podcast.published.serve import Unsatisfiable, byte_range, episodes, index_text, server

SOUND = bytes(range(256)) * 40


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    out = tmp_path / "out"
    for name, title in (("a 集", "<b>甲</b>"), ("b", "乙")):
        folder = out / name
        folder.mkdir(parents=True)
        (folder / "episode.mp3").write_bytes(SOUND)
        (folder / "index.html").write_text(f"页 {name}", "utf-8")
        chapter = {"title": "章", "start_seconds": 0, "seconds": 60}
        report = {"title": title, "seconds": 125, "chapters": [chapter, chapter]}
        (folder / "report.json").write_text(json.dumps(report), "utf-8")
    (out / ".cache").mkdir()
    (out / ".cache" / "secret.txt").write_text("x")
    (tmp_path / "secret.txt").write_text("x")
    (out / "link.txt").symlink_to(tmp_path / "secret.txt")
    with server(out) as running:
        thread = Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running.server_port
        running.shutdown()
        thread.join()


def ask(
    port: int, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_the_index_lists_every_episode(port: int) -> None:
    status, headers, body = ask(port, "/")
    page = body.decode()
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "&lt;b&gt;甲&lt;/b&gt;" in page
    assert 'href="/a%20%E9%9B%86/"' in page
    assert "<small>2 分钟 · 2 章</small>" in page
    assert 'src="/b/cover.jpg"' in page


def test_an_episode_opens_with_its_slash(port: int) -> None:
    assert ask(port, "/b")[0] == 301
    assert ask(port, "/a%20%E9%9B%86/")[2].decode() == "页 a 集"


@pytest.mark.parametrize(
    ("asked", "first", "stop"),
    [("bytes=0-", 0, 10240), ("bytes=5-9", 5, 10), ("bytes=-7", 10233, 10240)],
)
def test_a_range_is_sent_alone(port: int, asked: str, first: int, stop: int) -> None:
    status, headers, body = ask(port, "/b/episode.mp3", Range=asked)
    assert status == 206
    assert headers["Content-Range"] == f"bytes {first}-{stop - 1}/10240"
    assert headers["Content-Type"] == "audio/mpeg"
    assert body == SOUND[first:stop]


@pytest.mark.parametrize("asked", ["bytes=10240-", "bytes=-0", "bytes=99999-100000"])
def test_a_range_outside_is_refused(port: int, asked: str) -> None:
    status, headers, body = ask(port, "/b/episode.mp3", Range=asked)
    assert (status, headers["Content-Range"], body) == (416, "bytes */10240", b"")


@pytest.mark.parametrize("asked", ["bytes=9-5", "bytes=a-b", "bytes=1-2,4-5", "lines=1-2"])
def test_a_range_not_understood_is_left_out(port: int, asked: str) -> None:
    status, headers, body = ask(port, "/b/episode.mp3", Range=asked)
    assert (status, headers["Accept-Ranges"], body) == (200, "bytes", SOUND)


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/b/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/b/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/link.txt",
        "/.cache/secret.txt",
        "/b/%00",
        "//etc/passwd",
        "/b/nothing.mp3",
    ],
)
def test_nothing_else_is_shown(port: int, path: str) -> None:
    status, _, body = ask(port, path)
    assert status == 404
    assert body != b"x"


def test_head_sends_no_body(port: int) -> None:
    status, headers, body = ask(port, "/b/episode.mp3", "HEAD")
    assert (status, headers["Content-Length"], body) == (200, "10240", b"")


def test_another_name_for_this_machine_is_refused(port: int) -> None:
    assert ask(port, "/", Host="evil.example:80")[0] == 403
    assert ask(port, "/", Host=f"localhost:{port}")[0] == 200


def test_a_broken_report_is_no_episode(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "report.json").write_text("{")
    assert episodes(tmp_path) == []


@pytest.mark.parametrize(
    "told", ["{", "3", '{"seconds": "x"}', '{"title": ["a"]}', '{"title": "\\ud800"}']
)
def test_a_report_that_tells_nothing_lists_the_episode_by_its_name(
    tmp_path: Path, told: str
) -> None:
    (tmp_path / "一集").mkdir()
    (tmp_path / "一集" / "report.json").write_text(told)
    (tmp_path / "一集" / "index.html").write_text("页", "utf-8")
    assert "<b>一集</b><small></small>" in index_text(tmp_path)
    assert index_text(tmp_path).encode()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.EADDRINUSE, "in use"), "port 80 is taken by another program; end that"),
        (PermissionError(errno.EACCES, "denied"), "you may not use port 80: .*; try --port 8000"),
        (PermissionError(errno.EPERM, "no"), "you may not use port 80: .*; try --port 8000"),
        (OSError(errno.EADDRNOTAVAIL, "no such address"), "port 80: no such address; look"),
        (OSError(errno.EMFILE, "too many open files"), "port 80: too many open files; look"),
    ],
)
def test_why_nothing_can_be_served_is_told_as_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, told: str
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr("socketserver.TCPServer.server_bind", refuse)
    with pytest.raises(ServerError, match=told):
        server(tmp_path, 80)


@given(st.text(max_size=20), st.integers(0, 50))
def test_a_range_lies_in_the_file(header: str, size: int) -> None:
    try:
        found = byte_range(f"bytes={header}", size)
    except Unsatisfiable:
        return
    if found is not None:
        assert 0 <= found.start < found.stop <= size
