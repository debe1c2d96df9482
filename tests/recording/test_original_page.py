"""The page that plays a recording beside its script, as real Chromium opens it from disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import page as bench
import pytest
from page import wait
from programs import require_chromium
from spoken import LINES, quiet, write_wav

from podcast.formats.subtitles.lines import DEFAULT
from podcast.model import Chapter, Line, Paragraph, Script, Transcript
from podcast.recording.carry import carry
from podcast.recording.page import page_text
from podcast.recording.times import Stretch, told_times

NAME = 'we "ird\n<b>.wav'
PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Any]:
    """The page of a recording whose second line is doubtful, before its recording is chosen."""
    require_chromium()
    lines = tuple(Line(text, n, 3000 * n, 3000 * n + 2500) for n, text in enumerate(LINES, 1))
    told = told_times(Transcript(lines))
    doubtful = (told.lines[0], replace(told.lines[1], fit=-9.0), *told.lines[2:])
    paragraphs = tuple(Paragraph(f"{text}。") for text in LINES)
    script = Script("<b>集</b>", (Chapter("</main> 一", paragraphs),))
    told = replace(told, lines=doubtful)
    page = page_text(told, carry(told, script, DEFAULT), NAME)
    (tmp_path / "index.html").write_text(page, "utf-8")
    write_wav(tmp_path / "talk.wav", quiet(28))
    with bench.chromium(tmp_path / "profile") as browser:
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
        browser.get((tmp_path / "index.html").as_uri())
        yield browser


@pytest.mark.slow
def test_a_click_plays_the_chosen_recording_there(opened: Any, tmp_path: Path) -> None:
    sentences = "document.querySelectorAll('span[data-at]')"
    opened.execute_script(f"{sentences}[3].click()")  # nothing is chosen yet
    opened.find_element("id", "file").send_keys(str(tmp_path / "talk.wav"))
    wait(opened, "return document.getElementById('player').readyState >= 1")
    opened.execute_script(f"{sentences}[3].click()")
    wait(opened, f"return {sentences}[3].className === 'now'")
    assert opened.execute_script("return player.currentTime") >= 12
    opened.execute_script("player.pause(); document.querySelector('details').open = true")
    listed = opened.find_elements("css selector", "li button")
    assert [each.text for each in listed] == ["0:06"]
    listed[0].send_keys("\ue007")  # the Enter key
    wait(opened, f"return {sentences}[1].className === 'now'")
    assert "<b>集</b>" in opened.find_element("tag name", "h1").text
    assert opened.execute_script("return document.documentElement.scrollWidth") <= PHONE["width"]
    assert opened.get_log("browser") == []  # its policy lets it ask no other machine


def test_sound_without_text_is_listed_only_where_there_is_some() -> None:
    told = told_times(Transcript((Line("今天我们聊一聊", 1, 0, 2500),)))
    script = Script("集", (Chapter("一", (Paragraph("今天我们聊一聊。"),)),))
    carried = carry(told, script, DEFAULT)
    assert "没有文字的声音" not in page_text(told, carried, NAME)
    more = replace(told, untold=(Stretch(3000, 9000),))
    page = page_text(more, carried, NAME)
    assert "没有文字的声音" in page and "6 秒" in page
