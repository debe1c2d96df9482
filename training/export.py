"""A checkpoint -> the int8 ONNX that ships: `python training/export.py CHECKPOINT -o MODEL`."""

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


class Chances(nn.Module):
    """A network that returns the logarithms of the tagger's chances."""

    def __init__(self, tagger: Tagger) -> None:
        """Wrap `tagger`."""
        super().__init__()
        self.tagger = tagger

    def forward(self, features: Tensor) -> Tensor:
        """The natural logarithms of the chances, float32, shape (batch, tokens, classes)."""
        logits: Tensor = self.tagger(features)
        return torch.log_softmax(logits, dim=2)


def load(path: Path) -> tuple[Tagger, tuple[list[str], list[int], list[str]]]:
    """The tagger of a checkpoint in evaluation mode, and the three lists of its vocabulary."""
    stored = torch.load(path, weights_only=True)
    weights = stored["weights"]
    tokens, pairs, words = (len(weights[f"tables.{i}.weight"]) for i in range(3))
    hidden = len(weights["blocks.0.near.bias"])
    tagger = Tagger((tokens, pairs, words), hidden=hidden)
    tagger.load_state_dict(weights)
    return tagger.eval(), stored["vocabulary"]


def export(checkpoint: Path, output: Path, quantise: bool = True) -> None:
    """Write the network and its vocabulary as one file."""
    tagger, vocabulary = load(checkpoint)
    with tempfile.TemporaryDirectory() as folder:
        plain, small = Path(folder) / "plain.onnx", Path(folder) / "small.onnx"
        torch.onnx.export(
            Chances(tagger),
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
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--float", action="store_true", help="leave the weights as they are")
    args = parser.parse_args()
    export(args.checkpoint, args.output, not args.float)


if __name__ == "__main__":
    main()
