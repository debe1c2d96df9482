"""Tags, notice, page, links, cover and report -> faults."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urlsplit

from mutagen.id3 import ID3
from PIL import Image

from podcast.files import json_text
from podcast.files.names import COVER, NOTES, PAGE, REPORT, SCRIPT, SOUND, SUBTITLES, WEB_SUBTITLES
from podcast.formats.texts import TEXTS
from podcast.model import NOTICE
from podcast.pictures.cover import FORMATS
from podcast.published.check.opened import Folder, letters

NAMES = (
    SOUND,
    SUBTITLES,
    WEB_SUBTITLES,
    "episode.ass",
    *(
        f"episode.{region}.{kind}"
        for region in ("zh-Hant", "zh-HK")
        for kind in ("srt", "vtt", "ass")
    ),
    *TEXTS,
    SCRIPT,
    COVER,
    REPORT,
)
# Of each side of a cover. Source: Apple Podcasts, show artwork.
LEAST_PIXELS, MOST_PIXELS = 1400, 3000


class Page(HTMLParser):
    """The links, names, inline code, policy, title and visible text of an HTML file."""

    def __init__(self, text: str) -> None:
        """Parse `text`, the whole file."""
        super().__init__()
        self.links: list[str] = []
        self.names: set[str] = set()
        self.code: list[tuple[str, str]] = []
        self.policy = self.shown = self.title = ""
        self.inside, self.kind = "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the links, the name and the policy that an element has."""
        attributes = {name: value or "" for name, value in attrs}
        self.links += [attributes[name] for name in ("href", "src") if name in attributes]
        self.names |= {attributes["id"]} if "id" in attributes else set()
        if attributes.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = attributes["content"]
        self.inside, self.kind = tag, attributes.get("type", "")

    def handle_data(self, data: str) -> None:
        """Collect code, the title and visible text, each in its own place."""
        if self.inside in ("script", "style"):
            self.code += [(self.inside, data)] if not self.kind else []
        elif self.inside == "title":
            self.title += data
        else:
            self.shown += data

    def handle_endtag(self, tag: str) -> None:
        """Leave the element: text after it is visible text again."""
        self.inside = ""


def files(folder: Folder) -> Iterator[str]:
    """Every file of an episode is there and has the size that the build gave it."""
    for name in NAMES:
        if not (folder.path / name).is_file():
            yield f"no {name}"
    for name, size in folder.report.files:
        path = folder.path / name
        if name != SCRIPT and path.is_file() and path.stat().st_size != size:
            yield f"{name} was changed since the build"
        elif name not in NAMES and not path.is_file():
            yield f"no {name}"


def script_unchanged(folder: Folder) -> Iterator[str]:
    """The script is the one from which the episode was built."""
    digest = sha256((folder.path / SCRIPT).read_bytes()).hexdigest()
    if digest != folder.report.script.sha256:
        yield "script.md was edited since the build; run `podcast make` again"


def notice(folder: Folder) -> Iterator[str]:
    """Notes, page and the tags of every MP3 say that the voices are synthetic, if any voice is."""
    if folder.report.human:
        yield from _no_notice(folder)
        return
    for name in (name for name, text in TEXTS.items() if "notice" in text.tells):
        text = folder.text(name)
        if NOTICE not in (Page(text).shown if name.endswith(".html") else text):
            yield f"not in {name}"
    for path in (folder.path / SOUND, *folder.songs):
        tags = ID3(path)
        if not any(NOTICE in str(frame) for frame in tags.getall("COMM")):
            yield f"not in {path.name}"
        label = [frame for frame in tags.getall("TXXX") if frame.desc == "AIGC"]
        if not label or json_text.parse(str(label[0]))["Label"] != "1":
            yield f"no AIGC label in {path.name}"


def _no_notice(folder: Folder) -> Iterator[str]:
    """Where something says of people's own voices that they are synthetic."""
    for name in (name for name, text in TEXTS.items() if "notice" in text.tells):
        if NOTICE in folder.text(name):
            yield f"in {name}, though no voice is synthetic"
    for path in (folder.path / SOUND, *folder.songs):
        if any(frame.desc == "AIGC" for frame in ID3(path).getall("TXXX")):
            yield f"an AIGC label in {path.name}, though no voice is synthetic"


