"""Messages -> a model's answer, remembered by the question: edits/KEY.edit of a Store.

A service that is busy or broken is asked again after a pause that grows and is never the same
twice, or is as long as the service says.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from podcast.errors import ServiceBusy, ServiceError
from podcast.files.keys import content_key
from podcast.files.store import Store
from podcast.outside.endpoint import Endpoint
from podcast.text.editor.prompt import Messages

if TYPE_CHECKING:
    from openai import AsyncOpenAI

CONNECTIONS = 4  # questions under way at a service at a time
TURN = 0.05  # seconds between looks at whether it is one's turn
DEADLINE = 120.0  # seconds for one answer: a model that thinks first may need most of it
PATIENCE_SECONDS = 300.0  # seconds after which a question is not asked again
TRIES = 6
PAUSE = 1.0  # seconds before the second try, at most; doubles with each
LONGEST_PAUSE = 30.0  # seconds
THOUGHT = "</think>"  # what ends the thinking that some services leave in an answer
ABOUT_THE_TEXT = (400, 413, 422)  # HTTP's refusals of one request
REFUSALS = 3  # with no answer before them, it is not the text that is refused


_lock = Lock()
_turns: dict[str, BoundedSemaphore] = {}


class Refused(ServiceError):
    """A service will not answer this one question."""


class Answers:
    """One model at one service; nothing is asked twice."""

    def __init__(self, endpoint: Endpoint, model: str, store: Store) -> None:
        """`store` is where it remembers; its folder need not exist yet."""
        self.endpoint, self.model, self.store = endpoint, model, store
        self.client: AsyncOpenAI | None = None
        self.slots = asyncio.Semaphore(CONNECTIONS)
        self.answered, self.refused = 0, 0

    async def __aenter__(self) -> Answers:
        """Open a client; its connections are shared by all questions."""
        self.client = await self.endpoint.client().__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        """Close the client."""
        if self.client:
            await self.client.__aexit__(*error)

    async def answer(self, messages: Messages) -> str:
        """The remembered answer if it is there, whole; else the model's, then remembered.

        An empty one is not remembered. Raises Refused for a question that a service which
        answers others will not have, ServiceError where it cannot be used.
        """
        name = f"edits/{self.key(messages)}.edit"
        known = self.store.get(name)
        if known is not None:
            self.answered += 1
            return known.decode()
        async with self.slots, turn(self.endpoint.url):
            text = await self._ask_patiently(messages)
        if text:
            self.store.put(name, text.encode("utf-8", "replace"))
        return text

    def key(self, messages: Messages) -> str:
        """Names a question: the service, the model and every word it is sent."""
        return content_key("edit 1", self.endpoint.url, self.model, messages)

    async def _ask_patiently(self, messages: Messages) -> str:
        started, tried = monotonic(), 0
        while True:
            try:
                text = await self._ask(messages)
                self.answered += 1
                return text
            except ServiceBusy as busy:
                tried += 1
                wait = max(busy.wait, pause(tried))
                if tried == TRIES or monotonic() - started + wait > PATIENCE_SECONDS:
                    raise ServiceError(f"{busy}; asked {_times(tried)}") from None
            except ServiceError as error:
                self.refused += error.status in ABOUT_THE_TEXT
                is_one_of_many = self.answered > 0 or self.refused < REFUSALS
                if error.status in ABOUT_THE_TEXT and is_one_of_many:
                    raise Refused(str(error)) from None
                raise
            await asyncio.sleep(wait)

    async def _ask(self, messages: Messages) -> str:
        assert self.client
        sent: Any = [{"role": role, "content": content} for role, content in messages]
        asking = self.client.chat.completions.create(model=self.model, messages=sent)
        told: object = await self.endpoint.ask(asking, DEADLINE)
        if not isinstance(getattr(told, "choices", None), list):
            raise ServiceBusy(f"{self.endpoint} sends what is no chat completion")
        return answer_text(told)


@asynccontextmanager
async def turn(url: str) -> AsyncIterator[None]:
    """A turn at a service: so many questions are under way there, of all builds in this process."""
    with _lock:
        turns = _turns.setdefault(url, BoundedSemaphore(CONNECTIONS))
    while not turns.acquire(blocking=False):
        await asyncio.sleep(TURN)
    try:
        yield
    finally:
        turns.release()


def answer_text(completion: Any) -> str:
    """What a model says in a completion; empty where it says nothing, or was cut off.

    Thinking that a service leaves in is not part of it.
    """
    with suppress(AttributeError, IndexError, TypeError):
        choice = completion.choices[0]
        if choice.finish_reason not in ("length", "content_filter"):
            return str(choice.message.content or "").rpartition(THOUGHT)[2].strip()
    return ""


def pause(tried: int) -> float:
    """Seconds: anything up to a bound that doubles, so that many do not ask at once."""
    bound = min(LONGEST_PAUSE, PAUSE * 2.0 ** (tried - 1))
    return random.uniform(bound / 4, bound)  # nosec B311 # a pause, no secret


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
