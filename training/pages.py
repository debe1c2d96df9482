"""Public repositories -> pages of mainland prose for the tagger to learn from.

    PYTHONPATH=. python training/pages.py REPOSITORIES DATA [KNOWN.jsonl.gz ...]

`pages.tsv` names the repositories, each under a licence that it holds. REPOSITORIES is a folder of
bare git directories `owner/name`; a commit that is missing is fetched. DATA/pages/talk.jsonl.gz
gets the pages that speak to their reader, DATA/pages/prose.jsonl.gz all others. Paragraphs that
stand in the KNOWN files, or a second time, are left out.
"""

from __future__ import annotations

import gzip
import html
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("pages.tsv")
ADDRESS = "https://github.com/{}"
MOST = 700_000  # hanzi of one repository
FEWEST, SHORTEST = 400, 15  # hanzi of a page, and of a paragraph
TALKS = 14.0  # words of speech in 1 000 hanzi from which a page counts as talk
HANZI = re.compile("[\u4e00-\u9fff]")
SPEECH = re.compile("[我你咱您呢吧吗啊嘛哦哈]|大家|其实|觉得|比如说|所以说|怎么")
TRADITIONAL = re.compile("[們這個說時國會來對為發學與現關開麼還過應實經點進樣動無]")
NOTICE = re.compile(
    "转载|公众号|版权|扫码|二维码|微信群|加群|点个赞|求关注|本文首发|原文链接|译者：|作者：|编辑：|许可证"
    "|知识星球|训练营|[Ll]icense|LICENSE|点击(?:这里|查看|阅读|下载)|(?:如|下|上)图所?示?[：:]?$"
    "|面试突击|本文转自|译自|Star"
)
END = re.compile("[。！？…；：][”’」』）)]*$")
CODE = re.compile(r"[$\\{}<>|\ufffd]|\w\(\w*\)[;{]|!\[|/\w+/\w+/")
PARTS = (  # what is no running text, and what stands for it, in the order in which it goes
    (r"(?s)\A\ufeff?\s*(?:---\n.*?\n---|\+\+\+\n.*?\n\+\+\+)[ \t]*(?:\n|\Z)", "\n"),  # front matter
    (r"(?s)<!--.*?-->|<(script|style|table|pre|svg|details)\b.*?</\1>", "\n"),
    (r"(?ms)^[ \t>]*(`{3,}|~{3,}).*?^[ \t>]*\1[ \t]*$", "\n"),  # code
    (r"(?m)^[ \t>]*(?:\|.*|.*\|.*\|.*)$", "\n"),  # tables
    (r"(?m)^[ \t>]*(?:#{1,6} .*|:::.*|(?:import|export) .*)$", "\n"),
    (r"(?m)^[ \t>]*(?:\[[^\]\n]+\]:.*|={3,}|-{3,})$", "\n"),
    (r"(?s)\$\$.*?\$\$", "\n"),
    (r"(?s)\{\{.*?\}\}|\{%.*?%\}", ""),
    (r"!\[[^\]\n]*\](?:\([^)\n]*\)|\[[^\]\n]*\])?|\[\^[^\]\n]*\]:?", ""),
    (r"\[([^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])", r"\1"),  # links
    (r"(?i)<br\s*/?>|</?(?:p|div|li|ul|ol|h\d|blockquote)\b[^>\n]*>", "\n\n"),
    (r"</?[A-Za-z][^>\n]*>|https?://[^\s，。）)]+", ""),
    (r"`+([^`\n]*)`+", r"\1"),
    (r"\*{1,3}|~~|__|[\u200b-\u200f\u2060\ufe0f\ufeff]", ""),
    (r"[\U0001f000-\U0001ffff\u2600-\u27bf]", ""),
    (r"\\([\\`*_{}\[\]()#+.!-])", r"\1"),
)
BULLET = re.compile(r"^[\s>]*(?:[-+•·●]\s+|\d{1,3}[.、)）]\s*|（\d{1,2}）)?")
ASCII = str.maketrans({",": "，", ".": "。", "?": "？", "!": "！", ":": "：", ";": "；"})
ALIKE = (  # ASCII marks beside hanzi
    re.compile("(?<=[\u4e00-\u9fff”）])[,.?!:;](?![A-Za-z0-9/_.])"),
    re.compile("(?<=[\u4e00-\u9fff])[,?!;](?=[A-Za-z0-9])"),
    re.compile("(?<=[A-Za-z0-9)])[,?!;:] ?(?=[\u4e00-\u9fff])"),
)
SPACES = re.compile(
    "(?<=[\u4e00-\u9fff，。？！：；、”（）“])[ \u3000]+(?=[\u4e00-\u9fff，。？！：；、“（）”])"
    "|(?<=[，。？！：；、]) +| +(?=[，。？！：；、])"
)


@dataclass(frozen=True)
class Repository:
    """A snapshot whose own licence allows any use, and which of its files are read."""

    name: str
    commit: str
    licence: str
    files: str  # pattern of the paths


