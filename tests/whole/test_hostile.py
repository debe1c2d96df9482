"""Transcripts nobody would want give an episode or one sentence, in bounded time and memory."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import abuse
import pytest
from forked import told_by_each
from hostile import KINDS, case, huge

from podcast.errors import ReadError
from podcast.text.read import MOST_CHARS, read


@pytest.mark.slow
@pytest.mark.parametrize("number", range(2 * len(KINDS)))
def test_a_hostile_transcript(number: int) -> None:
    assert abuse.tried(case(number), is_whole=False) in ("built", "refused")


SHORT_BYTES = 700  # of a transcript that is built in half a second, whatever is in it


def short_of(kind: int) -> list[int]:
    """The numbers of the short ones among ten transcripts of a kind."""
    numbers = range(kind, 10 * len(KINDS), len(KINDS))
    return [number for number in numbers if len(case(number).content) < SHORT_BYTES]


# One of every second kind that has any.
EPISODES = [number for kind in range(0, len(KINDS), 2) for number in short_of(kind)[:1]]


@pytest.mark.slow
@pytest.mark.parametrize("number", EPISODES)
def test_a_hostile_episode(number: int) -> None:
    assert abuse.tried(case(number), is_whole=True) in ("built", "refused")


# One for each way of refusing a file, and why; the others are refused as one of these is.
REFUSED = {
    "sparse": "it is 1024 MB, over the limit",
    "line breaks": "it is empty",
    "one line": "characters on one line, over the limit",
    "lists": "values, over the limit",
    "depth": "values, over the limit",
    "figures": "values, over the limit",
    "zeros": "it is not text",
    "cues": "line breaks, over the limit",
    "paragraphs": "tags, over the limit",
    "moments": "tags, over the limit",
}


@pytest.fixture(scope="module")
def huge_told() -> str:
    """What is told of each huge file, by a process that has done nothing but import."""
    return told_by_each(REFUSED, "abuse.try_huge(name)")


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_a_huge_file_is_one_sentence_in_bounded_memory(huge_told: str, name: str) -> None:
    assert f"{name} ended with 0\n" in huge_told
    (told,) = re.findall(rf"^{name} +\d+ MB.*", huge_told, re.M)
    assert "cannot read" in told and REFUSED[name] in told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("one line", f"over the limit of {MOST_CHARS}; split it"),
        ("letters", "line breaks, over the limit"),
        ("cues", "line breaks, over the limit"),
        ("segments", "line breaks, over the limit"),
    ],
)
def test_more_than_a_talk_is_refused_with_its_size(tmp_path: Path, name: str, said: str) -> None:
    path = tmp_path / "talk.txt"
    huge(name, path, megabytes=12)
    with pytest.raises(ReadError, match=said) as caught:
        read(path)
    assert "\n" not in str(caught.value)


def test_values_beyond_number_are_refused_whatever_the_name(tmp_path: Path) -> None:
    for name in ("talk.json", "talk.txt"):
        huge("lists", tmp_path / name, megabytes=12)
        with pytest.raises(ReadError, match="values, over the limit of"):
            read(tmp_path / name)


def test_a_printed_value_that_would_take_a_gigabyte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text(f"[{{'text': '你好', 'tokens': [{'1.5,' * 700_000}]}}]", "utf-8")
    with pytest.raises(ReadError, match="values, over the limit of 600000"):
        read(path)


@pytest.mark.parametrize("name", ["talk.srt", "talk.zip", "talk.srt.gz"])
def test_packed_subtitles_are_refused_and_never_unpacked(tmp_path: Path, name: str) -> None:
    path, cues = tmp_path / name, "1\n00:00:01,000 --> 00:00:02,000\n对\n\n".encode() * 500_000
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(cues))
    else:
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            archive.writestr("talk.srt", cues)
    assert path.stat().st_size * 100 < len(cues)
    with pytest.raises(ReadError, match="it is not text"):
        read(path)
