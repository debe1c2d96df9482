"""A misspelt name -> the name that its writer may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def suggest(name: str, known: Iterable[str]) -> str:
    """A question with the nearest known name, if one is near, and a list of all known names.

    >>> suggest("autor", ["title", "author"])
    "did you mean 'author'? known: title, author"
    >>> suggest("xyz", ["title", "author"])
    'known: title, author'
    """
    names = list(known)
    near = get_close_matches(name.lower(), names, n=1)
    question = f"did you mean {near[0]!r}? " if near else ""
    return f"{question}known: {', '.join(names)}"
