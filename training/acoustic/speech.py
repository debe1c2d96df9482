"""A copy of github.com/hugolpz/audio-cmn -> words in sound, with the states they are said in.

The folder holds `hsk/` and `syllabs/` (of `64k/` or `24k-abr/`), one MP3 a word or syllable, named
cmn-WORD.mp3. Words with Latin letters, or with 儿 at the end, are left out: it is not sure how they
are said.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import pypinyin
from numpy.typing import NDArray

from podcast.outside import ffmpeg
from podcast.recording.features import RATE
from podcast.recording.units import syllable_states

AT_ONCE = 50  # files that one ffmpeg decodes
SHORTEST = RATE // 5  # samples of a usable file
_UNUSUAL = re.compile(r"_(hm|hng|m|n|ng|lvan)")  # syllables that only interjections have


class Word(NamedTuple):
    """A word as one speaker says it: 16-bit samples at RATE, and its states in order."""

    name: str
    speaker: str
    states: tuple[int, ...]
    sound: NDArray[np.int16]


def read_words(folder: Path) -> list[Word]:
    """All usable words of a folder, by name."""
    paths = [path for part in ("hsk", "syllabs") for path in sorted((folder / part).glob("*.mp3"))]
    named = [(path, states) for path in paths if (states := states_of(path))]
    words = []
    for at in range(0, len(named), AT_ONCE):
        part = named[at : at + AT_ONCE]
        sounds = decoded([path for path, _ in part])
        for (path, states), sound in zip(part, sounds, strict=True):
            if len(sound) >= SHORTEST:
                words.append(Word(path.stem, path.parent.name, states, sound))
    return words


def states_of(path: Path) -> tuple[int, ...]:
    """The states of the word that a file is named by; empty where how it is said is unsure."""
    name = path.stem.removeprefix("cmn-")
    if path.parent.name == "syllabs":
        syllables = [] if _UNUSUAL.match(name) else [name.strip("_").rstrip("0123456789")]
    else:
        is_plain = re.fullmatch("[一-鿿]+", name) and not (len(name) > 1 and name.endswith("儿"))
        syllables = pypinyin.lazy_pinyin(name) if is_plain else []
    parts = [syllable_states(syllable) for syllable in syllables]
    return tuple(state for part in parts for state in part) if all(parts) else ()


def decoded(paths: Sequence[Path]) -> Iterator[NDArray[np.int16]]:
    """The sound of each file; empty where it cannot be read."""
    with TemporaryDirectory() as work:
        inputs = [word for path in paths for word in ("-i", ffmpeg.file_url(path))]
        outputs = [
            word
            for number in range(len(paths))
            for word in (*f"-map {number}:a -f s16le -ac 1 -ar {RATE}".split(), f"{work}/{number}")
        ]
        command = [ffmpeg.executable(), "-v", "error", "-y", *inputs, *outputs]
        subprocess.run(command, check=False, stdin=subprocess.DEVNULL)
        for number in range(len(paths)):
            raw = Path(work) / str(number)
            yield np.fromfile(raw, "<i2") if raw.exists() else np.zeros(0, np.int16)
