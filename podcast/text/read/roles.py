"""Heard -> Transcript: every speaker in a role of his own, under the name that the file gives him.

The first two roles are the host's and the guest's. A further speaker's role is his own name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from podcast.files.tidy import tidy
from podcast.model import GUEST, HOST, Line, Transcript
from podcast.text.read.heard import Heard
from podcast.text.read.who import clean_name

TELLING = 500  # characters: in less than this, who speaks most says little of who is the host
ALIKE = 0.9  # of what the one who says most says: who says that much says as much as he
UNFIT = re.compile(r"[^\w .·・•'’&/-]|_")  # what no role's name in a script may hold
ENDS = " .·・•'’&/-"  # signs that a role's name may hold, but not begin or end with
LONGEST_ROLE_CHARS = 30
NO_WISHES: Mapping[str, str] = MappingProxyType({})
# Labels by which a program or a printed interview only tells speakers apart: nobody's name.
COUNTED = re.compile(
    r"(?:speaker|spk|participant|user|person|unknown speaker|说话[人者]|說話[人者]|发言人|發言人"
    r"|讲话人|講話人|讲述[人者]|讲者|講者|用户|角色|人物|参会人|参会者)[\s_#:-]?(?:\d{1,3}|[A-Z]|[一二三四五六七八九十甲乙丙丁])?"
    r"|[QA问答]\d{0,3}|\d{1,3}",
    re.IGNORECASE,
)
REPEATED = {  # labels that say nothing but the role itself
    HOST: re.compile(r"(?:主持人?|主播|host)\W?\d*", re.IGNORECASE),
    GUEST: re.compile(r"(?:嘉宾|嘉賓|guest)\W?\d*", re.IGNORECASE),
}


def to_transcript(heard: Sequence[Heard], played: Mapping[str, str]) -> Transcript:
    """The lines that say something, each in the role that its speaker has in `played`.

    What no speaker is named for, the host says.
    """
    lines = (
        Line(tidy(one.text), one.number, one.start_ms, one.end_ms, played.get(one.speaker, HOST))
        for one in heard
    )
    return Transcript(tuple(line for line in lines if line.text))


def roles(heard: Sequence[Heard], wishes: Mapping[str, str] = NO_WISHES) -> dict[str, str]:
    """The role of each speaker named, in the order in which they first speak.

    `wishes` are a person's own: a name and `host` or `guest`. Else the host is who says most; of
    those who say as much, and where too little is said to tell, who speaks first. The first other
    is the guest; every further speaker has a role of his own name.

    >>> said = [("张三", "你好"), ("李四", "你好"), ("王五", "你好"), ("张三", "再见")]
    >>> heard = [Heard(text, at, speaker=who) for at, (who, text) in enumerate(said, 1)]
    >>> roles(heard)
    {'张三': 'host', '李四': 'guest', '王五': '王五'}
    >>> roles(heard, {"王五": "host"})
    {'张三': 'guest', '李四': '李四', '王五': 'host'}
    """
    sizes: Counter[str] = Counter()
    for one in heard:
        if one.speaker:
            sizes[one.speaker] += len(one.text)
    names = list(sizes)
    if not names:
        return {}
    wanted = {name: wish_of(name, wishes) for name in names}
    others = [name for name in names if wanted[name] != GUEST] or names
    is_told = sizes.total() >= TELLING
    most = max(sizes[name] for name in others)
    likely = next(name for name in others if not is_told or sizes[name] >= ALIKE * most)
    host = next((name for name in names if wanted[name] == HOST), likely)
    rest = [name for name in names if name != host]
    guest = next((name for name in rest if wanted[name] == GUEST), rest[0] if rest else "")
    played = {host: HOST, guest: GUEST}
    for name in rest:
        if name != guest:
            played[name] = role_name(name, {*played.values(), *map(tidy, (host, guest))})
    return {name: played[name] for name in names}


def wish_of(name: str, wishes: Mapping[str, str]) -> str:
    """The role that a person wants for a speaker, whose name may stand as file or script have it.

    >>> wish_of("SPEAKER_01", {"speaker 01": "guest"}), wish_of("张三", {"host": "narrator"})
    ('guest', '')
    """
    told = {folded(key): role for key, role in wishes.items()}
    return told.get(folded(name), "")


def folded(name: str) -> str:
    """A name in small letters, without what files and scripts write otherwise."""
    return role_name(clean_name(name), set()).casefold()


def names_of(played: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Host and guest, each with the name by which listeners may know them.

    A label that only counts speakers, or only repeats the role, is no name.

    >>> names_of({"小林": "host", "嘉宾": "guest", "王五": "王五"})
    (('host', '小林'),)
    >>> names_of({"SPEAKER_00": "guest", "嘉宾": "host"})
    (('host', '嘉宾'),)
    """
    called = {role: name for name, role in played.items()}
    return tuple(
        (role, tidy(name))
        for role, repeated in REPEATED.items()
        if (name := called.get(role)) and not is_label(name, repeated)
    )


def is_label(name: str, repeated: re.Pattern[str]) -> bool:
    """Whether a name only counts speakers, or is the role over again."""
    return bool(COUNTED.fullmatch(name) or repeated.fullmatch(name))


def role_name(name: str, taken: set[str]) -> str:
    """A name as a script can hold it, unlike those that are taken.

    >>> role_name("(R&D/)", set()), role_name("😀", {"speaker"})
    ('R&D', 'speaker 2')
    >>> role_name("SPEAKER_02", {"host"}), role_name("host", {"host"})
    ('SPEAKER 02', 'host 2')
    """
    fit = " ".join(UNFIT.sub(" ", name).split()).strip(ENDS)
    bare = fit[:LONGEST_ROLE_CHARS].strip(ENDS) or "speaker"
    number, found = 1, bare
    while found in taken:
        number += 1
        found = f"{bare} {number}"
    return found
