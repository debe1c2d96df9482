"""Shares of stages -> the share of a whole build that is done, and how long the rest will take."""

from __future__ import annotations

from collections.abc import Mapping

STAGES = {
    "text": "text",
    "edit": "editor",
    "align": "recording",
    "fetch": "voice",
    "speak": "voice",
    "master": "sound",
    "publish": "files",
    "listen": "hearing",
    "video": "video",
}
# The stages that have ended when a stage begins. `fetch` is not over when `speak` begins: clips are
# fetched for some chapters while others are spoken.
OVER: dict[str, tuple[str, ...]] = {
    "text": (),
    "edit": ("text",),
    "align": ("text",),
    "fetch": ("text",),
    "speak": ("text",),
    "master": ("text", "fetch", "speak"),
    "publish": ("text", "fetch", "speak", "master"),
    "listen": ("text", "fetch", "speak", "master", "publish"),
    "video": (),
}
# The share of each stage in the time of a whole build, from 0 to 1.
WEIGHTS = {"text": 0.05, "fetch": 0.0, "speak": 0.30, "master": 0.62, "publish": 0.03}
ONLINE_WEIGHTS = {"text": 0.02, "fetch": 0.80, "speak": 0.03, "master": 0.13, "publish": 0.02}
EDITING = 0.5  # the share of an editor model, which takes seconds for each paragraph
VIDEO_WEIGHTS = {"video": 1.0}
LISTEN_WEIGHTS = {"listen": 1.0}


def build_share(done: Mapping[str, float]) -> float:
    """The share of a build that is done, by the weights of online voices if some are fetched."""
    return whole_share(done, ONLINE_WEIGHTS if done["fetch"] else WEIGHTS)


def whole_share(done: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The share of a whole build that is done, from 0 to 1; `done` holds that of each stage."""
    share = sum(weight * done[stage] for stage, weight in weights.items())
    return EDITING * done["edit"] + (1 - EDITING) * share if done["edit"] else share


def advance(done: dict[str, float], stage: str, share: float) -> None:
    """Add a share to what is done of a stage, and mark the stages before it as done.

    Where offline voices speak, nothing is ever fetched, and `fetch` stays at 0.
    """
    for earlier in OVER[stage]:
        if earlier != "fetch" or done["fetch"]:
            done[earlier] = 1.0
    done[stage] = min(1.0, done[stage] + share)
