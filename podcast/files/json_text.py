"""A JSON text that anybody may have written -> its value, or a ValueError.

`json.loads` also raises RecursionError, and it returns NaN, infinity and numbers of any length,
with which sums and roundings fail later in ways that nobody expects.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

# The whole numbers that TOML 1.0.0, section Integer, asks for, and near whose ends what other
# programs read of JSON ends, too: RFC 8259, section 6.
OF_64_BITS = range(-(2**63), 2**63)
_MOST_DIGITS = len(str(OF_64_BITS.start))  # Python refuses to convert thousands of them


def parse(text: str | bytes) -> Any:
    """The value in a JSON text. Raises ValueError, with the reason on one line.

    >>> parse('{"seconds": 1.5}')
    {'seconds': 1.5}
    >>> parse("[NaN]")
    Traceback (most recent call last):
    ValueError: it holds NaN, which is no number of JSON
    """
    try:
        return json.loads(text, parse_int=_whole, parse_float=_real, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("its JSON is nested too deep") from None


def _whole(digits: str) -> int:
    number = int(digits) if len(digits) <= _MOST_DIGITS else OF_64_BITS.stop
    if number not in OF_64_BITS:
        raise ValueError("it holds a number of more than 64 bits")
    return number


def _real(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"it holds a number that is too large: {digits[:40]}")
    return number


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"it holds {name}, which is no number of JSON")
