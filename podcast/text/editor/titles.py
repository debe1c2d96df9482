"""A chapter and a model's title for it -> the title, or a Refusal with the reason."""

from __future__ import annotations

import re

import rjieba

from podcast.text.clean.characters import fold_characters, space_scripts, widen_marks
from podcast.text.divide.phrases import WIDEST
from podcast.text.editor.proof import EMPTY, LINES, MARKED_UP, MARKUP, Refusal

TOO_LONG = "too long for a title"
UNSAID = "words the chapter does not say"
TAKEN = "another chapter's title"

WRAPPED = re.compile(r"[“\"'「《【](.*)[”\"'」》】]")
JOINTS = frozenset("的与和在是从到：、，？！“”《》 ")  # signs and words that join others
TOKEN = re.compile(r"[A-Za-z0-9][\w.+#%'’-]*", re.ASCII)


def title(proposal: str, said: str, taken: frozenset[str]) -> str | Refusal:
    """The proposal in the marks and spaces of a title, if it fits the chapter; else the reason.

    `said` is the text of the chapter, and `taken` are the other chapters' titles, case-folded.

    >>> title("《数字文明与Meme》", "我们谈谈数字文明，还有 Meme。", frozenset())
    '数字文明与 Meme'
    >>> print(title("人类的末日", "我们谈谈数字文明。", frozenset()))
    words the chapter does not say: 人类
    """
    text = proposal.strip().rstrip("。.，；")
    whole = WRAPPED.fullmatch(text)
    text = space_scripts(widen_marks(fold_characters(whole[1] if whole else text)))
    if not re.search(r"\w", text):
        return Refusal(EMPTY)
    if len(proposal.strip().splitlines()) > 1:
        return Refusal(LINES)
    if MARKUP.search(text):
        return Refusal(MARKED_UP, text[:WIDEST])
    if len(text) > WIDEST:
        return Refusal(TOO_LONG, f"{len(text)} characters")
    unsaid = next((word for word in title_words(text) if word not in said), "")
    if unsaid:
        return Refusal(UNSAID, unsaid)
    return Refusal(TAKEN, text) if text.casefold() in taken else text


def title_words(text: str) -> list[str]:
    """The words of a title that its chapter must have: all but marks and words such as 的.

    >>> title_words("GPT-4.5 与数字文明：下一步")
    ['GPT-4.5', '数字', '文明', '下', '一步']
    """
    latin = TOKEN.findall(text)
    rest = TOKEN.sub(" ", text)
    words = [word for word in rjieba.cut(rest) if not set(word) <= JOINTS]
    return [*latin, *words]
