"""Transcript -> suspects: names that are probably spelt in several ways.

No dictionary of names is used. Three kinds of names are compared: Latin names that differ only in
case, spaces and hyphens; Latin names that differ in a letter or two; hanzi that sound alike. The
most probable suspects come first, so that a person can fill a glossary in a minute.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import rjieba
from pypinyin import Style, lazy_pinyin

from podcast.model import Transcript
from podcast.text.align import edits
from podcast.text.clean.characters import fold_characters
from podcast.text.clean.simplify import simplify
from podcast.text.glossary import shipped_glossary, spelling_key
from podcast.text.spacing import HANZI

MOST_SUSPECTS = 60  # suspects that are listed
LONGEST_NAME_HANZI = 5  # hanzi of a name
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[.'+#-][A-Za-z0-9]+)*[+#]*")
_HANZI_RUN = re.compile(rf"[{HANZI}]{{2,}}")
_COMMON = frozenset(
    "的得地了着过是在再有又和与跟就都也还很不没这那哪他她它你我们您个么吗呢吧啊嘛说想会能要去来上下里把被给"
    "对从到为以而且但或如果因所做作用让使比更最只才"
)
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"), ("lv", "lü"), ("lü", "li"), ("nü", "ni"))


@dataclass(frozen=True, slots=True)
class Suspect:
    """A name and the other ways in which it seems to be spelt.

    `spellings` pairs every spelling with its number of occurrences in the transcript; the one that
    is probably right comes first. `lines` are numbers of lines with one of the others. `why` is
    "case", "sound" or "letters".
    """

    spellings: tuple[tuple[str, int], ...]
    lines: tuple[int, ...]
    why: str

    @property
    def right(self) -> str:
        """The spelling that is probably right."""
        return self.spellings[0][0]


@dataclass(slots=True)
class _Occurrences:
    """How often a spelling occurs in the transcript, and the first lines in which it does."""

    times: int = 0
    lines: tuple[int, ...] = ()

    def add(self, line: int) -> None:
        self.times += 1
        if len(self.lines) < 5:
            self.lines = (*self.lines, line)


def suspects(transcript: Transcript) -> tuple[Suspect, ...]:
    """The names that seem to be spelt in several ways, the most probable first."""
    latin: dict[str, _Occurrences] = defaultdict(_Occurrences)
    hanzi: dict[str, _Occurrences] = defaultdict(_Occurrences)
    for line in transcript.lines:
        text = simplify(fold_characters(line.text))
        for name in _latin_names(text):
            latin[name].add(line.number)
        for name in _hanzi_names(text):
            hanzi[name].add(line.number)
    found = [*_by_case(latin), *_by_sound(hanzi), *_by_letters(latin)]
    return tuple(sorted(found, key=_weight, reverse=True)[:MOST_SUSPECTS])


def names_text(found: Iterable[Suspect]) -> str:
    """The suspects as a TOML table to paste into a glossary.

    Names that differ in spaces or inner capitals can be used at once; the others are comments,
    since a person must decide which spelling is right.
    """
    ready: list[str] = []
    doubtful: list[str] = []
    rights: set[str] = set()
    for suspect in found:
        if suspect.right in rights:
            continue
        rights.add(suspect.right)
        counts = ", ".join(f"{name} {times}×" for name, times in suspect.spellings)
        where = ", ".join(map(str, suspect.lines))
        wrong = [] if suspect.why == "case" else [name for name, _ in suspect.spellings[1:]]
        is_ready = suspect.why == "case" and len({name[1:] for name, _ in suspect.spellings}) > 1
        entry = f"{_quoted(suspect.right)} = [{', '.join(map(_quoted, wrong))}]"
        note = f"  # {counts}; lines {where}"
        (ready if is_ready else doubtful).append(("" if is_ready else "# ") + entry + note)
    advice = ["# Take the # away where the name on the left is right."] if doubtful else []
    return "\n".join(["[glossary]", *ready, *advice, *doubtful]) + "\n"


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _weight(suspect: Suspect) -> tuple[int, int, int]:
    rarer = sum(times for _, times in suspect.spellings[1:])
    return ({"case": 2, "sound": 1, "letters": 0}[suspect.why], rarer, len(suspect.right))


def _latin_names(text: str) -> Iterator[str]:
    """The Latin words of a text, and all runs of two or three with one space between."""
    latin = list(_LATIN.finditer(text))
    for number, word in enumerate(latin, 1):
        yield word[0]
        for last in latin[number : number + 2]:
            name = text[word.start() : last.end()]
            if name.count(" ") > 2 or re.search(r"[^A-Za-z0-9.'+# -]|  ", name):
                break
            yield name


def _by_case(latin: dict[str, _Occurrences]) -> Iterator[Suspect]:
    """The names that differ only in case, spaces and hyphens."""
    known = {spelling_key(term.right): term.right for term in shipped_glossary().terms}
    groups: dict[str, list[str]] = defaultdict(list)
    for name in latin:
        groups[spelling_key(name)].append(name)
    varied = {key: names for key, names in groups.items() if len(names) > 1 and len(key) > 2}
    for key, names in varied.items():
        if key not in known and _is_plain_english(names, latin):
            continue
        names.sort(key=lambda name: (_is_mixed(name), latin[name].times), reverse=True)
        right = known.get(key, names[0])
        yield _suspect(latin, [right, *(name for name in names if name != right)], "case")


def _is_plain_english(names: list[str], latin: dict[str, _Occurrences]) -> bool:
    """Whether a word is no name: only its first letter varies, and it is mostly small."""
    if len({name[1:] for name in names}) > 1:
        return False
    small, large = sorted(names, reverse=True)
    return latin[small].times >= latin[large].times


def _is_mixed(name: str) -> bool:
    """Whether a name has capitals inside, which is a sign of a careful spelling."""
    return bool(re.search(r"[a-z][A-Z]|[A-Z]{2,}\d|[A-Z]+-\d", name))


def _suspect(found: dict[str, _Occurrences], names: list[str], why: str) -> Suspect:
    counts = tuple((name, found[name].times if name in found else 0) for name in names)
    lines = sorted({line for name in names[1:] if name in found for line in found[name].lines})
    return Suspect(counts, tuple(lines[:5]), why)


def _by_letters(latin: dict[str, _Occurrences]) -> Iterator[Suspect]:
    """The names that differ in one letter, or in two if they are long; the rarer is the suspect."""
    names = {spelling_key(name): name for name in latin if _is_namelike(name)}
    near: dict[str, list[str]] = defaultdict(list)
    for key in names:
        for rest in _shortened(key):
            near[rest].append(key)
    known = {spelling_key(term.right) for term in shipped_glossary().terms}
    pairs = {pair for keys in near.values() for pair in combinations(sorted(set(keys)), 2)}
    for one, other in sorted(pairs):
        right, wrong = sorted(
            (one, other), key=lambda key: (key in known, latin[names[key]].times), reverse=True
        )
        often, seldom = latin[names[right]].times, latin[names[wrong]].times
        if _is_slip(right, wrong) and wrong not in known and (right in known or often > seldom):
            yield _suspect(latin, [names[right], names[wrong]], "letters")


def _is_namelike(name: str) -> bool:
    return 4 <= len(name) <= 24 and name.count(" ") <= 1 and bool(re.search(r"[A-Z]", name))


def _shortened(key: str) -> set[str]:
    """The key, and all keys that are one letter shorter, or up to two if the key is long.

    Two keys that differ in one letter, or in two, have one of these in common.
    """
    once = {key, *(key[:place] + key[place + 1 :] for place in range(len(key)))}
    if len(key) < 8:
        return once
    return once | {rest[:place] + rest[place + 1 :] for rest in once for place in range(len(rest))}


def _is_slip(right: str, wrong: str) -> bool:
    """Whether `wrong` may be a misspelling of `right`.

    It is none if their digits differ, if one is the plural of the other or contains it, or if only
    the last letter differs, as in the names of models.
    """
    if re.sub(r"\D", "", right) != re.sub(r"\D", "", wrong):
        return False
    is_next_model = right[:-1] == wrong[:-1]  # Model Y, Model Q
    if is_next_model or right.rstrip("s") == wrong.rstrip("s") or right in wrong or wrong in right:
        return False
    return edits(right, wrong) <= (1 if min(len(right), len(wrong)) < 8 else 2)


def _hanzi_names(text: str) -> Iterator[str]:
    """The runs of whole words that are two to five hanzi long and have no common word."""
    for run in _HANZI_RUN.findall(text):
        words = rjieba.cut(run)
        for first in range(len(words)):
            name = ""
            for word in words[first:]:
                name += word
                if len(name) > LONGEST_NAME_HANZI or not _COMMON.isdisjoint(word):
                    break
                if len(name) > 1:
                    yield name


def _by_sound(hanzi: dict[str, _Occurrences]) -> Iterator[Suspect]:
    """The names in hanzi that sound alike and of which one is probably wrong (`_is_telling`)."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in hanzi:
        groups[_sound(name)].append(name)
    covered: set[str] = set()
    for names in sorted(groups.values(), key=lambda names: len(names[0])):
        names.sort(key=lambda name: (hanzi[name].times, rjieba.has_word(name)), reverse=True)
        if len(names) < 2 or not _is_telling(names, hanzi):
            continue
        if not any(part in name for name in names[1:] for part in covered):
            covered.update(names[1:])
            yield _suspect(hanzi, names[:4], "sound")


def _is_telling(names: list[str], hanzi: dict[str, _Occurrences]) -> bool:
    """Whether one spelling is frequent, the others are rare, and one is no word of a dictionary."""
    right, *wrong = names
    if hanzi[right].times < 2 or any(hanzi[name].times * 2 > hanzi[right].times for name in wrong):
        return False
    if len(right) == 2 and rjieba.has_word(right):
        sounds = {tuple(lazy_pinyin(name)) for name in names}
        return len(sounds) == 1 and not any(map(rjieba.has_word, wrong))
    return not all(map(rjieba.has_word, names))


def _sound(name: str) -> str:
    return " ".join(map(_syllable, name))


@cache
def _syllable(character: str) -> str:
    """The sound of a hanzi without its tone; sounds that are often confused are the same."""
    sound = lazy_pinyin(character, style=Style.NORMAL, v_to_u=True)[0]
    for spelt, plain in _INITIALS:
        sound = plain + sound[len(spelt) :] if sound.startswith(spelt) else sound
    for spelt, plain in _FINALS:
        sound = sound[: -len(spelt)] + plain if sound.endswith(spelt) else sound
    return sound
