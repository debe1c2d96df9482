"""Episode -> show notes in Markdown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Set
from functools import lru_cache
from typing import NamedTuple

from podcast.files.english import FUNCTION_WORDS, is_english
from podcast.formats.printed import full_clock, milliseconds, one_line
from podcast.formats.speakers import ROLES, speaker_names
from podcast.model import Episode, Track
from podcast.text.proper import Name, hanzi_names
from podcast.text.spacing import join_lines
from podcast.text.words import Word, is_term, rarity, words

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9.+&'’-]*(?: (?:[A-Z][A-Za-z0-9.+&'’-]*|\d[\d.]*[A-Za-z]*))*")
_ENGLISH_NAME = re.compile(
    r"\b(?:[A-Z]|[a-z]{1,2}[A-Z])[A-Za-z0-9+&'’-]*(?:\.[A-Za-z0-9]+)*"
    r"(?: (?:(?!I\b)[A-Z][A-Za-z0-9+&'’-]*|\d[\d.]*[A-Za-z]*))*"
)
_SENTENCE_END = re.compile(r"(?<=[。！？])|(?<=[.!?]) +(?=[A-Z])")
_TITLE = re.compile(r"《[^《》]{1,30}》")
_LATIN = re.compile(f"{_NAME.pattern}|{_TITLE.pattern}")
_MOST_NAMES = 40  # names in the list of names
_MOST_KEYWORDS = 12
# Rarity of a word: above which it can be a keyword, which counts as none, and the greatest one.
_TELLING, _COMMON, _RAREST = 3.0, 2.5, 5.5
_NOUN = re.compile("n(?!r)")  # tags of words that can be keywords; names of people are names_in
_SENTENCES = 1 << 13  # whose names are remembered: several files tell them
_OFTEN = 3  # times that a keyword is said, at least
_NOT_NAMES = re.compile(
    r"ok(ay)?|yes|no|so|and|but|the|ai|app|api|c[eft]o|it|id|pc|tv|[av]r|ppt|pdf|vs|mr|ms|dr"
)


class Mentions(NamedTuple):
    """What an episode mentions: `names_in` and `keywords` of it, and `names_said` by chapter."""

    names: tuple[str, ...]
    keywords: tuple[str, ...]
    by_chapter: tuple[tuple[str, ...], ...]


def mentions_in(episode: Episode) -> Mentions:
    """What an episode mentions. It follows from the words of the chapters alone."""
    names = names_in(episode)
    by_chapter = tuple(names_said(track, names) for track in episode.tracks)
    return Mentions(names, keywords(episode), by_chapter)


def shownotes_text(episode: Episode, summary: str = "", mentions: Mentions | None = None) -> str:
    """The text of the notes: title, notice if any, summary, speakers, chapters, names, tags.

    Each time is at the start of a line, where podcast apps make it a link. If `summary` is empty,
    one sentence gives the number of chapters and the first and the last title. `mentions` are
    those of the episode, where they are known already.
    """
    mentions = mentions or mentions_in(episode)
    parts = [
        f"# {_escaped(episode.title)}",
        _byline(episode),
        episode.notice and f"> {episode.notice}{_voices(episode)}",
        _escaped(summary or outline(episode)),
        _speakers(episode),
        "## 章节",
        *_chapters(episode),
    ]
    if mentions.names:
        parts += ["## 提到的名字", "\n".join(_lines(mentions))]
    if mentions.keywords:
        parts.append(_escaped("标签：" + " ".join(f"#{word}" for word in mentions.keywords)))
    return "\n\n".join(part for part in parts if part) + "\n"


def names_in(episode: Episode) -> tuple[str, ...]:
    """The names that an episode mentions at least twice, and titles in 《》.

    They are Latin names, and Chinese names of people and companies. They are in the order of the
    first mention, each in its most frequent spelling; at most _MOST_NAMES, the most frequent ones.

    >>> text = "Claude Code和雷军。《三体》。claude code、Claude Code，雷军，腾讯，ok，ok。"
    >>> from podcast.model import Span, Track
    >>> names_in(Episode("", 1, (Track("", 1, (), (Span(0, 1, text),)),)))
    ('Claude Code', '雷军', '《三体》')
    """
    spelt: dict[str, Counter[str]] = {}
    for track in episode.tracks:
        for name in _names(track):
            spelt.setdefault(name.casefold(), Counter())[name] += 1
    shown = {
        name.text
        for track in episode.tracks
        for passage in _passages(track)
        for name in _hanzi_names(passage)
        if name.is_shown
    }
    known = {key: counts for key, counts in spelt.items() if _is_name(key, counts, shown)}
    kept = sorted(known, key=lambda key: -known[key].total())[:_MOST_NAMES]
    return tuple(known[key].most_common(1)[0][0] for key in spelt if key in kept)


def keywords(episode: Episode) -> tuple[str, ...]:
    """The names and other words that tell what an episode is about, at most _MOST_KEYWORDS.

    They have no spaces, so that each can be a tag. Names come first, by how often they are said;
    then words that are said often here and are rare elsewhere.

    >>> from podcast.model import Span, Track
    >>> text = "Claude Code来了。机器人的进展，机器人便宜。Claude Code也是，机器人。大家好。"
    >>> keywords(Episode("", 1, (Track("", 1, (), (Span(0, 1, text),)),)))
    ('ClaudeCode', '机器人')
    """
    named = Counter(name.casefold() for track in episode.tracks for name in _names(track))
    names = sorted(names_in(episode), key=lambda name: -named[name.casefold()])
    passages = [passage for track in episode.tracks for passage in _passages(track)]
    said = Counter(noun for passage in passages for noun in _nouns(passage))
    text = "\n".join(passages)
    whole = [noun for noun in said if said[noun] >= _OFTEN and not _is_half(noun, text)]
    worth = {noun: said[noun] * (min(rarity(noun), _RAREST) - _COMMON) for noun in whole}
    often = sorted(whole, key=lambda noun: -worth[noun])
    few = [re.sub(r"[ 《》]", "", name) for name in names[: _MOST_KEYWORDS // 2]]
    return tuple(dict.fromkeys([*few, *often]))[:_MOST_KEYWORDS]


@lru_cache(_SENTENCES)
def _nouns(passage: str) -> tuple[str, ...]:
    """The rare Chinese nouns of a sentence, without the parts of a longer name.

    >>> _nouns("字节跳动的机器人用多少字节")
    ('机器人', '字节')
    """
    tokens = words(passage)
    names = [(name.place, name.place + len(name.text)) for name in hanzi_names(tokens)]
    nouns, end = [], 0
    for word in tokens:
        start, end = end, end + len(word.text)
        is_part = any(a <= start and end <= b and end - start < b - a for a, b in names)
        is_noun = _NOUN.match(word.tag) and is_term(word) and not word.text.isascii()
        if is_noun and rarity(word.text) > _TELLING and not is_part:
            nouns.append(word.text)
    return tuple(nouns)


def _is_half(noun: str, text: str) -> bool:
    """Whether a word that no dictionary has is a part of others: 之墙 of 无知之墙."""
    from podcast.text.divide.phrases import is_misread  # here, as it takes long to import
    from podcast.text.divide.topics import is_fragment, is_guessed

    is_inside = is_guessed(Word(noun, "n")) and is_fragment(noun, text)
    return is_inside or is_misread(noun)


def _lines(mentions: Mentions) -> list[str]:
    """A line for each name: the name, and the numbers of the chapters that mention it."""
    lines = []
    for name in mentions.names:
        chapters = enumerate(mentions.by_chapter, 1)
        numbers = [str(number) for number, in_chapter in chapters if name in in_chapter]
        lines.append(f"- {_escaped(name)}：第 {'、'.join(numbers)} 章")
    return lines


def names_said(track: Track, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the names that a chapter mentions, in capitals or small letters."""
    said = set(map(str.casefold, _names(track)))
    return tuple(name for name in names if name.casefold() in said)


