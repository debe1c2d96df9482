"""Transcripts nobody would want: any number of them, the same for the same number.

`bench/abuse.py` tries ten thousand, `test_hostile.py` a sample.
"""

from __future__ import annotations

import json
import random
import re
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import opencc
from places import SEED

from podcast.text.read.form import Form
from podcast.text.read.forms import FORMS

TALK = SEED.read_text("utf-8")
HIDDEN = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2069"
)
BREAKS = ("\n", "\r\n", "\r", "\x85", "\u2028", "\u2029", "\x0b", "\x0c", "\n\n\n")
PIECES = (
    "👨‍👩‍👧", "🏳️‍🌈", "é́́", "ﷺ", "𠮷𠀀", "Ⅻ", "①②", "½", "ｱ", "한국어", "שלום", "مرحبا", "ไทย",
    "１２３", "٣٤", "ß", "ŉ", "…", "——", "“", "」", "》", "《", "%", "$3500亿", "GPT-4.5", "2025年",
    "1e999", "-->", "<b>", "&amp;", "[00:01]", "# ", "> [guest] ", "---", "\\", "**", "\ufffd",
    "\ufffe", "\U000e0001", "\U0010ffff", "\0", "\x1b[2J", "\t", "\u3000", "；", "、、、", "。。。",
    "？！",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A file to be built, and the TOML beside it, if any."""

    name: str
    content: bytes
    settings: str = ""


def case(number: int) -> Case:
    """The hostile transcript of this number."""
    chance = random.Random(number)
    kind = KINDS[number % len(KINDS)]
    made = kind(chance)
    if chance.random() < 0.1:
        return Case(made.name, made.content, settings(chance))
    return made


def talk(chance: random.Random, most: int = 800) -> str:
    """A stretch of a real transcript."""
    start = chance.randrange(len(TALK))
    return TALK[start : start + chance.randint(1, most)]


def any_character(chance: random.Random) -> str:
    """Any character but a surrogate."""
    code = chance.choice(
        (chance.randrange(0x80), chance.randrange(0x3000), chance.randrange(0x110000))
    )
    return chr(code) if not 0xD800 <= code < 0xE000 else "\ufffd"


def text(chance: random.Random, text: str, name: str = "talk.txt") -> Case:
    """A text in some encoding that holds it."""
    encoding = chance.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"))
    return Case(name, text.encode(encoding, "replace"))


def any_text(chance: random.Random) -> Case:
    """Characters of all planes."""
    line = (any_character(chance) for _ in range(chance.randint(1, 600)))
    return text(chance, "".join(line))


def sprinkled(chance: random.Random) -> Case:
    """A talk with what cannot be seen in it: directions, joiners, marks, odd pieces."""
    out = []
    for character in talk(chance):
        out.append(character)
        if chance.random() < 0.2:
            out.append(chance.choice((*HIDDEN, *PIECES)))
    return text(chance, "".join(out))


def pieces(chance: random.Random) -> Case:
    """Nothing but oddities, on odd lines."""
    parts = (chance.choice(PIECES) + chance.choice(("", "", *BREAKS)) for _ in range(200))
    return text(chance, "".join(parts))


def halves(chance: random.Random) -> Case:
    """Halves of surrogate pairs, in each encoding that lets them in."""
    out = list(talk(chance, 300))
    for _ in range(chance.randint(1, 20)):
        out.insert(chance.randrange(len(out) + 1), chr(chance.randrange(0xD800, 0xE000)))
    broken = "".join(out)
    if chance.random() < 0.5:
        return Case("talk.json", json.dumps([{"text": broken, "start": 0, "end": 1}]).encode())
    encoding = chance.choice(("utf-8", "utf-16", "utf-16-le", "utf-32"))
    return Case("talk.txt", broken.encode(encoding, "surrogatepass"))


def stamp(chance: random.Random, mark: str) -> str:
    """A time of a subtitle, possible or not."""
    hours = chance.choice((0, 0, 0, 1, 99, 999_999, chance.randrange(10**6)))
    rest = f"{chance.randrange(100):02}:{chance.randrange(100):02}"
    return f"{hours:02}:{rest}{mark}{chance.randrange(10**4):03}"


def cues(chance: random.Random) -> Case:
    """Subtitles whose times run backwards, meet, leap, or last for years."""
    is_vtt = chance.random() < 0.5
    page = ["WEBVTT\n"] if is_vtt else []
    lines = talk(chance).split("\n") or [""]
    for number, line in enumerate(lines, chance.choice((1, -5, 10**30))):
        mark = "." if is_vtt else ","
        page.append(f"{number}\n{stamp(chance, mark)} --> {stamp(chance, mark)}")
        page.append(f"{line}{chance.choice(('', *PIECES))}\n")
    return text(chance, "\n".join(page), chance.choice(("talk.srt", "talk.vtt", "talk.txt")))


def lyrics(chance: random.Random) -> Case:
    """Lines with times before them, some of them nonsense."""
    times = ("[00:01.5]", "[99:99]", "[00:00]", "(1:02:03)", "00:12", "[ti:x]", "【999:59】", "<>")
    lines = (chance.choice(times) + line for line in talk(chance).split("\n"))
    return text(chance, "\n".join(lines), chance.choice(("talk.lrc", "talk.txt")))


def scripted(chance: random.Random) -> Case:
    """An ASS file with odd fields."""
    fields = ("0:00:01.00", "9:99:99.99", "", "-1", "0:00:00.00", "{\\p1}", "x")
    lines = [
        f"Dialogue: 0,{chance.choice(fields)},{chance.choice(fields)},D,{chance.choice(PIECES)},"
        f"0,0,0,,{{\\pos(1,2)}}{line}\\N{chance.choice(PIECES)}"
        for line in talk(chance).split("\n")
    ]
    return text(chance, "[Script Info]\n[Events]\n" + "\n".join(lines), "talk.ass")


def odd_value(chance: random.Random, depth: int = 0) -> object:
    """A JSON value that no recogniser writes."""
    scalars = (None, True, -1, 0, 1e308, 10**300, float("nan"), float("inf"), "", "你好", "1e999")
    if depth > 4 or chance.random() < 0.6:
        return chance.choice((*scalars, talk(chance, 20)))
    if chance.random() < 0.5:
        return [odd_value(chance, depth + 1) for _ in range(chance.randrange(4))]
    keys = ("text", "start", "end", "words", "segments", "speaker", "timestamp", "offsets", "a")
    return {chance.choice(keys): odd_value(chance, depth + 1) for _ in range(chance.randrange(5))}


def segments(chance: random.Random) -> Case:
    """A recogniser's JSON with values of any kind in any place."""
    lines = [
        {"text": line, "start": odd_value(chance, 4), "end": odd_value(chance, 4)}
        for line in talk(chance).split("\n")
    ]
    for _ in range(chance.randrange(4)):
        chance.choice(lines)[chance.choice(("text", "speaker", "words"))] = odd_value(chance)
    value = lines if chance.random() < 0.5 else {"segments": lines, "language": odd_value(chance)}
    return Case("talk.json", json.dumps(value, ensure_ascii=chance.random() < 0.5).encode())


def nested(chance: random.Random) -> Case:
    """JSON nested as deep as it goes, closed or not."""
    depth = chance.choice((10, 900, 1100, 100_000))
    opened, closed = chance.choice((("[", "]"), ('{"a":', "}"), ('{"segments":[', "]}")))
    inside = chance.choice(("", '{"text": "你好"}'))
    page = opened * depth + inside + closed * chance.choice((0, depth))
    return Case(chance.choice(("talk.json", "talk.txt")), page.encode())


def repeated(chance: random.Random) -> Case:
    """The same thing again and again, on one line or on many."""
    what = chance.choice(
        ("对", "哈哈", "我我我", "然后", "GPT ", "1", "。", "“", "2025年", "啊，", *PIECES)
    )
    between = chance.choice(("", "\n", " ", "，"))
    return text(chance, between.join([what] * chance.choice((3, 100, 2000))))


def damaged(chance: random.Random) -> Case:
    """A talk with some of its bytes changed."""
    content = bytearray(talk(chance).encode(chance.choice(("utf-8", "gb18030", "utf-16-le"))))
    for _ in range(chance.randint(1, 30)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return Case("talk.txt", bytes(content))


def noise(chance: random.Random) -> Case:
    """Bytes."""
    suffix = chance.choice((".txt", ".srt", ".json", ".md", ""))
    return Case(f"talk{suffix}", chance.randbytes(chance.randrange(600)))


def page(chance: random.Random) -> Case:
    """A script of Markdown with its marks in the wrong places."""
    marks = (
        "# ",
        "## ",
        "> [guest] ",
        "> ",
        "- ",
        "***",
        "<!--",
        "-->",
        "**",
        "[a](b)",
        "![x](",
        "\\",
    )
    lines = [
        chance.choice(("", *marks)) + line + chance.choice(("", *marks))
        for line in talk(chance).split("\n")
    ]
    front = chance.choice(("", "---\nauthor: 甲\n---\n", "+++\ndate = 2025-03-01\n+++\n", "---\n"))
    return text(chance, f"{front}# 题\n\n## 章\n\n" + "\n\n".join(lines), "script.md")


def formed(form: Form) -> Callable[[random.Random], Case]:
    """Cases of a form of the table: its example with lines moved, doubled, cut, and odd pieces."""

    def made(chance: random.Random) -> Case:
        lines = form.example.split("\n") * chance.choice((1, 1, 5, 200))
        for _ in range(chance.randint(1, 12)):
            at, other = (chance.randrange(len(lines)) for _ in range(2))
            change = chance.randrange(4)
            if change == 0:
                lines[at], lines[other] = lines[other], lines[at]
            elif change == 1:
                lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
            elif change == 2:
                place = chance.randrange(len(lines[at]) + 1)
                odd = chance.choice((*PIECES, *HIDDEN, *BREAKS))
                lines[at] = lines[at][:place] + odd + lines[at][place:]
            else:
                lines.insert(at, chance.choice(("", talk(chance, 40), lines[other])))
        return text(chance, "\n".join(lines))

    return made


FILLERS = ("嗯", "啊", "呃", "那个", "就是说", "然后", "对", "对对对", "是吧", "就是", "嗯嗯", "哎")
SIGNS = (
    "。",
    "，",
    "？",
    "！",
    "、",
    "……",
    "——",
    "“",
    "”",
    "《",
    "》",
    "?!",
    ".",
    ",",
    ";",
    "-",
    "*",
)
INJECTED = (
    "<script>alert(1)</script>", "</title><img src=x onerror=alert(1)>", "]]>", "<![CDATA[",
    "<!--", "&#0;&#xD800;&bogus;", "---\ntitle: x\n---", "+++", '"""', "[[chapters]]", "%s%n{}",
    'title = "x"', "# x", "## x", "> [host] x", "voice: guest", "[CHAPTER]", "TIMEBASE=1/1",
    "REM x", 'TITLE "x"', "NOTE x", "STYLE", "WEBVTT", "00:00:01,000 --> 00:00:02,000",
    "1\n\n2", "{\\an8}", "Dialogue: 0,0,0",
    "${HOME}", "$(id)", "`id`", "'; DROP TABLE x;--", "javascript:alert(1)", "![x](y)", "\\N", "\\",
)  # fmt: skip
NAMES = ("CON", "nul", "AUX.txt", "COM1", "LPT9", "..", "../../x", "/etc/passwd", "C:\\x", "a/b",
         "~", "-rf", "x" * 300, "题" * 300, ".", "|", "a\tb", "x\u202ey", "%2e%2e")  # fmt: skip
ENGLISH = (
    "so today we are going to talk about rivers and why they bend",
    "um I think the most important thing is the soil you know",
    "you can't really do that in a day right",
    "the first one costs twenty five dollars and the second 3.5 percent more",
    "OK thank you very much for listening and see you next week",
)
NUMERALS = "".join(chr(one) for one in range(0x110000) if unicodedata.category(chr(one))[0] == "N")
_TO_TRADITIONAL = opencc.OpenCC("s2twp")


def only(some: tuple[str, ...], between: tuple[str, ...]) -> Callable[[random.Random], Case]:
    """Cases of nothing but these, with one of `between` after each."""

    def made(chance: random.Random) -> Case:
        joint = chance.choice(between)
        return text(chance, joint.join(chance.choices(some, k=chance.choice((1, 3, 40, 200)))))

    return made


def numerals(chance: random.Random) -> Case:
    """A talk with numbers of all scripts in it."""
    out = []
    for character in talk(chance, 300):
        out.append(character)
        if chance.random() < 0.2:
            out += [*chance.choices(NUMERALS, k=chance.randint(1, 5)), chance.choice(".,-/:%年月")]
    return text(chance, "".join(out))


def both_scripts(chance: random.Random) -> Case:
    """A talk whose lines, or words, are by turns in Simplified and Traditional characters."""
    parts = re.split(chance.choice(("(\n)", "( )", "(.)")), talk(chance))
    turned = (_TO_TRADITIONAL.convert(one) if chance.random() < 0.5 else one for one in parts)
    return text(chance, "".join(turned))


def injected(chance: random.Random) -> Case:
    """A talk with the marks of other formats in it, said or before its lines; its title, too."""
    lines = talk(chance).split("\n")
    for _ in range(chance.randint(1, 12)):
        at, odd = chance.randrange(len(lines)), chance.choice(INJECTED)
        lines[at] = chance.choice((odd, f"{odd} {lines[at]}", f"{lines[at]}{odd}", f"{odd}\n{odd}"))
    title = json.dumps(chance.choice(INJECTED).replace("\n", " "))
    return Case("talk.txt", "\n".join(lines).encode(), f"title = {title}\nauthor = {title}\n")


def named_oddly(chance: random.Random) -> Case:
    """A talk whose title and chapters are called as no file may be."""
    lines = [line for line in TALK.split("\n")[:200] if line.strip()]
    title = json.dumps(chance.choice(NAMES), ensure_ascii=False)
    rows = [f"title = {title}", f"author = {title}"]
    for begins in sorted(chance.sample(range(1, len(lines)), 2)):
        name = json.dumps(chance.choice(NAMES), ensure_ascii=False)
        rows += ["[[chapters]]", f"title = {name}", f"begins = {begins}", f"part = {name}"]
    return Case("talk.txt", "\n".join(lines).encode(), "\n".join(rows))


def short_lines(chance: random.Random) -> Case:
    """A talk of one character a line, or the same line again and again in it."""
    lines = list(talk(chance, 400).replace("\n", ""))
    if chance.random() < 0.5:
        lines[3:3] = lines[:2] * chance.choice((2, 100))
    return text(chance, "\n".join(lines))


def settings(chance: random.Random) -> str:
    """TOML beside a seed: titles that are paths, chapters that are not there."""
    title = chance.choice(
        ("../../etc", "/etc/passwd", "a/b\\c", "con", ".", "\u202e题", "题" * 500)
    )
    begins = chance.choice(('"欢迎"', "1", "99999999", '"没有这句"', "-1", '""'))
    chapter = f"[[chapters]]\ntitle = {json.dumps(title)}\nbegins = {begins}\n"
    return f"title = {json.dumps(title)}\n" + chapter * chance.randrange(3)


KINDS: tuple[Callable[[random.Random], Case], ...] = (
    any_text, sprinkled, pieces, halves, cues, lyrics, scripted, segments, nested, repeated,
    damaged, noise, page, *map(formed, FORMS),
    only(FILLERS, ("", "\n", "，", "。", " ")), only(SIGNS, ("", "\n", " ")),
    only(ENGLISH, ("\n", " ", ". ")), numerals, both_scripts, injected, named_oddly, short_lines,
)  # fmt: skip


def huge(name: str, path: Path, megabytes: int = 60) -> None:
    """Write a file near or above the largest that is read, filled as `name` says."""
    if name == "sparse":
        with path.open("wb") as file:
            file.truncate(2**30)
        return
    head, unit = HUGE[name]
    with path.open("wb") as file:
        file.write(head)
        block = unit * (2**20 // len(unit))
        for _ in range(megabytes):
            file.write(block)


HUGE: dict[str, tuple[bytes, bytes]] = {
    "line breaks": (b"", b"\n"),
    "one line": (b"", "我们今天聊一聊".encode()),
    "letters": (b"", b"a\n"),
    "words": (b"", "我们今天聊一聊人工智能\n".encode()),
    "cues": (b"", "1\n00:00:01,000 --> 00:00:02,000\n对\n\n".encode()),
    "timings": (b"", b"0:00 --> 0:00\n"),
    "lists": (b"[", b"[],"),
    "objects": (b"[", b'{"text":"a"},'),
    "segments": (b"", b'{"text":"a"}\n'),
    "depth": (b"", b"["),
    "figures": (b'[{"text":"a","tokens":[', b"1.5,"),
    "zeros": (b"", b"\0"),
    "paragraphs": (b"<tt>", b"<p>a</p>"),
    "moments": (b"<sami>", b"<sync start=1>"),
}


if __name__ == "__main__":
    shown = case(int(sys.argv[1]))
    print(shown.name, shown.content[:2000], shown.settings)
