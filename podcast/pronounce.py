"""stub"""

from podcast.model import Saying


def pronounce(shown: str) -> Saying:
    return Saying(shown, tuple(range(len(shown))))
