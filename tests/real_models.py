"""The real neural networks, which `make test-voices` and `make test VOICES=…` fetch."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from podcast.outside.models import find, is_added

FOLDER = "PODCAST_TEST_VOICES"  # the environment variable that names the folder with the networks


def require_models(patched: pytest.MonkeyPatch, *names: str) -> None:
    """Let the program use the networks with these names; skip the test where they are not."""
    folder = os.environ.get(FOLDER)
    if not folder:
        pytest.skip("the real networks speak and hear only in `make test-voices`")
    patched.setenv("PODCAST_MODELS", str(Path(folder).absolute()))
    for name in names:
        if not is_added(find(name)):
            pytest.skip(f"make could not fetch {name}; `podcast voices add {name}` says why")
