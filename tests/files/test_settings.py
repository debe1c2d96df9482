"""A seed's settings say what they say, and a slip in them is named."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.errors import ReadError
from podcast.files.options import OPTIONS, OutOfRange, recipe_of
from podcast.files.settings import Mistake, Settings, read_opening, read_settings
from podcast.model import Opening, Recipe


def settings_of(folder: Path, page: str | bytes) -> Settings:
    path = folder / "2025-02-talk.toml"
    path.write_bytes(page if isinstance(page, bytes) else page.encode())
    return read_settings(folder / "2025-02-talk.txt")


def test_without_settings_nothing_is_said_not_even_a_title(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "2025-02-talk.txt") == Settings()
    assert settings_of(tmp_path, "") == settings_of(tmp_path, "# 注\n") == Settings()


def test_all_of_it(tmp_path: Path) -> None:
    (tmp_path / "cover.png").write_bytes(b"x")
    page = """
        title = "双月 回顾"
        date = 2025-03-01
        author = "Indigo"
        description = '''
一
二
'''
        cover = "cover.png"
        [cast]
        host = "yunyang"
        guest = "xiaoxiao"
        [glossary]
        "泽联斯基" = "泽连斯基"
        [glossary.names]
        GPD = { right = "GPT", scope = "word" }
        [pronounce]
        "乐队" = "yue4 dui4"
        SaaS = "萨斯"
        "嗯" = ""
        [[chapters]]
        title = "开场"
        begins = "欢迎回到"
        part = "上"
        [[chapters]]
        title = "正题"
        begins = 120
        picture = "cover.png"
        """
    assert settings_of(tmp_path, page) == Settings(
        "双月 回顾",
        "2025-03-01",
        "Indigo",
        "一\n二",
        tmp_path / "cover.png",
        (("host", "yunyang"), ("guest", "xiaoxiao")),
        {"泽联斯基": "泽连斯基", "names": {"GPD": {"right": "GPT", "scope": "word"}}},
        {"乐队": "yue4 dui4", "SaaS": "萨斯", "嗯": ""},
        (Opening("开场", "欢迎回到", "上"), Opening("正题", 120, picture=tmp_path / "cover.png")),
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_any_encoding(tmp_path: Path, encoding: str) -> None:
    assert settings_of(tmp_path, 'title = "我们的节目"'.encode(encoding)).title == "我们的节目"


@pytest.mark.parametrize("day", ['"2025-03-01"', "2025-03-01", '"2025-03-01T08:00:00+08:00"'])
def test_a_date_with_or_without_quotes(tmp_path: Path, day: str) -> None:
    assert settings_of(tmp_path, f"date = {day}").date == day.strip('"')


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("titel = 'x'", "unknown key 'titel'; did you mean 'title'? known: title, date, author,"),
        ("xyz = 1", "unknown key 'xyz'; known: title, date,"),
        ("title = 3", "title must be text in quotes, not 3"),
        ("title = ' '", "title must be text in quotes, not ' '"),
        ("author = true", "author must be text in quotes, not true or false"),
        ("description = ['x']", "description must be text in quotes, not a list"),
        ("date = '三月'", "date must be a date like 2025-03-01, not '三月'"),
        ("date = 2025", "date must be a date like 2025-03-01, not 2025"),
        ("cover = 'none.png'", "cover names "),
        ("cast = 'x'", "cast must be a table, headed [cast], not 'x'"),
        ("[cast]\nhost = 1", "cast.host must be text in quotes, not 1"),
        ("glossary = ['x']", "glossary must be a table, headed [glossary], not a list"),
        ("pronounce = 'x'", "pronounce must be a table, headed [pronounce], not 'x'"),
        ("[pronounce]\na = 1", "pronounce.a must be text in quotes, not 1"),
        ('[pronounce]\n"" = "x"', "pronounce has a respelling of no word"),
        (
            "[chapters]\ntitle = 'x'",
            "chapters must be tables, each headed [[chapters]], not a table",
        ),
        ("chapters = ['x']", "chapters must be tables, each headed [[chapters]], not a list"),
        ("[[chapters]]\nbegins = 1", "chapter 1 has no title; give its title and how it begins"),
        ("[[chapters]]\ntitle = 'x'", "chapter 1 has no begins"),
        ("[[chapters]]\nbegin = 1", "chapter 1: unknown key 'begin'; did you mean 'begins'?"),
        ("[[chapters]]\nbegins = 0", "chapter 1: begins must be the first words or a line number"),
        ("[[chapters]]\nbegins = true", "chapter 1: begins must be the first words"),
        ("title = ", "it is not TOML: Invalid value"),
        ("a" * 100 + " = 1", "unknown key"),
        (b"\x00" * 99, "it is not text"),
    ],
)
def test_slips_are_named(tmp_path: Path, page: str | bytes, why: str) -> None:
    with pytest.raises(ReadError, match=re.escape(f"2025-02-talk.toml: {why}")) as caught:
        settings_of(tmp_path, page)
    assert "\n" not in str(caught.value)


def test_a_folder_is_no_settings(tmp_path: Path) -> None:
    (tmp_path / "talk.toml").mkdir()
    with pytest.raises(ReadError, match="it is a folder"):
        read_settings(tmp_path / "talk.txt")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
)


@given(st.dictionaries(st.sampled_from(["title", "begins", "part"]), values))
def test_any_chapter_is_one_or_a_mistake(table: dict[str, object]) -> None:
    try:
        opening = read_opening(table, "chapter 1", Path("x.toml"))
    except Mistake as mistake:
        assert str(mistake).startswith("chapter 1")
    else:
        assert opening.title and opening.begins


# The recipe -----------------------------------------------------------------------------------


def test_every_field_of_the_recipe_is_an_option_with_its_default_in_range() -> None:
    assert set(OPTIONS) == {field.name for field in fields(Recipe)}
    for option in OPTIONS.values():
        if option.default not in (None, ""):
            assert option.take(option.default) == option.default
        assert option.meaning.endswith(".")


def test_a_recipe_sets_any_field(tmp_path: Path) -> None:
    (tmp_path / "bed.mp3").write_bytes(b"x")
    page = """
        [recipe]
        engine = "espeak"
        comma_pause = 0
        loudness = -18
        bitrate = 128
        chapters = 9
        music = "bed.mp3"
        chapter_sound = true
        subtitle_style = "ted"
        """
    recipe = settings_of(tmp_path, page).recipe
    assert recipe == {
        "engine": "espeak",
        "comma_pause": 0.0,
        "loudness": -18.0,
        "bitrate": 128,
        "chapters": 9,
        "music": tmp_path / "bed.mp3",
        "chapter_sound": True,
        "subtitle_style": "ted",
    }
    made = recipe_of(recipe, {"bitrate": 64})
    assert (made.bitrate, made.loudness, made.music) == (64, -18.0, tmp_path / "bed.mp3")
    assert made.sentence_pause == Recipe().sentence_pause


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("pause = 1", "unknown key 'recipe.pause'"),
        ("sentence_pause = 11", "recipe.sentence_pause: 11 is not a number from 0 to 10"),
        ("sentence_pause = nan", "nan is not a number from 0 to 10"),
        ('sentence_pause = "1"', "recipe.sentence_pause: '1' is not a number"),
        ("sentence_pause = true", "recipe.sentence_pause: true is not a number"),
        ("loudness = -9", "-9 is not a number from -40 to -10"),
        ("bitrate = 7", "recipe.bitrate: 7 is none of 64, 80, 96, 112, 128, 160"),
        ("chapters = 1.5", "recipe.chapters: 1.5 is not a whole number"),
        ("karaoke = 1", "recipe.karaoke: 1 is not true or false"),
        ('subtitle_style = "bbc"', "'bbc' is none of netflix, ted"),
        ("subtitle_lines = 3", "3 is none of 1, 2"),
        ('music = "none.mp3"', "recipe.music: there is no file .*none.mp3"),
        ("intro = 5", "recipe.intro: 5 is not the name of a file"),
    ],
)
def test_a_slip_in_the_recipe_is_named(line: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=says):
        settings_of(tmp_path, f"[recipe]\n{line}\n")
    with pytest.raises(ReadError, match="headed \\[recipe\\]"):
        settings_of(tmp_path, "recipe = 1")


@given(
    st.sampled_from(sorted(OPTIONS)),
    st.one_of(st.floats(), st.integers(), st.booleans(), st.text()),
)
def test_a_value_is_taken_in_range_or_refused_with_a_reason(name: str, value: object) -> None:
    option = OPTIONS[name]
    try:
        taken = option.take(value)
    except OutOfRange as error:
        assert str(error)
    else:
        assert isinstance(taken, option.kind)
        assert taken == value or option.kind is Path
        if option.choices:
            assert taken in option.choices
        elif isinstance(taken, (int, float)) and option.kind is not bool:
            assert option.least <= taken <= option.most


@pytest.mark.parametrize("name", ["x" * 300, "题" * 200, "x\0y"])
def test_a_name_that_no_file_can_have_is_the_name_of_no_file(name: str) -> None:
    with pytest.raises(OutOfRange, match="there is no file"):
        OPTIONS["intro"].take(name)


def test_a_key_on_two_lines_is_told_on_one(tmp_path: Path) -> None:
    for text in ('[cast]\n"a\\nb" = 3\n', '[pronounce]\n"a\\nb" = 3\n', '[recipe]\n"a\\nb" = 3\n'):
        with pytest.raises(ReadError) as caught:
            settings_of(tmp_path, text)
        assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "link",
    [
        "",
        "example.org",
        "ftp://example.org/1",
        "file:///x",
        "http://[",
        "http://a:x/",
        "http://",
        "https://example.org/\\u0000",
        "https://example.org/\\n1",
    ],
)
def test_a_link_is_a_web_address(link: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="link must be a web address"):
        settings_of(tmp_path, f'link = "{link}"')
    settings = settings_of(tmp_path, 'link = "https://example.org/1?x=2#old"')
    assert settings.link == "https://example.org/1?x=2"


def test_settings_of_a_size_that_none_have_are_refused(tmp_path: Path) -> None:
    (tmp_path / "talk.toml").write_text("# " + "x" * 2_000_000, "utf-8")
    with pytest.raises(ReadError, match="it has 2 MB; at most 1 MB is read"):
        read_settings(tmp_path / "talk.txt")
