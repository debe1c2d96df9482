"""The whole line in small: positions, levels, and work that is not done twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copytree
from types import ModuleType

import numpy as np
import pytest
from meter import integrated_loudness
from numpy.typing import NDArray

from podcast.engines.espeak import Espeak
from podcast.engines.tone import Tone, frequency
from podcast.errors import ScriptError, VoiceError
from podcast.files.seal import content
from podcast.files.store import Store
from podcast.model import RATE, Chapter, Episode, Paragraph, Recipe, Script, Speech, Voice
from podcast.outside import ffmpeg
from podcast.production import levelling, recording
from podcast.production.jobs import Job, Recorded, record
from podcast.production.produce import NO_GAINS, Production, produce
from podcast.production.workers import Workers
from podcast.pronounce import NONE, pronounce
from podcast.sound.assemble import Take
from podcast.sound.mp3 import cut, write_mp3
from podcast.sound.takes import find_take
from podcast.speech.cast import Cast
from podcast.speech.speak import resampled
from podcast.text.sentences import breaths

TOLERANCE = round(0.020 * RATE)  # 20 ms
HUSHED = 104  # -50 dBFS: before its first sound, a sentence is this quiet
Samples = NDArray[np.float64]


def cast_of(engine: str) -> Cast:
    return tuple((role, Voice(role, engine)) for role in ("guest", "host"))


def make(
    script: Script,
    folder: Path,
    engine: str = "tone",
    jobs: int = 1,
    cast: Cast = (),
    recipe: Recipe = Recipe(),  # noqa: B008 (frozen)
    respellings: Mapping[str, str] = NONE,
    likely: Mapping[str, float] = NO_GAINS,
) -> Production:
    store = Store(folder)
    with store.work() as work, Workers(jobs) as workers:
        return produce(
            script,
            cast or cast_of(engine),
            recipe,
            store,
            work,
            workers=workers,
            watch=lambda *_: None,
            respellings=respellings,
            likely=likely,
        )


def decoded(production: Production, folder: Path) -> Samples:
    streams = zip(production.streams, production.episode.tracks, strict=True)
    chapters = (cut(content(stream), track.length) for stream, track in streams)
    write_mp3(folder / "episode.mp3", b"", chapters, production.episode.length)
    pcm = b"".join(ffmpeg.decode(folder / "episode.mp3", RATE))
    return np.frombuffer(pcm, "<i2").astype(float)


@pytest.mark.slow
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


@pytest.mark.slow
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
        for shown in breaths(paragraph.text):
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


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_the_same_script_gives_the_same_bytes(small: Script, tmp_path: Path, jobs: int) -> None:
    first = make(small, tmp_path / "a", "espeak")
    second = make(small, tmp_path / "b", "espeak", jobs)
    assert first.episode == second.episode
    for one, other in zip(first.streams, second.streams, strict=True):
        assert one.read_bytes() == other.read_bytes()


@pytest.mark.slow
def test_a_new_title_speaks_and_encodes_nothing(
    small: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(small, tmp_path)
    watching = Watching(monkeypatch)
    chapters = (replace(small.chapters[0], title="新的标题", part="上"), small.chapters[1])
    again = make(replace(small, title="新", chapters=chapters), tmp_path)
    assert [track.title for track in again.episode.tracks] == ["新的标题", "结语"]
    assert watching.spoken == [] and watching.encoded == watching.measured == 0


@pytest.mark.slow
def test_another_style_of_subtitles_speaks_records_and_encodes_nothing(
    small: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = make(small, tmp_path / "a")
    watching = Watching(monkeypatch)
    other = Recipe(subtitle_style="ted", subtitle_lines=2)
    after = make(small, tmp_path / "a", recipe=other)
    assert watching.spoken == [] and watching.recorded == watching.encoded == 0
    assert watching.measured == 0
    assert after.streams == before.streams
    assert after.episode == make(small, tmp_path / "b", recipe=other).episode


class Watching:
    """Counts what is spoken, recorded, measured and encoded from now on, in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.spoken: list[str] = []
        self.encoded = self.recorded = self.measured = 0
        encode = ffmpeg.encode_mp3

        def count(*arguments: object) -> None:
            self.encoded += 1
            encode(*arguments)  # type: ignore[arg-type]

        def count_take(job: Job) -> Recorded:
            self.recorded += 1
            return record(job)

        monkeypatch.setattr(ffmpeg, "encode_mp3", count)
        monkeypatch.setattr(recording, "record", count_take)
        self._count(monkeypatch, levelling, "voice_gains")
        self._count(monkeypatch, levelling, "limited_loudness")
        for engine in (Tone, Espeak):
            self._listen(monkeypatch, engine)

    def _count(self, monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> None:
        measure = getattr(module, name)

        def count(*arguments: object) -> object:
            self.measured += 1
            return measure(*arguments)

        monkeypatch.setattr(module, name, count)

    def _listen(self, monkeypatch: pytest.MonkeyPatch, engine: type[Tone] | type[Espeak]) -> None:
        speak = engine.speak

        def listen(speaker: object, text: str, voice: Voice) -> Speech:
            self.spoken.append(text)
            return speak(speaker, text, voice)  # type: ignore[arg-type]

        monkeypatch.setattr(engine, "speak", listen)


@pytest.fixture(scope="module")
def long() -> Script:
    """Three chapters of three paragraphs; all sentences differ."""
    numbers = "一二三"
    return Script(
        "长",
        tuple(
            Chapter(
                f"第{a}章",
                tuple(Paragraph(f"这是第{a}章第{b}段。它有两句话。") for b in numbers),
            )
            for a in numbers
        ),
    )


@dataclass(frozen=True)
class Made:
    """The long script made in a folder that tests copy, so that it is made once for all of them."""

    folder: Path
    engine: str
    production: Production


def coarse_gains(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the steps of gains 100 dB, so that all are 0: an edit may take others over a step."""
    monkeypatch.setattr("podcast.sound.master.GAIN_STEP_DB", 100.0)


@pytest.fixture(scope="module", params=["tone", "espeak"])
def coarse(
    long: Script, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Made:
    folder = tmp_path_factory.mktemp("coarse")
    with pytest.MonkeyPatch.context() as patched:
        coarse_gains(patched)
        return Made(folder, request.param, make(long, folder, request.param))


@pytest.mark.slow
@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_edited_sentence_speaks_its_paragraph_and_encodes_its_chapter(
    long: Script, coarse: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    coarse_gains(monkeypatch)
    before, engine = coarse.production, coarse.engine
    copytree(coarse.folder, tmp_path / "a")
    watching = Watching(monkeypatch)
    after = make(new := with_edit(long, place), tmp_path / "a", engine)
    text = new.chapters[1].paragraphs[place].text
    assert watching.spoken == [pronounce(sentence).text for sentence in breaths(text)]
    assert watching.encoded == 1
    kept = [after.streams[n].name == before.streams[n].name for n in range(3)]
    assert kept == [True, False, True]
    undisturbed = make(new, tmp_path / "b", engine)
    assert undisturbed.episode == after.episode
    for one, other in zip(after.streams, undisturbed.streams, strict=True):
        assert one.read_bytes() == other.read_bytes()


@pytest.fixture(scope="module")
def fine(long: Script, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("fine")
    return Made(folder, "tone", make(long, folder))


@pytest.fixture(scope="module")
def undisturbed(long: Script, tmp_path_factory: pytest.TempPathFactory) -> Production:
    """The edited script, made without gains of an earlier build."""
    return make(with_edit(long, 1), tmp_path_factory.mktemp("undisturbed"))


@pytest.mark.slow
@pytest.mark.parametrize("off", [0.0, 3.0, -40.0])
def test_gains_that_were_likely_and_are_wrong_change_no_byte(
    long: Script, fine: Made, undisturbed: Production, tmp_path: Path, off: float
) -> None:
    copytree(fine.folder, tmp_path / "a")
    likely = {voice: gain + off for voice, gain in dict(fine.production.gains).items()}
    after = make(with_edit(long, 1), tmp_path / "a", jobs=2, likely=likely)
    assert after.gains == undisturbed.gains
    for one, other in zip(after.streams, undisturbed.streams, strict=True):
        assert one.read_bytes() == other.read_bytes()


def with_edit(script: Script, place: int) -> Script:
    """The script with two words of one paragraph of its second chapter in another order."""
    first, second, third = script.chapters
    paragraphs = list(second.paragraphs)
    paragraphs[place] = Paragraph(paragraphs[place].text.replace("有两句", "两句有"))
    return replace(script, chapters=(first, replace(second, paragraphs=tuple(paragraphs)), third))


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["tone", "espeak"])
def test_a_pause_speaks_nothing(
    long: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    before = make(long, tmp_path, engine)
    watching = Watching(monkeypatch)
    after = make(long, tmp_path, engine, recipe=Recipe(sentence_pause=0.6))
    assert watching.spoken == [] and watching.encoded == 3
    assert after.episode.length > before.episode.length


@pytest.mark.slow
def test_a_licence_changes_nothing_and_a_gain_speaks_nothing(
    small: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, guest = Voice("host", "tone"), Voice("guest", "tone")
    before = make(small, tmp_path, cast=(("guest", guest), ("host", host)))
    watching = Watching(monkeypatch)
    free = replace(guest, licence="CC0-1.0")
    make(small, tmp_path, cast=(("guest", free), ("host", host)))
    assert watching.spoken == [] and watching.encoded == 0
    softer = replace(guest, gain=-6.0)
    after = make(small, tmp_path, cast=(("guest", softer), ("host", host)))
    assert watching.spoken == [] and watching.encoded == 1
    gains, other = dict(before.gains), dict(after.gains)
    assert other["guest"] == pytest.approx(gains["guest"] - 6, abs=0.5)
    assert other["host"] == gains["host"]


@pytest.mark.slow
def test_a_respelling_speaks_the_paragraphs_it_touches(
    long: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = make(long, tmp_path)
    watching = Watching(monkeypatch)
    table = {"章第三段": "张第三断", "重庆": "崇庆"}
    chapters = (long.chapters[0], *with_edit(long, 0).chapters[1:])
    after = make(replace(long, chapters=chapters), tmp_path, respellings=table)
    assert [text for text in watching.spoken if "断" in text] == [
        f"这是第{number}张第三断。" for number in "一二三"
    ]
    assert not [text for text in watching.spoken if "章第二段" in text]
    assert watching.encoded == 3
    shown = ["".join(word.text for word in track.words) for track in after.episode.tracks]
    assert "章第三段" in shown[0] and "断" not in shown[0]
    watching.spoken.clear()
    untouched = make(long, tmp_path, respellings={"重庆": "崇庆"})
    assert untouched.streams == before.streams and watching.spoken == []


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_voices_of_two_engines_come_out_as_loud(small: Script, tmp_path: Path, jobs: int) -> None:
    """Host and guest by engines of unequal level and rate: 22 050 and 44 100 samples a second."""
    cast = (("guest", Voice("guest", "tone")), ("host", Voice("host", "espeak")))
    production = make(small, tmp_path, cast=cast, jobs=jobs)
    sound = decoded(production, tmp_path) / 32768
    assert len(sound) == production.episode.length
    gains = dict(production.gains)
    assert abs(gains["guest"] - gains["host"]) > 1
    turns = production.episode.tracks[0].turns
    assert [turn.text for turn in turns] == ["host", "guest"]
    for turn in turns:
        assert integrated_loudness(sound[turn.start : turn.end]) == pytest.approx(-16, abs=1)
    assert dict(production.episode.cast) == {"guest": "tone", "host": "espeak"}


@pytest.mark.slow
def test_frames_lost_from_the_store_are_made_again(small: Script, tmp_path: Path) -> None:
    production = make(small, tmp_path, "espeak")
    bytes_before = production.streams[0].read_bytes()
    production.streams[0].unlink()
    again = make(small, tmp_path, "espeak")
    assert again.streams[0].read_bytes() == bytes_before


@pytest.mark.slow
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
    with pytest.raises(VoiceError, match="no voice for the role 'alien'"):
        make(script, tmp_path)


@pytest.mark.slow
def test_an_episode_is_its_chapters(small: Script, tmp_path: Path) -> None:
    episode: Episode = make(small, tmp_path).episode
    assert episode.chapters[0].start == 0
    assert episode.chapters[-1].end == episode.length
    for chapter in episode.chapters:
        inside = [line for line in episode.lines if chapter.start <= line.start < chapter.end]
        assert inside and all(line.end <= chapter.end for line in inside)
    shown = "".join(p.text for chapter in small.chapters for p in chapter.paragraphs)
    assert "".join(line.text for line in episode.lines) == shown


@pytest.mark.slow
def test_a_chapters_key_is_computed_once(
    small: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[str] = []
    plain = Job._key

    def counting(job: Job) -> str:
        computed.append(job.chapter.title)
        return plain(job)

    monkeypatch.setattr(Job, "_key", counting)
    make(small, tmp_path)
    assert len(computed) == len(small.chapters)


@pytest.mark.slow
@pytest.mark.parametrize(("jobs", "looks"), [(1, 1), (2, 2)])
def test_a_take_is_read_back_only_where_another_process_wrote_it(
    small: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int, looks: int
) -> None:
    """Each chapter is looked for once; if it is not there yet, its take comes from memory."""
    asked: list[str] = []

    def counting(store: Store, key: str) -> Take | None:
        asked.append(key)
        return find_take(store, key)

    monkeypatch.setattr("podcast.production.recording.find_take", counting)
    fresh = make(small, tmp_path, jobs=jobs)
    assert len(asked) == looks * len(small.chapters)
    asked.clear()
    assert make(small, tmp_path, jobs=jobs).episode == fresh.episode
    assert len(asked) == len(small.chapters)
