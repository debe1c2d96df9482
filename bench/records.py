"""A JSON Lines file -> its records, as benchmarks and trainings read them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """The record of each line that is not empty, of a file that may be compressed by gzip.

    Only a line feed ends a line: the texts in it may hold other signs that end lines in Unicode.
    """
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    return (json.loads(line) for line in text.split("\n") if line.strip())
