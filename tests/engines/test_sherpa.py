"""Neural voices: tiny models that sherpa-onnx really runs, and all that can be wrong with one."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import wave
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from model_server import Files, serving
from places import ROOT

from podcast import engines
from podcast.cli import main
from podcast.engines.checked import units
from podcast.engines.clauses import require_sound, trimmed
from podcast.errors import ModelError, PodcastError, SpeechFailed, VoiceError
from podcast.files.store import Store
from podcast.model import Mark, Paragraph, Speech, Voice
from podcast.outside.models import Model, installed
from podcast.pronounce import pronounce
from podcast.speech.cast import identified, read_cast
from podcast.speech.choose import choose
from podcast.speech.fetch import reliable
from podcast.speech.speak import speak

pytestmark = [pytest.mark.slow]  # each model is tried in a process of its own

tiny_models = pytest.importorskip(
    "tiny_models", reason="onnx, which writes the tiny models, is not installed"
)
pytest.importorskip("sherpa_onnx", reason="sherpa-onnx is not installed")

from podcast.engines.sherpa import Sherpa  # noqa: E402
from podcast.model import RATE  # noqa: E402

SECOND = RATE
FAMILIES: dict[str, Callable[[Path], Model]] = {
    "melo": tiny_models.write_melo,
    "aishell3": tiny_models.write_aishell3,
    "kokoro": tiny_models.write_kokoro,
    "matcha": tiny_models.write_matcha,
}
TEXT = "大家早上好，今天谈谈这个；它发展得很快。"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model of each family, under the family's name."""
    made = tmp_path_factory.mktemp("models")
    for name, write in FAMILIES.items():
        write(made / name)
    return made


@pytest.fixture
def models(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Those models, and nothing else, on this machine."""
    monkeypatch.setenv("PODCAST_MODELS", str(folder))
    return folder


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for models that a test spoils."""
    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path))
    return tmp_path


def said(text: str, name: str, **settings: float) -> Speech:
    voice = replace(Voice("host", "sherpa", name), **settings)  # type: ignore[arg-type]
    return Sherpa().speak(text, voice)


def samples(speech: Speech) -> np.ndarray:
    return np.frombuffer(speech.audio.pcm, "<i2").astype(float)


def level(speech: Speech) -> float:
    return float(np.abs(samples(speech)).max())


def frequency(speech: Speech, mark: Mark) -> float:
    note = samples(speech)[mark.start + 400 : mark.start + 3600]
    loudest = int(np.argmax(np.abs(np.fft.rfft(note))))
    return loudest * RATE / len(note)


def note_of(word: str, offset: int) -> float:
    """The frequency of a word's note, where a model has `offset` tokens before its notes."""
    return 200.0 + 20 * (int(tiny_models.note(word)) + offset)


# What is heard -----------------------------------------------------------------------------


def test_the_engine_is_found_by_name_and_imports_nothing_before_it_speaks() -> None:
    code = (
        "import sys; from podcast.engines.sherpa import Sherpa; Sherpa();"
        "sys.exit('sherpa_onnx' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", FAMILIES)
def test_each_family_says_all_of_a_text(models: Path, name: str) -> None:
    speech = said(TEXT, name)
    assert speech.audio.rate == RATE == Sherpa.rate
    assert [mark.offset for mark in speech.marks] == units(TEXT)
    assert 1.6 * SECOND < len(speech.audio) < 3.2 * SECOND
    assert level(speech) > 1000


@pytest.mark.parametrize(("name", "offset"), [("melo", 5), ("kokoro", 15)])
def test_each_hanzi_is_heard_where_it_is_marked(models: Path, name: str, offset: int) -> None:
    text = "大家早上好，今天谈谈这个。"
    speech = said(text, name)
    for mark in speech.marks:
        heard = frequency(speech, mark)
        assert heard == pytest.approx(note_of(text[mark.offset], offset), abs=15), mark


