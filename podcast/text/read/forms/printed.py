"""A recogniser's result as Python prints it -> Heard: `[{'key': 'a', 'text': '你好'}]`."""

from __future__ import annotations

import ast
import json
import re

from podcast.files.tidy import Unreadable
from podcast.text.read.form import Form
from podcast.text.read.forms.recognised import read_json
from podcast.text.read.heard import Excess, Heard, require_few

OPENS = re.compile(r"\s*(?:\w{1,20}\s*[=:]\s*)?([\[({]+)\s*['\"]\w+['\"]\s*:")
MOST_VALUES = 600_000  # of one file, ten hours of speech; each takes Python's parser a kilobyte
DEEPEST = 50  # brackets within brackets: Python's own parser takes no more than some hundreds


def fits(text: str, _suffix: str) -> float:
    """Whether it opens as a dictionary of Python's that is not JSON."""
    opening = text[:400]
    return float(bool(OPENS.match(opening)) and "'" in opening)


def read(text: str) -> list[Heard]:
    """What the printed value holds. Raises Unreadable where it breaks off."""
    require_few(sum(map(text.count, "[{(,")), MOST_VALUES, "values")
    depth = deepest = 0
    for sign in re.findall(r"[\[({\])}]", text):
        depth += 1 if sign in "[({" else -1
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise Excess("its brackets are nested too deep; write the result as JSON")
    found = OPENS.match(text)
    start = found.start(1) if found else 0
    try:
        value = ast.literal_eval(text[start:].strip())
        again = json.dumps(value, default=str)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError) as error:
        raise Unreadable(
            "it is a printed Python value that breaks off or cannot be read; "
            "write the recogniser's result as JSON"
        ) from error
    return read_json(again)


EXAMPLE = """\
[{'key': 'talk', 'text': '大家好',
  'sentence_info': [{'text': '大家好', 'start': 0, 'end': 900, 'spk': 0}]}]"""
PRINTED = Form("a recogniser's result as Python prints it", fits, read, EXAMPLE)
