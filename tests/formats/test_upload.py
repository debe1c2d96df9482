"""Texts for the upload pages: always within their limits, the notice always in them."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from podcast.formats import upload
from podcast.model import NOTICE, Episode, Track

texts = st.text(max_size=120)
episodes = st.builds(
    lambda title, author, chapters: Episode(
        title, 1000, tuple(Track(t, length, (), ()) for t, length in chapters), author
    ),
    st.text(max_size=300),
    texts,
    st.lists(st.tuples(texts, st.integers(1, 400_000)), min_size=1, max_size=40),
)
names = st.lists(texts, max_size=60)


@given(episodes, st.text(max_size=3000), names)
def test_limits_are_kept(episode: Episode, summary: str, named: list[str]) -> None:
    assert len(upload.youtube_title(episode)) <= 100
    assert len(upload.bilibili_title(episode)) <= 80
    youtube = upload.youtube_description(episode, summary, named)
    bilibili = upload.bilibili_description(episode, summary, named)
    assert len(youtube) <= 5000 and len(bilibili) <= 2000
    assert not set("<>") & {*youtube, *upload.youtube_title(episode)}
    assert NOTICE in youtube and NOTICE in bilibili
    tags = upload.youtube_tags(episode, named).strip("\n").split(",")
    assert sum(len(tag) + 2 * (" " in tag) + 1 for tag in tags) - 1 <= 500
    lines = upload.bilibili_tags(episode, named).splitlines()
    assert len(lines) <= 10 and all(0 < len(tag) <= 20 for tag in lines)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=300))
@settings(max_examples=30)
def test_youtube_shows_the_chapters(seconds: list[int]) -> None:
    """The first at 0:00, each of ten seconds or more, or there is only one."""
    tracks = tuple(Track(f"第{n}章", 1000 * each, (), ()) for n, each in enumerate(seconds))
    episode = Episode("题", 1000, tracks)
    listed = re.findall(r"^((?:\d+:)?\d+:\d\d) ", upload.youtube_description(episode, "", []), re.M)
    starts = [sum(int(p) * 60**n for n, p in enumerate(c.split(":")[::-1])) for c in listed]
    assert starts[0] == 0
    ends = [*starts[1:], sum(seconds)]
    assert len(starts) == 1 or min(b - a for a, b in zip(starts, ends, strict=True)) >= 10


def test_a_chapter_of_ten_seconds_is_listed_and_a_shorter_one_joined() -> None:
    for samples, count in ((10_000, 3), (9_999, 2), (9_000, 2)):
        tracks = tuple(Track("章", each, (), ()) for each in (20_000, samples, 20_000))
        described = upload.youtube_description(Episode("题", 1000, tracks), "", [])
        assert len(re.findall(r"^\d+:\d\d 章$", described, re.M)) == count


def test_seven_hundred_long_chapters_fit() -> None:
    episode = Episode("题", 1000, tuple(Track("八" * 85, 20_000, (), ()) for _ in range(700)))
    description = upload.youtube_description(episode, "说明" * 400, ["名字"] * 500)
    assert "0:00 八" in description and len(description) <= 5000


def test_names_are_tags() -> None:
    episode = Episode("题", 1, (), "张三")
    named = ["《三体》", "Claude Code", "a,b", "Claude Code"]
    assert upload.bilibili_tags(episode, named) == "播客\n张三\n三体\nClaude Code\nab\n"
