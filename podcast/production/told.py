"""What is said -> its names, keywords and summaries, looked for unless the store has them.

They follow from the words alone. An edit of anything else, such as the style of subtitles, need
not look for them again, nor load the dictionary that this takes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from podcast.files.keys import content_key
from podcast.files.sources import sources_key
from podcast.files.store import Store
from podcast.formats.shownotes import Mentions, mentions_in
from podcast.model import Episode, Script
from podcast.text.summarise import summarise


def mentioned(episode: Episode, store: Store) -> Mentions:
    """The names and keywords of an episode, and the names in each chapter. Raises WriteError."""
    said = ["".join(word.text for word in track.words) for track in episode.tracks]
    key = content_key(sources_key(__name__), said)
    names, keywords, by_chapter = _kept(store, key, lambda: mentions_in(episode))
    return Mentions(tuple(names), tuple(keywords), tuple(map(tuple, by_chapter)))


def summaries(script: Script, store: Store) -> tuple[tuple[str, ...], ...]:
    """The sentences that stand for each chapter. Raises WriteError."""
    chapters = [(each.title, [part.text for part in each.paragraphs]) for each in script.chapters]
    key = content_key(sources_key(__name__), chapters)
    made = _kept(store, key, lambda: [summarise(each, script) for each in script.chapters])
    return tuple(map(tuple, made))


def _kept(store: Store, key: str, make: Callable[[], object]) -> Any:
    """A value of JSON that the store's folder has under a key; else that of `make`, stored."""
    packed = store.here.once(
        f"{key}.told",
        lambda: json.dumps(make(), ensure_ascii=False).encode("utf-8", "surrogatepass"),
    )
    return json.loads(packed)
