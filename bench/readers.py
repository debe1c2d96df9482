"""Built episodes -> docs/readers.md: what the programs of others read in them.

    python bench/readers.py out/* [--node FOLDER] [--schemas FOLDER] [--write]

A reader gets a file of each episode. What it reads is compared with report.json, and the cues with
episode.srt; every difference is told with an example. The readers are no part of the project:

    python -m pip install eyed3 tinytag pymediainfo pysubs2 srt webvtt-py pycaption aeidon ass \\
        feedparser podcastparser podcast-chapter-tools podcast-transcript-convert
    npm install music-metadata jsmediatags srt-parser-2 node-webvtt webvtt-parser podcast-partytime

`ffprobe`, `node`, `chromium` and `chromedriver` must be on PATH, and `--node` names the folder of
the second command, `--schemas` one with what lies in `test/` of podlove/podlove-validator. A reader
that is not there is told, and left out.
"""

from __future__ import annotations

import argparse
import atexit
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from podcast.formats.feed import Show
from podcast.published.feed import write_feed
from podcast.published.report import Report, read_report

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "readers.md"
FLAGS = ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "no-first-run")
SHOW = Show("https://example.com/show", "外部读取 <&>", "作者", "a@example.com")
Chapters = list[tuple[float, str]]  # the second at which each begins, and its title
Cues = list[tuple[int, int, str]]  # start and end in milliseconds, and the text


class Missing(Exception):
    """A reader is not installed."""


@dataclass(frozen=True)
class Read:
    """What a reader found in one file; what it does not tell is None."""

    title: str | None = None
    seconds: float | None = None
    chapters: Chapters | None = None
    cues: Cues | None = None
    complaint: str = ""  # an error or a warning of its own


@dataclass(frozen=True)
class Reader:
    """A program of others: how it reads a file, and what it is known to round or leave out.

    `within_ms` is what it, or the format, rounds times to.
    """

    name: str
    file: str
    read: Callable[[Path], Read]
    version: Callable[[], str]
    within_ms: float = 1.0


@dataclass
class Account:
    """What one reader read in all episodes, and each kind of difference with an example."""

    episodes: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    differences: dict[str, list[str]] = field(default_factory=dict)

    def differs(self, kind: str, example: str) -> None:
        """Note a difference of this kind."""
        self.differences.setdefault(kind, []).append(example)


# Comparing -----------------------------------------------------------------------------------


def true_cues(folder: Path) -> Cues:
    """The cues of episode.srt, whose blocks are split here without any library."""
    blocks = (folder / "episode.srt").read_text("utf-8").strip().split("\n\n")
    found = []
    for block in blocks:
        _, times, *lines = block.split("\n")
        start, end = (_ms(each) for each in times.split(" --> "))
        found.append((start, end, "\n".join(lines)))
    return found


def _ms(stamp: str) -> int:
    hours, minutes, seconds = stamp.replace(",", ".").split(":")
    return round((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) * 1000)


def compare(reader: Reader, read: Read, folder: Path, report: Report, account: Account) -> None:
    """Note in `account` what was read, and where it differs from the report."""
    account.episodes += 1
    if read.complaint:
        account.differs("complains", read.complaint)
    if read.title is not None:
        account.seen["titles"] = account.seen.get("titles", 0) + 1
        if read.title != report.title:
            account.differs("title", f"{read.title!r} for {report.title!r}")
    if read.seconds is not None:
        account.seen["lengths"] = account.seen.get("lengths", 0) + 1
        if abs(read.seconds - report.seconds) > max(0.1, reader.within_ms / 1000):
            account.differs("length", f"{read.seconds:.3f} s for {report.seconds:.3f} s")
    if read.chapters is not None:
        true = [(each.start_seconds, each.title) for each in report.chapters]
        account.seen["chapters"] = account.seen.get("chapters", 0) + len(read.chapters)
        _compare(reader, [(s * 1000, s * 1000, t) for s, t in read.chapters],
                 [(s * 1000, s * 1000, t) for s, t in true], "chapter", account)  # fmt: skip
    if read.cues is not None:
        account.seen["cues"] = account.seen.get("cues", 0) + len(read.cues)
        _compare(reader, read.cues, true_cues(folder), "cue", account)


