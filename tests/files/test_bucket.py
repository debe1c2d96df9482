"""A store at a URL: what one machine put there another finds, whole, or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import boto3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer
from patience import PATIENCE
from places import ROOT

from podcast.engines.cached import Cached
from podcast.engines.tone import Tone
from podcast.errors import WriteError
from podcast.files.bucket import Bucket
from podcast.files.open_store import open_store
from podcast.files.remote import Remote
from podcast.files.seal import content
from podcast.files.store import Store
from podcast.model import Recipe, Span, Speech, Track, Voice
from podcast.outside import ffmpeg
from podcast.production.build import build
from podcast.production.order import Order
from podcast.published.shared import share_episode
from podcast.sound.assemble import Take
from podcast.sound.takes import find_take, read_levels, write_take

pytestmark = [pytest.mark.server]

TAKE = Take(Track("开场", 4608, (), ()), (Span(0, 4608, "host"),))
LEVELS = np.ones((2, 72), np.float32)
SCRIPT = "# 一集\n\n## 开场\n\n大家好，欢迎。\n\n## 结尾\n\n谢谢大家，再见。\n"


@pytest.fixture(params=["memory", "file"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "memory":
        return f"memory://{uuid4().hex}/store"
    return f"file://{tmp_path}/far/store"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3 server, on a real port."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    name = f"podcast-{uuid4().hex}"
    boto3.client("s3").create_bucket(Bucket=name)
    return f"s3://{name}/store"


def here_and_there(url: str, folder: Path) -> tuple[Store, Store]:
    return open_store(url, folder / "here"), open_store(url, folder / "there")


def test_what_one_puts_there_another_finds(url: str, tmp_path: Path) -> None:
    here, there = here_and_there(url, tmp_path)
    assert find_take(there, "k") is None and not there.has("k-g.bare")
    write_take(here, "k", TAKE, LEVELS)
    with here.writing("k-g.bare") as part:
        part.write_bytes(b"frames")
    here.put("k.jpg", b"a cover")
    assert find_take(there, "k") == TAKE
    assert np.array_equal(read_levels(there, "k"), LEVELS)
    assert there.get("k-g.bare") == content(there.path("k-g.bare")) == b"frames"
    assert there.has("k.jpg") and there.get("k.jpg") == b"a cover"
    here.forget("k-g.bare")
    assert not here.has("k-g.bare")


@pytest.mark.parametrize("damage", [b"", b"x", bytes(32), bytes(40)])
def test_what_is_damaged_there_counts_as_absent(tmp_path: Path, damage: bytes) -> None:
    here, there = here_and_there(f"file://{tmp_path}/far", tmp_path)
    write_take(here, "k", TAKE, LEVELS)
    for name in ("k.json", "k.npy"):
        (tmp_path / "far" / name).write_bytes(damage)
    assert find_take(there, "k") is None
    write_take(there, "k", TAKE, LEVELS)
    assert find_take(open_store(f"file://{tmp_path}/far", tmp_path / "third"), "k") == TAKE


@given(content=st.binary(max_size=200), at=st.integers(0, 500), flip=st.integers(1, 255))
def test_no_flipped_bit_comes_through(content: bytes, at: int, flip: int) -> None:
    url = f"memory://{uuid4().hex}"
    remote = Remote(url)

    def found() -> bytes | None:
        """What a machine finds there that has not used the store before."""
        with TemporaryDirectory() as fresh:
            return Bucket(Path(fresh), url).get("x")

    with TemporaryDirectory() as folder:
        Bucket(Path(folder), url).put("x", content)
    assert found() == content
    sealed = bytearray(remote.read("x") or b"")
    sealed[at % len(sealed)] ^= flip
    remote.write("x", bytes(sealed))
    assert found() is None
    remote.write("x", bytes(sealed[: at % len(sealed)]))
    assert found() is None


def test_many_threads_put_and_find_the_same(url: str, tmp_path: Path) -> None:
    stores = [open_store(url, tmp_path / str(number)) for number in range(4)]

    def put_and_find(number: int) -> bool:
        write_take(stores[number % 4], "k", TAKE, LEVELS)
        return find_take(stores[(number + 1) % 4], "k") == TAKE

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(put_and_find, range(40)))


def test_a_clip_is_said_once_for_all(url: str, tmp_path: Path) -> None:
    here, there = here_and_there(url, tmp_path)
    voice, engine = Voice("host", "tone"), Online()
    said = Cached(engine, here).speak("你好", voice)  # type: ignore[arg-type]
    assert Cached(engine, there).speak("你好", voice) == said  # type: ignore[arg-type]
    assert engine.asked == 1


class Online(Tone):
    """A tone as a service would give it."""

    longest, connections, asked = 300, 3, 0

    def speak(self, text: str, voice: Voice) -> Speech:
        self.asked += 1
        return super().speak(text, voice)


def test_an_episode_is_there_whole_and_without_what_it_no_longer_has(
    url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "out" / "talk"
    for names in (["a.mp3", "chapters/01-旧.mp3"], ["a.mp3", "chapters/01-新.mp3"]):
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(f"{names} {name}")
        (folder / "mine.txt").write_text("not published")
        (folder / "report.json").write_text(json.dumps({"files": dict.fromkeys(names, 1)}))
        share_episode(url, folder, names)
        remote = Remote(url)
        there = {name.removeprefix("episodes/talk/") for name in remote.names("episodes/talk")}
        assert there == {*names, "report.json"}
        for name in there:
            assert remote.read(f"episodes/talk/{name}") == (folder / name).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(
    "url", ["nonsense://x/y", "s3://podcast-no-such-bucket/x", "file:///proc/no/x"]
)
def test_a_url_that_is_none_is_a_sentence(url: str, bucket: str, tmp_path: Path) -> None:
    with pytest.raises(WriteError, match=r"cannot use the store .*; check its address and") as told:
        open_store(url, tmp_path)
    assert "\n" not in str(told.value)


def test_without_the_extra_it_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "podcast.files.bucket", None)
    with pytest.raises(WriteError, match=r"pip install 'zh2podcast\[cluster\]'"):
        open_store("s3://x", tmp_path)


@pytest.mark.slow
def test_a_folder_is_a_store_and_imports_nothing_of_a_bucket(tmp_path: Path) -> None:
    assert open_store(str(tmp_path / "shared"), tmp_path) == Store(tmp_path / "shared")
    seed = tmp_path / "seed.md"
    seed.write_text(SCRIPT, "utf-8")
    program = (
        "import sys\nfrom podcast.cli import main\n"
        f"sys.argv = ['podcast', 'batch', {str(seed)!r}, '-o', {str(tmp_path / 'out')!r},"
        f" '--engine', 'tone', '--store', {str(tmp_path / 'shared')!r}, '--jobs', '1']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "print({name.split('.')[0] for name in sys.modules}"
        " & {'distributed', 'dask', 'fsspec', 's3fs', 'botocore', 'boto3', 'tornado'})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, timeout=PATIENCE, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "set()"
    assert list((tmp_path / "shared").glob("*.bare"))


def test_what_is_made_sooner_than_it_is_fetched_stays_here(tmp_path: Path) -> None:
    seed = tmp_path / "seed.md"
    seed.write_text(SCRIPT, "utf-8")
    far = tmp_path / "far"
    order = Order(
        seed, tmp_path / "out", Recipe(engine="tone"), ROOT / "voices", store=f"file://{far}"
    )
    build(order, lambda *_: None, lambda _: None)
    kept, shared = (
        {path.suffix for path in folder.rglob("*") if path.is_file()}
        for folder in (order.cache, far)
    )
    assert kept - shared == {".clip", ".lines", ".subtitles", ".told"}


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_second_machine_builds_from_what_the_first_put_on_s3(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    seed = tmp_path / "seed.md"
    seed.write_text(SCRIPT, "utf-8")
    recipe = Recipe(engine="tone")
    order = Order(seed, tmp_path / "one", recipe, ROOT / "voices", jobs, store=bucket)
    build(order, lambda *_: None, lambda _: None)
    monkeypatch.setattr(Tone, "speak", refuse)
    monkeypatch.setattr(ffmpeg, "encode_mp3", refuse)
    second = replace(order, out=tmp_path / "two", jobs=1)
    build(second, lambda *_: None, lambda _: None)
    assert published(order.folder) == published(second.folder)
    assert published(order.folder) == {
        name.removeprefix("store/episodes/seed/"): content
        for name, content in listed(bucket).items()
        if name.startswith("store/episodes/")
    }


def refuse(*_: object) -> None:
    raise AssertionError("made again")


def published(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def listed(bucket: str) -> dict[str, bytes]:
    """What lies in a bucket, read by another client than the program's."""
    client, name = boto3.client("s3"), bucket.split("/")[2]
    keys = [entry["Key"] for entry in client.list_objects_v2(Bucket=name)["Contents"]]
    return {key: client.get_object(Bucket=name, Key=key)["Body"].read() for key in keys}
