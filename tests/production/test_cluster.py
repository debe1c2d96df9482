"""A real scheduler and real workers, each a process of its own, on this machine."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from distributed import Client, KilledWorker
from patience import PATIENCE, wait_until
from places import ROOT
from sound_files import melody, write

from podcast.errors import ClusterError, ScriptError
from podcast.files.open_store import open_store
from podcast.files.store import Store
from podcast.model import Chapter, Paragraph, Recipe, Voice
from podcast.production.build import build
from podcast.production.cluster import Cluster, _here
from podcast.production.jobs import Job
from podcast.production.open_workers import on_cluster
from podcast.production.order import Order
from podcast.sound.sounds import Sound, Sounds

pytestmark = [pytest.mark.slow]

SCHEDULER = "scheduler"
SPEAKER = (("host", Voice("host", "tone")),)
SENTENCE = "今天我们来聊一聊人工智能，看看它为什么发展得这么快，价格又为什么一直在降。"
CHAPTERS = 4
LONG = "# 一集\n\n" + "\n\n".join(
    f"## 第{number}章\n\n{SENTENCE * (1 + number)}\n\n> [guest] 对。第{number}件事呢？"
    for number in range(1, CHAPTERS + 1)
)

SCRIPT = "# 一集\n\n## 开场\n\n大家好，欢迎。\n\n## 结尾\n\n谢谢大家，再见。\n"


@dataclass
class Site:
    """A scheduler and its workers, for all tests of this file: to start them takes longest."""

    folder: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        told = json.loads((self.folder / "scheduler.json").read_text())
        return str(told["address"])

    def start(self, name: str, module: str, *options: str, path: Path = ROOT) -> None:
        command = [sys.executable, "-m", f"distributed.cli.{module}", "--no-dashboard", *options]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command,
                env=os.environ | {"PYTHONPATH": str(path)},
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )

    def start_scheduler(self) -> None:
        told = self.folder / "scheduler.json"
        told.unlink(missing_ok=True)
        options = ("--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told))
        self.start(SCHEDULER, "dask_scheduler", *options)
        wait_until(lambda: told.exists() and told.read_text(), self.running[SCHEDULER])

    def have_workers(self, *names: str, threads: int = 1, path: Path = ROOT) -> None:
        """Have these workers and no others, and a scheduler that knows it; keep those that run."""
        if not self.is_running(SCHEDULER):
            self.end()
            self.start_scheduler()
        for name in set(self.running) - {SCHEDULER, *names}:
            self.end_one(name)
        for name in names:
            if not self.is_running(name):
                own = self.folder / name
                own.mkdir(exist_ok=True)
                options = (
                    "--name",
                    name,
                    "--nthreads",
                    str(threads),
                    "--local-directory",
                    str(own),
                )
                self.start(name, "dask_worker", self.address, "--no-nanny", *options, path=path)
        with Client(self.address, set_as_default=False) as client:
            wait_until(lambda: set(places(client)) == set(names))

    def is_running(self, name: str) -> bool:
        return name in self.running and self.running[name].poll() is None

    def end_one(self, name: str) -> None:
        ended = self.running.pop(name)
        ended.kill()
        ended.wait(PATIENCE)

    def end(self) -> None:
        for name in list(self.running):
            self.end_one(name)


def places(client: Client) -> dict[str, str]:
    """The names of the workers that a scheduler knows, and the address of each."""
    told = client.scheduler_info()["workers"]
    return {worker["name"]: place for place, worker in told.items()}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"))
    try:
        yield site
    finally:
        site.end()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a build wait for a scheduler and for workers as long as this busy machine may take."""
    monkeypatch.setattr("podcast.production.cluster.PATIENCE_SECONDS", PATIENCE)
    monkeypatch.setattr("podcast.production.cluster.WORKERLESS", PATIENCE)


