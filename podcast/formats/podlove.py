"""Episode -> Podlove Simple Chapters."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr  # nosec B406 # it writes, and reads nothing

from podcast.formats.printed import chapter_link, milliseconds, one_line, picture_link, stamp
from podcast.model import Episode, Span


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
    href = f" href={quoteattr(chapter_link(link, start))}" if link else ""
    address = picture_link(link, picture) if picture else ""
    image = f" image={quoteattr(address)}" if address else ""
    title = quoteattr(one_line(chapter.text))
    return f'  <psc:chapter start="{stamp(start)}" title={title}{href}{image}/>\n'
