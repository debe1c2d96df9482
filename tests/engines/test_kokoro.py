"""Kokoro on this machine: how it reads, what it says of a tiny network, all that can be wrong."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from podcast import engines
from podcast.engines import kokoro
from podcast.engines.kokoro import RATE, RUN_TOKENS, Kokoro, phonemes_of, session, ways
from podcast.engines.kokoro import parted as kokoro_parted
from podcast.engines.kokoro.parts import DURATIONS
from podcast.engines.kokoro.readings import sounds
from podcast.engines.kokoro.syllables import phonemes
from podcast.engines.kokoro.unpack import rebuilt
from podcast.engines.kokoro.ways import Way, fastest
from podcast.errors import ModelError, SpeechFailed, VoiceError
from podcast.files.keys import digest
from podcast.model import Paragraph, Recipe, Speech, Voice
from podcast.pronounce import pronounce
from podcast.speech.choose import choose
from podcast.speech.pace import paced
from podcast.speech.speak import speak

tiny_models = pytest.importorskip(
    "tiny_models", reason="onnx, which writes the tiny models, is not installed"
)
onnx = tiny_models.onnx

NOTE = tiny_models.KOKORO_FRAMES * 600  # samples of each token of the tiny network
TEXT = "大家早上好，今天谈谈这个；它发展得很快。"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("models")
    tiny_models.write_kokoro_onnx(made / kokoro.MODEL)
    return made


@pytest.fixture
def models(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny network, and nothing else, on this machine."""
    monkeypatch.setenv("PODCAST_MODELS", str(folder))
    monkeypatch.setattr(kokoro, "_rows", lambda name: np.ones((510, 1, 256), np.float32))
    return folder


def said(text: str, **settings: float | str) -> Speech:
    voice = replace(Voice("host", "kokoro", "zm_yunxi"), **settings)  # type: ignore[arg-type]
    return Kokoro().speak(text, voice)


# How it reads ------------------------------------------------------------------------------


def read(text: str) -> str:
    return phonemes_of(sounds(pronounce(text, Kokoro.needs).text))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("统一", "tʰʊ↓ŋi→"),
        ("一样", "i↗ja↘ŋ"),
        ("一点都不难", "i↘tjɛ↓n tou→ pu↘na↗n"),
        ("1.5倍", "i→tjɛ↓n u↓pei↘"),
        ("三点一起走", "sa→ntjɛ↓n i↘ʨʰi↗ ʦou↓"),
        ("一两天", "i↘lja↓ŋtʰjɛ→n"),
        ("二十一个", "ɚ↘ʂɨ↗i→kɤ↘"),
        ("一九九八年一月", "i→ʨjou↗ʨjou↓pa→njɛ↗n i→ɥe↘"),
        ("第一个", "ti↘i→kɤ↘"),
        ("不是", "pu↗ʂɨ↘"),
        ("好不好", "xau↓puxau↓"),
        ("这儿", "ꭧɤ↘ɚ"),
        ("女儿", "ny↓ɚ↗"),
        ("时候", "ʂɨ↗xou"),
        ("看看", "kʰa↘nkʰan"),
        ("他高兴地说", "tʰa→ kau→ɕi↘ŋ tɤ ʂwo→"),
        ("长什么样", "ꭧa↓ŋ ʂə↗nmɤja↘ŋ"),
        ("头发很长", "tʰou↗fa xə↓nꭧʰa↗ŋ"),
        ("我得走了", "wo↗ tei↗ ʦou↓ lɤ"),
        ("去重庆", "ʨʰy↘ ꭧʰʊ↗ŋʨʰi↘ŋ"),
        ("35%", "pai↓fə→nꭧɨ→sa→nʂɨ↗u↓"),
        ("IPO", "ˈIpˈiˈO"),
    ],
)
def test_a_text_is_read_as_it_is_spoken(text: str, wanted: str) -> None:
    assert read(text) == wanted


def test_every_common_hanzi_has_phonemes_that_the_network_knows() -> None:
    known = kokoro._vocabulary().keys()
    for sound in sounds(tiny_models.HANZI):
        assert sound.phonemes and set(sound.phonemes) <= known


