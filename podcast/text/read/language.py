"""Texts -> the language they are in, and a refusal of one that this program cannot read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from podcast.files.english import english_words
from podcast.files.late import late
from podcast.files.tidy import Unreadable
from podcast.text.hanzi import simplified
from podcast.text.spacing import HANZI

CANTONESE = late("[嘅喺嗰咗唔佢哋啲冇嚟咁噉乜嘢]")  # characters that Mandarin has no use for
OFTEN = 0.02  # of all hanzi, from which such characters tell the language
SAMPLE = 400  # lines that tell a file's language
# Characters that no Chinese word has. Half-width katakana and their marks are among them.
FOREIGN = {
    "Japanese": ("kana", late("[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")),
    "Korean": ("hangul", late("[\uac00-\ud7a3\u1100-\u11ff]")),
}
MOST_FOREIGN = 0.4  # of all hanzi, kana and hangul; a lesson of Japanese in Chinese has fewer
SOME_FOREIGN = 0.2  # news in Japanese has more, and hardly any of these words of Chinese
NATIVE = late("[了是我你他她这這那们們吗嗎呢吧很就]")
RARE = 0.03  # of all hanzi; in talks in Chinese one of eight is such a word
ENGLISH = 2  # characters that an English word counts for, which has five or so
FEWEST = 20  # such characters; fewer are a few words


def language_of(texts: Iterable[str]) -> str:
    """The BCP 47 tag of what texts are mostly in; empty where they hold no words known here.

    >>> [language_of([text]) for text in ("我们今天聊一聊", "我們今天聊一聊", "我哋今日傾下偈")]
    ['zh-Hans', 'zh-Hant', 'yue']
    >>> language_of(["Hello everyone, welcome back", "好"]), language_of(["123"])
    ('en', '')
    """
    whole = "\n".join(texts)
    hanzi = re.findall(f"[{HANZI}]", whole)
    if len(english_words(whole)) > len(hanzi):
        return "en"
    if not hanzi:
        return ""
    if len(CANTONESE.findall(whole)) >= OFTEN * len(hanzi):
        return "yue"
    plain = simplified(whole)
    changed = sum(one != other for one, other in zip(whole, plain, strict=False))
    return "zh-Hant" if changed * 10 > len(hanzi) else "zh-Hans"


def is_foreign(text: str) -> bool:
    """Whether a line holds kana or hangul, so that it is no line of Chinese."""
    return any(sign.search(text) for _, sign in FOREIGN.values())


def require_chinese(texts: Sequence[str]) -> None:
    """Raise Unreadable where much of some texts is Japanese or Korean, whose hanzi look Chinese.

    >>> require_chinese(["我们学一句日语，こんにちは，意思是你好。这是最常用的一句，见面可以说。"])
    """
    whole = "\n".join(texts[:: max(1, len(texts) // SAMPLE)])
    hanzi = len(re.findall(f"[{HANZI}]", whole))
    found = {language: len(sign.findall(whole)) for language, (_, sign) in FOREIGN.items()}
    signs = sum(found.values())
    is_native = len(NATIVE.findall(whole)) > RARE * hanzi
    if signs < FEWEST or signs <= (MOST_FOREIGN if is_native else SOME_FOREIGN) * (signs + hanzi):
        return
    if len(english_words(whole)) * ENGLISH > signs + hanzi:
        return
    language = max(found, key=lambda one: found[one])
    raise Unreadable(
        f"it is in {language} ({found[language] / (signs + hanzi):.0%} of its characters are "
        f"{FOREIGN[language][0]}), and podcast reads Chinese and English; give a Chinese transcript"
    )
