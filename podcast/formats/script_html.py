"""Chapters, paragraphs and a player, each as HTML: what the published page and the studio share.

The texts that these functions take are HTML already: whoever calls them escapes them first. The
studio calls them with no text, and fills in the texts in the browser.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template

from podcast.formats.printed import clock


@cache
def template(name: str) -> str:
    """The text of the file `name` in this room: HTML, a style or a script."""
    return Path(__file__).with_name(name).read_text("utf-8")


def part_html(title: str) -> str:
    """The title of a part, which stands above its first chapter."""
    return f'<p class="part">{title}</p>'


def heading_html(number: int, title: str) -> str:
    """The heading of the chapter that has this number, counted from 1."""
    return f'<h2 id="h{number}">{title}</h2>'


def role_html(name: str) -> str:
    """The name of the speaker, where the speaker changes."""
    return f'<b class="role">{name}</b>'


def paragraph_html(sentences: str, start_ms: int, role: str = "") -> str:
    """A paragraph that is spoken `start_ms` milliseconds after the start of the episode."""
    time = clock(start_ms)
    return (
        f'<div class="p">{role}<a class="at" href="#t={start_ms / 1000:.3f}"'
        f' aria-label="从 {time} 播放">{time}</a><p>{sentences}</p></div>\n'
    )


def player_html(sound: str, seconds: int) -> str:
    """The player of the file at the address `sound`, which lasts so many seconds."""
    return Template(template("player.html")).substitute(
        sound=sound, seconds=seconds, length=clock(seconds * 1000)
    )
