"""What sets the marks, by the name a person gives it: `model.PUNCTUATORS`."""

from __future__ import annotations

from podcast.outside.models import installed
from podcast.text.punctuate import ct_transformer
from podcast.text.punctuate.tagger import Scorer, shipped


def scorer(name: str) -> Scorer:
    """The tagger that comes with the program, or the larger network of that name."""
    return ct_transformer.ct_transformer() if name == ct_transformer.NAME else shipped()


def scorer_key(name: str) -> str:
    """Names the files of one that is not shipped: any change of them changes it."""
    return installed(name).key() if name == ct_transformer.NAME else ""
