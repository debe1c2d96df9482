"""The times of the script in the recording -> a page that plays the recording beside it.

It holds no sound: a person chooses the recording on their own machine, and nothing is sent
anywhere. Doubtful lines of the transcript are listed, each to be heard at a click.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from html import escape
from itertools import groupby
from pathlib import Path
from string import Template

from podcast.formats.printed import clock, one_line
from podcast.recording.carry import Carried
from podcast.recording.times import Alignment

_POLICY = (
    "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; "
    "media-src blob:; base-uri 'none'; form-action 'none'"
)


def page_text(alignment: Alignment, carried: Carried, recording: str) -> str:
    """The page, whole in itself but for the sound."""
    inline = {"style": _template("page.css"), "script": _template("page.js")}
    doubtful = [line for line in alignment.lines if not line.is_sure]
    return Template(_template("page.html")).substitute(
        inline,
        policy=_POLICY.format_map({name: _digest(text) for name, text in inline.items()}),
        title=escape(one_line(carried.episode.title)),
        recording=escape(one_line(recording)),
        script_html="".join(_chapters(carried)),
        doubtful_count=len(doubtful),
        lines=len(alignment.lines),
        doubtful="".join(_row(line.start_ms, f"{line.number} {line.text}") for line in doubtful),
        untold=_untold(alignment),
    )


def _untold(alignment: Alignment) -> str:
    """The list of sound that no line tells; empty where there is none."""
    rows = "".join(
        _row(each.start_ms, f"{(each.end_ms - each.start_ms) / 1000:.0f} 秒")
        for each in alignment.untold
    )
    told = f"<details><summary>没有文字的声音</summary><ul>{rows}</ul></details>\n"
    return told if rows else ""


def _chapters(carried: Carried) -> Iterator[str]:
    """The script's sentences, those that are heard with their times, by chapters."""
    for chapter, group in groupby(carried.sentences, lambda each: each.chapter):
        yield f"<h2>{escape(one_line(carried.titles[chapter - 1]))}</h2><p>"
        for each in group:
            text = escape(one_line(each.text))
            if each.start_ms is None:
                yield f"<s>{text}</s>"
            else:
                yield f'<span data-at="{each.start_ms}" data-to="{each.end_ms}">{text}</span>'
        yield "</p>"


def _row(start: int | None, text: str) -> str:
    if start is None:
        return f"<li>{escape(one_line(text))}</li>"
    return f'<li><button data-at="{start}">{clock(start)}</button> {escape(one_line(text))}</li>'


@cache
def _template(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()
