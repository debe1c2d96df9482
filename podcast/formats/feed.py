"""Built episodes <-> an RSS feed that podcast directories accept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import format_datetime, parsedate_to_datetime
from io import BytesIO
from urllib.parse import quote, unquote
from uuid import UUID, uuid5
from xml.etree import ElementTree  # nosec B405 # it reads feeds of the person who publishes them
from xml.etree.ElementTree import Element, SubElement  # nosec B405 # as above

from podcast.files.names import FEED, SUBTITLES, WEB_SUBTITLES
from podcast.formats.printed import one_line
from podcast.model import NOTICE, NOTICE_ENGLISH

# Source: RSS 2.0; Apple's podcast RSS requirements; the Podcast Namespace.
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"
ATOM = "http://www.w3.org/2005/Atom"
# The UUID namespace of feed guids. Source: Podcast Namespace, podcast:guid.
NAMESPACE = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
LONGEST_DESCRIPTION_BYTES = 4000  # bytes of a description. Source: Apple Podcasts
DEEPEST = 100  # elements inside each other; no feed needs ten
CATEGORY = "Technology"  # of Apple Podcasts
PARTS = ("host", "guest", "narrator")  # roles of the Podcast Taxonomy, group cast
_NOTICE = f"{{{PODCAST}}}txt[@purpose='ai-content']"
TRANSCRIPTS = {WEB_SUBTITLES: "text/vtt", SUBTITLES: "application/x-subrip"}


@dataclass(frozen=True, slots=True)
class Show:
    """The podcast as a whole; `link` is the web address that out/ will have, without feed.xml."""

    link: str
    title: str
    author: str
    email: str = ""
    description: str = ""
    category: str = CATEGORY


@dataclass(frozen=True, slots=True)
class Item:
    """One episode of the feed; `name` is the name of its folder.

    `notes` are its show notes in Markdown. `link` is its page on the web, or empty; `voices` pairs
    each role with its synthetic voice. It `is_human` if it has none. `keywords` are its tags.
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
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that was read: the podcast, its guid, and the `item` element of each episode."""

    show: Show
    guid: str
    items: tuple[Element, ...]


def feed_text(show: Show, items: Sequence[Item], others: Iterable[Element] = ()) -> str:
    """The text of the feed, the newest episode first.

    `others` are elements of episodes that stand in the feed already; each is kept as it is. The
    guid of an episode is derived from the name of its folder, so it never changes.
    """
    for prefix, address in (("itunes", ITUNES), ("podcast", PODCAST), ("atom", ATOM)):
        ElementTree.register_namespace(prefix, address)
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    link = show.link.rstrip("/")
    elements = [*others, *(_item(show, link, item) for item in items)]
    elements.sort(key=_age, reverse=True)
    _channel(channel, show, link, elements)
    channel.extend(elements)
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def read_feed(text: bytes) -> Feed:
    """The feed in `text`, which must be RSS; raises ValueError if it is not.

    The prefixes that the text gives to its namespaces are kept for `feed_text`.
    """
    root, prefixes = _parsed(text)
    channel = root.find("channel")
    if channel is None:
        raise ValueError("it has no channel")
    for prefix, address in prefixes:
        with suppress(ValueError):  # a prefix such as ns0, which the library gives itself
            ElementTree.register_namespace(prefix, address)
    category = channel.find(f"{{{ITUNES}}}category")
    show = Show(
        channel.findtext("link", ""),
        channel.findtext("title", ""),
        channel.findtext(f"{{{ITUNES}}}author", ""),
        channel.findtext(f"{{{ITUNES}}}owner/{{{ITUNES}}}email", ""),
        channel.findtext("description", ""),
        CATEGORY if category is None else category.get("text", ""),
    )
    guid = channel.findtext(f"{{{PODCAST}}}guid", "")
    return Feed(show, guid, tuple(channel.findall("item")))


def _parsed(text: bytes) -> tuple[Element, list[tuple[str, str]]]:
    """The root of an XML text, and its namespaces that have a prefix. Raises ValueError."""
    try:
        root = ElementTree.fromstring(text)  # nosec B314 # as above
        prefixes: list[tuple[str, str]] = []
        depth = 0
        parsing = ElementTree.iterparse(BytesIO(text), ("start-ns", "start", "end"))  # nosec B314
        for event, found in parsing:
            depth += (event == "start") - (event == "end")
            if depth > DEEPEST:
                raise ValueError("its elements are nested too deep")
            if event == "start-ns" and found[0]:
                prefixes.append((found[0], found[1]))
        return root, prefixes
    except (ElementTree.ParseError, LookupError) as error:  # LookupError: of an unknown encoding
        raise ValueError(f"it is no XML: {error}") from error


def episode_guid(name: str) -> str:
    """The guid of the episode whose folder has this name.

    >>> episode_guid("2025-02-indigo")
    '02cf69d5-bc0c-5816-92a2-3ee3cf438cb1'
    """
    return str(uuid5(NAMESPACE, f"episode:{name}"))


def published_at(item: Element) -> datetime | None:
    """The time in UTC at which an episode in a feed was published, or None if it tells none."""
    try:
        date = parsedate_to_datetime(item.findtext("pubDate", ""))
        zoned = date if date.tzinfo else date.replace(tzinfo=timezone.utc)
        return zoned.astimezone(timezone.utc)
    except (ValueError, TypeError, IndexError, OverflowError):  # no date, or one after 9999 in UTC
        return None


def _age(item: Element) -> tuple[datetime, str]:
    """The time of an episode, and its address for episodes of the same time."""
    enclosure = item.find("enclosure")
    address = "" if enclosure is None else unquote(enclosure.get("url", ""))
    return published_at(item) or datetime.min.replace(tzinfo=timezone.utc), address


def feed_guid(address: str) -> str:
    """The guid of a feed: a UUID version 5 of its address without scheme and final slashes.

    Source: Podcast Namespace, podcast:guid; RFC 9562, section 5.5.

    >>> feed_guid("https://mp3s.nashownotes.com/pc20rss.xml")
    '917393e3-1b1e-5cef-ace4-edaa54e1f810'
    """
    return str(uuid5(NAMESPACE, re.sub(r"^[a-z]+://|/+$", "", address)))


def _channel(channel: Element, show: Show, link: str, items: Sequence[Element]) -> None:
    _add(channel, "title", show.title)
    _add(channel, "link", link)
    _add(channel, "description", _short(show.description) or _short(show.title))
    _add(channel, "language", "zh-cn")
    _add(channel, f"{{{ATOM}}}link", href=f"{link}/{FEED}", rel="self", type="application/rss+xml")
    _add(channel, f"{{{PODCAST}}}guid", feed_guid(f"{link}/{FEED}"))
    _add(channel, f"{{{PODCAST}}}locked", "no")
    _add(channel, f"{{{PODCAST}}}medium", "podcast")
    if not items or any(item.find(_NOTICE) is not None for item in items):
        _add(channel, f"{{{PODCAST}}}txt", NOTICE_ENGLISH, purpose="ai-content")
    _add(channel, f"{{{ITUNES}}}author", show.author)
    _add(channel, f"{{{ITUNES}}}type", "episodic")
    _add(channel, f"{{{ITUNES}}}explicit", "false")
    _add(channel, f"{{{ITUNES}}}category", text=show.category)
    if show.email:
        owner = SubElement(channel, f"{{{ITUNES}}}owner")
        _add(owner, f"{{{ITUNES}}}name", show.author)
        _add(owner, f"{{{ITUNES}}}email", show.email)
    covers = (item.find(f"{{{ITUNES}}}image") for item in items)
    newest = next((cover.get("href", "") for cover in covers if cover is not None), "")
    if newest:
        _add(channel, f"{{{ITUNES}}}image", href=newest)


def _item(show: Show, link: str, item: Item) -> Element:
    element = Element("item")
    home = f"{link}/{quote(item.name)}"
    _add(element, "title", item.title)
    _add(element, "link", item.link or f"{home}/index.html")
    _add(element, "description", _short(_readable(item.notes)))
    _add(element, "guid", episode_guid(item.name), isPermaLink="false")
    _add(element, "pubDate", format_datetime(item.published.astimezone(timezone.utc)))
    _add(
        element,
        "enclosure",
        url=f"{home}/episode.mp3",
        length=str(item.size),
        type="audio/mpeg",
    )
    for keyword in item.keywords:  # Apple took itunes:keywords out of its requirements in 2017
        _add(element, "category", keyword)  # Source: RSS 2.0, category of an item
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
    return element


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