def _compare(
    reader: Reader, read: Sequence[tuple[float, float, str]],
    true: Sequence[tuple[float, float, str]], what: str, account: Account,
) -> None:  # fmt: skip
    if len(read) != len(true):
        account.differs(f"number of {what}s", f"{len(read)} for {len(true)}")
        return
    for (start, end, text), (true_start, true_end, true_text) in zip(read, true, strict=True):
        if max(abs(start - true_start), abs(end - true_end)) > reader.within_ms + 0.5:
            account.differs(f"time of a {what}", f"{start:.0f} ms for {true_start:.0f} ms")
        if text != true_text:
            account.differs(f"text of a {what}", f"{text!r} for {true_text!r}")


# Python's readers ----------------------------------------------------------------------------


def package(name: str) -> Callable[[], str]:
    """What tells the version of an installed package, or raises Missing."""

    def told() -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            raise Missing(name) from None

    return told


def program(name: str) -> Callable[[], str]:
    """What tells the version of a program, or raises Missing."""

    def told() -> str:
        try:
            done = subprocess.run([name, "-version"], capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise Missing(name) from None
        found = re.search(r"\d[\w.]+", done.stdout)
        return found[0] if found else "?"

    return told


def ffprobe(path: Path) -> Read:
    """Tags and chapters."""
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_chapters"]
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    chapters = [(float(each["start_time"]), each["tags"]["title"]) for each in told["chapters"]]
    tags = told["format"]["tags"]
    return Read(
        tags["title"], float(told["format"]["duration"]), chapters, complaint=done.stderr.strip()
    )


def mutagen_id3(path: Path) -> Read:
    """Tags and chapters, in the order of the table of contents."""
    from mutagen.mp3 import MP3

    opened: Any = MP3(path)
    (contents,) = opened.tags.getall("CTOC")
    marks = [opened.tags[f"CHAP:{name}"] for name in contents.child_element_ids]
    chapters = [(mark.start_time / 1000, str(mark.sub_frames["TIT2"])) for mark in marks]
    return Read(str(opened.tags["TIT2"]), opened.info.length, chapters)


def eyed3(path: Path) -> Read:
    """Tags and chapters."""
    import eyed3

    told = io.StringIO()
    with redirect_stderr(told), redirect_stdout(told):
        opened = eyed3.load(path)
    contents = next(iter(opened.tag.table_of_contents))
    marks = [opened.tag.chapters[name] for name in contents.child_ids]
    chapters = [(mark.times.start / 1000, mark.title) for mark in marks]
    return Read(
        opened.tag.title, opened.info.time_secs, chapters, complaint=told.getvalue().strip()
    )


def tinytag(path: Path) -> Read:
    """Tags."""
    from tinytag import TinyTag

    opened = TinyTag.get(path)
    return Read(opened.title, opened.duration)


def mediainfo(path: Path) -> Read:
    """Tags, and the chapters of an M4B; it looks for none in an MP3."""
    from pymediainfo import MediaInfo

    opened = MediaInfo.parse(path)
    general = opened.general_tracks[0]
    marks = [
        (int(name[:2]) * 3600 + int(name[3:5]) * 60 + float(name[6:]) / 1000, str(title))
        for track in opened.menu_tracks[:1]
        for name, title in track.to_data().items()
        if re.fullmatch(r"\d\d_\d\d_\d+", name)
    ]
    return Read(general.title, float(general.duration) / 1000, marks or None)


def srt(path: Path) -> Read:
    """Cues."""
    import srt as library

    parsed = list(library.parse(path.read_text("utf-8")))
    return Read(cues=[(_whole(c.start), _whole(c.end), c.content) for c in parsed])


def _whole(time: Any) -> int:
    return round(float(time.total_seconds()) * 1000)


def pysubs2(path: Path) -> Read:
    """Cues, without their markup."""
    import pysubs2 as library

    cues = [(c.start, c.end, c.plaintext) for c in library.load(str(path))]
    return Read(cues=cues)


def webvtt(path: Path) -> Read:
    """Cues, without their markup."""
    import webvtt as library

    cues = library.read(path)
    return Read(cues=[(_ms(c.start), _ms(c.end), unescape(c.text)) for c in cues])


def pycaption(path: Path) -> Read:
    """Cues, without their markup."""
    from pycaption import SRTReader, WebVTTReader

    reader = SRTReader() if path.suffix == ".srt" else WebVTTReader()
    found = reader.read(path.read_text("utf-8"))
    captions = found.get_captions(found.get_languages()[0])
    return Read(cues=[(c.start // 1000, c.end // 1000, c.get_text()) for c in captions])


def aeidon(path: Path) -> Read:
    """Cues."""
    import aeidon as library

    project = library.Project()
    project.open_main(str(path), "utf_8")
    cues = [(_ms(c.start_time), _ms(c.end_time), c.main_text) for c in project.subtitles]
    return Read(cues=cues)


def ass(path: Path) -> Read:
    """Cues, without their markup."""
    import ass as library

    with path.open(encoding="utf-8-sig") as file:
        events = library.parse(file).events
    plain = [re.sub(r"\{[^}]*\}", "", each.text).replace(r"\N", "\n") for each in events]
    cues = [(_whole(e.start), _whole(e.end), t) for e, t in zip(events, plain, strict=True)]
    return Read(cues=cues)


def transcript_convert(path: Path) -> Read:
    """Cues, as it writes them for the Podcast Namespace."""
    from podcast_transcript_convert.converters.srt_to_json import srt_to_podcast_dict
    from podcast_transcript_convert.converters.vtt_to_json import vtt_to_podcast_dict

    converted = srt_to_podcast_dict if path.suffix == ".srt" else vtt_to_podcast_dict
    told = converted(path.read_text("utf-8"))["segments"]
    cues = [(round(c["startTime"] * 1000), round(c["endTime"] * 1000), c["body"]) for c in told]
    return Read(cues=cues)


def chapter_tools_json(path: Path) -> Read:
    """The chapters of the Podcast Namespace."""
    from podcast_chapter_tools.extractors import extract_pci_chapters

    return _chapters(extract_pci_chapters(json.loads(path.read_text("utf-8"))))


def chapter_tools_podlove(path: Path) -> Read:
    """The chapters of Podlove."""
    from xml.etree import ElementTree

    from podcast_chapter_tools.extractors import extract_psc_chapters

    return _chapters(extract_psc_chapters(ElementTree.parse(path).getroot()))


def chapter_tools_id3(path: Path) -> Read:
    """The chapters of the MP3."""
    from podcast_chapter_tools.id3 import extract_id3_chapters

    return _chapters(extract_id3_chapters(path))


def _chapters(found: Any) -> Read:
    return Read(chapters=[(float(each.start), each.title) for each in found or ()])


def feedparser(path: Path) -> Read:
    """The newest episode of a feed, which holds that episode alone."""
    import feedparser as library

    told = library.parse(path.read_bytes())
    entry = told.entries[0]
    seconds = float(entry.itunes_duration)
    return Read(entry.title, seconds, complaint=str(told.get("bozo_exception", "")))


def podcastparser(path: Path) -> Read:
    """The newest episode of a feed."""
    import podcastparser as library

    told = library.parse("https://example.com/feed.xml", io.BytesIO(path.read_bytes()))
    entry = told["episodes"][0]
    return Read(entry["title"], float(entry["total_time"]))


def schema(path: Path, xsd: Path) -> Read:
    """Nothing but the faults that an XML schema finds."""
    from lxml import etree

    rules = etree.XMLSchema(etree.parse(str(xsd)))
    rules.validate(etree.parse(str(path)))
    return Read(complaint="; ".join(str(fault.message) for fault in rules.error_log))


def there(xsd: Path) -> Callable[[], str]:
    """What tells the version of a schema, which is none, or raises Missing."""

    def told() -> str:
        if not xsd.is_file():
            raise Missing(xsd.name)
        return "1.2"

    return told


# JavaScript's readers ------------------------------------------------------------------------

SCRIPTS = {
    "music-metadata": """
import { parseFile } from 'music-metadata';
const read = await parseFile(path, { includeChapters: true });
const chapters = (read.format.chapters ?? []).map(c => [c.start / (c.timeScale ?? 1), c.title]);
show({ title: read.common.title, seconds: read.format.duration, chapters });
""",
    "jsmediatags": """
import tags from 'jsmediatags';
const chapter = c => [c.data.startTime / 1000, c.data.subFrames.TIT2.data];
const onSuccess = read => show({ title: read.tags.title,
    chapters: (read.tags.CHAP ?? []).map(chapter) });
new tags.Reader(path).read({ onSuccess, onError: e => show({ complaint: e.info }) });
""",
    "srt-parser-2": """
import srt from 'srt-parser-2';
const read = new (srt.default ?? srt)().fromSrt(text());
show({ cues: read.map(c => cue(c.startSeconds, c.endSeconds, c.text)) });
""",
    "node-webvtt": """
import webvtt from 'node-webvtt';
const read = webvtt.parse(text(), { strict: true });
show({ complaint: read.errors.map(String).join('; '),
    cues: read.cues.map(c => cue(c.start, c.end, plain(c.text))) });
""",
    "webvtt-parser": """
import webvtt from 'webvtt-parser';
const read = new webvtt.WebVTTParser().parse(text(), 'subtitles');
const words = node => node.type === 'text' ? node.value : (node.children ?? []).map(words).join('');
show({ complaint: read.errors.slice(0, 3).map(e => e.message).join('; '),
    cues: read.cues.map(c => cue(c.startTime, c.endTime, words(c.tree))) });
""",
    "podcast-partytime": """
import partytime from 'podcast-partytime';
const item = partytime.parseFeed(text()).items[0];
const lacking = ['podcastChapters', 'podcastTranscripts'].filter(name => !item[name]);
show({ title: item.title, seconds: item.duration,
    complaint: lacking.length ? 'reads no ' + lacking.join(', no ') : '' });
""",
}
COMMON = """
import { readFileSync } from 'fs';
const path = process.argv.at(-1);
const text = () => readFileSync(path, 'utf8');
const show = told => process.stdout.write(JSON.stringify(told) + '\\n');
const plain = text => text.replace(/<[^>]*>/g, '').replace(/&lt;/g, '<').replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
const cue = (start, end, text) => [Math.round(start * 1000), Math.round(end * 1000), text];
"""


def node(name: str, folder: Path) -> tuple[Callable[[Path], Read], Callable[[], str]]:
    """How a package of npm reads a file, and what tells its version."""

    def read(path: Path) -> Read:
        command = ["node", "--input-type=module", "-e", COMMON + SCRIPTS[name], "--"]
        done = subprocess.run(
            [*command, str(path.resolve())], capture_output=True, text=True, cwd=folder
        )
        if done.returncode:
            return Read(
                complaint=next(filter(re.compile("Error").search, done.stderr.splitlines()), "?")
            )
        told = json.loads(done.stdout.strip().splitlines()[-1])
        for key in ("cues", "chapters"):
            if told.get(key) is not None:
                told[key] = [tuple(each) for each in told[key]]
        return Read(**told)

    def told_version() -> str:
        try:
            about = (folder / "node_modules" / name / "package.json").read_text("utf-8")
        except OSError:
            raise Missing(name) from None
        return str(json.loads(about)["version"])

    return read, told_version


# A browser -----------------------------------------------------------------------------------

TRACK = """
const [text, done] = arguments;
const video = document.createElement('video'), track = document.createElement('track');
track.default = true;
track.src = URL.createObjectURL(new Blob([text], {type: 'text/vtt'}));
track.onerror = () => done({complaint: 'the track does not load'});
track.onload = () => done({cues: [...track.track.cues].map(c => [
    Math.round(c.startTime * 1000), Math.round(c.endTime * 1000), c.getCueAsHTML().textContent])});
video.append(track); document.body.append(video);
"""


class Chromium:
    """Chromium's own reader of <track>; started once."""

    def __init__(self) -> None:
        """Nothing is started yet."""
        self.driver: Any = None

    def read(self, path: Path) -> Read:
        """Cues, without their markup."""
        told = self._started().execute_async_script(TRACK, path.read_text("utf-8"))
        if "cues" in told:
            told["cues"] = [tuple(each) for each in told["cues"]]
        return Read(**told)

    def version(self) -> str:
        """Its version; raises Missing if it does not start."""
        try:
            return str(self._started().capabilities["browserVersion"])
        except Exception as error:
            raise Missing(f"chromium ({type(error).__name__})") from None

    def _started(self) -> Any:
        if self.driver is None:
            from selenium import webdriver

            options = webdriver.ChromeOptions()
            for flag in FLAGS:
                options.add_argument(f"--{flag}")
            self.driver = webdriver.Chrome(
                options, webdriver.ChromeService(shutil.which("chromedriver"))
            )
            atexit.register(self.driver.quit)
            self.driver.set_script_timeout(60)
        return self.driver


# All of them ---------------------------------------------------------------------------------


def readers(modules: Path, schemas: Path) -> list[Reader]:
    """All readers, in the order of the table.

    `modules` is the folder of the npm packages, `schemas` that of the XML schemas.
    """
    chromium, podlove = Chromium(), schemas / "psc.xsd"
    found = [
        Reader("ffprobe", "episode.mp3", ffprobe, program("ffprobe")),
        Reader("ffprobe", "episode.m4b", ffprobe, program("ffprobe")),
        Reader("mutagen", "episode.mp3", mutagen_id3, package("mutagen")),
        Reader("eyed3", "episode.mp3", eyed3, package("eyed3")),
        Reader("tinytag", "episode.mp3", tinytag, package("tinytag")),
        Reader("tinytag", "episode.m4b", tinytag, package("tinytag")),
        Reader("MediaInfo (pymediainfo)", "episode.mp3", mediainfo, package("pymediainfo")),
        Reader("MediaInfo (pymediainfo)", "episode.m4b", mediainfo, package("pymediainfo")),
        Reader("podcast-chapter-tools", "episode.mp3", chapter_tools_id3,
               package("podcast-chapter-tools"), 1000),
        Reader("podcast-chapter-tools", "chapters.json", chapter_tools_json,
               package("podcast-chapter-tools"), 1000),
        Reader("podcast-chapter-tools", "chapters.podlove.xml", chapter_tools_podlove,
               package("podcast-chapter-tools"), 1000),
        Reader("XML schema of Podlove", "chapters.podlove.xml", partial(schema, xsd=podlove),
               there(podlove)),
        Reader("srt", "episode.srt", srt, package("srt")),
        Reader("pysubs2", "episode.srt", pysubs2, package("pysubs2")),
        Reader("pysubs2", "episode.vtt", pysubs2, package("pysubs2")),
        Reader("pysubs2", "episode.ass", pysubs2, package("pysubs2"), 10),
        Reader("aeidon", "episode.srt", aeidon, package("aeidon")),
        Reader("pycaption", "episode.srt", pycaption, package("pycaption")),
        Reader("pycaption", "episode.vtt", pycaption, package("pycaption")),
        Reader("webvtt-py", "episode.vtt", webvtt, package("webvtt-py")),
        Reader("ass", "episode.ass", ass, package("ass"), 10),
        Reader("podcast-transcript-convert", "episode.srt", transcript_convert,
               package("podcast-transcript-convert")),
        Reader("podcast-transcript-convert", "episode.vtt", transcript_convert,
               package("podcast-transcript-convert")),
        Reader("Chromium", "episode.vtt", chromium.read, chromium.version),
        Reader("feedparser", "feed.xml", feedparser, package("feedparser"), 500),
        Reader("podcastparser", "feed.xml", podcastparser, package("podcastparser"), 500),
    ]  # fmt: skip
    for name, file, within in (
        ("music-metadata", "episode.mp3", 1), ("music-metadata", "episode.m4b", 1),
        ("jsmediatags", "episode.mp3", 1), ("srt-parser-2", "episode.srt", 1),
        ("node-webvtt", "episode.vtt", 1), ("webvtt-parser", "episode.vtt", 1),
        ("podcast-partytime", "feed.xml", 500),
    ):  # fmt: skip
        found.append(Reader(name, file, *node(name, modules), within))
    return found


def accounts(found: Sequence[Reader], folders: Sequence[Path]) -> list[tuple[Reader, str, Account]]:
    """What each reader that is there read, with its version."""
    told = []
    for reader in found:
        try:
            its_version = reader.version()
        except Missing as error:
            print(f"{error} is not installed, and left out", file=sys.stderr)
            continue
        account = Account()
        for folder in folders:
            with TemporaryDirectory() as alone:
                path = (
                    feed_of(folder, Path(alone))
                    if reader.file == "feed.xml"
                    else (folder / reader.file)
                )
                if path.is_file():
                    compare(reader, read_one(reader, path), folder, read_report(folder), account)
        print(reader.name, its_version, reader.file, account.seen, account.differences.keys())
        if account.episodes:
            told.append((reader, its_version, account))
    return told


def read_one(reader: Reader, path: Path) -> Read:
    """What a reader reads; an exception of its own is a complaint."""
    try:
        return reader.read(path)
    except Exception as error:  # each reader has exceptions of its own
        return Read(complaint=f"{type(error).__name__}: {error}")


def feed_of(folder: Path, alone: Path) -> Path:
    """A feed of one episode."""
    (alone / folder.name).symlink_to(folder.resolve())
    return write_feed(alone, SHOW)


def table(told: Sequence[tuple[Reader, str, Account]]) -> str:
    """The rows of docs/readers.md."""
    lines = ["| reader | version | file | episodes | what it read | what differs |"]
    lines.append("|---|---|---|---|---|---|")
    for reader, its_version, account in told:
        seen = ", ".join(f"{what}: {count}" for what, count in account.seen.items()) or "all of it"
        differs = "; ".join(
            f"{kind}, {len(examples)} times: {_cell(examples[0])}"
            for kind, examples in account.differences.items()
        )
        cells = (reader.name, its_version, f"`{reader.file}`", str(account.episodes), seen,
                 differs or "nothing")  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    """A text for a cell of a table, shortened."""
    plain = " ".join(text.split()).replace("|", r"\|").replace("`", "'")
    return f"`{plain[:120]}{'…' if len(plain) > 120 else ''}`"


def main() -> None:
    """Read all episodes that are named, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--node", type=Path, default=ROOT, help="folder with node_modules")
    parser.add_argument("--schemas", type=Path, default=ROOT, help="folder with psc.xsd")
    parser.add_argument("--write", action="store_true", help="write the table to docs/readers.md")
    given = parser.parse_args()
    rows = table(accounts(readers(given.node.resolve(), given.schemas), given.folders))
    if given.write:
        text = PAGE.read_text("utf-8")
        begin, end = "<!-- table -->\n", "<!-- end -->"
        head, _, rest = text.partition(begin)
        PAGE.write_text(f"{head}{begin}{rows}\n{end}{rest.partition(end)[2]}", "utf-8")
    else:
        print(rows)


if __name__ == "__main__":
    main()
