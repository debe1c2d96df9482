"""Changes of a script's blocks, in order -> merged with each other, undone, and done again.

    History --edited | undone | redone | reread--> History, with one more change

Every change has a version, and names the blocks that it took away and those that it put there. So
each earlier state can be computed, an edit that was made on an earlier state can be applied to the
latest, and a change can be undone although others came after it. Nothing here touches a disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from podcast.studio.blocks import TITLE, Block, Blocks, identified, runs

KEPT = 400  # changes that can be undone, or be merged with; older ones are forgotten
MOST = 3_000_000  # characters in the changes that are kept: thirty times the text of three hours
DISK = "disk"  # who made a change of the file that did not come from a page
NONE: Blocks = ()
# The kinds of changes.
EDIT, UNDO, REDO, REREAD, SETTLED = "edit", "undo", "redo", "reread", "settled"


class Hunk(NamedTuple):
    """Blocks that a change took away, and those that it put in their place.

    `at` is the place of the first in the list before the change.
    """

    at: int
    removed: Blocks
    inserted: Blocks


@dataclass(frozen=True, slots=True)
class Clash:
    """Blocks that were changed in the file and by a page, both since the same state.

    The file's blocks `theirs` are in the script now. `mine` are those that the pages had.
    """

    id: str
    mine: Blocks
    theirs: Blocks


class Row(NamedTuple):
    """A row of the settings beside the transcript, which a change wrote together with the script.

    `table` is "glossary" or "pronounce", `value` what is written or said for `word`. `before` is
    what was said for it before, or empty.
    """

    table: str
    word: str
    value: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to the list of blocks at once. `by` is the page that made it, or DISK.

    `undoes` is the version of the change whose opposite this is, or 0. `settles` is the id of a
    clash that this change settles, or empty. `wrote` are the blocks that another program wrote, if
    these were merged with what it had not seen. `row` is what the change wrote into the settings,
    or what it took out of them again if it is an undo.
    """

    version: int
    kind: str
    by: str
    hunks: tuple[Hunk, ...]
    undoes: int = 0
    clashes: tuple[Clash, ...] = ()
    settles: str = ""
    wrote: Blocks = ()
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The latest blocks, the changes that led to them, and which of these can be undone or redone.

    `version` is that of the last change. `clashes` are those that nobody has settled yet. `size` is
    the number of characters in the changes.
    """

    version: int
    blocks: Blocks
    changes: tuple[Change, ...] = ()
    undoable: tuple[int, ...] = ()
    redoable: tuple[int, ...] = ()
    clashes: tuple[Clash, ...] = ()
    size: int = 0


@dataclass(frozen=True, slots=True)
class Edit:
    """What a page asks for: take away the blocks `remove`, put `insert` there.

    `base` is the version that the page shows. Without `remove`, `insert` comes behind the block
    `after`, or at the start if that is empty. `settles` is the id of a clash of which the person
    has chosen with this edit, or empty.
    """

    base: int
    after: str
    remove: tuple[str, ...]
    insert: Blocks
    settles: str = ""


class Conflict(Exception):
    """An edit meets blocks that have changed since its base; it is not applied.

    `mine` are the blocks that the edit puts there, `theirs` those that are there now.
    """

    def __init__(self, version: int, mine: Sequence[Block], theirs: Sequence[Block]) -> None:
        """`version` is the latest, on which the next edit can be based."""
        super().__init__("this passage has been changed meanwhile; choose one of the two")
        self.version, self.mine, self.theirs = version, tuple(mine), tuple(theirs)


# Lists of blocks ---------------------------------------------------------------------------


def difference(before: Sequence[Block], after: Sequence[Block]) -> tuple[Hunk, ...]:
    """The hunks that make one list the other."""
    return tuple(
        Hunk(
            run.left,
            tuple(before[run.left : run.left_end]),
            tuple(after[run.right : run.right_end]),
        )
        for run in runs(before, after)
    )


def applied(blocks: Sequence[Block], hunks: Iterable[Hunk]) -> Blocks:
    """The list after its hunks, which must be in order."""
    changed = list(blocks)
    for hunk in reversed(list(hunks)):
        changed[hunk.at : hunk.at + len(hunk.removed)] = hunk.inserted
    return tuple(changed)


def opposite(hunks: Iterable[Hunk]) -> tuple[Hunk, ...]:
    """The hunks that take the list after these back to the list before them."""
    moved, turned = 0, []
    for hunk in hunks:
        turned.append(Hunk(hunk.at + moved, hunk.inserted, hunk.removed))
        moved += len(hunk.inserted) - len(hunk.removed)
    return tuple(turned)


def states(history: History) -> Iterator[tuple[int, Blocks]]:
    """Each version that is known, with its blocks: the latest first."""
    version, blocks = history.version, history.blocks
    for change in reversed(history.changes):
        yield change.version, blocks
        version, blocks = change.version - 1, applied(blocks, opposite(change.hunks))
    yield version, blocks


def state(history: History, version: int) -> Blocks | None:
    """The blocks as they were after the change `version`; None if that is no longer known."""
    return next((blocks for known, blocks in states(history) if known == version), None)


def moved(hunk: Hunk, then: Sequence[Block], now: Sequence[Block]) -> Hunk | None:
    """The hunk of an earlier list, where it belongs in the latest one.

    None if a block that it takes away has changed, or if one came between them.
    """
    places = {block.id: at for at, block in enumerate(now)}
    if not hunk.removed:
        return hunk._replace(at=_below(then[: hunk.at], places, now))
    at = places.get(hunk.removed[0].id, len(now))
    found = tuple(now[at : at + len(hunk.removed)])
    same = [(b.id, b) for b in found] == [(b.id, b) for b in hunk.removed]
    return hunk._replace(at=at) if same else None


def _below(above: Sequence[Block], places: dict[str, int], now: Sequence[Block]) -> int:
    """The place below the nearest of the blocks `above` that is still there, and the title."""
    for block in reversed(above):
        if block.id in places:
            return places[block.id] + 1
    return 1 if now[:1] and now[0].kind == TITLE else 0


def region(hunk: Hunk, then: Sequence[Block], now: Sequence[Block]) -> tuple[int, int]:
    """Where in the latest list that stands which has become of a hunk's removed blocks."""
    places = {block.id: at for at, block in enumerate(now)}
    start = _below(then[: hunk.at], places, now)
    below = then[hunk.at + len(hunk.removed) :]
    end = next((places[each.id] for each in below if each.id in places), len(now))
    own = [places[each.id] for each in hunk.removed if each.id in places]
    return min([start, *own]), max([end, start, *(at + 1 for at in own)])


