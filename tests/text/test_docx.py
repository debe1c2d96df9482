"""Word documents: headings are chapters, and no file costs more than a sentence."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest
from forked import told_by_each

from podcast.errors import ReadError
from podcast.model import Opening, Recipe
from podcast.text.draft import draft
from podcast.text.read import reading

STYLES = (
    '<w:style w:type="paragraph" w:styleId="a3"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/></w:style>'
)


def paragraph(text: str, style: str = "") -> str:
    told = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{told}<w:r><w:t>{text}</w:t></w:r></w:p>"


def written(path: Path, *paragraphs: str, head: str = "", packing: int = ZIP_DEFLATED) -> Path:
    body = f"{head}<w:document><w:body>{''.join(paragraphs)}</w:body></w:document>"
    with ZipFile(path, "w", packing) as archive:
        archive.writestr("word/styles.xml", f"<w:styles>{STYLES}</w:styles>")
        archive.writestr("word/document.xml", body)
    return path


@pytest.mark.parametrize("style", ["2", "Heading1", "标题 2"])
def test_headings_are_chapters(tmp_path: Path, style: str) -> None:
    path = written(
        tmp_path / "talk.docx",
        paragraph("阳台种菜", "a3"),
        *(paragraph(text) for text in ("小林：大家好。", "老周：你好。")),
        paragraph("选土", style),
        *(paragraph(text) for text in ("小林：土怎么选？", "老周：土要松，水要流得出去。")),
        paragraph("浇水", style),
        *(paragraph(text) for text in ("小林：水呢？", "老周：三天浇一次就够了。")),
    )
    found = reading(path)
    assert found.openings == (Opening("选土", 4), Opening("浇水", 7))
    assert [one.text for one in found.dropped] == ["阳台种菜", "选土", "浇水"]
    script = draft(path, Recipe())
    assert [chapter.title for chapter in script.chapters][1:] == ["选土", "浇水"]
    first = script.chapters[1].paragraphs[0]
    assert (first.voice, first.text) == ("host", "土怎么选？")
    assert len(draft(path, Recipe(chapters=1)).chapters) == 1


def test_headings_of_pasted_markdown_are_chapters(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text("# 番茄\n## 选土\n土要松。\n## 浇水\n水要少。\n## 收成\n收了十斤。\n", "utf-8")
    script = draft(path, Recipe())
    said = [(chapter.title, chapter.paragraphs[0].text) for chapter in script.chapters]
    assert said == [("选土", "土要松。"), ("浇水", "水要少。"), ("收成", "收了十斤。")]


def test_who_speaks_is_no_heading(tmp_path: Path) -> None:
    turns = [("小林 00:01", "大家好"), ("老周 00:05", "你好"), ("小林 00:09", "番茄")]
    parts = [each for who, text in turns for each in (paragraph(who, "Heading2"), paragraph(text))]
    found = reading(written(tmp_path / "talk.docx", *parts))
    assert found.openings == () and [*found.roles] == ["小林", "老周"]
    assert [line.text for line in found.transcript.lines] == ["大家好", "你好", "番茄"]


def test_old_programs_copy_of_a_paragraph_is_not_said_twice(tmp_path: Path) -> None:
    said = paragraph("土要松")
    box = f"<mc:Choice>{said}</mc:Choice><mc:Fallback>{said}</mc:Fallback>"
    found = reading(written(tmp_path / "talk.docx", paragraph("你好"), box))
    assert [line.text for line in found.transcript.lines] == ["你好", "土要松"]


@pytest.mark.parametrize(
    ("parts", "head", "packing", "said"),
    [
        (("你好",), '<!DOCTYPE x [<!ENTITY a "b">]>', ZIP_DEFLATED, "entities of its own"),
        (("你好",), "", ZIP_LZMA, "damaged or locked"),
    ],
)
def test_what_is_refused(
    tmp_path: Path, parts: tuple[str, ...], head: str, packing: int, said: str
) -> None:
    path = written(tmp_path / "a.docx", *map(paragraph, parts), head=head, packing=packing)
    with pytest.raises(ReadError, match=said) as caught:
        reading(path)
    assert "\n" not in str(caught.value)


def test_a_list_of_files_without_end_is_never_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.docx", paragraph("你好"))
    with ZipFile(path, "a") as archive:
        for number in range(6000):
            archive.writestr(f"x{number}", b"")
    with pytest.raises(ReadError, match="it is not text"):
        reading(path)


def test_a_document_of_a_gigabyte_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with path.open("wb") as file:
        file.truncate(2**30)
    with pytest.raises(ReadError, match="64 MB"):
        reading(path)


BOMBS = {  # one paragraph of the kind, as often as 63 MB hold it
    "depth": ("<w:tbl><w:p><w:t>你</w:t>", "paragraphs, over the limit of 600000"),
    "fallbacks": ("<mc:Fallback>", "holds no line of text"),
}


@pytest.fixture(scope="module")
def bombs(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is told of each bomb, by a process that has done nothing but import."""
    folder = tmp_path_factory.mktemp("bombs")
    paths = [
        written(folder / f"{kind}.docx", unit * (63 * 2**20 // len(unit.encode())))
        for kind, (unit, _) in BOMBS.items()
    ]
    imports = "from podcast.text.read import reading"
    return told_by_each(paths, "bool(reading(Path(name)))", imports)


@pytest.mark.slow
@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_one_sentence_in_bounded_memory(bombs: str, kind: str) -> None:
    assert re.search(rf"/{kind}\.docx ended with 0\n", bombs), bombs
    (told,) = re.findall(rf"/{kind}\.docx told (.*)", bombs)
    assert re.search(BOMBS[kind][1], told)
    assert bombs.count("\n") == 2 * len(BOMBS)  # each is told in one line


@pytest.mark.parametrize("mark", [b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"])
def test_an_archive_damaged_at_any_byte_is_read_or_one_sentence(
    tmp_path: Path, mark: bytes
) -> None:
    path = written(tmp_path / "talk.docx", paragraph("大家好"))
    whole = path.read_bytes()
    start = whole.rindex(mark)
    for place in range(start, min(start + 46, len(whole))):
        for value in (0, 99):
            path.write_bytes(whole[:place] + bytes([value]) + whole[place + 1 :])
            with suppress(ReadError):
                assert reading(path).transcript.lines
