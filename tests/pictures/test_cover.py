"""Covers: what the platforms ask, and that the title can be read."""

from __future__ import annotations

import re
import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from forked import told_by_each
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageStat

from podcast.errors import ReadError
from podcast.files.settings import picture_beside
from podcast.pictures.cover import (
    PALETTES,
    Colour,
    _typeset,
    cover_jpeg,
    picture_jpeg,
    smaller_jpeg,
)

TITLE = "川普发币、小红书难民与 DeepSeek 时刻"


def opened(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


@pytest.mark.slow
def test_a_cover_is_what_platforms_take() -> None:
    data = cover_jpeg(TITLE, "张三", "2025-02-28")
    picture = opened(data)
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (3000, 3000))
    assert len(data) < 500_000
    small = smaller_jpeg(data)
    assert opened(small).size == (800, 800)
    assert len(small) < 150_000


@pytest.mark.slow
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


@pytest.mark.slow
@given(st.text(max_size=200))
@settings(max_examples=8)
def test_any_title_fits(title: str) -> None:
    assert opened(cover_jpeg(title, title[:30], title[:10], side=100)).size == (100, 100)


@pytest.mark.slow
@pytest.mark.parametrize("title", ["", "😀😀", "\0\n", "a" * 300, "八" * 85, "《", "鿿"])
def test_odd_titles_fit(title: str) -> None:
    assert opened(cover_jpeg(title, side=100)).size == (100, 100)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "size"),
    [(mode, (160, 90)) for mode in ("RGBA", "L", "P", "CMYK", "1", "I;16")]
    + [("RGB", size) for size in ((1600, 900), (3, 5), (4000, 4000))]
    + [(mode, (3100, 20)) for mode in ("RGBA", "LA", "L", "P", "PA", "CMYK", "1", "I;16", "F")],
)
def test_ones_own_picture_is_made_square(tmp_path: Path, mode: str, size: tuple[int, int]) -> None:
    path = tmp_path / ("a.tiff" if mode in ("CMYK", "PA", "F") else "a.png")
    Image.new(mode, size).save(path)
    data = picture_jpeg(path)
    picture = opened(data)
    assert picture.mode == "RGB"
    assert picture.width == picture.height
    assert 1400 <= picture.width <= 3000


@pytest.mark.slow
def test_a_large_picture_keeps_its_colours_and_its_upright(tmp_path: Path) -> None:
    picture = Image.new("RGB", (6000, 3000), (200, 30, 30))
    picture.paste((30, 30, 200), (0, 0, 3000, 3000))
    exif = picture.getexif()
    exif[0x0112] = 6  # the camera was turned: what is left belongs on top
    picture.save(tmp_path / "a.jpg", exif=exif)
    made = opened(picture_jpeg(tmp_path / "a.jpg"))
    assert made.size == (3000, 3000)
    for at, colour in (((1500, 700), (30, 30, 200)), ((1500, 2300), (200, 30, 30))):
        shown = made.getpixel(at)
        assert isinstance(shown, tuple) and np.abs(np.subtract(shown, colour)).max() < 12


@pytest.mark.slow
@pytest.mark.parametrize("side", [1500, 3100])
def test_transparency_shows_white(tmp_path: Path, side: int) -> None:
    path = tmp_path / "a.png"
    Image.new("RGBA", (side, side), (0, 0, 0, 0)).save(path)
    assert opened(picture_jpeg(path)).getpixel((700, 700)) == (255, 255, 255)


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 50])
def test_what_is_no_picture_is_said_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=r"cannot use .*a\.png as a cover"):
        picture_jpeg(path)
    with pytest.raises(ReadError):
        picture_jpeg(tmp_path)


TOO_MANY = "it has over 50 million pixels; make it smaller"
SWOLLEN = {
    (13_000, 13_000): TOO_MANY,  # 106 kB
    (8_000, 7_000): TOO_MANY,
    (30_000, 30_000): TOO_MANY,
    (60_000, 100): "told True",
    (1, 30_000): "told True",
    (7_000, 7_000): "told True",
}


@pytest.fixture(scope="module")
def swollen_told(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is told of each picture, by a process that has done nothing but import."""
    folder = tmp_path_factory.mktemp("swollen")
    paths = []
    for width, height in SWOLLEN:
        paths.append(folder / f"{width} {height}.png")
        swell(paths[-1], width, height)
        assert paths[-1].stat().st_size < 1_000_000
    imports = "from podcast.pictures.cover import picture_jpeg"
    return told_by_each(paths, "bool(picture_jpeg(Path(name)))", imports)


@pytest.mark.parametrize("size", SWOLLEN)
@pytest.mark.slow
def test_a_picture_that_swells_is_used_or_refused_in_bounded_memory(
    swollen_told: str, size: tuple[int, int]
) -> None:
    name = f"{size[0]} {size[1]}.png"
    assert f"/{name} ended with 0\n" in swollen_told, swollen_told
    (told,) = re.findall(rf"/{name} (told .*)", swollen_told)
    assert SWOLLEN[size] in told
    assert swollen_told.count("\n") == 2 * len(SWOLLEN)  # each is told in one line


def swell(path: Path, width: int, height: int) -> None:
    """A white PNG that is written without ever being whole in memory."""
    rows = zlib.compressobj(9)
    packed = b"".join(rows.compress(b"\0" + b"\xff" * -(-width // 8)) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    with path.open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for kind, data in ((b"IHDR", header), (b"IDAT", packed + rows.flush()), (b"IEND", b"")):
            checked = struct.pack(">I", zlib.crc32(kind + data))
            file.write(struct.pack(">I", len(data)) + kind + data + checked)


def test_a_picture_beside_the_seed_is_found(tmp_path: Path) -> None:
    seed = tmp_path / "2025-02-a.txt"
    assert picture_beside(seed) is None
    (tmp_path / "2025-02-a.jpg").touch()
    assert picture_beside(seed) == tmp_path / "2025-02-a.jpg"


@pytest.mark.parametrize("kind", ["EPS", "SGI", "DDS", "ICO"])
def test_a_picture_of_a_kind_that_needs_more_than_reading_is_refused(
    tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "own.png"
    Image.new("RGB", (40, 30)).save(path, kind)
    with pytest.raises(ReadError, match="no readable picture; save it as PNG"):
        picture_jpeg(path, 800)
