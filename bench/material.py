"""What several benchmarks need: the talks they read, and how one says that it cannot run."""

from __future__ import annotations

from pathlib import Path

CANNOT_RUN = 3  # exit status of a benchmark that lacks something on this machine
TALKS = tuple(sorted((Path(__file__).parent / "talks").glob("[!R]*.md")))
