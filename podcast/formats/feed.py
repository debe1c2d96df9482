"""Built episodes -> an RSS feed that podcast directories accept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import format_datetime
from urllib.parse import quote
from uuid import UUID, uuid5
from xml.etree import ElementTree  # nosec B405 # it writes, and reads nothing
from xml.etree.ElementTree import Element, SubElement  # nosec B405 # as above

from podcast.files.names import SUBTITLES, WEB_SUBTITLES
from podcast.formats.printed import one_line
from podcast.model import NOTICE, NOTICE_ENGLISH

# Source: RSS 2.0; Apple's podcast RSS requirements; the Podcast Namespace.
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"
ATOM = "http://www.w3.org/2005/Atom"
# The UUID namespace of feed guids. Source: Podcast Namespace, podcast:guid.
NAMESPACE = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
LONGEST_DESCRIPTION_BYTES = 4000  # bytes of a description. Source: Apple Podcasts
PARTS = ("host", "guest", "narrator")  # roles of the Podcast Taxonomy, group cast
TRANSCRIPTS = {WEB_SUBTITLES: "text/vtt", SUBTITLES: "application/x-subrip"}


@dataclass(frozen=True, slots=True)
class Show:
    """The podcast as a whole; `link` is the web address that out/ will have, without feed.xml."""

    link: str
    title: str
    author: str
    email: str = ""
    description: str = ""
    category: str = "Technology"


@dataclass(frozen=True, slots=True)
class Item:
    """One episode of the feed; `name` is the name of its folder.

    `notes` are its show notes in Markdown. `link` is its page on the web, or empty; `voices` pairs
    each role with its synthetic voice. It `is_human` if it has none.
    """

    name: str
    title: str
    seconds: float
    notes: str
    published: datetime
    size: int  # bytes of episode.mp3
    link: str = ""
    voices: tuple[tuple[str, str], ...] = ()
    is_human: bool = False


def feed_text(show: Show, items: Sequence[Item]) -> str:
    """The text of the feed, the newest episode first.

    The guid of an episode is derived from the name of its folder, so it never changes.
    """
    for prefix, address in (("itunes", ITUNES), ("podcast", PODCAST), ("atom", ATOM)):
        ElementTree.register_namespace(prefix, address)
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    link = show.link.rstrip("/")
    _channel(channel, show, link, items)
    for item in sorted(items, key=lambda item: (item.published, item.name), reverse=True):
        _item(SubElement(channel, "item"), show, link, item)
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def feed_guid(address: str) -> str:
    """The guid of a feed: a UUID version 5 of its address without scheme and final slashes.

    Source: Podcast Namespace, podcast:guid; RFC 9562, section 5.5.

    >>> feed_guid("https://mp3s.nashownotes.com/pc20rss.xml")
    '917393e3-1b1e-5cef-ace4-edaa54e1f810'
    """
    return str(uuid5(NAMESPACE, re.sub(r"^[a-z]+://|/+$", "", address)))


def _channel(channel: Element, show: Show, link: str, items: Sequence[Item]) -> None:
    _add(channel, "title", show.title)
    _add(channel, "link", link)
    _add(channel, "description", _short(show.description or show.title))
    _add(channel, "language", "zh-cn")
    _add(
        channel, f"{{{ATOM}}}link", href=f"{link}/feed.xml", rel="self", type="application/rss+xml"
    )
    _add(channel, f"{{{PODCAST}}}guid", feed_guid(f"{link}/feed.xml"))
    _add(channel, f"{{{PODCAST}}}locked", "no")
    _add(channel, f"{{{PODCAST}}}medium", "podcast")
    if not items or any(not item.is_human for item in items):
        _add(channel, f"{{{PODCAST}}}txt", NOTICE_ENGLISH, purpose="ai-content")
    _add(channel, f"{{{ITUNES}}}author", show.author)
    _add(channel, f"{{{ITUNES}}}type", "episodic")
    _add(channel, f"{{{ITUNES}}}explicit", "false")
    _add(channel, f"{{{ITUNES}}}category", text=show.category)
    if show.email:
        owner = SubElement(channel, f"{{{ITUNES}}}owner")
        _add(owner, f"{{{ITUNES}}}name", show.author)
        _add(owner, f"{{{ITUNES}}}email", show.email)
    if items:
        newest = max(items, key=lambda item: (item.published, item.name))
        _add(channel, f"{{{ITUNES}}}image", href=f"{link}/{quote(newest.name)}/cover.jpg")


def _item(element: Element, show: Show, link: str, item: Item) -> None:
    home = f"{link}/{quote(item.name)}"
    _add(element, "title", item.title)
    _add(element, "link", item.link or f"{home}/index.html")
    _add(element, "description", _short(_readable(item.notes)))
    _add(element, "guid", str(uuid5(NAMESPACE, f"episode:{item.name}")), isPermaLink="false")
    _add(element, "pubDate", format_datetime(item.published.astimezone(timezone.utc)))
    _add(
        element,
        "enclosure",
        url=f"{home}/episode.mp3",
        length=str(item.size),
        type="audio/mpeg",
    )
    _add(element, f"{{{ITUNES}}}title", item.title)
    _add(element, f"{{{ITUNES}}}author", show.author)
    _add(element, f"{{{ITUNES}}}duration", str(max(1, round(item.seconds))))
    _add(element, f"{{{ITUNES}}}image", href=f"{home}/cover.jpg")
    _add(element, f"{{{ITUNES}}}explicit", "false")
    _add(element, f"{{{ITUNES}}}episodeType", "full")
    _add(
        element,
        f"{{{PODCAST}}}chapters",
        url=f"{home}/chapters.json",
        type="application/json+chapters",
    )
    for name, kind in TRANSCRIPTS.items():
        _add(
            element,
            f"{{{PODCAST}}}transcript",
            url=f"{home}/{name}",
            type=kind,
            language="zh-Hans",
            rel="captions",
        )
    for role, voice in item.voices:
        part = role if role in PARTS else "host"
        _add(element, f"{{{PODCAST}}}person", f"{voice} (AI)", role=part, group="cast")
    if not item.is_human:
        _add(element, f"{{{PODCAST}}}txt", f"{NOTICE_ENGLISH} {NOTICE}", purpose="ai-content")


def _add(parent: Element, tag: str, content: str = "", /, **attributes: str) -> None:
    plain = {name: one_line(value) for name, value in attributes.items()}
    SubElement(parent, tag, plain).text = _plain(content) or None


def _plain(text: str) -> str:
    """The text without characters that XML does not allow. Source: XML 1.0, section 2.2."""
    return re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


def _readable(notes: str) -> str:
    r"""Show notes in Markdown as plain text, without their title.

    >>> _readable("# 题\n\n> 声\n\n## 章节\n\n00:00 a\\*b")
    '声\n\n章节\n\n00:00 a*b'
    """
    text = re.sub(r"\A# .*\n+", "", notes)
    text = re.sub(r"^(?:#+|>) ", "", text, flags=re.MULTILINE)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def _short(text: str) -> str:
    """The text, cut to at most 4000 bytes, between lines if it has any.

    >>> len(_short("字" * 2000).encode()) <= LONGEST_DESCRIPTION_BYTES, _short("好")
    (True, '好')
    """
    text = _plain(text).strip()
    if len(text.encode()) <= LONGEST_DESCRIPTION_BYTES:
        return text
    cut = text.encode()[: LONGEST_DESCRIPTION_BYTES - 3].decode("utf-8", "ignore")
    lines, _, _ = cut.rpartition("\n")
    return (lines if len(lines) > len(cut) // 2 else cut).rstrip() + "…"
