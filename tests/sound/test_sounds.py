"""Sounds beside speech: read in any format, trimmed, soft at their edges."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sound_files import write

from podcast.errors import ReadError
from podcast.model import Recipe
from podcast.sound.reel import Reel
from podcast.sound.sounds import BELLS, EDGE, INTRO, OUTRO, bells, file_keys, sounds

RATE = 44_100


def tone(seconds: float, frequency: float = 440.0, level: int = 9000) -> NDArray[np.int16]:
    at = np.arange(round(seconds * RATE)) / RATE
    made: NDArray[np.int16] = (level * np.sin(2 * np.pi * frequency * at)).astype("<i2")
    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.wav", ("-ar", "48000", "-ac", "2")),
        ("a.mp3", ("-ar", "22050")),
        ("a.m4a", ()),
        ("a.flac", ("-ar", "96000")),
        ("a.ogg", ("-c:a", "libvorbis")),
    ],
)
def test_any_format_becomes_the_same_sound(
    name: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    path = write(tmp_path / name, tone(1.5), *options)
    intro = sounds(Recipe(intro=path), RATE, tmp_path).intro
    assert intro and intro.turn == INTRO
    samples = Reel(intro.path)[:]
    assert len(samples) / RATE == pytest.approx(1.5, abs=0.08)
    spectrum = np.abs(np.fft.rfft(samples[EDGE : EDGE + RATE]))
    assert np.argmax(spectrum) == 440


def test_silence_at_the_ends_is_left_out_and_edges_are_soft(tmp_path: Path) -> None:
    silence = np.zeros(RATE, "<i2")
    path = write(tmp_path / "a.wav", np.concatenate([silence, tone(1), silence]))
    outro = sounds(Recipe(outro=path), RATE, tmp_path).outro
    assert outro and outro.turn == OUTRO
    samples = np.abs(Reel(outro.path)[:].astype(int))
    assert len(samples) == pytest.approx(RATE, abs=10)
    assert samples[0] == 0 and samples[-1] == 0
    assert samples[:40].max() < 900 and samples[-40:].max() < 900
    assert samples[EDGE : EDGE + 200].max() > 8900


def test_only_what_the_recipe_asks_for_is_heard_and_where(tmp_path: Path) -> None:
    nothing = sounds(Recipe(), RATE, tmp_path)
    assert [nothing.opening(1), nothing.opening(2), nothing.closing(3, 3)] == [(), (), ()]
    path = write(tmp_path / "a.wav", tone(1))
    heard = sounds(Recipe(intro=path, outro=path, chapter_sound=True), RATE, tmp_path)
    turns = [[sound.turn for sound in heard.opening(number)] for number in (1, 2, 3)]
    assert turns == [[INTRO], [BELLS], [BELLS]]
    assert [len(heard.closing(number, 3)) for number in (1, 2, 3)] == [0, 0, 1]


def test_two_bells_ring_softly_and_end_in_silence() -> None:
    samples = bells(RATE).astype(float)
    assert 1.5 * RATE < len(samples) < 2.5 * RATE
    assert abs(samples[0]) < 1 and np.abs(samples[-100:]).max() < 30
    assert np.abs(samples).max() == 16_000
    first, both = samples[: RATE // 5], samples[RATE // 3 : RATE]
    for sound, note in ((first, 587.33), (both, 880.0)):
        spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
        assert np.argmax(spectrum) * RATE / len(sound) == pytest.approx(note, abs=6)


def test_music_is_measured(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tone(5, 997, 32767 // 10))
    level = sounds(Recipe(music=path), RATE, tmp_path).music_loudness
    assert level == pytest.approx(-23.0, abs=0.1)  # BS.1770: 997 Hz at -20 dBFS


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "says"),
    [(b"not a sound", "holds no sound"), (b"", "holds no sound"), (bytes(2 * RATE), "is silent")],
)
def test_a_file_that_is_no_sound_is_one_sentence(content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    if says == "is silent":
        write(path, np.frombuffer(content, "<i2"), "-y")
    for recipe in (Recipe(intro=path), Recipe(outro=path), Recipe(music=path)):
        with pytest.raises(ReadError, match=says):
            sounds(recipe, RATE, tmp_path)


def test_a_picture_is_no_sound(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    with pytest.raises(ReadError, match=r"a\.png holds no sound"):
        sounds(Recipe(intro=tmp_path / "a.png"), RATE, tmp_path)


def test_music_too_short_to_loop_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tone(0.5))
    with pytest.raises(ReadError, match=r"lasts 0\.5 s"):
        sounds(Recipe(music=path), RATE, tmp_path)


def test_the_bytes_of_a_file_name_it_and_not_its_place(tmp_path: Path) -> None:
    first, second = tmp_path / "a.wav", tmp_path / "b.wav"
    first.write_bytes(b"1")
    second.write_bytes(b"1")
    recipe = Recipe(music=first)
    before = file_keys(recipe)
    assert file_keys(replace(recipe, music=second)) == before
    first.write_bytes(b"2")
    assert file_keys(recipe) != before
    with pytest.raises(ReadError, match="cannot read"):
        file_keys(Recipe(intro=tmp_path / "none.wav"))