@pytest.mark.parametrize("name", FAMILIES)
def test_a_clause_begins_in_silence_where_it_is_marked(models: Path, name: str) -> None:
    speech = said(TEXT, name)
    for first in ("今", "它"):
        start = next(mark.start for mark in speech.marks if mark.offset == TEXT.index(first))
        heard = np.abs(samples(speech))
        assert heard[start - SECOND // 8 : start - SECOND // 100].max() < 110
        assert heard[start : start + SECOND // 20].max() > 1000


def test_word_places_come_through_to_the_shown_text(models: Path) -> None:
    shown = "它涨了14%，我们用 DeepSeek 和 GPT。"
    (clip,) = speak(Paragraph(shown), Sherpa(), Voice("host", "sherpa", "melo"), RATE)
    assert clip.text == shown
    starts = [word.start for word in clip.words]
    assert starts == sorted(starts) and len(clip.words) > 8
    assert any(word.text.strip() == "DeepSeek" for word in clip.words)


def test_a_faster_voice_is_shorter(models: Path) -> None:
    slow, fast = said(TEXT, "melo"), said(TEXT, "melo", speed=1.25)
    assert len(fast.audio) < 0.9 * len(slow.audio)
    assert [mark.offset for mark in fast.marks] == [mark.offset for mark in slow.marks]


def test_a_speaker_is_chosen_by_name_or_number(models: Path) -> None:
    first, second, third = (said(TEXT, f"aishell3:{name}") for name in ("lin", "1", "zhao"))
    assert level(second) == pytest.approx(2 * level(first), rel=0.05)
    assert level(third) == pytest.approx(2 * level(second), rel=0.05)
    assert said(TEXT, "aishell3") == first
    assert level(said(TEXT, "kokoro:zm_2")) > 1.8 * level(said(TEXT, "kokoro:zf_1"))


# What is not left out ----------------------------------------------------------------------


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("text", ["。", "", "……", " \n", "🎉"])
def test_nothing_to_say_is_an_error(models: Path, name: str, text: str) -> None:
    with pytest.raises(SpeechFailed, match="there is nothing to say"):
        said(text, name)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_hanzi_that_is_not_listed_is_said_by_another(models: Path, name: str) -> None:
    listed = installed(name).paths("lexicon")[0].read_text("utf-8")
    assert "鑫" not in listed
    assert len(said("大家都叫他鑫。", name).audio) == pytest.approx(
        len(said("大家都叫他新。", name).audio), abs=0.03 * SECOND
    )


def test_a_latin_word_that_is_not_listed_is_spelt(models: Path) -> None:
    known, spelt = said("我们用deepseek。", "melo"), said("我们用gpt。", "melo")
    assert len(spelt.audio) == pytest.approx(len(said("我们用吉屁提。", "melo").audio), abs=2000)
    assert len(known.audio) < len(said("我们用deepseek。", "matcha").audio)


@pytest.mark.parametrize("sign", ["あ", "Я", "한"])
def test_a_sign_without_a_sound_is_named(models: Path, sign: str) -> None:
    with pytest.raises(SpeechFailed, match=f"melo has no sound for '{sign}' in '今天是"):
        said(f"今天是{sign}号吗", "melo")


def test_an_accent_is_no_reason_to_stop(models: Path) -> None:
    assert len(said("一杯Café吧，好吗", "matcha").audio) > SECOND


@settings(max_examples=40)
@given(text=st.text("大家好我们谈鑫人工智能，。！？；：、…”“ aGP7é-'"))
def test_every_hanzi_and_word_is_marked_in_order_whatever_the_text(folder: Path, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PODCAST_MODELS", str(folder))
        if not units(text):
            with pytest.raises(SpeechFailed):
                said(text, "melo")
            return
        speech = said(text, "melo")
    assert [mark.offset for mark in speech.marks] == units(text)
    starts = [mark.start for mark in speech.marks]
    assert starts == sorted(starts) and starts[-1] < len(speech.audio)


@pytest.mark.parametrize("bad", [[], [0.0] * 100, [float("nan")] * 9, [0.5, float("inf")]])
def test_silence_and_noise_that_is_none_are_no_speech(bad: list[float]) -> None:
    with pytest.raises(SpeechFailed, match="kokoro said nothing for '你好'"):
        require_sound(np.array(bad, np.float32), "你好", "kokoro")


def test_silence_around_a_clause_goes_but_for_a_margin() -> None:
    loud = np.full(100, 0.5, np.float32)
    kept = trimmed(np.concatenate([np.zeros(5000, np.float32), loud]), 1000)
    assert len(kept) == 20 + 100 + 20 and kept[19] == 0 and kept[20] == 0.5


def test_a_model_that_says_too_little_is_caught(own: Path) -> None:
    tiny_models.write_melo(own / "short", note_samples=tiny_models.RATE // 100)
    with pytest.raises(SpeechFailed, match=r"short did not say all of '大家早上好，'.*too short"):
        said(TEXT, "short")


# What is wrong with a voice ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["aishell3:3", "aishell3:li", "melo:1", "kokoro:zf_9", "melo:-1"])
def test_a_speaker_that_is_not_there_is_named_with_those_that_are(models: Path, name: str) -> None:
    with pytest.raises(VoiceError, match=r"has no speaker '.*' \(role host\); it has "):
        said("你好。", name)


def test_a_pitch_is_refused_not_ignored(models: Path) -> None:
    with pytest.raises(VoiceError, match="cannot change a voice's pitch"):
        said("你好。", "melo", pitch=1.2)


def test_a_model_that_is_missing_is_one_sentence(own: Path) -> None:
    with pytest.raises(
        ModelError, match="kokoro is not on this machine; run `podcast voices add kok"
    ):
        said("你好。", "")
    with pytest.raises(ModelError, match="there is no model 'bark'"):
        said("你好。", "bark:1")


def test_a_machine_with_another_model_of_the_name_is_refused(models: Path) -> None:
    voice = Voice("host", "sherpa", "melo", model="0123")
    with pytest.raises(ModelError, match="of this machine is not the one of the build"):
        Sherpa().speak("你好。", voice)


def test_a_punctuator_is_no_voice(own: Path) -> None:
    tiny_models.write_ct_transformer(own / "marks")
    with pytest.raises(VoiceError, match="marks is a ct-transformer model and no voice"):
        said("你好。", "marks")


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "metadata": (
        lambda folder: tiny_models.write_melo(folder, sample_rate=None),
        "'sample_rate' does not exist in the metadata",
    ),
    "version": (lambda folder: tiny_models.write_melo(folder, version=1), "Expected version: 2"),
    "lexicon": (
        lambda folder: (folder / "lexicon.txt").write_text("大 t1 1 1\n", "utf-8"),
        "Invalid line 1",
    ),
    "model": (
        lambda folder: (folder / "model.onnx").write_bytes(b"version https://git-lfs"),
        "cannot be loaded: .*Protobuf parsing failed",
    ),
    "tokens": (lambda folder: (folder / "tokens.txt").write_text(""), "said nothing for '你'"),
    "words": (lambda folder: (folder / "lexicon.txt").write_text(""), "said nothing for ''"),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_bad_model_is_one_sentence_and_this_process_lives(own: Path, spoilt: str) -> None:
    spoil, says = SPOILT[spoilt]
    tiny_models.write_melo(own / "bad")
    spoil(own / "bad")
    with pytest.raises(ModelError, match=f"the model bad in .* cannot be used: .*{says}") as raised:
        said("你好。", "bad")
    assert "\n" not in str(raised.value)
    assert not (own / "bad" / ".usable").exists()


def test_a_vocoder_of_another_model_is_one_sentence(own: Path) -> None:
    tiny_models.write_matcha(own / "bad")
    tiny_models.write_vocoder(own / "bad" / "vocoder.onnx", rate=22_050)
    with pytest.raises(ModelError, match=r"the model bad in .* cannot be used: "):
        said("你好。", "bad")


def test_a_model_is_tried_once(own: Path) -> None:
    tiny_models.write_melo(own / "tiny")
    said("你好。", "tiny")
    stamp = (own / "tiny" / ".usable").stat().st_mtime_ns
    said("你好。", "tiny")
    assert (own / "tiny" / ".usable").stat().st_mtime_ns == stamp


def test_without_the_package_the_sentence_says_how_to_get_it(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("podcast.outside.models.library.PACKAGE", "no-such-package")
    with pytest.raises(ModelError, match=r"; run: \S+ -m pip install 'sherpa-onnx>=2,<3'"):
        said("你好。", "melo")


# What is remembered ------------------------------------------------------------------------


def test_what_was_said_is_kept_until_the_model_changes(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_models.write_melo(own / "tiny")

    def voice() -> Voice:
        return dict(identified((("host", Voice("host", "sherpa", "tiny")),)))["host"]

    store = Store(tmp_path / "store")
    first = reliable(Sherpa(), store).speak(TEXT, voice())
    assert len(list((store.folder / "clips").iterdir())) == 1
    with monkeypatch.context() as patch:
        patch.setattr(Sherpa, "speak", None)
        assert reliable(Sherpa(), store).speak(TEXT, voice()) == first
    tiny_models.write_melo(own / "tiny", rate=8000)
    assert reliable(Sherpa(), store).speak(TEXT, voice()) != first
    assert len(list((store.folder / "clips").iterdir())) == 2


def test_a_remembered_engine_is_still_one_of_this_machine(models: Path, tmp_path: Path) -> None:
    source = reliable(Sherpa(), Store(tmp_path))
    assert not engines.is_online(source)
    assert source.rate == RATE and source.needs == Sherpa.needs
    assert engines.model_key(Voice("host", "sherpa", "melo")) == installed("melo").key()


def test_an_engine_without_models_has_no_key() -> None:
    assert engines.model_key(Voice("host", "tone")) == ""


# All of it ---------------------------------------------------------------------------------

needs_entry = pytest.mark.skipif(
    "sherpa" not in engines.offered(), reason="the project was installed before it had sherpa"
)
LINES = "大家好欢迎收听\n今天我们聊聊人工智能\n好吧\n它发展得很快\nDeepSeek涨了14%\n谢谢大家\n"


@pytest.fixture
def desk(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a transcript and two tiny voices."""
    (tmp_path / "voices").mkdir()
    for role, name in (("host", "melo"), ("guest", "aishell3:wang")):
        (tmp_path / "voices" / f"{role}.toml").write_text(
            f'[[voice]]\nengine = "sherpa"\nid = "{name}"\nlicence = "CC0-1.0"\n'
        )
    (tmp_path / "talk.txt").write_text(LINES, "utf-8")
    monkeypatch.chdir(tmp_path)
    yield tmp_path


@needs_entry
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_episode_is_built_with_a_neural_voice(desk: Path, jobs: str) -> None:
    arguments = ["make", "talk.txt", "--engine", "sherpa", "--offline", "--jobs", jobs]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.stderr
    report = json.loads((desk / "out" / "talk" / "report.json").read_text("utf-8"))
    assert report["engine"] == "sherpa" and report["voices"] == {"host": "melo"}
    assert report["seconds"] > 3 and report["lines"] >= 4
    assert "人工智能" in (desk / "out" / "talk" / "episode.srt").read_text("utf-8")
    assert list((desk / "out" / ".cache" / "clips").glob("*.clip"))
    again = CliRunner().invoke(main, arguments)
    assert again.exit_code == 0 and "up to date" in again.stderr


@needs_entry
def test_a_build_names_the_missing_model_and_leaves_nothing(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODCAST_MODELS", str(desk / "none"))
    (desk / "voices" / "host.toml").write_text('[[voice]]\nengine = "sherpa"\nid = "kokoro"\n')
    done = CliRunner().invoke(main, ["make", "talk.txt", "--engine", "sherpa"])
    assert done.exit_code == 1
    assert done.stderr.strip().endswith("run `podcast voices add kokoro`")
    assert not (desk / "out" / "talk").exists()


@needs_entry
def test_a_role_that_says_nothing_needs_no_model(desk: Path) -> None:
    (desk / "voices" / "guest.toml").write_text('[[voice]]\nengine = "sherpa"\nid = "bark"\n')
    done = CliRunner().invoke(main, ["make", "talk.txt", "--engine", "sherpa", "--jobs", "1"])
    assert done.exit_code == 0, done.stderr


@needs_entry
def test_a_changed_model_is_another_build(desk: Path, own: Path) -> None:
    tiny_models.write_melo(own / "melo")
    arguments = ["make", "talk.txt", "--engine", "sherpa", "--jobs", "1"]
    lengths = []
    for rate in (tiny_models.RATE, 8000):
        tiny_models.write_melo(own / "melo", rate=rate)
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, done.stderr
        report = json.loads((desk / "out" / "talk" / "report.json").read_text("utf-8"))
        lengths.append(report["seconds"])
    assert lengths[1] > 1.5 * lengths[0]


@needs_entry
def test_auto_takes_a_neural_voice_that_is_here_and_passes_over_one_that_is_not(desk: Path) -> None:
    listed = '[[voice]]\nengine = "sherpa"\nid = "{}"\n[[voice]]\nengine = "tone"\n'
    chosen, told = [], list[str]()
    for name in ("melo", "bark"):
        (desk / "voices" / "host.toml").write_text(listed.format(name))
        cast = choose("auto", desk / "voices", True, told.append)
        chosen.append(dict(cast)["host"].engine)
    assert chosen == ["sherpa", "tone"]
    assert len(told) == 1 and "there is no model 'bark'" in told[0]


@needs_entry
def test_say_tries_a_neural_voice(desk: Path) -> None:
    arguments = [
        "say",
        "大家好，今天好吗？",
        "-o",
        "a.wav",
        "--engine",
        "sherpa",
        "--role",
        "guest",
    ]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.stderr
    with wave.open("a.wav") as file:
        assert file.getnframes() > 0.5 * file.getframerate()


def archive_of(folder: Path) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:bz2") as tar:
        tar.add(folder, "vits-tiny")
    return held.getvalue()


def list_one(name: str, family: str, address: str, content: bytes, path: Path) -> None:
    files = {"model": "model.onnx", "tokens": "tokens.txt", "lexicon": "lexicon.txt"}
    listed = "\n".join(f'{what} = "{file}"' for what, file in files.items())
    path.write_text(
        f'[{name}]\nfamily = "{family}"\nlicence = "MIT"\nabout = "tiny"\n'
        f"[{name}.files]\n{listed}\n[[{name}.source]]\n"
        f'url = "{address}/tiny.tar.bz2"\nsize = {len(content)}\n'
        f'sha256 = "{sha256(content).hexdigest()}"\n',
        "utf-8",
    )


@pytest.mark.parametrize("installed_package", [True, False])
def test_a_model_is_added_from_a_server_that_drops_and_then_speaks(
    own: Path, monkeypatch: pytest.MonkeyPatch, installed_package: bool
) -> None:
    tiny_models.write_melo(own / "packed")
    content = archive_of(own / "packed")
    monkeypatch.setattr("podcast.outside.models.LISTED", own / "listed.toml")
    with serving(Files({"/tiny.tar.bz2": content}, {"/tiny.tar.bz2": [5000, 9000]})) as files:
        list_one("tiny", "vits", files.address, content, own / "listed.toml")
        with monkeypatch.context() as patch:
            if not installed_package:
                patch.setattr("podcast.outside.models.library.PACKAGE", "no-such-package")
            done = CliRunner().invoke(main, ["voices", "add", "tiny", "--yes"])
        asked = len(files.asked)
        again = CliRunner().invoke(main, ["voices", "add", "tiny"])
        assert len(files.asked) == asked == 3
    assert done.exit_code == again.exit_code == 0, done.stderr
    assert done.stdout == again.stdout == f"{own / 'tiny'}\n"
    assert ("pip install 'sherpa-onnx" in done.stderr) != installed_package
    assert len(said(TEXT, "tiny").audio) > SECOND


def test_a_model_that_does_not_work_is_said_when_it_is_added(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_models.write_melo(own / "packed", version=1)
    content = archive_of(own / "packed")
    monkeypatch.setattr("podcast.outside.models.LISTED", own / "listed.toml")
    (own / "tiny.tar.bz2").write_bytes(content)
    list_one("tiny", "vits", "http://127.0.0.1:9", content, own / "listed.toml")
    done = CliRunner().invoke(main, ["voices", "add", "tiny", "--yes", "--from", str(own)])
    assert done.exit_code == 1
    assert "cannot be used: Please download the latest MeloTTS model" in done.stderr


def test_the_voices_that_come_along_name_speakers_that_are_listed() -> None:
    from podcast.outside.models import find

    for _, voice in read_cast(ROOT / "voices", "sherpa"):
        model, _, speaker = voice.id.partition(":")
        assert speaker in find(model).speakers


def test_what_pronounce_gives_it_can_be_said(models: Path) -> None:
    shown = "2025年GPT-4.5涨了14%，$2.5M，L.A.的SaaS公司IPO，α和β，3.7℃"
    saying = pronounce(shown, Sherpa.needs)
    for name in FAMILIES:
        assert len(said(saying.text, name).audio) > 2 * SECOND
    assert issubclass(SpeechFailed, PodcastError)
