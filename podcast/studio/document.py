"""out/NAME/script.md, as all pages that show it, other programs and builds change it.

The file is the script; there is no other copy that counts. Every edit is applied to the file as it
is now, with the same lock that a build takes to put its folder in place, and replaces it at once.
What another program wrote meanwhile is merged first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple

from podcast.errors import ReadError, ScriptError
from podcast.files.decode import read_bytes, text_in
from podcast.files.names import SCRIPT
from podcast.files.tidy import tidy
from podcast.files.whole import alone, replacing, writing
from podcast.published.folder import bring_back
from podcast.studio import history as past
from podcast.studio.blocks import (
    CHAPTER,
    KINDS,
    PARAGRAPH,
    TITLE,
    Block,
    Blocks,
    identified,
    new_id,
    plain,
)
from podcast.studio.history import Change, Edit, History, Merged, Row
from podcast.studio.journal import (
    JOURNAL,
    add_change,
    is_whole,
    read_history,
    write_history,
)
from podcast.studio.page import Page, read_page, rewritten
from podcast.text.script import require_role

NOT_MERGED = Merged(())

Tell = Callable[[str, dict[str, Any]], None]
"""A function that sends an event, with its values, to all pages that show the episode."""

Keep = Callable[[Row, bool], None]
"""A function that writes a row into the settings beside the transcript, or takes it out of them."""


class Shown(NamedTuple):
    """What a page shows: the latest version and its blocks, and what can be undone and redone.

    `credits` are the values of the script's front matter.
    """

    version: int
    title: str
    credits: Mapping[str, str]
    blocks: Blocks
    can_undo: bool
    can_redo: bool
    clashes: tuple[past.Clash, ...]


class Document:
    """The script of one episode. Its methods may be called by several threads at a time."""

    def __init__(
        self, folder: Path, tell: Tell = lambda *_: None, keep: Keep = lambda *_: None
    ) -> None:
        """`folder` is that of the episode; `tell` is called for each change, once it is kept.

        `keep` is called for a change that has a row, and for its undo, before the script changes.
        """
        self.folder, self.tell, self.keep = folder, tell, keep
        self.path, self.journal = folder / SCRIPT, folder / JOURNAL
        self.lock = RLock()
        self.content: bytes | None = None
        self.size = -1  # of the journal, as this object left it
        self.page: Page | None = None
        self.history: History | None = None

    def shown(self) -> Shown:
        """What a page shows. Raises ReadError or ScriptError if the file cannot be read."""
        with self._held() as (page, history):
            return _shown(page, history)

    def is_there(self) -> bool:
        """Whether there is a script."""
        if not self.folder.parent.is_dir():
            return False
        with writing(self.folder), alone(self.folder.parent):
            bring_back(self.folder)
            return self.path.is_file()

    def sync(self) -> None:
        """Take up what another program wrote. Raises as `shown` does."""
        with self._held():
            pass

    def edit(self, edit: Edit, by: str) -> tuple[Blocks, Shown]:
        """Apply an edit of the page `by`; return the blocks as inserted, and what is shown now.

        Raises Conflict, ScriptError for blocks that a script cannot hold, ReadError or WriteError.
        """
        insert = ready(edit)
        with self._held() as (page, history):
            blocks = past.edited(history, replace(edit, insert=insert))
            require_title(blocks, history.blocks)
            before = history
            page, history = self._put(page, history, blocks, past.EDIT, by, settles=edit.settles)
            if history is before:  # the page waits for the event of its edit
                self.tell("script", told(history, Change(history.version, "", by, ()), history))
            now = {block.id: block for block in history.blocks}
            return tuple(now.get(block.id, block) for block in insert), _shown(page, history)

    def change(
        self, how: Callable[[Blocks], Sequence[Block]], by: str, row: Row | None = None
    ) -> Shown:
        """Replace all blocks by what `how` makes of them, and write a row, as one change.

        Raises as `edit` does, and ReadError if the settings cannot hold the row.
        """
        with self._held() as (page, history):
            blocks = tuple(how(history.blocks))
            require_title(blocks, history.blocks)
            if row:
                self.keep(row, True)
            return _shown(*self._put(page, history, blocks, past.EDIT, by, row=row))

    def undo(self, by: str) -> Shown:
        """Take back the last change that a page made. Raises Conflict, ScriptError, WriteError."""
        return self._turn(past.UNDO, by)

    def redo(self, by: str) -> Shown:
        """Make the change again that was taken back last. Raises as `undo` does."""
        return self._turn(past.REDO, by)

    def settle(self, id: str, by: str) -> Shown:
        """Leave a passage as it is, which was changed in the file and by a page."""
        with self._held() as (page, history):
            change = Change(history.version + 1, past.SETTLED, by, (), settles=id)
            return _shown(page, self._keep(history, change))

    def _turn(self, kind: str, by: str) -> Shown:
        with self._held() as (page, history):
            waiting = history.undoable if kind == past.UNDO else history.redoable
            if not waiting:
                return _shown(page, history)
            blocks = past.undone(history, waiting[-1])
            row = next(each.row for each in history.changes if each.version == waiting[-1])
            if row:
                self.keep(row, kind == past.REDO)
            return _shown(*self._put(page, history, blocks, kind, by, undoes=waiting[-1], row=row))

    # The file ------------------------------------------------------------------------------

    @contextmanager
    def _held(self) -> Iterator[tuple[Page, History]]:
        """Yield the file as it is now and its history, while nothing else can replace the file."""
        self._require_folder()
        with self.lock, writing(self.folder), alone(self.folder.parent):
            bring_back(self.folder)
            yield self._read()

    def _require_folder(self) -> None:
        if not self.folder.parent.is_dir():
            raise ReadError(f"there is no script {self.path}; write it with `podcast script`")

    def _read(self) -> tuple[Page, History]:
        """The file and its history, in which what another program wrote is a change."""
        content = read_bytes(self.path)
        is_ours = self._size() == self.size  # else another studio has the same episode open
        if content == self.content and is_ours and self.page and self.history:
            return self.page, self.history
        read = read_page(text_in(content, self.path), str(self.path))
        history = self.history if is_ours and self.history else self._begun(read)
        if read.blocks == history.blocks:
            return self._now(content, replace(read, blocks=history.blocks), history)
        merged = past.merged(history, read.blocks)
        if merged.wrote:
            page = replace(read, blocks=identified(merged.blocks, read.blocks))
            return self._put(page, history, merged.blocks, past.REREAD, past.DISK, merged)
        kind = past.EDIT if _is_former(history, merged.blocks) else past.REREAD
        after = self._keep(history, _change_to(history, merged.blocks, kind, past.DISK, merged))
        return self._now(content, replace(read, blocks=merged.blocks), after)

    def _begun(self, read: Page) -> History:
        """The history that the folder has, or a new one; remains of a crash are removed."""
        for name in (SCRIPT, JOURNAL):
            for left in self.folder.glob(f".{name}.*.part"):
                left.unlink(missing_ok=True)
        history = read_history(self.journal)
        if history is None or not is_whole(self.journal):
            history = history or self.history or History(1, identified((), read.blocks))
            write_history(self.journal, history)
        self.size = self._size()
        if self.history and self.history.blocks != history.blocks:
            hunks = past.difference(self.history.blocks, history.blocks)
            change = Change(history.version, past.REREAD, past.DISK, hunks)
            self.tell("script", told(self.history, change, history))
        return history

    def _size(self) -> int:
        """The size of the journal in bytes; 0 if there is none."""
        return self.journal.stat().st_size if self.journal.is_file() else 0

    def _now(self, content: bytes, page: Page, history: History) -> tuple[Page, History]:
        self.content, self.page, self.history = content, page, history
        return page, history

    def _put(
        self,
        page: Page,
        history: History,
        blocks: Blocks,
        kind: str,
        by: str,
        merged: Merged = NOT_MERGED,
        *,
        undoes: int = 0,
        settles: str = "",
        row: Row | None = None,
    ) -> tuple[Page, History]:
        """Write blocks to the file, then the change to the journal, then tell of it.

        The file may read as other blocks than were written: a part without a chapter below it is a
        chapter. So what counts is read from what is written.
        """
        text = rewritten(page, blocks)
        read = read_page(text, str(self.path))
        blocks = blocks if read.blocks == blocks else identified(blocks, read.blocks)
        change = _change_to(history, blocks, kind, by, merged)
        change = replace(change, undoes=undoes, settles=settles, row=row)
        if not (change.hunks or undoes or settles or row or by == past.DISK):
            return page, history
        content = text.encode()
        with replacing(self.path) as part:
            part.write_bytes(content)
        after = self._keep(history, change)
        return self._now(content, replace(read, blocks=blocks), after)

    def _keep(self, history: History, change: Change) -> History:
        """Write a change to the journal, and tell all pages of it; return the history with it."""
        after = past.with_change(history, change)
        if len(after.changes) < len(history.changes) or not self.journal.is_file():
            write_history(self.journal, after)
        else:
            add_change(self.journal, change)
        self.history, self.size = after, self._size()
        self.tell("script", told(history, change, after))
        return after


def _change_to(
    history: History,
    blocks: Blocks,
    kind: str,
    by: str,
    merged: Merged = NOT_MERGED,
) -> Change:
    hunks = past.difference(history.blocks, blocks)
    version = history.version + 1
    return Change(version, kind, by, hunks, clashes=merged.clashes, wrote=merged.wrote)


def _is_former(history: History, blocks: Blocks) -> bool:
    """Whether blocks are those of an earlier state."""
    return any(earlier == blocks for _, earlier in islice(past.states(history), 1, None))


def _shown(page: Page, history: History) -> Shown:
    first = history.blocks[:1]
    is_titled = bool(first) and first[0].kind == TITLE
    return Shown(
        history.version,
        first[0].text if is_titled else page.credits.get("title", ""),
        page.credits,
        history.blocks,
        bool(history.undoable),
        bool(history.redoable),
        history.clashes,
    )


def told(before: History, change: Change, after: History) -> dict[str, Any]:
    """The values of the event that tells of a change."""
    return {
        "version": change.version,
        "by": change.by,
        "splices": [
            {
                "after": id,
                "remove": [block.id for block in hunk.removed],
                "insert": [plain(block) for block in hunk.inserted],
            }
            for id, hunk in past.splices(change.hunks, before.blocks)
        ],
        "can_undo": bool(after.undoable),
        "can_redo": bool(after.redoable),
        "clashes": [clash_told(clash) for clash in after.clashes],
        "row": _row_told(change),
    }


def _row_told(change: Change) -> dict[str, Any] | None:
    """The row that an undo took out of the settings, or a redo put there again, as JSON."""
    if not change.row or change.kind not in (past.UNDO, past.REDO):
        return None
    return {**change.row._asdict(), "kept": change.kind == past.REDO}


def clash_told(clash: past.Clash) -> dict[str, Any]:
    """A clash as JSON has it."""
    return {
        "id": clash.id,
        "mine": [plain(block) for block in clash.mine],
        "theirs": [plain(block) for block in clash.theirs],
    }


# What a page may write ---------------------------------------------------------------------


def ready(edit: Edit) -> Blocks:
    """The blocks of an edit as the script holds them, each with an id.

    A block keeps its id if it goes on as one that the edit takes away. Raises ScriptError.
    """
    free = set(edit.remove)
    kept = []
    for block in edit.insert:
        id = block.id if block.id in free else ""
        free.discard(id)
        kept.append(replace(tidied(block), id=id))
    return tuple(block if block.id else replace(block, id=new_id()) for block in kept)


def tidied(block: Block) -> Block:
    """The block with its text on one line. Raises ScriptError if a script cannot hold it."""
    if block.kind not in KINDS:
        raise ScriptError(f"a block is one of {', '.join(KINDS)}, not {block.kind!r:.60}")
    text = tidy(block.text)
    if not text:
        raise ScriptError(f"a {block.kind} needs some text; take it away instead")
    role = block.role if block.kind == PARAGRAPH else ""
    voice = block.voice if block.kind == CHAPTER else ""
    for name in filter(None, (role, voice)):
        require_role(name)
    return replace(block, text=text, role=role, voice=voice)


def require_title(after: Blocks, before: Blocks) -> None:
    """Raise ScriptError if there is not one title, at the start, where there was one before."""
    places = [at for at, block in enumerate(after) if block.kind == TITLE]
    if places not in ([], [0]) or (not places and before[:1] and before[0].kind == TITLE):
        raise ScriptError("a script has one title, which stands first")
