"""The picture of a chapter: small, in the cover's colours, and drawn for any title."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from podcast.errors import ReadError
from podcast.pictures.card import Look
from podcast.pictures.square import HEAVIEST, SIDE, look_in, own_square, square_jpeg

LOOK = Look((12, 21, 44), (255, 255, 255), (255, 176, 46))


def opened(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


def ink(picture: Image.Image) -> tuple[int, int, int, int]:
    """The box in which anything is drawn."""
    box = picture.convert("L").point(lambda value: 255 if value > 60 else 0).getbbox()
    assert box
    return box


@pytest.mark.parametrize("title", ["开场", "NVIDIA 下一步豪赌", "很" * 200, "😀", "W" * 60, ""])
def test_any_title_fits_the_picture(title: str) -> None:
    data = square_jpeg(LOOK, "一集" * 40, title, "部分" * 30, 7)
    picture = opened(data)
    assert (picture.format, picture.size) == ("JPEG", (SIDE, SIDE))
    assert len(data) <= HEAVIEST
    left, top, right, bottom = ink(picture)
    assert left >= 40 and top >= 40 and right <= SIDE - 40 and bottom <= SIDE - 40


def test_the_same_words_give_the_same_bytes() -> None:
    """Other tests see each picture drawn once in a process, and could not tell."""
    one, other = (square_jpeg(LOOK, "一集", "开场", "上", 1) for _ in range(2))
    assert one == other != square_jpeg(LOOK, "一集", "开场", "上", 2)


def test_the_colours_are_those_of_the_cover() -> None:
    cover = BytesIO()
    Image.new("RGB", (80, 80), (9, 66, 61)).save(cover, "JPEG")
    look = look_in(cover.getvalue())
    corner = opened(square_jpeg(look, "", "一", "", 1)).getpixel((2, 2))
    assert isinstance(corner, tuple)
    assert all(abs(one - other) < 6 for one, other in zip(corner, look.ground, strict=True))
    assert look.ground[1] > look.ground[0] + 20


def test_a_persons_own_picture_is_padded(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    Image.new("RGB", (900, 300), (200, 30, 30)).save(path)
    data = own_square(path)
    assert opened(data).size == (SIDE, SIDE)
    assert len(data) <= HEAVIEST


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_text("no picture")
    with pytest.raises(ReadError, match=r"x\.png as a chapter's picture: it is no readable"):
        own_square(path)
