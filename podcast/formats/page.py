"""Episode -> one HTML file: a player, chapters, and the script, which is marked as it is spoken.

The file has everything but the sound, sends no request to a network, and can be read without
JavaScript. Sentences are in the HTML; their times are in one block of JSON.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import escape
from string import Template
from urllib.parse import quote

from podcast.files.names import NOTES, SCRIPT, SOUND, SUBTITLES, WEB_SUBTITLES
from podcast.formats.passages import Passage, Words, passages
from podcast.formats.printed import clock, milliseconds, one_line
from podcast.formats.script_html import (
    heading_html,
    paragraph_html,
    part_html,
    player_html,
    role_html,
    template,
)
from podcast.formats.speakers import names_to_show
from podcast.model import Episode

FILES = {
    SOUND: "音频 MP3",
    SUBTITLES: "字幕 SRT",
    WEB_SUBTITLES: "字幕 VTT",
    "episode.zh-Hant.srt": "繁体字幕 SRT",
    SCRIPT: "文稿 Markdown",
    NOTES: "节目简介",
}

# The page may use only the code and styles in it, which the policy lists by their hashes, play the
# sound beside it and show the chapters' pictures beside it. `file:` allows those of a page that is
# opened from a disk: such a page has no origin, so 'self' does not match.
_POLICY = (
    "default-src 'none'; script-src 'sha256-{head_script}' 'sha256-{script}'; "
    "style-src 'sha256-{style}'; img-src data: 'self' file:; media-src 'self' file:; "
    "base-uri 'none'; form-action 'none'"
)


def page_text(
    episode: Episode,
    names: Sequence[str] = (),
    cover: bytes = b"",
    description: str = "",
    pictures: Sequence[str] = (),
) -> str:
    """The text of a page that plays the file `episode.mp3` in its folder.

    `names` are the names of the chapters' files in `chapters/`, without suffix; `cover` is a JPEG
    of a few hundred pixels. `pictures` has the name of each chapter's picture in `chapters/`,
    without suffix, or is empty. Markup in the episode's texts is shown, not used.
    """
    about = one_line(description)
    tracks = [passages(track) for track in episode.tracks]
    files = list(names) or [""] * len(tracks)
    cards = list(pictures) or [""] * len(tracks)
    seconds = milliseconds(episode.length, episode.rate) // 1000
    inline = {
        "style": template("look.css") + template("page.css"),
        "head_script": template("page_head.js"),
        "script": template("player.js") + template("page.js"),
    }
    return Template(template("page.html")).substitute(
        inline,
        policy=_POLICY.format_map({name: _digest(text) for name, text in inline.items()}),
        title=_text(one_line(episode.title)),
        summary=_text(f"{about or _byline(episode)} {episode.notice}".rstrip()),
        about=f'<p class="about">{_text(about)}</p>' if about else "",
        byline=_text(_byline(episode)),
        notice=f'<p class="notice">{_text(episode.notice)}</p>' if episode.notice else "",
        cover=_picture(cover),
        downloads=_downloads(),
        contents="".join(_contents(episode)),
        chapters="".join(
            _chapter(number, episode, track, file, card)
            for number, (track, file, card) in enumerate(zip(tracks, files, cards, strict=True), 1)
        ),
        player=player_html(SOUND, seconds),
        timing=_timing(episode, tracks),
    )


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _text(text: str) -> str:
    """The text, escaped for any place in the page.

    Its length in UTF-16 units stays the same, since the block of times counts in these.

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


def _chapter_picture(name: str) -> str:
    """A chapter's picture; it says nothing that the heading beside it does not say."""
    source = quote(f"chapters/{name}.jpg")
    return f'<img class="picture" src="{source}" width="640" height="640" alt="" loading="lazy">'


def _downloads() -> str:
    return "".join(
        f'<li><a href="{quote(name)}" download>{label}</a></li>' for name, label in FILES.items()
    )


def _contents(episode: Episode) -> Iterator[str]:
    """The items of the list of chapters; the first chapter of a part has the part's title."""
    for number, (chapter, track) in enumerate(
        zip(episode.chapters, episode.tracks, strict=True), 1
    ):
        part = f'<span class="part">{_text(one_line(track.part))}</span>' if track.part else ""
        yield (
            f'<li>{part}<a href="#c{number}"><span class="title">'
            f"{_text(one_line(track.title))}</span> "
            f"<time>{clock(milliseconds(chapter.start, episode.rate))}</time></a></li>\n"
        )


def _chapter(
    number: int, episode: Episode, paragraphs: tuple[Passage, ...], name: str, picture: str
) -> str:
    """The section of a chapter: its picture, its heading, links to its files, its paragraphs."""
    track, start = episode.tracks[number - 1], episode.chapters[number - 1].start
    part = part_html(_text(one_line(track.part))) if track.part else ""
    files = "".join(
        f'<a href="{quote(f"chapters/{name}.{suffix}")}" download'
        f' aria-label="下载第{number}章 {suffix.upper()}">{suffix.upper()}</a>'
        for suffix in ("mp3", "srt")
        if name
    )
    files = f'<p class="files">{files}</p>' if files else ""
    heading = heading_html(number, _text(one_line(track.title)))
    shown = _chapter_picture(picture) if picture else ""
    return (
        f'<section id="c{number}" aria-labelledby="h{number}">{shown}{part}{heading}{files}\n'
        f"{''.join(_paragraphs(paragraphs, start, episode))}</section>\n"
    )


def _paragraphs(paragraphs: tuple[Passage, ...], start: int, episode: Episode) -> Iterator[str]:
    """The paragraphs of a chapter that begins at sample `start`, each with its time.

    If the episode has several speakers, a paragraph names its speaker where the speaker changes.
    """
    names = names_to_show(episode)
    before = ""
    for passage in paragraphs:
        first = passage.sentences[0][0].start + start
        role = ""
        if names and passage.voice != before:
            name = one_line(names.get(passage.voice, passage.voice))
            role = role_html(_text(name))
            before = passage.voice
        sentences = "".join(
            f"<span>{_text(''.join(word.text for word in words))}</span>"
            for words in passage.sentences
        )
        yield paragraph_html(sentences, milliseconds(first, episode.rate), role)


def _timing(episode: Episode, tracks: Sequence[tuple[Passage, ...]]) -> str:
    """The block of times as JSON, in milliseconds.

    It has the length of the episode, the start of each chapter, the start of each sentence, and
    for each sentence a list: how long the sentence lasts, and then for each of its words the
    number of UTF-16 units and the start, counted from the start of the sentence.
    """
    opened = [chapter.start for chapter in episode.chapters]
    starts: list[int] = []
    words: list[str] = []  # as JSON, which for ten hours takes less memory than numbers
    for start, paragraphs in zip(opened, tracks, strict=True):
        for passage in paragraphs:
            for sentence in passage.sentences:
                first, *rest = _word_times(sentence, start, episode.rate)
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
    """The start of a sentence and the numbers of its list; its chapter begins at `start`."""
    opened = milliseconds(start + words[0].start, rate)
    yield opened
    yield milliseconds(start + words[-1].end, rate) - opened
    for word in words:
        yield len(word.text.encode("utf-16-le", "surrogatepass")) // 2
        yield milliseconds(start + word.start, rate) - opened