def test_what_a_person_says_of_a_word_is_taken() -> None:
    told = pronounce("乐队", Kokoro.needs, {"乐队": "le4 dui4"}).text
    assert phonemes_of(sounds(told)) == "lɤ↘twei↘"


def test_english_is_in_phonemes_that_the_network_knows() -> None:
    known = kokoro._vocabulary().keys()
    words = "OpenAI DeepSeek transformer button bottle children engineering naïve don't GPU water"
    for sound in sounds(words):
        assert sound.phonemes and set(sound.phonemes) <= known | {" "}


@given(st.text("你好一不儿，。！ a-Z1W😀重", max_size=30))
def test_places_rise_and_nothing_is_read_before_its_text(text: str) -> None:
    places = [sound.place for sound in sounds(text)]
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)


def test_pinyin_that_is_none_is_read_as_a_word_and_figures() -> None:
    assert read("mp3")
    assert phonemes("mp3") == ""


def test_a_sign_without_a_sound_is_one_sentence() -> None:
    with pytest.raises(SpeechFailed, match=r"kokoro has no sound for .*; change that sentence$"):
        sounds("一个𪜀字")


# The network -------------------------------------------------------------------------------


def test_widened_weights_calculate_the_same(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    tiny_models.write_quantized(path)
    options = session._folding()
    x = np.random.default_rng(1).normal(size=(1, 4, 20)).astype(np.float32)
    results = [
        onnxruntime.InferenceSession(graph, options).run(None, {"x": x})
        for graph in (rebuilt(path.read_bytes(), way)["graph"] for way in (Way.SHIPPED, Way.FLOATS))
    ]
    assert np.allclose(results[0][0], results[1][0], atol=0.1)
    assert np.abs(results[0][0]).max() > 0.5  # there is something to be alike
    ops = rebuilt(path.read_bytes(), Way.FLOATS)["graph"]
    assert b"ConvInteger" not in ops and b"DynamicQuantizeLSTM" not in ops


def test_silence_has_an_angle(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    tiny_models.write_bent(path)
    network = session.session_of(rebuilt(path.read_bytes(), Way.FLOATS)["graph"])
    inputs = {
        "x": np.ones((1, 4, 40), np.float32),
        "style": np.ones((1, 8), np.float32),
        "signal": np.zeros((1, 60), np.float32),
    }
    real, imaginary = network.run(["real", "imaginary"], inputs)
    assert (real > 0).all() and real.max() < 1e-15 and not imaginary.any()


def results(graph: bytes) -> list[NDArray[np.float32]]:
    """What a graph of `write_bent` makes of a fixed input."""
    random = np.random.default_rng(1)
    inputs = {
        "x": random.normal(size=(1, 4, 40)).astype(np.float32),
        "style": random.normal(size=(1, 8)).astype(np.float32),
        "signal": random.normal(size=(1, 120)).astype(np.float32),
    }
    made: list[NDArray[np.float32]] = session.session_of(graph).run(None, inputs)
    return made


@pytest.mark.parametrize(
    ("built", "gone", "left"),
    [
        ({}, ("ReduceMean", "Pow", "STFT"), ()),
        ({"axis": 1}, ("STFT",), ("ReduceMean", "Pow")),  # a norm of each moment
        ({"power": 3}, ("ReduceMean", "STFT"), ("Pow",)),
    ],
)
def test_a_simpler_graph_makes_the_same(
    tmp_path: Path, built: dict[str, int], gone: tuple[str, ...], left: tuple[str, ...]
) -> None:
    path = tmp_path / "m.onnx"
    tiny_models.write_bent(path, **built)
    given, simpler = (rebuilt(path.read_bytes(), way)["graph"] for way in (Way.SHIPPED, Way.FLOATS))
    operations = {node.op_type for node in onnx.load_from_string(simpler).graph.node}
    assert not operations & set(gone) and operations >= set(left)
    for before, after in zip(results(given), results(simpler), strict=True):
        assert before.shape == after.shape
        assert np.abs(before).max() > 0.5 and np.allclose(before, after, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("channels", "settings", "is_product"),
    [
        (64, {"pads": [2, 2], "dilations": [2]}, True),
        (64, {"pads": [0, 3]}, True),
        (32, {"pads": [1, 1]}, False),  # too small
        (64, {"pads": [1, 1], "strides": [2]}, False),
    ],
)
def test_a_product_of_bytes_makes_what_a_convolution_does(
    tmp_path: Path, channels: int, settings: dict[str, list[int]], is_product: bool
) -> None:
    path = tmp_path / "m.onnx"
    tiny_models.write_convolution(path, channels, **settings)
    floats, products = (rebuilt(path.read_bytes(), way)["graph"] for way in (Way.FLOATS, Way.BYTES))
    x = np.random.default_rng(1).normal(size=(1, channels, 50)).astype(np.float32)
    plain, whole = (
        session.session_of(graph).run(None, {"x": x})[0] for graph in (floats, products)
    )
    assert (b"MatMulIntegerToFloat" in products) == is_product
    assert np.allclose(plain, whole, atol=0.03 * np.abs(plain).max())


PARTED = {
    "tokens": np.arange(0, 40, 3)[None],
    "style": np.linspace(-1, 2, 256, dtype=np.float32)[None],
    "speed": np.array([1.5], np.float32),
}


@pytest.fixture
def parted(tmp_path: Path) -> dict[str, bytes]:
    """The three graphs of a tiny model, and the whole of it as `whole`."""
    path = tmp_path / "m.onnx"
    tiny_models.write_parted(path)
    content = path.read_bytes()
    return {**rebuilt(content, Way.OPENVINO), "whole": rebuilt(content, Way.FLOATS)["graph"]}


class Core:
    """What OpenVINO makes of a core, made by onnxruntime."""

    def __init__(self, path: Path) -> None:
        self.session = session.session_of(str(path))

    def infer(self, inputs: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        (spectrum,) = self.session.run(None, inputs)
        return {"spectrum": spectrum}


def test_three_parts_make_what_the_whole_makes(
    parted: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert b"Sin" in parted["whole"] and b"Sin" not in parted["core"]
    core = tmp_path / "core.onnx"
    core.write_bytes(parted["core"])
    monkeypatch.setattr(kokoro_parted, "_compiled", Core)
    front, tail = session.session_of(parted["graph"]), session.session_of(parted["tail"])
    made = kokoro_parted.Parted(front, core, tail).run(None, PARTED)
    whole = session.session_of(parted["whole"]).run(None, PARTED)
    for one, other in zip(made, whole, strict=True):
        assert one.shape == other.shape and np.abs(other).max() > 1
        assert np.allclose(one, other, rtol=1e-5, atol=1e-5)


@pytest.mark.slow
def test_openvino_makes_what_the_whole_makes_and_sends_nothing(
    parted: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not find_spec("openvino"):
        pytest.skip("OpenVINO is not installed: pip install 'openvino>=2025.4,<2027'")
    core = tmp_path / "core.onnx"
    core.write_bytes(parted["core"])
    sent: list[str] = []
    sys.addaudithook(lambda event, _: sent.append(event) if event == "socket.connect" else None)
    front, tail = session.session_of(parted["graph"]), session.session_of(parted["tail"])
    network = kokoro_parted.Parted(front, core, tail)
    made = network.run(None, PARTED)
    again = network.run(None, PARTED)
    whole = session.session_of(parted["whole"]).run(None, PARTED)
    assert sent == []
    for one, same, other in zip(made, again, whole, strict=True):
        assert (one == same).all()
        assert np.allclose(one, other, rtol=0.02, atol=0.02)


def test_openvino_is_used_only_where_it_is_installed_and_of_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ways, "processor_has", lambda *wanted: "amx_bf16" in wanted)
    monkeypatch.setattr(ways, "openvino_version", lambda: "")
    assert not Way.OPENVINO.is_here() and not Way.BYTES.is_here()
    monkeypatch.setattr(ways, "openvino_version", lambda: "2026.4")
    assert Way.OPENVINO.is_here()
    monkeypatch.setattr(ways, "processor_has", lambda *wanted: False)
    assert not Way.OPENVINO.is_here()


def test_an_openvino_that_does_not_run_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)  # an import of it fails
    with pytest.raises(ModelError, match=r"^OpenVINO cannot load kokoro's model: .*more slowly$"):
        kokoro_parted._compiled(tmp_path / "core.onnx")


def test_a_disk_that_is_full_is_told_where_openvino_needs_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_models.write_kokoro_onnx(tmp_path / kokoro.MODEL)
    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path))
    monkeypatch.setattr(kokoro, "fastest", lambda: Way.OPENVINO)

    def full(*_: object, **__: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(session, "library", lambda: None)
    monkeypatch.setattr(session, "rebuilt_model", full)
    with pytest.raises(ModelError, match=r"^cannot keep kokoro's network .*free 400 MB there$"):
        said("你好")
    assert not list((tmp_path / kokoro.MODEL).glob("*unpack*"))


def test_each_way_of_calculating_has_keys_of_its_own(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = Voice("host", "kokoro", "zm_yunxi")
    keys = set()
    for way in (Way.FLOATS, Way.BYTES):
        monkeypatch.setattr(kokoro, "fastest", lambda way=way: way)
        keys.add(Kokoro().model_key(voice))
        assert way.told in Kokoro().manner()
    assert len(keys) == 2


def test_another_openvino_may_round_otherwise(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kokoro, "fastest", lambda: Way.OPENVINO)
    keys = set()
    for number in ("2025.4.0", "2026.4.0"):
        monkeypatch.setattr(ways, "openvino_version", lambda number=number: number)
        keys.add(Kokoro().model_key(Voice("host", "kokoro", "zm_yunxi")))
    assert len(keys) == 2


def test_bytes_are_multiplied_only_where_the_processor_does_that_fast(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "cpuinfo"
    monkeypatch.setattr(ways, "PROCESSOR", told)
    assert not ways.processor_has(*ways.FAST_BYTES)  # not Linux
    told.write_text("processor: 0\nflags : fpu avx2 avx512f\n")
    assert not ways.processor_has(*ways.FAST_BYTES)
    told.write_text("processor: 0\nflags : fpu avx2 avx_vnni\n")
    assert ways.processor_has(*ways.FAST_BYTES)


def test_a_graph_of_another_kind_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path))
    tiny_models.write_kokoro_onnx(tmp_path / kokoro.MODEL)
    file = tmp_path / kokoro.MODEL / "model.onnx"
    for content in (file.read_bytes().replace(DURATIONS.encode(), b"x" * 22), b"\xff" * 40, b""):
        file.write_bytes(content)
        with pytest.raises(ModelError, match="is not one that kokoro can say with"):
            said("你好")
    assert sorted(path.name for path in file.parent.iterdir()) == ["model.onnx", "model.toml"]


def test_a_file_that_changed_since_it_was_added_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path))
    tiny_models.write_kokoro_onnx(tmp_path / kokoro.MODEL)
    note, file = (tmp_path / kokoro.MODEL / name for name in ("model.toml", "model.onnx"))
    note.write_text(f'sha256 = ["{digest(file)}"]\n' + note.read_text().replace("sha256", "was"))
    assert kokoro._model().fetched
    file.write_bytes(file.read_bytes()[:-1] + b"\0")
    with pytest.raises(ModelError, match=r"^\S* is damaged: .*run `podcast voices add kokoro-zh`$"):
        said("你好")
    assert sorted(path.name for path in file.parent.iterdir()) == ["model.onnx", "model.toml"]


