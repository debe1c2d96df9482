"""out/<episode>/ -> s3://BUCKET/PREFIX/NAME/, and the feed there: the episode as listeners get it.

    PREFIX/NAME/…      the files of the episode, each with the SHA-256 of its content
    PREFIX/feed.xml    the feed; the last that is written

A listener finds an episode through the feed, so an episode that is new there appears whole or not
at all. Whatever ends the program: the same command again sends what is not there yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from podcast.errors import WriteError
from podcast.files.keys import digest
from podcast.files.names import FEED, PAGE
from podcast.formats.feed import (
    Feed,
    Show,
    episode_guid,
    feed_guid,
    feed_text,
    published_at,
    read_feed,
)
from podcast.model import Tell
from podcast.outside.s3 import S3, Place, Served, Stored
from podcast.published.feed import item_of, read_show
from podcast.published.sending import Build, read_build
from podcast.published.serve import media_type

FEED_CACHE = "public, max-age=300"  # apps ask for the feed often, and must see a new episode soon
FILE_CACHE = "public, max-age=3600"
TRIES = 10  # to write the feed, while other programs write it, too


@dataclass(frozen=True, slots=True)
class Plan:
    """What is not at the place as it is here.

    `files` are to be sent, `left` are files that the program sent and the episode no longer has;
    both are named as at the place. `is_feed_new` says whether the feed there will change, and
    `address` is where listeners find it on the web.
    """

    files: tuple[str, ...]
    left: tuple[str, ...]
    is_feed_new: bool
    address: str

    @property
    def sent(self) -> tuple[str, ...]:
        """The names of all that is to be sent, in the order in which it is."""
        return (*self.files, FEED) if self.is_feed_new else self.files


def plan_for_s3(folder: Path, place: Place) -> Plan:
    """What `publish_to_s3` would send now. Nothing is sent.

    Raises ReadError if the episode is incomplete or its folder has no feed, ServiceError if the
    place cannot be used, and WriteError if another podcast's feed is there.
    """
    build = read_build(folder)
    with build.reading():
        return _plan(S3(place), folder, _digests(build), read_show(folder.parent))


def publish_to_s3(folder: Path, place: Place, tell: Tell) -> Plan:
    """Make the place serve the episode in `folder`, and the feed tell of it; returns what was sent.

    `tell` gets a sentence for each file that is sent or removed. Raises the errors of
    `plan_for_s3`, and WriteError if the episode is built again meanwhile; the feed there is then as
    it was.
    """
    build = read_build(folder)
    with build.reading():
        return _publish(build, S3(place), read_show(folder.parent), tell)


def _publish(build: Build, s3: S3, show: Show, tell: Tell) -> Plan:
    folder, place, digests = build.folder, s3.place, _digests(build)
    plan = _plan(s3, folder, digests, show)
    for name in plan.files:
        path = folder.parent / name
        with path.open("rb") as file:
            build.require_unchanged()  # so this is the file whose hash goes with it
            s3.put(name, file, digests[name], Served(media_type(path), FILE_CACHE))
        tell(f"sent {place.address(name)}")
    build.require_unchanged()
    if _write_feed(s3, folder, show):
        tell(f"sent {place.address(FEED)}")
    for name in plan.left:
        s3.remove(name)
        tell(f"removed {place.address(name)}")
    return plan


def _digests(build: Build) -> dict[str, str]:
    """The SHA-256 of each file of the episode, by its name at the place; the page comes last."""
    names = sorted((name for name, _ in build.report.files), key=lambda name: (name == PAGE, name))
    return {f"{build.folder.name}/{name}": digest(build.folder / name) for name in names}


def _plan(s3: S3, folder: Path, digests: dict[str, str], show: Show) -> Plan:
    sizes = s3.sizes(folder.name)
    files = tuple(
        name
        for name, sha256 in digests.items()
        if sizes.get(name) != (folder.parent / name).stat().st_size or s3.digest(name) != sha256
    )
    left = tuple(name for name in sizes if name not in digests and s3.digest(name))
    there = s3.read(FEED)
    is_new = there is None or _feed(folder, show, there, s3.place) != there.content
    return Plan(files, left, is_new, _address(show))


def _write_feed(s3: S3, folder: Path, show: Show) -> bool:
    """Write the feed, if it is not right as it is; returns whether it was written."""
    for _ in range(TRIES):
        there = s3.read(FEED)
        text = _feed(folder, show, there, s3.place)
        if there and text == there.content:
            return False
        if s3.replace(FEED, text, there, Served(media_type(Path(FEED)), FEED_CACHE)):
            return True
    raise WriteError(f"other programs keep changing {s3.place.address(FEED)}; publish again later")


def _feed(folder: Path, show: Show, there: Stored | None, place: Place) -> bytes:
    """The feed that is there, with the episode in `folder` in it, and `show` as its podcast.

    Every other episode of it stays as it is, and an episode keeps the date that it has there unless
    its report tells one.
    """
    items = _read(there, show, place).items if there else ()
    guid = episode_guid(folder.name)
    others = [item for item in items if item.findtext("guid") != guid]
    dates = [published_at(item) for item in items if item.findtext("guid") == guid]
    return feed_text(show, [item_of(folder, *dates[:1])], others).encode()


def _address(show: Show) -> str:
    """The address of the podcast's feed on the web."""
    return f"{show.link.rstrip('/')}/{FEED}"


def _read(there: Stored, show: Show, place: Place) -> Feed:
    """The feed that is there. Raises WriteError unless it is the feed of this podcast."""
    address = _address(show)
    try:
        feed = read_feed(there.content)
    except ValueError as error:
        raise WriteError(
            f"{place.address(FEED)} cannot be understood ({error}); publish to another place"
        ) from error
    if feed.guid != feed_guid(address):
        raise WriteError(
            f"{place.address(FEED)} is not the feed of {address}, but of {feed.show.link!r}; "
            "publish to another place, or give `podcast feed` that --link"
        )
    return feed
