"""SpeechFailed -> another try, after a pause that grows and has a random part."""

from __future__ import annotations

from threading import Event

from podcast.engines import Online
from podcast.engines.around import Around
from podcast.errors import SpeechFailed
from podcast.model import Speech, Voice
from podcast.outside.pauses import pause_seconds

TRIES = 8  # if every fifth answer is bad, one text in 390 000 fails
PAUSE = 0.5  # seconds before the second try, at most; doubles with each further try
LONGEST_PAUSE = 20.0  # seconds between two tries


class Retried(Around):
    """An engine that is called again after SpeechFailed; its other errors are raised at once.

    Once `stop` is set, pauses end and nothing is tried again.
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
        """The speech of the first try that succeeds; raises SpeechFailed if none does."""
        for failed in range(self.tries):
            try:
                return self.engine.speak(text, voice)
            except SpeechFailed as error:
                last = error
            pause = pause_seconds(failed + 1, self.pause, LONGEST_PAUSE)
            if failed + 1 == self.tries or self.stop.wait(max(last.wait, pause)):
                break
        raise SpeechFailed(f"{last}; tried {failed + 1} times") from last
