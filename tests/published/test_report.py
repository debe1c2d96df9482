"""report.json is read by one reader, whatever somebody wrote in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from places import ROOT
from rich.console import Console

from podcast.cli import chapter_table
from podcast.errors import ReadError
from podcast.files.names import REPORT
from podcast.files.options import OPTIONS
from podcast.formats.feed import Show
from podcast.model import Kept, Recipe
from podcast.production.build import build
from podcast.production.order import Order
from podcast.production.publish import made_files
from podcast.published.check import check
from podcast.published.episode import read_published
from podcast.published.feed import write_feed
from podcast.published.folder import is_complete
from podcast.published.report import (
    BUILT,
    ChapterReport,
    EditorReport,
    KeptText,
    Report,
    ScriptReport,
    read_report,
    report_of,
    report_text,
    require_fields,
)
from podcast.published.serve import episodes
from podcast.text.read.account import Account, LeftOut, Speaker

SEED = """# 两件小事

# 上半场

## 开场

大家好，今天谈谈 Claude Code，它用起来很方便。Claude Code 和 GPT-4.5 的价格都在降。

> [guest] 对。

## 《三体》

《三体》里有一句话。还有 GPT-4.5。
"""
SHOW = Show("https://example.org/pod/", "节目", "张三")
NUMBERS = st.one_of(
    st.integers(), st.floats(), st.sampled_from([10**400, -1, 0, 2**63, 1e308, float("nan")])
)
TEXTS = st.one_of(
    st.text(),
    st.sampled_from(["../x", "/etc", "a" * 300, "a/" * 600, "a\0b", "\ud800", "0001-01-01"]),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An episode that tells in every field of its report but `editor` and `reading`."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "talk.md").write_text(SEED, "utf-8")
    page = 'link = "https://example.org/1"\ndate = 2025-03-01\nauthor = "张三"\n'
    (folder / "talk.toml").write_text(page, "utf-8")
    voices = ROOT / "voices"
    order = Order(folder / "talk.md", folder / "out", Recipe(engine="tone"), voices)
    return build(order, lambda *_: None, lambda _: None).folder


EDITED = EditorReport("m", 3, 1, 0, (KeptText("paragraph", "开场", "大家好", "a figure changed"),))


READ = Account(
    "plain text",
    "zh-Hans",
    3,
    1,
    (Speaker("张三", "host", 1.0),),
    (LeftOut("a", 1),),
    "light",
    (("这个", 12), ("fillers", 3)),
)


def told_by(folder: Path) -> dict[str, Any]:
    report = replace(read_report(folder), editor=EDITED, reading=READ)
    table: dict[str, Any] = json.loads(report_text(report))
    return table


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path to every value of a JSON value, itself first."""
    yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from places(each, (*path, key))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from places(each, (*path, at))


def put(whole: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """A JSON value with another in one place of it."""
    if not path:
        return value
    copied: Any = dict(whole) if isinstance(whole, dict) else list(whole)
    copied[path[0]] = put(whole[path[0]], path[1:], value)
    return copied


def use(folder: Path) -> None:
    """All that commands do with a report, each by its own code: Report or sentence, no more."""
    report = read_report(folder)
    assert read_again(report) == report
    made_files(folder)
    is_complete(folder, report, None)
    episodes(folder.parent)
    if not report.lacks(*BUILT):  # else it is built again
        Console(quiet=True).print(chapter_table(report))
    for needing in (
        lambda: require_fields(folder, *BUILT),
        lambda: read_published(folder),
        lambda: write_feed(folder.parent, SHOW),
    ):
        try:
            needing()
        except ReadError as error:
            assert str(folder) in str(error) and "`podcast make`" in str(error)


def read_again(report: Report) -> Report:
    return report_of(json.loads(report_text(report)))


@pytest.mark.parametrize("count", ["9" * 5000, str(2**63), "-1", "1.0", "x"])
def test_a_count_beyond_belief_is_none(count: str) -> None:
    assert report_of({"title": "题", "kept": [f"0 1 {count}"]}) == Report(title="题")
    assert report_of({"kept": [f"0 1 {2**63 - 1}"]}).kept == (Kept(0, 1, 2**63 - 1),)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_anything_in_any_place_is_a_report_or_one_sentence(
    built: Path, data: st.DataObject
) -> None:
    whole = (built / REPORT).read_bytes()
    told = told_by(built)
    path = data.draw(st.sampled_from(list(places(told))))
    damaged = put(told, path, data.draw(JSON))
    try:
        (built / REPORT).write_text(json.dumps(damaged), "utf-8")
        use(built)
    finally:
        (built / REPORT).write_bytes(whole)


@pytest.mark.slow
@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b"1" * 9999]
)
def test_what_is_no_report_tells_nothing(built: Path, content: bytes) -> None:
    whole = (built / REPORT).read_bytes()
    try:
        (built / REPORT).write_bytes(content)
        assert read_report(built) == Report()
        use(built)
        with pytest.raises(ReadError, match=r"it has no title, no rate, .*; run `podcast make`"):
            check(built)
    finally:
        (built / REPORT).write_bytes(whole)


