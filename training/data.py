"""Punctuated talks -> noisy windows: tokens as a recogniser may print them, and the true marks."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from podcast.model import Line
from podcast.text.punctuate import features as f
from podcast.text.punctuate.tokens import flatten, is_latin

TEST, DEV = 3, 6  # talks are held out whose number has this remainder after division by 8
HANZI_SEEN, LATIN_SEEN, PAIR_SEEN, WORD_SEEN = 4, 15, 10, 6  # least occurrences in the talks
STYLE_UNKNOWN = 0.35  # share of windows whose style the network is not told
PAIRS, WORDS = 64_000, 32_000  # greatest size of each vocabulary
STAGE_DIRECTION = re.compile(
    r"[（(][^（）()]{0,8}(?:笑|掌声|鼓掌|听不清|音乐|沉默)[^（）()]{0,8}[）)]"
)


def record_text(record: dict[str, Any]) -> str:
    """The turns of a record, each on a line."""
    turns = (turn["text"].replace("\n", " ") for turn in record["turns"])
    return STAGE_DIRECTION.sub("", "\n".join(turn for turn in turns if turn.strip()))


@dataclass(frozen=True)
class Talk:
    """A talk as integer arrays of shape (tokens,); `labels` are indices into `CLASSES`."""

    texts: list[str]
    ids: f.Array
    pairs: f.Array
    words: f.Array
    places: f.Array
    labels: f.Array


COLON = f.CLASSES.index("：")  # a paragraph may end with it


def read_tokens(text: str) -> tuple[list[str], f.Array]:
    """The tokens of punctuated text, and the class of the mark after each; turns end in stops."""
    turns = text.splitlines()
    tokens = list(flatten(Line(turn, number) for number, turn in enumerate(turns, 1)))
    labels = f.written_classes(tokens).astype(np.int32)
    ends = np.array([token.ends for token in tokens], bool)
    labels[ends & (labels < 5) & (labels != COLON)] = 5
    return [sys.intern(token.text) for token in tokens], labels


def make_talk(texts: list[str], labels: f.Array, vocabulary: f.Vocabulary) -> Talk:
    """The arrays of a talk."""
    ids = f.identify(texts, vocabulary)
    words, places = f.identify_words(f.cut_words(texts), vocabulary)
    return Talk(texts, ids, f.identify_pairs(ids, vocabulary), words, places, labels)


def count_vocabulary(talks: list[tuple[list[str], float]]) -> f.Vocabulary:
    """The vocabulary: all characters, Latin words, pairs and words that occur often enough.

    Each talk comes with the number that each of its occurrences counts for.
    """
    counts: Counter[str] = Counter()
    for texts, weight in talks:
        counts.update({text: n * weight for text, n in Counter(texts).items()})
    lower: Counter[str] = Counter()
    for text, n in counts.items():
        lower[text.lower()] += n
    tokens = [
        text
        for text, n in lower.most_common()
        if n >= (LATIN_SEEN if is_latin(text) else HANZI_SEEN) and not text.isdigit()
    ]
    vocabulary = f.Vocabulary.number(tokens, [], [])
    pairs: Counter[int] = Counter()
    words: Counter[str] = Counter()
    for texts, weight in talks:
        found, times = np.unique(f.join_pairs(f.identify(texts, vocabulary)), return_counts=True)
        pairs.update(dict(zip(found.tolist(), (times * weight).tolist(), strict=True)))
        cut = Counter(f.cut_words(texts))
        words.update({word: n * weight for word, n in cut.items() if len(word) > 1})
    often = sorted(pair for pair, n in pairs.most_common(PAIRS) if n >= PAIR_SEEN)
    known = [w for w, n in words.most_common(WORDS) if n >= WORD_SEEN]
    return f.Vocabulary.number(tokens, often, known)


# Noise ---------------------------------------------------------------------------------------


@dataclass
class Style:
    """How one recogniser breaks lines. Lengths are in tokens, chances from 0 to 1."""

    chance: np.ndarray  # float, shape (classes,): chance of a break at a mark of each class
    long: int  # a clause longer than this is cut with the chance `cut`
    cut: float
    wordwise: float  # chance that a cut falls between words
    full: int  # a line longer than this ends
    stray: float  # chance of a break at any word boundary
    skips: tuple[
        float, float, float
    ]  # chance that a line is dropped after no, a weak, a strong mark
    width: int = 0  # if set, lines are filled to this width, and the other fields are not used


def draw_style(rng: np.random.Generator) -> Style:
    """The style of a random recogniser; four in five print captions."""
    u = rng.uniform
    kind = rng.random()
    weak, strong = u(0.6, 1.0), u(0.85, 1.0)
    dun = weak * u(0.1, 1.0) if rng.random() < 0.6 else weak
    style = Style(
        np.array([0, weak, dun, weak, weak, strong, strong, strong]),
        int(u(12, 24)),
        u(0.2, 0.85),
        rng.choice([0.0, 0.5, 1.0]),
        int(u(18, 30)),
        u(0, 0.05) if rng.random() < 0.5 else 0.0,
        (u(0, 0.03), u(0, 0.1), u(0, 0.25)),
    )
    if kind < 0.05:
        style.chance[:] = 0
        style.cut, style.stray, style.full = 0, 0, 10**6
    elif kind < 0.13:
        style.width = int(rng.choice([40, int(u(10, 25)), int(u(25, 70))]))
    elif kind < 0.20:
        style.chance[:5] = u(0, 0.25)
        style.full, style.cut = 120, 0.1
    if rng.random() < 0.3:
        style.skips = (0, 0, 0)
    return style


def break_lines(
    labels: f.Array, places: f.Array, style: Style, rng: np.random.Generator
) -> f.Array:
    """The break between each token of a window and the next."""
    n = len(labels)
    kinds = np.zeros(n, np.int32)
    if style.width:
        at = int(rng.integers(1, style.width + 1))
        while at < n:
            while style.wordwise == 1 and at < n - 1 and places[at - 1] in (1, 2):
                at += 1
            kinds[at - 1] = f.LINE
            at += style.width
        return kinds
    inside = (places == 1) | (places == 2)
    begun = start = 0  # first token of the line, and of the clause
    for end in np.append(np.flatnonzero(labels), n - 1):
        while end - start + 1 > style.long and rng.random() < style.cut:
            at = start + int(rng.integers(6, max(7, end - start - 3)))
            while rng.random() < style.wordwise and at < end and inside[at - 1]:
                at += 1
            kinds[at - 1] = f.LINE
            begun = start = at
        if rng.random() < style.chance[labels[end]] or end - begun + 1 > style.full:
            kinds[end] = f.LINE
            begun = end + 1
        start = end + 1
    if style.stray:
        kinds[(rng.random(n) < style.stray) & ~inside] = f.LINE
    group = np.where(labels >= 5, 2, np.minimum(labels, 1))
    skip = rng.random(n) < np.array(style.skips)[group]
    kinds[(kinds == f.LINE) & skip] = f.SKIP
    return kinds


TO_HINT = np.array([f.HINTS[mark] for mark in f.CLASSES], np.int32)


def leave_marks(labels: f.Array, kinds: f.Array, rng: np.random.Generator) -> f.Array:
    """The marks that a recogniser printed: mostly none, sometimes some, or only commas."""
    hints = np.zeros(len(labels), np.int32)
    draw = rng.random()
    if draw > 0.17:
        return hints
    true = TO_HINT[labels]
    if draw < 0.04:
        return true
    if draw < 0.08:
        hints = np.minimum(true, 1)
        hints[labels == 0] = 0
        return hints
    if draw < 0.12:  # only marks inside lines are left
        return np.where(kinds == f.NONE, true, 0).astype(np.int32)
    keep = rng.random(len(labels)) < rng.uniform(0.02, 0.5)
    hints[keep] = true[keep]
    return hints


BARE = frozenset(["然后", "就是", "那个", "这个"])  # fillers that mostly have no comma after them
FILLERS = [
    "对",
    "嗯",
    "呃",
    "好",
    "OK",
    "对吧",
    "是吧",
    "好吧",
    "然后",
    "就是",
    "啊",
    "那个",
    "这个",
]


def stutter(
    window: slice, talk: Talk, vocabulary: f.Vocabulary, rng: np.random.Generator, most: float
) -> Talk:
    """The window with some words said twice, and fillers after some marks.

    `most` is the greatest share of words that are said twice.
    """
    texts, labels = talk.texts[window], talk.labels[window]
    rate = rng.uniform(0, most)
    new_texts: list[str] = []
    new_labels: list[int] = []
    for i, text in enumerate(texts):
        if rng.random() < rate and i > 1 and not is_latin(text):
            back = int(rng.integers(1, 3))
            if not any(new_labels[-back:]):
                new_texts += new_texts[-back:]
                new_labels += [0] * back
        new_texts.append(text)
        new_labels.append(int(labels[i]))
        if labels[i] and rng.random() < rate * 3:
            filler = str(rng.choice(FILLERS))
            new = [filler] if is_latin(filler) else list(filler)
            new_texts += new
            comma = 0 if filler in BARE and rng.random() < 0.7 else 1
            new_labels += [0] * (len(new) - 1) + [comma]
    return make_talk(new_texts, np.array(new_labels, np.int32), vocabulary)


@dataclass(frozen=True)
class Group:
    """Talks of one kind: their share of the windows, whose marks they are, how much is stuttered.

    `written` says that nobody spoke these texts: more of their windows get fillers and repeats.
    """

    talks: list[Talk]
    share: float
    style: int
    written: bool


def mixed_windows(
    groups: list[Group], vocabulary: f.Vocabulary, size: int, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """Noisy windows of all groups for ever, each group with its share."""
    streams = [group_windows(group, vocabulary, size, rng) for group in groups]
    shares = np.array([group.share for group in groups])
    while True:
        yield next(streams[int(rng.choice(len(groups), p=shares / shares.sum()))])


def group_windows(
    group: Group, vocabulary: f.Vocabulary, size: int, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """Noisy windows of a group for ever."""
    while True:
        yield from noisy_windows(group, vocabulary, size, rng)


def noisy_windows(
    group: Group, vocabulary: f.Vocabulary, size: int, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """One pass over all talks of a group in random order: arrays of nine rows, `size` tokens wide.

    Rows: ids, pairs, words, places, breaks, line lengths, hints, style, labels (-1 for padding).
    """
    talks, starts = group.talks, []
    chance, most = (0.4, 0.04) if group.written else (0.12, 0.02)
    for number, talk in enumerate(talks):
        phase = -int(rng.integers(0, size))
        starts += [(number, at) for at in range(phase, len(talk.ids), size)]
    for index in rng.permutation(len(starts)):
        number, at = starts[index]
        talk, part = talks[number], slice(max(0, at), at + size)
        if len(talk.ids[part]) < 30:
            continue
        if rng.random() < chance:
            talk = stutter(part, talk, vocabulary, rng, most)
            part = slice(0, size)
        style = group.style if rng.random() >= STYLE_UNKNOWN else f.ANY_STYLE
        yield noisy_window(talk, part, size, style, rng)


def noisy_window(
    talk: Talk, part: slice, size: int, style: int, rng: np.random.Generator
) -> np.ndarray:
    """One window with the noise of one recogniser."""
    labels, places = talk.labels[part], talk.places[part]
    kinds = break_lines(labels, places, draw_style(rng), rng)
    hints = leave_marks(labels, kinds, rng)
    lengths = f.line_lengths(kinds)
    if rng.random() < 0.04:
        kinds = np.where(kinds == f.LINE, f.SPACE, kinds)
        lengths = f.line_lengths(kinds)
    rows = np.zeros((9, size), np.int32)
    rows[7] = style
    rows[8] = -1
    names = (talk.ids[part], talk.pairs[part], talk.words[part])
    forgotten = (rng.random(len(labels)) < share for share in (0.03, 0.06, 0.06))
    columns = (
        *(np.where(no, f.UNKNOWN, n) for no, n in zip(forgotten, names, strict=True)),
        places,
    )
    filled = (*rows[:7], rows[8])
    for row, values in zip(filled, (*columns, kinds, lengths, hints, labels), strict=True):
        row[: len(values)] = values
    return rows
