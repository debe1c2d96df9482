"""Publishing to S3: a copy of its interface in this process, read by another client."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from lxml import etree
from moto import mock_aws

from podcast.errors import ReadError, ServiceBusy, ServiceError, WriteError
from podcast.formats.feed import Show, episode_guid
from podcast.outside import s3 as outside
from podcast.outside.s3 import S3, Place, place_of
from podcast.published import sending
from podcast.published.feed import write_feed
from podcast.published.folder import require_complete
from podcast.published.on_s3 import Plan, plan_for_s3, publish_to_s3

pytestmark = [pytest.mark.server]

SECRET = "wJalrXUtnFEMI-secret"
KEY = "AKIAIOSFODNN7EXAMPLE"
SHOW = Show("https://example.org/pod", "节目 <&>", "张三")
PLACE = Place("podcasts", "a/b")
FILES = (
    "episode.mp3", "episode.srt", "chapters.json", "cover.jpg", "index.html", "shownotes.md",
    "script.md",
)  # fmt: skip


@pytest.fixture(scope="module")
def made() -> Any:
    """The program's client. To make one takes a quarter of a second."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_ACCESS_KEY_ID", KEY)
        patched.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        patched.setenv("AWS_DEFAULT_REGION", "us-east-1")
        return outside._client()


