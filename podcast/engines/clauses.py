"""Text -> its clauses, and a clause's sound without the silence around it, for neural voices.

Such a voice is asked for a clause or a few at a time, and what it pauses is not what the recipe
says: so between clauses stands silence whose place is known, for `pace.py` to make as long as it
should be.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from podcast.engines.checked import units
from podcast.errors import SpeechFailed

SHORTEST_WORDS = 4  # hanzi or words of a clause that is said alone: a voice garbles shorter ones
MARKS = "，。！？；：、…,;!?"
CLAUSE = re.compile(rf"[^{MARKS}]*(?:[{MARKS}]+[”’」』）)》〉】\"']*\s*|$)")
PAUSES_MS = {"、": 120, "，": 200, ",": 200, "：": 250, "；": 300, ";": 300}  # after a clause
STOP_MS = 350  # after a sentence
DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
QUIET = 10 ** (-50 / 20)  # of full scale: what counts as silence around a clause
MARGIN_MS = 20  # of that silence left, for soft beginnings


class Clause(NamedTuple):
    """A stretch of a text, with the marks that end it, and its place there."""

    text: str
    start: int


def clauses(text: str) -> tuple[Clause, ...]:
    """A text cut after its marks; joined, the clauses are the text. None is too short to say.

    >>> [clause.text for clause in clauses("对，我们今天来谈谈它。好吗？")]
    ['对，我们今天来谈谈它。好吗？']
    >>> [clause.text for clause in clauses("大家早上好，今天谈谈这个。")]
    ['大家早上好，', '今天谈谈这个。']
    """
    joined: list[Clause] = []
    for found in CLAUSE.finditer(text):
        if not found[0]:
            continue
        if joined and min(len(units(joined[-1].text)), len(units(found[0]))) < SHORTEST_WORDS:
            joined[-1] = Clause(joined[-1].text + found[0], joined[-1].start)
        else:
            joined.append(Clause(found[0], found.start()))
    return tuple(joined)


def pause_ms(clause: str) -> int:
    """The silence after a clause.

    >>> pause_ms("大家好，"), pause_ms("大家好。”")
    (200, 350)
    """
    marks = [sign for sign in clause if sign in MARKS]
    return PAUSES_MS.get(marks[-1], STOP_MS) if marks else 0


def require_sound(samples: NDArray[np.float32], said: str, name: str) -> None:
    """Raise SpeechFailed for no samples, for silence, and for what is no sound at all."""
    if not len(samples) or not np.isfinite(samples).all() or np.abs(samples).max() <= QUIET:
        raise SpeechFailed(f"{name} said nothing for {said[:40]!r}; change that sentence")


def trimmed(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """The samples without the silence around them but for a margin, added where it lacks."""
    margin = rate * MARGIN_MS // 1000
    loud = np.flatnonzero(np.abs(samples) > QUIET)
    padded = np.pad(samples, margin)
    return padded[loud[0] : loud[-1] + 1 + 2 * margin]
