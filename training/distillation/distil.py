"""Learn two taggers from a teacher, on a machine with a GPU.

    PYTHONPATH=.:bench:training python training/distillation/distil.py DATA MODEL.gguf \\
        --start BEFORE.onnx -o FOLDER

DATA is as for `train.py`, with the pages of `pages.py`. The teacher, part of a language model
(`teacher.py`), learns from the noisy windows first. Then the taggers learn from the true marks of
windows and from the chances that the teacher gives each mark. Some windows of Taiwan's talk are
told to have the mainland's marks: there only the teacher knows them. FOLDER gets `one.pt`, a tagger
of the size of BEFORE and begun with its weights, which learns from true styles alone, and
`other.pt`, a wider one. `export.py` makes one file of both.
"""

from __future__ import annotations

import argparse
import copy
import math
import multiprocessing
import time
from itertools import islice
from pathlib import Path
from typing import Any

import data
import numpy as np
import sources
import start
import torch
import train
from tagger import Tagger
from teacher import Teacher
from torch import Tensor, nn

from podcast.text.punctuate.features import MAINLAND, STYLE_ROW, TAIWAN, Vocabulary

BATCH = 64  # windows
WAITING = 64  # batches that are made beforehand
LONGEST_WAIT = 120  # seconds for a batch; after these the makers have surely failed
LABELS = 8  # their row in a window
PADDING, ASKED = -1, -2  # labels: no token is there; the teacher alone knows the mark
MOVED = 0.3  # of Taiwan's windows in every second batch: told to have the mainland's marks
FROM_TEACHER = 0.65  # of the loss of a tagger
OLD_RATE, NEW_RATE = 1.2e-4, 2e-3  # of the language model's weights, of the teacher's others
ONE_RATE, OTHER_RATE = 1e-3, 2e-3  # of the two taggers
WIDER = 256  # channels of the other tagger, and of its inner layers
MEASURED = 500  # steps from one measurement to the next


def make(made: Any, groups: list[data.Group], vocabulary: Vocabulary, seed: int) -> None:
    """Put batches of windows into the queue `made` for ever: int32, (BATCH, 9, tokens)."""
    windows = data.mixed_windows(groups, vocabulary, train.SIZE, np.random.default_rng(seed))
    while True:
        made.put(np.stack(list(islice(windows, BATCH))))


class Batches:
    """Batches of noisy windows, which other processes make."""

    def __init__(self, groups: list[data.Group], vocabulary: Vocabulary, makers: int) -> None:
        """Start the processes, before CUDA is used; they end with this one."""
        context = multiprocessing.get_context("fork")
        self._made = context.Queue(WAITING)
        for seed in range(makers):
            work = (self._made, groups, vocabulary, seed)
            context.Process(target=make, args=work, daemon=True).start()

    def next(self) -> Tensor:
        """One batch on the GPU, int32 of shape (BATCH, 9, tokens); `queue.Empty` if none comes."""
        return torch.from_numpy(self._made.get(timeout=LONGEST_WAIT)).cuda(non_blocking=True)


def logits_of(network: nn.Module, batch: Tensor) -> Tensor:
    """The log odds of each class for a batch, float32, shape (windows, tokens, classes)."""
    with torch.autocast("cuda", torch.bfloat16):
        logits: Tensor = network(batch[:, :LABELS])
    return logits.float()


def report(name: str, step: int, used: float, network: nn.Module, held: train.HeldWindows) -> None:
    """Print the figures of a network on the held-out windows."""
    for style, windows in held.items():
        scores = train.measure(network, windows, logits_of)
        rounded = {figure: round(value, 4) for figure, value in scores.items()}
        print(name, step, f"{used:.3f}", style, rounded, flush=True)


class Pupil:
    """A tagger that learns, and its averaged weights."""

    def __init__(self, name: str, tagger: Tagger, rate: float, takes_moved: bool) -> None:
        """`takes_moved` says whether it learns from windows whose style is not the true one."""
        self.name, self.rate, self.takes_moved = name, rate, takes_moved
        self.tagger = tagger.cuda()
        self.averaged = copy.deepcopy(self.tagger)
        self._optimiser = torch.optim.AdamW(
            train.parameters(self.tagger), lr=rate, betas=(0.9, 0.98), fused=True
        )
        self.step = 0

    def learn(self, batch: Tensor, chances: Tensor | None, used: float) -> None:
        """One step, from the true marks where they are known, and from the teacher's chances."""
        logits = logits_of(self.tagger, batch)
        labels = batch[:, LABELS]
        known = batch.clone()
        known[:, LABELS] = labels.clamp(min=PADDING)
        loss = train.loss_of(logits, known, train.SMOOTHING)
        if chances is not None:
            there = labels != PADDING if self.takes_moved else labels >= 0
            by_token = -(chances * torch.log_softmax(logits, 2)).sum(2)
            taught = (by_token * there).sum() / there.sum()
            loss = FROM_TEACHER * taught + (1 - FROM_TEACHER) * loss
        cosine = (1 + math.cos(math.pi * used)) / 2
        rate = self.rate * min(1, (self.step + 1) / 150) * (0.01 + 0.99 * cosine)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        train.learn_from(loss, self.tagger, self.averaged, self._optimiser, self.step)
        self.step += 1


