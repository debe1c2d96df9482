"""Tiny models that are really loaded and run, one of each family: a note for each token."""

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
    microsoft: bool = False,
    opset: int = 13,
) -> None:
    held = [onnx.numpy_helper.from_array(np.asarray(v), n) for n, v in constants.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, held)
    opsets = [helper.make_opsetid("", opset)]
    opsets += [helper.make_opsetid("com.microsoft", 1)] if microsoft else []
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
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


def _quantized(weights: Floats, name: str) -> dict[str, NDArray[np.generic]]:
    """Weights of 8 bits, one scale and zero for all."""
    scale = np.float32(np.abs(weights).max() / 127)
    whole = np.round(weights / scale) + 128
    return {
        f"{name}_quantized": whole.astype(np.uint8),
        f"{name}_scale": np.array(scale, np.float32),
        f"{name}_zero_point": np.array(128, np.uint8),
    }


def convolution(x: str, out: str, bias: bool) -> list[onnx.NodeProto]:
    """Nodes: a convolution as onnxruntime's dynamic quantization once wrote it, weights `w`."""
    node = helper.make_node
    names = [f"{x}_quantized", f"{x}_scale", f"{x}_zero_point"]
    nodes = [
        node("DynamicQuantizeLinear", [x], names),
        node("ConvInteger", [names[0], "w_quantized", names[2], "w_zero_point"], [f"{out}_whole"]),
        node("Mul", [names[1], "w_scale"], [f"{out}_factor"]),
    ]
    added = f"{out}_whole"
    if bias:
        nodes += [
            node("Div", ["bias", f"{out}_factor"], ["bias_divided"]),
            node("Floor", ["bias_divided"], ["bias_floor"]),
            node("Cast", ["bias_floor"], ["bias_whole"], to=TensorProto.INT32),
            node("Reshape", ["bias_whole", "bias_shape"], ["bias_shaped"]),
            node("Add", [f"{out}_whole", "bias_shaped"], [f"{out}_biased"]),
        ]
        added = f"{out}_biased"
    return [
        *nodes,
        node("Cast", [added], [f"{out}_cast"], to=FLOAT),
        node("Mul", [f"{out}_cast", f"{out}_factor"], [out]),
    ]


def write_quantized(path: Path) -> None:
    """A graph with both kinds of what `unpack` widens: two convolutions and an LSTM."""
    random = np.random.default_rng(0)
    weights = random.normal(size=(4, 4, 3)).astype(np.float32)
    held: dict[str, NDArray[np.generic]] = {
        **_quantized(weights, "w"),
        "bias": random.normal(size=4).astype(np.float32),
        "bias_shape": np.array([1, -1, 1], np.int64),
        "zeros": np.zeros((2, 1, 3), np.float32),
        "scales": np.array([0.01, 0.02], np.float32),
        "middles": np.array([128, 120], np.uint8),
        "lstm_w": random.integers(0, 255, (2, 4, 12)).astype(np.uint8),
        "lstm_r": random.integers(0, 255, (2, 3, 12)).astype(np.uint8),
        "lstm_b": random.normal(size=(2, 24)).astype(np.float32),
    }
    scales = ["scales", "middles", "scales", "middles"]
    lstm = helper.make_node(
        "DynamicQuantizeLSTM",
        ["turned", "lstm_w", "lstm_r", "lstm_b", "", "zeros", "zeros", "", *scales],
        ["y"],
        domain="com.microsoft",
        direction="bidirectional",
        hidden_size=3,
    )
    nodes = [
        *convolution("x", "first", bias=True),
        *convolution("first", "second", bias=False),
        helper.make_node("Transpose", ["second"], ["turned"], perm=[2, 0, 1]),
        lstm,
        helper.make_node("ReduceSum", ["y"], ["/encoder/Clip_output_0"]),
    ]
    _save(
        path,
        nodes,
        [_value("x", FLOAT, [1, 4, "L"])],
        [_value("y", FLOAT, ["L", 2, 1, 3])],
        held,
        {},
        microsoft=True,
    )


