"""Publishing to Castopod: a copy of its interface on this machine, which fails as it is told to."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from castopod_server import PASSWORD, PODCAST, USER, CastopodServer, killer
from click.testing import CliRunner
from patience import PATIENCE
from test_on_s3 import episode

from podcast.cli import main
from podcast.errors import ServiceBusy, ServiceError, WriteError
from podcast.outside import castopod as outside
from podcast.outside.castopod import Castopod, find_castopod
from podcast.published import on_castopod
from podcast.published.on_castopod import (
    FILES,
    Publication,
    plan_for_castopod,
    publish_to_castopod,
    slug_of,
)

pytestmark = [pytest.mark.server]

NAME = "AI 的下一步"


@pytest.fixture
def server() -> Iterator[CastopodServer]:
    with CastopodServer() as server:
        yield server


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "sleep", lambda _: None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return episode(tmp_path, NAME)


def publish(folder: Path, server: CastopodServer, handle: str = "") -> Publication:
    castopod = Castopod(server.url, USER, PASSWORD)
    return publish_to_castopod(folder, castopod, handle, lambda _: None)


def is_right(folder: Path, server: CastopodServer) -> bool:
    """Whether the server has exactly one episode, published, with the files of the folder."""
    hashes = {
        part: sha256((folder / name).read_bytes()).hexdigest() for part, name in FILES.items()
    }
    published = [each["published_at"] is not None for each in server.episodes]
    return published == [True] and server.files == {1: hashes}


def test_an_episode_is_created_whole_and_published(folder: Path, server: CastopodServer) -> None:
    castopod = Castopod(server.url, USER, PASSWORD)
    assert plan_for_castopod(folder, castopod, "").sent == tuple(FILES.values())
    assert not server.posts
    done = publish(folder, server)
    assert is_right(folder, server)
    [there] = server.episodes
    assert (there["title"], there["slug"]) == (f"{NAME} <b>", slug_of(NAME))
    assert there["description_markdown"] == f"x {NAME} shownotes.md"
    assert done.address == f"{server.url}/@talks/episodes/{slug_of(NAME)}"
    assert len(server.posts) == 2


def test_again_without_a_change_sends_nothing(folder: Path, server: CastopodServer) -> None:
    publish(folder, server)
    posts = len(server.posts)
    assert publish(folder, server).sent == ()
    (folder / ".published.json").unlink()  # as on another machine: known by its title and notes
    assert publish(folder, server).sent == ()
    (folder / ".published.json").write_text('{"damaged": 3}')
    assert publish(folder, server).sent == ()
    assert len(server.posts) == posts


def test_an_episode_among_many_is_found(folder: Path, server: CastopodServer) -> None:
    publish(folder, server)
    [there] = server.episodes
    server.episodes += [{**there, "id": id, "slug": f"other-{id}"} for id in range(2, 300)]
    assert publish(folder, server).sent == ()
    assert len(server.episodes) == 299


def test_a_server_that_gives_all_episodes_at_once_is_asked_twice(
    folder: Path, server: CastopodServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(folder, server)
    castopod, asked = Castopod(server.url, USER, PASSWORD), list[str]()
    [podcast] = castopod.podcasts()
    rows = [{**server.episodes[0], "id": id} for id in range(1, 151)]

    def listed(path: str) -> Any:
        asked.append(path)
        return rows

    monkeypatch.setattr(castopod, "_list", listed)
    assert [entry.id for entry in castopod.episodes(podcast)] == list(range(1, 151))
    assert len(asked) == 2


def test_one_that_was_created_and_not_published_is_published(
    folder: Path, server: CastopodServer
) -> None:
    publish(folder, server)
    server.episodes[0]["published_at"] = None
    castopod = Castopod(server.url, USER, PASSWORD)
    planned = plan_for_castopod(folder, castopod, "").sent
    assert planned == publish(folder, server).sent == (f"the request to publish {slug_of(NAME)}",)
    assert is_right(folder, server)


@pytest.mark.parametrize("seed", range(10))
def test_a_server_that_fails_every_fifth_time_gets_one_whole_episode(
    folder: Path, seed: int
) -> None:
    with CastopodServer(faults=0.2, seed=seed) as server:
        publish(folder, server)
        assert is_right(folder, server)


class Killed(BaseException):
    """The program ends here."""


def dying(real: Callable[..., Any], at: int, moment: str, count: list[int]) -> Callable[..., Any]:
    """A function that does as `real`, but the program ends at its call numbered `at`."""

    def call(*given: Any) -> Any:
        count[0] += 1
        if (count[0], moment) == (at, "before"):
            raise Killed
        done = real(*given)
        if (count[0], moment) == (at, "after"):
            raise Killed
        return done

    return call


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    ("place", "name"), [(outside.Castopod, "_send"), (on_castopod._Sending, "note")]
)
def test_whatever_call_it_ends_at_the_next_run_finishes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: type, name: str, moment: str
) -> None:
    real, calls, at = getattr(place, name), 99, 0
    while (at := at + 1) <= calls:
        folder = episode(tmp_path / f"{at}", NAME)
        with CastopodServer() as server:
            with monkeypatch.context() as patched:
                count = [0]
                call = dying(real, at, moment, count)
                patched.setattr(place, name, lambda *given, call=call: call(*given))
                try:
                    publish(folder, server)
                    calls = count[0]  # it ended at none: there are no more
                except Killed:
                    pass
            publish(folder, server)
            assert is_right(folder, server)
    assert calls == {"_send": 6, "note": 2}[name]


KILLS = int(os.environ.get("PODCAST_KILLS", "1"))  # with more the server fails now and then, too


def deaths(count: int) -> list[tuple[int, str]]:
    """The request at which each run ends, and whether that is done.

    It ends before the episode is created, again and again, once when it is; then before it is
    published, once when it is; and then while it looks whether all is there.
    """
    third = (count - 1) // 3
    early = [(1 + number % 3, "before") for number in range(third)]
    late = [(1 + number % 2, "before") for number in range(count - 2 * third - 2)]
    return [*early, (3, "after"), *early, (3, "after"), *late][:count]


@pytest.mark.slow
def test_a_process_that_is_killed_leaves_one_whole_episode_to_the_next(folder: Path) -> None:
    """The server kills the program at its requests."""
    command = [sys.executable, "-c", PROGRAM, "publish", str(folder), "--to", "castopod"]
    with CastopodServer(faults=0.2 if KILLS > 1 else 0.0) as server:
        environment = os.environ | {
            "CASTOPOD_URL": server.url, "CASTOPOD_USER": USER, "CASTOPOD_PASSWORD": PASSWORD,
        }  # fmt: skip
        killed = 0
        for at, moment in deaths(KILLS):
            running = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
            server.on_request = killer(running.pid, len(server.got) + at, moment)
            running.communicate(timeout=PATIENCE)
            killed += running.returncode == -9
        server.on_request = lambda number, moment: None
        done = subprocess.run(
            command, env=environment, timeout=PATIENCE, check=True, capture_output=True, text=True
        )
        assert killed and is_right(folder, server)
        assert done.stdout.strip() == server.episodes[0]["guid"]
        print(f"{KILLS} runs, {killed} of them killed, {len(server.got)} requests")


PROGRAM = """
import sys
from podcast.outside import castopod
from podcast.cli import main
castopod.sleep = lambda _: None
main()
"""


# What cannot be --------------------------------------------------------------------------------


def test_another_build_is_not_put_in_the_place_of_one_that_is_there(
    folder: Path, server: CastopodServer
) -> None:
    publish(folder, server)
    episode(folder.parent, NAME, words="a new build")
    with pytest.raises(WriteError, match=r"another build, as http.* delete it there, then"):
        publish(folder, server)
    assert len(server.posts) == 2
    server.episodes.clear()
    server.files.clear()
    publish(folder, server)
    assert is_right(folder, server)


def test_an_episode_of_that_address_which_is_another_is_left_alone(
    folder: Path, server: CastopodServer
) -> None:
    publish(folder, server)
    (folder / ".published.json").unlink()
    server.episodes[0]["title"] = "by hand"
    with pytest.raises(WriteError, match="has another episode"):
        publish(folder, server)
    assert len(server.posts) == 2


def test_an_episode_without_a_part_is_told(folder: Path, server: CastopodServer) -> None:
    publish(folder, server)
    server.episodes[0]["chapters_id"] = None
    with pytest.raises(WriteError, match="without its cover, transcript or chapters"):
        publish(folder, server)


def test_a_build_in_between_is_not_sent(
    folder: Path, server: CastopodServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = on_castopod._Sending.note

    def noted(self: Any, note: Any) -> None:
        real(self, note)
        episode(folder.parent, NAME, words="a new build")

    monkeypatch.setattr(on_castopod._Sending, "note", noted)
    with pytest.raises(WriteError, match="built again meanwhile"):
        publish(folder, server)
    assert not server.episodes
    monkeypatch.setattr(on_castopod._Sending, "note", real)
    publish(folder, server)
    assert is_right(folder, server)


def test_a_serial_podcast_gets_the_next_number(folder: Path) -> None:
    with CastopodServer(podcasts=[{**PODCAST, "type": "serial"}]) as server:
        publish(folder, server)
        publish(episode(folder.parent, "second"), server)
        assert [each["number"] for each in server.episodes] == [1, 2]


def test_the_podcast_is_named_where_there_are_several(folder: Path) -> None:
    other = {**PODCAST, "id": 8, "handle": "news"}
    with CastopodServer(podcasts=[PODCAST, other]) as server:
        with pytest.raises(ServiceError, match=r"@talks, @news; name one with CASTOPOD_PODCAST"):
            publish(folder, server)
        publish(folder, server, "@News")
        assert server.episodes[0]["podcast_id"] == 8


REFUSALS: list[tuple[int, Any, dict[str, str], str]] = [
    (401, None, {}, "refuses the name or the password .*set CASTOPOD_USER and CASTOPOD_PASSWORD"),
    (404, {}, {}, "has no REST interface .*restapi.enabled=true"),
    (413, {}, {}, "raise upload_max_filesize"),
    (301, {}, {"Location": "https://elsewhere.example/"}, "another address, https://elsewhere"),
    (400, {"messages": [f"no {PASSWORD}"]}, {}, r"refuses the request \(HTTP 400: no …\)"),
    (503, {}, {"Retry-After": "900"}, "allows no request for 900 seconds"),
    (500, {"messages": {"error": f"{USER}"}}, {}, "is busy or broken .*; tried 8 times"),
    (200, {}, {}, "no list; tried 8 times"),
    (200, [{"id": 1}], {}, "sent something else than Castopod does"),
    (200, "<html>", {"Content-Type": "text/html"}, "sends a page where"),
]


@pytest.mark.parametrize(("status", "told", "headers", "sentence"), REFUSALS)
def test_a_refusal_is_one_sentence_without_the_password(
    folder: Path, server: CastopodServer, status: int, told: Any, headers: dict[str, str],
    sentence: str,
) -> None:  # fmt: skip
    server.refusal = status, told, headers
    with pytest.raises(ServiceError, match=sentence) as raised:
        publish(folder, server)
    shown = repr(raised.value) + repr(raised.value.__context__) + repr(raised.value.__cause__)
    assert "\n" not in str(raised.value) and PASSWORD not in shown


def test_a_server_that_is_down_is_one_sentence(folder: Path) -> None:
    castopod = Castopod("http://127.0.0.1:9", USER, PASSWORD)
    with pytest.raises(ServiceBusy, match=r"cannot be reached .*; tried 8 times"):
        publish_to_castopod(folder, castopod, "", lambda _: None)


ADDRESS = "https://podcasts.example.org"


@pytest.mark.parametrize(
    ("url", "user", "password", "sentence"),
    [
        ("", USER, "", "needs CASTOPOD_URL and CASTOPOD_PASSWORD"),
        ("podcasts.example.org", USER, PASSWORD, "must be an address such as https"),
        (f"https://{USER}:{PASSWORD}@h.example", USER, PASSWORD, "must be an address such as"),
        (f"https://:{PASSWORD}@h.example", USER, PASSWORD, "must be an address such as"),
        ("https://播客.example", USER, PASSWORD, "a character outside ASCII"),
        (f"{ADDRESS}/我的 播客", USER, PASSWORD, "a character outside ASCII"),
        ("http://podcasts.example.org", USER, PASSWORD, "give the server's https:// address"),
        (ADDRESS, USER, f"{PASSWORD}:1", "holds a colon"),
    ],
)
def test_a_wrong_setting_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, url: str, user: str, password: str, sentence: str
) -> None:
    for name, value in (("URL", url), ("USER", user), ("PASSWORD", password)):
        monkeypatch.setenv(f"CASTOPOD_{name}", value)
    with pytest.raises(ServiceError, match=sentence) as told:
        find_castopod()
    assert PASSWORD not in str(told.value)


def test_nobody_sees_the_password_of_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    castopod = Castopod(ADDRESS, USER, PASSWORD)
    assert PASSWORD not in f"{castopod} {castopod!r}"


@pytest.mark.parametrize("name", ["一", "a" * 200, "中文 / ?", "-", "A b", "节目-2"])
def test_a_slug_is_one_that_castopod_takes(name: str) -> None:
    assert re.fullmatch(on_castopod.SLUG, slug_of(name))
    assert slug_of(name) != slug_of(f"{name}二")


# The command -----------------------------------------------------------------------------------


def test_the_command_prints_the_address_and_lists_what_it_would_send(
    folder: Path, server: CastopodServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("URL", server.url), ("USER", USER), ("PASSWORD", PASSWORD)):
        monkeypatch.setenv(f"CASTOPOD_{name}", value)
    monkeypatch.delenv("CASTOPOD_PODCAST", raising=False)
    command = ["publish", str(folder), "--to", "castopod"]
    dry = CliRunner().invoke(main, [*command, "--dry-run"])
    assert dry.stdout.split() == list(FILES.values()) and not server.posts
    done = CliRunner().invoke(main, command)
    assert done.stdout.strip() == server.episodes[0]["guid"]
    again = CliRunner().invoke(main, command)
    assert "is there already" in again.stderr and again.stdout == done.stdout
    wrong = CliRunner().invoke(main, ["publish", str(folder), "--to", "nowhere"])
    assert wrong.exit_code == 1 and "'nowhere' is no place" in wrong.stderr
    assert json.loads((folder / ".published.json").read_text("utf-8"))
    for told in (dry, done, again, wrong):
        assert PASSWORD not in told.output