@pytest.mark.slow
def test_a_damaged_report_leaves_the_rest_told(built: Path) -> None:
    whole = read_report(built)
    told = put(told_by(built), ("seconds",), "x")
    assert report_of(told) == replace(whole, editor=EDITED, reading=READ, seconds=0.0)
    told = put(told_by(built), ("chapters", 1, "part"), 3)
    chapters = (whole.chapters[0], replace(whole.chapters[1], part=""))
    assert report_of(told) == replace(whole, editor=EDITED, reading=READ, chapters=chapters)
    told = put(told_by(built), ("recipe", "peak"), 99)
    assert report_of(told).recipe == whole.recipe


# Written and read -------------------------------------------------------------------------------

plain = st.text(st.characters(codec="utf-8"), max_size=8)
counts = st.integers(0, 2**40)
seconds = st.floats(0, 1e6)
file_names = st.from_regex(r"[\w-][\w.-]{0,20}", fullmatch=True)


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    """Any recipe that its options allow, with sound files by their names."""
    values: dict[str, Any] = {}
    for name, option in OPTIONS.items():
        if option.kind is Path:
            values[name] = draw(st.none() | file_names.map(Path))
        elif option.choices:
            values[name] = draw(st.sampled_from(option.choices))
        elif option.kind is bool:
            values[name] = draw(st.booleans())
        elif option.kind is str:
            values[name] = draw(plain)
        elif option.kind is int:
            values[name] = draw(st.integers(int(option.least), int(option.most)))
        else:
            values[name] = draw(st.floats(option.least, option.most))
    return Recipe(**values)


reports = st.builds(
    Report,
    episode=st.text(max_size=8),
    title=plain,
    author=plain,
    date=plain,
    link=plain,
    source=st.text(max_size=8),
    summary=plain,
    script=st.builds(ScriptReport, st.booleans(), plain),
    engine=plain,
    voices=st.dictionaries(plain, plain, max_size=3).map(lambda table: tuple(table.items())),
    cover=st.sampled_from(["own", "drawn"]),
    recipe=recipes(),
    gains_db=st.dictionaries(plain, st.floats(-90, 90), max_size=3).map(
        lambda table: tuple(table.items())
    ),
    loudness_lufs=st.none() | st.floats(-90, 0),
    rate=counts,
    samples=counts,
    seconds=seconds,
    lines=counts,
    chapters=st.lists(
        st.builds(ChapterReport, plain, seconds, seconds, plain, plain, st.lists(plain).map(tuple)),
        max_size=3,
    ).map(tuple),
    reading=st.none()
    | st.builds(
        Account,
        plain,
        plain,
        counts,
        counts,
        st.lists(st.builds(Speaker, plain, plain, st.floats(0, 1)), max_size=2).map(tuple),
        st.lists(st.builds(LeftOut, plain, counts, plain, plain), max_size=2).map(tuple),
    ),
    editor=st.none()
    | st.builds(
        EditorReport,
        plain,
        counts,
        counts,
        counts,
        st.lists(st.builds(KeptText, plain, plain, plain, plain), max_size=2).map(tuple),
    ),
    inputs=plain,
    files=st.dictionaries(file_names, counts, max_size=3).map(lambda table: tuple(table.items())),
)


@pytest.mark.slow
@given(reports)
def test_a_report_is_read_as_it_was_written(report: Report) -> None:
    text = report_text(report)
    assert report_of(json.loads(text)) == report
    assert list(json.loads(text)) == [each.name for each in fields(Report)]


@pytest.mark.slow
def test_a_build_tells_what_it_is_about(built: Path) -> None:
    report = read_report(built)
    first, second = report.chapters
    assert (first.title, first.part, second.part) == ("开场", "上半场", "")
    assert first.names == ("Claude Code", "GPT-4.5") and second.names == ("GPT-4.5", "《三体》")
    assert first.summary and first.summary in SEED.replace("。 ", "。")
    assert report.summary == "本集共 2 章，从“开场”谈到“《三体》”。"
    published = read_published(built)
    assert published.names == ("Claude Code", "GPT-4.5", "《三体》")
    assert published.summary == report.summary
    assert [track.part for track in published.episode.tracks] == ["上半场", ""]


@pytest.mark.slow
def test_an_older_report_tells_no_names_and_is_read(built: Path) -> None:
    """Before parts, summaries and names were told, the show notes alone had them."""
    whole = (built / REPORT).read_bytes()
    told = json.loads(whole)
    del told["summary"], told["recipe"]
    told["chapters"] = [
        {name: chapter[name] for name in ("title", "start_seconds", "seconds")}
        for chapter in told["chapters"]
    ]
    try:
        (built / REPORT).write_text(json.dumps(told), "utf-8")
        published = read_published(built)
    finally:
        (built / REPORT).write_bytes(whole)
    assert (published.names, published.summary) == ((), "")
    assert published.report.recipe == Recipe()
    assert [track.part for track in published.episode.tracks] == ["", ""]


def test_folders_of_sound_files_are_nobodys_business() -> None:
    told = {"recipe": {"music": "/home/someone/bed.mp3", "intro": "", "outro": 3}}
    assert report_of(told).recipe == Recipe(music=Path("bed.mp3"))
