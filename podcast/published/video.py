"""out/<episode>/ -> episode.mp4 and upload/: a video, and the files to upload with it.

upload/ has a title, description, tags, thumbnail and subtitles for YouTube and for Bilibili. The
pictures of the video are drawn while ffmpeg encodes them; none is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from shutil import copy2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from podcast.errors import ReadError, WriteError
from podcast.files.names import AUDIOBOOK, COVER, SCRIPT, SOUND, SUBTITLES, VIDEO
from podcast.files.store import Store
from podcast.formats import upload
from podcast.formats.bilibili import bilibili_text
from podcast.formats.ffmetadata import ffmetadata_text
from podcast.formats.printed import clock
from podcast.model import Tell, Watch
from podcast.outside import ffmpeg
from podcast.pictures import matroska
from podcast.pictures.card import BARS, HEIGHT, WIDTH, Heading
from podcast.pictures.film import FPS, Film, Scene, bar_levels, pictures
from podcast.pictures.thumbnail import thumbnail_jpeg
from podcast.pictures.typeset import FONT, font_name, missing
from podcast.published.episode import (
    RECORD,
    UPLOAD,
    Published,
    read_cover,
    read_published,
    video_key,
    video_record,
)
from podcast.published.folder import recover, replace_folder
from podcast.published.recut import frame_rate, runs_of
from podcast.sound.m4b import write_tags

BURNT, SOFT = "burnt", "soft"
_RATE = 8000  # samples a second of the sound that the bars are drawn from
_HOP = 80  # samples at _RATE: a hundredth of a second
_LANGUAGES = {"zh-Hans": SUBTITLES, "zh-Hant": "episode.zh-Hant.srt"}


def episode_folder(episode: Path, out: Path) -> Path:
    """The folder of an episode, which a person names by that folder, its script or its seed.

    It ends with its own name, even if the person called it `.` or `..`. Raises ReadError if there
    is no such file, or the seed has no episode in `out` yet.
    """
    if episode.is_dir():
        return _with_name(episode)
    if not episode.exists():
        raise ReadError(f"there is no {episode}; give an episode's folder, or its seed")
    if episode.name == SCRIPT:
        return _with_name(episode.parent)
    folder = out / episode.stem
    if not folder.is_dir():
        raise ReadError(f"{episode} has no episode in {out} yet; run `podcast make {episode}`")
    return folder


def _with_name(folder: Path) -> Path:
    return folder.resolve() if folder.name in ("", "..") else folder


def make_video(
    folder: Path, subtitles: str, watch: Watch, tell: Tell, recording: Path | None = None
) -> tuple[Path, Path]:
    """Render a built episode; returns the paths of the video and of the upload folder.

    `subtitles` is `burnt` (drawn into the picture), `soft` (a track of the file) or `none`. With a
    `recording`, which the episode was cut out of, its picture is cut in the same way. Raises
    ReadError if the episode is incomplete, WriteError if the disk is full or the episode
    was built again meanwhile, and FfmpegError if ffmpeg fails; the folder is then as it was.
    """
    recover(folder / UPLOAD)
    published = read_published(folder)
    key = video_key(folder)
    if subtitles == BURNT and (unknown := missing("".join(cue.text for cue in published.cues))):
        tell(f"the font of the subtitles has no {unknown}; the picture leaves them out")
    with Store(folder.absolute().parent / ".cache").work() as work:
        try:
            episode, metadata = published.episode, work / "chapters.txt"
            told = ffmetadata_text(episode, episode.notice)
            metadata.write_bytes(told.encode("utf-8", "replace"))
            if recording:
                _render_cut(published, recording, subtitles, metadata, work / VIDEO)
            else:
                _render(published, subtitles, metadata, work / VIDEO, watch)
            write_tags(work / VIDEO, episode)
            _write_upload_set(published, work / UPLOAD)
            _write_record(key, subtitles, work)
            if video_key(folder) != key:
                raise WriteError(
                    f"{folder} was built again meanwhile; run `podcast video {folder}` again"
                )
            _put(work, folder)
        except OSError as error:
            raise WriteError(
                f"cannot write the video of {folder}: {error.strerror or error}; free some space"
            ) from error
    return folder / VIDEO, folder / UPLOAD


# The video -----------------------------------------------------------------------------------


def _render(published: Published, subtitles: str, metadata: Path, path: Path, watch: Watch) -> None:
    """Render the cards of the episode's chapters, with their sound."""
    cues = published.cues if subtitles == BURNT else ()
    film = Film(_scenes(published), cues, read_cover(published.folder))
    stream = matroska.stream(WIDTH, HEIGHT, _watched(film, watch))
    srt = _track(published, subtitles)
    frames, sound = film.frame_count, _sound(published)
    ffmpeg.render(stream, FPS, sound, frames=frames, metadata=metadata, srt=srt, path=path)


def _render_cut(
    published: Published, recording: Path, subtitles: str, metadata: Path, path: Path
) -> None:
    """Render the picture of the recording that the episode was cut out of, cut as its sound is."""
    is_burnt = subtitles == BURNT and published.cues
    ffmpeg.render_cut(
        recording,
        [run.part() for run in runs_of(published.report, frame_rate(recording))],
        _sound(published),
        metadata=metadata,
        srt=_track(published, subtitles),
        ass=published.folder / "episode.ass" if is_burnt else None,
        font=FONT,
        font_name=font_name(),
        path=path,
    )


