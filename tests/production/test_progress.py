"""How much of a build is done, by what its stages have reported."""

from __future__ import annotations

import pytest

from podcast.production.progress import STAGES, advance, build_share


@pytest.mark.parametrize("fetches", [False, True])
def test_the_share_never_jumps_when_the_sound_is_made(fetches: bool) -> None:
    done = dict.fromkeys(STAGES, 0.0)
    advance(done, "text", 1.0)
    if fetches:
        advance(done, "fetch", 1.0)
    advance(done, "speak", 1.0)
    before = build_share(done)
    advance(done, "master", 0.01)
    assert before < build_share(done) < before + 0.01
