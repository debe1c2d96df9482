"""What a page asks for -> what it gets, as JSON has it: the studio without its web server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from podcast import engines
from podcast.errors import PodcastError
from podcast.files.names import PAGE, PICTURES
from podcast.files.options import OPTIONS, Option
from podcast.formats.speakers import ROLES
from podcast.model import GUEST, HOST, Script
from podcast.production.make import write_draft
from podcast.published.report import BUILT, read_report
from podcast.speech.cast import read_roles
from podcast.speech.choose import AUTO
from podcast.studio.blocks import CHAPTER, Block, plain
from podcast.studio.builds import Builds
from podcast.studio.built import files, findings
from podcast.studio.document import Document, Shown, clash_told
from podcast.studio.events import Events, event_text
from podcast.studio.history import Edit, Row
from podcast.studio.marking import (
    MOST_PLACES,
    Place,
    dropped,
    misspelt,
    occurrences,
    replaced,
    told,
)
from podcast.studio.saying import Sayer, Wish, offered
from podcast.studio.script_of import script_of
from podcast.studio.seeds import (
    RECORDINGS,
    add_row,
    fill_in,
    foreseen,
    form,
    place_beside,
    place_for,
    read_file,
    require_picture,
    said_now,
    take_row,
)
from podcast.studio.shelf import Shelf, require_name
from podcast.text.read import is_script, reading
from podcast.text.read.account import known_names
from podcast.text.script import listed_speakers

MOST_BLOCKS = 20_000  # in one edit; a script of a day of speech has a third of it

Values = dict[str, Any]


class Desk:
    """All that the studio has open. Its methods may be called by several threads at a time."""

    def __init__(self, shelf: Shelf) -> None:
        """`shelf` is where the episodes are."""
        self.shelf, self.events = shelf, Events()
        self.builds = Builds(shelf.order, self._tell_of_build, self._titles)
        self.sayer = Sayer()
        self.lock, self.settings_lock = Lock(), Lock()
        self.documents: dict[str, Document] = {}
        self.faults: dict[str, str] = {}  # of the scripts that are shown, told once each

    def document(self, name: str) -> Document:
        """The script of an episode, which need not be there. Raises ReadError for a bad name."""
        folder = self.shelf.folder(name)
        with self.lock:
            if name not in self.documents:
                self.documents[name] = Document(
                    folder,
                    lambda event, values: self.events.tell(name, event, values),
                    lambda row, is_kept: self._keep(name, row, is_kept),
                )
            return self.documents[name]

    def _keep(self, name: str, row: Row, is_kept: bool) -> None:
        """Write a row into the settings of an episode, or take it out of them.

        Raises ReadError if they cannot be read or cannot hold it, and WriteError.
        """
        source = self.shelf.order(name).source
        with self.settings_lock:
            (add_row if is_kept else take_row)(source, row)

    def watch(self) -> None:
        """Take up what other programs wrote into the scripts that are shown."""
        for name in self.events.shown():
            document, fault = self.document(name), ""
            try:
                if document.is_there():
                    document.sync()
            except PodcastError as error:
                fault = str(error)
            if fault and fault != self.faults.get(name):
                document.tell("told", {"text": fault})
            self.faults[name] = fault

    async def stream(self, name: str) -> AsyncIterator[str]:
        """What happens to an episode from now on; first how its last build stands."""
        with self.events.opened(name) as queue:
            state = self.builds.state(name)
            if state and state[0] != "built":
                yield event_text(*state)
            async for text in self.events.stream(queue):
                yield text

    def _tell_of_build(self, name: str, event: str, values: Values) -> None:
        made = {"made": self._made(name)} if event == "built" else {}
        self.events.tell(name, event, values | made)

    def _made(self, name: str) -> str:
        """What names the episode that is built now; empty if none is."""
        try:
            return str((self.shelf.folder(name) / PAGE).stat().st_mtime_ns)
        except OSError:  # there is none, or a build replaces the folder just now
            return ""

    def _titles(self, name: str) -> list[str]:
        """The titles of an episode's chapters; none if it has no script yet, or a broken one."""
        history = self.document(name).history
        blocks = history.blocks if history else ()
        return [block.text for block in blocks if block.kind == CHAPTER]

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
            "made": self._made(name),
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

    # Finding and changing ------------------------------------------------------------------

    def find(self, name: str, asked: Values, by: str) -> Values:
        """Where a text occurs; with `apply` it is replaced, as one change. Raises PodcastError."""
        document, wanted = self.document(name), text_of(asked, "find")
        new = text_of(asked, "replace") if "replace" in asked else None
        if not wanted:
            return {"places": []}
        places = list(occurrences(document.shown().blocks, wanted, new))
        return self._changed(document, places, asked.get("apply") is True, by)

    def glossary(self, name: str, asked: Values, by: str) -> Values:
        """What "always write X for Y" changes; with `apply`, do so, and for each later draft.

        Raises PodcastError.
        """
        document = self.document(name)
        wrong, right = (text_of(asked, key).strip() for key in ("from", "to"))
        if not wrong or not right:
            raise BadRequest("give what is written, and what is to be written instead")
        places = list(misspelt(document.shown().blocks, wrong, right))
        return self._changed(
            document, places, asked.get("apply") is True, by, Row("glossary", wrong, right)
        )

    def pronounce(self, name: str, asked: Values, by: str) -> Values:
        """Where a word is said; with `apply` it is said otherwise from now on.

        Raises PodcastError.
        """
        word, respelling = (text_of(asked, key).strip() for key in ("text", "as"))
        if not word:
            raise BadRequest("give the word that is to be said otherwise")
        document = self.document(name)
        places = list(occurrences(document.shown().blocks, word))
        before = said_now(self.shelf.order(name).source, word)
        row = Row("pronounce", word, respelling, before)
        return self._changed(document, places, asked.get("apply") is True, by, row)

    def _changed(
        self,
        document: Document,
        places: Sequence[Place],
        apply: bool,
        by: str,
        row: Row | None = None,
    ) -> Values:
        """The places; with `apply`, what is new is written there first, and the row is kept."""
        answer: Values = {"places": [told(place) for place in places[:MOST_PLACES]]}
        if apply and (places or row):
            answer |= self._state(document.change(replaced(places), by, row))
        return answer

    def dropped(self, name: str) -> list[Values]:
        """What cleaning dropped, and where it stood. Raises PodcastError."""
        order = self.shelf.order(name)
        if is_script(order.source):
            return []
        shown = self.document(name).shown()
        found = reading(order.source, dict(order.settings.cast) if order.settings else {})
        return dropped(found, script_of(shown), shown.blocks)

    def say(self, name: str, asked: Values, by: str) -> bytes:
        """A text as the episode would say it, as a WAV. Raises BadRequest or PodcastError."""
        respellings = asked.get("as") or {}
        if not isinstance(respellings, dict) or not all(
            isinstance(each, str) for pair in respellings.items() for each in pair
        ):
            raise BadRequest("as must be a table of texts")
        text, role = text_of(asked, "text"), text_of(asked, "role", "")
        wish = Wish(text, role, text_of(asked, "voice", ""), respellings)
        document = self.document(name)
        script = script_of(document.shown()) if document.is_there() else Script("", ())
        return self.sayer.say(self.shelf.order(name), script, read_report(document.folder), wish)

    # Seeds ---------------------------------------------------------------------------------

    def options(self) -> Values:
        """What can be set: the recipe's options, the voices, the engines and the roles."""
        voices = offered(read_roles(self.shelf.voices))
        return {
            "options": [option_told(option) for option in OPTIONS.values()],
            "voices": [
                {"name": role, "engine": engine, "zh": ROLES.get(role, role)}
                for role, engine in voices
            ],
            "recordings": sorted(RECORDINGS),
            "engines": [AUTO, *engines.offered()],
            "roles": [role for role, _ in voices],
        }

    def settings(self, name: str) -> Values:
        """The settings beside a seed. Raises ReadError."""
        return form(self.shelf.source(name))

    def set(self, name: str, asked: Values, by: str) -> Values:
        """Write the settings beside a seed. Raises ReadError or WriteError."""
        with self.settings_lock:
            fill_in(self.shelf.source(name), asked)
        return form(self.shelf.source(name))

    def read(self, content: bytes, given: str) -> Values:
        """How a dropped file is read. Raises ReadError."""
        return read_file(content, given)

    def foresee(self, content: bytes, given: str) -> Values:
        """What would be made of a dropped file without any settings. Raises ReadError."""
        return foreseen(content, given)

    def keep_seed(self, part: Path, name: str, given: str) -> Values:
        """Put an uploaded transcript into the folder of seeds. Raises ReadError or Taken."""
        with self.lock:
            path = place_for(self.shelf, name, given)
            part.replace(path)
        return {"name": name, "seed": path.name}

    def keep_recording(self, part: Path, name: str, given: str) -> Values:
        """Put an uploaded recording beside the transcript. Raises ReadError."""
        with self.lock:
            path = place_beside(self.shelf, name, given, RECORDINGS)
            part.replace(path)
        return {"recording": path.name}

    def keep_cover(self, part: Path, name: str, given: str) -> Values:
        """Put an uploaded picture beside the transcript. Raises ReadError."""
        require_picture(part, given)
        with self.lock:
            path = place_beside(self.shelf, name, given, PICTURES)
            part.replace(path)
        return {"cover": path.name}

    # What is built -------------------------------------------------------------------------

    def files(self, name: str) -> list[Values]:
        """The files of an episode. Raises ReadError for a bad name."""
        return files(self.shelf.folder(name))

    def check(self, name: str, watch: Callable[[float], None]) -> list[Values]:
        """The faults of a built episode. Raises ReadError if there is none.

        `watch` is called with the share of the work that is done, and may raise Stopped.
        """
        document = self.document(name)
        blocks = document.shown().blocks if document.is_there() else ()
        return findings(document.folder, blocks, watch)

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
    used = [name for block in shown.blocks for name in (block.role, block.voice) if name]
    known = dict.fromkeys([HOST, GUEST, *listed_speakers(shown.credits), *used])
    return [{"role": role, "name": names.get(role, role)} for role in known]


def option_told(option: Option) -> Values:
    """An option of the recipe as JSON has it."""
    has_range = option.kind in (int, float) and not option.choices
    kinds = {bool: "bool", int: "int", float: "float", Path: "file"}
    return {
        "name": option.name,
        "zh": option.chinese,
        "en": option.meaning,
        "kind": kinds.get(option.kind, "str"),
        "low": option.least if has_range else None,
        "high": option.most if has_range else None,
        "choices": list(option.choices) or None,
        "default": option.default,
    }


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
