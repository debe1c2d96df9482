"""out/NAME/ -> what each file is for, and what `podcast check` finds in them and where."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from podcast.files.names import (
    AUDIOBOOK,
    CHAPTERS,
    COVER,
    NOTES,
    PAGE,
    PREVIOUS_SCRIPT,
    REPORT,
    SCRIPT,
    SOUND,
    SUBTITLES,
    TRANSCRIPT,
    VIDEO,
    WEB_SUBTITLES,
)
from podcast.formats.faults import Fault
from podcast.published.check import Finding, check
from podcast.published.report import read_report
from podcast.studio.blocks import CHAPTER, PARAGRAPH, Blocks

USES = (  # a file's path, what it is for in Chinese, and in English; the first that fits counts
    (SOUND, "整期节目，上传到播客平台", "the whole episode, for podcast hosts"),
    (AUDIOBOOK, "整期节目，给有声书播放器", "the whole episode, for audiobook players"),
    (VIDEO, "视频", "the video"),
    ("upload/*", "上传视频时用", "to upload with the video"),
    (SUBTITLES, "字幕，上传到视频网站", "subtitles, to upload beside a video"),
    (WEB_SUBTITLES, "字幕，给网页", "subtitles for web pages"),
    ("episode.ass", "字幕，给剪辑软件", "subtitles for editing programs"),
    ("episode.zh-Hant.*", "繁体字幕（台湾）", "subtitles in the characters of Taiwan"),
    ("episode.zh-HK.*", "繁体字幕（香港）", "subtitles in the characters of Hong Kong"),
    ("chapters/*.mp3", "单章的声音", "the sound of one chapter"),
    ("chapters/*", "单章的字幕", "the subtitles of one chapter"),
    ("chapters.txt", "章节，贴进 YouTube 简介", "chapters for a YouTube description"),
    ("chapters.bilibili.txt", "章节，贴进哔哩哔哩", "chapters for Bilibili"),
    ("chapters.xiaoyuzhou.txt", "章节，贴进小宇宙", "chapters for 小宇宙"),
    (CHAPTERS, "章节，给播客应用", "chapters for podcast apps"),
    ("chapters.podlove.xml", "章节，给 Podlove 播放器", "chapters for Podlove's player"),
    ("chapters.ffmetadata", "章节，给 ffmpeg", "chapters for ffmpeg"),
    ("episode.cue", "章节，给音乐播放器", "chapters for music players"),
    (SCRIPT, "文字稿", "the script"),
    (PREVIOUS_SCRIPT, "以前的文字稿", "the earlier script"),
    ("script.why.html", "逐字稿每行变成了什么", "what became of each line"),
    (NOTES, "节目简介", "the show notes"),
    (TRANSCRIPT, "谁在何时说了什么，给播客应用", "the transcript for podcast apps"),
    (PAGE, "可以边听边看的网页", "the page that plays the episode"),
    (COVER, "封面", "the cover"),
    (REPORT, "这次制作的记录", "the report of the build"),
    ("original/*", "与原始录音配套", "fits the original recording"),
    ("*", "你自己放的文件", "a file of your own"),
)
TIME = re.compile(r"(?<!\d)(?:(\d+):)?(\d+):(\d\d)(?:[.,](\d{1,3}))?(?!\d)|(\d+\.\d+) s\b")


def files(folder: Path) -> list[dict[str, Any]]:
    """Each file of an episode, what it is for, and its size in bytes; hidden ones are left out.

    A build may replace the folder meanwhile: what has gone is left out, too.
    """
    paths = sorted(Path(where, name) for where, _, names in os.walk(folder) for name in names)
    listed = []
    for path in paths:
        name = path.relative_to(folder).as_posix()
        if not any(step.startswith(".") for step in name.split("/")):
            with suppress(FileNotFoundError):
                size = path.stat().st_size
                listed.append({"path": name, "what_for": use_of(name), "size": size})
    return sorted(listed, key=lambda each: _rank(str(each["path"])))


def use_of(name: str) -> dict[str, str]:
    """What a file is for, in Chinese and in English."""
    _, chinese, english = USES[_rank(name)]
    return {"zh": chinese, "en": english}


def _rank(name: str) -> int:
    return next(at for at, (pattern, _, _) in enumerate(USES) if fnmatchcase(name, pattern))


# Findings ----------------------------------------------------------------------------------


def findings(folder: Path, blocks: Blocks, watch: Callable[[float], None]) -> list[dict[str, Any]]:
    """The faults of a built episode, each with the time or the block it leads to, where known.

    `watch` is called with the share of the work that is done, and may raise Stopped. Raises
    ReadError if there is no episode.
    """
    found = [fault for each in check(folder, watch) if not each.good for fault in _faults(each)]
    return [*found, *_heard(folder, blocks)]


def _faults(finding: Finding) -> Iterator[dict[str, Any]]:
    for text in finding.found.split("; "):
        yield {"what": finding.what, "id": None, "time_s": time_in(text), "text": text}


def time_in(text: str) -> float | None:
    """The first time that a text gives, in seconds; None if it gives none.

    >>> time_in("17 wide at 0:01:02.500: 你好"), time_in("at 3.5 s"), time_in("no time")
    (62.5, 3.5, None)
    """
    found = TIME.search(text)
    if not found:
        return None
    if found[5]:
        return float(found[5])
    hours, minutes, seconds = (int(found[at] or 0) for at in (1, 2, 3))
    return 3600 * hours + 60 * minutes + seconds + float(f"0.{found[4] or 0}")


def _heard(folder: Path, blocks: Blocks) -> Iterator[dict[str, Any]]:
    """The paragraphs that `podcast check --listen` did not hear as they are written."""
    listened = read_report(folder).listened
    for fault in listened.faults if listened else ():
        yield {
            "what": fault.what,
            "id": _block_of(fault, blocks),
            "time_s": fault.start_seconds,
            "text": f"{fault.text} → {fault.heard}",
        }


def _block_of(fault: Fault, blocks: Blocks) -> str | None:
    """The id of the paragraph that a fault is in; None if it has been changed since."""
    chapter = paragraph = 0
    for block in blocks:
        if block.kind == CHAPTER:
            chapter, paragraph = chapter + 1, 0
        elif block.kind == PARAGRAPH:
            paragraph += 1
            is_it = (chapter, paragraph) == (fault.chapter, fault.paragraph)
            if is_it and fault.text in block.text:
                return block.id
    return None