def _names(track: Track) -> Iterator[str]:
    """Everything in a chapter that looks like a name, once for each time that it is said."""
    for passage in _passages(track):
        if is_english(passage):
            yield from _english_names(passage)
            continue
        named = [(one.start(), one.group().rstrip(".-'’& ")) for one in _LATIN.finditer(passage)]
        named += [(name.place, name.text) for name in _hanzi_names(passage)]
        yield from (name for _, name in sorted(named))


def _passages(track: Track) -> list[str]:
    """The sentences of a chapter, as they are said."""
    return _SENTENCE_END.split("".join(word.text for word in track.words))


@lru_cache(_SENTENCES)
def _hanzi_names(passage: str) -> tuple[Name, ...]:
    """The Chinese names of people and companies in a sentence, without those inside 《》."""
    titles = [found.span() for found in _TITLE.finditer(passage)]
    return tuple(
        name
        for name in hanzi_names(words(passage))
        if not any(start <= name.place < end for start, end in titles)
    )


def _english_names(sentence: str) -> Iterator[str]:
    """The names in an English sentence: words with capitals that its beginning does not explain.

    >>> list(_english_names("So Sarah Lee left OpenAI in 2019 and I bought an iPhone 16"))
    ['Sarah Lee', 'OpenAI', 'iPhone 16']
    >>> list(_english_names("Today I'm in the show")), list(_english_names("Claude Code is good"))
    ([], ['Claude Code'])
    >>> list(_english_names("In 2019 we had Windows 11"))
    ['Windows 11']
    """
    for found in _ENGLISH_NAME.finditer(sentence):
        first, _, rest = found.group().partition(" ")
        is_name = first.casefold() not in FUNCTION_WORDS and not first.startswith(("I'", "I’"))
        if found.start() == 0 and is_name and not rest:
            continue
        name = found.group() if is_name else rest
        if name and not name[0].isdigit():  # of In 2019 a year is left
            yield name.rstrip("-'’&")


