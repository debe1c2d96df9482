"""Models a person adds: fetched from a server that breaks, verified, unpacked, in place or not."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from model_server import Files, serving
from patience import wait_until

import podcast.outside.models
from podcast.cli import main
from podcast.errors import ModelError
from podcast.outside.models import (
    NEEDED,
    NOTE,
    Model,
    Source,
    catalogue,
    find,
    installed,
    is_added,
    models_folder,
)
from podcast.outside.models import download as download_module
from podcast.outside.models.add import FETCHING, add, addresses
from podcast.outside.models.download import download
from podcast.outside.models.unpack import inner_name, unpack

pytestmark = [pytest.mark.server]

RELEASES = (
    "https://(github.com/(k2-fsa/sherpa-onnx|thewh1teagle/kokoro-onnx)/releases/download/"
    "|huggingface.co/Systran/faster-whisper-base/resolve/main/)"
)
MODEL = b"a model " * 40_000  # 320 kB
TOKENS = b"a 0\n"


def archive(files: dict[str, bytes], top: str = "tiny/") -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:bz2") as tar:
        for name, content in files.items():
            told = tarfile.TarInfo(f"{top}{name}")
            told.size = len(content)
            tar.addfile(told, io.BytesIO(content))
    return held.getvalue()


ARCHIVE = archive({"model.onnx": MODEL, "tokens.txt": TOKENS, "README.md": b"not wanted"})
VOCODER = bytes(range(256)) * 2000
LEXICON = {"lexicon.txt": b"a a\n"}
TINY = archive({"model.onnx": MODEL, "tokens.txt": TOKENS, **LEXICON, "README.md": b"not wanted"})


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Files]:
    """Serves `tiny`, a matcha model in two files, which is all that is listed."""
    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(podcast.outside.models, "LISTED", tmp_path / "listed.toml")
    monkeypatch.setattr(download_module, "TRIES", 3)
    with serving(Files({"/tiny.tar.bz2": TINY, "/vocoder.onnx": VOCODER})) as files:
        list_tiny(tmp_path, files.address)
        yield files


def list_tiny(folder: Path, address: str, family: str = "matcha") -> None:
    contents = (("tiny.tar.bz2", TINY), ("vocoder.onnx", VOCODER))
    sources = "".join(
        f'[[tiny.source]]\nurl = "{address}/{name}"\nsize = {len(content)}\n'
        f'sha256 = "{sha256(content).hexdigest()}"\n'
        for name, content in contents
    )
    (folder / "listed.toml").write_text(
        f'[tiny]\nfamily = "{family}"\nabout = "tiny"\nlicence = "MIT"\n[tiny.files]\n'
        'model = "model.onnx"\ntokens = "tokens.txt"\nlexicon = "lexicon.txt"\n'
        f'vocoder = "vocoder.onnx"\n{sources}',
        "utf-8",
    )


def added(back_off: float = 0.0) -> Path:
    return add(find("tiny"), "", lambda _: None, back_off)


def left(folder: Path) -> list[str]:
    """What a failed attempt left but for what it may go on from."""
    return [path.name for path in folder.iterdir() if path.name != FETCHING]


# The shipped list --------------------------------------------------------------------------


def test_every_listed_model_is_complete_and_freely_licensed() -> None:
    for name, model in catalogue().items():
        assert set(NEEDED[model.family]) <= set(dict(model.files)), name
        assert model.sources and model.about
        assert re.match(r"Apache-2\.0|MIT", model.licence)
        assert model.size > 10_000_000
        for source in model.sources:
            assert re.fullmatch(r"[0-9a-f]{64}", source.sha256)
            assert re.match(RELEASES, source.url)
            assert sum(part.size for part in source.parts) in (0, source.size)
            assert all(re.fullmatch(r"[\w-]+==[\d.]+", part.package) for part in source.parts)


def test_there_is_a_model_of_each_family_and_its_speakers_are_named_once() -> None:
    listed = catalogue()
    assert {model.family for model in listed.values()} == set(NEEDED)
    kokoro = listed["kokoro"].speakers
    assert len(set(kokoro)) == len(kokoro) == 103
    assert (kokoro[3], kokoro[58], kokoro[102]) == ("zf_001", "zm_009", "zm_100")


def test_a_model_that_is_not_listed_is_named_with_those_that_are() -> None:
    with pytest.raises(ModelError, match=r"no model is listed as 'bark'; listed: kokoro-zh, "):
        find("bark")


def test_a_missing_model_is_one_sentence_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path))
    with pytest.raises(ModelError, match=r"run `podcast voices add kokoro`$"):
        installed("kokoro")
    with pytest.raises(ModelError, match="there is no model 'mine' in"):
        installed("mine")
    with pytest.raises(ModelError, match="there is no model"):
        installed("../kokoro")


def test_models_lie_in_the_users_data_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("PODCAST_MODELS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert models_folder() == tmp_path / "podcast" / "models"
    monkeypatch.setenv("PODCAST_MODELS", "/elsewhere")
    assert models_folder() == Path("/elsewhere")


# Fetching ----------------------------------------------------------------------------------


def test_a_model_is_fetched_verified_and_put_in_place(server: Files) -> None:
    home = added()
    assert sorted(path.name for path in home.iterdir()) == [
        "lexicon.txt",
        "model.onnx",
        NOTE,
        "tokens.txt",
        "vocoder.onnx",
    ]
    assert (home / "model.onnx").read_bytes() == MODEL
    assert (home / "vocoder.onnx").read_bytes() == VOCODER
    assert is_added(find("tiny"))
    assert installed("tiny").licence == "MIT"
    assert not list((models_folder() / FETCHING).glob("*.part"))


def test_a_connection_that_breaks_goes_on_where_it_broke(server: Files) -> None:
    server.drops["/vocoder.onnx"] = [1000, 200_000, 7]
    assert (added() / "vocoder.onnx").read_bytes() == VOCODER
    ranges = [asked for path, asked in server.asked if path == "/vocoder.onnx"]
    assert ranges == ["", "bytes=1000-", "bytes=201000-", "bytes=201007-"]


def test_the_next_run_goes_on_where_the_last_broke(server: Files) -> None:
    server.drops["/vocoder.onnx"] = [1000, 0, 0, 0]
    with pytest.raises(ModelError, match=r"breaks off at 1000 of 512000 bytes .* run the command"):
        added()
    assert not (models_folder() / "tiny").exists()
    server.asked.clear()
    added()
    assert server.asked == [("/vocoder.onnx", "bytes=1000-")]  # the archive was whole


def test_a_server_without_ranges_sends_all_again(server: Files) -> None:
    server.without_ranges = True
    server.drops["/vocoder.onnx"] = [300_000, 100_000]
    assert (added() / "vocoder.onnx").read_bytes() == VOCODER


def test_a_range_that_begins_elsewhere_is_not_glued_on(server: Files) -> None:
    server.drops["/vocoder.onnx"] = [1000]
    server.shifted = 3
    with pytest.raises(ModelError, match="vocoder"):
        added()
    assert not (models_folder() / "tiny").exists()


@pytest.mark.parametrize("length", [50_000, 511_999, 512_001, 10_000_000])
def test_a_length_that_lies_does_no_harm(server: Files, length: int) -> None:
    server.lengths["/vocoder.onnx"] = length
    try:
        assert (added() / "vocoder.onnx").read_bytes() == VOCODER
    except ModelError as error:  # it never sends all of it
        assert "breaks off at" in str(error)
        assert not (models_folder() / "tiny").exists()


def test_wrong_bytes_are_refused_and_forgotten(server: Files) -> None:
    server.contents["/vocoder.onnx"] = VOCODER[:-1] + b"!"
    with pytest.raises(ModelError, match=r"is not the file that is listed \(SHA-256 .*nothing was"):
        added()
    assert left(models_folder()) == []
    server.contents["/vocoder.onnx"] = VOCODER
    added()


def test_a_longer_file_that_begins_alike_is_only_as_long_as_listed(server: Files) -> None:
    server.contents["/vocoder.onnx"] = VOCODER + b"more"
    assert (added() / "vocoder.onnx").read_bytes() == VOCODER


@pytest.mark.parametrize(("status", "says"), [(404, "404 Not Found"), (403, "403 Forbidden")])
def test_a_file_that_is_gone_is_said_at_once(server: Files, status: int, says: str) -> None:
    server.answers["/tiny.tar.bz2"] = [status]
    with pytest.raises(ModelError, match=f"cannot be downloaded \\({says}\\)"):
        added()
    assert len(server.asked) == 1


def test_a_busy_server_is_asked_again(server: Files) -> None:
    server.answers["/tiny.tar.bz2"] = [503, 429]
    added()
    assert [path for path, _ in server.asked].count("/tiny.tar.bz2") == 3


def test_a_redirect_is_followed_range_and_all(server: Files) -> None:
    server.contents["/far/away"] = VOCODER
    server.moved["/vocoder.onnx"] = f"{server.address}/far/away"
    server.drops["/far/away"] = [5000]
    assert (added() / "vocoder.onnx").read_bytes() == VOCODER
    assert ("/far/away", "bytes=5000-") in server.asked


def test_a_redirect_to_a_file_of_this_machine_is_not_followed(server: Files) -> None:
    server.moved["/vocoder.onnx"] = "file:///etc/passwd"
    with pytest.raises(ModelError, match="vocoder"):
        added()


def test_a_login_page_is_not_taken_for_the_file(server: Files) -> None:
    server.pages.add("/tiny.tar.bz2")
    with pytest.raises(ModelError, match="sends a page, not the file"):
        added()


def test_a_server_that_is_not_there_is_one_sentence(server: Files, tmp_path: Path) -> None:
    list_tiny(tmp_path, "http://127.0.0.1:9")
    with pytest.raises(ModelError, match=r"breaks off at 0 of \d+ bytes \(.*refused.*\)"):
        added()


@pytest.mark.slow
@given(st.lists(st.integers(0, 4000), max_size=12), st.booleans())
def test_whatever_breaks_the_file_is_whole_or_refused(drops: list[int], ranges: bool) -> None:
    content = bytes(range(250)) * 20
    files = Files({"/f": content}, {"/f": drops}, without_ranges=not ranges)
    with serving(files), TemporaryDirectory() as folder:
        part = Path(folder) / "part"
        source = Source(f"{files.address}/f", len(content), sha256(content).hexdigest())
        try:
            download(source, source.url, part, lambda _: None, 0.0)
        except ModelError as error:
            assert "breaks off at" in str(error)
        else:
            assert part.read_bytes() == content


# From elsewhere ----------------------------------------------------------------------------


def test_a_mirror_may_send_it(server: Files) -> None:
    server.contents = {f"/mirror{path}": content for path, content in server.contents.items()}
    add(find("tiny"), f"{server.address}/mirror/", lambda _: None, 0.0)
    assert is_added(find("tiny"))


def test_files_fetched_by_hand_are_verified_too(server: Files, tmp_path: Path) -> None:
    (tmp_path / "tiny.tar.bz2").write_bytes(TINY)
    with pytest.raises(ModelError, match=r"there is no file .*vocoder.onnx; fetch http"):
        add(find("tiny"), str(tmp_path), lambda _: None)
    (tmp_path / "vocoder.onnx").write_bytes(VOCODER[::-1])
    with pytest.raises(ModelError, match="is not the file that is listed"):
        add(find("tiny"), str(tmp_path), lambda _: None)
    assert (tmp_path / "vocoder.onnx").read_bytes() == VOCODER[::-1]  # a person's own: untouched
    (tmp_path / "vocoder.onnx").write_bytes(VOCODER)
    add(find("tiny"), str(tmp_path), lambda _: None)
    assert is_added(find("tiny")) and not server.asked


# In place ----------------------------------------------------------------------------------


def test_a_model_added_again_takes_the_place_of_the_old(server: Files) -> None:
    home = added()
    (home / "model.onnx").write_bytes(b"damaged")
    (home / NOTE).unlink()
    assert not is_added(find("tiny"))
    added()
    assert (home / "model.onnx").read_bytes() == MODEL
    assert left(models_folder()) == ["tiny"]


def test_a_failure_leaves_the_old_model_as_it_was(server: Files) -> None:
    home = added()
    server.contents["/vocoder.onnx"] = VOCODER[::-1]
    with pytest.raises(ModelError):
        added()
    assert (home / "vocoder.onnx").read_bytes() == VOCODER
    assert left(models_folder()) == ["tiny"]


def test_a_disk_that_will_not_have_it_is_one_sentence(server: Files, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(ModelError, match=r"cannot write .*name another folder in PODCAST_MODELS"):
        added()


def test_what_a_killed_run_left_is_used_or_removed(server: Files, tmp_path: Path) -> None:
    server.drops["/vocoder.onnx"] = [1000, 0]
    code = (
        "import sys; from pathlib import Path; import podcast.outside.models as c;"
        "from podcast.outside.models.add import add; c.LISTED = Path(sys.argv[1]);"
        "add(c.find('tiny'), '', lambda _: None, 60.0)"
    )
    (models_folder() / ".tiny.new-killed").mkdir(parents=True)
    part = models_folder() / FETCHING / f"{sha256(VOCODER).hexdigest()}.part"
    running = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "listed.toml")])
    wait_until(lambda: part.exists() and part.stat().st_size == 1000, running)
    running.kill()
    running.wait()
    server.drops.clear()
    server.asked.clear()
    added()
    assert set(server.asked) == {("/vocoder.onnx", "bytes=1000-")}  # the killed one's, too
    assert left(models_folder()) == ["tiny"]


def test_two_do_not_fetch_the_same_at_once(server: Files) -> None:
    fcntl = pytest.importorskip("fcntl")
    (models_folder() / FETCHING).mkdir(parents=True)
    with (models_folder() / FETCHING / "tiny.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ModelError, match="another podcast is fetching tiny now"):
            added()
    added()


def test_a_changed_file_changes_the_key_of_its_model(server: Files) -> None:
    home = added()
    key = installed("tiny").key()
    assert installed("tiny").key() == key
    (home / "tokens.txt").write_bytes(b"a 1\n")
    assert installed("tiny").key() != key
    (home / "tokens.txt").unlink()
    with pytest.raises(ModelError, match=r"the model tiny lacks tokens.txt"):
        installed("tiny")


@pytest.mark.parametrize(
    ("note", "says"),
    [
        ("family = 'vits'", "'files' is missing or wrong"),
        ("family = 'bark'\n[files]\nmodel = 'm'", "'bark' is missing or wrong"),
        ("family = 'vits'\n[files]\nmodel = 'm'", "a vits model needs tokens, lexicon"),
        ("family = 'vits'\n[files]\nmodel = '../m'", "'../m', a file of the folder"),
        ("family = 'vits'\n[files]\nmodel = '/m'", "'/m', a file of the folder"),
        ("family =", "cannot read"),
    ],
)
def test_a_note_that_is_wrong_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, note: str, says: str
) -> None:
    monkeypatch.setenv("PODCAST_MODELS", str(tmp_path))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / NOTE).write_text(note)
    with pytest.raises(ModelError, match=says) as raised:
        installed("mine")
    assert "mine/model.toml" in str(raised.value)


# Unpacking ---------------------------------------------------------------------------------


def packed(tmp_path: Path, *members: tarfile.TarInfo, content: bytes = b"x") -> Path:
    path = tmp_path / "a.tar.bz2"
    with tarfile.open(path, "w:bz2") as tar:
        for member in members:
            member.size = len(content) if member.isfile() else 0
            tar.addfile(member, io.BytesIO(content))
    return path


@pytest.mark.parametrize(
    "name", ["../m", "tiny/../../m", "/etc/m", "tiny\\..\\m", "tiny/x/../../../m"]
)
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    archive_path = packed(tmp_path, tarfile.TarInfo(name))
    with pytest.raises(ModelError, match="outside its folder"):
        unpack(archive_path, ["m", "x"], tmp_path / "new")
    assert not (tmp_path / "new").exists() and not (tmp_path / "m").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_a_wanted_file_that_is_a_link_or_a_pipe_is_refused(tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("tiny/m")
    member.type, member.linkname = kind, "../../secret"
    with pytest.raises(ModelError, match="is not a plain file"):
        unpack(packed(tmp_path, member), ["m"], tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_what_is_not_wanted_stays_packed(tmp_path: Path) -> None:
    link = tarfile.TarInfo("tiny/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    path = packed(tmp_path, link, tarfile.TarInfo("tiny/deep/m"), tarfile.TarInfo("tiny/other"))
    unpack(path, ["deep/m"], tmp_path / "new")
    assert [found.name for found in (tmp_path / "new").rglob("*")] == ["deep", "m"]


def test_an_archive_that_swells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("podcast.outside.models.unpack.LARGEST", 1_000_000)
    path = packed(tmp_path, tarfile.TarInfo("tiny/bomb"), content=bytes(1_000_001))
    assert path.stat().st_size < 1000
    with pytest.raises(ModelError, match="unpacks to over"):
        unpack(path, ["m"], tmp_path / "new")


@pytest.mark.parametrize("kept", [0, 10, 200, len(ARCHIVE) // 2])
def test_a_damaged_archive_is_one_sentence(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a.tar.bz2"
    path.write_bytes(ARCHIVE[:kept])
    with pytest.raises(ModelError, match=r"a.tar.bz2 is damaged"):
        unpack(path, ["model.onnx", "tokens.txt"], tmp_path / "new")


@pytest.mark.slow
@given(st.text(min_size=1, max_size=30))
def test_no_name_leads_out_of_a_folder(name: str) -> None:
    try:
        inner = inner_name(name, Path("a"))
    except ModelError:
        return
    assert os.path.normpath(f"/models/new/{inner}").startswith("/models/new/") or not inner


def test_an_archive_without_a_wanted_file_installs_nothing(server: Files, tmp_path: Path) -> None:
    listed = (tmp_path / "listed.toml").read_text()
    (tmp_path / "listed.toml").write_text(listed.replace("lexicon.txt", "words.txt"))
    with pytest.raises(ModelError, match=r"tiny came without words\.txt; nothing was installed"):
        added()
    assert left(models_folder()) == []


# The command -------------------------------------------------------------------------------


def told(*arguments: str, answer: str = "") -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["voices", "add", *arguments], input=answer)
    return done.exit_code, done.stdout, done.stderr


def test_nothing_is_fetched_before_a_person_agrees(server: Files) -> None:
    status, _, said = told("tiny", answer="n\n")
    assert status == 1 and not server.asked and not models_folder().exists()
    for shown in (f"{server.address}/tiny.tar.bz2", "licence: MIT", "0.5 MB", str(models_folder())):
        assert shown in said
    assert sha256(VOCODER).hexdigest() in said


def test_without_a_name_the_models_are_listed() -> None:
    status, listed, _ = told()
    assert status == 0
    assert re.search(r"^kokoro +365 MB  .*Apache-2\.0", listed, re.M)


def test_a_model_that_is_not_listed_is_refused_by_the_command() -> None:
    status, _, said = told("bark")
    assert status == 1 and "no model is listed as 'bark'" in said


def test_the_list_of_voices_is_as_ever() -> None:
    done = CliRunner().invoke(main, ["voices"])
    assert done.exit_code == 0
    assert "host" in done.stdout and "engines: " in done.stdout


def test_where_a_model_comes_from_can_be_a_folder_or_a_mirror() -> None:
    model = Model("m", "vits", "", (), sources=(Source("https://a.org/x/f.onnx", 1, ""),))
    assert addresses(model, "") == ("https://a.org/x/f.onnx",)
    assert addresses(model, "http://b.org/y/") == ("http://b.org/y/f.onnx",)
    assert addresses(model, "/tmp") == ("/tmp/f.onnx",)
