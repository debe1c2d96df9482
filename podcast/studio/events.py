"""What happens to an episode -> every page that shows it, as server-sent events.

Threads tell of events; each page has a queue of its own in the server's event loop.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

MOST_WAITING = 1000  # events for a page that does not take them; it is then told to load again
QUIET_SECONDS = 15.0  # after which a comment is sent, by which a page that has gone is noticed

Queue = asyncio.Queue[str]


class Events:
    """The pages that are open, by the name of the episode that each of them shows."""

    def __init__(self) -> None:
        """No page is open yet."""
        self.lock = Lock()
        self.queues: dict[str, list[tuple[asyncio.AbstractEventLoop, Queue]]] = defaultdict(list)

    def tell(self, name: str, event: str, values: dict[str, Any]) -> None:
        """Send an event to all pages of an episode. Any thread may call this."""
        text = event_text(event, values)
        with self.lock:
            for loop, queue in self.queues[name]:
                if not loop.is_closed():
                    loop.call_soon_threadsafe(_put, queue, text)

    def shown(self) -> list[str]:
        """The names of the episodes that some page shows."""
        with self.lock:
            return [name for name, queues in self.queues.items() if queues]

    @contextmanager
    def opened(self, name: str) -> Iterator[Queue]:
        """Yield the queue of a page that has just been opened; it ends with the context."""
        entry = asyncio.get_running_loop(), Queue(MOST_WAITING)
        with self.lock:
            self.queues[name].append(entry)
        self._count(name)
        try:
            yield entry[1]
        finally:
            with self.lock:
                self.queues[name].remove(entry)
            self._count(name)

    def _count(self, name: str) -> None:
        """Tell all pages of an episode how many they are."""
        self.tell(name, "tabs", {"count": len(self.queues[name])})

    async def stream(self, queue: Queue) -> AsyncIterator[str]:
        """The events of a page's queue as they come, as text."""
        while True:
            try:
                yield await asyncio.wait_for(queue.get(), QUIET_SECONDS)
            except asyncio.TimeoutError:
                yield ": still here\n\n"


def event_text(event: str, values: dict[str, Any]) -> str:
    """An event as server-sent events are written."""
    return f"event: {event}\ndata: {json.dumps(values, ensure_ascii=False)}\n\n"


def _put(queue: Queue, text: str) -> None:
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        text = "event: reload\ndata: {}\n\n"
    queue.put_nowait(text)
