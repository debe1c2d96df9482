"""Marks at faulty paragraphs on the page."""

from __future__ import annotations

import pytest
from page import RATE, track_of

from podcast.formats.faults import Fault, fault_text, marked
from podcast.formats.page import page_text
from podcast.model import Episode

HOSTILE = '<b class="fault">"<div class="p">'


@pytest.fixture(scope="module")
def page() -> str:
    tracks = (
        track_of("开场", [("host", ["大家好。"])], 1.0),
        track_of("正题", [("host", [HOSTILE]), ("guest", ["我同意。"]), ("host", ["好。"])], 1.0),
    )
    names = (("host", "张三"), ("guest", "<李四>"))
    return page_text(Episode("集", RATE, tracks, names=names))


def fault(start: float, what: str = "misread", heard: str = "") -> Fault:
    return Fault(2, "正题", 1, what, start, start + 1, 0.0, HOSTILE, heard)


def test_marks_stand_at_their_paragraphs_and_a_list_leads_to_them(page: str) -> None:
    text = marked(page, [fault(7.0, heard=HOSTILE), fault(42.0, "missing"), fault(42.5, "new")])
    head, _, script = text.partition('<section id="c1"')
    assert head.count('<li><a href="#f') == 3
    assert '<a href="#f1">0:07 误读</a>' in head and '<a href="#f2">0:42 漏读</a>' in head
    first, second = (script.index(f'id="f{number}"') for number in (1, 2))
    assert script.index("正题") < first < script.index("&lt;div") < second < script.index("我同意")
    assert script.count('<b class="fault" title=') == 3 and "有误</b>" in script
    assert HOSTILE not in text


def test_marks_are_replaced_and_go_without_faults(page: str) -> None:
    once = marked(page, [fault(7.0)])
    assert marked(marked(page, [fault(42.0), fault(50.0)]), [fault(7.0)]) == once
    assert marked(once, []) == page


def test_a_page_that_has_no_paragraph_at_the_time_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="no paragraph at 0:00"):
        marked(page, [fault(0.0)])
    with pytest.raises(ValueError, match="no script"):
        marked(page.replace("<main", "<div"), [fault(7.0)])


def test_a_fault_is_told_in_one_line() -> None:
    assert fault_text(fault(62.0)).startswith("1:02, paragraph 1 of 正题: ")
    assert fault_text(fault(62.0)).endswith(", nothing heard")
    assert fault_text(fault(62.0, heard="好" * 41)).endswith("heard " + repr("好" * 39 + "…"))
