"""Episode -> its transcript for podcast apps: each sentence with its speaker and its times."""

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
    """The text of a JSON transcript with a segment for each sentence; times are in seconds.

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
                begins, ends = (milliseconds(sample, episode.rate) / 1000 for sample in times)
                body = one_line("".join(word.text for word in words))
                speaker = {"speaker": names[passage.voice]} if passage.voice in names else {}
                yield {**speaker, "startTime": begins, "endTime": ends, "body": body}