def teach_teacher(
    teacher: Teacher, beside: Pupil, batches: Batches, held: train.HeldWindows, seconds: float
) -> None:
    """Let the teacher learn from the true marks; its rates fall evenly to almost nothing.

    A tagger that begins at random learns beside it.
    """
    new = {id(parameter) for parameter in teacher.begun()}
    old = [parameter for parameter in teacher.parameters() if id(parameter) not in new]
    parts = ((old, OLD_RATE), (teacher.begun(), NEW_RATE))
    optimiser = torch.optim.AdamW(
        [{"params": parameters, "most": rate} for parameters, rate in parts],
        betas=(0.9, 0.98),
        weight_decay=0.01,
        fused=True,
    )
    for layer in teacher.layers:
        layer.compile()
    began, step = time.monotonic(), 0
    while (used := (time.monotonic() - began) / seconds) < 1:
        batch = batches.next()
        loss = train.loss_of(logits_of(teacher, batch), batch, train.SMOOTHING)
        for group in optimiser.param_groups:
            group["lr"] = group["most"] * min(1, (step + 1) / 80) * max(0.03, 1 - used)
        train.descend(loss, teacher, optimiser)
        beside.learn(batch, None, 0)
        step += 1
        if step % MEASURED == 0:
            report("teacher", step, used, teacher, held)
    report("teacher", step, 1, teacher, held)
    teacher.eval().requires_grad_(False)


def moved(batch: Tensor) -> Tensor:
    """The batch; some of Taiwan's windows have the mainland's style now, and ask the teacher."""
    chance = torch.rand(len(batch), device=batch.device)
    chosen = (chance < MOVED) & (batch[:, STYLE_ROW, 0] == TAIWAN)
    batch[chosen, STYLE_ROW] = MAINLAND
    labels = batch[:, LABELS]
    asked = chosen[:, None] & (labels != PADDING)
    batch[:, LABELS] = torch.where(asked, torch.full_like(labels, ASKED), labels)
    return batch


def teach_pupils(
    pupils: list[Pupil],
    teacher: Teacher,
    batches: Batches,
    held: train.HeldWindows,
    seconds: float,
) -> None:
    """Let the taggers learn from the teacher and from the true marks."""
    began, step = time.monotonic(), 0
    while (used := (time.monotonic() - began) / seconds) < 1:
        pair = [batches.next(), moved(batches.next())]
        with torch.no_grad():
            chances = torch.cat([torch.softmax(logits_of(teacher, one), 2) for one in pair])
        for pupil in pupils:
            pupil.learn(torch.cat(pair), chances, used)
        step += 1
        if step % (2 * MEASURED) == 0:
            for pupil in pupils:
                report(pupil.name, step, used, pupil.averaged, held)
    for pupil in pupils:
        report(pupil.name, step, 1, pupil.averaged, held)


def teach(args: argparse.Namespace) -> None:
    """Read the texts and the language model, teach, and write both checkpoints."""
    torch.manual_seed(args.seed)
    vocabulary = start.vocabulary_of(args.start)
    _, learn, dev = train.load(args.data, args.seed, sources.WITH_PAGES, vocabulary)
    batches = Batches(learn, vocabulary, args.makers)
    held = {
        style: [window.cuda() for window in windows]
        for style, windows in train.held_windows(dev, vocabulary).items()
    }
    one = Tagger(train.sizes(vocabulary))
    start.begin(one, vocabulary, args.start)
    other = Tagger(train.sizes(vocabulary), WIDER, WIDER)
    other.tables.load_state_dict(one.tables.state_dict())
    pupils = [
        Pupil("one", one, ONE_RATE, takes_moved=False),
        Pupil("other", other, OTHER_RATE, takes_moved=True),
    ]
    teacher = Teacher(args.model, vocabulary).cuda()
    teach_teacher(teacher, pupils[1], batches, held, 60 * args.minutes[0])
    teach_pupils(pupils, teacher, batches, held, 60 * args.minutes[1])
    args.output.mkdir(parents=True, exist_ok=True)
    for pupil in pupils:
        path = args.output / f"{pupil.name}.pt"
        train.save(pupil.averaged.cpu(), vocabulary, pupil.step, path)


def main() -> None:
    """Read the arguments and teach."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("model", type=Path, help="the language model's GGUF file")
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("-o", "--output", type=Path, default=Path("taught"))
    parser.add_argument("--minutes", type=float, nargs=2, default=(5, 7), metavar=("M", "N"))
    parser.add_argument("--makers", type=int, default=14, help="processes that make windows")
    parser.add_argument("--seed", type=int, default=1)
    teach(parser.parse_args())


if __name__ == "__main__":
    main()
