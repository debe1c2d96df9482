"""Episode -> one HTML file: player, chapters and a script that follows the sound.

The page holds all it shows but the sound, asks no network for anything, and reads well with
JavaScript off. Text and times are apart: sentences are HTML, times one block of JSON numbers.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import quote

from podcast.files.names import NOTES, SCRIPT, SOUND, SUBTITLES, WEB_SUBTITLES
from podcast.formats.passages import Passage, Words, passages
from podcast.formats.printed import clock, milliseconds, one_line
from podcast.formats.speakers import told_names
from podcast.model import NOTICE, Episode

FILES = {
    SOUND: "音频 MP3",
    SUBTITLES: "字幕 SRT",
    WEB_SUBTITLES: "字幕 VTT",
    "episode.zh-Hant.srt": "繁体字幕 SRT",
    SCRIPT: "文稿 Markdown",
    NOTES: "节目简介",
}

# The page may run and draw with nothing but what is in it, told by hashes, and play the sound
# beside it: `file:` is there for a page opened from disk, which has no origin of its own.
_POLICY = (
    "default-src 'none'; script-src 'sha256-{head_script}' 'sha256-{script}'; "
    "style-src 'sha256-{style}'; img-src data:; media-src 'self' file:; "
    "base-uri 'none'; form-action 'none'"
)


def page_text(
    episode: Episode, names: Sequence[str] = (), cover: bytes = b"", description: str = ""
) -> str:
    """The page for `episode.mp3` beside it.

    `names` are the file names of the chapters in `chapters/`, without suffix; `cover` a JPEG
    of a few hundred pixels. Text is shown as it is, whatever it holds.
    """
    about = one_line(description)
    tracks = [passages(track) for track in episode.tracks]
    files = list(names) or [""] * len(tracks)
    inline = {
        "style": _template("page.css"),
        "head_script": _template("page_head.js"),
        "script": _template("page.js"),
    }
    return Template(_template("page.html")).substitute(
        inline,
        policy=_POLICY.format_map({name: _digest(text) for name, text in inline.items()}),
        title=_text(one_line(episode.title)),
        summary=_text(f"{about or _byline(episode)} {NOTICE}"),
        about=f'<p class="about">{_text(about)}</p>' if about else "",
        byline=_text(_byline(episode)),
        notice=_text(NOTICE),
        cover=_picture(cover),
        downloads=_downloads(),
        contents="".join(_contents(episode)),
        chapters="".join(
            _chapter(number, episode, found, file)
            for number, (found, file) in enumerate(zip(tracks, files, strict=True), 1)
        ),
        seconds=milliseconds(episode.length, episode.rate) // 1000,
        length=clock(milliseconds(episode.length, episode.rate)),
        timing=_timing(episode, tracks),
    )


@cache
def _template(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _text(text: str) -> str:
    """Text for any place in the page. Its length in UTF-16 stays: times are told by it.

    >>> _text('<b title="">') == "&lt;b title=&quot;&quot;&gt;", _text("a\\0b\\r\\nc")
    (True, 'a�b  c')
    """
    spaced = re.sub(r"[\t\n\f\r]", " ", text)
    return escape(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "�", spaced))


def _byline(episode: Episode) -> str:
    minutes = max(1, round(episode.length / episode.rate / 60))
    length = f"{minutes // 60} 小时 {minutes % 60} 分钟" if minutes >= 60 else f"{minutes} 分钟"
    facts = (episode.author, episode.date, length, f"{len(episode.tracks)} 章")
    return " · ".join(one_line(fact) for fact in facts if fact)


def _picture(cover: bytes) -> str:
    if not cover:
        return ""
    kind = "png" if cover.startswith(b"\x89PNG") else "jpeg"
    source = f"data:image/{kind};base64,{b64encode(cover).decode()}"
    return f'<img id="cover" src="{source}" width="600" height="600" alt="节目封面">'


def _downloads() -> str:
    return "".join(
        f'<li><a href="{quote(name)}" download>{label}</a></li>' for name, label in FILES.items()
    )


def _contents(episode: Episode) -> Iterator[str]:
    """The list of chapters, under the parts they belong to."""
    for number, (chapter, track) in enumerate(
        zip(episode.chapters, episode.tracks, strict=True), 1
    ):
        part = f'<span class="part">{_text(one_line(track.part))}</span>' if track.part else ""
        yield (
            f'<li>{part}<a href="#c{number}"><span class="title">'
            f"{_text(one_line(track.title))}</span> "
            f"<time>{clock(milliseconds(chapter.start, episode.rate))}</time></a></li>\n"
        )


def _chapter(number: int, episode: Episode, found: tuple[Passage, ...], name: str) -> str:
    """A section: heading, its own files, paragraphs."""
    track, start = episode.tracks[number - 1], episode.chapters[number - 1].start
    part = f'<p class="part">{_text(one_line(track.part))}</p>' if track.part else ""
    files = "".join(
        f'<a href="{quote(f"chapters/{name}.{suffix}")}" download'
        f' aria-label="下载第{number}章 {suffix.upper()}">{suffix.upper()}</a>'
        for suffix in ("mp3", "srt")
        if name
    )
    files = f'<p class="files">{files}</p>' if files else ""
    heading = f'<h2 id="h{number}">{_text(one_line(track.title))}</h2>'
    return (
        f'<section id="c{number}" aria-labelledby="h{number}">{part}{heading}{files}\n'
        f"{''.join(_paragraphs(found, start, episode))}</section>\n"
    )


def _paragraphs(found: tuple[Passage, ...], start: int, episode: Episode) -> Iterator[str]:
    """Paragraphs with the time each begins; with who speaks, where several do and it changes."""
    names = told_names(episode)
    before = ""
    for passage in found:
        first = passage.sentences[0][0].start + start
        ms = milliseconds(first, episode.rate)
        time = clock(ms)
        role = ""
        if names and passage.voice != before:
            name = one_line(names.get(passage.voice, passage.voice))
            role = f'<b class="role">{_text(name)}</b>'
            before = passage.voice
        sentences = "".join(
            f"<span>{_text(''.join(word.text for word in words))}</span>"
            for words in passage.sentences
        )
        yield (
            f'<div class="p">{role}<a class="at" href="#t={ms / 1000:.3f}"'
            f' aria-label="从 {time} 播放">{time}</a><p>{sentences}</p></div>\n'
        )


def _timing(episode: Episode, tracks: Sequence[tuple[Passage, ...]]) -> str:
    """Milliseconds: the length, each chapter's start, each sentence's start, and its words.

    A sentence's words are [how long it is said, then of each word its size in UTF-16 and its
    start], counted from the sentence's start.
    """
    opened = [chapter.start for chapter in episode.chapters]
    starts: list[int] = []
    words: list[str] = []  # as JSON: ten hours of numbers are more to hold than to print
    for start, found in zip(opened, tracks, strict=True):
        for passage in found:
            for said in passage.sentences:
                first, *rest = _word_times(said, start, episode.rate)
                starts.append(first)
                words.append(_json(rest))
    times = {
        "length": milliseconds(episode.length, episode.rate),
        "chapters": [milliseconds(start, episode.rate) for start in opened],
        "starts": starts,
    }
    return f'{_json(times)[:-1]},"words":[{",".join(words)}]}}'


def _json(numbers: object) -> str:
    return json.dumps(numbers, separators=(",", ":"))


def _word_times(words: Words, start: int, rate: int) -> Iterator[int]:
    """The numbers of a sentence in a chapter that begins at sample `start`."""
    opened = milliseconds(start + words[0].start, rate)
    yield opened
    yield milliseconds(start + words[-1].end, rate) - opened
    for word in words:
        yield len(word.text.encode("utf-16-le", "surrogatepass")) // 2
        yield milliseconds(start + word.start, rate) - opened
