"""Learn the tagger from punctuated text: `python training/train.py DATA -o CHECKPOINT`.

DATA is a folder with the files that `sources.py` names. `--start` is an earlier tagger's ONNX file,
whose weights are the first of the new one (`start.py`). The checkpoint holds the averaged weights.
It is written every few hundred steps, whole or not at all.
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import data
import numpy as np
import sources
import start
import torch
from tagger import Tagger
from torch.nn import functional

from podcast.text.punctuate.features import FIRST, MAINLAND, TAIWAN, Array, Vocabulary

SIZE = 384  # tokens in a window
BATCH = 24  # windows in a batch
SMOOTHING = 0.02
DECAY = 0.998  # factor of the averaged weights at each step
HELD = 6  # batches of each style that are measured


HeldWindows = dict[str, list[torch.Tensor]]  # for each style, batches of windows to measure on


def load(
    folder: Path,
    seed: int,
    chosen: Sequence[sources.Source] = sources.SOURCES,
    vocabulary: Vocabulary | None = None,
) -> tuple[Vocabulary, list[data.Group], list[data.Group]]:
    """The vocabulary, the groups of documents to learn from, and those to tune on.

    The documents are those of the `chosen` sources. A `vocabulary` is counted in them unless given.
    """
    rng, swaps = np.random.default_rng(seed), sources.read_swaps(folder)
    read: dict[sources.Source, list[tuple[str, list[str], Array]]] = {}
    for source in chosen:
        read[source] = []
        for document in sources.documents(folder, source):
            text = document.text
            if source.style == TAIWAN and document.role == sources.LEARN:
                text = sources.swap(text, swaps, rng)
            read[source].append((document.role, *data.read_tokens(text)))
        print(source.file, len(read[source]), flush=True)
    held = (texts for kind in read.values() for role, texts, _ in kind if role != sources.LEARN)
    runs = set().union(*(sources.runs_of(texts, 1) for texts in held))
    for source, kind in read.items():
        new = [d for d in kind if d[0] != sources.LEARN or not sources.repeats(d[1], runs)]
        print(source.file, len(kind) - len(new), "documents repeat held-out ones", flush=True)
        read[source] = new
    vocabulary = vocabulary or data.count_vocabulary(weigh(read))
    made = [
        [group_of(source, kind, role, vocabulary) for source, kind in read.items()]
        for role in (sources.LEARN, sources.DEV)
    ]
    return vocabulary, made[0], [group for group in made[1] if group.talks]


def weigh(
    read: dict[sources.Source, list[tuple[str, list[str], Array]]],
) -> list[tuple[list[str], float]]:
    """The texts to learn from, each with the number of times that it is seen, at most 8."""
    learn = {s: [d[1] for d in kind if d[0] == sources.LEARN] for s, kind in read.items()}
    sizes = {source: sum(map(len, texts)) for source, texts in learn.items()}
    total = sum(sizes.values())
    return [
        (one, min(8.0, source.share * total / sizes[source]))
        for source, texts in learn.items()
        for one in texts
    ]


def group_of(
    source: sources.Source,
    kind: list[tuple[str, list[str], Array]],
    role: str,
    vocabulary: Vocabulary,
) -> data.Group:
    """The documents of a source that have this role."""
    talks = [data.make_talk(texts, labels, vocabulary) for r, texts, labels in kind if r == role]
    return data.Group(talks, source.share, source.style, source.style == MAINLAND)


def batches(
    groups: list[data.Group], vocabulary: Vocabulary, rng: np.random.Generator
) -> Iterator[torch.Tensor]:
    """Yield batches of windows for ever."""
    windows = data.mixed_windows(groups, vocabulary, SIZE, rng)
    while True:
        yield torch.from_numpy(np.stack([next(windows) for _ in range(BATCH)]))


def logits_of(model: torch.nn.Module, batch: torch.Tensor) -> torch.Tensor:
    """The log odds of each class for a batch, float32, shape (batch, tokens, classes)."""
    with torch.autocast("cpu", torch.bfloat16):
        logits: torch.Tensor = model(batch[:, :8])
    return logits.float()


def loss_of(logits: torch.Tensor, batch: torch.Tensor, smoothing: float) -> torch.Tensor:
    """The mean cross entropy over all tokens that are not padding."""
    return functional.cross_entropy(
        logits.flatten(0, 1),
        batch[:, 8].flatten().long(),
        ignore_index=-1,
        label_smoothing=smoothing,
    )


def measure(
    model: torch.nn.Module,
    windows: list[torch.Tensor],
    logits_of: Callable[[torch.nn.Module, torch.Tensor], torch.Tensor] = logits_of,
) -> dict[str, float]:
    """The F1 of the likeliest class over noisy held-out windows, and the loss."""
    tally = {k: [0, 0, 0] for k in ("any", "comma", "stop", "question")}
    loss = 0.0
    model.eval()
    with torch.no_grad():
        for batch in windows:
            logits = logits_of(model, batch)
            loss += loss_of(logits, batch, 0).item() / len(windows)
            guess, gold = logits.argmax(2), batch[:, 8]
            guess[gold < 0] = 0
            for name, classes in (
                ("any", range(1, 8)),
                ("comma", range(1, 5)),
                ("stop", (5, 7)),
                ("question", (6,)),
            ):
                chosen = torch.tensor(list(classes), device=gold.device)
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


def descend(loss: torch.Tensor, model: torch.nn.Module, optimiser: torch.optim.Optimizer) -> None:
    """One step of the optimiser down the gradient of a loss."""
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()


def learn_from(
    loss: torch.Tensor,
    model: torch.nn.Module,
    averaged: torch.nn.Module,
    optimiser: torch.optim.Optimizer,
    step: int,
) -> None:
    """One step of the optimiser, after which the averaged weights follow the model's."""
    descend(loss, model, optimiser)
    decay = min(DECAY, (1 + step) / (10 + step))
    with torch.no_grad():
        for mean, new in zip(averaged.parameters(), model.parameters(), strict=True):
            mean.lerp_(new, 1 - decay)


