"""What a form of transcript is: the one shape that every module of `forms` has."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from podcast.text.read.heard import Heard


class Form(NamedTuple):
    """A way in which transcripts are written down.

    `fits` says from 0 to 1 how surely a text is of this form; it is also given the suffix of the
    file, in small letters, which only settles doubt. `read` raises Unreadable for a broken text.
    `example` is a short text of this form: a test reads it, and it is what hostile transcripts and
    random bytes begin with. `counts_lines` where the form numbers what is heard by the lines of
    the text, headings among them.
    """

    name: str
    fits: Callable[[str, str], float]
    read: Callable[[str], list[Heard]]
    example: str
    counts_lines: bool = False
