"""A language model's GGUF file -> the weights of its first layers, and the vectors of tokens.

The model is Qwen2.5-0.5B or one with its architecture. `gguf` reads the file and multiplies the
stored integers by their scales.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import numpy.typing as npt

from podcast.text.punctuate.tokens import is_latin

Floats = npt.NDArray[np.float32]

PARTS = {  # the file's name of each part of a layer -> the teacher's name of its parameter
    "attn_norm.weight": "norm_before.weight",
    "ffn_norm.weight": "norm_between.weight",
    "attn_q.weight": "query.weight",
    "attn_q.bias": "query.bias",
    "attn_k.weight": "key.weight",
    "attn_k.bias": "key.bias",
    "attn_v.weight": "value.weight",
    "attn_v.bias": "value.bias",
    "attn_output.weight": "out.weight",
    "ffn_gate.weight": "gate.weight",
    "ffn_up.weight": "up.weight",
    "ffn_down.weight": "down.weight",
}
LAST = 1 << 30  # the rank of two pieces that are never joined


def letters_of_bytes() -> dict[int, str]:
    """The printable character that stands for each byte in the pieces of GPT-2's kind."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return {
        **{byte: chr(byte) for byte in shown},
        **{byte: chr(256 + n) for n, byte in enumerate(hidden)},
    }


class LanguageModel:
    """An open GGUF file: its pieces of text, and its weights as float32."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`; `ValueError` if it is no GGUF file."""
        self._reader: Any = gguf.GGUFReader(path)
        self._tensors = {tensor.name: tensor for tensor in self._reader.tensors}
        pieces = self._texts("tokenizer.ggml.tokens")
        self._pieces = {piece: number for number, piece in enumerate(pieces)}
        merges = self._texts("tokenizer.ggml.merges")
        self._ranks = {tuple(merge.split(" ")): rank for rank, merge in enumerate(merges)}
        self._letters = letters_of_bytes()

    def _texts(self, name: str) -> list[str]:
        field = self._reader.fields[name]
        return [bytes(field.parts[part]).decode("utf-8") for part in field.data]

    def cut(self, text: str) -> list[int]:
        """The numbers of the pieces of a text: of its bytes, joined in the order of their ranks."""
        pieces = [self._letters[byte] for byte in text.encode()]
        while len(pieces) > 1:
            ranks = [
                self._ranks.get((pieces[i], pieces[i + 1]), LAST) for i in range(len(pieces) - 1)
            ]
            if min(ranks) == LAST:
                break
            first = ranks.index(min(ranks))
            pieces[first : first + 2] = [pieces[first] + pieces[first + 1]]
        return [self._pieces[piece] for piece in pieces]

    def vectors(self, tokens: Sequence[str]) -> Floats:
        """For each token the mean of its pieces' vectors, of shape (tokens, width).

        A Latin word is read as the model reads it inside a sentence, with a space before it.
        """
        cut = [self.cut(f" {t}" if is_latin(t) and not t.isdigit() else t) for t in tokens]
        name = "output.weight" if "output.weight" in self._tensors else "token_embd.weight"
        stored = self._tensors[name]
        return np.stack(
            [
                gguf.quants.dequantize(stored.data[numbers], stored.tensor_type).mean(axis=0)
                for numbers in cut
            ]
        ).astype(np.float32)

    def layer(self, number: int) -> dict[str, Floats]:
        """The weights of a layer by the names of the teacher's parameters."""
        return {name: self._weights(f"blk.{number}.{part}") for part, name in PARTS.items()}

    def _weights(self, name: str) -> Floats:
        tensor = self._tensors[name]
        weights = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        return np.array(weights, np.float32)  # a copy: the file itself cannot be written
