"""The engine recording puts stretches of a recording together without a click or a step."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from podcast import engines
from podcast.engines import recording
from podcast.engines.recording import Recording
from podcast.errors import SpeechFailed, VoiceError
from podcast.files.store import Store
from podcast.model import RATE, Cut, Passage, Span, Tape, Voice
from podcast.sound.assemble import quiet
from podcast.sound.cut import FADE, joined
from podcast.speech.cut import cut_ahead, cut_clip

OFFSET = 700  # a constant in all of the sound, as a bad sound card adds it


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Tape:
    """Three seconds: a constant offset, and a hum of 50 Hz."""
    path = tmp_path_factory.mktemp("tape") / "talk.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(hum(0, 3 * RATE).astype("<i2").tobytes())
    return Tape(path, "digest")


def hum(start: int, end: int) -> NDArray[np.float64]:
    return np.asarray(
        np.rint(OFFSET + 200 * np.sin(2 * np.pi * 50 * np.arange(start, end) / RATE)), np.float64
    )


def passage(tape: Tape, *cuts: Cut, gain: float = 0.0) -> Passage:
    return Passage(tape, cuts, (Span(0, 10, "好"),), Cut(2 * RATE, 2 * RATE + 8820), gain)


def sound(found: Passage) -> NDArray[np.int64]:
    ((_, audio, _),) = Recording().cut([found])
    return np.frombuffer(audio.pcm, "<i2").astype(int)


def test_it_is_found_by_name_and_cuts() -> None:
    engine = engines.load("recording")
    assert engines.is_cutter(engine) and not engines.is_online(engine)


def test_a_text_alone_cannot_be_cut() -> None:
    with pytest.raises(VoiceError, match="--recording FILE"):
        Recording().speak("好", Voice("host", "recording"))


def test_what_is_kept_is_the_recording_sample_by_sample(tape: Tape) -> None:
    made = sound(passage(tape, Cut(1000, 9000), Cut(30_000, 50_000)))
    assert len(made) == 28_000
    assert np.array_equal(made[FADE : 8000 - FADE], hum(1000, 9000)[FADE:-FADE])
    assert np.array_equal(made[8000 + FADE : -FADE], hum(30_000, 50_000)[FADE:-FADE])


def test_an_offset_and_a_hum_go_on_over_every_join(tape: Tape) -> None:
    made = sound(passage(tape, Cut(1000, 9000, 4000), Cut(30_000, 50_000)))
    assert len(made) == 8000 + 4000 + 20_000
    assert np.abs(made - OFFSET).max() < 250
    assert np.abs(np.diff(made)).max() < 25


def test_a_gain_is_lowered_where_a_sample_would_be_too_high(tape: Tape) -> None:
    made = sound(passage(tape, Cut(0, 20_000), gain=20.0))
    assert abs(made.mean() - 10 * OFFSET) < 100
    loud = joined([Cut(0, 4)], np.zeros(0, np.float32), lambda a, b: np.full(b - a, 9000.0), 20.0)
    assert 30_000 < loud.max() <= 32_767


def test_the_room_goes_on_in_the_pauses_around(tape: Tape) -> None:
    ((_, _, room),) = Recording().cut([passage(tape, Cut(0, 9000))])
    pause = np.frombuffer(quiet(20_000, room, room), "<i2").astype(int)
    assert abs(pause.mean() - OFFSET) < 20 and np.abs(np.diff(pause)).max() < 25
    ending = np.frombuffer(quiet(20_000, room, type(room)(b"", RATE)), "<i2")
    assert ending[-1] == 0 and abs(int(ending[0]) - OFFSET) < 250


def test_a_passage_is_cut_once_and_only_a_changed_one_again(
    tape: Tape, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    one, two = (passage(tape, Cut(at, at + 9000)) for at in (0, 50_000))
    assert len(list(cut_ahead([one, two, one], Recording(), store))) == 2
    three = passage(tape, Cut(60_000, 70_000))
    assert list(cut_ahead([one, three, two], Recording(), store)) == [three]
    (clip,) = cut_clip(one, "guest", Recording(), store)
    assert (clip.voice, len(clip.audio), clip.words) == ("guest", 9000, one.words)
    moved = Tape(Path("elsewhere.wav"), tape.sha256)
    assert cut_clip(passage(moved, Cut(0, 9000)), "guest", Recording(), store) == (clip,)


def test_passages_may_lie_anywhere_and_little_is_held(
    tape: Tape, monkeypatch: pytest.MonkeyPatch
) -> None:
    most: list[int] = []
    forget = recording._Reel.forget

    def watched(self: recording._Reel, done: Passage) -> None:
        most.append(len(self.blocks))
        forget(self, done)

    monkeypatch.setattr(recording._Reel, "forget", watched)
    late = Cut(100_000, 110_000)
    asked = [passage(tape, late), passage(tape, Cut(0, 9000), late), passage(tape, Cut(0, 9000))]
    made = {found: audio for found, audio, _ in Recording().cut(asked)}
    assert len(made) == 3 and max(most) <= 3
    assert len(made[asked[1]]) == 19_000


def test_a_recording_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SpeechFailed, match=r"none\.wav cannot be cut"):
        list(Recording().cut([passage(Tape(tmp_path / "none.wav", ""), Cut(0, 9000))]))


def test_steady_noise_is_taken_out_if_asked_for(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).standard_normal(4 * RATE) * 300
    path = tmp_path / "noise.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(noise.astype("<i2").tobytes())
    plain, less = (
        sound(passage(Tape(path, "", db), Cut(2 * RATE, 3 * RATE))) for db in (None, -36)
    )
    assert less.std() < 0.5 * plain.std() and len(less) == len(plain)
