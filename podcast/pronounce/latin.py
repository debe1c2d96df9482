"""Latin letters in Chinese text -> what an engine should read."""

from __future__ import annotations

import re

from podcast.pronounce.figures import LATIN, MEASURE, SCALE, code_text, label_text
from podcast.pronounce.numbers import counted_text, digits_text

Match = re.Match[str]

SUFFIXES = (
    "com|org|net|edu|gov|io|ai|cn|co|me|tv|app|dev|xyz|fm|info|uk|de|jp|us|hk|tw|so|gg|js|ts|py|md|txt"
    "|json|html|pdf|exe|cpp|go|rs|yaml|toml|csv|mp3|mp4|zip|sh"
)

# Capitals that are read as a word, or are one; other short ones are spelt.
WORDS = frozenset(
    "OK AND ARE ALL ANY APP ART BAD BIG BOX BOY BUT BUY CAN CAR CAT CUT DAY DID DO DOG END EYE FAN FAT"
    " FIX FOR FUN GAN GAS GET GO GOD GOT GUY HAD HAS HE HER HIM HIS HIT HOT HOW HUB IF IN IS ITS JOB JOY"
    " KEY KID LAB LAW LET LOW MAC MAN MAP MAX MAY ME MEN MIN MIX MOM MY NEW NO NOT NOW OF OFF OLD ON ONE OR"
    " OUR OUT OWN PAY PEN PER PET PIN POP PRO PUT RAG RAM RED RUN SAD SAM SAY SEA SEE SET SEX SHE SIX SKY SO"
    " SUN TEA TEN THE TIM TO TOM TOO TOP TRY TWO UP USE VAN WAR WAS WAY WE WEB WHO WHY WIN YES YET YOU ZEN"
    " ZIP BY AT AM AS BE AN BUG ACC NET".split()
)

VOWELS = frozenset("AEIOUY")
ROMAN = frozenset("IVX")

LETTERS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "诶 必 西 迪 伊 艾弗 吉 艾尺 爱 杰 开 艾勒 艾姆 恩 欧 屁 丘 阿尔 艾丝 提 优 维 达不溜 艾克斯 歪 贼德".split(),
        strict=True,
    )
)


def read_model(match: Match) -> str | None:
    """A name and its numbers, whatever joins them; each number as a code.

    A lone name that runs into a count (AI3500亿) is two things, not one.
    """
    token, after = match[0], match.string[match.end() :][:4]
    if re.fullmatch(rf"[{LATIN}]+\d+(?:\.\d+)?", token) and re.match(
        rf"\s?(?:{SCALE}|{MEASURE}|[%％年月日号:：])", after
    ):
        return None
    pieces = re.findall(rf"[{LATIN}]+|\d+(?:\.\d+)*", token)
    said = []
    for at, piece in enumerate(pieces):
        if not piece[0].isdigit():
            said.append(piece)
        elif "." in piece or at == 0:
            said.append(code_text(piece))
        else:
            following = pieces[at + 1] if at + 1 < len(pieces) else ""
            said.append(label_text(piece, pieces[at - 1], following))
    return " ".join(said)


def read_to(match: Match) -> str:
    """B2B, O2O, 2C, 2B: 2 is `to`."""
    return " ".join(filter(None, (match["from"], "to", match["to"])))


def read_times(match: Match) -> str:
    """10x: so many times."""
    return counted_text(match["number"]) + "倍"


def read_resolution(match: Match) -> str:
    """1080p, figure by figure."""
    return f"{code_text(match['number'])} {match['letter'].upper()}"


def read_and(match: Match) -> str:
    """R&D, Q&A."""
    return " and "


def read_language(match: Match) -> str:
    """C++, C#, F#, .NET."""
    token = match[0]
    if token.startswith("."):
        return "点 " + token[1:]
    return f"{token[0].upper()} {'sharp' if token.endswith('#') else '加加'}"


def read_address(match: Match) -> str:
    """A web, mail or file name: its words with 点 between; the scheme is not said."""
    name = match["name"].rstrip("/")
    said = re.sub(r"[._/\-@?=&#%+:~]+", lambda mark: _joint_text(mark[0]), name)
    return re.sub(r"[0-9]+", lambda run: digits_text(run[0]), said).strip()


def _joint_text(mark: str) -> str:
    return {".": " 点 ", "@": " 艾特 ", "/": " 斜杠 "}.get(mark, " ")


def read_initials(match: Match) -> str:
    """L.A., U.S.: the letters together."""
    return match[0].replace(".", "")


def letters_text(word: str) -> str:
    """A word letter by letter, joined so that an English voice names each."""
    return "-".join(word.upper())


def spelt_text(word: str) -> str:
    """A word letter by letter in hanzi, for an engine that has no Latin at all."""
    return "".join(LETTERS.get(letter, "") for letter in word.upper())


def is_initialism(word: str) -> bool:
    """Whether two or three capitals are a name that is spelt out, not a word.

    Those without a vowel need no help: nobody can read them as a word.

    >>> is_initialism("IPO"), is_initialism("AND"), is_initialism("NASA"), is_initialism("III")
    (True, False, False, False)
    """
    return (
        1 < len(word) < 4
        and word.isupper()
        and word not in WORDS
        and not VOWELS.isdisjoint(word)
        and not ROMAN.issuperset(word)
    )
