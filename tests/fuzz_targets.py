"""What a stranger's bytes can reach: each target takes them, or refuses them in one sentence.

A target raises for a fault of the program alone. `bench/fuzz.py` feeds them for hours,
`test_fuzz.py` feeds them all that was ever found, and some more.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import fuzz_out
from fuzz_out import refusing
from places import DATA

from podcast.errors import PodcastError
from podcast.files.settings import read_settings
from podcast.files.tidy import Unreadable
from podcast.model import Recipe, Script, Transcript
from podcast.pronounce import AS_SHOWN, IN_FULL, pronounce, touching
from podcast.speech.cast import read_voices
from podcast.text.clean import clean
from podcast.text.draft import draft
from podcast.text.glossary import parse_glossary, read_glossary
from podcast.text.read import read
from podcast.text.read.form import Form
from podcast.text.read.forms import FORMS, SURE
from podcast.text.script import parse_script, read_script, script_text

Target = Callable[[bytes], None]
FINDS = DATA / "fuzz"  # TARGET/NAME: what a target once failed on


@contextmanager
def in_a_file(encoded: bytes | bytearray, name: str) -> Iterator[Path]:
    """A file of these bytes, for as long as it is looked at."""
    path = Path(_folder().name) / name
    path.write_bytes(encoded)
    try:
        yield path
    finally:
        path.unlink()


@cache
def _folder() -> TemporaryDirectory[str]:
    memory = Path("/dev/shm")  # a disk would be the slowest part
    return TemporaryDirectory(prefix="fuzz-", dir=memory if memory.is_dir() else None)


def transcript(suffix: str) -> Target:
    """A transcript named so: its lines are numbered, sayable, and timed in milliseconds or not."""

    def take(encoded: bytes) -> None:
        with refusing(), in_a_file(encoded, f"talk{suffix}") as path:
            require_lines(read(path))

    return take


def form_target(form: Form) -> Target:
    """A text read in this form where it fits; and as a file, in whatever form it is then told."""

    def take(encoded: bytes) -> None:
        text = encoded.decode("utf-8", "replace")
        assert 0 <= form.fits(text, "") <= 1
        with suppress(Unreadable):
            for one in form.read(text) if form.fits(text, "") >= SURE else ():
                assert one.number > 0 and isinstance(one.text, str) and isinstance(one.speaker, str)
                assert all(type(ms) in (int, type(None)) for ms in (one.start_ms, one.end_ms))
        with refusing(), in_a_file(encoded, "talk.txt") as path:
            require_lines(read(path))

    return take


def form_key(form: Form) -> str:
    """What the form's target is called, and the folder of what it was found with."""
    return "form-" + re.sub(r"\W+", "-", form.name.lower())


def document(encoded: bytes) -> None:
    """A Word document of these bytes, and one that holds them as its body, whole and damaged."""
    with refusing(), in_a_file(encoded, "talk.docx") as path:
        require_lines(read(path))
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("word/styles.xml", encoded)
        archive.writestr("word/document.xml", encoded)
    with refusing(), in_a_file(packed.getvalue(), "talk.docx") as path:
        require_lines(read(path))
    damaged = bytearray(packed.getvalue())
    place = int.from_bytes(encoded[:2], "little") % len(damaged)
    damaged[place : place + 4] = encoded[2:6]
    with refusing(), in_a_file(damaged, "talk.docx") as path:
        require_lines(read(path))


def require_lines(heard: Transcript) -> None:
    for line in heard.lines:
        assert line.text == line.text.strip() and len(line.text.splitlines()) == 1
        line.text.encode()
        for moment in (line.start_ms, line.end_ms):
            assert moment is None or (isinstance(moment, int) and moment >= 0)
    numbers = [line.number for line in heard.lines]
    assert heard.lines and numbers[0] > 0 and numbers == sorted(numbers)


def markdown(encoded: bytes) -> None:
    """A script: what is read is written, and read back as the same."""
    with refusing(), in_a_file(encoded, "script.md") as path:
        script = read_script(path)
        with suppress(PodcastError):  # front matter in TOML may hold what Markdown cannot
            require_same(script, parse_script(script_text(script)))


def require_same(script: Script, again: Script) -> None:
    assert again == script, (script, again)


def settings(encoded: bytes) -> None:
    """The TOML beside a seed, its glossary with it."""
    with refusing(), in_a_file(encoded, "talk.toml") as path:
        parse_glossary(read_settings(path.with_suffix(".txt")).glossary, "talk.toml")


def glossary(encoded: bytes) -> None:
    """A glossary, put to use."""
    with refusing(), in_a_file(encoded, "glossary.toml") as path:
        terms = read_glossary(path)
        path.write_text("我们说 Claud Code 和泽联斯基\n对，对\n", "utf-8")
        heard = clean(read(path), terms)
        assert clean(heard, terms) == heard


def cast(encoded: bytes) -> None:
    """The voices of one role."""
    with refusing(), in_a_file(encoded, "host.toml") as path:
        for voice in read_voices(path):
            assert 0.3 <= voice.speed <= 3 and 0.3 <= voice.pitch <= 3


def respellings(encoded: bytes) -> None:
    """A seed's pronunciation table, put to use."""
    shown = "重庆的 GPT-4.5 在2025年"
    with refusing(), in_a_file(b"[pronounce]\n" + encoded, "x.toml") as path:
        table = read_settings(path.with_suffix(".txt")).pronounce
        said = pronounce(shown, IN_FULL, touching(shown, table))
        assert len(said.text) == len(said.origins)


