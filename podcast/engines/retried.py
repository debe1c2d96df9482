"""SpeechFailed -> the same question again, after a pause that grows and is never the same twice."""

from __future__ import annotations

import random
from threading import Event

from podcast.engines import Online
from podcast.engines.around import Around
from podcast.errors import SpeechFailed
from podcast.model import Speech, Voice

TRIES = 8  # where each fifth answer is bad, one text in 390 000 is given up
PAUSE = 0.5  # seconds before the second try, at most; doubles with each
LONGEST_PAUSE = 20.0  # seconds


class Retried(Around):
    """An engine asked again where it failed; its other errors pass at once.

    `stop`, once set, ends the waiting: what fails then is not tried again.
    """

    def __init__(
        self,
        engine: Online,
        stop: Event | None = None,
        tries: int = TRIES,
        pause: float = PAUSE,
    ) -> None:
        """`pause` is the longest wait, in seconds, before the second try."""
        super().__init__(engine)
        self.stop, self.tries, self.pause = stop or Event(), tries, pause

    def speak(self, text: str, voice: Voice) -> Speech:
        """What the inner engine says, at the first try that succeeds; else SpeechFailed."""
        for failed in range(self.tries):
            try:
                return self.engine.speak(text, voice)
            except SpeechFailed as error:
                last = error
            if failed + 1 == self.tries or self.stop.wait(max(last.wait, self._wait(failed))):
                break
        raise SpeechFailed(f"{last}; asked {failed + 1} times") from last

    def _wait(self, failed: int) -> float:
        """Seconds: anything up to a bound that doubles, so that many do not ask at once."""
        bound = min(LONGEST_PAUSE, self.pause * 2.0**failed)
        return random.uniform(bound / 4, bound)  # nosec B311 # a pause, no secret
