"""Episode -> the names of its speakers, for all files that name them."""

from __future__ import annotations

from podcast.model import GUEST, HOST, Episode

ROLES = {HOST: "主持人", GUEST: "嘉宾", "narrator": "旁白"}


def speaker_names(episode: Episode) -> dict[str, str]:
    """The name of the speaker of each role that has a turn, in the order of their first turns.

    A host, guest or narrator whose name is not known has the name of the role, or, where somebody
    else is called so, the role itself.

    >>> from podcast.model import Span, Track
    >>> turns = tuple(Span(at, at + 1, role) for at, role in enumerate((HOST, GUEST, "王五", HOST)))
    >>> track = Track("", 4, (), (), turns=turns)
    >>> speaker_names(Episode("", 1, (track,), names=((HOST, "小林"),)))
    {'host': '小林', 'guest': '嘉宾', '王五': '王五'}
    >>> turns = (Span(0, 1, "narrator"), Span(1, 2, "旁白"))
    >>> speaker_names(Episode("", 1, (Track("", 2, (), (), turns=turns),)))
    {'narrator': 'narrator', '旁白': '旁白'}
    """
    roles = dict.fromkeys(turn.text for track in episode.tracks for turn in track.turns)
    told = {role: role for role in roles if role not in ROLES} | dict(episode.names)
    free = {role: name for role, name in ROLES.items() if name not in told.values()}
    names = free | told
    return {role: names.get(role, role) for role in roles}


def names_to_show(episode: Episode) -> dict[str, str]:
    """The names of the speakers by role; empty if there is only one, who need not be named."""
    names = speaker_names(episode)
    return names if len(names) > 1 else {}
