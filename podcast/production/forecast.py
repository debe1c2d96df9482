"""How long a slow voice has still to speak: told once, from the first that it has said."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from podcast.model import Tell, Watch

ENOUGH = 0.02  # of the whole that must be said before the rest can be told
WORTH_TELLING = 60.0  # seconds


class Forecast:
    """Passes on what it watches, and tells how long the voice will take."""

    def __init__(self, watch: Watch, tell: Tell, now: Callable[[], float] = monotonic) -> None:
        """`now` is a clock, in seconds."""
        self.watch, self.tell, self.now = watch, tell, now
        self.begun, self.said, self.is_told = now(), 0.0, False

    def __call__(self, stage: str, what: str, share: float) -> None:
        """`share` of a stage's work is done."""
        self.watch(stage, what, share)
        if stage != "fetch":
            self.begun = self.begun if self.said else self.now()
            return
        self.said += share
        if self.is_told or self.said < ENOUGH:
            return
        self.is_told = True
        left = (self.now() - self.begun) / self.said * (1 - self.said)
        if left >= WORTH_TELLING:
            self.tell(
                f"the voice will take about {left / 60:.0f} min more on this machine; "
                "what it has said is kept if you stop it"
            )
