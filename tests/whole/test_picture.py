"""The pictures of the READMEs are taken of a built episode, or a sentence says what is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import picture
import pytest
from PIL import Image
from places import ROOT
from programs import require_chromium

from podcast.model import Recipe
from podcast.production.build import build
from podcast.production.order import Order

pytestmark = [pytest.mark.slow]

MOST_BYTES = 300_000  # of a picture that is in the repository
TALK = (
    "大家好欢迎收听\n今天的主题是阳台种菜\n好吧\n先说说 <花盆> 和土\n番茄要种得深一点\n谢谢大家\n"
)


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = tmp_path / "talk.txt"
    path.write_text(TALK, "utf-8")
    build(
        Order(path, tmp_path / "out", Recipe(engine="tone"), ROOT / "voices"),
        lambda *_: None,
        lambda _: None,
    )
    return path


def test_the_page_photographed_shows_captions_page_and_subtitles(seed: Path) -> None:
    page = picture.page_text(seed, seed.parent / "out" / "talk", "http://127.0.0.1:1/talk/#t=1")
    assert "<p>今天的主题是阳台种菜</p>" in page
    assert "<p>先说说 &lt;花盆&gt; 和土</p>" in page
    assert '<iframe src="http://127.0.0.1:1/talk/#t=1">' in page
    assert page.count("<small>00:00:0") == picture.SUBTITLES


def test_the_pictures_always_have_the_same_number_of_pixels(seed: Path, tmp_path: Path) -> None:
    require_chromium()
    taken = tmp_path / "taken.png", tmp_path / "studio.png"
    picture.main(seed, tmp_path / "out" / "talk", *taken)
    for own, drawn in zip(taken, (picture.PICTURE, picture.STUDIO), strict=True):
        with Image.open(own) as found, Image.open(drawn) as kept:
            assert found.format == kept.format == "PNG"
            wanted = (picture.WIDTH * picture.SCALE, picture.HEIGHT * picture.SCALE)
            assert found.size == kept.size == wanted
        assert drawn.stat().st_size < MOST_BYTES


def test_without_a_browser_a_sentence_says_what_to_install(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "picture.py", "talk.txt", "out/talk"],
        env={"PATH": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: the picture is taken by chromium, chromedriver and")
    assert done.stderr.count("\n") == 1
