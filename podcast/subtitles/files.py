"""Episode -> its subtitle files: SRT, VTT and ASS, of the whole and of each chapter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from podcast.formats.speakers import names_to_show
from podcast.model import Episode, Style
from podcast.subtitles.ass import ass_text
from podcast.subtitles.cues import Cue, laid_out, timed, traditional
from podcast.subtitles.srt import srt_text
from podcast.subtitles.vtt import vtt_text
from podcast.text import hanzi

# Files in Traditional characters: the suffix of the name, OpenCC's region, the font of the ASS.
TRADITIONAL = (("zh-Hant", "tw", "Noto Sans CJK TC"), ("zh-HK", "hk", "Noto Sans CJK HK"))


def subtitle_files(
    episode: Episode, names: Sequence[str], style: Style, karaoke: bool
) -> Iterator[tuple[str, str]]:
    """The name and text of every subtitle file, one at a time.

    `names` are the names of the chapters' files, without suffix. The subtitles of the whole are
    also written in Traditional characters: Taiwan's (zh-Hant) and Hong Kong's (zh-HK).
    """
    rate, tracks, speakers = episode.rate, episode.tracks, names_to_show(episode)
    laid = [laid_out(track, rate, style) for track in tracks]
    for name, track, lines in zip(names, tracks, laid, strict=True):
        own = timed([(track, lines)], rate, style)  # times count from the start of the chapter
        yield from _formats(f"chapters/{name}", own, track.title, karaoke, speakers)
    shown = timed(zip(tracks, laid, strict=True), rate, style)
    laid.clear()
    yield from whole_files("episode", shown, episode, style, karaoke)


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
