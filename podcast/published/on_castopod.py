"""out/<episode>/ -> the episode on a Castopod server, once, whatever ends the program in between.

    .published.json    in the episode's folder: server -> what was sent there, by its hash

The note is written before an episode is created, so that the next run knows whose it is. An answer
may be lost, so before each try the server is asked whether the episode is there.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from podcast.errors import ServiceBusy, ServiceError, WriteError
from podcast.files import json_text
from podcast.files.keys import content_key, digest
from podcast.files.names import CHAPTERS, COVER, NOTES, SOUND, SUBTITLES
from podcast.files.whole import alone, replacing
from podcast.model import Tell
from podcast.outside.castopod import TAKEN, TRIES, Castopod, Entry, Podcast, wait
from podcast.published.sending import Build, read_build

NOTE = ".published.json"
FILES = {  # the field of Castopod's form, and the file that is sent in it
    "audio_file": SOUND,
    "cover": COVER,
    "transcript_file": SUBTITLES,
    "chapters_file": CHAPTERS,
}
SLUG = r"[a-zA-Z0-9-]{1,128}"  # what Castopod takes for the last step of an episode's address
LONGEST_PLAIN = 100  # characters of a slug before the hash
NEAR_SECONDS = 2.0  # by which two lengths of the same sound may differ; the server rounds
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Note:
    """What was sent to a server: the key of the content, and the episode's number if known."""

    key: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class Publication:
    """What was, or is to be, sent for an episode, and its address if the server has it."""

    sent: tuple[str, ...]
    address: str = ""


def plan_for_castopod(folder: Path, castopod: Castopod, handle: str) -> Publication:
    """What `publish_to_castopod` would send now. Nothing is sent, and the errors are the same."""
    build = read_build(folder)
    with build.reading():
        entry = _Sending(build, castopod, handle).found()
    if entry is None:
        return Publication(tuple(FILES.values()))
    done = () if entry.is_published else (f"the request to publish {entry.slug}",)
    return Publication(done, entry.link)


def publish_to_castopod(folder: Path, castopod: Castopod, handle: str, tell: Tell) -> Publication:
    """Make the server publish the episode in `folder`; returns what was sent, and its address.

    `handle` names the podcast; it may be empty if the server has only one. Raises ReadError if the
    episode is incomplete, ServiceError if the server refuses it or does not answer, and WriteError
    if the server has another build of it or it is built again meanwhile.
    """
    build = read_build(folder)
    with build.reading():
        return _publish(_Sending(build, castopod, handle), tell)


def _publish(sending: _Sending, tell: Tell) -> Publication:
    entry, sent = sending.found(), list[str]()
    if entry is None:
        entry = _until(sending.found, sending.create)
        sent += FILES.values()
        tell(f"sent {', '.join(FILES.values())}")
    if not entry.is_published:
        entry = _until(sending.published, partial(sending.castopod.publish, sending.podcast, entry))
        sent.append(f"the request to publish {entry.slug}")
        tell(f"published {entry.slug}")
    sending.note(Note(sending.key, entry.id))
    return Publication(tuple(sent), entry.link)


def slug_of(name: str) -> str:
    """The last step of the address of the episode whose folder has this name.

    >>> slug_of("2025-02-indigo"), slug_of("AI 的下一步")
    ('2025-02-indigo', 'AI-296715a8')
    """
    if re.fullmatch(SLUG, name):
        return name
    plain = re.sub(r"[^a-zA-Z0-9]+", "-", name).strip("-")[:LONGEST_PLAIN]
    return f"{plain}-{sha256(os.fsencode(name)).hexdigest()[:8]}".lstrip("-")


def _until(look: Callable[[], T | None], act: Callable[[], None]) -> T:
    """What `look` sees after `act`, which is done again if it failed and `look` sees nothing.

    Raises ServiceError if that never comes about.
    """
    failure = ServiceError("the server took the request, but does not show what came of it")
    for failed in range(1, TRIES + 1):
        try:
            act()
            is_done = True
        except ServiceError as error:
            if not isinstance(error, ServiceBusy) and error.status != TAKEN:
                raise
            failure, is_done = error, not isinstance(error, ServiceBusy)
        if (found := look()) is not None:
            return found
        if is_done:
            raise failure
        if failed < TRIES and isinstance(failure, ServiceBusy):
            wait(failure, failed)
    raise ServiceError(f"{failure}; tried {TRIES} times")


