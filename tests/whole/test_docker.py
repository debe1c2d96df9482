"""The steps of the Dockerfile, done by hand in an empty folder by a user without any right."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from places import ROOT

NOBODY = 65534
TALK = "大家好欢迎收听\n今天聊聊人工智能\n谢谢大家\n"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.network,
    pytest.mark.skipif(not shutil.which("make"), reason="make is not installed"),
]


def let_in() -> list[str]:
    """The paths that .dockerignore leaves for COPY."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    return [line[1:] for line in lines if line.startswith("!")]


@pytest.fixture
def image() -> Iterator[Path]:
    """What COPY brings, owned by nobody; outside pytest's folder, which only its user may enter."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder) / "podcast"
        here.mkdir()
        for name in let_in():
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
            copy(ROOT / name, here / name)
        if os.geteuid() == 0:
            for path in (Path(folder), here, *here.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        yield here


def run(here: Path, *command: str) -> subprocess.CompletedProcess[str]:
    kept = ("PATH", "LANG", "TMPDIR")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {n: v for n, v in os.environ.items() if n.startswith(("PIP_", "SSL_"))}
    environment |= {"HOME": str(here), "PIP_NO_CACHE_DIR": "1", "PIP_NO_COMPILE": "1"}
    become: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    return subprocess.run(
        command, cwd=here, capture_output=True, text=True, env=environment,
        **(become if os.geteuid() == 0 else {}),
    )  # fmt: skip


def lay_environment(here: Path) -> None:
    """Make the image's environment, which sees the packages of this one, pip among them.

    That `make` makes one and fetches them is proved by the environment that runs this test.
    """
    made = run(here, "python3", "-m", "venv", "--without-pip", ".venv")
    assert made.returncode == 0, made.stderr
    version = "python{}.{}".format(*sys.version_info)
    shared = [path for path in sys.path if path.endswith("site-packages")]
    for packages in here.glob(f".venv/lib/{version}/site-packages"):
        (packages / "shared.pth").write_text("\n".join(shared))


def test_the_steps_of_the_image_build_an_episode(image: Path) -> None:
    (image / "seeds" / "short.txt").write_text(TALK, "utf-8")
    lay_environment(image)
    made = run(image, "make", ".venv/ready")
    assert made.returncode == 0, made.stderr
    (image / "seeds" / "short.toml").write_text('[recipe]\nengine = "espeak"\n', "utf-8")
    built = run(image, "make", "episode", "SEED=seeds/short.txt")
    assert built.returncode == 0, built.stderr
    report = json.loads((image / "out" / "short" / "report.json").read_text("utf-8"))
    assert report["seconds"] > 1
    assert (image / "out" / "short" / "episode.mp3").stat().st_size > 1000