# Changes -----------------------------------------------------------------------------------


def edited(history: History, edit: Edit) -> Blocks:
    """The blocks after a page's edit, which may have been made on an earlier state.

    Raises Conflict if a block that the edit takes away has changed since; but not where somebody
    else has made the same change already.
    """
    then = state(history, edit.base)
    hunk = _hunk_of(edit, then) if then is not None else None
    if then is None or hunk is None:
        theirs = [block for block in history.blocks if block.id in edit.remove]
        raise Conflict(history.version, edit.insert, theirs)
    return placed(history, hunk, then)


def _hunk_of(edit: Edit, then: Blocks) -> Hunk | None:
    """The edit as a hunk of the state that it was made on; None if its blocks are not in that."""
    places = {block.id: at for at, block in enumerate(then)}
    first = edit.remove[0] if edit.remove else edit.after
    is_at_start = not edit.remove and not edit.after
    if not is_at_start and first not in places:
        return None
    at = 0 if is_at_start else places[first] if edit.remove else places[first] + 1
    removed = then[at : at + len(edit.remove)]
    if tuple(block.id for block in removed) != edit.remove:
        return None
    return Hunk(at, removed, edit.insert)


def placed(history: History, hunk: Hunk, then: Sequence[Block]) -> Blocks:
    """The latest blocks with a hunk of an earlier state applied. Raises Conflict."""
    now = history.blocks
    found = moved(hunk, then, now)
    if found is None:
        start, end = region(hunk, then, now)
        if now[start:end] == hunk.inserted:
            return now
        raise Conflict(history.version, hunk.inserted, now[start:end])
    return applied(now, [found])