def pronunciation(encoded: bytes) -> None:
    """Any text, as each kind of engine is told to say it."""
    shown = encoded.decode("utf-8", "surrogateescape")
    for needs in (IN_FULL, AS_SHOWN):
        said = pronounce(shown, needs)
        assert len(said.text) == len(said.origins)
        assert list(said.origins) == sorted(said.origins)
        assert all(0 <= origin < len(shown) for origin in said.origins)


def pages(encoded: bytes) -> None:
    """All text stages: a transcript becomes a script that its own Markdown holds."""
    with refusing(), in_a_file(encoded, "talk.txt") as path:
        script = draft(path, Recipe())
        require_same(script, parse_script(script_text(script)))


TARGETS: dict[str, Target] = {
    "txt": transcript(".txt"),
    "srt": transcript(".srt"),
    "vtt": transcript(".vtt"),
    "ass": transcript(".ass"),
    "lrc": transcript(".lrc"),
    "json": transcript(".json"),
    "docx": document,
    **{form_key(form): form_target(form) for form in FORMS},
    "markdown": markdown,
    "settings": settings,
    "glossary": glossary,
    "cast": cast,
    "respellings": respellings,
    "pronunciation": pronunciation,
    "pages": pages,
    **fuzz_out.TARGETS,
}

_TIMED = (
    "1\n00:00:01,000 --> 00:00:02,500\n我们今天\n\n2\n00:00:03,000 --> 00:00:04,000\n聊一聊 AI\n"
)
_TALK = "大家好欢迎收听\n今天聊聊 GPT-4.5 对\n它涨了14%\n好吧\n那么最后总结一下\n谢谢大家\n"
EXAMPLES: dict[str, tuple[str, ...]] = {
    "txt": (_TALK, "[00:01.5] 你好\n[00:02.5] 世界\n[00:03] 再见\n", "张三 00:01\n你好\n"),
    "srt": (_TIMED, _TIMED.replace("我们", "{\\an8}<i>我们</i>")),
    "vtt": (
        "WEBVTT\n\nNOTE 注\n\n00:01.000 --> 00:02.000 align:start\n<v 张三>你<c.a>好</c>&amp;\n",
        "WEBVTT\n\n00:00.000 --> 00:00.990\n \n对<00:00:00.100><c>了</c>\n",
    ),
    "ass": (
        "[Script Info]\nTitle: x\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, "
        "MarginR, MarginV, Effect, Text\n"
        "Dialogue: 0,0:00:01.00,0:00:02.50,Default,张,0,0,0,,{\\pos(1,2)}你\\N好\n",
    ),
    "lrc": ("[ti:题]\n[ar:张三]\n[00:01.50]你好\n[00:02.50]世界\n[00:03.00]再见\n",),
    "json": (
        '{"text": "你好", "segments": [{"id": 0, "start": 0.5, "end": 1e3, "text": "你好", '
        '"words": [{"word": "你", "start": 0, "end": 1}], "speaker": "A"}], "language": "zh"}',
        '{"transcription": [{"timestamps": {"from": "00:00:01,000", "to": "00:00:02,000"}, '
        '"offsets": {"from": 1, "to": 2}, "text": "你好"}]}',
        '[{"text": "x", "sentence_info": [{"start": 1, "end": 2, "text": "x", "spk": 0}]}]',
        '{"chunks": [{"timestamp": [0, null], "text": "x"}]}\n{"body": [{"from": NaN}]}',
    ),
    "docx": (
        '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:t>选土</w:t></w:p>'
        "<w:p><w:r><w:t>你好&amp;</w:t><w:br/><w:t>再见</w:t></w:r></w:p>",
        '<w:style w:styleId="2"><w:name w:val="heading 2"/><w:outlineLvl w:val="1"/></w:style>',
    ),
    **{form_key(form): (form.example,) for form in FORMS},
    "markdown": (
        "---\nauthor: 张三  # 注\ndate: 2025-03-01\n---\n\n# 题\n\n# 上\n\n## 章 ##\n\n\\#一。\n"
        "二\\\n\n> [guest] 三 **重** [链](x)\n> 四\n\n- 五\n\n<!-- 注 -->六\n",
        '+++\ntitle = "题"\ndate = 2025-03-01\n+++\n文\n\n***\n\n1. 一\n![图](x.png "y")\n',
    ),
    "settings": (
        'title = "题"\ndate = 2025-03-01\nauthor = "张三"\ndescription = """\n甲\n乙"""\n'
        '[cast]\nhost = "yunyang"\n[glossary]\n"泽连斯基" = ["泽联斯基"]\n'
        '[[chapters]]\ntitle = "开场"\nbegins = 1\npart = "上"\n',
    ),
    "glossary": (
        'keep = ["对"]\n"Claude Code" = { wrong = ["Claud Code"], near = ["AI"], lines = "1-9" }\n'
        '[glossary]\n"泽连斯基" = "泽联斯基"\n',
    ),
    "cast": ('[[voice]]\nengine = "espeak"\nid = "cmn"\nspeed = 1.1\npitch = 0.9\n',),
    "respellings": ('"重庆" = "chong2 qing4"\nGPT = "G P T"\n',),
    "pronunciation": ("重庆的GPT-4.5在2025年3月1日涨了14%，$3500亿，3-5年，-1.5℃，1/2", "🎙️é́\u202e"),
    "pages": (_TALK, _TIMED),
    **fuzz_out.EXAMPLES,
}
