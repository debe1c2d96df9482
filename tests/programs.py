"""Programs that tests need, and such as they put on PATH in the place of real ones."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest


def make_program(path: Path, text: str) -> Path:
    """Write a shell script of these commands that may be run."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def require_chromium() -> None:
    """Skip the test, with the reason, if no browser can be driven here."""
    pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        pytest.skip("chromium and chromedriver are not on PATH")
