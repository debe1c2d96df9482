"""Episode -> its subtitle files, by name: SRT, VTT and ASS, whole and of each chapter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from podcast.formats.ass import ass_text
from podcast.formats.cues import Cue, cues, traditional
from podcast.formats.srt import srt_text
from podcast.formats.vtt import vtt_text
from podcast.model import Episode
from podcast.subtitle import House

# Traditional characters: what is added to a file's name, OpenCC's region, the fonts for it.
TRADITIONAL = (("zh-Hant", "tw", "Noto Sans CJK TC"), ("zh-HK", "hk", "Noto Sans CJK HK"))


def subtitle_files(
    episode: Episode, names: Sequence[str], house: House, karaoke: bool
) -> dict[str, str]:
    """The text of every subtitle file.

    `names` are those of the chapters' files, without suffix. The whole is also written in
    Traditional characters: Taiwan's (zh-Hant) and Hong Kong's (zh-HK).
    """
    shown = cues(episode, house)
    files = dict(_formats("episode", shown, episode.title, karaoke))
    for suffix, region, font in TRADITIONAL:
        turned = traditional(shown, house, region)
        files |= _formats(f"episode.{suffix}", turned, episode.title, karaoke, font)
    for name, track in zip(names, episode.tracks, strict=True):
        own = cues(replace(episode, tracks=(track,)), house)  # from the chapter's first sample on
        files |= _formats(f"chapters/{name}", own, track.title, karaoke)
    return files


def _formats(
    name: str, shown: tuple[Cue, ...], title: str, karaoke: bool, font: str = "Noto Sans CJK SC"
) -> Iterator[tuple[str, str]]:
    yield f"{name}.srt", srt_text(shown)
    yield f"{name}.vtt", vtt_text(shown, karaoke=karaoke)
    yield f"{name}.ass", ass_text(shown, title, font)
