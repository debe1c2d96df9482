"""Covers: what the platforms ask, and that the title can be read."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageStat

from podcast.cover import (
    PALETTES,
    Colour,
    _typeset,
    cover_jpeg,
    picture_jpeg,
    smaller_jpeg,
)
from podcast.errors import ReadError
from podcast.settings import picture_beside

TITLE = "川普发币、小红书难民与 DeepSeek 时刻"


def opened(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


def test_a_cover_is_what_platforms_take() -> None:
    data = cover_jpeg(TITLE, "张三", "2025-02-28")
    picture = opened(data)
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (3000, 3000))
    assert len(data) < 500_000
    small = smaller_jpeg(data)
    assert opened(small).size == (800, 800)
    assert len(small) < 150_000


def test_the_same_title_gives_the_same_cover() -> None:
    assert cover_jpeg(TITLE, side=600) == cover_jpeg(TITLE, side=600)
    assert cover_jpeg(TITLE, side=600) != cover_jpeg(TITLE + "二", side=600)


def test_letters_are_large_and_words_whole() -> None:
    """At 100 pixels a letter of 300 is 10 pixels high: the least that hanzi can be read at."""
    lines, size = _typeset(TITLE)
    assert size >= 300
    assert {"川普发币", "小红书难民与", "DeepSeek 时刻"} == set(lines)
    assert _typeset("人工智能") == (["人工智能"], 620)


def test_a_thumbnail_keeps_the_contrast_of_its_letters() -> None:
    thumb = opened(cover_jpeg("人工智能", side=100)).convert("L").crop((8, 8, 92, 32))
    low, high = ImageStat.Stat(thumb).extrema[0]
    assert high - low > 150


def luminance(colour: Colour) -> float:
    parts = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
        for c in (x / 255 for x in colour)
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("palette", PALETTES)
def test_ink_and_accent_stand_out(palette: object) -> None:
    def contrast(one: Colour, other: Colour) -> float:
        dark, light = sorted((luminance(one), luminance(other)))
        return (light + 0.05) / (dark + 0.05)

    ground, ink, accent = (getattr(palette, name) for name in ("ground", "ink", "accent"))
    assert contrast(ground, ink) >= 7
    assert contrast(ground, accent) >= 3


@given(st.text(max_size=200))
@settings(max_examples=8, deadline=None)
def test_any_title_fits(title: str) -> None:
    assert opened(cover_jpeg(title, title[:30], title[:10], side=100)).size == (100, 100)


@pytest.mark.parametrize("title", ["", "😀😀", "\0\n", "a" * 300, "八" * 85, "《", "鿿"])
def test_odd_titles_fit(title: str) -> None:
    assert opened(cover_jpeg(title, side=100)).size == (100, 100)


@pytest.mark.parametrize(
    ("mode", "size"),
    [(mode, (160, 90)) for mode in ("RGBA", "L", "P", "CMYK", "1", "I;16")]
    + [("RGB", size) for size in ((1600, 900), (3, 5), (4000, 4000))],
)
def test_ones_own_picture_is_made_square(tmp_path: Path, mode: str, size: tuple[int, int]) -> None:
    path = tmp_path / ("a.tiff" if mode == "CMYK" else "a.png")
    Image.new(mode, size).save(path)
    data = picture_jpeg(path)
    picture = opened(data)
    assert picture.mode == "RGB"
    assert picture.width == picture.height
    assert 1400 <= picture.width <= 3000


def test_transparency_shows_white(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGBA", (1500, 1500), (0, 0, 0, 0)).save(path)
    assert opened(picture_jpeg(path)).getpixel((700, 700)) == (255, 255, 255)


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 50])
def test_what_is_no_picture_is_said_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=r"cannot use .*a\.png as a cover"):
        picture_jpeg(path)
    with pytest.raises(ReadError):
        picture_jpeg(tmp_path)


def test_a_picture_beside_the_seed_is_found(tmp_path: Path) -> None:
    seed = tmp_path / "2025-02-a.txt"
    assert picture_beside(seed) is None
    (tmp_path / "2025-02-a.jpg").touch()
    assert picture_beside(seed) == tmp_path / "2025-02-a.jpg"
