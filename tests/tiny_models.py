"""Tiny models that sherpa-onnx really loads and runs, one of each family: a note for each token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from podcast.outside.models import NOTE, Model, note_text

RATE = 16_000
MARKS = ",.!?，。！？"
NOTES = 64  # different ones: a hanzi's is told by its code
HANZI = "".join(  # the 3755 most common ones, as GB 2312 lists them
    bytes((row, cell)).decode("gb2312")
    for row in range(0xB0, 0xD8)
    for cell in range(0xA1, 0xFF)
    if (row, cell) <= (0xD7, 0xF9)
)
LATIN = ("hello", "world", "deepseek")
BINS, FRAMES = 65, 25  # of a spectrum; of a token: 64 samples apart, 100 ms
Floats = NDArray[np.float32]


def waves(tokens: Sequence[str], silent: str = "_" + MARKS, rate: int = RATE) -> Floats:
    """A note for each token, none for the silent ones; twice as long as it sounds at speed 1."""
    at = np.arange(2 * rate // 10) / rate
    notes = [
        np.zeros_like(at) if token in silent else 0.3 * np.sin(2 * np.pi * (200 + 20 * i) * at)
        for i, token in enumerate(tokens)
    ]
    return np.array(notes, np.float32)


def note(word: str) -> int:
    """Which of the notes a hanzi or word is."""
    return sum(map(ord, word)) % NOTES


NAMES = [f"t{i}" for i in range(NOTES)]
WORDS = [*HANZI, *LATIN]


def _value(name: str, kind: int, shape: list[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def _save(
    path: Path,
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    constants: Mapping[str, NDArray[np.generic]],
    metadata: Mapping[str, object],
) -> None:
    held = [onnx.numpy_helper.from_array(np.asarray(v), n) for n, v in constants.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(model, {name: str(value) for name, value in metadata.items()})
    onnx.save(model, path)


INT, FLOAT = TensorProto.INT64, TensorProto.FLOAT


def _sound(tokens: str, out: str, gain: str | None = None) -> list[onnx.NodeProto]:
    """Nodes: the notes of `tokens` one by one, each `length_scale` times `count` samples."""
    played = "louder" if gain else "cut"
    nodes = [
        helper.make_node("Gather", ["waves", tokens], ["notes"]),
        helper.make_node("Mul", ["length_scale", "count"], ["length"]),
        helper.make_node("Cast", ["length"], ["end"], to=INT),
        helper.make_node("Slice", ["notes", "start", "end", "axis"], ["cut"]),
        helper.make_node("Reshape", [played, "shape"], [out]),
    ]
    if gain:
        nodes.insert(4, helper.make_node("Mul", ["cut", gain], ["louder"]))
    return nodes


def _constants(notes: Floats, note_samples: int = 0) -> dict[str, NDArray[np.generic]]:
    return {
        "waves": notes,
        "count": np.array([note_samples or notes.shape[1] // 2], np.float32),
        "start": np.array([0], np.int64),
        "axis": np.array([2], np.int64),
        "shape": np.array([1, 1, -1], np.int64),
    }


def _write_words(folder: Path, tokens: Sequence[str], lexicon: Sequence[str]) -> None:
    text = "".join(f"{token} {i}\n" for i, token in enumerate(tokens))
    (folder / "tokens.txt").write_text(text, "utf-8")
    (folder / "lexicon.txt").write_text("".join(f"{line}\n" for line in lexicon), "utf-8")


def _note(folder: Path, family: str, speakers: tuple[str, ...] = (), **more: str) -> Model:
    files = {"model": "model.onnx"}
    if family != "ct-transformer":
        files |= {"tokens": "tokens.txt", "lexicon": "lexicon.txt"}
    listed = tuple((what, (name,)) for what, name in (files | more).items())
    model = Model(folder.name, family, "CC0-1.0", listed, "a tiny model", speakers)
    (folder / NOTE).write_text(note_text(model), "utf-8")
    return model


def write_melo(folder: Path, rate: int = RATE, note_samples: int = 0, **metadata: object) -> Model:
    """MeloTTS's kind of VITS: tokens and tones, hanzi and Latin words, one speaker."""
    folder.mkdir(parents=True, exist_ok=True)
    tokens = ["_", *MARKS[:4], *NAMES]
    _write_words(folder, tokens, [f"{word} t{note(word)} 1" for word in WORDS])
    inputs = [_value(name, INT, ["N", "L"]) for name in ("x", "tones")]
    inputs.insert(1, _value("x_lengths", INT, ["N"]))
    inputs.append(_value("sid", INT, [1]))
    scales = ("noise_scale", "length_scale", "noise_scale_w")
    inputs += [_value(name, FLOAT, [1]) for name in scales]
    told = {"sample_rate": rate, "n_speakers": 1, "language": "Chinese + English"}
    told |= {"comment": "melo", "jieba": 1, "version": 2, "add_blank": 0, "speaker_id": 1}
    _save(
        folder / "model.onnx",
        _sound("x", "y"),
        inputs,
        [_value("y", FLOAT, ["N", 1, "S"])],
        _constants(waves(tokens), note_samples),
        {name: value for name, value in (told | metadata).items() if value is not None},
    )
    return _note(folder, "vits")


