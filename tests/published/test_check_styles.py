"""The check of subtitles judges any style of the table by its numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from podcast.model import STYLES, Recipe, Style
from podcast.published.check import subtitles
from podcast.published.check.opened import Folder
from podcast.published.report import Report

SRT = "1\n00:00:00,000 --> 00:00:01,500\n欢迎收听\n"


def faults(folder: Path, style: Style, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setitem(STYLES, "new", style)
    (folder / "chapters").mkdir(exist_ok=True)
    (folder / "episode.srt").write_text(SRT, "utf-8")
    opened = Folder(folder)
    opened.report = Report(seconds=10.0, recipe=Recipe(subtitle_style="new"))
    return [fault for rule in (subtitles.width, subtitles.times) for fault in rule(opened)]


@pytest.mark.parametrize(
    ("style", "fault"),
    [
        (Style(drops_marks=True, width=4, shortest_ms=1500, longest_ms=1500), ""),
        (Style(drops_marks=True, width=3), "4 wide"),
        (Style(drops_marks=True, shortest_ms=1502), "1500 ms"),
        (Style(drops_marks=True, longest_ms=1499), "1500 ms"),
    ],
)
def test_a_style_is_checked_by_its_own_numbers(
    style: Style, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = faults(tmp_path, style, monkeypatch)
    assert [one for one in found if fault in one] == found and bool(found) == bool(fault)
