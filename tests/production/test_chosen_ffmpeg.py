"""A build chooses its ffmpeg once; one that is installed meanwhile has no part in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from programs import make_program

from podcast.model import Recipe
from podcast.outside import ffmpeg
from podcast.production.build import build, inputs_key
from podcast.production.order import Order, look
from podcast.speech.cast import identified, read_cast

pytestmark = [pytest.mark.slow]

SCRIPT = "# 一集\n\n## 开场\n\n大家好。\n\n## 正题\n\n今天说三件事。\n\n## 结语\n\n再见。\n"
REFUSES = "exit 1"
WRITES_OTHER_BYTES = (
    'for each; do case "$each" in file:*) path="${each#file:}";; esac; done\n'
    'cat >/dev/null; echo other >"$path"'
)


def version_or(does: str, version: str) -> str:
    """A shell script that tells `version` as ffmpeg does, and for the rest `does` something."""
    return f'[ "$1" = -version ] && echo "ffmpeg version {version} Copyright" && exit 0\n{does}'


@pytest.mark.parametrize(
    ("jobs", "does"),
    [(1, REFUSES), (1, WRITES_OTHER_BYTES), (2, WRITES_OTHER_BYTES)],
    ids=["refuses", "writes", "writes during two processes"],
)
def test_an_ffmpeg_installed_during_a_build_changes_no_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int, does: str
) -> None:
    (seed := tmp_path / "seed.md").write_text(SCRIPT, "utf-8")
    first = Order(seed, tmp_path / "first", Recipe(engine="tone"), tmp_path)
    second = Order(seed, tmp_path / "second", Recipe(engine="tone"), tmp_path, jobs)
    path = tmp_path / "bin"
    path.mkdir()
    monkeypatch.setenv("PATH", f"{path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(ffmpeg, "_chosen", "")

    def install(stage: str, chapter: str, share: float) -> None:
        if not (path / "ffmpeg").exists():
            make_program(path / "ffmpeg", version_or(does, "99.0"))

    before = build(first, lambda *_: None, lambda _: None)
    after = build(second, install, lambda _: None)
    assert (path / "ffmpeg").exists()
    files = sorted(file.relative_to(before.folder) for file in before.folder.rglob("*.mp3"))
    assert len(files) == 4  # the episode and its three chapters
    for file in files:
        assert (after.folder / file).read_bytes() == (before.folder / file).read_bytes()
    assert after.report.inputs == before.report.inputs


def test_the_inputs_tell_of_the_ffmpeg_that_encoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (seed := tmp_path / "seed.md").write_text(SCRIPT, "utf-8")
    order = Order(seed, tmp_path / "out", Recipe(engine="tone"), tmp_path, 2)
    real, calls = ffmpeg.executable(), tmp_path / "calls"
    noted = f'echo "$@" >>"{calls}"\nexec "{real}" "$@"'
    chosen, later = tmp_path / "chosen" / "ffmpeg", tmp_path / "later" / "ffmpeg"
    for folder in (chosen.parent, later.parent):
        folder.mkdir()
    make_program(chosen, version_or(noted, "98.0"))
    folders = (str(later.parent), str(chosen.parent), os.environ["PATH"])
    monkeypatch.setenv("PATH", os.pathsep.join(folders))
    monkeypatch.setattr(ffmpeg, "_chosen", "")

    def install(stage: str, chapter: str, share: float) -> None:
        if not later.exists():
            make_program(later, version_or(REFUSES, "99.0"))

    report = build(order, install, lambda _: None).report
    encoded = [call for call in calls.read_text("utf-8").splitlines() if "libmp3lame" in call]
    assert len(encoded) == 3
    cast = identified(read_cast(tmp_path, "tone"))
    keys = {}
    for path in (chosen, later):
        ffmpeg.use(str(path))
        keys[path] = inputs_key(order, look(order), cast)
    assert keys[chosen] != keys[later]
    assert report.inputs == keys[chosen]
