"""The first layers of a language model as a tagger: it looks both ways, and sees our features.

A language model guesses the next piece of text and looks back only. Here nothing is hidden from a
token, and a head gives the log odds of each mark after it.
"""

from __future__ import annotations

from pathlib import Path

import torch
from language_model import LanguageModel
from torch import Tensor, nn
from torch.nn import functional

from podcast.text.punctuate.features import CLASSES, FIRST, LENGTHS, Vocabulary

WIDTH, INNER = 896, 4864  # channels of Qwen2.5-0.5B, and of its inner layer
HEADS, KEYS, SIZE = 14, 2, 64  # heads that ask, heads that answer, channels of a head
BASE = 1e6  # of the angles by which heads are turned
TINY = 1e-6  # added to a mean square before its root is taken
LAYERS = 14  # of 24: the upper ones serve the guess of the next piece
DROPPED = 0.05  # of what each half of a layer adds, while learning
ROWS = (3, 4, 5, 6, 7)  # places, breaks, line lengths, hints and style among the features
SHAPES = ("5", "12", "123", "2024", "12345", "gpt4", "Name", "word")  # one of each shape of word
COMMON = slice(FIRST, 3000)  # an unknown hanzi begins as the mean of these


class Norm(nn.Module):
    """Division by the root of the mean square of all channels."""

    def __init__(self) -> None:
        """Begin with weights of 1."""
        super().__init__()
        self.weight = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x: Tensor) -> Tensor:
        """`x` of shape (…, WIDTH), as float32."""
        x = x.float()
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + TINY) * self.weight


def turned(x: Tensor, angles: tuple[Tensor, Tensor]) -> Tensor:
    """Heads of shape (batch, heads, tokens, SIZE), turned by the angles of their places."""
    first, second = x.chunk(2, -1)
    return x * angles[0] + torch.cat([-second, first], -1) * angles[1]


class Layer(nn.Module):
    """A layer of Qwen2.5, in which every token sees every other."""

    def __init__(self) -> None:
        """Begin at random; `Teacher` sets the weights."""
        super().__init__()
        self.norm_before, self.norm_between = Norm(), Norm()
        self.query = nn.Linear(WIDTH, HEADS * SIZE)
        self.key, self.value = nn.Linear(WIDTH, KEYS * SIZE), nn.Linear(WIDTH, KEYS * SIZE)
        self.out = nn.Linear(HEADS * SIZE, WIDTH, bias=False)
        self.gate = nn.Linear(WIDTH, INNER, bias=False)
        self.up = nn.Linear(WIDTH, INNER, bias=False)
        self.down = nn.Linear(INNER, WIDTH, bias=False)

    def forward(self, x: Tensor, angles: tuple[Tensor, Tensor]) -> Tensor:
        """`x`, bfloat16 of shape (batch, tokens, WIDTH), plus what the layer adds."""
        h = self.norm_before(x).to(x.dtype)
        query = turned(self._heads(self.query(h), HEADS), angles)
        key = turned(self._heads(self.key(h), KEYS), angles)
        key, value = (
            heads.repeat_interleave(HEADS // KEYS, 1)
            for heads in (key, self._heads(self.value(h), KEYS))
        )
        seen = functional.scaled_dot_product_attention(query, key, value)
        x = x + self._kept(self.out(seen.transpose(1, 2).flatten(2)))
        h = self.norm_between(x).to(x.dtype)
        return x + self._kept(self.down(functional.silu(self.gate(h)) * self.up(h)))

    def _heads(self, x: Tensor, heads: int) -> Tensor:
        return x.unflatten(2, (heads, SIZE)).transpose(1, 2)

    def _kept(self, x: Tensor) -> Tensor:
        return functional.dropout(x, DROPPED, self.training)


class Teacher(nn.Module):
    """A network from eight rows of features to the log odds of each class after each token."""

    def __init__(self, path: Path, vocabulary: Vocabulary) -> None:
        """Take the first layers of the language model at `path`, and vectors for `vocabulary`."""
        super().__init__()
        model = LanguageModel(path)
        texts = [*SHAPES, *vocabulary.tokens]
        rows = torch.from_numpy(model.vectors(["的", *texts]))
        rows[0] = rows[COMMON].mean(0)
        self.tokens = nn.Embedding.from_pretrained(rows, freeze=False)
        self.features = nn.ModuleList(
            nn.Embedding(size, WIDTH) for size in (4, 4, len(LENGTHS) + 1, 5, 3)
        )
        for table in self.features:
            nn.init.zeros_(table.weight)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        for number, layer in enumerate(self.layers):
            layer.load_state_dict(
                {name: torch.from_numpy(w) for name, w in model.layer(number).items()}
            )
        self.norm = Norm()
        self.head = nn.Linear(WIDTH, len(CLASSES))
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, features: Tensor) -> Tensor:
        """Log odds, float32 (batch, tokens, classes), of int32 features (batch, 8, tokens)."""
        x = self.tokens(features[:, 0])
        for table, row in zip(self.features, ROWS, strict=True):
            x = x + table(features[:, row])
        x = x.to(torch.bfloat16)
        angles = self._angles(features.shape[2], x)
        for layer in self.layers:
            x = layer(x, angles)
        logits: Tensor = self.head(self.norm(x).to(x.dtype))
        return logits.float()

    def _angles(self, tokens: int, like: Tensor) -> tuple[Tensor, Tensor]:
        """The cosines and sines of the angles of each place, of shape (tokens, SIZE)."""
        speeds = BASE ** (-torch.arange(0, SIZE, 2, device=like.device) / SIZE)
        half = torch.arange(tokens, device=like.device)[:, None] * speeds
        angles = torch.cat([half, half], -1)
        return angles.cos().to(like.dtype), angles.sin().to(like.dtype)

    def begun(self) -> list[nn.Parameter]:
        """The parameters that the language model did not have."""
        return [
            *self.features.parameters(),
            *self.norm.parameters(),
            *self.head.parameters(),
        ]
