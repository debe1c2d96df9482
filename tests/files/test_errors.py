"""An error is one sentence on one line, whatever it quotes."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.errors import NoSuchEngine, PodcastError, ReadError


@pytest.mark.parametrize(
    ("quoted", "told"),
    [("a\nb", "a b"), ("a\n\n  b\n", "a b"), ("\ud800", "\\ud800"), ("\x1b[2J", "\\x1b[2J"),
     ("一　二", "一 二"), ("题\u202e", "题\\u202e")],
)  # fmt: skip
def test_what_cannot_be_printed_is_told_so_that_it_can(quoted: str, told: str) -> None:
    assert str(ReadError(f"cannot read {quoted}")) == f"cannot read {told}"


@given(st.text())
def test_any_message_is_one_line_and_stays_so(text: str) -> None:
    sentence = str(PodcastError(text))
    sentence.encode()
    assert len(sentence.splitlines()) <= 1
    assert str(PodcastError(sentence)) == sentence.strip()
    assert str(pickle.loads(pickle.dumps(NoSuchEngine(text, ["a"])))) == str(
        NoSuchEngine(text, ["a"])
    )
