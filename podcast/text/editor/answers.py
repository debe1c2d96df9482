"""Messages -> a model's answer, from the store or from a service: edits/KEY.edit of a Store.

If a service is busy or broken, the question is sent again after a pause that grows and has a
random part, or is as long as the service says.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from podcast.errors import ServiceBusy, ServiceError
from podcast.files.keys import content_key
from podcast.files.store import Store
from podcast.outside.endpoint import Endpoint
from podcast.outside.pauses import pause_seconds
from podcast.text.editor.prompt import Messages

if TYPE_CHECKING:
    from openai import AsyncOpenAI

CONNECTIONS = 4  # questions sent to a service at a time
TURN = 0.05  # seconds between two tries to get a place among these
DEADLINE = 120.0  # seconds for one answer: a model that thinks first may need most of it
PATIENCE_SECONDS = 300.0  # after this time a question is not sent again
TRIES = 6  # of one question
PAUSE = 1.0  # seconds before the second try, at most; doubles with each further try
LONGEST_PAUSE = 30.0  # seconds between two tries
THOUGHT = "</think>"  # ends the thinking that some services leave in an answer
ABOUT_THE_TEXT = (400, 413, 422)  # HTTP statuses that refuse one request because of its text
REFUSALS = 3  # after so many and no answer, the service is taken to refuse all requests


_lock = Lock()
_turns: dict[str, BoundedSemaphore] = {}


class Refused(ServiceError):
    """A service refuses this one question."""


class Answers:
    """One model at one service. Answers are stored, so no question is sent twice."""

    def __init__(self, endpoint: Endpoint, model: str, store: Store) -> None:
        """`store` has the answers; its folder need not exist yet."""
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
        """The stored answer; if there is none, the model's, which is then stored.

        An empty answer is not stored. Raises Refused if a service that answers other questions
        refuses this one, ServiceError if the service cannot be used, and WriteError if the answer
        cannot be stored.
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
        """The key of a question: a hash of the service, the model and all messages."""
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
                wait = max(busy.wait, pause_seconds(tried, PAUSE, LONGEST_PAUSE))
                if tried == TRIES or monotonic() - started + wait > PATIENCE_SECONDS:
                    raise ServiceError(f"{busy}; tried {_times(tried)}") from None
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
        completion: object = await self.endpoint.ask(asking, DEADLINE)
        if not isinstance(getattr(completion, "choices", None), list):
            raise ServiceBusy(f"{self.endpoint} sent an answer that is no chat completion")
        return answer_text(completion)


@asynccontextmanager
async def turn(url: str) -> AsyncIterator[None]:
    """Wait for one of the CONNECTIONS places at a service, which all builds of a process share."""
    with _lock:
        turns = _turns.setdefault(url, BoundedSemaphore(CONNECTIONS))
    while not turns.acquire(blocking=False):
        await asyncio.sleep(TURN)
    try:
        yield
    finally:
        turns.release()


def answer_text(completion: Any) -> str:
    """The answer in a completion, without the thinking that a service leaves in.

    It is empty if the model said nothing or was cut off.
    """
    with suppress(AttributeError, IndexError, TypeError):
        choice = completion.choices[0]
        if choice.finish_reason not in ("length", "content_filter"):
            return str(choice.message.content or "").rpartition(THOUGHT)[2].strip()
    return ""


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
