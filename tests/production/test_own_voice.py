"""An episode in the speaker's own voice: cut out of the recording, and told to be no machine's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import srt
from click.testing import CliRunner, Result
from spoken import LINES, quiet, taped, write_wav

from podcast.cli import main
from podcast.engines.recording import Recording
from podcast.files.prune import read_entries
from podcast.files.store import Store
from podcast.model import NOTICE

pytestmark = [pytest.mark.slow]

FILLED = ("嗯", *LINES[:2], "那个", LINES[2], "就是说", LINES[3])
SCRIPT = f"""# 集

## 开场

{LINES[0]}，{LINES[1]}。

> [guest] {LINES[2]}。

{LINES[3]}。
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a talk, its recording with fillers, a script, and the episode cut out."""
    here = tmp_path_factory.mktemp("own")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(here)
        write_wav(here / "talk.wav", taped(*FILLED)[0])
        (here / "talk.txt").write_text("\n".join(FILLED), "utf-8")
        (here / "out/talk").mkdir(parents=True)
        (here / "out/talk/script.md").write_text(SCRIPT, "utf-8")
        result = make()
        assert result.exit_code == 0, result.output
    return here


@pytest.fixture
def here(built: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(built)
    script = built / "out/talk/script.md"
    kept = script.read_text("utf-8")
    yield built
    script.write_text(kept, "utf-8")
    (built / "talk.toml").unlink(missing_ok=True)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def make(*more: str) -> Result:
    given = ("make", "talk.txt", "--recording", "talk.wav", "--engine", "recording")
    return run(*given, "--jobs", "1", "-q", *more)


def report() -> dict[str, object]:
    return dict(json.loads(Path("out/talk/report.json").read_text("utf-8")))


def test_the_episode_is_whole_and_no_file_says_that_it_is_synthetic(here: Path) -> None:
    result = run("check", "out/talk")
    assert result.exit_code == 0, result.output
    assert report()["human"] is True and report()["voices"] == {}
    for path in Path("out/talk").rglob("*"):
        if path.suffix in {".mp3", ".md", ".html", ".json"}:
            content = path.read_bytes()
            assert NOTICE.encode() not in content and NOTICE.encode("utf-16-le") not in content


def test_the_subtitles_have_the_words_of_the_script(here: Path) -> None:
    cues = list(srt.parse(Path("out/talk/episode.srt").read_text("utf-8")))
    assert "".join(filter(str.isalnum, "".join(cue.content for cue in cues))) == "".join(LINES[:4])


def test_all_that_is_kept_of_the_recording_can_be_cleaned_away(here: Path) -> None:
    store = Store(here / "out/.cache")
    counted = {path for entry in read_entries(store) for path in entry.paths}
    assert counted == {path for path in store.folder.rglob("*") if path.is_file()}


def test_only_an_edited_paragraph_is_cut_again(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    cut = Recording.cut

    def counted(self: Recording, passages: list[object]) -> object:
        asked.append(len(passages))
        return cut(self, passages)  # type: ignore[arg-type]

    monkeypatch.setattr(Recording, "cut", counted)
    script = here / "out/talk/script.md"
    script.write_text(SCRIPT.replace(f"{LINES[0]}，", ""), "utf-8")
    assert make().exit_code == 0
    assert asked == [1]


def test_a_paragraph_that_nobody_says_is_named(here: Path) -> None:
    script = here / "out/talk/script.md"
    script.write_text(SCRIPT.replace(LINES[2], "明年会发生什么没有人知道"), "utf-8")
    result = make()
    assert result.exit_code == 1
    assert "paragraph 2 of chapter '开场' is not in the recording" in result.stderr
    assert "明年会发生什么没有人知道" in result.stderr and 'rewritten = "host"' in result.stderr
    assert len(result.stderr.strip().splitlines()) == 2  # the first tells of the edit


def test_another_voice_says_it_if_the_cast_says_so_and_then_the_notice_is_there(
    here: Path,
) -> None:
    script = here / "out/talk/script.md"
    script.write_text(SCRIPT.replace(LINES[2], "明年会发生什么没有人知道"), "utf-8")
    (here / "talk.toml").write_text('[cast]\nrewritten = "host"\n', "utf-8")
    result = make("--offline", "--spoken-notice")
    assert result.exit_code == 0, result.output
    assert report()["human"] is False and list(report()["voices"]) == ["guest", "host"]  # type: ignore[call-overload]
    assert NOTICE in Path("out/talk/shownotes.md").read_text("utf-8")
    result = run("check", "out/talk")
    assert result.exit_code == 0, result.output


def test_without_a_recording_the_engine_is_refused(here: Path) -> None:
    result = run("make", "talk.txt", "--engine", "recording", "-q")
    assert result.exit_code == 1 and "--recording FILE" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 2


def test_a_recording_of_another_talk_is_refused(here: Path) -> None:
    write_wav(here / "other.wav", quiet(20) * 300)
    result = make("--recording", "other.wav")
    assert result.exit_code == 1 and "does not fit this text" in result.stderr


def test_a_text_cannot_be_said_by_a_recording(here: Path) -> None:
    result = run("say", "你好。", "-o", "a.wav", "--engine", "recording")
    assert result.exit_code == 1 and "cut an episode out" in result.stderr
