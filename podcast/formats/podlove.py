"""Episode -> Podlove Simple Chapters."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr  # nosec B406 # it writes, and reads nothing

from podcast.formats.printed import milliseconds, one_line, stamp
from podcast.model import Episode


def podlove_text(episode: Episode) -> str:
    """One XML element, also valid inside a feed's item.

    Source: Podlove Simple Chapters 1.2.
    """
    chapters = "".join(
        f'  <psc:chapter start="{stamp(milliseconds(chapter.start, episode.rate))}"'
        f" title={quoteattr(one_line(chapter.text))}/>\n"
        for chapter in episode.chapters
    )
    namespace = "http://podlove.org/simple-chapters"
    return f'<psc:chapters version="1.2" xmlns:psc="{namespace}">\n{chapters}</psc:chapters>\n'