def _is_name(key: str, counts: Counter[str], shown: Set[str]) -> bool:
    """Whether a spelling is a name: a title in 《》, or a word that is said at least twice.

    A Latin word has a capital or a digit in more than half of the cases, and is no common word. A
    Chinese one is among the names that are `shown` to be names.
    """
    if key.startswith("《"):
        return True
    if key in shown:
        return counts.total() > 1
    capital = sum(count for name, count in counts.items() if re.search("[A-Z0-9]", name))
    is_function = re.split("['’]", key)[0] in FUNCTION_WORDS and not any(map(str.isupper, counts))
    is_common = len(key) < 2 or is_function or _NOT_NAMES.fullmatch(key)  # This; but not WHO
    return 2 <= counts.total() < 2 * capital and not is_common


def _byline(episode: Episode) -> str:
    minutes = max(1, round(episode.length / episode.rate / 60))
    length = f"{minutes // 60} 小时 {minutes % 60} 分钟" if minutes >= 60 else f"{minutes} 分钟"
    facts = (episode.author, episode.date, length, f"{len(episode.tracks)} 章")
    return " · ".join(_escaped(fact) for fact in facts if fact)


def _voices(episode: Episode) -> str:
    """The sentence that names the voices, each once; empty if the episode has none."""
    voices = dict.fromkeys(one_line(voice) for _, voice in episode.cast if voice)
    return f"朗读：{_escaped('、'.join(voices))}。" if voices else ""


def _speakers(episode: Episode) -> str:
    """The sentence that names the speakers, with their roles; empty if no name is known."""
    names = speaker_names(episode)
    shown = [
        f"{one_line(name)}（{ROLES[role]}）" if role in ROLES and name != ROLES[role] else name
        for role, name in names.items()
    ]
    is_known = any(name != ROLES.get(role) for role, name in names.items())
    return _escaped(f"说话人：{'、'.join(map(one_line, shown))}。") if is_known else ""


def outline(episode: Episode) -> str:
    """A sentence with the number of chapters, the first and the last title; empty for one chapter.

    It stands for a summary that nobody wrote.
    """
    titles = [one_line(track.title) for track in episode.tracks if track.title]
    if len(titles) < 2:
        return ""
    return f"本集共 {len(episode.tracks)} 章，从“{titles[0]}”谈到“{titles[-1]}”。"


def _chapters(episode: Episode) -> list[str]:
    paragraphs = []
    for chapter, track in zip(episode.chapters, episode.tracks, strict=True):
        if track.part:
            paragraphs.append(f"### {_escaped(track.part)}")
        time = full_clock(milliseconds(chapter.start, episode.rate))
        paragraphs.append(f"{time} {_escaped(chapter.text)}")
        paragraphs.extend(_escaped(join_lines(track.notes)) for _ in track.notes[:1])
    return paragraphs


def _escaped(text: str) -> str:
    r"""The text, escaped so that Markdown shows it unchanged.

    >>> _escaped("a*b* <i> [x](y)"), _escaped("1. R&D &amp;"), _escaped("---")
    ('a\\*b\\* \\<i\\> \\[x\\](y)', '1\\. R&D \\&amp;', '\\---')
    """
    escaped = re.sub(r"([\\`*_<>\[\]~|]|&(?=#?\w+;))", r"\\\1", one_line(text))
    unnumbered = re.sub(r"^(\d+)(?=[.)](?:\s|$))", r"\1\\", escaped)
    return re.sub(r"^(?=(?:#+|-+|\+)(?:\s|$))", r"\\", unnumbered)
