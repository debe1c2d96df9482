"""Markup -> the words in it. Nothing here parses XML, so no entity of a file is ever expanded."""

from __future__ import annotations

import html
import re

from podcast.text.spacing import join_lines

MOST_TAGS = 4_000_000  # of one file; timed word by word, a talk of three days has so many
BREAK = re.compile(r"<br\b[^<>]*>", re.I)
ANY_TAG = re.compile(r"<[^<>]*>")
ENDLESS = re.compile(r"&#[0-9]{9,};?")  # Python reads no number of thousands of digits


def unescape(text: str) -> str:
    """Entities as characters; a number too long for any character is none.

    >>> unescape("A&amp;B &#20320; &#123456789;x")
    'A&B 你 x'
    """
    return html.unescape(ENDLESS.sub("", text))


def plain_text(body: str) -> str:
    """The words of a piece of markup, on one line.

    >>> plain_text('<span style="x">你好，<br/>世界</span> &amp; 我')
    '你好，世界 & 我'
    """
    return join_lines(unescape(ANY_TAG.sub("", BREAK.sub("\n", body))).split("\n"))
