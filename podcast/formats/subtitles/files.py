"""Episode -> its subtitle files: SRT, VTT and ASS, of the whole and of each chapter."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from zlib import compress, decompress

from podcast.files.keys import content_key
from podcast.formats.speakers import names_to_show
from podcast.formats.subtitles.ass import ass_text
from podcast.formats.subtitles.cues import Cue, laid_out, timed, traditional
from podcast.formats.subtitles.srt import srt_text
from podcast.formats.subtitles.vtt import vtt_text
from podcast.model import Episode, Style, Track
from podcast.text import hanzi

# Files in Traditional characters: the suffix of the name, OpenCC's region, the font of the ASS.
TRADITIONAL = (("zh-Hant", "tw", "Noto Sans CJK TC"), ("zh-HK", "hk", "Noto Sans CJK HK"))


ByEnd = dict[str, str]
"""The texts of some files by the ends of their names."""

Keep = Callable[[str, Callable[[], ByEnd]], ByEnd]
"""A function that returns the texts that it keeps under a key, or else those of a function."""


def subtitle_files(
    episode: Episode,
    names: Sequence[str],
    style: Style,
    karaoke: bool,
    keep: Keep = lambda _, make: make(),
) -> Iterator[tuple[str, str]]:
    """The name and text of every subtitle file, one at a time.

    `names` are the names of the chapters' files, without suffix. The subtitles of the whole are
    also written in Traditional characters: Taiwan's (zh-Hant) and Hong Kong's (zh-HK). `keep` may
    remember the texts of a chapter and those of the whole from an earlier build.
    """
    rate, tracks, speakers = episode.rate, episode.tracks, names_to_show(episode)
    lay = cache(lambda number: laid_out(tracks[number], rate, style))
    heard = [content_key(each.length, each.lines, each.words, each.turns) for each in tracks]
    shown_so = (rate, style, karaoke, list(speakers.items()))
    for number, (name, track) in enumerate(zip(names, tracks, strict=True)):

        def own(number: int = number, track: Track = track) -> ByEnd:
            cues = timed([(track, lay(number))], rate, style)  # from the start of the chapter
            return dict(_formats("", cues, track.title, karaoke, speakers))

        texts = keep(content_key(heard[number], track.title, shown_so), own)
        yield from ((f"chapters/{name}{end}", text) for end, text in texts.items())

    def whole() -> ByEnd:
        laid = zip(tracks, map(lay, range(len(tracks))), strict=True)
        shown = timed(laid, rate, style)
        lay.cache_clear()
        return dict(whole_files("", shown, episode, style, karaoke))

    texts = keep(content_key(heard, episode.title, shown_so), whole)
    yield from ((f"episode{end}", text) for end, text in texts.items())


def packed(texts: ByEnd) -> bytes:
    """Texts as they are kept. This stands here so that a key of this module holds it, too."""
    return compress(json.dumps(texts).encode(), 1)


def unpacked(kept: bytes) -> ByEnd:
    """The texts that `packed` returned."""
    texts: ByEnd = json.loads(decompress(kept))
    return texts


def whole_files(
    name: str, shown: tuple[Cue, ...], episode: Episode, style: Style, karaoke: bool
) -> Iterator[tuple[str, str]]:
    """The name and text of each file of an episode's cues; also in Traditional characters."""
    speakers = names_to_show(episode)
    yield from _formats(name, shown, episode.title, karaoke, speakers)
    for suffix, region, font in TRADITIONAL:
        turned = traditional(shown, style, region)
        called = {role: hanzi.traditional(known, region) for role, known in speakers.items()}
        yield from _formats(f"{name}.{suffix}", turned, episode.title, karaoke, called, font)


def _formats(
    name: str,
    shown: tuple[Cue, ...],
    title: str,
    karaoke: bool,
    speakers: Mapping[str, str],
    font: str = "Noto Sans CJK SC",
) -> Iterator[tuple[str, str]]:
    yield f"{name}.srt", srt_text(shown)
    yield f"{name}.vtt", vtt_text(shown, karaoke=karaoke, names=speakers)
    yield f"{name}.ass", ass_text(shown, title, font)
