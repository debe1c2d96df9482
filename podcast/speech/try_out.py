"""A model that was added -> an error unless it works.

A voice speaks, a punctuator punctuates, a recogniser hears.
"""

from __future__ import annotations

import numpy as np

from podcast.engines import kokoro, sherpa
from podcast.outside import recogniser
from podcast.outside.models import Model, installed
from podcast.outside.models.library import lack_text, require_usable
from podcast.text.punctuate import ct_transformer


def tried(name: str) -> str:
    """What a person should know of the model called `name`, which is tried on this machine.

    A package that it lacks, or how fast it speaks; empty where there is nothing to say. One of
    kokoro's that was tried before is not tried again, as that takes seconds. Raises ModelError
    unless it speaks, punctuates or hears.
    """
    model = installed(name)
    if model.family == kokoro.FAMILY:
        if kokoro.is_ready(model):
            return ""
        return _pace_text(model)
    if model.family == recogniser.FAMILY:
        return _heard_text(model)
    lack = lack_text()
    if not lack:
        speaks = model.family in sherpa.CONFIGS
        require_usable(model, sherpa.use if speaks else ct_transformer.use)
    return lack


def _heard_text(model: Model) -> str:
    """The package that a recogniser lacks; where it lacks none, it hears a second of silence."""
    lack = recogniser.lack_text()
    if not lack:
        silence = np.zeros(recogniser.RATE, np.float32)
        recogniser.open_recogniser(model.name).hear(silence)
    return lack


def _pace_text(model: Model) -> str:
    """How fast kokoro speaks here, as measured, and whether its folder could be written."""
    pace = kokoro.pace(model)
    told = f"kokoro takes one core of this machine {pace:.1f} s to say a second of speech"
    if kokoro.is_ready(model):
        return told
    return (
        f"{told}; its widened network could not be kept in {model.folder}, so every process makes "
        "it anew: free 300 MB there and add the model again"
    )
