"""A misspelt name -> what its writer may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def suggest(name: str, known: Iterable[str]) -> str:
    """The nearest known name as a question, if one is near, and all of them.

    >>> suggest("autor", ["title", "author"])
    "did you mean 'author'? known: title, author"
    >>> suggest("xyz", ["title", "author"])
    'known: title, author'
    """
    names = list(known)
    near = get_close_matches(name.lower(), names, n=1)
    question = f"did you mean {near[0]!r}? " if near else ""
    return f"{question}known: {', '.join(names)}"
