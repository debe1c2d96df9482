"""What share of a small language model's corrections the proof of the editor takes.

    MODEL=FILE.gguf python bench/editor.py [TALK.md ...]

FILE is a model in llama.cpp's form; `pip install xllamacpp` first. It is asked once for each
paragraph of the talks, in the words in which `--editor` asks. An answer that differs from the
paragraph is a proposal. SHOWN of them are printed: the paragraph, the proposal, and why it was
refused if it was. A model that was never taught to chat does not understand a question: with
BASE=1 it is shown EXAMPLES of a paragraph and its correction, and goes on from there. Where the
model or a package is missing, the exit status is 3.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from material import CANNOT_RUN, TALKS

from podcast.errors import ModelError
from podcast.text.editor.prompt import paragraph_messages
from podcast.text.editor.proof import Refusal, edited
from podcast.text.script import read_script

SHOWN = 10  # proposals that are printed
CONTEXT = 2048  # tokens of a question and its answer
LONGEST = 1.5  # tokens of an answer for each character of the paragraph
EXAMPLES = (
    (
        "大家好欢迎收听，今天我们我们来聊一聊，人工智能。",
        "大家好，欢迎收听。今天我们来聊一聊人工智能。",
    ),
    ("然后这个价格呢就是说比之前便宜了很多。", "价格比之前便宜了很多。"),
    ("他的经历非常特别，他在山里住了三年。", "他的经历非常特别，他在山里住了三年。"),
    ("我觉的这个办法可以试一试对吧？", "我觉得这个办法可以试一试。"),
)


class Asked(NamedTuple):
    """A paragraph, the model's answer, and the reason why it is refused, if it is."""

    text: str
    answer: str
    fault: Refusal | None

    @property
    def is_proposal(self) -> bool:
        """Whether the model answered with something else than the paragraph."""
        return self.answer != self.text


def loaded(model: Path) -> Any:
    """The model in memory, ready to be asked."""
    library = import_module("xllamacpp")
    params = library.CommonParams()
    for owner, name, value in (
        (params, "n_ctx", CONTEXT),
        (params, "n_parallel", 1),
        (params, "verbosity", 0),
        (params.model, "path", str(model)),
        (params.sampling, "temp", 0.0),  # the same question, the same answer
        (params.cpuparams, "n_threads", 1),
    ):
        setattr(owner, name, value)
    return library.Server(params)


def asked(texts: Sequence[str], server: Any) -> Iterator[Asked]:
    """Each text with the answer to one question, in order."""
    for number, text in enumerate(texts, 1):
        answer, is_whole = answered(text, server)
        checked = edited(text, answer if is_whole else "")  # as the program takes what is cut off
        yield Asked(text, answer, checked if isinstance(checked, Refusal) else None)
        print(f"{number} of {len(texts)}", file=sys.stderr)


def answered(text: str, server: Any) -> tuple[str, bool]:
    """The model's answer for a paragraph, and whether it came to its end."""
    asked_for = {"max_tokens": round(LONGEST * len(text))}
    if os.environ.get("BASE"):
        prompt = "".join(f"原文：{before}\n改好：{after}\n\n" for before, after in EXAMPLES)
        prompt += f"原文：{text}\n改好："
        reply = server.handle_completions({"prompt": prompt, "stop": ["\n"]} | asked_for)
        (choice,) = reply["choices"]
        said = choice["text"]
    else:
        messages = [{"role": who, "content": what} for who, what in paragraph_messages(text)]
        reply = server.handle_chat_completions({"messages": messages} | asked_for)
        (choice,) = reply["choices"]
        said = choice["message"]["content"]
    return said.strip(), choice["finish_reason"] == "stop"


def paragraphs(talks: Sequence[Path]) -> Iterator[str]:
    """The different paragraphs of the talks."""
    texts = (
        paragraph.text
        for talk in talks
        for chapter in read_script(talk).chapters
        for paragraph in chapter.paragraphs
    )
    return iter(dict.fromkeys(texts))


def report(outcomes: Sequence[Asked]) -> None:
    """Print the share that is taken, the reasons of the others, and some of them."""
    proposals = [each for each in outcomes if each.is_proposal]
    taken = sum(each.fault is None for each in proposals)
    print(f"{len(outcomes)} paragraphs, {len(proposals)} proposals, {taken} taken by the proof")
    reasons = Counter(each.fault.kind for each in proposals if each.fault)
    for reason, count in reasons.most_common():
        print(f"{count:4} refused: {reason}")
    for each in proposals[:SHOWN]:
        verdict = f"refused: {each.fault.kind} {each.fault.words!r}" if each.fault else "taken"
        print(f"\n{verdict}\n- {each.text}\n+ {each.answer or '(nothing)'}")


def main(talks: Sequence[Path]) -> int:
    """Print the report; 3 if there is no model, or a package is missing."""
    model = Path(os.environ.get("MODEL", "model.gguf"))
    try:
        if not model.is_file():
            raise ModelError(f"there is no file {model}; name a GGUF file as MODEL")
        report(list(asked(list(paragraphs(talks)), loaded(model))))
    except (ImportError, ModelError) as error:
        print(f"bench/editor.py cannot ask: {error}", file=sys.stderr)
        return CANNOT_RUN
    return 0


if __name__ == "__main__":
    sys.exit(main(tuple(map(Path, sys.argv[1:])) or TALKS))
