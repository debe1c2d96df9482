"""How far a build is, for a person to watch: stage, chapter, percent, time left. On stderr."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

STAGES = {
    "text": "text",
    "edit": "editor",
    "align": "recording",
    "fetch": "voice",
    "speak": "voice",
    "master": "sound",
    "publish": "files",
    "video": "video",
}
OVER: dict[
    str, tuple[str, ...]
] = {  # what has ended when a stage begins; clips are fetched while others are spoken
    "text": (),
    "edit": ("text",),
    "align": ("text",),
    "fetch": ("text",),
    "speak": ("text",),
    "master": ("text", "fetch", "speak"),
    "publish": ("text", "fetch", "speak", "master"),
    "video": (),
}
WEIGHTS = {"text": 0.05, "fetch": 0.0, "speak": 0.30, "master": 0.62, "publish": 0.03}
ONLINE_WEIGHTS = {"text": 0.02, "fetch": 0.80, "speak": 0.03, "master": 0.13, "publish": 0.02}
EDITING = 0.5  # of the whole, an editor model's share: a paragraph takes it seconds
VIDEO_WEIGHTS = {"video": 1.0}
TITLE_CELLS = 28  # of the terminal's width, at most, for a chapter's title


def whole_share(done: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The share of a whole build that is done, where `done` tells it of each stage."""
    share = sum(weight * done[stage] for stage, weight in weights.items())
    return EDITING * done["edit"] + (1 - EDITING) * share if done["edit"] else share


def advance(done: dict[str, float], stage: str, share: float) -> None:
    """Add a share to what is done of a stage; what comes before it is over."""
    for earlier in OVER[stage]:
        done[earlier] = 1.0
    done[stage] = min(1.0, done[stage] + share)


class Shown:
    """A bar that is told of each chapter done; nothing where `console` is not a terminal."""

    def __init__(self, console: Console, quiet: bool) -> None:
        """`quiet` shows nothing anywhere."""
        self.bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[chapter]}"),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self.done = dict.fromkeys(STAGES, 0.0)
        self.weights = WEIGHTS

    def __enter__(self) -> Shown:
        """Draw the bar."""
        self.bar.start()
        self.task = self.bar.add_task("text", total=1.0, chapter="")
        return self

    def __call__(self, stage: str, chapter: str, share: float) -> None:
        """`share` of a stage's work is done with this chapter; earlier stages are over."""
        if stage == "fetch":
            self.weights = ONLINE_WEIGHTS
        if stage == "video":
            self.weights = VIDEO_WEIGHTS
        advance(self.done, stage, share)
        completed = whole_share(self.done, self.weights)
        title = Text(chapter)
        title.truncate(TITLE_CELLS, overflow="ellipsis")
        self.bar.update(
            self.task, completed=completed, description=STAGES[stage], chapter=title.plain
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        self.bar.stop()


class ShownBatch:
    """A bar over many episodes, told of each from its own thread."""

    def __init__(self, console: Console, quiet: bool, count: int) -> None:
        """`count` episodes; `quiet` shows nothing anywhere."""
        self.console, self.quiet, self.count = console, quiet, count
        self.bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self.lock = Lock()
        self.under_way: dict[str, dict[str, float]] = {}
        self.finished = 0

    def __enter__(self) -> ShownBatch:
        """Draw the bar."""
        self.bar.start()
        self.task = self.bar.add_task(f"0/{self.count}", total=float(self.count))
        return self

    def __call__(self, episode: str, stage: str, share: float) -> None:
        """`share` of a stage's work is done with a chapter of an episode."""
        with self.lock:
            done = self.under_way.setdefault(episode, dict.fromkeys(STAGES, 0.0))
            advance(done, stage, share)
            self._draw()

    def over(self, episode: str) -> None:
        """An episode is done, however it ended."""
        with self.lock:
            self.under_way.pop(episode, None)
            self.finished += 1
            self._draw()

    def _draw(self) -> None:
        begun = 0.0
        for done in self.under_way.values():
            weights = ONLINE_WEIGHTS if done["fetch"] else WEIGHTS
            begun += whole_share(done, weights)
        self.bar.update(
            self.task,
            completed=self.finished + begun,
            description=f"{self.finished}/{self.count} episodes",
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        self.bar.stop()
