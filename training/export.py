"""Checkpoints -> the int8 ONNX that ships: `python training/export.py ONE OTHER -o MODEL`.

The file holds two taggers, whose mean is used. Each has partly memorised pairs and words of its
training talks: one no longer sees words, the other no longer sees pairs, and the mean of both is
right more often than one tagger that sees all. The mainland's marks were learnt from text that was
mostly written: the first tagger is not told that a talk is the mainland's, and does as in all talk.
ONE and OTHER may be the same checkpoint.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tagger import Tagger
from torch import Tensor, nn

from podcast.text.punctuate.features import ANY_STYLE, MAINLAND, PAIR_ROW, WORD_ROW


class Chances(nn.Module):
    """Two taggers of one vocabulary, and the mean of the logarithms of their chances."""

    def __init__(self, one: Tagger, other: Tagger) -> None:
        """Make `one` forget words and the mainland's style, and `other` forget pairs."""
        super().__init__()
        one.forget(WORD_ROW)
        other.forget(PAIR_ROW)
        one.style.weight.data[MAINLAND] = one.style.weight.data[ANY_STYLE]
        self.one, self.other = one, other

    def forward(self, features: Tensor) -> Tensor:
        """The natural logarithms of the chances, float32, shape (batch, tokens, classes)."""
        one = torch.log_softmax(self.one(features), dim=2)
        return (one + torch.log_softmax(self.other(features), dim=2)) / 2


def load(path: Path) -> tuple[Tagger, tuple[list[str], list[int], list[str]]]:
    """The tagger of a checkpoint in evaluation mode, and the three lists of its vocabulary."""
    stored = torch.load(path, weights_only=True)
    weights = stored["weights"]
    tokens, pairs, words = (len(weights[f"tables.{i}.weight"]) for i in range(3))
    width, hidden = len(weights["join.bias"]), len(weights["blocks.0.near.bias"])
    tagger = Tagger((tokens, pairs, words), width, hidden)
    tagger.load_state_dict(weights)
    return tagger.eval(), stored["vocabulary"]


def export(one: Path, other: Path, output: Path, quantise: bool = True) -> None:
    """Write the networks of two checkpoints and their vocabulary as one file."""
    (first, vocabulary), (second, same) = load(one), load(other)
    if same != vocabulary:
        raise ValueError(f"{one} and {other} have not learnt the same tokens, pairs and words")
    with tempfile.TemporaryDirectory() as folder:
        plain, small = Path(folder) / "plain.onnx", Path(folder) / "small.onnx"
        torch.onnx.export(
            Chances(first, second).eval(),
            (torch.zeros(1, 8, 300, dtype=torch.int32),),
            str(plain),
            input_names=["features"],
            output_names=["chances"],
            dynamic_axes={
                "features": {0: "batch", 2: "tokens"},
                "chances": {0: "batch", 1: "tokens"},
            },
            opset_version=17,
            dynamo=False,
        )
        if quantise:
            quantize_dynamic(plain, small, weight_type=QuantType.QInt8, per_channel=False)
        model = onnx.load(small if quantise else plain)
    entry = model.metadata_props.add()
    entry.key, entry.value = (
        "vocabulary",
        json.dumps(vocabulary, ensure_ascii=False, separators=(",", ":")),
    )
    part = output.with_suffix(".part")
    onnx.save(model, part)
    part.replace(output)


def main() -> None:
    """Read the arguments and export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("one", type=Path, help="the checkpoint that does not see words")
    parser.add_argument("other", type=Path, help="the checkpoint that does not see pairs")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--float", action="store_true", help="leave the weights as they are")
    args = parser.parse_args()
    export(args.one, args.other, args.output, not args.float)


if __name__ == "__main__":
    main()