def write_bent(path: Path, axis: int = 2, power: float = 2) -> None:
    """A graph with what `simplify` knows, each once, as Kokoro's export has it.

    It norms along `axis` (2 is the time), and bends with the `power` of a sine.
    """
    random = np.random.default_rng(0)
    factor = random.uniform(0.5, 2, (1, 4, 1)).astype(np.float32)
    held: dict[str, NDArray[np.generic]] = {
        "axes": np.array([axis], np.int64),
        "time": np.array([2], np.int64),
        "eps": np.array(1e-5, np.float32),
        "one": np.array(1, np.float32),
        "sizes": np.array([4, 4], np.int64),
        "factor": factor,
        "share": 1 / factor,
        "power": np.array(power, np.float32),
        "w": random.normal(size=(4, 4, 3)).astype(np.float32),
        "bias": random.normal(size=4).astype(np.float32),
        "step": np.array(5, np.int64),
        "window": np.hanning(20).astype(np.float32),
        "size": np.array(20, np.int64),
        "first": np.array(0, np.int64),
        "second": np.array(1, np.int64),
    }
    node = helper.make_node
    nodes = [
        node("Unsqueeze", ["style", "time"], ["styled"]),
        node("Split", ["styled", "sizes"], ["gain", "shift"], axis=1),
        node("Add", ["gain", "one"], ["gained"]),
        node("ReduceMean", ["x", "axes"], ["mean"]),
        node("Sub", ["x", "mean"], ["less"]),
        node("Mul", ["less", "less"], ["less2"]),
        node("ReduceMean", ["less2", "axes"], ["variance"]),
        node("Add", ["variance", "eps"], ["spread"]),
        node("Sqrt", ["spread"], ["deviation"]),
        node("Div", ["less", "deviation"], ["normed"]),
        node("Mul", ["gained", "normed"], ["raised"]),
        node("Add", ["raised", "shift"], ["y"]),
        node("Mul", ["factor", "y"], ["angle"]),
        node("Sin", ["angle"], ["sine"]),
        node("Pow", ["sine", "power"], ["squared"]),
        node("Mul", ["share", "squared"], ["part"]),
        node("Add", ["y", "part"], ["bent"]),
        node("Conv", ["bent", "w", "bias"], ["out"], kernel_shape=[3], pads=[2, 2], dilations=[2]),
        node("STFT", ["signal", "step", "window", "size"], ["spectrum"], onesided=1),
        node("Transpose", ["spectrum"], ["turned"], perm=[0, 2, 1, 3]),
        node("Gather", ["turned", "first"], ["real"], axis=3),
        node("Gather", ["turned", "second"], ["imaginary"], axis=3),
        node("ReduceSum", ["out"], ["/encoder/Clip_output_0"]),
    ]
    _save(
        path,
        nodes,
        [
            _value("x", FLOAT, [1, 4, "L"]),
            _value("style", FLOAT, [1, 8]),
            _value("signal", FLOAT, [1, "S"]),
        ],
        [_value(name, FLOAT, [1, "C", "T"]) for name in ("out", "real", "imaginary")],
        held,
        {},
        opset=18,
    )


def write_convolution(path: Path, channels: int, **settings: list[int]) -> None:
    """A graph of one convolution of the decoder, with some channels on either side."""
    random = np.random.default_rng(0)
    node = helper.make_node("Conv", ["x", "w", "bias"], ["out"], "/decoder/conv", kernel_shape=[3])
    node.attribute.extend(helper.make_attribute(name, value) for name, value in settings.items())
    _save(
        path,
        [node, helper.make_node("ReduceSum", ["out"], ["/encoder/Clip_output_0"])],
        [_value("x", FLOAT, [1, channels, "L"])],
        [_value("out", FLOAT, [1, channels, "T"])],
        {
            "w": random.normal(size=(channels, channels, 3)).astype(np.float32),
            "bias": random.normal(size=channels).astype(np.float32),
        },
        {},
        microsoft=True,
        opset=18,
    )


