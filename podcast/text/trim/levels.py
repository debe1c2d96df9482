"""How sure the judge must be before a stretch is deleted, by level and kind of stretch."""

from __future__ import annotations

from podcast.model import EDITS
from podcast.text.trim.stretches import RESTART

TIGHT = EDITS[-1]
# Natural log odds from which a stretch is deleted, chosen by reading deletions in three talks.
_LEAST: dict[str, tuple[float, float]] = {  # kind -> at light, at TIGHT
    "这个": (1.4, -0.9),
    "那个": (1.4, 0.0),
    "然后": (1.9, 1.0),
    "就是": (1.4, 0.5),
    "就是说": (1.9, 1.0),
    "一个": (1.4, 0.6),
    "呢": (1.4, 0.8),
    "啊": (1.4, 0.8),
    "那么": (1.9, 1.0),
    RESTART: (1.2, 0.7),
}


def least(level: str, kind: str) -> float:
    """The log odds from which a stretch of a kind is deleted at a level that deletes any."""
    light, tight = _LEAST[kind]
    return tight if level == TIGHT else light
