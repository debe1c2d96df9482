"""The feed, read by lxml."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from podcast.errors import ReadError, WriteError
from podcast.formats.feed import Item, Show, feed_text, published_at, read_feed
from podcast.model import NOTICE
from podcast.published.feed import read_show, write_feed

NAMES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
}
SHOW = Show("https://example.org/pod/", "节目 <&>", "张三", "a@example.org", "讲 AI")
REPORT = {"title": "第一集 <b>", "seconds": 61.5, "voices": {"host": "cmn", "guest": "yunxi"}}
VOICES = (("host", "cmn"), ("guest", "yunxi"))
DAY = datetime(2025, 3, 1, tzinfo=timezone.utc)


def item(name: str = "a 集", notes: str = "# 题\n\n> 声", day: datetime = DAY) -> Item:
    return Item(name, "第一集 <b>", 61.5, notes, day, 1234, voices=VOICES)


def read(text: str) -> Any:
    return etree.fromstring(text.encode())


def test_the_channel_has_what_directories_require() -> None:
    channel = read(feed_text(SHOW, [item()])).find("channel")
    for path in (
        "title",
        "link",
        "description",
        "language",
        "itunes:author",
        "itunes:explicit",
        "itunes:owner/itunes:email",
        "podcast:guid",
        "podcast:locked",
    ):
        assert channel.findtext(path, namespaces=NAMES), path
    assert channel.findtext("title") == SHOW.title
    assert channel.find("itunes:category", NAMES).get("text") == "Technology"
    assert channel.find("itunes:image", NAMES).get("href").endswith("/cover.jpg")
    assert channel.find("atom:link", NAMES).get("href") == "https://example.org/pod/feed.xml"
    assert channel.find("podcast:txt", NAMES).get("purpose") == "ai-content"


def test_an_item_has_what_directories_require() -> None:
    found = read(feed_text(SHOW, [item()])).find("channel/item")
    home = "https://example.org/pod/a%20%E9%9B%86"
    enclosure = found.find("enclosure")
    assert dict(enclosure.attrib) == {
        "url": f"{home}/episode.mp3",
        "length": "1234",
        "type": "audio/mpeg",
    }
    assert found.findtext("title") == "第一集 <b>"
    assert found.find("guid").get("isPermaLink") == "false"
    assert parsedate_to_datetime(found.findtext("pubDate")) == DAY
    assert int(found.findtext("itunes:duration", namespaces=NAMES)) == 62
    chapters = found.find("podcast:chapters", NAMES)
    assert chapters.get("type") == "application/json+chapters"
    kinds = {each.get("type") for each in found.findall("podcast:transcript", NAMES)}
    assert kinds == {"text/vtt", "application/x-subrip"}
    assert len(found.findall("podcast:person", NAMES)) == 2
    assert NOTICE in found.findtext("podcast:txt", namespaces=NAMES)


def test_an_item_is_dated_and_linked_as_its_report_tells(tmp_path: Path) -> None:
    told = {**REPORT, "date": "2025-03-01T08:00:00+08:00", "link": "https://example.com/1"}
    for name, report in (("a", told), ("b", {**REPORT, "date": "2025-02-28", "link": ""})):
        (tmp_path / name).mkdir()
        for file in ("episode.mp3", "index.html", "shownotes.md"):
            (tmp_path / name / file).write_text("x")
        (tmp_path / name / "report.json").write_text(json.dumps(report), "utf-8")
    items = etree.parse(str(write_feed(tmp_path, SHOW))).findall("channel/item")
    dates = [parsedate_to_datetime(item.findtext("pubDate") or "") for item in items]
    assert dates == [DAY, datetime(2025, 2, 28, tzinfo=timezone.utc)]
    links = [item.findtext("link") for item in items]
    assert links == ["https://example.com/1", "https://example.org/pod/b/index.html"]


def test_the_keywords_of_an_episode_are_the_categories_of_its_item(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for file in ("episode.mp3", "index.html", "shownotes.md"):
        (tmp_path / "a" / file).write_text("x")
    told = {**REPORT, "keywords": ["雷军", "R&D"]}
    (tmp_path / "a" / "report.json").write_text(json.dumps(told), "utf-8")
    item = etree.parse(str(write_feed(tmp_path, SHOW))).find("channel/item")
    assert [each.text for each in item.findall("category")] == ["雷军", "R&D"]


def test_a_persons_part_is_one_of_the_taxonomy() -> None:
    voices = (("host", "a"), ("guest", "b"), ("narrator", "c"), ("小明", "d"))
    found = read(feed_text(SHOW, [replace(item(), voices=voices)])).find("channel/item")
    people = found.findall("podcast:person", NAMES)
    assert [person.get("role") for person in people] == ["host", "guest", "narrator", "host"]
    assert {person.get("group") for person in people} == {"cast"}
    assert all(person.text.endswith("(AI)") for person in people)


def test_guids_stay_when_all_else_changes() -> None:
    before = read(feed_text(SHOW, [item(), item("b")]))
    later = datetime(2026, 1, 1, tzinfo=timezone.utc)
    moved = replace(SHOW, title="新名", link="https://other.example")
    after = read(feed_text(moved, [item(day=later, notes="新"), item("b")]))
    found = [
        sorted(each.text for each in feed.findall("channel/item/guid")) for feed in (before, after)
    ]
    assert found[0] == found[1]
    assert len(set(found[0])) == 2


def test_the_newest_comes_first() -> None:
    old, new = item("a"), item("b", day=datetime(2025, 4, 1, tzinfo=timezone.utc))
    links = read(feed_text(SHOW, [old, new])).xpath("channel/item/link/text()")
    assert [link.split("/")[-2] for link in links] == ["b", "a"]


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=9)


@given(st.builds(Show, *[WORDS] * 6))
def test_a_feed_that_is_read_and_written_again_is_the_same(show: Show) -> None:
    text = feed_text(show, [item(), item("b")])
    found = read_feed(text.encode())
    assert feed_text(found.show, (), found.items) == text
    assert feed_text(found.show, [item("b")], found.items[1:]) == text


@pytest.mark.parametrize(
    "date",
    [
        "",
        "soon",
        "Fri, 31 Dec 9999 23:59:59 -0100",
        "Mon, 01 Jan 2024 00:00:99999999999999999999 +0000",
    ],
)
def test_a_date_that_is_none_stands_at_the_end_of_the_feed(date: str) -> None:
    text = feed_text(SHOW, [item("b")]).replace("Sat, 01 Mar 2025 00:00:00 +0000", date)
    [other] = read_feed(text.encode()).items
    assert published_at(other) is None
    links = read(feed_text(SHOW, [item("a")], [other])).xpath("channel/item/link/text()")
    assert [link.split("/")[-2] for link in links] == [quote("a"), "b"]


UNREADABLE = '<?xml version="1.0" encoding="none"?><rss/>'


@pytest.mark.parametrize(
    "text", ["", "<rss/>", "<rss><channel>", "{}", "<!DOCTYPE a [<!ENTITY", UNREADABLE]
)
def test_what_is_no_feed_is_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "feed.xml").write_text(text)
    with pytest.raises(ReadError, match=r"feed.xml cannot be understood .* run `podcast feed --l"):
        read_show(tmp_path)


@given(st.text(max_size=40), st.integers(0, 3000))
def test_any_text_makes_a_feed_within_limits(text: str, times: int) -> None:
    notes = (text or "字") * times
    feed = feed_text(replace(SHOW, title=text), [replace(item(), notes=notes, title=text)])
    read_back = read(feed).find("channel/item")
    assert len((read_back.findtext("description") or "").encode()) <= 4000


def test_the_feed_of_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "集"
    folder.mkdir()
    (folder / "episode.mp3").write_bytes(b"123")
    (folder / "index.html").write_text("")
    (folder / "shownotes.md").write_text("说明", "utf-8")
    (folder / "report.json").write_text(json.dumps(REPORT), "utf-8")
    path = write_feed(tmp_path, SHOW)
    found = etree.parse(str(path)).getroot().find("channel/item")
    assert found is not None
    assert found.findtext("description") == "说明"


@pytest.mark.parametrize("told", [{}, {"title": 3, "seconds": 1}, {"title": "题", "seconds": "x"}])
def test_an_episode_that_tells_too_little_is_one_sentence(
    tmp_path: Path, told: dict[str, object]
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.html").write_text("")
    (tmp_path / "a" / "report.json").write_text(json.dumps(told), "utf-8")
    with pytest.raises(ReadError, match=r"a/report.json is incomplete: it has no .*; run `podc"):
        write_feed(tmp_path, SHOW)


@pytest.mark.parametrize("link", ["", "example.org", "file:///x", "https://"])
def test_a_link_must_be_a_web_address(tmp_path: Path, link: str) -> None:
    with pytest.raises(WriteError, match="web address"):
        write_feed(tmp_path, replace(SHOW, link=link))


def test_no_episode_is_no_feed(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="no episode"):
        write_feed(tmp_path, SHOW)
