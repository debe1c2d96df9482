"""Names, summaries and times are looked for when a word has changed, and not after another edit."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from podcast.files.keys import program_folder
from podcast.files.settings import Settings
from podcast.files.sources import sources
from podcast.files.store import Store
from podcast.formats.shownotes import mentions_in
from podcast.model import Chapter, Episode, Paragraph, Recipe, Script, Span, Track
from podcast.production import original, told
from podcast.production.original import original_texts
from podcast.production.told import mentioned, summaries
from podcast.text.summarise import summarise

TEXT = "雷军说小米的机器人很便宜，机器人的进展也很快，大家都想买一台机器人。雷军也这么想。"


def episode(title: str, text: str = TEXT) -> Episode:
    return Episode("集", 1000, (Track(title, 1000, (), (Span(0, 1000, text),)),))


def script(text: str = TEXT) -> Script:
    return Script("集", (Chapter("章", (Paragraph(text),)),))


def counted(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> Counter[str]:
    calls, call = Counter[str](), getattr(module, name)

    def counting(*given: object) -> object:
        calls[name] += 1
        return call(*given)

    monkeypatch.setattr(module, name, counting)
    return calls


def test_names_are_looked_for_again_only_where_words_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = counted(monkeypatch, told, "mentions_in")
    found = mentioned(episode("章"), Store(tmp_path))
    assert found == mentions_in(episode("章")) and "雷军" in found.names
    assert mentioned(episode("另一个标题"), Store(tmp_path)) == found
    assert calls["mentions_in"] == 1
    longer = episode("章", TEXT + "小米也想，小米。")
    assert mentioned(longer, Store(tmp_path)) == mentions_in(longer)
    assert calls["mentions_in"] == 2


def test_a_script_that_is_as_it_was_is_not_summarised_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = counted(monkeypatch, told, "summarise")
    first = summaries(script(), Store(tmp_path))
    assert first == (summarise(script().chapters[0], script()),) and first[0]
    assert summaries(replace(script(), author="某人"), Store(tmp_path)) == first
    assert calls["summarise"] == 1
    summaries(
        script("今天我们只说一件事，就是手机的电池怎么才能用得久一些，充电也快一些。"),
        Store(tmp_path),
    )
    assert calls["summarise"] == 2


def test_a_transcript_is_read_for_its_times_only_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = counted(monkeypatch, original, "read")
    talk = tmp_path / "talk.txt"
    talk.write_text("大家好\n今天说机器人\n", "utf-8")
    for _ in range(2):
        texts = original_texts(
            talk, script(), Recipe(), Settings(), Store(tmp_path / "store"), recording=None
        )
        assert texts == ((), "")
    assert calls["read"] == 1


def test_the_code_that_finds_what_is_kept_is_in_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: dict[str, set[str]] = {}

    def key(*modules: str) -> str:
        found = sources(program_folder(), *modules)
        reached[modules[0]] = {str(path.relative_to(program_folder())) for path in found}
        return modules[0]

    for module in (told, original):
        monkeypatch.setattr(module, "sources_key", key)
    talk = tmp_path / "talk.txt"
    talk.write_text("大家好\n", "utf-8")
    original_texts(talk, script(), Recipe(), Settings(), Store(tmp_path), recording=None)
    summaries(script(), Store(tmp_path))
    assert {"text/read/__init__.py", "recording/times.py"} <= reached["podcast.text.read"]
    own = reached["podcast.production.told"]  # it says how they are kept
    assert {"production/told.py", "formats/shownotes.py", "text/summarise.py"} <= own
