"""A model that was added is tried: a voice says a word, a punctuator marks one."""

from __future__ import annotations

from podcast.catalogue import installed
from podcast.catalogue.library import require_usable
from podcast.engines import sherpa
from podcast.punctuate import ct_transformer


def require_working(name: str) -> None:
    """Raise ModelError unless the model called `name` speaks, or punctuates, on this machine."""
    model = installed(name)
    speaks = model.family in sherpa.CONFIGS
    require_usable(model, sherpa.use if speaks else ct_transformer.use)