def undone(history: History, version: int) -> Blocks:
    """The latest blocks without what the change `version` did.

    Raises Conflict if blocks that it put there have changed since.
    """
    then = state(history, version)
    change = next(each for each in history.changes if each.version == version)
    assert then is not None
    blocks = history.blocks
    for hunk in reversed(opposite(change.hunks)):
        blocks = placed(replace(history, blocks=blocks), hunk, then)
    return blocks


class Merged(NamedTuple):
    """The blocks of a file that was changed by another program, merged with those of the pages.

    `wrote` are those of the file, if the merged ones differ from them.
    """

    blocks: Blocks
    clashes: tuple[Clash, ...] = ()
    wrote: Blocks = ()


def merged(history: History, read: Sequence[Block]) -> Merged:
    """The blocks of a file as it was read, together with the changes that its writer had not seen.

    A program that keeps a file open may write it after pages have changed it. Such a file is most
    like an earlier state, or like what the program wrote last; then only what differs from that is
    the writer's change. A file that is exactly an earlier state was put back on purpose, and is
    taken as it is.
    """
    base = _written_on(history, read)
    if base is None:
        return Merged(identified(history.blocks, read))
    theirs = identified(base, read)
    blocks, clashes = history.blocks, []
    for hunk in reversed(difference(base, theirs)):
        found = moved(hunk, base, blocks)
        if found is None:
            hunk = _widened(hunk, base, theirs, blocks)
            start, end = region(hunk, base, blocks)
            mine = blocks[start:end]
            if mine != hunk.inserted:
                clashes.append(Clash(_name_of(hunk, mine), mine, hunk.inserted))
            found = Hunk(start, mine, hunk.inserted)
        blocks = applied(blocks, [found])
    blocks = _each_once(blocks)
    return Merged(blocks, tuple(reversed(clashes)), () if blocks == theirs else theirs)


def _widened(hunk: Hunk, base: Blocks, theirs: Blocks, now: Blocks) -> Hunk:
    """The hunk with the blocks beside it that are gone by now, as they may be joined with its own.

    `theirs` are the blocks that the hunk leads to, together with others.
    """
    live = {block.id for block in now}
    known = {block.id: block for block in theirs}
    start, end = hunk.at, hunk.at + len(hunk.removed)
    while start and base[start - 1].id not in live:
        start -= 1
    while end < len(base) and base[end].id not in live:
        end += 1
    above = base[start : hunk.at]
    below = base[hunk.at + len(hunk.removed) : end]
    kept = [tuple(known[each.id] for each in some if each.id in known) for some in (above, below)]
    return Hunk(start, base[start:end], (*kept[0], *hunk.inserted, *kept[1]))


def _name_of(hunk: Hunk, mine: Blocks) -> str:
    return (hunk.inserted or mine or hunk.removed)[0].id


def _each_once(blocks: Blocks) -> Blocks:
    """The blocks; of two with one id, the later one gets another."""
    seen: set[str] = set()
    kept = []
    for block in blocks:
        kept.append(replace(block, id=f"{block.id}+") if block.id in seen else block)
        seen.add(kept[-1].id)
    return tuple(kept)