def held_windows(groups: list[data.Group], vocabulary: Vocabulary) -> HeldWindows:
    """Batches of windows of documents to tune on, the same in every run."""
    return {
        name: list(
            islice(
                batches(
                    [g for g in groups if g.style == style], vocabulary, np.random.default_rng(0)
                ),
                HELD,
            )
        )
        for name, style in (("mainland", MAINLAND), ("taiwan", TAIWAN))
    }


def train(args: argparse.Namespace) -> None:
    """Train for `args.minutes`; the learning rate falls with the time that is used."""
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    vocabulary, learn, dev = load(args.data, args.seed)
    tokens = sum(len(talk.ids) for group in learn for talk in group.talks)
    print(f"{tokens:,} tokens, {sizes(vocabulary)} in the vocabulary", flush=True)
    rng = np.random.default_rng(args.seed)
    held = held_windows(dev, vocabulary)
    model = Tagger(sizes(vocabulary))
    if args.start:
        start.begin(model, vocabulary, args.start)
    averaged = copy.deepcopy(model)
    optimiser = torch.optim.AdamW(parameters(model), lr=args.rate, betas=(0.9, 0.98), fused=True)
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
        loss = loss_of(logits_of(model, batch), batch, SMOOTHING)
        learn_from(loss, model, averaged, optimiser, step)
        if step % 25 == 0:
            speed = (step + 1) * SIZE * BATCH / (time.monotonic() - began)
            print(f"{step} {used:.3f} loss {loss.item():.4f} {speed:,.0f} tokens/s", flush=True)
        if step == 0 or (step + 1) % 250 == 0 or used >= 1:
            for name, windows in held.items():
                scores = measure(averaged, windows)
                print(step, name, {k: round(v, 4) for k, v in scores.items()}, flush=True)
            save(averaged, vocabulary, step, args.output)
        if used >= 1:
            return


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path("punctuate.pt"))
    parser.add_argument("--start", type=Path)
    parser.add_argument("--minutes", type=float, default=78)
    parser.add_argument("--rate", type=float, default=1.2e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
