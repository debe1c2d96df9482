"""Learn the tagger from punctuated talks: `python training/train.py DATA -o CHECKPOINT`.

DATA is a folder with talks.jsonl and more.jsonl.gz. The checkpoint holds the averaged weights. It
is written every few hundred steps, whole or not at all.
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import data
import numpy as np
import torch
from tagger import Tagger
from torch.nn import functional

from podcast.text.punctuate.features import FIRST, Vocabulary

SIZE = 384  # tokens in a window
BATCH = 24  # windows in a batch
SMOOTHING = 0.02
DECAY = 0.998  # factor of the averaged weights at each step
STOPS = 5  # the first class that ends a sentence


def load(
    folder: Path,
) -> tuple[Vocabulary, list[data.Talk], list[data.Talk], list[data.Talk]]:
    """The vocabulary, and the talks to learn from, to tune on and to test on."""
    talks = [
        data.read_tokens(data.record_text(r)) for r in data.read_records(folder / "talks.jsonl")
    ]
    more = [
        data.read_tokens(data.record_text(r)) for r in data.read_records(folder / "more.jsonl.gz")
    ]
    held = [t for i, t in enumerate(talks) if i % 8 in (data.TEST, data.DEV)]
    learn = [t for i, t in enumerate(talks) if i % 8 not in (data.TEST, data.DEV)]
    more = [t for t in more if not overlaps(t[0], held)]
    vocabulary = data.count_vocabulary([t[0] for t in learn + more])
    groups = [learn + more]
    groups += [[t for i, t in enumerate(talks) if i % 8 == k] for k in (data.DEV, data.TEST)]
    made = [[data.make_talk(*t, vocabulary) for t in group] for group in groups]
    return vocabulary, made[0], made[1], made[2]


def overlaps(texts: list[str], held: list[tuple[list[str], Any]]) -> bool:
    """Whether a record repeats a held-out talk: a tenth of its 25-token runs are the same."""
    if not hasattr(overlaps, "runs"):
        runs = {hash(tuple(t[i : i + 25])) for t, _ in held for i in range(len(t) - 25)}
        overlaps.runs = runs  # type: ignore[attr-defined]
    mine = [hash(tuple(texts[i : i + 25])) for i in range(0, len(texts) - 25, 25)]
    return sum(run in overlaps.runs for run in mine) > 0.03 * max(1, len(mine))  # type: ignore[attr-defined]


def batches(
    talks: list[data.Talk], vocabulary: Vocabulary, rng: np.random.Generator
) -> Iterator[torch.Tensor]:
    """Yield batches of windows for ever."""
    while True:
        batch = []
        for window in data.noisy_windows(talks, vocabulary, SIZE, rng):
            batch.append(window)
            if len(batch) == BATCH:
                yield torch.from_numpy(np.stack(batch))
                batch = []


def loss_of(model: torch.nn.Module, batch: torch.Tensor, smoothing: float) -> torch.Tensor:
    """The mean cross entropy over all tokens that are not padding."""
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(batch[:, :7])
    return functional.cross_entropy(
        logits.float().flatten(0, 1),
        batch[:, 7].flatten().long(),
        ignore_index=-1,
        label_smoothing=smoothing,
    )


def measure(model: torch.nn.Module, windows: list[torch.Tensor]) -> dict[str, float]:
    """The F1 of the likeliest class over noisy held-out windows, and the loss."""
    tally = {k: [0, 0, 0] for k in ("any", "comma", "stop", "question")}
    loss = 0.0
    model.eval()
    with torch.inference_mode():
        for batch in windows:
            loss += loss_of(model, batch, 0).item() / len(windows)
            guess, gold = model(batch[:, :7]).argmax(2), batch[:, 7]
            guess[gold < 0] = 0
            for name, classes in (
                ("any", range(1, 8)),
                ("comma", range(1, 5)),
                ("stop", (5, 7)),
                ("question", (6,)),
            ):
                chosen = torch.tensor(list(classes))
                g, h = torch.isin(gold, chosen), torch.isin(guess, chosen)
                for k, count in enumerate(((g & h).sum(), h.sum(), g.sum())):
                    tally[name][k] += int(count)
    model.train()
    scores = {k: 2 * t / max(1, p + r) for k, (t, p, r) in tally.items()}
    return {"loss": loss, **scores}


def save(model: torch.nn.Module, vocabulary: Vocabulary, step: int, path: Path) -> None:
    """Write a checkpoint, whole or not at all."""
    part = path.with_suffix(".part")
    torch.save({"weights": model.state_dict(), "vocabulary": lists(vocabulary), "step": step}, part)
    part.replace(path)


def lists(vocabulary: Vocabulary) -> tuple[list[str], list[int], list[str]]:
    """The three lists of a vocabulary, which `Vocabulary.number` takes."""
    return list(vocabulary.tokens), vocabulary.pairs.tolist(), list(vocabulary.words)


def sizes(vocabulary: Vocabulary) -> tuple[int, int, int]:
    """The numbers of ids of tokens, pairs and words."""
    tokens, pairs, words = vocabulary.tokens, vocabulary.pairs, vocabulary.words
    return FIRST + len(tokens), 1 + len(pairs), 1 + len(words)


def parameters(model: torch.nn.Module) -> list[dict[str, Any]]:
    """The groups of parameters: matrices with weight decay, all others without."""
    matrices = [p for n, p in model.named_parameters() if p.ndim > 1 and "tables" not in n]
    rest = [p for n, p in model.named_parameters() if not (p.ndim > 1 and "tables" not in n)]
    return [{"params": matrices, "weight_decay": 0.05}, {"params": rest, "weight_decay": 0.0}]


def train(args: argparse.Namespace) -> None:
    """Train for `args.minutes`; the learning rate falls with the time that is used."""
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    vocabulary, learn, dev, _ = load(args.data)
    tokens = sum(len(t.ids) for t in learn)
    print(
        f"{len(learn)} talks, {tokens:,} tokens, {sizes(vocabulary)} in the vocabulary", flush=True
    )
    rng = np.random.default_rng(args.seed)
    held = [
        b
        for b, _ in zip(batches(dev, vocabulary, np.random.default_rng(0)), range(7), strict=False)
    ]
    model = Tagger(sizes(vocabulary))
    averaged = copy.deepcopy(model)
    optimiser = torch.optim.AdamW(parameters(model), lr=args.rate, betas=(0.9, 0.98))
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters", flush=True)
    began = time.monotonic()
    for step, batch in enumerate(batches(learn, vocabulary, rng)):
        used = (time.monotonic() - began) / (60 * args.minutes)
        rate = (
            args.rate
            * min(1, (step + 1) / 150)
            * (0.02 + 0.98 * (1 + math.cos(math.pi * min(1, used))) / 2)
        )
        for group in optimiser.param_groups:
            group["lr"] = rate
        loss = loss_of(model, batch, SMOOTHING)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        decay = min(DECAY, (1 + step) / (10 + step))
        with torch.no_grad():
            for mean, new in zip(averaged.parameters(), model.parameters(), strict=True):
                mean.lerp_(new, 1 - decay)
        if step % 25 == 0:
            speed = (step + 1) * SIZE * BATCH / (time.monotonic() - began)
            print(f"{step} {used:.3f} loss {loss.item():.4f} {speed:,.0f} tokens/s", flush=True)
        if (step + 1) % 250 == 0 or used >= 1:
            scores = measure(averaged, held)
            print(step, {k: round(v, 4) for k, v in scores.items()}, flush=True)
            save(averaged, vocabulary, step, args.output)
        if used >= 1:
            return


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path("punctuate.pt"))
    parser.add_argument("--minutes", type=float, default=70)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
