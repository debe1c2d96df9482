"""Everything that fuzzing ever found, and a little more of it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from fuzz_targets import EXAMPLES, FINDS, TARGETS
from hypothesis import given
from hypothesis import strategies as st

from podcast.published.check.opened import read_times


def test_a_time_that_is_said_is_no_time_of_a_word() -> None:
    said = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n从 00:00:05.000 起\n"
    timed = said.replace("起", "<00:00:01.500>起")
    assert read_times(said) == [] and read_times(timed) == [[1000, 1500, 2000]]


QUICK = [name for name in TARGETS if name not in ("pages", "episode", "studio")]


@pytest.mark.parametrize(
    "find", sorted(FINDS.glob("*/*")), ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_what_was_found_once_is_taken_or_refused(find: Path) -> None:
    TARGETS[find.parent.name](find.read_bytes())


@pytest.mark.parametrize("name", QUICK)
def test_an_example_is_taken(name: str) -> None:
    for text in EXAMPLES[name]:
        TARGETS[name](text.encode())


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
@given(encoded=st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode()))
def test_any_bytes(name: str, encoded: bytes) -> None:
    TARGETS[name](encoded)


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_a_changed_example(name: str) -> None:
    from fuzz import changed

    chance = random.Random(name)
    examples = [text.encode() for text in EXAMPLES[name]]
    for _ in range(50):
        TARGETS[name](changed(chance.choice(examples), chance))


DIGITS = b"9" * 5000
DEEP = b"[" * 5000


@pytest.mark.slow
@pytest.mark.parametrize("name", ["settings", "glossary", "cast", "respellings"])
@pytest.mark.parametrize(
    "encoded",
    [
        b"a=" + DIGITS,
        b"a=0x" + b"f" * 9000,
        b"a=" + DEEP,
        b'"' + b"k" * 9000 + b'"=1',
        b"a." * 5000 + b"b=1",
        b'[glossary]\na={lines=0x' + b"f" * 9000 + b"}",
        b'cover="' + b"a" * 9000 + b'"',
        b"voice=[1]",
        b'a = "\xed\xa0\x80"',
        bytes(3000),
    ],
    ids=lambda encoded: encoded[:12].decode("utf-8", "replace"),
)  # fmt: skip
def test_toml_out_of_all_bounds(name: str, encoded: bytes) -> None:
    TARGETS[name](encoded)


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("markdown", b"+++\ntitle=0x" + b"f" * 9000 + b"\n+++\nx"),
        ("markdown", b"+++\na=" + DIGITS + b"\n+++\nx"),
        ("markdown", b"+++\na=" + DEEP + b"\n+++\nx"),
        ("markdown", b"# t\n\n" + b"[" * 50_000 + b"](x)" * 50_000),
        ("markdown", b"# t\n\n" + b"**" * 50_000),
        ("srt", b"1\n00:00:01,000 --> 00:00:02,000\n&#" + DIGITS + b";"),
        ("srt", b"1\n00:00:01,000 --> 00:00:02,000\n" + b"<v " * 30_000),
        ("json", b'[{"text":"a","start":' + DIGITS + b"}]"),
        ("json", b'{"result":' * 2000 + b"[]" + b"}" * 2000),
        (
            "feed",
            b"<rss><channel><item>" + b"<x>" * 5000 + b"</x>" * 5000 + b"</item></channel></rss>",
        ),
        ("pronunciation", b"9" * 5000),
        ("pronunciation", "①½٣１²".encode() * 99),
    ],
)
def test_text_out_of_all_bounds(name: str, encoded: bytes) -> None:
    TARGETS[name](encoded)


@pytest.mark.parametrize(
    ("name", "piece", "count"),
    [
        ("txt", b"*", 20_000),
        ("txt", b"1 \n", 4000),
        ("form-text-with-times", b"\n", 40_000),
        ("docx", "\u2028".encode(), 20_000),
        ("markdown", b"a\n", 20_000),
        ("markdown", b"> a\n", 20_000),
        ("vtt", b"NOTE a\n\n", 5000),
        ("form-sami-captions", b"<body>", 10_000),
        ("form-timed-text-in-xml", b"<head>", 20_000),
        ("pronunciation", b"a", 2000),
    ],
)
def test_work_grows_as_the_text(name: str, piece: bytes, count: int) -> None:
    """Each of these takes a moment; work that grew with its square would take minutes."""
    TARGETS[name](piece * count)
