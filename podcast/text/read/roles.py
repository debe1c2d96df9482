"""Heard -> Transcript: every speaker in a role of his own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from podcast.files.tidy import tidy
from podcast.model import GUEST, HOST, Line, Transcript
from podcast.text.read.heard import Heard
from podcast.text.read.who import HOSTS

TELLING = 500  # characters: in less than this, who speaks most says little of who is the host
UNFIT = re.compile(r"[^\w .-]|_")  # what no role's name in a script may hold
CLEARLY = 1.5  # times what the first to speak says, from which the one who says most is the host
LONGEST = 30  # characters of a role's name


def to_transcript(heard: Sequence[Heard]) -> Transcript:
    """The lines that say something. What no speaker is named for, the host says."""
    played = roles(heard)
    lines = (
        Line(tidy(one.text), one.number, one.start_ms, one.end_ms, played.get(one.speaker, HOST))
        for one in heard
    )
    return Transcript(tuple(line for line in lines if line.text))


def roles(heard: Sequence[Heard]) -> dict[str, str]:
    """The role of each speaker named, in the order in which they first speak.

    The host is who is called so, else who clearly says most, else who speaks first. The first
    other is the guest; every further speaker has a role of his own name.

    >>> said = [("张三", "你好"), ("李四", "你好"), ("王五", "你好"), ("张三", "再见")]
    >>> roles([Heard(text, at, speaker=who) for at, (who, text) in enumerate(said, 1)])
    {'张三': 'host', '李四': 'guest', '王五': '王五'}
    """
    sizes: Counter[str] = Counter()
    for one in heard:
        if one.speaker:
            sizes[one.speaker] += len(one.text)
    names = list(sizes)
    if not names:
        return {}
    called = [name for name in names if HOSTS.match(name)]
    most = max(names, key=lambda name: sizes[name])
    is_clear = sizes.total() >= TELLING and sizes[most] >= CLEARLY * sizes[names[0]]
    host = called[0] if called else most if is_clear else names[0]
    played = {host: HOST}
    for name in names:
        if name != host:
            played[name] = (
                role_name(name, {*played.values()}) if GUEST in played.values() else GUEST
            )
    return {name: played[name] for name in names}


def role_name(name: str, taken: set[str]) -> str:
    """A name as a script can hold it, unlike those that are taken.

    >>> role_name("SPEAKER_02", {"host"}), role_name("host", {"host"})
    ('SPEAKER 02', 'host 2')
    """
    bare = " ".join(UNFIT.sub(" ", name).split()).strip(" .-")[:LONGEST].strip(" .-") or "speaker"
    number, found = 1, bare
    while found in taken:
        number += 1
        found = f"{bare} {number}"
    return found
