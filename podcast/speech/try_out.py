"""A model that was added -> an error unless it works: a voice speaks, a punctuator punctuates."""

from __future__ import annotations

from podcast.engines import sherpa
from podcast.outside.models import installed
from podcast.outside.models.library import require_usable
from podcast.text.punctuate import ct_transformer


def require_working(name: str) -> None:
    """Raise ModelError unless the model called `name` speaks, or punctuates, on this machine."""
    model = installed(name)
    speaks = model.family in sherpa.CONFIGS
    require_usable(model, sherpa.use if speaks else ct_transformer.use)