def write_parted(path: Path) -> None:
    """A graph that has the values at which `parts` divides Kokoro's, and a sine to be squared."""
    node = helper.make_node
    inner, pitch, loudness = (
        f"/encoder/{name}_output_0" for name in ("MatMul_1", "Reshape", "Reshape_1")
    )
    style, source = "/decoder/Slice_output_0", "/decoder/decoder/generator/Concat_3_output_0"
    spectrum = "/decoder/decoder/generator/conv_post/Conv_output_0"
    nodes = [
        node("Cast", ["tokens"], [pitch], to=FLOAT),
        node("Mul", [pitch, "speed"], [loudness]),
        node("Unsqueeze", [pitch, "first"], ["channel"]),
        node("Expand", ["channel", "many"], [inner]),
        node("Expand", ["channel", "few"], [source]),
        node("Slice", ["style", "zero", "half", "first"], [style]),
        node("Squeeze", [loudness, "zero"], ["/encoder/Clip_output_0"]),
        node("Mul", [inner, "turn"], ["angle"]),
        node("Sin", ["angle"], ["sine"]),
        node("Mul", ["sine", "sine"], ["square"]),
        node("ReduceMean", ["square", "first"], ["mean"]),
        node("ReduceMean", [style, "first"], ["gain"]),
        node("Mul", ["mean", "gain"], ["louder"]),
        node("Unsqueeze", [loudness, "first"], ["line"]),
        node("Add", ["louder", "line"], ["sum"]),
        node("Add", ["sum", source], [spectrum]),
        node("ReduceMean", [spectrum, "first"], ["audio"], keepdims=0),
    ]
    _save(
        path,
        nodes,
        [
            _value("tokens", INT, [1, "L"]),
            _value("style", FLOAT, [1, 256]),
            _value("speed", FLOAT, [1]),
        ],
        [_value("audio", FLOAT, ["N", "S"])],
        {
            "first": np.array([1], np.int64),
            "zero": np.array([0], np.int64),
            "half": np.array([128], np.int64),
            "many": np.array([1, 512, 1], np.int64),
            "few": np.array([1, 22, 1], np.int64),
            "turn": np.array(1.7, np.float32),
        },
        {},
        opset=18,
    )


KOKORO_FRAMES = 8  # of 600 samples, of each token at speed 1


def write_kokoro_onnx(folder: Path, tokens: int = 178) -> Model:
    """Kokoro's network as the engine `kokoro` loads it: a note for each token, none for marks."""
    folder.mkdir(parents=True, exist_ok=True)
    length = 4 * KOKORO_FRAMES * 600
    at = np.arange(length) / 24_000
    notes = np.zeros((tokens, length), np.float32)
    for token in range(17, tokens):  # those before are marks and the space
        notes[token] = 0.3 * np.sin(2 * np.pi * (300 + 15 * token) * at)
    node = helper.make_node
    nodes = [
        node("Div", ["frames", "speed"], ["wanted"]),
        node("Round", ["wanted"], ["rounded"]),
        node("Clip", ["rounded", "one"], ["clipped"]),
        node("Shape", ["tokens"], ["size"]),
        node("Expand", ["clipped", "size"], ["/encoder/Clip_output_0"]),
        node("Mul", ["clipped", "frame"], ["samples"]),
        node("Cast", ["samples"], ["end"], to=INT),
        node("Gather", ["notes", "tokens"], ["each"]),
        node("Slice", ["each", "start", "end", "axis"], ["cut"]),
        node("ReduceMax", ["style"], ["gain"], keepdims=0),
        node("Mul", ["cut", "gain"], ["louder"]),
        node("Reshape", ["louder", "flat"], ["audio"]),
    ]
    _save(
        folder / "model.onnx",
        nodes,
        [
            _value("tokens", INT, [1, "L"]),
            _value("style", FLOAT, [1, 256]),
            _value("speed", FLOAT, [1]),
        ],
        [_value("audio", FLOAT, ["S"])],
        {
            "frames": np.array([KOKORO_FRAMES], np.float32),
            "one": np.array(1, np.float32),
            "frame": np.array([600], np.float32),
            "notes": notes,
            "start": np.array([0], np.int64),
            "axis": np.array([2], np.int64),
            "flat": np.array([-1], np.int64),
        },
        {},
    )
    model = Model(
        folder.name, "kokoro-onnx", "CC0-1.0", (("model", ("model.onnx",)),), "a tiny model"
    )
    (folder / NOTE).write_text(note_text(model), "utf-8")
    return model


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
