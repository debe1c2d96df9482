"""Episode -> its transcript as podcast apps read it: who says what, and when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from podcast.formats.passages import passages
from podcast.formats.printed import milliseconds, one_line
from podcast.formats.speakers import speaker_names
from podcast.model import Episode


def transcript_text(episode: Episode) -> str:
    """JSON with a segment for each sentence; times in seconds from the episode's start.

    Source: Podcast Namespace, transcripts, application/json.
    """
    segments = list(_segments(episode))
    text = json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace").decode() + "\n"


def _segments(episode: Episode) -> Iterator[dict[str, Any]]:
    names = {role: one_line(name) for role, name in speaker_names(episode).items()}
    starts = accumulate((track.length for track in episode.tracks), initial=0)
    for start, track in zip(starts, episode.tracks, strict=False):
        for passage in passages(track):
            for words in passage.sentences:
                times = (start + words[0].start, start + words[-1].end)
                begins, ends = (milliseconds(at, episode.rate) / 1000 for at in times)
                body = one_line("".join(word.text for word in words))
                told = {"speaker": names[passage.voice]} if passage.voice in names else {}
                yield {**told, "startTime": begins, "endTime": ends, "body": body}
