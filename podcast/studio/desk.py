"""What a page asks for -> what it gets, as JSON has it: the studio without its web server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from hashlib import sha256
from threading import Lock
from typing import Any

from podcast.errors import PodcastError
from podcast.files.names import PAGE
from podcast.formats.speakers import ROLES
from podcast.model import GUEST, HOST
from podcast.production.make import write_draft
from podcast.published.report import BUILT, read_report
from podcast.studio.blocks import Block, plain
from podcast.studio.builds import Builds
from podcast.studio.document import Document, Shown, clash_told
from podcast.studio.events import Events, event_text
from podcast.studio.history import Edit
from podcast.studio.shelf import Shelf, require_name
from podcast.text.read.account import known_names
from podcast.text.script import LISTED

MOST_BLOCKS = 20_000  # in one edit; a script of a day of speech has a third of it

Values = dict[str, Any]


class Desk:
    """All that the studio has open. Its methods may be called by several threads at a time."""

    def __init__(self, shelf: Shelf) -> None:
        """`shelf` is where the episodes are."""
        self.shelf, self.events = shelf, Events()
        self.builds = Builds(shelf.order, self.events.tell)
        self.lock = Lock()
        self.documents: dict[str, Document] = {}

    def document(self, name: str) -> Document:
        """The script of an episode, which need not be there. Raises ReadError for a bad name."""
        folder = self.shelf.folder(name)
        with self.lock:
            if name not in self.documents:
                self.documents[name] = Document(
                    folder, lambda event, values: self.events.tell(name, event, values)
                )
            return self.documents[name]

    def watch(self) -> None:
        """Take up what other programs wrote into the scripts that are shown."""
        for name in self.events.shown():
            document = self.document(name)
            try:
                if document.is_there():
                    document.sync()
            except PodcastError as error:
                document.tell("told", {"text": str(error)})

    async def stream(self, name: str) -> AsyncIterator[str]:
        """What happens to an episode from now on; first how its last build stands."""
        with self.events.opened(name) as queue:
            state = self.builds.state(name)
            if state and state[0] != "built":
                yield event_text(*state)
            async for text in self.events.stream(queue):
                yield text

    # The script ----------------------------------------------------------------------------

    def script(self, name: str) -> Values:
        """The script of an episode; it is drafted if there is none. Raises PodcastError."""
        document = self.document(name)
        with document.lock:
            if not document.is_there():
                write_draft(self.shelf.order(name), None)
        shown = document.shown()
        report = read_report(document.folder)
        seed = self.shelf.seed(name)
        is_built = (document.folder / PAGE).is_file() and not report.lacks(*BUILT)
        digest = sha256(document.content or b"").hexdigest()
        return {
            **self._state(shown),
            "title": shown.title,
            "blocks": [plain(block) for block in shown.blocks],
            "clashes": [clash_told(clash) for clash in shown.clashes],
            "roles": roles(shown, dict(known_names(report.reading))),
            "built": is_built,
            "stale": not is_built or report.script.sha256 != digest,
            "building": self.builds.is_running(name),
            "seed": seed.name if seed else "",
        }

    def edit(self, name: str, asked: Values, by: str) -> Values:
        """Apply an edit. Raises Conflict, BadRequest or PodcastError."""
        blocks, shown = self.document(name).edit(edit_of(asked), by)
        return {**self._state(shown), "blocks": [plain(block) for block in blocks]}

    def undo(self, name: str, asked: Values, by: str) -> Values:
        """Take back the last change. Raises Conflict or PodcastError."""
        return self._state(self.document(name).undo(by))

    def redo(self, name: str, asked: Values, by: str) -> Values:
        """Make the change again that was taken back last. Raises Conflict or PodcastError."""
        return self._state(self.document(name).redo(by))

    def settle(self, name: str, asked: Values, by: str) -> Values:
        """Leave a passage as the file has it. Raises BadRequest or PodcastError."""
        return self._state(self.document(name).settle(text_of(asked, "id"), by))

    def _state(self, shown: Shown) -> Values:
        return {
            "version": shown.version,
            "can_undo": shown.can_undo,
            "can_redo": shown.can_redo,
        }

    # Builds --------------------------------------------------------------------------------

    def build(self, name: str, asked: Values, by: str) -> Values:
        """Build an episode in the background. Raises ReadError if there is no such episode."""
        self.shelf.order(name)
        self.builds.start(name)
        return {"building": True}

    def cancel(self, name: str, asked: Values, by: str) -> Values:
        """End the build of an episode."""
        return {"building": False, "was": self.builds.cancel(require_name(name))}


class BadRequest(ValueError):
    """A page asks for something in a form that it must not have."""


def roles(shown: Shown, heard: Mapping[str, str]) -> list[Values]:
    """Who speaks or may speak in an episode: each role, and the name to show for it."""
    told = {role: name for role in (HOST, GUEST) if (name := shown.credits.get(role))}
    names = {**ROLES, **heard, **told}
    speakers = filter(None, LISTED.split(shown.credits.get("speakers", "").strip("[] ")))
    used = [name for block in shown.blocks for name in (block.role, block.voice) if name]
    known = dict.fromkeys([HOST, GUEST, *speakers, *used])
    return [{"role": role, "name": names.get(role, role)} for role in known]


# Values that a page sends ------------------------------------------------------------------


def text_of(asked: Values, key: str, default: str | None = None) -> str:
    """The text under a key. Raises BadRequest if there is none."""
    value = asked.get(key, default)
    if not isinstance(value, str):
        raise BadRequest(f"{key} must be text")
    return value


def edit_of(asked: Values) -> Edit:
    """The edit that a page asks for. Raises BadRequest."""
    base, remove, insert = (asked.get(key) for key in ("base", "remove", "insert"))
    if not isinstance(base, int) or isinstance(base, bool):
        raise BadRequest("base must be the version that the page shows")
    if not isinstance(remove, list) or not all(isinstance(each, str) for each in remove):
        raise BadRequest("remove must be a list of ids")
    if not isinstance(insert, list) or len(insert) > MOST_BLOCKS:
        raise BadRequest("insert must be a list of blocks")
    blocks = tuple(map(block_of, insert))
    after, settles = text_of(asked, "after", ""), text_of(asked, "settles", "")
    return Edit(base, after, tuple(remove), blocks, settles)


def block_of(value: object) -> Block:
    """The block that a page sends. Raises BadRequest."""
    if not isinstance(value, dict):
        raise BadRequest("a block must be a table")
    return Block(
        text_of(value, "kind"),
        text_of(value, "text"),
        text_of(value, "role", ""),
        text_of(value, "voice", ""),
        text_of(value, "id", ""),
    )