def write_aishell3(folder: Path) -> Model:
    """Icefall's kind of VITS: several speakers, each twice as loud as the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    tokens = ["sil", "eos", "#0", *NAMES]
    _write_words(folder, tokens, [f"{hanzi} t{note(hanzi)}" for hanzi in HANZI])
    inputs = [_value("tokens", INT, ["N", "L"]), _value("tokens_lens", INT, ["N"])]
    scales = ("noise_scale", "length_scale", "noise_scale_dur")
    inputs += [_value(name, FLOAT, [1]) for name in scales]
    inputs.append(_value("speaker", INT, [1]))
    gain = helper.make_node("Gather", ["gains", "speaker"], ["gain"])
    notes = waves(tokens, "sil eos #0", 8000)
    _save(
        folder / "model.onnx",
        [gain, *_sound("tokens", "audio", "gain")],
        inputs,
        [_value("audio", FLOAT, ["N", 1, "S"])],
        {**_constants(notes), "gains": np.array([0.25, 0.5, 1], np.float32)},
        {
            "sample_rate": 8000,
            "n_speakers": 3,
            "language": "Chinese",
            "comment": "icefall",
            "add_blank": 0,
            "punctuation": ", . ! ? ， 。 ！ ？",
        },
    )
    return _note(folder, "vits", ("lin", "wang", "zhao"))


def write_kokoro(folder: Path) -> Model:
    """Kokoro's kind: single signs as tokens, a style for each speaker and length."""
    folder.mkdir(parents=True, exist_ok=True)
    letters = [chr(0xAC00 + i) for i in range(NOTES)]
    tokens = ["$", " ", *';:,.!?—…"()“”', *letters]
    _write_words(folder, tokens, [f"{word} {letters[note(word)]}" for word in WORDS])
    styles = np.repeat(np.array([0.5, 1], np.float32), 64 * 4)
    (folder / "voices.bin").write_bytes(styles.tobytes())
    inputs = [
        _value("tokens", INT, [1, "L"]),
        _value("style", FLOAT, [1, 4]),
        _value("speed", FLOAT, [1]),
    ]
    nodes = [
        helper.make_node("Reciprocal", ["speed"], ["length_scale"]),
        helper.make_node("ReduceMax", ["style"], ["gain"], keepdims=1),
        *_sound("tokens", "three", "gain"),
        helper.make_node("Reshape", ["three", "flat"], ["audio"]),
    ]
    silent = '$ ;:,.!?—…"()“”'
    _save(
        folder / "model.onnx",
        nodes,
        inputs,
        [_value("audio", FLOAT, ["S"])],
        {**_constants(waves(tokens, silent)), "flat": np.array([-1], np.int64)},
        {
            "sample_rate": RATE,
            "n_speakers": 2,
            "has_espeak": 1,
            "version": 2,
            "voice": "en-us",
            "style_dim": "64,1,4",
            "speaker_names": "zf_1,zm_2",
        },
    )
    return _note(folder, "kokoro", ("zf_1", "zm_2"), voices="voices.bin")