@dataclass(frozen=True)
class Page:
    """The running text of a file, a paragraph on each line."""

    source: str
    text: str

    @property
    def hanzi(self) -> int:
        """The number of hanzi."""
        return len(HANZI.findall(self.text))

    @property
    def speech(self) -> float:
        """How many words of speech stand in 1 000 hanzi."""
        return 1000 * len(SPEECH.findall(self.text)) / self.hanzi


def repositories() -> Iterator[Repository]:
    """The rows of the table."""
    for line in TABLE.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield Repository(*line.split("\t")[:4])


def git(folder: Path, *words: str) -> bytes:
    """What git prints about the bare repository in `folder`."""
    command = ["git", "--git-dir", str(folder), *words]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout


def has_commit(folder: Path, commit: str) -> bool:
    """Whether the bare repository in `folder` has a commit; after a broken fetch it has not."""
    command = ["git", "--git-dir", str(folder), "cat-file", "-e", commit]
    return subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0


def files(folder: Path, repository: Repository) -> Iterator[tuple[str, str]]:
    """Path and text of the files that are read; a commit that `folder` lacks is fetched first."""
    if not folder.exists():
        subprocess.run(["git", "init", "-q", "--bare", str(folder)], check=True)
    if not has_commit(folder, repository.commit):
        address = ADDRESS.format(repository.name)
        git(folder, "fetch", "-q", "--depth", "1", address, repository.commit)
    for entry in git(folder, "ls-tree", "-r", "-z", repository.commit).decode().split("\0"):
        kind, _, path = entry.partition("\t")
        if re.search(repository.files, path) and kind.split()[1] == "blob":
            yield path, git(folder, "cat-file", "blob", kind.split()[2]).decode(errors="replace")


def paragraphs(markdown: str) -> Iterator[str]:
    """The paragraphs and list items of a Markdown file, each unwrapped to a line."""
    text = markdown.replace("\r\n", "\n")
    for pattern, instead in PARTS:
        text = re.sub(pattern, instead, text)
    held = ""
    for line in [*html.unescape(text).split("\n"), ""]:
        bare = BULLET.sub("", line).strip()
        begins = bare != line.strip() or len(held) < 30 or END.search(held)
        if held and (begins or not bare):
            yield chinese_marks(held)
            held = ""
        held = f"{held} {bare}".strip()


def chinese_marks(line: str) -> str:
    """The line with Chinese marks beside hanzi, and without spaces that say nothing."""
    for pattern in ALIKE:
        line = pattern.sub(lambda mark: mark[0].strip().translate(ASCII), line)
    line = re.sub("([，：；、。])\\1+", r"\1", SPACES.sub("", line))
    return re.sub("[ \u3000\t\u00a0]+", " ", line).strip()


def is_prose(line: str) -> bool:
    """Whether a line is punctuated, ended, Chinese enough, and neither notice nor code."""
    hanzi = len(HANZI.findall(line))
    letters = hanzi + len(re.findall("[A-Za-z]", line))
    marks = len(re.findall("[，。？！；]", line))
    return (
        hanzi >= SHORTEST
        and hanzi >= 0.6 * letters
        and marks * 60 >= len(line)
        and END.search(line) is not None
        and not CODE.search(line)
        and not NOTICE.search(line)
        and len(TRADITIONAL.findall(line)) < 2 + hanzi // 40
    )


def pages(folder: Path, repository: Repository, seen: set[str]) -> list[Page]:
    """The pages of a repository, those that speak most first, `MOST` hanzi at most.

    Paragraphs that are in `seen` are left out; all others are added to it.
    """
    found = []
    for path, text in files(folder / repository.name, repository):
        kept = [p for p in dict.fromkeys(paragraphs(text)) if is_prose(p) and p not in seen]
        seen.update(kept)
        page = Page(f"{repository.name}@{repository.commit[:12]}:{path}", "\n".join(kept))
        if page.hanzi >= FEWEST:
            found.append(page)
    taken, room = [], MOST
    for page in sorted(found, key=lambda page: -page.speech):
        if page.hanzi <= room:
            taken.append(page)
            room -= page.hanzi
    return taken


def write(path: Path, found: list[Page]) -> None:
    """Write pages as JSON objects, one a line, whole or not at all."""
    part = path.with_name(path.name + ".part")
    with gzip.open(part, "wt", encoding="utf-8") as file:
        for page in found:
            row = {"source": page.source, "text": page.text}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    part.replace(path)


def known(path: Path) -> Iterator[str]:
    """The paragraphs of a file that was written before."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in file:
            yield from json.loads(row)["text"].split("\n")


def main(folder: Path, data: Path, before: list[Path]) -> None:
    """Write the pages of all repositories."""
    seen = {paragraph for path in before for paragraph in known(path)}
    found = [page for repository in repositories() for page in pages(folder, repository, seen)]
    (data / "pages").mkdir(parents=True, exist_ok=True)
    for name, is_talk in (("talk", True), ("prose", False)):
        chosen = [page for page in found if (page.speech >= TALKS) == is_talk]
        write(data / "pages" / f"{name}.jsonl.gz", chosen)
        print(name, len(chosen), "pages", f"{sum(page.hanzi for page in chosen):,} hanzi")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
