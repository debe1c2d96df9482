"""Programs that tests put on PATH in the place of real ones."""

from __future__ import annotations

import stat
from pathlib import Path


def make_program(path: Path, text: str) -> Path:
    """Write a shell script of these commands that may be run."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path
