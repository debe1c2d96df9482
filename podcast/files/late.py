"""Regular expressions that are compiled when they are first used.

The program has hundreds. To compile them takes a third of the time of importing their modules, and
a process needs few of them: one that speaks reads no transcript.
"""

from __future__ import annotations

import re
from typing import Any, cast

_OFFERED = [name for name in dir(re.Pattern) if not name.startswith("_")]


def late(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` returns, except that the pattern is compiled at its first use.

    So `re.error` is raised then, too. Functions of `re` do not take it in the place of a pattern.

    >>> late(r"[a-z]+").findall("ab c1")
    ['ab', 'c']
    """
    return cast("re.Pattern[str]", _Late(pattern, flags))


class _Late:
    """Stands for a compiled pattern, and at the first use takes over all of its attributes."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self._flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        """An attribute that this object does not have yet."""
        if name not in _OFFERED:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._flags)
        vars(self).update({each: getattr(compiled, each) for each in _OFFERED})
        return vars(self)[name]
