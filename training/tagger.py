"""Features of tokens -> log odds of marks: embeddings and a stack of dilated convolutions.

The convolutions are written as matrix products."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from podcast.text.punctuate.features import CLASSES, LENGTHS, STYLE_ROW, UNKNOWN

DILATIONS = (1, 2, 4, 8, 16, 32, 1, 2, 4, 8, 16, 32)


class Dropout(nn.Module):
    """Dropout of whole channels of a window, whose mask is small and so cheap on a CPU."""

    def __init__(self, share: float) -> None:
        """`share`, from 0 to 1, is the share of channels that are dropped while learning."""
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        """Drop channels of `x`, float32 of shape (batch, tokens, channels), while learning."""
        if not self.training:
            return x
        kept = torch.rand(x.shape[0], 1, x.shape[2], device=x.device) >= self.share
        return x * (kept / (1 - self.share)).to(x.dtype)


class Block(nn.Module):
    """A residual step that sees a token and those `reach` to its left and right."""

    def __init__(self, width: int, hidden: int, reach: int, dropout: float) -> None:
        """`width` is the number of channels, `hidden` that of the inner layer."""
        super().__init__()
        self.reach = reach
        self.norm = nn.LayerNorm(width)
        self.near = nn.Linear(3 * width, hidden)
        self.out = nn.Linear(hidden, width)
        self.drop = Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """`x` plus the block's output; both are float32 of shape (batch, tokens, width)."""
        h = self.norm(x)
        kind = x.device.type
        if torch.is_autocast_enabled(kind):  # half the bytes for the copies below
            h = h.to(torch.get_autocast_dtype(kind))
        padded = functional.pad(h, (0, 0, self.reach, self.reach))
        left, right = padded[:, : -2 * self.reach], padded[:, 2 * self.reach :]
        h = functional.relu(self.near(torch.cat([left, h, right], dim=2)))
        return x + self.drop(self.out(h))


class Tagger(nn.Module):
    """A network from eight rows of features to the log odds of each class after each token."""

    def __init__(
        self,
        sizes: tuple[int, int, int],
        width: int = 192,
        hidden: int = 192,
        dropout: float = 0.1,
    ) -> None:
        """`sizes` are the numbers of ids of tokens, pairs and words; `width` that of channels."""
        super().__init__()
        tokens, pairs, words = sizes
        tables = [
            nn.Embedding(rows, columns)
            for rows, columns in (
                (tokens, 128),
                (pairs, 64),
                (words, 64),
                (4, 8),
                (4, 16),
                (len(LENGTHS) + 1, 16),
                (5, 24),
            )
        ]
        for table in tables:
            nn.init.normal_(table.weight, std=0.1)
        self.tables = nn.ModuleList(tables)
        self.rows = list(range(len(tables)))  # of the features, one for each table
        total = 128 + 64 + 64 + 8 + 16 + 16 + 24
        self.drop = Dropout(dropout)
        self.join = nn.Linear(total, width)
        self.style = nn.Embedding(3, width)
        nn.init.zeros_(self.style.weight)
        self.blocks = nn.ModuleList(Block(width, hidden, d, dropout) for d in DILATIONS)
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, len(CLASSES))

    def forward(self, features: Tensor) -> Tensor:
        """Log odds, float32 (batch, tokens, classes), of int32 features (batch, 8, tokens)."""
        seen = [table(features[:, row]) for row, table in zip(self.rows, self.tables, strict=True)]
        x = self.join(self.drop(torch.cat(seen, dim=2))) + self.style(features[:, STYLE_ROW])
        for block in self.blocks:
            x = block(x)
        logits: Tensor = self.head(self.norm(x))
        return logits

    def forget(self, row: int) -> None:
        """Take the tokens, pairs or words in `row` of the features for unknown from now on.

        What an unknown one adds becomes a part of the bias, and the table is gone.
        """
        number = self.rows.index(row)
        widths = [table.weight.shape[1] for table in self.tables]
        first = sum(widths[:number])
        columns = slice(first, first + widths[number])
        weight, join = self.join.weight.data, self.join
        self.join = nn.Linear(sum(widths) - widths[number], weight.shape[0])
        unknown = self.tables[number].weight.data[UNKNOWN]
        self.join.bias.data = join.bias.data + weight[:, columns] @ unknown
        self.join.weight.data = torch.cat([weight[:, :first], weight[:, columns.stop :]], dim=1)
        del self.tables[number], self.rows[number]
