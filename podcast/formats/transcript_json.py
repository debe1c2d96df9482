"""Cues -> a Podcasting 2.0 transcript in JSON."""

from __future__ import annotations

import json

from podcast.formats.cues import Cue


def transcript_json_text(cues: tuple[Cue, ...]) -> str:
    """One segment a cue, in seconds.

    Source: Podcast Namespace, transcripts in JSON, 1.0.0.
    """
    segments = [
        {"startTime": cue.start_ms / 1000, "endTime": cue.end_ms / 1000, "body": _body(cue)}
        for cue in cues
    ]
    return json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False, indent=1)


def _body(cue: Cue) -> str:
    return cue.text.replace("\n", " ")
