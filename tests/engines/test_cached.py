"""Clips named by their content: whole, damaged or missing, however many ask at once."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.engines.cached import Cached, find_speeches, recited, write_speeches
from podcast.engines.espeak import Espeak
from podcast.errors import SpeechFailed, WriteError
from podcast.files.store import Store
from podcast.model import Audio, Mark, Speech, Voice
from podcast.pronounce import AS_SHOWN

HOST = Voice("host", "counting", "one")


class Counting:
    """A service that says each character as one sample, and counts what it is asked."""

    rate = 24_000
    version = "1"
    needs = AS_SHOWN
    longest = 300
    connections = 4

    def __init__(self) -> None:
        self.asked: list[str] = []

    def speak(self, text: str, voice: Voice) -> Speech:
        self.asked.append(text)
        if text == "坏":
            raise SpeechFailed("no")
        pcm = b"".join(ord(character).to_bytes(2, "little") for character in text)
        return Speech(Audio(pcm, self.rate), (Mark(0, 0),))

    def require_answer(self, voice: Voice) -> None:
        """It always answers."""


speeches = st.builds(
    Speech,
    st.builds(
        Audio, st.binary(max_size=200).map(lambda pcm: pcm[: len(pcm) // 2 * 2]), st.integers(1)
    ),
    st.lists(st.builds(Mark, st.integers(0), st.integers(0))).map(tuple),
)


def of_one_rate(speeches: list[Speech]) -> tuple[Speech, ...]:
    rate = speeches[0].audio.rate if speeches else 0
    return tuple(Speech(Audio(each.audio.pcm, rate), each.marks) for each in speeches)


recitals = st.lists(speeches, max_size=3).map(of_one_rate)


@given(recitals)
def test_what_is_read_is_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, recital: tuple[Speech, ...]
) -> None:
    store = Store(tmp_path_factory.mktemp("cache"))
    write_speeches(store, "a", recital)
    assert find_speeches(store, "a") == recital


@given(recitals, st.data())
def test_no_damage_goes_unseen(
    tmp_path_factory: pytest.TempPathFactory, recital: tuple[Speech, ...], data: st.DataObject
) -> None:
    store = Store(tmp_path_factory.mktemp("cache"))
    write_speeches(store, "a", recital)
    path = store.folder / "clips" / "a.clip"
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        del content[at:]
    else:
        content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    assert find_speeches(store, "a") is None


def test_nothing_is_said_twice(tmp_path: Path) -> None:
    engine = Counting()
    first = Cached(engine, Store(tmp_path)).speak("你好", HOST)
    assert Cached(engine, Store(tmp_path)).speak("你好", HOST) == first
    assert engine.asked == ["你好"]


@pytest.mark.parametrize(
    "other",
    [
        replace(HOST, id="two"),
        replace(HOST, engine="another"),
        replace(HOST, speed=1.1),
        replace(HOST, pitch=1.1),
    ],
)
def test_another_sound_is_another_clip(tmp_path: Path, other: Voice) -> None:
    engine = Counting()
    for voice in (HOST, other):
        Cached(engine, Store(tmp_path)).speak("你好", voice)
    assert len(engine.asked) == 2


def test_another_version_is_another_clip(tmp_path: Path) -> None:
    old, new = Counting(), Counting()
    new.version = "2"
    for engine in (old, new):
        Cached(engine, Store(tmp_path)).speak("你好", HOST)
    assert new.asked


def test_one_voice_in_two_roles_is_one_clip(tmp_path: Path) -> None:
    engine = Counting()
    for voice in (HOST, replace(HOST, role="guest", licence="any", gain=3.0)):
        Cached(engine, Store(tmp_path)).speak("你好", voice)
    assert engine.asked == ["你好"]


def test_a_damaged_clip_is_made_again(tmp_path: Path) -> None:
    engine = Counting()
    cached = Cached(engine, Store(tmp_path))
    said = cached.speak("你好", HOST)
    (path,) = (tmp_path / "clips").iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    assert cached.speak("你好", HOST) == said
    assert engine.asked == ["你好", "你好"]
    assert find_speeches(Store(tmp_path), path.stem) == (said,)


def test_a_recital_is_remembered_as_a_whole(tmp_path: Path) -> None:
    engine = Counting()
    said = recited(["一。", "二。"], engine, HOST, Store(tmp_path))
    assert recited(["一。", "二。"], engine, HOST, Store(tmp_path)) == said
    assert engine.asked == ["一。", "二。"]
    recited(["一。", "三。"], engine, HOST, Store(tmp_path))
    assert engine.asked[2:] == ["一。", "三。"]


def test_a_silent_recital_is_not_remembered(tmp_path: Path) -> None:
    class Mute(Counting):
        def speak(self, text: str, voice: Voice) -> Speech:
            return Speech(Audio(bytes(40), self.rate), ())

    recited(["一。"], Mute(), HOST, Store(tmp_path))
    assert not list(tmp_path.iterdir())


def test_a_preview_by_another_thread_changes_no_sentence_of_a_recital(tmp_path: Path) -> None:
    class Disturbed(Espeak):
        """Lets another thread speak after each sentence, as soon as the library is free."""

        def speak(self, text: str, voice: Voice) -> Speech:
            said = super().speak(text, voice)
            preview = Thread(target=Espeak().speak, args=("试听，两句。", voice))
            preview.start()
            preview.join(0.05)
            return said

    texts, host = ["这是第一句。", "这是第二句。", "这是第三句。"], Voice("host", "espeak")
    alone = recited(texts, Espeak(), host, Store(tmp_path / "alone"))
    assert recited(texts, Disturbed(), host, Store(tmp_path / "disturbed")) == alone


def test_a_failure_is_not_remembered(tmp_path: Path) -> None:
    cached = Cached(Counting(), Store(tmp_path))
    for _ in range(2):
        with pytest.raises(SpeechFailed):
            cached.speak("坏", HOST)
    assert not list(tmp_path.iterdir())


def test_many_threads_that_ask_for_the_same_ask_once(tmp_path: Path) -> None:
    engine = Counting()
    cached = Cached(engine, Store(tmp_path))
    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(lambda _: cached.speak("对。对。", HOST), range(200)))
    assert len(set(said)) == 1
    assert engine.asked == ["对。对。"]
    assert len(list((tmp_path / "clips").iterdir())) == 1


def _say_many(folder: Path) -> int:
    cached = Cached(Counting(), Store(folder))
    return sum(len(cached.speak(f"对{number % 5}", HOST).audio) for number in range(100))


@pytest.mark.slow
def test_many_processes_share_a_folder(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(_say_many, [tmp_path] * 2) == [200] * 2
    assert len(list((tmp_path / "clips").iterdir())) == 5
    store = Store(tmp_path)
    assert all(find_speeches(store, path.stem) for path in (tmp_path / "clips").iterdir())


def test_a_folder_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match="cannot write"):
        Cached(Counting(), Store(tmp_path / "file")).speak("你好", HOST)