def test_the_widened_network_is_kept_and_an_old_one_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path))
    home = tmp_path / kokoro.MODEL
    tiny_models.write_kokoro_onnx(home)
    (home / "unpacked-old").mkdir()
    model = kokoro._model()
    path = session.rebuilt_model(model, kokoro._rebuilt_key(model), fastest()) / "graph.onnx"
    assert path.is_file() and path.with_suffix(".bin").is_file()
    assert not (home / "unpacked-old").exists()
    changed = path.stat().st_mtime_ns
    session.rebuilt_model(model, kokoro._rebuilt_key(model), fastest())
    assert path.stat().st_mtime_ns == changed
    assert not list(home.glob(".unpacking-*"))


def test_another_program_rebuilds_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path))
    monkeypatch.setattr(kokoro, "_rows", lambda name: np.ones((510, 1, 256), np.float32))
    tiny_models.write_kokoro_onnx(tmp_path / kokoro.MODEL)
    kept: list[Path] = []
    for number in ("one", "another"):
        monkeypatch.setattr(kokoro, "_version", lambda number=number: number)
        assert not kokoro.is_ready(kokoro._model())
        said("你好")
        assert kokoro.is_ready(kokoro._model())
        kept += (tmp_path / kokoro.MODEL).glob("unpacked-*")
    assert len(set(kept)) == 2