class _Sending:
    """One build on its way to one podcast of a server."""

    def __init__(self, build: Build, castopod: Castopod, handle: str) -> None:
        self.build, self.castopod = build, castopod
        self.podcast = _chosen(castopod, handle.removeprefix("@"))
        self.slug = slug_of(build.folder.name)
        notes = (build.folder / NOTES).read_text("utf-8")
        self.description = re.sub(r"\A# .*\n+", "", notes).strip() or build.report.title
        files = [digest(build.folder / name) for name in FILES.values()]
        self.key = content_key(build.report.title, self.description, *files)

    def found(self) -> Entry | None:
        """The episode on the server, or None. Raises WriteError if it is there, but another."""
        entries = self.castopod.episodes(self.podcast)
        same = [entry for entry in entries if entry.slug.lower() == self.slug.lower()]
        if not same:
            return None
        entry, note = same[0], self._notes().get(self._place)
        is_ours = (
            note.id in (0, entry.id) and note.key == self.key if note else self._is_like(entry)
        )
        if not is_ours:
            raise WriteError(
                f"{self.castopod} has another episode, or another build, as {entry.link}, and its "
                "interface cannot replace one; delete it there, then publish again"
            )
        if not entry.is_whole:
            raise WriteError(
                f"{self.castopod} has {entry.link} without its cover, transcript or chapters; "
                "delete it there, then publish again"
            )
        return entry

    def published(self) -> Entry | None:
        """The episode on the server if it is published, or None."""
        entry = self.found()
        return entry if entry and entry.is_published else None

    def create(self) -> None:
        """Create the episode, after a note of it. Raises ServiceError and WriteError."""
        self.note(Note(self.key))
        with ExitStack() as stack:
            files = {
                name: stack.enter_context((self.build.folder / file).open("rb"))
                for name, file in FILES.items()
            }
            self.build.require_unchanged()  # so these are the files whose hashes are in the key
            self.castopod.create(self._fields(), files)

    def note(self, note: Note) -> None:
        """Write down what was sent. Raises WriteError if the note cannot be written."""
        folder = self.build.folder
        with alone(folder.parent):  # a build copies the note to the folder that replaces this one
            notes = self._notes()
            if notes.get(self._place) == note:
                return
            tables = {place: asdict(each) for place, each in {**notes, self._place: note}.items()}
            with replacing(folder / NOTE) as part:
                part.write_text(json.dumps(tables, ensure_ascii=False, indent=2) + "\n", "utf-8")

    @property
    def _place(self) -> str:
        return f"{self.castopod.url}/@{self.podcast.handle}"

    def _notes(self) -> dict[str, Note]:
        """The note of each server and podcast; none that is damaged."""
        try:
            tables = json_text.parse((self.build.folder / NOTE).read_text("utf-8"))
            return {
                place: Note(str(each["key"]), int(each["id"])) for place, each in tables.items()
            }
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return {}

    def _is_like(self, entry: Entry) -> bool:
        """Whether an episode of which there is no note has the same title, notes and length."""
        report = self.build.report
        return (
            entry.title == report.title
            and entry.description.split() == self.description.split()
            and abs(entry.seconds - report.seconds) <= NEAR_SECONDS
        )

    def _fields(self) -> dict[str, str]:
        user = str(self.podcast.user)
        fields = {
            "podcast_id": str(self.podcast.id),
            "created_by": user,
            "updated_by": user,
            "title": self.build.report.title,
            "slug": self.slug,
            "description": self.description,
            "type": "full",
            "transcript-choice": "upload-file",
            "chapters-choice": "upload-file",
        }
        if self.podcast.is_serial:  # Castopod then wants a number
            numbers = [entry.number for entry in self.castopod.episodes(self.podcast)]
            fields["episode_number"] = str(max(numbers, default=0) + 1)
        return fields


def _chosen(castopod: Castopod, handle: str) -> Podcast:
    """The podcast of this handle, or the only one. Raises ServiceError."""
    podcasts = castopod.podcasts()
    fitting = [each for each in podcasts if not handle or each.handle.lower() == handle.lower()]
    if len(fitting) == 1:
        return fitting[0]
    handles = ", ".join(f"@{each.handle}" for each in podcasts) or "none"
    raise ServiceError(f"{castopod} has these podcasts: {handles}; name one with CASTOPOD_PODCAST")
