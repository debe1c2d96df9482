"""Script -> Script, with a model's proposals for paragraphs and titles that a proof accepts.

    Paragraph --prompt--> messages --answers--> proposal --proof--> Paragraph, or a Refusal

If a proposal is refused, the model is asked once more, with the reason; if that is refused, too,
the paragraph stays as it was. The model is at any OpenAI-compatible service, and its answers are
stored, so the same question is never sent twice.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from podcast.errors import ServiceError
from podcast.files.store import Store
from podcast.model import Chapter, Script
from podcast.outside.endpoint import Endpoint
from podcast.text.editor.answers import Answers, Refused
from podcast.text.editor.prompt import Messages, again, paragraph_messages, title_messages
from podcast.text.editor.proof import Refusal, edited, letters
from podcast.text.editor.titles import TAKEN, title

Progress = Callable[[str, float], None]
"""Called after each question, with the chapter's title and the question's share of all."""

TIMES = 2  # tries of a question: the first, and one with the reason why the answer was refused
SHORTEST_LETTERS = 6  # a paragraph with fewer letters is a greeting or an answer; it is not sent
PARAGRAPH, TITLE = "paragraph", "title"
REFUSED = "refused by the service"


@dataclass(frozen=True, slots=True)
class Kept:
    """A paragraph or title that stays as the program wrote it, since the proposal was refused."""

    what: str  # PARAGRAPH or TITLE
    chapter: str
    text: str
    fault: Refusal


@dataclass(frozen=True, slots=True)
class Editing:
    """An edited script, and how much a model changed.

    `asked` paragraphs were sent, `changed` paragraphs and `titles` titles were changed, and for
    `kept` the proposals were refused.
    """

    script: Script
    model: str
    asked: int
    changed: int
    titles: int
    kept: tuple[Kept, ...]

    def __str__(self) -> str:
        changes = (
            f"the editor model {self.model} changed {self.changed} of "
            f"{_many(self.asked, PARAGRAPH)} and {self.titles} of "
            f"{_many(len(self.script.chapters), TITLE)}"
        )
        return "; ".join([changes, *self._kept_texts()])

    def _kept_texts(self) -> Iterator[str]:
        """A phrase for each kind of text: how many are kept, and the reasons."""
        for what in (PARAGRAPH, TITLE):
            count = Counter(kept.fault.kind for kept in self.kept if kept.what == what)
            reasons = ", ".join(f"{kind} ({times})" for kind, times in count.most_common())
            if count:
                yield f"{_many(count.total(), what)} kept offline: {reasons}"


def edit(
    script: Script,
    model: str,
    endpoint: Endpoint,
    store: Store,
    tell: Progress,
    *,
    titled: Collection[str] = (),
) -> Editing:
    """The script with the edits of a model. Its answers are kept in `store`.

    `titled` are titles that a person gave, which are not changed. Raises ServiceError if the
    service cannot be used (the answers until then are stored), and WriteError if an answer cannot
    be stored.
    """
    try:
        return asyncio.run(_edit(script, Answers(endpoint, model, store), tell, titled))
    except ServiceError as error:
        raise type(error)(
            f"{error}; the answers until then are kept: build again later, or leave out --editor"
        ) from None


async def _edit(
    script: Script, answers: Answers, tell: Progress, titled: Collection[str]
) -> Editing:
    questions = _paragraph_questions(script)
    share = 1 / max(1, len(questions) + len(script.chapters))
    async with answers:
        outcomes = await _outcomes(answers, questions, tell, share)
        texts = {question.text: outcome for question, outcome in outcomes}
        chapters = [_with_texts(chapter, texts) for chapter in script.chapters]
        wanted = [_title_question(c, chapters) for c in chapters if c.title not in titled]
        named = _unlike(await _outcomes(answers, wanted, tell, share))
    titles = {question.text: outcome for question, outcome in named}
    return Editing(
        replace(script, chapters=tuple(_with_title(chapter, titles) for chapter in chapters)),
        answers.model,
        len(questions),
        sum(map(_is_change, outcomes)),
        sum(map(_is_change, named)),
        (*_kept(PARAGRAPH, outcomes), *_kept(TITLE, named)),
    )


def _kept(what: str, outcomes: Outcomes) -> Iterator[Kept]:
    for question, outcome in outcomes:
        if isinstance(outcome, Refusal):
            yield Kept(what, question.chapter, question.text, outcome)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


# Questions ---------------------------------------------------------------------------------


class Question(NamedTuple):
    """A question for a model: the chapter and the text to improve, and a check of the answer."""

    chapter: str
    text: str
    messages: Messages
    check: Callable[[str], str | Refusal]


Outcomes = list[tuple[Question, str | Refusal]]


def _paragraph_questions(script: Script) -> list[Question]:
    """A question for each different paragraph that is long enough to have faults."""
    chapters = {
        paragraph.text: chapter.title
        for chapter in reversed(script.chapters)
        for paragraph in chapter.paragraphs
        if len(letters(paragraph.text).text) >= SHORTEST_LETTERS
    }
    return [
        Question(chapters[text], text, paragraph_messages(text), partial(edited, text))
        for text in dict.fromkeys(p.text for c in script.chapters for p in c.paragraphs)
        if text in chapters
    ]


def _title_question(chapter: Chapter, chapters: Sequence[Chapter]) -> Question:
    text = "\n".join(paragraph.text for paragraph in chapter.paragraphs)
    others = [other.title for other in chapters]
    taken = frozenset(map(str.casefold, others)) - {chapter.title.casefold()}
    check = partial(title, said=f"{text}\n{chapter.title}", taken=taken)
    return Question(chapter.title, chapter.title, title_messages(text, others), check)


async def _outcomes(
    answers: Answers, questions: Sequence[Question], tell: Progress, share: float
) -> Outcomes:
    """Each question with its outcome, in order. The first failure cancels all other questions."""

    async def outcome(question: Question) -> tuple[Question, str | Refusal]:
        answer = await _outcome(answers, question)
        tell(question.chapter, share)
        return question, answer

    tasks = [asyncio.ensure_future(outcome(question)) for question in questions]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _outcome(answers: Answers, question: Question) -> str | Refusal:
    """The answer that the check accepts, at one of TIMES tries; else the refusal of the last."""
    messages, last = question.messages, Refusal("")
    for _ in range(TIMES):
        try:
            answer = await answers.answer(messages)
        except Refused as refusal:
            return Refusal(REFUSED, str(refusal))
        checked = question.check(answer)
        if not isinstance(checked, Refusal):
            return checked
        messages, last = again(messages, answer, checked), checked
    return last


# Outcomes ----------------------------------------------------------------------------------


def _unlike(named: Outcomes) -> Outcomes:
    """The outcomes; if two chapters got the same title, that of the second is refused."""
    used: set[str] = set()
    apart: Outcomes = []
    for question, outcome in named:
        if not isinstance(outcome, Refusal) and outcome.casefold() in used:
            outcome = Refusal(TAKEN, outcome)
        if not isinstance(outcome, Refusal):
            used.add(outcome.casefold())
        apart.append((question, outcome))
    return apart


def _is_change(pair: tuple[Question, str | Refusal]) -> bool:
    question, outcome = pair
    return not isinstance(outcome, Refusal) and outcome != question.text


def _with_texts(chapter: Chapter, texts: Mapping[str, str | Refusal]) -> Chapter:
    return replace(
        chapter,
        paragraphs=tuple(
            replace(paragraph, text=_better(paragraph.text, texts))
            for paragraph in chapter.paragraphs
        ),
    )


def _with_title(chapter: Chapter, titles: Mapping[str, str | Refusal]) -> Chapter:
    return replace(chapter, title=_better(chapter.title, titles))


def _better(text: str, outcomes: Mapping[str, str | Refusal]) -> str:
    outcome = outcomes.get(text, text)
    return text if isinstance(outcome, Refusal) else outcome
