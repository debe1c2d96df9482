"""Tokens -> chances of each mark by ct-transformer, a larger network that can be installed.

It replaces the tagger: written marks, pauses and the length of sentences are used in the same way.
It gets only the words, without line ends, and sets four marks: ，。？、
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from podcast.errors import EngineError, ModelError
from podcast.outside.models import Model, installed
from podcast.outside.models.library import library, require_usable
from podcast.text.punctuate.decode import Floats
from podcast.text.punctuate.features import CLASSES
from podcast.text.punctuate.tokens import Token, is_latin

NAME = "ct-transformer"
WINDOW = 1000  # tokens punctuated at once: the time grows with the length of text without a stop
MARKS = "，。？、！"
SURE = 5.0  # nats by which all other marks are less likely; must exceed -decode.FLOOR

Punctuator = Callable[[str], str]


class CtTransformer:
    """A tagger that takes its marks from ct-transformer."""

    def __init__(self, punctuate: Punctuator) -> None:
        """`punctuate` returns a text with marks added and nothing else changed."""
        self.punctuate = punctuate

    def score(self, tokens: Sequence[Token]) -> Floats:
        """Log chances of shape (tokens, classes); a column for each of `features.CLASSES`.

        Raises EngineError if the network changes the words.
        """
        marks = self.marks([spoken_text(token.text) for token in tokens])
        scores = np.full((len(tokens), len(CLASSES)), -SURE, np.float32)
        scores[np.arange(len(tokens)), [CLASSES.index(mark) for mark in marks]] = 0.0
        return scores

    def marks(self, texts: Sequence[str]) -> list[str]:
        """The mark after each text, or an empty string, found window by window.

        Of each window but the last, only marks up to the last stop before its end are used: after
        it the network does not see the words that follow. Raises EngineError if the network changes
        the words.
        """
        marks: list[str] = []
        while len(marks) < len(texts):
            window = texts[len(marks) : len(marks) + WINDOW]
            added = aligned(window, self.punctuate(joined(window)))
            if len(marks) + len(window) < len(texts):
                stops = [i for i, mark in enumerate(added[:-1]) if mark in ("。", "？", "！")]
                added = added[: stops[-1] + 1] if stops else [*added[:-1], ""]
            marks += added
        return marks


def spoken_text(text: str) -> str:
    """A token as the network gets it: only letters and digits, so that nothing in it is a mark.

    >>> spoken_text("GPT-4.5"), spoken_text("好")
    ('GPT45', '好')
    """
    plain = re.sub(r"[\W_]|[\ud800-\udfff]", "", text)
    return plain or "字"


def joined(texts: Sequence[str]) -> str:
    """The texts, joined, with a space between two Latin ones.

    >>> joined(["我", "用", "Claude", "Code", "写"])
    '我用Claude Code写'
    """
    spaced = [
        " " + text if i and is_latin(text) and is_latin(texts[i - 1]) else text
        for i, text in enumerate(texts)
    ]
    return "".join(spaced)


def aligned(texts: Sequence[str], marked: str) -> list[str]:
    """The mark after each of the texts in `marked`, or an empty string.

    Raises EngineError if `marked` differs from the texts in anything but marks and spaces.

    >>> aligned(["你", "好", "AI"], "你好，AI。")
    ['', '，', '。']
    """
    signs = "".join(marked.split())
    marks = []
    place = 0
    for text in texts:
        if not signs.startswith(text, place):
            raise EngineError(
                f"{NAME} changed the words near {text!r} to {signs[place : place + 8]!r}; "
                "leave out --punctuation"
            )
        place += len(text)
        after = re.compile(f"[{MARKS}]*").match(signs, place)
        run = after[0] if after else ""
        marks.append(run[:1])
        place += len(run)
    if place != len(signs):
        more = signs[place:][:20]
        raise EngineError(f"{NAME} added {more!r} to the text; leave out --punctuation")
    return marks


def ct_transformer() -> CtTransformer:
    """The tagger of the installed model.

    Raises ModelError or EngineError if the model is missing or does not work.
    """
    model = installed(NAME)
    if model.family != NAME:
        raise ModelError(f"the model {NAME} in {model.folder} is a {model.family} model")
    require_usable(model, use)
    return CtTransformer(load(model))


@lru_cache(maxsize=1)
def load(model: Model) -> Punctuator:
    """Load the network of a model; returns a function from text to text with marks.

    Raises ModelError if it cannot be loaded.
    """
    sherpa = library()
    config = sherpa.OfflinePunctuationConfig(
        model=sherpa.OfflinePunctuationModelConfig(
            ct_transformer=str(model.paths("model")[0]), num_threads=1, provider="cpu"
        )
    )
    try:
        punctuator: Punctuator = sherpa.OfflinePunctuation(config).add_punctuation
    except RuntimeError as error:
        raise ModelError(f"the model {model.name} cannot be loaded: {error}") from error
    return punctuator


def use(model: Model) -> None:
    """Load a network and let it punctuate a word.

    Raises ModelError if it cannot be loaded, and EngineError if it changes the word.
    """
    aligned(["你", "好"], load(model)("你好"))
