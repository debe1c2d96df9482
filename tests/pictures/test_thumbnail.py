"""Thumbnails: the right size, light enough, and a title that can be read."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from podcast.model import Episode
from podcast.pictures.thumbnail import thumbnail_jpeg

NOISE = Image.fromarray(np.random.default_rng(1).integers(0, 255, (1400, 1400, 3), np.uint8))
FLAT = Image.new("RGB", (3000, 3000), (18, 32, 66))


@pytest.mark.slow
@pytest.mark.parametrize("drawn", [True, False])
@pytest.mark.parametrize("size", [(1280, 720), (1280, 800)])
@pytest.mark.parametrize("title", ["", "😀", "三件小事", "八" * 200, "DeepSeek " * 20])
def test_any_title_on_any_cover(drawn: bool, size: tuple[int, int], title: str) -> None:
    data = thumbnail_jpeg(FLAT if drawn else NOISE, drawn, Episode(title, 1, ()), *size)
    with Image.open(BytesIO(data)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", size)
    assert len(data) < 2_000_000


def test_the_title_stands_out_when_small() -> None:
    data = thumbnail_jpeg(FLAT, True, Episode("人工智能", 1, ()), 1280, 720)
    with Image.open(BytesIO(data)) as picture:
        small = np.asarray(picture.convert("L").resize((160, 90)))[8:34, 8:110]
    assert int(small.max()) - int(small.min()) > 150
