"""Changing a field of the recipe changes exactly the keys that the field says."""

from __future__ import annotations

import wave
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from podcast.files.options import OPTIONS
from podcast.files.store import Store
from podcast.model import Change, Chapter, Paragraph, Recipe, Script, Span, Track, Voice, changes
from podcast.production.jobs import record
from podcast.production.plan import plan
from podcast.production.pressing import stream_names
from podcast.pronounce import NONE
from podcast.sound.assemble import Take
from podcast.sound.takes import find_take

SCRIPT = Script("集", tuple(Chapter(title, (Paragraph(f"{title}的话。"),)) for title in "一二三"))
CAST = (("host", Voice("host", "tone")),)
TAKE = Take(Track("一", 10, (), ()), (Span(0, 10, "host"),))
NAMES = sorted(OPTIONS)


def sound_file(path: Path, pitch: float) -> Path:
    """A second and a half of a note."""
    note = 9000 * np.sin(np.arange(66_150) * pitch)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(note.astype("<i2").tobytes())
    return path


def names_of(recipe: Recipe, folder: Path) -> list[tuple[str, str]]:
    """The key of each chapter's take, and what the key of its frames adds to it."""
    work = folder / "work"
    work.mkdir(exist_ok=True)
    jobs = plan(SCRIPT, CAST, recipe, Store(folder / "store"), work, respellings=NONE)
    names = stream_names(jobs, [TAKE] * len(jobs), {"host": 1.0})
    return [(job.key, name.removeprefix(job.key)) for job, name in zip(jobs, names, strict=True)]


def other_value(name: str, folder: Path) -> Any:
    """A value of the option that is not its default."""
    option = OPTIONS[name]
    if option.kind is Path:
        return sound_file(folder / "other.wav", 0.05)
    if option.choices:
        return next(choice for choice in option.choices if choice != option.default)
    if option.kind is bool:
        return not option.default
    return option.kind("other") if option.kind is str else option.kind(option.most)


@pytest.mark.parametrize("name", NAMES)
def test_every_field_says_what_it_changes_and_means(name: str) -> None:
    (field,) = (field for field in fields(Recipe) if field.name == name)
    assert changes(field) and set(changes(field)) <= set(get_args(Change))
    assert field.metadata["meaning"].endswith(".")


def test_a_field_that_says_nothing_is_no_option() -> None:
    @dataclass(frozen=True)
    class Careless(Recipe):
        forgotten: int = 1

    with pytest.raises(KeyError):
        [changes(field) for field in fields(Careless)]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_field_changes_exactly_the_keys_that_it_says(name: str, tmp_path: Path) -> None:
    plain = Recipe(music=sound_file(tmp_path / "bed.wav", 0.02))
    said = set(OPTIONS[name].changes)
    if name == "music":
        plain = Recipe()
    changed = replace(plain, **{name: other_value(name, tmp_path)})
    before, after = names_of(plain, tmp_path), names_of(changed, tmp_path)
    takes = [one != other for (one, _), (other, _) in zip(before, after, strict=True)]
    frames = [one != other for (_, one), (_, other) in zip(before, after, strict=True)]
    assert all(takes) == ("record" in said)
    assert any(takes) == bool(said & {"record", "around"})
    assert all(frames) == any(frames) == bool(said & {"press", "music"})


def test_without_music_its_settings_change_nothing(tmp_path: Path) -> None:
    loud = replace(Recipe(), music_loudness=-20.0, music_duck=1.0)
    assert names_of(loud, tmp_path) == names_of(Recipe(), tmp_path)


def test_other_music_is_the_same_take_and_other_frames(tmp_path: Path) -> None:
    one = names_of(Recipe(music=sound_file(tmp_path / "one.wav", 0.02)), tmp_path)
    two = names_of(Recipe(music=sound_file(tmp_path / "two.wav", 0.05)), tmp_path)
    assert [take for take, _ in one] == [take for take, _ in two]
    assert all(first != second for (_, first), (_, second) in zip(one, two, strict=True))


def test_the_same_music_elsewhere_changes_nothing(tmp_path: Path) -> None:
    one = names_of(Recipe(music=sound_file(tmp_path / "one.wav", 0.02)), tmp_path)
    two = names_of(Recipe(music=sound_file(tmp_path / "two.wav", 0.02)), tmp_path)
    assert one == two


def recorded(recipe: Recipe, folder: Path) -> list[tuple[Take | None, bytes]]:
    """The take of each chapter, and its sound, made from nothing."""
    folder.mkdir()
    jobs = plan(SCRIPT, CAST, recipe, Store(folder / "store"), folder, respellings=NONE)
    for job in jobs:
        record(job)
    return [(find_take(job.store, job.key), job.reel.read_bytes()) for job in jobs]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [name for name in NAMES if not {"record", "around"} & set(OPTIONS[name].changes)]
)
@pytest.mark.parametrize("with_music", [False, True])
def test_a_field_that_is_in_no_key_of_a_take_changes_no_take(
    name: str, with_music: bool, tmp_path: Path
) -> None:
    plain = Recipe(music=sound_file(tmp_path / "bed.wav", 0.02) if with_music else None)
    changed = replace(plain, **{name: other_value(name, tmp_path)})
    assert recorded(plain, tmp_path / "plain") == recorded(changed, tmp_path / "changed")
