"""An episode's files, read back, are the episode."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from podcast.formats.shownotes import names_in, shownotes_text
from podcast.model import Episode, Span, Track
from podcast.published import _names, _parts, _summary, stale_files, video_record

TEXT = "Claude Code 和 GPT-4.5。《三体》。Claude Code，GPT-4.5，[x]*y* C++ C++。"
titles = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)


@given(st.lists(st.tuples(titles, st.one_of(st.just(""), titles)), min_size=1, max_size=6))
@settings(max_examples=60)
def test_notes_are_read_as_they_were_written(chapters: list[tuple[str, str]]) -> None:
    words = (Span(0, 1, TEXT),)
    tracks = tuple(Track(title, 90_000, (), words, part) for title, part in chapters)
    episode = Episode("题", 1000, tracks, "张三", "2025-03-01")
    notes = shownotes_text(episode, "一期 *节目* [说明]。")
    assert _summary(notes) == "一期 *节目* [说明]。"
    assert _names(notes) == names_in(episode)
    assert _parts(notes, len(tracks)) == [track.part for track in tracks]


def test_no_record_is_no_stale_video(tmp_path: Path) -> None:
    (tmp_path / "upload").mkdir()
    for text in ("", "{", "[]", "{}", '{"files": 3}'):
        (tmp_path / "upload" / "video.json").write_text(text)
        assert video_record(tmp_path) == {}
        assert stale_files(tmp_path, tmp_path) == set()
