"""Words as an engine marks them -> words as they are shown: an opening quote is part of its word.

This stands apart from `lines.py` because the words of a recorded chapter depend on it: if it
stood there, a change of how lines are cut would record every chapter again.
"""

from __future__ import annotations

import re
from dataclasses import replace

from podcast.model import Span
from podcast.text.sentences import OPENERS

_TRAILING_OPENERS = re.compile(rf"[{re.escape(OPENERS)}]+\Z")


def give_openers(words: tuple[Span, ...]) -> tuple[Span, ...]:
    """The words, with each opening quote or bracket moved from the end of a word to the next word.

    An engine marks where a word begins to sound, so it cuts the text after the quote. Words
    without text are left out.

    >>> [word.text for word in give_openers((Span(0, 1, "说：“"), Span(1, 2, "好。”")))]
    ['说：', '“好。”']
    >>> [word.text for word in give_openers((Span(0, 1, "说，"), Span(1, 2, "好。")))]
    ['说，', '好。']
    """
    given: list[Span] = []
    carried = ""
    for word in words:
        text = carried + word.text
        kept = _TRAILING_OPENERS.sub("", text)
        carried = text[len(kept) :]
        if kept:
            given.append(word if kept == word.text else replace(word, text=kept))
    if carried:
        last = given.pop() if given else replace(words[-1], text="")
        given.append(replace(last, text=last.text + carried))
    return tuple(given)
