"""SAMI captions -> Heard: `<SYNC Start=500><P Class=ZHCC>text`."""

from __future__ import annotations

import re

from podcast.text.read.form import Beside, Form
from podcast.text.read.forms.markup import MOST_TAGS, plain_text
from podcast.text.read.heard import Heard, has_words, require_few

SYNC = re.compile(r"<sync\b[^<>]*?\bstart\s*=\s*[\"']?(\d{1,9})[^<>]*>", re.I)
PARAGRAPH = re.compile(r"<p\b([^<>]*)>", re.I)
CLASS = re.compile(r"class\s*=\s*[\"']?([\w-]{1,40})", re.I)
TAIL = re.compile(r"</?(?:body|sami)\b", re.I)


def fits(text: str, _suffix: str) -> float:
    """Whether it opens as SAMI does and has a moment."""
    return float(text[:2000].lstrip("\ufeff \r\n").lower().startswith("<sami"))


def read(text: str) -> list[Heard]:
    """What each moment shows, up to the next. Of two languages, the one that is Chinese."""
    require_few(text.count("<"), MOST_TAGS, "tags")
    parts = moments(text)
    starts, bodies = parts[1::2], parts[2::2]
    wanted = chinese_class(bodies)
    heard = []
    for number, (start, body) in enumerate(zip(starts, bodies, strict=True), 1):
        words = plain_text(of_class(TAIL.split(body)[0], wanted))
        end = int(starts[number]) if number < len(starts) else None
        if words:
            heard.append(Heard(words, number, int(start), end))
    return heard


def moments(text: str) -> list[str]:
    """What stands above the first moment; then by turns when each is, and what it shows."""
    return SYNC.split(TAIL.split(text, maxsplit=2)[-1] if "<sync" not in text.lower() else text)


def unread(text: str) -> Beside:
    """What stands between the head and the first moment, and below the end of the body."""
    parts = moments(text)
    above = TAIL.split(parts[0])[-1] if TAIL.search(parts[0]) else ""
    below = [
        (number, piece)
        for number, body in enumerate(parts[2::2], 1)
        for piece in TAIL.split(body)[1:]
    ]
    found = [(number, plain_text(words.lstrip(" >"))) for number, words in [(0, above), *below]]
    return [(number, words) for number, words in found if has_words(words)]


def chinese_class(bodies: list[str]) -> str:
    """The class of paragraphs named as Chinese where there is more than one, else none."""
    names = {found[1] for body in bodies for found in CLASS.finditer(body)}
    chinese = [name for name in sorted(names) if re.match(r"zh|cn|ch", name, re.I)]
    return chinese[0] if len(names) > 1 and chinese else ""


def of_class(body: str, wanted: str) -> str:
    """The paragraphs of the class that is wanted; all, where any will do."""
    parts = PARAGRAPH.split(body)
    if not wanted or len(parts) < 3:
        return body
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return "\n".join(words for head, words in pairs if wanted in head)


EXAMPLE = """\
<SAMI><BODY>
<SYNC Start=500><P Class=ZHCC>大家好
<SYNC Start=2500><P Class=ZHCC>&nbsp;
<SYNC Start=3000><P Class=ZHCC>今天聊番茄
</BODY></SAMI>"""
SAMI = Form("SAMI captions", fits, read, EXAMPLE, unread=unread)
