"""An episode's files, read back, are the episode."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from podcast.formats.shownotes import names_in, names_said, outline, shownotes_text
from podcast.model import Episode, Span, Track
from podcast.published.episode import stale_files, video_record

NAMES = ("Claude Code", "GPT-4.5", "《三体》", "C++", "雷军", "高嘉良", "高嘉良先生")
said = st.lists(st.sampled_from([*NAMES, "claude code", "好", "，"]), max_size=12)


@given(st.lists(said, min_size=1, max_size=6))
@settings(max_examples=60)
def test_the_names_of_chapters_put_together_are_the_episodes(chapters: list[list[str]]) -> None:
    tracks = tuple(Track("题", 90_000, (), (Span(0, 1, "。".join(text)),)) for text in chapters)
    names = names_in(Episode("题", 1000, tracks))
    told = [names_said(track, names) for track in tracks]
    assert tuple(dict.fromkeys(name for chapter in told for name in chapter)) == names


def test_an_outline_is_plain_text_that_the_notes_escape() -> None:
    tracks = tuple(Track(title, 90_000, (), ()) for title in ("a*b", "[结尾]"))
    episode = Episode("题", 1000, tracks)
    assert outline(episode) == "本集共 2 章，从“a*b”谈到“[结尾]”。"
    assert r"从“a\*b”谈到“\[结尾\]”。" in shownotes_text(episode)


def test_no_record_is_no_stale_video(tmp_path: Path) -> None:
    (tmp_path / "upload").mkdir()
    for text in ("", "{", "[]", "{}", '{"files": 3}'):
        (tmp_path / "upload" / "video.json").write_text(text)
        assert video_record(tmp_path) == {}
        assert stale_files(tmp_path, tmp_path) == set()
