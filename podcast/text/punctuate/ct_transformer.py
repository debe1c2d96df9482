"""Tokens -> chances of each mark, by a larger network for those who install it: ct-transformer.

It stands in the tagger's place: marks already written, pauses and what one can listen to are
weighed as ever. It sees words alone, no line ends, and knows four marks: ，。？、
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
WINDOW = 1000  # tokens punctuated at once: the network's time grows with what has no stop
MARKS = "，。？、！"
SURE = 5.0  # how much less likely, in log, all other marks are: below decode.FLOOR

Punctuator = Callable[[str], str]


class CtTransformer:
    """A tagger that asks ct-transformer."""

    def __init__(self, punctuate: Punctuator) -> None:
        """`punctuate` returns a text with marks put in, and nothing else changed."""
        self.punctuate = punctuate

    def score(self, tokens: Sequence[Token]) -> Floats:
        """Log chances, one row a token and one column a class of `features.CLASSES`."""
        marks = self.marks([spoken_text(token.text) for token in tokens])
        scores = np.full((len(tokens), len(CLASSES)), -SURE, np.float32)
        scores[np.arange(len(tokens)), [CLASSES.index(mark) for mark in marks]] = 0.0
        return scores

    def marks(self, texts: Sequence[str]) -> list[str]:
        """The mark after each text, empty for none; one window after the other.

        A window ends where its last sentence but one does: only there it saw what comes after.
        """
        marks: list[str] = []
        while len(marks) < len(texts):
            window = texts[len(marks) : len(marks) + WINDOW]
            found = aligned(window, self.punctuate(joined(window)))
            if len(marks) + len(window) < len(texts):
                stops = [i for i, mark in enumerate(found[:-1]) if mark in ("。", "？", "！")]
                found = found[: stops[-1] + 1] if stops else [*found[:-1], ""]
            marks += found
        return marks


def spoken_text(text: str) -> str:
    """A token as the network is shown it: letters and digits alone, so that none is a mark.

    >>> spoken_text("GPT-4.5"), spoken_text("好")
    ('GPT45', '好')
    """
    plain = re.sub(r"[\W_]|[\ud800-\udfff]", "", text)
    return plain or "字"


def joined(texts: Sequence[str]) -> str:
    """Texts in a row, with a space between two Latin ones.

    >>> joined(["我", "用", "Claude", "Code", "写"])
    '我用Claude Code写'
    """
    spaced = [
        " " + text if i and is_latin(text) and is_latin(texts[i - 1]) else text
        for i, text in enumerate(texts)
    ]
    return "".join(spaced)


def aligned(texts: Sequence[str], marked: str) -> list[str]:
    """The mark after each of the texts in `marked`. Raises EngineError for any other change.

    >>> aligned(["你", "好", "AI"], "你好，AI。")
    ['', '，', '。']
    """
    signs = "".join(marked.split())
    marks = []
    at = 0
    for text in texts:
        if not signs.startswith(text, at):
            raise EngineError(
                f"{NAME} changed the words near {text!r} to {signs[at : at + 8]!r}; "
                "leave out --punctuation"
            )
        at += len(text)
        after = re.compile(f"[{MARKS}]*").match(signs, at)
        found = after[0] if after else ""
        marks.append(found[:1])
        at += len(found)
    if at != len(signs):
        raise EngineError(f"{NAME} added {signs[at:][:20]!r} to the text; leave out --punctuation")
    return marks


def ct_transformer() -> CtTransformer:
    """The tagger of the installed model. Raises ModelError or EngineError where it is missing."""
    model = installed(NAME)
    if model.family != NAME:
        raise ModelError(f"the model {NAME} in {model.folder} is a {model.family} model")
    require_usable(model, use)
    return CtTransformer(load(model))


@lru_cache(maxsize=1)
def load(model: Model) -> Punctuator:
    """The network of a model in memory, as a function from text to text with marks."""
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
    """Load a network and let it punctuate a word. Raises ModelError or EngineError."""
    aligned(["你", "好"], load(model)("你好"))
