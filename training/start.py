"""An earlier tagger's ONNX file -> the weights that a new and larger tagger begins with.

The rows of tokens, pairs and words that both vocabularies have are copied, and so are all
matrices. What the new network has besides begins so that it changes nothing: new channels of a
block's inner layer have weights of 0 on their way out. The int8 weights are multiplied by their
scale; the rounding is lost.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper
from tagger import Tagger
from torch import Tensor

from podcast.text.punctuate.features import FIRST, PAIR, Vocabulary

Floats = npt.NDArray[np.float32]


def vocabulary_of(path: Path) -> Vocabulary:
    """The vocabulary that is stored in the ONNX file at `path`."""
    stored = {entry.key: entry.value for entry in onnx.load(path).metadata_props}
    return Vocabulary.number(*json.loads(stored["vocabulary"]))


def begin(tagger: Tagger, vocabulary: Vocabulary, path: Path) -> None:
    """Set the weights of `tagger` from those of the ONNX file at `path`, which holds one tagger."""
    model, old = onnx.load(path), vocabulary_of(path)
    raw = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    tables = [plain(raw, f"tagger.tables.{i}.weight") for i in range(len(tagger.tables))]
    names = [n for n in raw if n.startswith("onnx::MatMul") and n.endswith("_quantized")]
    matrices = iter([plain(raw, name.removesuffix("_quantized")).T for name in names])
    with torch.no_grad():
        for number, rows in enumerate(shared_rows(old, vocabulary)):
            copied = torch.from_numpy(tables[number][rows[:, 1]])
            tagger.tables[number].weight[torch.from_numpy(rows[:, 0])] = copied
        for number in range(3, len(tables)):
            tagger.tables[number].weight.copy_(torch.from_numpy(tables[number]))
        fill(tagger.join.weight, next(matrices))
        for block in tagger.blocks:
            fill(block.near.weight, next(matrices))
            fill(block.out.weight, next(matrices), rest=0.0)
        fill(tagger.head.weight, next(matrices))
        for name, parameter in tagger.named_parameters():
            if f"tagger.{name}" in raw:
                fill(parameter, raw[f"tagger.{name}"])


def plain(raw: dict[str, npt.NDArray[Any]], name: str) -> Floats:
    """The float32 values of a quantised weight."""
    zero = raw[f"{name}_zero_point"].astype(np.float32)
    values = raw[f"{name}_quantized"].astype(np.float32)
    return np.asarray((values - zero) * raw[f"{name}_scale"], np.float32)


def fill(parameter: Tensor, values: Floats, rest: float | None = None) -> None:
    """Copy `values` into the first places of `parameter`; all others become `rest`, if given."""
    if rest is not None:
        parameter.fill_(rest)
    parameter[tuple(slice(n) for n in values.shape)] = torch.from_numpy(values.copy())


def shared_rows(old: Vocabulary, new: Vocabulary) -> list[npt.NDArray[np.int64]]:
    """For tokens, pairs and words, the (new, old) row numbers of what both vocabularies have."""
    tokens = np.array(
        [(i, i) for i in range(FIRST)]
        + [(i, old.tokens[text]) for text, i in new.tokens.items() if text in old.tokens]
    )
    words = np.array(
        [(0, 0)] + [(i, old.words[word]) for word, i in new.words.items() if word in old.words]
    )
    to_old = np.full(FIRST + len(new.tokens), -1, np.int64)
    to_old[tokens[:, 0]] = tokens[:, 1]
    first, second = to_old[new.pairs // PAIR], to_old[new.pairs % PAIR]
    theirs = np.where((first >= 0) & (second >= 0), first * PAIR + second, -1)
    places = np.minimum(np.searchsorted(old.pairs, theirs), len(old.pairs) - 1)
    found = np.flatnonzero(old.pairs[places] == theirs)
    pairs = np.stack([found + 1, places[found] + 1], axis=1)
    return [tokens, np.concatenate([[[0, 0]], pairs]), words]
