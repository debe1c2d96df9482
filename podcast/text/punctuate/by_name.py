"""The name of a punctuator (`model.PUNCTUATORS`) -> the network of that name."""

from __future__ import annotations

from podcast.outside.models import installed
from podcast.text.punctuate import ct_transformer
from podcast.text.punctuate.tagger import Scorer, shipped


def scorer(name: str) -> Scorer:
    """The tagger that comes with the program, or the larger network ct-transformer.

    Raises ModelError or EngineError if the larger network is missing or does not work.
    """
    return ct_transformer.ct_transformer() if name == ct_transformer.NAME else shipped()


def scorer_key(name: str) -> str:
    """A hash of the network's files; empty for the shipped one, which is part of the program.

    Raises ModelError if the network is missing.
    """
    return installed(name).key() if name == ct_transformer.NAME else ""