def test_a_graph_that_onnxruntime_cannot_write_is_a_full_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object, **__: object) -> None:
        raise RuntimeError("[ONNXRuntimeError] : 1 : FAIL : Failed to write external initializers")

    monkeypatch.setattr(onnxruntime, "InferenceSession", full)
    with pytest.raises(OSError, match="Failed to write"):
        session.session_of(b"")


@pytest.mark.parametrize("name", ["graph.onnx", "graph.bin"])
def test_a_damaged_copy_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path))
    monkeypatch.setattr(kokoro, "_rows", lambda name: np.ones((510, 1, 256), np.float32))
    tiny_models.write_kokoro_onnx(tmp_path / kokoro.MODEL)
    whole = said(TEXT)
    session.loaded.cache_clear()
    model = kokoro._model()
    copy = session.rebuilt_model(model, kokoro._rebuilt_key(model), fastest()) / name
    size = copy.stat().st_size
    copy.write_bytes(copy.read_bytes()[: size // 3])
    assert said(TEXT) == whole
    assert copy.stat().st_size == size
    session.loaded.cache_clear()


def test_a_folder_that_cannot_be_written_is_no_hindrance(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    whole = said(TEXT)
    session.loaded.cache_clear()
    monkeypatch.setattr(session, "rebuilt_model", full)
    assert said(TEXT) == whole
    session.loaded.cache_clear()


# What is said ------------------------------------------------------------------------------


def test_it_says_all_of_a_text_and_the_same_each_time(models: Path) -> None:
    speech = said(TEXT)
    assert speech == said(TEXT)
    assert speech.audio.rate == RATE
    hanzi = [at for at, sign in enumerate(TEXT) if sign.isalnum()]
    assert [mark.offset for mark in speech.marks] == hanzi


def test_a_syllable_is_marked_where_it_is_heard(models: Path) -> None:
    speech = said("大家好")
    signs = phonemes_of(sounds("大家好"))
    assert signs == "ta↘ʨja→ xau↓"
    samples = np.frombuffer(speech.audio.pcm, "<i2").astype(float)
    known = kokoro._vocabulary()
    for mark, sign in zip(speech.marks, "tʨx", strict=True):
        middle = mark.start + kokoro.LEAD + NOTE // 2 if mark.offset else mark.start + NOTE // 2
        note = samples[middle - 1200 : middle + 1200]
        heard = np.argmax(np.abs(np.fft.rfft(note))) * RATE / len(note)
        assert heard == pytest.approx(300 + 15 * known[sign], abs=12), sign


def test_a_word_after_a_pause_is_marked_where_it_becomes_loud(models: Path) -> None:
    speech = said("大家早上好，今天谈谈。")
    samples = np.abs(np.frombuffer(speech.audio.pcm, "<i2").astype(int))
    start = next(mark.start for mark in speech.marks if mark.offset == 6)
    assert not samples[start - 1000 : start - 5].any() and samples[start : start + 50].any()


def test_a_pause_is_as_long_as_the_recipe_says(models: Path) -> None:
    recipe = Recipe(comma_pause=0.6)
    voice = Voice("host", "kokoro", "zm_yunxi")
    (clip,) = speak(Paragraph("大家早上好，今天谈谈。"), Kokoro(), voice, RATE)
    made = paced(clip, recipe)
    words = [word for word in made.words if "，" in word.text]
    following = made.words[made.words.index(words[0]) + 1]
    assert following.start - words[0].end == pytest.approx(0.6 * RATE, abs=0.03 * RATE)


def test_a_long_text_without_a_mark_is_said_in_parts(models: Path) -> None:
    text = "今天天气很好" * 60
    runs = list(kokoro._runs(text, RUN_TOKENS))
    assert max(len(phonemes_of(run.sounds)) for run in runs) <= RUN_TOKENS
    assert [sound.place for run in runs for sound in run.sounds] == list(range(len(text)))


def test_clauses_are_said_together_as_far_as_a_process_has_memory_for(models: Path) -> None:
    text = "我们今天来谈谈这个问题，" * 12
    runs = list(kokoro._runs(text, RUN_TOKENS))
    assert 1 < len(runs) < 12
    assert all(len(phonemes_of(run.sounds)) <= RUN_TOKENS for run in runs)
    assert all(run.pause_ms == 200 for run in runs)


def test_speed_and_pitch_are_as_asked_for(models: Path) -> None:
    plain, fast, high = (
        len(said("大家早上好", speed=speed, pitch=pitch).audio)
        for speed, pitch in ((1.0, 1.0), (2.0, 1.0), (1.0, 1.25))
    )
    assert fast == pytest.approx(plain / 2, rel=0.05)
    assert high == pytest.approx(plain, rel=0.1)


@pytest.mark.parametrize("text", ["……", "😀🎉", "，。", ""])
def test_a_text_without_a_syllable_is_one_sentence(models: Path, text: str) -> None:
    with pytest.raises(SpeechFailed, match=r"there is nothing to say in .*; change that sentence"):
        said(text)


def test_an_emoji_among_words_is_silent(models: Path) -> None:
    assert [mark.offset for mark in said("你😀好").marks] == [0, 2]


def test_an_unknown_voice_is_one_sentence_with_those_there_are(models: Path) -> None:
    with pytest.raises(VoiceError, match=r"kokoro has no voice 'tom' \(role host\); it has zm_yun"):
        said("你好", id="tom")


def test_another_model_than_the_builds_is_refused(models: Path) -> None:
    with pytest.raises(ModelError, match="is not that of the build"):
        said("你好", model="another")


def test_without_its_network_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path))
    with pytest.raises(ModelError, match=r"run `podcast voices add kokoro-zh`$"):
        said("你好")


# The voices --------------------------------------------------------------------------------


def test_each_voice_has_a_row_for_every_number_of_tokens() -> None:
    assert len(Kokoro.voices) == 8
    for name in Kokoro.voices:
        rows = kokoro._rows(name)
        assert rows.shape == (510, 1, 256) and np.isfinite(rows).all()


def test_auto_takes_it_where_it_is_there_and_says_once_how_to_get_it_else(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for role in ("host", "guest"):
        entries = "".join(f'[[voice]]\nengine = "{name}"\n' for name in ("kokoro", "tone"))
        (tmp_path / f"{role}.toml").write_text(entries)
    told: list[str] = []
    cast = choose("auto", tmp_path, True, told.append)
    assert {voice.engine for _, voice in cast} == {"kokoro"}
    assert told == [Kokoro().manner()]
    told.clear()
    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path / "none"))
    cast = choose("auto", tmp_path, True, told.append)
    assert {voice.engine for _, voice in cast} == {"tone"}
    assert len(told) == 1 and "run `podcast voices add kokoro-zh`" in told[0]


@pytest.mark.slow
def test_who_asks_whether_it_is_there_does_not_wait_for_what_it_speaks_with() -> None:
    code = (
        "import sys; from podcast.engines.kokoro import Kokoro; Kokoro().needs;"
        "sys.exit('onnxruntime' in sys.modules or 'pypinyin' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_engine_is_found_by_its_name() -> None:
    assert isinstance(engines.load("kokoro"), Kokoro)
    assert engines.is_remembered(engines.load("kokoro"))