def _written_on(history: History, read: Sequence[Block]) -> Blocks | None:
    """What the file held when it was most like `read`; None if that is now, or it was equal."""
    apart = _Apart(history.blocks, read)
    least, best, wrote = apart.measure(), history.version, NONE
    for change in reversed(history.changes):
        if change.wrote and (measure := _Apart(change.wrote, read).measure()) < least:
            least, best, wrote = measure, change.version, change.wrote
        apart.step_back(change)
        if not apart.blocks:
            return None
        if apart.blocks <= least[0] and (measure := apart.measure()) < least:
            least, best, wrote = measure, change.version - 1, NONE
    return wrote or (state(history, best) if best < history.version else None)


class _Apart:
    """How far a file is from a state, which is moved back change by change.

    `blocks` is the number of blocks that only one of the two has.
    """

    def __init__(self, blocks: Blocks, read: Sequence[Block]) -> None:
        self.more = Counter(blocks)  # how much more often the state has each block than the file
        self.more.subtract(read)
        self.blocks = sum(map(abs, self.more.values()))

    def step_back(self, change: Change) -> None:
        """Go on to the state before a change."""
        for hunk in change.hunks:
            for some, by in ((hunk.inserted, -1), (hunk.removed, 1)):
                for block in some:
                    self.blocks += abs(self.more[block] + by) - abs(self.more[block])
                    self.more[block] += by

    def measure(self) -> tuple[int, int, int]:
        """The blocks apart, and the characters that the file has lost and gained.

        A writer who had not seen what a page wrote seems to have deleted it, so characters that
        are lost tell more than those that are new.
        """
        before, after = (
            Counter("".join(each.text * count for each, count in some.items()))
            for some in (+self.more, -self.more)
        )
        return self.blocks, (before - after).total(), (after - before).total()


def with_change(history: History, change: Change) -> History:
    """The history after a change that was made on its latest blocks."""
    undoable, redoable = history.undoable, history.redoable
    if change.kind == EDIT:
        undoable, redoable = (*undoable, change.version), ()
    elif change.kind == UNDO:
        undoable = tuple(each for each in undoable if each != change.undoes)
        redoable = (*redoable, change.version)
    elif change.kind == REDO:
        redoable = tuple(each for each in redoable if each != change.undoes)
        undoable = (*undoable, change.version)
    blocks = applied(history.blocks, change.hunks)
    changes = (*history.changes, change)
    open_ = (clash for clash in history.clashes if clash.id != change.settles)
    clashes = (*open_, *change.clashes)
    size = history.size + size_of(change)
    return trimmed(History(change.version, blocks, changes, undoable, redoable, clashes, size))


def size_of(change: Change) -> int:
    """The number of characters in a change."""
    hunks = (block for hunk in change.hunks for block in (*hunk.removed, *hunk.inserted))
    return sum(len(block.text) for block in (*hunks, *change.wrote))


def trimmed(history: History) -> History:
    """The history without its oldest changes, once it is twice as long as it may be.

    The last KEPT changes stay, or fewer with MOST characters in all, but always the last one.
    """
    if len(history.changes) <= 2 * KEPT and history.size <= 2 * MOST:
        return history
    kept, size = 0, 0
    for change in reversed(history.changes[-KEPT:]):
        size += size_of(change)
        if kept and size > MOST:
            break
        kept += 1
    changes = history.changes[-kept:]
    first = changes[0].version
    return replace(
        history,
        changes=changes,
        size=sum(map(size_of, changes)),
        undoable=tuple(each for each in history.undoable if each >= first),
        redoable=tuple(each for each in history.redoable if each >= first),
    )


def splices(hunks: Iterable[Hunk], before: Sequence[Block]) -> Iterator[tuple[str, Hunk]]:
    """Each hunk with the id of the block it comes behind, once the hunks before it are applied."""
    last: Block | None = None
    end = 0
    for hunk in hunks:
        between = before[end : hunk.at]
        last = between[-1] if between else last
        yield last.id if last else "", hunk
        last = hunk.inserted[-1] if hunk.inserted else last
        end = hunk.at + len(hunk.removed)
