"""An order -> an episode that is heard as it is written, as far as its voices can say it again.

    build --> listen --> the faulty paragraphs that an online voice says --> build --> listen ...

A service that garbled a sentence once says it right the next time. A voice of this machine says the
same text the same way each time, so its faults are told and left.
"""

from __future__ import annotations

from dataclasses import replace

from podcast import engines
from podcast.errors import EngineError
from podcast.files.open_store import open_store
from podcast.formats.faults import fault_text
from podcast.model import Tell, Watch
from podcast.outside.recogniser import Recogniser
from podcast.production.build import build_with
from podcast.production.open_workers import open_workers
from podcast.production.order import Built, Means, Order, share
from podcast.published.check.listen import listen
from podcast.published.report import Listened, read_report

TRIES = 2  # times that a paragraph is said again, at most


def build_by_ear(
    order: Order, recogniser: Recogniser, name: str, watch: Watch, tell: Tell
) -> Built:
    """Build an episode and hear it; online voices say again what is not heard as it is written.

    `name` is what the recogniser is called. What was heard of the same sound before is not heard
    again. Raises what `build` and `listen` raise.
    """
    store = open_store(order.store, order.cache)
    with open_workers(order, store, tell) as workers:
        means = Means(workers, store)
        built = _heard(build_with(means, order, watch, tell), None, recogniser, name, watch)
        for number in range(1, TRIES + 1):
            if not _can_be_said_again(built):
                break
            faults = _listened(built).faults
            tell(f"{_count(faults)} heard as written; said again: try {number} of {TRIES}")
            places = tuple((fault.chapter, fault.paragraph) for fault in faults)
            try:
                again = build_with(means, replace(order, again=places), watch, tell)
            except EngineError as error:
                tell(f"{error}; the episode stays as it is")
                break
            if again.report.listened:  # the same sound: no online voice says these paragraphs
                break
            built = _heard(again, _listened(built), recogniser, name, watch)
        share(store, built.folder, built.report)
    _tell_of(_listened(built), tell)
    return built


def _can_be_said_again(built: Built) -> bool:
    names = filter(None, built.report.engine.split(", "))
    return bool(_listened(built).faults) and any(
        engines.is_online(engines.load(name)) for name in names
    )


def _heard(
    built: Built, earlier: Listened | None, recogniser: Recogniser, name: str, watch: Watch
) -> Built:
    """A build with what is heard of it; of chapters without a fault it is known `earlier`."""
    known = built.report.listened
    if known and known.recogniser == name:
        return built
    listen(
        built.folder,
        recogniser,
        name,
        lambda share: watch("listen", "", share),
        earlier=earlier,
        chapters={fault.chapter for fault in earlier.faults} if earlier else (),
    )
    return replace(built, report=read_report(built.folder))


def _listened(built: Built) -> Listened:
    assert built.report.listened
    return built.report.listened


def _tell_of(listened: Listened, tell: Tell) -> None:
    if not listened.faults:
        tell(f"all {listened.paragraphs} paragraphs are heard as written")
        return
    tell(f"{_count(listened.faults)} heard as written; change the text, or what [pronounce] says:")
    for fault in listened.faults:
        tell(f"{fault.what}: {fault_text(fault)}")


def _count(faults: tuple[object, ...]) -> str:
    """How many paragraphs have a fault, as the beginning of a sentence.

    >>> _count((1,)), _count((1, 2))
    ('1 paragraph is not', '2 paragraphs are not')
    """
    return "1 paragraph is not" if len(faults) == 1 else f"{len(faults)} paragraphs are not"
