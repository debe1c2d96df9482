"""Text -> the messages that are sent to a model. They are part of the key of its answers."""

from __future__ import annotations

from collections.abc import Sequence

from podcast.text.divide.phrases import WIDEST
from podcast.text.editor import proof, titles
from podcast.text.editor.proof import Refusal

Message = tuple[str, str]  # role, content
Messages = tuple[Message, ...]

PARAGRAPH = (
    "你是中文播客的文字编辑。用户给你的一段话由语音识别得来，标点是程序加的。请把它改到可以发表，改动越少越好：\n"
    "一、改正标点和断句，该断的断，该连的连。\n"
    "二、改正同音或近音的错字，换上的字读音要相近。\n"
    "三、删去口头禅、重复的词和说错后又重说的半句。\n"
    "不可以改写、概括、补充、解释或调换顺序；数字、外文词、否定词和专有名词一律照抄；每句话都要保留。"
    "拿不准的地方就不改。只输出改好的这一段，写成一行，不用任何标记，不加说明。"
)
TITLE = (
    "你是中文播客的文字编辑。用户给你一期节目各章现在的标题和其中一章的文字。"
    f"请给这一章起一个标题：概括这一章讲了什么，不超过{WIDEST}个字（空格也算），只用这一章里说过的词，"
    "不与别章的标题相同，不是半句话。只输出标题本身，不用引号和任何标记，不加说明。"
)
LONGEST_CHAPTER = 6000  # characters of a chapter that are sent for its title

REASONS = {
    proof.EMPTY: "你没有给出文字",
    proof.LINES: "要写成一行",
    proof.MARKED_UP: "不能有标记或多余的符号",
    proof.FIGURES: "数字和外文词必须照抄，这里改动了",
    proof.NUMBERS: "数目必须照抄，这里改动了",
    proof.TURNED: "否定词不能删改，这里改动了",
    proof.LOST: "每句话都要保留，这一句丢了",
    proof.ADDED: "不能加词，也不能换成读音不同的词，这里加了或换了",
    proof.REMOVED: "除了口头禅和重复，不能删词，这里删了",
    proof.TOO_MUCH: "改动太多",
    proof.UNBALANCED: "引号要成对",
    titles.TOO_LONG: f"标题不能超过{WIDEST}个字",
    titles.UNSAID: "只能用这一章里说过的词，这一章没有说",
    titles.TAKEN: "别的章已经用了这个标题",
}


def paragraph_messages(text: str) -> Messages:
    """The messages that ask for the corrections of a paragraph."""
    return (("system", PARAGRAPH), ("user", text))


def title_messages(text: str, others: Sequence[str]) -> Messages:
    """The messages that ask for the title of a chapter with `text`; `others` are all titles."""
    listed = "\n".join(f"- {other}" for other in others)
    request = f"各章的标题：\n{listed}\n\n这一章的文字：\n{text[:LONGEST_CHAPTER]}"
    return (("system", TITLE), ("user", request))


def again(messages: Messages, answer: str, fault: Refusal) -> Messages:
    """The messages that ask again, with the refused answer and all reasons for the refusal."""
    reasons = "；".join(map(_reason, (fault, *fault.also)))
    request = f"这样不行：{reasons}。请从原文重新做一遍，仍然只输出结果。"
    return (*messages, ("assistant", answer or "（空）"), ("user", request))


def _reason(fault: Refusal) -> str:
    words = f"（{fault.words}）" if fault.words else ""
    return f"{REASONS[fault.kind]}{words}"
