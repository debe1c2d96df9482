"""Which episodes there are; tests/studio/test_app.py tries what is sent of them."""

from __future__ import annotations

from pathlib import Path

from podcast.published.serve import episodes


def test_a_broken_report_is_no_episode(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "report.json").write_text("{")
    assert episodes(tmp_path) == []


def test_the_newest_episode_is_first(tmp_path: Path) -> None:
    for name, date in (("a", "2025-01-01"), ("b", "2025-03-01"), ("c", "2025-02-01")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text("页", "utf-8")
        (tmp_path / name / "report.json").write_text(f'{{"date": "{date}"}}')
    assert [name for name, _ in episodes(tmp_path)] == ["b", "c", "a"]
