"""Every sentence that a page of the studio can show is there in Chinese."""

from __future__ import annotations

import json
import re

import pytest
from sentences import sentences

from podcast.studio.front import PAGES

NUMBER = re.compile(r"\{(\d)\}")


def rows() -> list[tuple[str, str]]:
    """The rows of the table: a sentence in English, and in Chinese."""
    text = (PAGES / "sentences.js").read_text("utf-8")
    return [tuple(json.loads(row)) for row in re.findall(r'^  (\[".*"\]),$', text, re.MULTILINE)]


@pytest.mark.slow
def test_every_sentence_of_the_program_has_a_row() -> None:
    known = {english for english, _ in rows()}
    found = sentences()
    assert len(found) > 300 and "cannot read {}: it is empty; {}" in found
    assert {text: where for text, where in found.items() if text not in known} == {}


def test_no_sentence_has_two_rows_and_every_value_is_told() -> None:
    english = [row[0] for row in rows()]
    assert len(english) == len(set(english)) > 300
    for own, chinese in rows():
        numbers = {int(number) for number in NUMBER.findall(chinese)}
        assert numbers <= set(range(1, own.count("{}") + 1)), own
        assert re.search("[一-鿿]|[:：{}]", chinese), own
