"""Episode -> what its speakers are called, wherever it is told who speaks."""

from __future__ import annotations

from podcast.model import GUEST, HOST, Episode

ROLES = {HOST: "主持人", GUEST: "嘉宾", "narrator": "旁白"}


def speaker_names(episode: Episode) -> dict[str, str]:
    """Each role heard, in the order of first turns, and what who speaks in it is called.

    That is his name where it is known. A host or guest without one is called after the role.

    >>> from podcast.model import Span, Track
    >>> turns = tuple(Span(at, at + 1, role) for at, role in enumerate((HOST, GUEST, "王五", HOST)))
    >>> track = Track("", 4, (), (), turns=turns)
    >>> speaker_names(Episode("", 1, (track,), names=((HOST, "小林"),)))
    {'host': '小林', 'guest': '嘉宾', '王五': '王五'}
    """
    called = ROLES | dict(episode.names)
    heard = dict.fromkeys(turn.text for track in episode.tracks for turn in track.turns)
    return {role: called.get(role, role) for role in heard}


def told_names(episode: Episode) -> dict[str, str]:
    """The same where several speak; empty where one does, so that nobody need be told who it is."""
    names = speaker_names(episode)
    return names if len(names) > 1 else {}
