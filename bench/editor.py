"""What share of a small language model's corrections the proof of the editor takes.

    MODEL=FILE.gguf python bench/editor.py [TALK.md ...]

FILE is a model in llama.cpp's form; `pip install xllamacpp openai` first. It is served on this
machine and asked once for each paragraph of the talks, in the words in which `--editor` asks. An
answer that differs from the paragraph is a proposal. CHAT_TEMPLATE names one of llama.cpp's chat
templates, for a model that brings none. SHOWN of them are printed: the paragraph, the
proposal, and why it was refused if it was. Where the model or a package is missing, the exit status
is 3.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from podcast.errors import ServiceError
from podcast.files.store import Store
from podcast.outside.endpoint import Endpoint
from podcast.text.editor.answers import Answers
from podcast.text.editor.prompt import paragraph_messages
from podcast.text.editor.proof import Refusal, edited
from podcast.text.script import read_script

TALKS = tuple(sorted((Path(__file__).parent / "talks").glob("[!R]*.md")))
SHOWN = 10  # proposals that are printed
CONTEXT = 2048  # tokens of a question and its answer
LONGEST = 300  # tokens of an answer
CANNOT_RUN = 3  # exit status if there is no model, or a package is missing


class Asked(NamedTuple):
    """A paragraph, the model's answer, and the reason why it is refused, if it is."""

    text: str
    answer: str
    fault: Refusal | None

    @property
    def is_proposal(self) -> bool:
        """Whether the model answered with something else than the paragraph."""
        return self.answer != self.text


def served(model: Path) -> Any:
    """A server of the model on this machine, which ends with the process."""
    library = import_module("xllamacpp")
    params = library.CommonParams()
    settings: dict[str, Any] = {
        "n_ctx": CONTEXT,
        "n_predict": LONGEST,
        "n_parallel": 1,
        "hostnames": ["127.0.0.1"],
        "port": 0,  # any free one
        "chat_template": os.environ.get("CHAT_TEMPLATE", ""),
        "verbosity": 0,
    }
    for name, value in settings.items():
        setattr(params, name, value)
    setattr(params.model, "path", str(model))  # noqa: B010
    setattr(params.sampling, "temp", 0.0)  # noqa: B010 # the same question, the same answer
    setattr(params.cpuparams, "n_threads", 1)  # noqa: B010
    return library.Server(params)


async def asked(texts: Sequence[str], endpoint: Endpoint, name: str, store: Store) -> list[Asked]:
    """Each text with the answer to one question, in order. Raises ServiceError."""
    outcomes = []
    async with Answers(endpoint, name, store) as answers:
        for text in texts:
            answer = await answers.answer(paragraph_messages(text))
            checked = edited(text, answer)
            fault = checked if isinstance(checked, Refusal) else None
            outcomes.append(Asked(text, answer, fault))
            print(f"{len(outcomes)} of {len(texts)}", file=sys.stderr)
    return outcomes


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
            raise ServiceError(f"there is no file {model}; name a GGUF file as MODEL")
        server = served(model)
        endpoint = Endpoint(f"{server.listening_address}/v1", "none")
        with TemporaryDirectory() as folder:
            texts = list(paragraphs(talks))
            report(asyncio.run(asked(texts, endpoint, model.stem, Store(Path(folder)))))
    except (ImportError, ServiceError) as error:
        print(f"bench/editor.py cannot ask: {error}", file=sys.stderr)
        return CANNOT_RUN
    return 0


if __name__ == "__main__":
    sys.exit(main(tuple(map(Path, sys.argv[1:])) or TALKS))