def _track(published: Published, subtitles: str) -> Path | None:
    """The subtitles that become a track of the video, if any do."""
    return published.folder / SUBTITLES if subtitles == SOFT and published.cues else None


def _sound(published: Published) -> Path:
    """The M4B if the build made one, since its sound is AAC already; otherwise the MP3."""
    audiobook = published.folder / AUDIOBOOK
    size = dict(published.report.files).get(audiobook.name)
    is_ours = audiobook.is_file() and size == audiobook.stat().st_size
    return audiobook if is_ours else published.folder / SOUND


def _scenes(published: Published) -> tuple[Scene, ...]:
    episode = published.episode
    powers = _powers(published.folder / SOUND)
    credit = "  ·  ".join(filter(None, (episode.author, episode.date)))
    scenes, part = [], ""
    for number, (chapter, track) in enumerate(
        zip(episode.chapters, episode.tracks, strict=True), 1
    ):
        part = track.part or part
        times = f"{clock(chapter.start)} – {clock(chapter.end)}"
        heading = Heading(
            episode.title,
            credit,
            track.title,
            part,
            number,
            len(episode.tracks),
            times,
            is_synthetic=not episode.is_human,
        )
        own = powers[chapter.start * _RATE // _HOP // 1000 : chapter.end * _RATE // _HOP // 1000]
        scenes.append(Scene(chapter.start, chapter.end, heading, bar_levels(own, BARS)))
    return tuple(scenes)


def _powers(sound: Path) -> NDArray[np.float32]:
    """The mean square of each hundredth of a second of a file, in 16-bit units squared.

    The array is float32 of shape (hundredths,).
    """
    powers, rest = [], b""
    for chunk in ffmpeg.decode(sound, _RATE):
        rest += chunk
        whole = len(rest) // (2 * _HOP) * 2 * _HOP
        samples = np.frombuffer(rest[:whole], "<i2").astype(np.float32).reshape(-1, _HOP)
        powers.append(np.mean(samples**2, axis=1))
        rest = rest[whole:]
    return np.concatenate(powers) if powers else np.zeros(0, np.float32)


def _watched(film: Film, watch: Watch) -> Iterator[tuple[int, bytes]]:
    """The film's pictures; reports to `watch` which share of the film each picture completes."""
    before = 0
    scenes = iter([*pairwise(film.scenes), (film.scenes[-1], None)])
    scene, following = next(scenes)
    for ms, picture in pictures(film):
        while following and ms >= following.start:
            scene, following = next(scenes)
        watch("video", scene.heading.title, (ms - before) / film.length)
        before = ms
        yield ms, picture


# The files to upload with it -----------------------------------------------------------------


def _write_upload_set(published: Published, folder: Path) -> None:
    """Write, for each platform, texts within its limits, a thumbnail in its shape, and subtitles.

    The subtitles are one file for each language.
    """
    episode, summary, names = published.episode, published.summary, published.names
    cover, drawn = read_cover(published.folder), published.is_cover_drawn
    sets: dict[str, dict[str, str | bytes]] = {
        "youtube": {
            "title.txt": upload.youtube_title(episode) + "\n",
            "description.txt": upload.youtube_description(episode, summary, names),
            "tags.txt": upload.youtube_tags(episode, names),
            "thumbnail.jpg": thumbnail_jpeg(cover, drawn, episode, 1280, 720),
        },
        "bilibili": {
            "title.txt": upload.bilibili_title(episode) + "\n",
            "description.txt": upload.bilibili_description(episode, summary, names),
            "tags.txt": upload.bilibili_tags(episode, names),
            "chapters.txt": bilibili_text(episode),
            COVER: thumbnail_jpeg(cover, drawn, episode, 1280, 800),
        },
    }
    for platform, files in sets.items():
        (folder / platform).mkdir(parents=True)
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
            (folder / platform / name).write_bytes(data)
        for language, srt in _LANGUAGES.items():
            copy2(published.folder / srt, folder / platform / f"{language}.srt")


def _write_record(key: str, subtitles: str, work: Path) -> None:
    paths = [work / VIDEO, *sorted(path for path in (work / UPLOAD).rglob("*") if path.is_file())]
    sizes = {path.relative_to(work).as_posix(): path.stat().st_size for path in paths}
    record: dict[str, Any] = {"of": key, "subtitles": subtitles, "files": sizes}
    text = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
    (work / RECORD).write_bytes(text.encode())


def _put(work: Path, folder: Path) -> None:
    """Move the video and upload/ into the episode's folder; keep a person's files in upload/."""
    old = folder / UPLOAD
    mine = {RECORD, *video_record(folder).get("files", {})}
    for path in sorted(old.rglob("*")) if old.is_dir() else ():
        name = path.relative_to(folder)
        if path.is_file() and name.as_posix() not in mine and not (work / name).exists():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            copy2(path, work / name)
    (work / VIDEO).replace(folder / VIDEO)
    replace_folder(work / UPLOAD, old)
