"""How a word is to be said, where an engine would get it wrong.

A respelling is same-sounding characters, or pinyin with tone figures (`chong2 qing4`) for
the engines that take it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from podcast.files import toml

SHIPPED = Path(__file__).with_name("pronounce.toml")
PINYIN = r"(?:[a-zü]+[1-5] ?)+"


def is_pinyin(respelling: str) -> bool:
    """Whether it is pinyin with tone figures.

    >>> is_pinyin("chong2 qing4"), is_pinyin("崇庆")
    (True, False)
    """
    return re.fullmatch(PINYIN, respelling) is not None


def pinyin_text(respelling: str) -> str:
    """Pinyin as an engine takes it inside a sentence: one word, v for ü.

    espeak-ng has no final iong; without its i it says the right sound.

    >>> pinyin_text("lü4 xing2"), pinyin_text("xiong2 mao1")
    ('lv4xing2', 'xong2mao1')
    """
    return respelling.replace(" ", "").replace("ü", "v").replace("iong", "ong")


@cache
def shipped() -> Mapping[str, Mapping[str, str]]:
    """The tables that come with the program: `hanzi`, `latin`, `capitals`, `letters`."""
    return toml.parse(SHIPPED.read_text(encoding="utf-8"))


@cache
def polyphones() -> Mapping[str, str]:
    """Words and their pinyin, for whole words only: 种田 is none in 一种田园."""
    lines = SHIPPED.with_name("polyphones.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))