@pytest.fixture(scope="module")
def reader() -> Any:
    """Another client, which reads what the program's has put there."""
    return boto3.client("s3", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")


@pytest.fixture
def s3(made: Any, reader: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(outside, "_client", lambda: made)
    with mock_aws():
        reader.create_bucket(Bucket=PLACE.bucket)
        yield reader


@contextmanager
def before_sending(made: Any, act: Callable[..., AWSResponse | None]) -> Iterator[None]:
    """Let `act` see each request of the program, and answer it if it likes."""
    made.meta.events.register_first("before-send.s3", act)
    try:
        yield
    finally:
        made.meta.events.unregister("before-send.s3", act)


def episode(out: Path, name: str = "一 集", *, date: str = "2025-03-01", words: str = "x") -> Path:
    """A built episode, as far as publishing looks at it; `words` are in each of its files."""
    folder = out / name
    (folder / "chapters").mkdir(parents=True, exist_ok=True)
    names = [*FILES, "chapters/01-开场.mp3"]
    for file in names:
        (folder / file).write_text(f"{words} {name} {file}", "utf-8")
    told = {
        "title": f"{name} <b>", "date": date, "rate": 44100, "samples": 441000, "seconds": 10.0,
        "chapters": [{"title": "开场", "start_seconds": 0.0, "seconds": 10.0}],
        "script": {"sha256": sha256((folder / "script.md").read_bytes()).hexdigest()},
        "files": {file: (folder / file).stat().st_size for file in names},
    }  # fmt: skip
    (folder / "report.json").write_text(json.dumps(told), "utf-8")
    write_feed(out, SHOW)
    return folder


def there(client: Any) -> dict[str, bytes]:
    """All that lies at the place."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=PLACE.bucket)
    keys = [each["Key"] for page in pages for each in page.get("Contents", ())]
    return {
        key.removeprefix("a/b/"): client.get_object(Bucket=PLACE.bucket, Key=key)["Body"].read()
        for key in keys
    }


def here(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != "report.json"]
    return {path.relative_to(folder.parent).as_posix(): path.read_bytes() for path in paths}


def titles(feed: bytes) -> list[str]:
    return [str(each) for each in etree.fromstring(feed).xpath("channel/item/title/text()")]


def publish(folder: Path) -> Plan:
    return publish_to_s3(folder, PLACE, lambda _: None)


def test_an_episode_lies_there_as_it_does_here_and_the_feed_comes_last(
    s3: Any, tmp_path: Path
) -> None:
    folder, told = episode(tmp_path), list[str]()
    assert plan_for_s3(folder, PLACE).sent[-1] == "feed.xml" and not there(s3)
    publish_to_s3(folder, PLACE, told.append)
    found = there(s3)
    assert told[-1] == "sent s3://podcasts/a/b/feed.xml" and len(told) == len(found)
    assert titles(found.pop("feed.xml")) == ["一 集 <b>"]
    assert found == here(folder)


@pytest.mark.parametrize(
    ("name", "kind", "cache"),
    [
        ("feed.xml", "application/rss+xml; charset=utf-8", 300),
        ("一 集/episode.mp3", "audio/mpeg", 3600),
        ("一 集/index.html", "text/html; charset=utf-8", 3600),
    ],
)
def test_it_is_served_as_what_it_is(
    s3: Any, tmp_path: Path, name: str, kind: str, cache: int
) -> None:
    publish(episode(tmp_path))
    head = s3.head_object(Bucket=PLACE.bucket, Key=f"a/b/{name}")
    assert head["ContentType"] == kind
    assert head["CacheControl"] == f"public, max-age={cache}"


class Sending:
    """Counts the requests that change something; the program ends at the one numbered `at`."""

    def __init__(self, at: int = 0) -> None:
        self.count, self.at = 0, at

    def __call__(self, request: Any, **_: object) -> None:
        if request.method in ("PUT", "DELETE"):
            self.count += 1
            if self.count == self.at:
                raise Killed


class Killed(BaseException):
    """The program ends here."""


def test_again_without_a_change_sends_nothing(s3: Any, made: Any, tmp_path: Path) -> None:
    folder = episode(tmp_path, date="")
    publish(folder)
    (folder / "episode.mp3").touch()  # the time of a file is no content
    with before_sending(made, sending := Sending()):
        assert plan_for_s3(folder, PLACE).sent == publish(folder).sent == ()
    assert not sending.count


def test_what_has_changed_is_sent_and_what_is_left_over_goes(s3: Any, tmp_path: Path) -> None:
    folder = episode(tmp_path)
    publish(folder)
    s3.put_object(Bucket=PLACE.bucket, Key="a/b/一 集/mine.txt", Body=b"put there by hand")
    old = folder / "chapters" / "01-开场.mp3"
    report = json.loads((folder / "report.json").read_text("utf-8"))
    del report["files"]["chapters/01-开场.mp3"]
    (folder / "episode.srt").write_text((folder / "episode.srt").read_text("utf-8")[::-1], "utf-8")
    (folder / "report.json").write_text(json.dumps(report), "utf-8")
    old.unlink()
    plan = publish(folder)
    assert plan.files == ("一 集/episode.srt",) and plan.left == ("一 集/chapters/01-开场.mp3",)
    found = there(s3)
    assert found.pop("一 集/mine.txt") == b"put there by hand"
    found.pop("feed.xml")
    assert found == here(folder)


@pytest.mark.slow
def test_the_killed_publishing_is_finished_by_the_next(s3: Any, made: Any, tmp_path: Path) -> None:
    """It ends at each request once; the feed comes when all that it names is there."""
    folder, deaths = episode(tmp_path), 0
    while True:
        with before_sending(made, Sending(at=2)):
            try:
                publish(folder)
                break
            except Killed:
                deaths += 1
        assert "feed.xml" not in there(s3)
    assert deaths == len(here(folder))
    found = there(s3)
    assert titles(found.pop("feed.xml")) == ["一 集 <b>"]
    assert found == here(folder)


def test_other_episodes_of_the_feed_stay(s3: Any, tmp_path: Path) -> None:
    """Of another machine, of another program, and in the order of their dates."""
    publish(episode(tmp_path / "one", "甲", date="2025-01-01"))
    publish(episode(tmp_path / "two", "乙", date="2025-02-01"))
    foreign = (
        '<item xmlns:x="https://example.net/x"><title>旧</title><guid>old</guid>'
        "<x:y>1 &amp; 2</x:y>"
        "<pubDate>Wed, 15 Jan 2025 00:00:00 GMT</pubDate></item></channel>"
    )
    feed = there(s3)["feed.xml"].replace(b"</channel>", foreign.encode())
    s3.put_object(Bucket=PLACE.bucket, Key="a/b/feed.xml", Body=feed)
    publish(episode(tmp_path / "three", "丙", date="2024-12-01"))
    found = there(s3)["feed.xml"]
    assert titles(found) == ["乙 <b>", "旧", "甲 <b>", "丙 <b>"]
    assert b"1 &amp; 2</x:y>" in found
    cover = etree.fromstring(found).xpath("channel/*[local-name()='image']/@href")
    assert cover == ["https://example.org/pod/%E4%B9%99/cover.jpg"]


def test_two_that_publish_at_once_lose_nothing(
    s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (episode(tmp_path / name, name) for name in "甲乙")
    read, between = S3.read, [second]

    def interrupted(self: S3, name: str) -> Any:
        found = read(self, name)
        if name == "feed.xml" and between and (PLACE.key("甲/index.html") in keys(s3)):
            publish(between.pop())
        return found

    monkeypatch.setattr(S3, "read", interrupted)
    publish(first)
    assert not between and sorted(titles(there(s3)["feed.xml"])) == ["乙 <b>", "甲 <b>"]


def keys(client: Any) -> list[str]:
    listed = client.list_objects_v2(Bucket=PLACE.bucket)
    return [each["Key"] for each in listed.get("Contents", ())]


def test_an_episode_without_a_date_keeps_that_of_the_feed(s3: Any, tmp_path: Path) -> None:
    folder = episode(tmp_path, date="")
    publish(folder)
    before = etree.fromstring(there(s3)["feed.xml"]).findtext("channel/item/pubDate")
    folder = episode(tmp_path, date="", words="a new build")
    os.utime(folder / "episode.mp3", (1, 1))
    publish(folder)
    assert etree.fromstring(there(s3)["feed.xml"]).findtext("channel/item/pubDate") == before
    assert etree.fromstring(there(s3)["feed.xml"]).findtext("channel/item/guid") == episode_guid(
        folder.name
    )


@pytest.mark.slow
def test_a_build_in_between_leaves_the_feed_alone(
    s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, put = episode(tmp_path), S3.put

    def rebuilt(self: S3, name: str, *rest: Any) -> None:
        put(self, name, *rest)
        episode(tmp_path, words="a new build")

    monkeypatch.setattr(S3, "put", rebuilt)
    with pytest.raises(WriteError, match="built again meanwhile"):
        publish(folder)
    assert "feed.xml" not in there(s3)


def test_a_file_is_there_with_its_own_hash_after_a_build_in_between(
    s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, put = episode(tmp_path), S3.put

    def rebuilt(self: S3, name: str, *rest: Any) -> None:
        put(self, name, *rest)
        if name.endswith("chapters.json"):
            episode(tmp_path, date="2025-03-02", words="y")  # files of the same sizes

    monkeypatch.setattr(S3, "put", rebuilt)
    with pytest.raises(WriteError, match="built again meanwhile"):
        publish(folder)
    monkeypatch.setattr(S3, "put", put)
    publish(episode(tmp_path))
    assert {name: there(s3)[name] for name in here(folder)} == here(folder)


def test_a_build_while_the_report_is_read_is_told(
    s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = episode(tmp_path)

    def rebuilt(folder: Path) -> Any:
        report = require_complete(folder)
        episode(tmp_path, date="2025-03-02")
        return report

    monkeypatch.setattr(sending, "require_complete", rebuilt)
    with pytest.raises(WriteError, match="built again meanwhile"):
        publish(folder)


# Errors -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "feed", [b"<html/>", b"no XML", b"<rss><channel><link>l</link></channel></rss>"]
)
def test_another_feed_is_not_written_over(s3: Any, tmp_path: Path, feed: bytes) -> None:
    s3.put_object(Bucket=PLACE.bucket, Key="a/b/feed.xml", Body=feed)
    with pytest.raises(WriteError, match=r"feed\.xml (is not the feed of|cannot be understood)"):
        publish(episode(tmp_path))
    assert there(s3) == {"feed.xml": feed}


def test_no_feed_here_names_the_command(s3: Any, tmp_path: Path) -> None:
    folder = episode(tmp_path)
    (tmp_path / "feed.xml").unlink()
    with pytest.raises(ReadError, match=r"has no feed\.xml.* run `podcast feed --link … --title"):
        publish(folder)


@pytest.mark.parametrize("change", ["script.md", "episode.mp3"])
def test_an_episode_that_is_not_as_it_was_built_is_not_published(
    s3: Any, tmp_path: Path, change: str
) -> None:
    folder = episode(tmp_path)
    (folder / change).write_text("edited")
    with pytest.raises(ReadError, match="is not as the last build left it"):
        publish(folder)
    assert not there(s3)


def refused(code: str, status: int) -> Any:
    def answer(request: Any, **_: object) -> AWSResponse:
        body = f"<Error><Code>{code}</Code><Message>{KEY} {SECRET}</Message></Error>"
        return AWSResponse(request.url, status, {}, Raw(body.encode()))

    return answer


class Raw:
    """The body of an answer, as botocore reads it."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.body


REFUSALS = [
    ("NoSuchBucket", 404, "there is no bucket 'podcasts'; create it, or correct --to"),
    ("RequestTimeTooSkewed", 403, "clock; set its date and time"),
    ("AccessDenied", 403, "denies access.*need the rights s3:ListBucket"),
    ("InvalidAccessKeyId", 403, "refuses the keys.*set AWS_ACCESS_KEY_ID"),
    ("SignatureDoesNotMatch", 403, "refuses the keys"),
    ("ExpiredToken", 400, "refuses the keys"),
    ("ServiceUnavailable", 503, "is busy or broken .* after 6 tries"),
    ("Strange", 400, r"refuses a request \(Strange, HTTP 400\)"),
]


def test_a_service_that_fails_every_fifth_time_gets_all(
    s3: Any, made: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    folder, chance, answer = episode(tmp_path), Random(0), refused("SlowDown", 503)

    def failing(request: Any, **_: object) -> AWSResponse | None:
        return answer(request) if chance.random() < 0.2 else None

    with before_sending(made, failing):
        publish(folder)
    found = there(s3)
    assert titles(found.pop("feed.xml")) == ["一 集 <b>"] and found == here(folder)


def test_a_service_without_conditions_gets_the_feed_too(s3: Any, made: Any, tmp_path: Path) -> None:
    def without(request: Any, **_: object) -> AWSResponse | None:
        is_conditional = {"If-Match", "If-None-Match"} & set(request.headers)
        return refused("NotImplemented", 501)(request) if is_conditional else None

    with before_sending(made, without):
        publish(episode(tmp_path))
        publish(episode(tmp_path, "二"))
    assert sorted(titles(there(s3)["feed.xml"])) == ["一 集 <b>", "二 <b>"]


@pytest.mark.parametrize(("code", "status", "sentence"), REFUSALS)
def test_a_refusal_is_one_sentence_without_the_keys(
    s3: Any, made: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    code: str, status: int, sentence: str,
) -> None:  # fmt: skip
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    with (
        before_sending(made, refused(code, status)),
        pytest.raises(ServiceError, match=sentence) as told,
    ):
        publish(episode(tmp_path))
    shown = repr(told.value) + repr(told.value.__context__) + repr(told.value.__cause__)
    assert "\n" not in str(told.value) and SECRET not in shown and KEY not in shown


def test_a_service_that_is_down_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("ACCESS_KEY_ID", KEY), ("SECRET_ACCESS_KEY", SECRET)):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    with pytest.raises(ServiceBusy, match="cannot be reached, after 6 tries"):
        publish(episode(tmp_path))


def test_without_keys_the_variables_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(ServiceError, match="needs keys; set AWS_ACCESS_KEY_ID and"):
        publish(episode(tmp_path))


@pytest.mark.parametrize("address", ["s3://", "s3:///x", "castopot", "gs://b", "", "s3://b/\udcff"])
def test_a_place_is_an_address_of_a_bucket(address: str) -> None:
    with pytest.raises(ServiceError, match="is no place; give s3://BUCKET/PREFIX, or castopod"):
        place_of(address)


def test_a_name_that_no_bucket_has_is_a_sentence(s3: Any, tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="'a b' is no name of a bucket"):
        publish_to_s3(episode(tmp_path), Place("a b"), lambda _: None)