def write_matcha(folder: Path) -> Model:
    """Matcha's kind: spectra of 20 frames a token, and a vocoder that makes sound of them."""
    folder.mkdir(parents=True, exist_ok=True)
    tokens = ["_", " ", *MARKS[:4], ";", ":", *NAMES]
    _write_words(folder, tokens, [f"{hanzi} t{note(hanzi)}" for hanzi in HANZI])
    bins = BINS
    spectra = np.zeros((len(tokens), FRAMES, bins), np.float32)
    for i in range(8, len(tokens)):
        spectra[i, :, 4 + i % 40] = 8.0
    nodes = [
        helper.make_node("Gather", ["spectra", "x"], ["each"]),
        helper.make_node("Reshape", ["each", "shape"], ["rows"]),
        helper.make_node("Transpose", ["rows"], ["mel"], perm=[0, 2, 1]),
    ]
    scales = [_value(name, FLOAT, [1]) for name in ("noise_scale", "length_scale")]
    _save(
        folder / "model.onnx",
        nodes,
        [_value("x", INT, ["N", "L"]), _value("x_length", INT, ["N"]), *scales],
        [_value("mel", FLOAT, ["N", bins, "T"])],
        {"spectra": spectra, "shape": np.array([1, -1, bins], np.int64)},
        {
            "sample_rate": RATE,
            "n_speakers": 1,
            "version": 1,
            "use_eos_bos": 0,
            "pad_id": 0,
            "jieba": 1,
            "voice": "zh en-us",
        },
    )
    write_vocoder(folder / "vocoder.onnx")
    return _note(folder, "matcha", vocoder="vocoder.onnx")


def write_vocoder(path: Path, bins: int = BINS, rate: int = RATE) -> None:
    """A vocoder that takes spectra as they are."""
    shape: list[int | str] = [1, bins, "T"]
    nodes = [
        helper.make_node("Identity", ["mels"], ["mag"]),
        helper.make_node("Mul", ["mels", "none"], ["y"]),
        helper.make_node("Add", ["y", "one"], ["x"]),
    ]
    _save(
        path,
        nodes,
        [_value("mels", FLOAT, shape)],
        [_value(name, FLOAT, shape) for name in ("mag", "x", "y")],
        {"none": np.array([0], np.float32), "one": np.array([1], np.float32)},
        {
            "model_type": "vocos",
            "sample_rate": rate,
            "n_fft": 2 * (bins - 1),
            "hop_length": bins - 1,
            "win_length": 2 * (bins - 1),
            "center": 1,
            "normalized": 0,
            "window_type": "hann",
            "pad_mode": "reflect",
        },
    )


PUNCTUATIONS = ("<unk>", "_", "，", "。", "？", "、")
ASKING, PAUSING, ENDING, LISTING = "吗", "呢", "了", "和"  # what a mark follows


def write_ct_transformer(folder: Path) -> Model:
    """A ct-transformer that sets a mark after four signs, and looks at nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    tokens = ["<blank>", PAUSING, ENDING, ASKING, LISTING, *"你好我们天气", "ai", "<unk>"]
    chances = np.zeros((len(tokens), len(PUNCTUATIONS)), np.float32)
    chances[:, 1] = 1
    for token, mark in ((1, 2), (2, 3), (3, 4), (4, 5)):
        chances[token, mark] = 5
    nodes = [helper.make_node("Gather", ["chances", "inputs"], ["logits"])]
    _save(
        folder / "model.onnx",
        nodes,
        [
            _value("inputs", TensorProto.INT32, [1, "L"]),
            _value("text_lengths", TensorProto.INT32, [1]),
        ],
        [_value("logits", FLOAT, [1, "L", len(PUNCTUATIONS)])],
        {"chances": chances},
        {
            "tokens": "|".join(tokens),
            "vocab_size": len(tokens),
            "punctuations": "|".join(PUNCTUATIONS),
            "unk_symbol": "<unk>",
            "model_type": "ct_transformer",
            "comment": "tiny",
        },
    )
    return _note(folder, "ct-transformer")
