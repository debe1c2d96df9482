"""Script -> Script: what a model proposes for each paragraph and title, where proof allows it.

    Paragraph --prompt--> messages --answers--> proposal --proof--> Paragraph, or why not

A proposal that is no edit is asked for once more, with the reason; then the paragraph stays as
it was. The model is at any OpenAI-compatible service; what it said is never asked for again.
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
"""Told a chapter's title and the share of the questions that were answered with one more."""

TIMES = 2  # a question is put: once, and once with the reason why the answer will not do
SHORTEST_LETTERS = 6  # letters of a paragraph worth asking about: less is a greeting, an answer
PARAGRAPH, TITLE = "paragraph", "title"
REFUSED = "refused by the service"


@dataclass(frozen=True, slots=True)
class Kept:
    """A paragraph or title that stays as the program wrote it, though the model was asked."""

    what: str  # PARAGRAPH or TITLE
    chapter: str
    text: str
    fault: Refusal


@dataclass(frozen=True, slots=True)
class Editing:
    """What came of a script: how many paragraphs and titles a model was asked for and changed."""

    script: Script
    model: str
    asked: int
    changed: int
    titles: int
    kept: tuple[Kept, ...]

    def __str__(self) -> str:
        told = (
            f"the editor model {self.model} changed {self.changed} of "
            f"{_many(self.asked, PARAGRAPH)} and {self.titles} of "
            f"{_many(len(self.script.chapters), TITLE)}"
        )
        return "; ".join([told, *self._kept_texts()])

    def _kept_texts(self) -> Iterator[str]:
        """How many of each kind are kept, and why."""
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
    """The script as a model leaves it. Its answers are remembered in `store`.

    `titled` are titles that a person gave; they stay. Raises ServiceError where the service
    cannot be used; what it answered until then is kept.
    """
    try:
        return asyncio.run(_edit(script, Answers(endpoint, model, store), tell, titled))
    except ServiceError as error:
        raise type(error)(
            f"{error}; what was finished is kept: build again later, or leave out --editor"
        ) from None


async def _edit(
    script: Script, answers: Answers, tell: Progress, titled: Collection[str]
) -> Editing:
    asked = _paragraph_questions(script)
    share = 1 / max(1, len(asked) + len(script.chapters))
    async with answers:
        outcomes = await _outcomes(answers, asked, tell, share)
        texts = {question.text: outcome for question, outcome in outcomes}
        chapters = [_with_texts(chapter, texts) for chapter in script.chapters]
        wanted = [_title_question(c, chapters) for c in chapters if c.title not in titled]
        named = _unlike(await _outcomes(answers, wanted, tell, share))
    titles = {question.text: outcome for question, outcome in named}
    return Editing(
        replace(script, chapters=tuple(_with_title(chapter, titles) for chapter in chapters)),
        answers.model,
        len(asked),
        sum(map(_is_change, outcomes)),
        sum(map(_is_change, named)),
        (*_kept(PARAGRAPH, outcomes), *_kept(TITLE, named)),
    )


def _kept(what: str, outcomes: Outcomes) -> Iterator[Kept]:
    for question, found in outcomes:
        if isinstance(found, Refusal):
            yield Kept(what, question.chapter, question.text, found)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


# What is asked -----------------------------------------------------------------------------


class Question(NamedTuple):
    """What a model is asked: of which chapter, to improve what, and what proves its answer."""

    chapter: str
    text: str
    messages: Messages
    check: Callable[[str], str | Refusal]


Outcomes = list[tuple[Question, str | Refusal]]


def _paragraph_questions(script: Script) -> list[Question]:
    """One for each different paragraph that is long enough to have faults."""
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
    said = "\n".join(paragraph.text for paragraph in chapter.paragraphs)
    others = [other.title for other in chapters]
    taken = frozenset(map(str.casefold, others)) - {chapter.title.casefold()}
    check = partial(title, said=f"{said}\n{chapter.title}", taken=taken)
    return Question(chapter.title, chapter.title, title_messages(said, others), check)


async def _outcomes(
    answers: Answers, questions: Sequence[Question], tell: Progress, share: float
) -> Outcomes:
    """Each question with what it came to, in order. The first failure calls all others off."""

    async def outcome(question: Question) -> tuple[Question, str | Refusal]:
        found = await _outcome(answers, question)
        tell(question.chapter, share)
        return question, found

    tasks = [asyncio.ensure_future(outcome(question)) for question in questions]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _outcome(answers: Answers, question: Question) -> str | Refusal:
    """The answer, if it is proved; else that to the same question with the reason; else why not."""
    messages, found = question.messages, Refusal("")
    for _ in range(TIMES):
        try:
            answer = await answers.answer(messages)
        except Refused as refusal:
            return Refusal(REFUSED, str(refusal))
        checked = question.check(answer)
        if not isinstance(checked, Refusal):
            return checked
        messages, found = again(messages, answer, checked), checked
    return found


# What is done with it ----------------------------------------------------------------------


def _unlike(named: Outcomes) -> Outcomes:
    """The same, where of two chapters that got one title the second has none."""
    used: set[str] = set()
    apart: Outcomes = []
    for question, found in named:
        if not isinstance(found, Refusal) and found.casefold() in used:
            found = Refusal(TAKEN, found)
        if not isinstance(found, Refusal):
            used.add(found.casefold())
        apart.append((question, found))
    return apart


def _is_change(outcome: tuple[Question, str | Refusal]) -> bool:
    question, found = outcome
    return not isinstance(found, Refusal) and found != question.text


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


def _better(text: str, found: Mapping[str, str | Refusal]) -> str:
    outcome = found.get(text, text)
    return text if isinstance(outcome, Refusal) else outcome
