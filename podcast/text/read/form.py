"""What a form of transcript is: the one shape that every module of `forms` has."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from podcast.text.read.heard import Heard

Beside = list[tuple[int, str]]
"""Texts of a file that its form has no place for, each with the number of the fragment before."""


def nothing(_text: str) -> Beside:
    """Of a form that makes something of every line with words."""
    return []


class Form(NamedTuple):
    """A way in which transcripts are written down.

    `fits` says from 0 to 1 how surely a text is of this form; it is also given the suffix of the
    file, in small letters, which only settles doubt. `read` raises Unreadable for a broken text.
    `example` is a short text of this form: a test reads it, and it is what hostile transcripts and
    random bytes begin with. `counts_lines` where the form numbers what is heard by the lines of
    the text, headings among them. `unread` tells what stands outside of all that the form reads, so
    that no words of a file are lost silently: a line whose time is broken, a comment.
    """

    name: str
    fits: Callable[[str, str], float]
    read: Callable[[str], list[Heard]]
    example: str
    counts_lines: bool = False
    unread: Callable[[str], Beside] = nothing
