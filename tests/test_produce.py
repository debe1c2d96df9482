"""The whole line in small: positions, levels, and work that is not done twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from podcast import ffmpeg
from podcast.cast import Cast
from podcast.engines.espeak import Espeak
from podcast.engines.tone import Tone, frequency
from podcast.errors import ScriptError, VoiceError
from podcast.model import Chapter, Episode, Paragraph, Recipe, Script, Speech, Voice
from podcast.mp3 import write_mp3
from podcast.produce import RATE, Production, produce
from podcast.pronounce import pronounce
from podcast.speak import resampled, sentences
from podcast.store import Store
from podcast.workers import Workers

TOLERANCE = round(0.020 * RATE)  # 20 ms
HUSHED = 104  # -50 dBFS: before its first sound, a sentence is this quiet
Samples = NDArray[np.float64]


def cast_of(engine: str) -> Cast:
    return tuple((role, Voice(role, engine)) for role in ("guest", "host"))


def make(script: Script, folder: Path, engine: str = "tone", jobs: int = 1) -> Production:
    store = Store(folder)
    with store.work() as work, Workers(jobs) as workers:
        recipe = Recipe(engine=engine)
        return produce(script, cast_of(engine), recipe, store, work, workers, lambda *_: None)


def decoded(production: Production, folder: Path) -> Samples:
    write_mp3(folder / "episode.mp3", b"", production.parts)
    pcm = b"".join(ffmpeg.decode(folder / "episode.mp3", RATE))
    return np.frombuffer(pcm, "<i2").astype(float)


def test_every_line_starts_on_the_note_of_its_first_word(small: Script, tmp_path: Path) -> None:
    production = make(small, tmp_path)
    sound = decoded(production, tmp_path)
    assert len(sound) == production.episode.length
    assert len(production.episode.lines) >= 6
    for line in production.episode.lines:
        before, after = sound[line.start - 2 * TOLERANCE : line.start], sound[line.start :]
        note = after[TOLERANCE : TOLERANCE + round(0.12 * RATE)]
        onset = line.start - 2 * TOLERANCE + _onset(np.concatenate([before, after[:5000]]), note)
        assert abs(onset - line.start) < TOLERANCE
        spectrum = np.abs(np.fft.rfft(note))
        first = _first_said(line.text)
        assert np.argmax(spectrum) * RATE / len(note) == pytest.approx(frequency(first), abs=10)


def _onset(sound: Samples, note: Samples) -> int:
    return int(np.flatnonzero(np.abs(sound) > 0.3 * np.abs(note).max())[0])


def _first_said(text: str) -> str:
    return next(character for character in pronounce(text).text if character.isalnum())


def test_every_line_starts_on_espeaks_own_word_event(small: Script, tmp_path: Path) -> None:
    """The sound espeak gave from its event on is found in the MP3 within 20 ms of the line."""
    production = make(small, tmp_path, "espeak")
    sound = decoded(production, tmp_path)
    for track, chapter, mark in zip(
        production.episode.tracks, small.chapters, production.episode.chapters, strict=True
    ):
        starts = {line.start for line in track.lines}
        found = 0
        for start, spoken in _words_as_espeak_marks_them(chapter, track.words):
            if start in starts:
                found += 1
                lag = _lag(sound, spoken, mark.start + start)
                assert abs(lag) < TOLERANCE
        assert found == len(starts)


def _words_as_espeak_marks_them(chapter: Chapter, words: tuple) -> Iterator[tuple[int, Samples]]:  # type: ignore[type-arg]
    engine, at = Espeak(), 0
    for paragraph in chapter.paragraphs:
        voice = Voice(paragraph.voice, "espeak")
        for shown in sentences(paragraph.text):
            speech = engine.speak(pronounce(shown).text, voice)
            raw = np.frombuffer(resampled(speech.audio, RATE).pcm, "<i2").astype(float)
            length = 0
            while length < len(shown):
                word = words[at]
                offset = pronounce(shown).origins.index(length) if length else 0
                event = max(m.start for m in speech.marks if m.offset <= offset)
                onset = 2 * event if length else int(np.flatnonzero(np.abs(raw) > HUSHED)[0])
                yield word.start, raw[onset : onset + RATE // 5]
                length, at = length + len(word.text), at + 1


def _lag(sound: Samples, spoken: Samples, expected: int) -> int:
    reach = 2 * TOLERANCE
    window = sound[expected - reach : expected + reach + len(spoken)]
    scores = np.correlate(window, spoken, "valid")
    return int(np.argmax(scores)) - reach


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_same_script_gives_the_same_bytes(small: Script, tmp_path: Path, jobs: int) -> None:
    first = make(small, tmp_path / "a", "espeak")
    second = make(small, tmp_path / "b", "espeak", jobs)
    assert first.episode == second.episode
    for one, other in zip(first.streams, second.streams, strict=True):
        assert one.read_bytes() == other.read_bytes()


class Forbidden(Exception):
    """Raised by an engine that should not have been asked."""


def test_a_new_title_speaks_and_encodes_nothing(
    small: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(small, tmp_path)
    forbid(monkeypatch)
    chapters = (replace(small.chapters[0], title="新的标题", part="上"), small.chapters[1])
    again = make(replace(small, title="新", chapters=chapters), tmp_path)
    assert [track.title for track in again.episode.tracks] == ["新的标题", "结语"]


def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise Forbidden

    monkeypatch.setattr(Tone, "speak", refuse)
    monkeypatch.setattr(ffmpeg, "encode_mp3", refuse)


def test_an_edited_sentence_makes_its_chapter_alone(
    small: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = make(small, tmp_path)
    heard: list[str] = []
    speak = Tone.speak

    def listen(self: Tone, text: str, voice: Voice) -> Speech:
        heard.append(text)
        return speak(self, text, voice)

    monkeypatch.setattr(Tone, "speak", listen)
    text = small.chapters[1].paragraphs[0].text
    moved = text.replace("但是", "同样").replace("所以", "但是").replace("同样", "所以")
    edited = replace(small.chapters[1], paragraphs=(Paragraph(moved),))
    after = make(replace(small, chapters=(small.chapters[0], edited)), tmp_path)
    assert heard == [pronounce(sentence).text for sentence in sentences(moved)]
    assert after.streams[0] == before.streams[0]


def test_frames_lost_from_the_store_are_made_again(small: Script, tmp_path: Path) -> None:
    production = make(small, tmp_path, "espeak")
    bytes_before = production.streams[0].read_bytes()
    production.streams[0].unlink()
    again = make(small, tmp_path, "espeak")
    assert again.streams[0].read_bytes() == bytes_before


def test_chapters_of_the_same_words_are_made_once_and_stand_twice(tmp_path: Path) -> None:
    chapter = Chapter("对", (Paragraph("对。对。"),))
    episode = make(Script("对", (chapter, chapter)), tmp_path, jobs=2).episode
    assert len(episode.tracks) == 2
    assert episode.tracks[0] == episode.tracks[1]


def test_a_chapter_with_nothing_to_say_is_named(tmp_path: Path) -> None:
    script = Script("空", (Chapter("符号", (Paragraph("🎉🎉"),)),))
    with pytest.raises(ScriptError, match="chapter '符号' has nothing to say"):
        make(script, tmp_path)


def test_a_voice_nobody_plays_is_named(tmp_path: Path) -> None:
    script = Script("空", (Chapter("一", (Paragraph("你好。", "alien"),)),))
    with pytest.raises(VoiceError, match="nobody speaks as 'alien'"):
        make(script, tmp_path)


def test_an_episode_is_its_chapters(small: Script, tmp_path: Path) -> None:
    episode: Episode = make(small, tmp_path).episode
    assert episode.chapters[0].start == 0
    assert episode.chapters[-1].end == episode.length
    for chapter in episode.chapters:
        inside = [line for line in episode.lines if chapter.start <= line.start < chapter.end]
        assert inside and all(line.end <= chapter.end for line in inside)
    shown = "".join(p.text for chapter in small.chapters for p in chapter.paragraphs)
    assert "".join(line.text for line in episode.lines) == shown