@pytest.fixture(autouse=True)
def uncollected() -> Iterator[None]:
    """Collect no garbage during a test.

    A client that could not connect is garbage, and its destructor waits for a lock that Dask holds
    while it makes the next client: the two would wait for ever.
    """
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def order(tmp_path: Path) -> Order:
    seed = tmp_path / "seed.md"
    seed.write_text(SCRIPT, "utf-8")
    return Order(seed, tmp_path / "out", Recipe(engine="tone"), ROOT / "voices")


def files(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def made(order: Order, watch: Callable[[str, str, float], None] = lambda *_: None) -> Path:
    return build(order, watch, lambda _: None).folder


def test_music_and_aac_are_the_same_from_a_cluster(
    site: Site, order: Order, tmp_path: Path
) -> None:
    """Every sound that lies beside speech, through a bucket; and the second pressing."""
    music = write(tmp_path / "music.wav", melody(8, 1))
    recipe = replace(order.recipe, music=music, chapter_sound=True, m4b=True)
    site.have_workers("one")
    far = f"file://{tmp_path}/far"
    folder = made(replace(order, recipe=recipe, scheduler=site.address, store=far))
    alone = made(replace(order, recipe=recipe, out=tmp_path / "alone"))
    assert files(folder) == files(alone) and (folder / "episode.m4b").exists()
    assert not list((site.folder / "one").rglob("*.pcm"))
    assert len(list((site.folder / "one").rglob("*.sound"))) == 2


def test_a_worker_that_sees_another_store_is_named(site: Site, order: Order) -> None:
    site.have_workers("one")
    deep = replace(order, scheduler=site.address, store="memory://chapters")
    with pytest.raises(ClusterError, match=r"does not find memory://chapters \(no file\); install"):
        made(deep)


def test_a_worker_killed_in_the_middle_changes_no_byte(
    site: Site, order: Order, tmp_path: Path
) -> None:
    order = replace(order, recipe=Recipe(engine="espeak"))  # takes long enough to be killed
    order.source.write_text(LONG, "utf-8")
    site.have_workers("one", "two")
    killed: list[str] = []

    def kill(stage: str, chapter: str, share: float) -> None:
        """Kill the second worker while it makes a chapter."""
        if stage == "speak" and not killed:
            killed.extend(dict(client.processing()).get(second, ()))
            if killed:
                os.kill(site.running["two"].pid, signal.SIGKILL)

    with Client(site.address, set_as_default=False) as client:
        second = places(client)["two"]
        folder = made(replace(order, scheduler=site.address), kill)
    assert killed and site.running["two"].wait(PATIENCE) == -signal.SIGKILL
    alone = made(replace(order, out=tmp_path / "alone"))
    assert files(folder) == files(alone)
    assert not list((order.out / ".cache").glob("work-*"))
    assert not list((site.folder / "one").rglob("*.pcm"))


def test_workers_that_all_go_are_a_sentence(
    site: Site, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("podcast.production.cluster.DESERTED", 2)
    monkeypatch.setattr("podcast.production.cluster.LOOK", 0.5)
    site.have_workers("one")

    def end(stage: str, chapter: str, share: float) -> None:
        if stage == "speak":
            site.running["one"].kill()

    with pytest.raises(ClusterError, match="has had no worker for 2 seconds; start some"):
        made(replace(order, scheduler=site.address), end)


def test_a_scheduler_without_workers_is_a_sentence(
    site: Site, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("podcast.production.cluster.WORKERLESS", 2)
    site.have_workers()
    with pytest.raises(ClusterError, match=r"has no worker; start some: dask worker tcp://"):
        made(replace(order, scheduler=site.address))


def test_a_worker_with_another_program_refuses(site: Site, order: Order, tmp_path: Path) -> None:
    other = tmp_path / "other"
    copytree(ROOT / "podcast", other / "podcast", ignore=ignore_patterns("__pycache__"))
    with (other / "podcast" / "notice.py").open("a") as file:
        file.write("# another\n")
    site.have_workers("other", path=other)
    with pytest.raises(ClusterError, match="would produce different audio: its podcast, "):
        made(replace(order, scheduler=site.address))


def test_a_failure_on_a_worker_is_its_own_sentence(site: Site, order: Order) -> None:
    site.have_workers("pair", threads=2)
    order.source.write_text("# 题\n\n## 符号\n\n🎉🎉\n", "utf-8")
    told: list[str] = []
    with pytest.raises(ScriptError, match="chapter '符号' has nothing to say"):
        build(replace(order, scheduler=site.address), lambda *_: None, told.append)
    assert "has 2 threads but makes one chapter at a time" in told[0]


def test_a_scheduler_that_goes_is_a_sentence(site: Site, order: Order) -> None:
    site.have_workers("pair", threads=2)

    def end(stage: str, chapter: str, share: float) -> None:
        if stage == "speak":
            site.running[SCHEDULER].kill()

    with pytest.raises(ClusterError, match="start it and build again: finished chapters are kept"):
        made(replace(order, scheduler=site.address), end)
    assert list((order.out / ".cache").glob("*.npy"))


def test_a_chapter_that_ends_every_worker_is_named(order: Order, tmp_path: Path) -> None:
    chapter = Chapter("沉重", (Paragraph("你好。"),))
    job = Job(chapter, SPEAKER, order.recipe, Store(tmp_path), tmp_path, "", {}, (), (), Sounds())
    cluster = Cluster("tcp://127.0.0.1:1", 1, Store(tmp_path), lambda _: None)
    with pytest.raises(ClusterError, match="every worker that made chapter '沉重' died"):
        cluster._made(Killer(), job)


def test_sounds_come_to_a_worker_through_the_store(order: Order, tmp_path: Path) -> None:
    client, own = tmp_path / "client", tmp_path / "own"
    client.mkdir()
    sounds = [Sound(name, f"key {name}", client / name) for name in ("intro", "bells", "music")]
    for sound in sounds:
        sound.path.write_bytes(sound.key.encode())
    store = open_store(f"file://{tmp_path}/far", tmp_path / "near")
    intro, bells, music = sounds
    heard = Sounds(intro=intro, bells=bells, music=music, music_loudness=-20)
    chapter = Chapter("开场", (Paragraph("你好。"),))
    job = Job(chapter, SPEAKER, order.recipe, store, client, "p", {}, (intro,), (bells,), heard)
    Cluster("tcp://127.0.0.1:1", 1, store, lambda _: None)._share_sounds(job)
    for sound in sounds:
        sound.path.unlink()
    here = _here(job, own, tmp_path / "passing")
    assert str(client) not in repr(replace(here, work=own))
    moved = [here.sounds.intro, here.sounds.bells, here.sounds.music]
    assert [each.path.read_bytes() for each in moved if each] == [b.key.encode() for b in sounds]
    assert here.opening == (here.sounds.intro,) and here.closing == (here.sounds.bells,)
    assert here.sounds.outro is None and here.sounds.music_loudness == -20


class Killer:
    """A task that Dask gave up."""

    def result(self) -> str:
        raise KilledWorker("record-1", None, 3)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "127.0.0.1", "nonsense://x:1"])
def test_nobody_at_the_address_is_a_sentence(
    order: Order, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr("podcast.production.cluster.PATIENCE_SECONDS", 1)
    with pytest.raises(ClusterError, match="no scheduler answers at"):
        made(replace(order, scheduler=address))


def test_a_current_episode_asks_no_cluster(order: Order) -> None:
    made(order)
    assert not build(
        replace(order, scheduler="tcp://127.0.0.1:1"), lambda *_: None, lambda _: None
    ).fresh


def test_without_the_extra_it_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "podcast.production.cluster", None)
    with pytest.raises(ClusterError, match=r"pip install 'zh2podcast\[cluster\]'"):
        on_cluster("tcp://127.0.0.1:1", 1, Store(tmp_path), lambda _: None)
