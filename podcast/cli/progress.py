"""Progress of a build -> a bar on standard error: stage, chapter, percent, time left."""

from __future__ import annotations

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

from podcast.production.progress import (
    LISTEN_WEIGHTS,
    ONLINE_WEIGHTS,
    STAGES,
    VIDEO_WEIGHTS,
    WEIGHTS,
    advance,
    build_share,
    whole_share,
)

TITLE_CELLS = 28  # the greatest width of a chapter's title, in columns of the terminal


class Shown:
    """The progress bar of one build. It draws nothing if `console` is not a terminal."""

    def __init__(self, console: Console, quiet: bool) -> None:
        """With `quiet` the bar is never drawn."""
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
        """Advance the bar by `share` of the work of a stage (0 to 1), done for `chapter`."""
        if stage == "fetch":
            self.weights = ONLINE_WEIGHTS
        if stage == "video":
            self.weights = VIDEO_WEIGHTS
        if stage == "listen":
            self.weights = LISTEN_WEIGHTS
        if stage == "text" and self.done["listen"]:  # what was heard is built again
            self.done, self.weights = dict.fromkeys(STAGES, 0.0), WEIGHTS
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
    """The progress bar of many builds. Each build may advance it from a thread of its own."""

    def __init__(self, console: Console, quiet: bool, count: int) -> None:
        """`count` is the number of episodes. With `quiet` the bar is never drawn."""
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
        """Advance the bar by `share` of the work of a stage of an episode (0 to 1)."""
        with self.lock:
            done = self.under_way.setdefault(episode, dict.fromkeys(STAGES, 0.0))
            advance(done, stage, share)
            self._draw()

    def over(self, episode: str) -> None:
        """Count an episode as finished, whether it was built or failed."""
        with self.lock:
            self.under_way.pop(episode, None)
            self.finished += 1
            self._draw()

    def _draw(self) -> None:
        begun = sum(map(build_share, self.under_way.values()))
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
