"""Episode -> Podlove Simple Chapters."""

from __future__ import annotations

from collections.abc import Sequence

from podcast.formats.printed import chapter_link, milliseconds, one_line, picture_link, stamp
from podcast.model import Episode, Span

# What stands for a character in the value of an attribute; & comes first. Source: XML 1.0, 2.4.
_REFERENCES = {"&": "&amp;", ">": "&gt;", "<": "&lt;"} | {
    white: f"&#{ord(white)};" for white in "\n\r\t"
}


def podlove_text(episode: Episode, link: str = "", pictures: Sequence[str] = ()) -> str:
    """The text of an XML element, which is also valid inside an item of a feed.

    `link` is the episode's page on the web; each chapter then has a link to its second there.
    `pictures` has the name of each chapter's picture without suffix, or is empty.

    Source: Podlove Simple Chapters 1.2.
    """
    names = pictures or [""] * len(episode.chapters)
    chapters = "".join(
        _chapter(chapter, episode.rate, link, name)
        for chapter, name in zip(episode.chapters, names, strict=True)
    )
    namespace = "http://podlove.org/simple-chapters"
    return f'<psc:chapters version="1.2" xmlns:psc="{namespace}">\n{chapters}</psc:chapters>\n'


def _chapter(chapter: Span, rate: int, link: str, picture: str) -> str:
    start = milliseconds(chapter.start, rate)
    href = f" href={quoted(chapter_link(link, start))}" if link else ""
    address = picture_link(link, picture) if picture else ""
    image = f" image={quoted(address)}" if address else ""
    title = quoted(one_line(chapter.text))
    return f'  <psc:chapter start="{stamp(start)}" title={title}{href}{image}/>\n'


def quoted(text: str) -> str:
    """A text as the value of an XML attribute, with the quotation marks around it.

    That is what `xml.sax.saxutils.quoteattr` returns, which imports half of a web client.

    >>> print(quoted("a < b"), quoted('"a"'))
    "a &lt; b" '"a"'
    """
    for character, reference in _REFERENCES.items():
        text = text.replace(character, reference)
    mark = "'" if '"' in text and "'" not in text else '"'
    return f"{mark}{text.replace(mark, '&quot;')}{mark}"
