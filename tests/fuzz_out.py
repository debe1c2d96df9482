"""What a stranger's bytes can reach in out/, and in the studio's messages: targets of the fuzzer.

Each is as those of `fuzz_targets.py`: it raises for a fault of the program alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from fractions import Fraction
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from asking import ask, studio_in
from PIL import Image
from places import ROOT

from podcast.engines.wav import read_wav
from podcast.errors import PodcastError
from podcast.files.names import CHAPTERS, COVER, REPORT, SCRIPT, SUBTITLES
from podcast.formats.feed import Item, feed_text, published_at, read_feed
from podcast.model import Recipe
from podcast.production.build import build
from podcast.production.order import Order
from podcast.published.check import _finding, marks, originals, papers, subtitles
from podcast.published.check.opened import Folder
from podcast.published.check.readers import READERS
from podcast.published.episode import RECORD, read_cover, read_published, stale_files
from podcast.published.feed import item_of
from podcast.published.recut import runs_of
from podcast.published.report import BUILT, read_report, report_text, require_fields
from podcast.studio.blocks import Block
from podcast.studio.document import Document
from podcast.studio.history import Change, Conflict, Edit, History, Hunk
from podcast.studio.journal import JOURNAL, write_history

CHAPTER_TIMES = ((0, "开场"), (61_000, "选土"), (125_000, "结尾"))  # in ms
READ_FROM_OUT = (CHAPTERS, SUBTITLES, REPORT, COVER, RECORD, originals.TOLD, "episode.mp3",
                 "index.html", SCRIPT, "chapters.podlove.xml")  # fmt: skip
TALK = "# 题\n\n## 一\n\n甲。\n\n> [guest] 乙。\n\n## 二\n\n丙。\n"


@contextmanager
def in_a_folder() -> Iterator[Path]:
    """An empty folder, for as long as it is looked at."""
    memory = Path("/dev/shm")  # a disk would be the slowest part
    with TemporaryDirectory(prefix="fuzz-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@contextmanager
def refusing() -> Iterator[None]:
    """A refusal is one line that can be printed anywhere."""
    try:
        yield
    except PodcastError as error:
        require_sentence(str(error))


def require_sentence(sentence: str) -> None:
    sentence.encode()
    assert sentence and len(sentence.splitlines()) == 1, repr(sentence)
    assert len(sentence) < 2000, sentence[:200]


def report(encoded: bytes) -> None:
    """A report: what is read of it is written, and read back as the same."""
    with in_a_folder() as folder:
        path = folder / REPORT
        path.write_bytes(encoded)
        found = read_report(folder)
        path.write_bytes(report_text(found).encode())
        assert read_report(folder) == found
        with refusing():
            require_fields(folder, *BUILT)
        with refusing():
            runs_of(found, Fraction(25))


def feed(encoded: bytes) -> None:
    """A feed: another episode is added, and it can be read again with all its episodes."""
    try:
        found = read_feed(encoded)
    except ValueError:
        return
    dates = [published_at(item) for item in found.items]
    item = Item("x", "题", 3, "# 题\n\n文", datetime(2025, 3, 1, tzinfo=timezone.utc), 9)
    again = read_feed(feed_text(found.show, [item], found.items).encode())
    assert len(again.items) == len(dates) + 1


def chapters(encoded: bytes) -> None:
    """A text that lists chapters, to each reader of `podcast check`."""
    text = encoded.decode("utf-8", "replace")
    for reader in READERS.values():
        with suppress(ValueError, LookupError):
            reader.differs(text, CHAPTER_TIMES, 180_000)


def episode(encoded: bytes) -> None:
    """An episode, one of whose files was changed: its number is the first byte."""
    with in_a_folder() as folder:
        out = folder / "一集"
        copytree(_built(), out)
        changed = out / READ_FROM_OUT[(encoded[:1] or b"\0")[0] % len(READ_FROM_OUT)]
        changed.parent.mkdir(exist_ok=True)
        changed.write_bytes(encoded[1:])
        with refusing():
            read_published(out)
        with refusing():
            read_cover(out)
        with refusing():
            item_of(out)
        stale_files(out, _built())
        rules = [*papers.RULES, *marks.RULES, *subtitles.RULES, *originals.RULES]
        if changed.name != COVER:
            rules.remove(("cover", papers.cover))  # which takes longer than all others
        opened = Folder(out)
        for what, rule in rules:
            assert _finding(what, rule, opened).what == what


@cache
def _built() -> Path:
    """A small episode of tones, with a small cover."""
    folder = Path(_kept().name)
    seed = folder / "一集.md"
    seed.write_text(TALK, "utf-8")
    order = Order(seed, folder / "out", Recipe(engine="tone"), ROOT / "voices")
    built = build(order, lambda *_: None, lambda _: None).folder
    Image.new("RGB", (40, 40)).save(built / COVER)  # of few pixels, as it is read again and again
    return built


@cache
def _kept() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="fuzz-")


def wav(encoded: bytes) -> None:
    """A sound that a service sent."""
    with suppress(ValueError):
        assert len(read_wav(encoded).pcm) % 2 == 0


# The studio --------------------------------------------------------------------------------

BLOCKS = (
    Block("title", "题", id="a"),
    Block("chapter", "一", id="b"),
    Block("paragraph", "甲。", id="c"),
    Block("paragraph", "乙。", "guest", id="d"),
    Block("chapter", "二", id="e"),
    Block("paragraph", "丙。", id="f"),
)
NEW = Block("paragraph", "甲！", id="c")
HISTORY = History(
    2, BLOCKS, (Change(2, "edit", "", (Hunk(2, (NEW,), (BLOCKS[2],)),)),), undoable=(2,)
)


def journal(encoded: bytes) -> None:
    """The journal beside a script: the script is shown, edited, and the edit taken back."""
    with in_a_folder() as folder:
        episode = folder / "谈话"
        episode.mkdir()
        (episode / SCRIPT).write_text(TALK, "utf-8")
        (episode / JOURNAL).write_bytes(encoded)
        document = Document(episode)
        with refusing(), suppress(Conflict):
            shown = document.shown()
            json.dumps([each.text for each in shown.blocks]).encode()
            last = shown.blocks[-1]
            document.edit(Edit(shown.version, last.id, (), (Block("paragraph", "丁。"),)), "tab")
            document.undo("tab")
            document.redo("tab")
        with refusing(), suppress(Conflict):
            assert Document(episode).shown().blocks == document.shown().blocks


def studio(encoded: bytes) -> None:
    """Requests to the studio, one a line: `METHOD /address body`. None may break it."""
    with in_a_folder() as folder:
        episode = folder / "out" / "谈话"
        (folder / "seeds").mkdir()
        episode.mkdir(parents=True)
        (folder / "seeds" / "谈话.txt").write_text("甲\n乙\n丙\n", "utf-8")
        (episode / SCRIPT).write_text(TALK, "utf-8")
        write_history(episode / JOURNAL, HISTORY)
        app = studio_in(folder)
        for line in encoded.split(b"\n")[:5]:
            method, _, rest = line.partition(b" ")
            path, _, body = rest.partition(b" ")
            address = "/" + path.decode("utf-8", "replace").lstrip("/")
            if address.endswith(("/build", "/events", "/check")):
                continue  # these go on in threads
            name = method.decode("ascii", "replace").upper()
            asked = name if name in ("GET", "HEAD", "PUT", "POST") else "POST"
            answer = ask(app, address, method=asked, raw=[body])
            assert answer.status < 500, answer.body
            if answer.status in (400, 403, 409, 422):
                require_sentence(answer.told["error"])
        beside = {each.name for each in folder.iterdir()}
        assert beside <= {"out", "seeds"}, beside


TARGETS = {
    "report": report,
    "feed": feed,
    "chapters": chapters,
    "episode": episode,
    "wav": wav,
    "journal": journal,
    "studio": studio,
}


def _journal_text() -> str:
    with in_a_folder() as folder:
        write_history(folder / JOURNAL, HISTORY)
        return (folder / JOURNAL).read_text("utf-8")


_REPORT = {
    "episode": "一集", "title": "题", "author": "", "date": "2025-03-01", "link": "",
    "summary": "甲", "keywords": ["土"], "script": {"edited": False, "sha256": "0"},
    "engine": "tone", "voices": {"host": "tone"}, "cover": "own", "kept": ["0 1 2"],
    "recipe": {"engine": "tone", "intro": "a.mp3", "chapters": 3, "karaoke": True},
    "gains_db": {"host": 1.5}, "loudness_lufs": -16.0, "rate": 44100, "samples": 4410,
    "seconds": 0.1, "lines": 1, "files": {"episode.mp3": 9, "chapters/01.mp3": 9},
    "chapters": [{"title": "一", "start_seconds": 0.0, "seconds": 0.1, "names": ["GPT"]}],
    "reading": {"form": "plain", "language": "zh", "lines": 1, "timed": 0, "deleted": {"嗯": 3},
                "speakers": [{"name": "甲", "role": "host", "share": 1.0}],
                "left_out": [{"why": "x", "count": 1, "lines": "1-2", "first": "嗯"}]},
    "editor": {"model": "m", "paragraphs": 1, "kept_offline": []},
    "listened": {"recogniser": "w", "paragraphs": 1, "of": "", "faults": [
        {"chapter": 1, "title": "一", "paragraph": 1, "what": "misread", "start_seconds": 0,
         "end_seconds": 1, "chapter_seconds": 0, "text": "甲", "heard": "假"}]},
}  # fmt: skip
_FEED = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.'
    'dtd" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>台</title><link>'
    "https://a.example/</link><podcast:guid>x</podcast:guid><itunes:author>甲</itunes:author>"
    '<itunes:category text="Technology"/><item><title>一</title><guid>1</guid><pubDate>Sat, 01 Mar '
    '2025 00:00:00 +0000</pubDate><enclosure url="https://a.example/x/episode.mp3" length="9"/>'
    "</item></channel></rss>"
)
_EDIT = '{"base":2,"after":"c","remove":["c"],"insert":[{"kind":"paragraph","text":"甲乙","role":"","voice":"","id":"c"}]}'  # noqa: E501
_WAV = (
    b"RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\0\0\0\0\x02\0\x10\0"
    b"data\x08\0\0\0\x01\0\x02\0\x03\0\x04\0"
)
EXAMPLES: dict[str, tuple[str, ...]] = {
    "report": (json.dumps(_REPORT, ensure_ascii=False),),
    "feed": (_FEED,),
    "chapters": (
        '{"version":"1.2.0","chapters":[{"startTime":0,"title":"开场"},{"startTime":61.0,"title":"选"}]}',
        "0:00 开场\n1:01 选土\n2:05 结尾\n",
        '<psc:chapters xmlns:psc="http://podlove.org/simple-chapters" version="1.2">'
        '<psc:chapter start="00:00:00.000" title="开场"/></psc:chapters>',
        '    TITLE "开场"\n    INDEX 01 00:00:00\n',
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=61000\ntitle=开场\n",
        '<ol id="chapters"><span class="title">开场</span> <time>0:00</time></ol>',
    ),
    "episode": (
        '\0{"version":"1.2.0","chapters":[{"startTime":0,"title":"一"},{"startTime":0.5,"title":"二"}]}',
        "\x011\n00:00:00,100 --> 00:00:01,000\n甲\n\n2\n00:00:01,200 --> 00:00:02,000\n丙\n",
        "\x02" + json.dumps(_REPORT, ensure_ascii=False),
        "\x03\x89PNG",
        '\x04{"of":"x","files":{"a":1}}',
        '\x05{"seconds":3,"style":{"drops_marks":true},"chapters":[{"start":0,"end":3,"title":"一"}]}',
        "\x06ID3\x03\0\0\0\0\0\x20TIT2\0\0\0\x05\0\0\0题题",
        '\x07<!doctype html><title>题</title><script type="application/json">'
        '{"length":1,"starts":[],"words":[]}</script><a href="script.md">x</a>',
        "\x08# 题\n\n## 一\n\n甲。\n",
        '\t<c start="00:00:00.000" title="一"/>',
    ),
    "wav": (_WAV.decode(),),
    "journal": (_journal_text(),),
    "studio": (
        "GET /api/谈话/script\nPOST /api/谈话/edit " + _EDIT,
        "POST /api/谈话/undo {}\nPOST /api/谈话/redo {}",
        'POST /api/谈话/settle {"id":"c"}\nGET /api/谈话/dropped\nGET /api/谈话/files',
        'POST /api/谈话/find {"find":"甲","replace":"乙","apply":true}\nPOST /api/谈话/undo {}',
        'POST /api/谈话/glossary {"from":"甲","to":"乙","apply":true}\nPOST /api/谈话/undo {}',
        'POST /api/谈话/pronounce {"text":"甲","as":"jia3","apply":true}\nPOST /api/谈话/undo {}',
        'PUT /api/seeds/谈话/settings {"title":"题","date":"2025-03-01","cast":{"host":"guest"},'
        '"recipe":{"chapters":3,"engine":"tone","intro":"a.mp3"}}\nGET /api/seeds/谈话/settings',
        "POST /api/read?file=a.srt 甲\nPOST /api/seeds?name=新&file=a.txt 甲乙\nGET /api/episodes",
        "POST /api/covers?name=新&file=a.png x\nPOST /api/recordings?name=新&file=a.mp3 x",
        'POST /api/谈话/say {"text":"","role":"host","voice":"","as":{"甲":"jia3"}}',
        "GET /api/options",
        "GET /files/谈话/script.md\nGET /static/studio.js\nPOST /api/谈话/cancel {}",
    ),
}