def speech(folder: Folder) -> Iterator[str]:
    """The transcript for podcast apps is the script, in order, inside the sound."""
    end = folder.report.seconds
    for name in (name for name, text in TEXTS.items() if "speech" in text.tells):
        segments = json_text.parse(folder.text(name))["segments"]
        if letters("".join(one["body"] for one in segments)) != letters(folder.spoken_text):
            yield f"{name} does not say what script.md says"
        times = [time for one in segments for time in (one["startTime"], one["endTime"])]
        if times != sorted(times) or (times and times[-1] > end + 0.001):
            yield f"{name}: its times do not rise, or go on after the sound"


def tags(folder: Folder) -> Iterator[str]:
    """The tags of every MP3 are ID3v2.3 and have title, album, genre and picture."""
    for path in (folder.path / SOUND, *folder.songs):
        found = ID3(path)
        if found.version[:2] != (2, 3):
            yield f"{path.name}: ID3v{found.version[0]}.{found.version[1]}, not 2.3"
        for name in ("TIT2", "TALB", "TCON", "APIC:"):
            if name not in found:
                yield f"{path.name}: no {name.rstrip(':')}"
    title = str(ID3(folder.path / SOUND).get("TIT2"))
    if title != folder.report.title:
        yield f"the episode is tagged {title!r}"


def cover(folder: Folder) -> Iterator[str]:
    """The cover is a square RGB JPEG with sides of 1400 to 3000 pixels."""
    with Image.open(folder.path / COVER, formats=FORMATS) as picture:
        picture.load()
        wide, high = picture.size
        folder.measurements["cover"] = f"{wide} x {high}"
        if picture.format != "JPEG" or picture.mode != "RGB":
            yield f"{picture.format} in {picture.mode}"
        if wide != high or not LEAST_PIXELS <= wide <= MOST_PIXELS:
            yield f"{wide} x {high} pixels"


def sources(policy: str, kind: str) -> list[str]:
    """The sources that a content security policy allows for `script` or for `style`.

    >>> sources("script-src 'sha256-a' 'sha256-b'; style-src 'sha256-c';", "script")
    ["'sha256-a'", "'sha256-b'"]
    """
    rules = [rule.split() for rule in policy.split(";")]
    return [source for rule in rules if rule[:1] == [f"{kind}-src"] for source in rule[1:]]


def page(folder: Folder) -> Iterator[str]:
    """The page is this episode's, runs only its own code and requests nothing from elsewhere."""
    found = Page(folder.text(PAGE))
    if found.title != folder.report.title:
        yield f"its title is {found.title!r}"
    if "default-src 'none'" not in found.policy or "unsafe" in found.policy:
        yield "its content security policy allows code or requests of others"
    for kind, text in found.code:
        digest = b64encode(sha256(text.encode()).digest()).decode()
        if f"'sha256-{digest}'" not in sources(found.policy, kind):
            yield f"its policy forbids its own {kind}"
    timing = _timing(folder)
    if timing["length"] != int(folder.report.samples * 1000 / folder.report.rate):
        yield "its times are of a sound of another length"
    if len(timing["starts"]) != len(timing["words"]):
        yield "it does not have one time for each sentence"


def _timing(folder: Folder) -> dict[str, Any]:
    block = re.search(r'type="application/json">(.*?)</script>', folder.text(PAGE), re.DOTALL)
    return dict(json_text.parse(block[1])) if block else {"length": 0, "starts": [], "words": []}


def links(folder: Folder) -> Iterator[str]:
    """Every file and anchor that the page and the notes link to is there."""
    found = Page(folder.text(PAGE))
    noted = re.findall(r"(?<!\\)\[[^\]]*\]\(([^)\s]+)\)", folder.text(NOTES))
    for name, link in [
        *((PAGE, link) for link in found.links),
        *((NOTES, link) for link in noted),
    ]:
        parts = urlsplit(link)
        if parts.scheme == "data" or link.startswith("#t="):
            continue
        if parts.scheme or parts.netloc:
            if name == PAGE:
                yield f"index.html links to {link}"
        elif parts.path and not (folder.path / unquote(parts.path)).is_file():
            yield f"{name}: no {unquote(parts.path)}"
        elif not parts.path and parts.fragment not in found.names:
            yield f"{name}: no #{parts.fragment}"


RULES = (
    ("files", files),
    ("script", script_unchanged),
    ("AI-voice notice", notice),
    ("transcript", speech),
    ("tags", tags),
    ("cover", cover),
    ("page", page),
    ("links", links),
)
