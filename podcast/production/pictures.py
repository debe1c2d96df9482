"""Script, cover -> the pictures of an episode: its cover, and one for each chapter.

They are drawn in a process of their own while others make the sound, and only if the store does not
hold them yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from podcast.files.keys import content_key, digest_if_any
from podcast.files.settings import Settings
from podcast.files.sources import sources_key
from podcast.files.store import Store
from podcast.model import Chapter, Script, Tell
from podcast.production.order import Order


@dataclass(frozen=True, slots=True)
class Drawn:
    """The pictures of an episode, all JPEGs: the cover, a small one, and one for each chapter."""

    cover: bytes
    small_cover: bytes
    chapters: tuple[bytes, ...]  # empty if no chapter is to have a picture


def drawn(
    picture: Path | None, script: Script, own: Mapping[str, Path] | None, store: Store
) -> Drawn:
    """The pictures of an episode. Those that the store holds are not drawn again.

    The cover is `picture`, or shows the title. `own` has the files of those chapters for which a
    person gave a picture, by title; it is None if no chapter is to have one. Raises ReadError if
    a picture cannot be read.
    """
    cover, small_cover = _covers(picture, script, store)
    pictures = () if own is None else _squares(cover, script, own, store)
    return Drawn(cover, small_cover, pictures)


def _squares(
    cover: bytes, script: Script, own: Mapping[str, Path], store: Store
) -> tuple[bytes, ...]:
    """The picture of each chapter: a person's own, or one in the colours of the cover."""
    from podcast.pictures import square

    program = sources_key(square.__name__)
    look = cache(lambda: square.look_in(cover))
    colours = sha256(cover).hexdigest()

    def picture(number: int, chapter: Chapter) -> bytes:
        path = own.get(chapter.title)
        heading = (script.title, chapter.title, chapter.part, number)
        shown = digest_if_any(path) if path else (*heading, colours)

        def draw() -> bytes:
            return square.own_square(path) if path else square.square_jpeg(look(), *heading)

        return store.once(f"{content_key('square', program, shown)}.jpg", draw)

    return tuple(picture(number, each) for number, each in enumerate(script.chapters, 1))


def own_pictures(
    order: Order, settings: Settings, script: Script, tell: Tell
) -> dict[str, Path] | None:
    """The pictures that a person gave, by the title of their chapter; None if there are to be none.

    A picture whose chapter is not there is told of.
    """
    if not order.recipe.chapter_pictures:
        return None
    given = {each.title: each.picture for each in settings.chapters if each.picture}
    titles = {chapter.title for chapter in script.chapters}
    for title in [title for title in given if title not in titles]:
        tell(
            f"[[chapters]] gives {title!r} a picture, and no chapter of the script has that title; "
            "write the title there as it is in the script"
        )
    return given


def _covers(picture: Path | None, script: Script, store: Store) -> tuple[bytes, bytes]:
    """The cover, which is the user's picture or shows the title, and a small one; both are JPEGs.

    Raises ReadError if the picture cannot be read.
    """
    from podcast.pictures.cover import (  # here, because only the process that draws needs it
        cover_jpeg,
        picture_jpeg,
        smaller_jpeg,
    )

    credits = (script.title, script.author, script.date)
    shown = (picture.suffix, digest_if_any(picture)) if picture else credits
    key = content_key("cover", sources_key(cover_jpeg.__module__), shown)

    def draw() -> bytes:
        return picture_jpeg(picture) if picture else cover_jpeg(*credits)

    cover = store.once(f"{key}.jpg", draw)
    return cover, store.once(f"{key}.small.jpg", lambda: smaller_jpeg(cover))
