"""Words of a talk -> the 个 in them that is not needed: 这个是 for 这是, 那个很 for 那很."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from podcast.text.clean.words import words
from podcast.text.trim.allowed import Protected
from podcast.text.trim.words import NONE, Word

WHY = "个 in 这个是"  # as the account of the deletions names it
_POINTING = words("这个 那个")
# Words that begin what is said of 这个, so that 这个 is the whole subject.
_PREDICATES = words(
    "是 就是 也是 都是 不是 只是 还是 很 也 都 就 还 太 只 应该 可能 会 能 能够 可以 不 不算 没有"
)
# Classes of words after which a subject stands; after a verb or a preposition 这个 is an object.
_BEFORE_SUBJECTS = ("c", "d", "y", "t")


def needless(talk: Sequence[Word], protected: Protected) -> Iterator[Word]:
    """The word of each 个 that is not needed."""
    for place, word in enumerate(talk[:-1]):
        following = talk[place + 1]
        if word.text not in _POINTING or following.before != NONE:
            continue
        opens = word.before != NONE or talk[place - 1].tag.startswith(_BEFORE_SUBJECTS)
        measure = word._replace(text=word.text[1:], start=word.start + 1)
        if opens and following.text in _PREDICATES and protected.allows([measure]):
            yield measure
