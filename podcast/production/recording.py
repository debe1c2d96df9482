"""Jobs -> Takes: each chapter is recorded, unless the store holds its take from an earlier build.

cut       the paragraphs that are cut out of a recording    in the store
say       the paragraphs of slow voices of this machine, side by side    in the store
fetch     the clips of online voices              in the store
record    each chapter's take (`jobs.py`)         in the store
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from podcast import engines
from podcast.engines import Online, is_cutter, is_online
from podcast.errors import PodcastError
from podcast.model import Script, Watch
from podcast.production.jobs import Job, engine_names, record, say, slowly_said, with_edges
from podcast.production.plan import different, share, size
from podcast.production.workers import Workers
from podcast.sound.assemble import Take
from podcast.sound.takes import find_take, forget_take
from podcast.speech.cut import cut_ahead
from podcast.speech.fetch import Request, fetch
from podcast.speech.speak import sayings


def recorded(jobs: Sequence[Job], script: Script, workers: Workers, watch: Watch) -> list[Take]:
    """The take of each job, in order. Raises what `record` and the engines raise."""
    apart = different(jobs)
    known = {job.key: find_take(job.store, job.key) for job in apart}
    fresh = [job for job in apart if known[job.key] is None]
    _cut_ahead(fresh, script, watch)
    _say_ahead(fresh, script, workers, watch)
    spoken = map(with_edges, fetched(fresh, script, watch))
    for made in workers.start(record, ((job,) for job in spoken), only=len(fresh) == 1):
        known[made.job.key] = made.take
        watch("speak", made.job.chapter.title, share(made.job, script))
    return [known[job.key] or _take(job) for job in jobs]


def _cut_ahead(jobs: Sequence[Job], script: Script, watch: Watch) -> None:
    """Let all paragraphs be cut that are cut out of a recording, which is read only once."""
    places = {
        passage: (job, at) for job in jobs for at, passage in enumerate(job.passages) if passage
    }
    if not places:
        return
    whole = sum(map(size, script.chapters))
    job, at = next(iter(places.values()))
    cutter = engines.load(job.voice(at).engine)
    assert is_cutter(cutter)
    for passage in cut_ahead(list(places), cutter, job.store):
        length = sum(len(word.text) for word in passage.words)
        watch("fetch", places[passage][0].chapter.title, length / whole)


def _say_ahead(jobs: Sequence[Job], script: Script, workers: Workers, watch: Watch) -> None:
    """Let slow voices of this machine say all that they have to.

    A paragraph is short beside a chapter: so all processes are busy until the end, how far it is
    can be told, and a build that is interrupted loses a sentence.
    """
    asked = [(job, at) for job in jobs for at in slowly_said(job)]
    whole = sum(map(size, script.chapters))
    for title, count in workers.start(say, asked, only=len(asked) == 1):
        watch("fetch", title, count / whole)


def fetched(jobs: Sequence[Job], script: Script, watch: Watch) -> Iterator[Job]:
    """Yield each job as soon as the store has all of its clips by online voices.

    Raises EngineError if a voice cannot be fetched, and NoSuchEngine.
    """
    online = _online(jobs)
    if not online:
        yield from jobs
        return
    batches = [(job, _requests(job, online, range(len(job.chapter.paragraphs)))) for job in jobs]
    whole = sum(map(size, script.chapters))

    def tell(job: Job, request: Request) -> None:
        watch("fetch", job.chapter.title, len(request.text) / whole)

    yield from fetch(batches, online, jobs[0].store, tell)


def say_again(jobs: Sequence[Job], places: Iterable[tuple[int, int]]) -> None:
    """Let online voices say these paragraphs again; their chapters will be recorded anew.

    A place is the number of a chapter and that of a paragraph, from 1. A voice of this machine
    would say the same again, so its paragraphs are left. Nothing stored is given up before all is
    said. Raises what `fetched` does.
    """
    batches = []
    for number, paragraph in sorted(set(places)):
        job = jobs[number - 1]
        if requests := _requests(job, _online([job]), [paragraph - 1]):
            batches.append((job, requests))
    asked = [job for job, _ in batches]
    if not asked:
        return
    for job in fetch(batches, _online(asked), asked[0].store, lambda *_: None, anew=True):
        forget_take(job.store, job.key)


def _online(jobs: Sequence[Job]) -> dict[str, Online]:
    """The online engines that speak in these chapters, by name."""
    names = sorted({name for job in jobs for name in engine_names(job.chapter, job.cast)})
    loaded = {name: engines.load(name) for name in names}
    return {name: engine for name, engine in loaded.items() if is_online(engine)}


def _requests(job: Job, online: Mapping[str, Online], places: Iterable[int]) -> tuple[Request, ...]:
    paragraphs = job.chapter.paragraphs
    spoken = [(paragraphs[at].text, job.voice(at)) for at in places if at < len(paragraphs)]
    return tuple(
        Request(saying.text, voice)
        for text, voice in spoken
        if voice.engine in online
        for _, saying in sayings(text, online[voice.engine], job.respellings)
    )


def _take(job: Job) -> Take:
    take = find_take(job.store, job.key)
    if take is None:
        raise PodcastError(
            f"the take of chapter {job.chapter.title!r} was removed from {job.store.folder} "
            "during the build; build again"
        )
    return take
