"""Sound and pictures -> MP3, AAC, M4B and MP4, and files -> samples, all by ffmpeg.

No other module runs ffmpeg. ffmpeg-python builds each command as a list; no shell is used.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from threading import RLock, Thread
from typing import Any, NamedTuple

import ffmpeg
import imageio_ffmpeg

from podcast.errors import FfmpegError


class Part(NamedTuple):
    """Frames of a film at `rate` that are shown for `length` frames, read from frame `first` on.

    `frames` are the first and the last of each stretch that is shown, counted from `first`, and
    `moves` by how many frames those from a number on are shown earlier than the ones before it.
    """

    rate: Fraction
    first: int
    length: int
    frames: tuple[tuple[int, int], ...]
    moves: tuple[tuple[int, int], ...]


OLDEST = 5  # oldest major version; 4.x lacks options that are used here
BT709 = ("colorspace", "color_primaries", "color_trc")  # options that name a video's colours
# LAME's effort. This takes half the time of its default, and at 96 kbit/s mono the decoded sound
# is 9 dB nearer to the speech that was encoded.
EFFORT = 7
CHUNK = 1 << 16  # bytes read from a pipe at a time
_LOOKING = RLock()  # held while one thread looks for ffmpeg; other threads wait
_chosen = ""  # the path that `executable` found or `use` set; empty before


def look_for() -> None:
    """Begin to look for ffmpeg in a thread, so that `executable` and `version` answer sooner."""
    Thread(target=_look, daemon=True).start()


def _look() -> None:
    with suppress(FfmpegError):  # the next call of `executable` raises it again
        version(executable())


def executable() -> str:
    """The path of the ffmpeg that this process runs, chosen at the first call.

    It is the ffmpeg on PATH if that is new enough, else that of the imageio-ffmpeg wheel. If
    another is installed later, the choice stays, so that one encoder makes all parts of an
    episode. Raises FfmpegError if there is no ffmpeg.
    """
    global _chosen
    with _LOOKING:
        _chosen = _chosen or _find()
        return _chosen


def use(path: str) -> None:
    """Make this process run the ffmpeg at `path`; a worker uses the choice of its build."""
    global _chosen
    with _LOOKING:
        _chosen = path


def _find() -> str:
    on_path = shutil.which("ffmpeg")
    if on_path and major(version(on_path)) >= OLDEST:
        return on_path
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise FfmpegError(
            f"no ffmpeg >= {OLDEST} on PATH and none in the imageio-ffmpeg package; "
            "install ffmpeg or reinstall imageio-ffmpeg"
        ) from error


def version(path: str) -> str:
    """The version of an ffmpeg, as `5.1.9-0+deb12u1`. Raises FfmpegError if it does not run."""
    with _LOOKING:
        return _version(path)


@cache
def _version(path: str) -> str:
    try:
        done = subprocess.run([path, "-version"], capture_output=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        raise FfmpegError(f"{path} does not run: {error}") from error
    match = re.match(rb"ffmpeg version (\S+)", done.stdout)
    return match[1].decode() if match else "unknown"


def major(name: str) -> int:
    """The major number of a version. A build from a branch has no number and counts as 99.

    >>> major("5.1.9-0+deb12u1"), major("n7.1"), major("N-109468-gd39b34123d")
    (5, 7, 99)
    """
    match = re.match(r"n?(\d+)\.", name)
    return int(match[1]) if match else 99


def file_url(path: Path) -> str:
    """A path as an argument that ffmpeg cannot mistake for an option or another protocol."""
    return f"file:{path.absolute()}"


def encode_mp3(chunks: Iterable[bytes], rate: int, bitrate: int, path: Path) -> None:
    """Encode mono 16-bit PCM to bare MPEG audio frames at `path`, without tag and Info header.

    `rate` is in samples a second, `bitrate` in kbit/s. `-reservoir 0` makes every frame
    independent, so that frames can be cut and joined. Raises FfmpegError.
    """
    stream = ffmpeg.input("pipe:0", format="s16le", ar=rate, ac=1).output(
        file_url(path),
        format="mp3",
        acodec="libmp3lame",
        audio_bitrate=f"{bitrate}k",
        compression_level=EFFORT,
        reservoir=0,
        write_xing=0,
        id3v2_version=0,
    )
    _feed(_command(stream), chunks, f"encode {path.name}")


def encode_aac(chunks: Iterable[bytes], rate: int, bitrate: int, path: Path) -> None:
    """Encode mono 16-bit PCM to AAC in ADTS frames at `path`.

    `rate` is in samples a second, `bitrate` in kbit/s. The fast coder is used: on speech at
    96 kbit/s it has 41 dB of signal to noise. The slow one takes four times as long, has 26 dB and
    overshoots peaks by 0.7 dB (measured with ffmpeg 5.1.9 and 9.0.2). Raises FfmpegError.
    """
    stream = ffmpeg.input("pipe:0", format="s16le", ar=rate, ac=1).output(
        file_url(path), format="adts", acodec="aac", audio_bitrate=f"{bitrate}k", aac_coder="fast"
    )
    _feed(_command(stream), chunks, f"encode {path.name}")


def mux_m4b(chunks: Iterable[bytes], delay: float, metadata: Path, path: Path) -> None:
    """Write an M4B to `path` from an ADTS stream, with the chapters of the file `metadata`.

    `delay` is the number of seconds before the sound in the stream; players leave them out.
    Raises FfmpegError.
    """
    sound = ffmpeg.input("pipe:0", format="aac", itsoffset=f"{-delay:.8f}")
    chapters = ffmpeg.input(file_url(metadata), format="ffmetadata")
    stream = ffmpeg.output(
        sound["a"],
        chapters["a?"],  # it has no stream, but ffmpeg reads only inputs that are mapped
        file_url(path),
        format="ipod",
        codec="copy",
        map_metadata=1,
        map_chapters=1,
        movflags="+faststart",
        fflags="+bitexact",
        **{"metadata:s:a": "language=zho"},
    )
    _feed(_command(stream), chunks, f"write {path.name}")


def render(
    pictures: Iterable[bytes],
    fps: int,
    sound: Path,
    *,
    frames: int,
    metadata: Path,
    srt: Path | None,
    path: Path,
) -> None:
    """Write an MP4 to `path` from a Matroska stream of raw pictures and the sound of a file.

    A picture is repeated until the next. The film ends after so many `frames`: of the last picture
    only the time counts, but ffmpeg 9 would show it for one frame more. The AAC of an .m4b is
    copied; other sound is encoded. The chapters come from `metadata`; `srt` becomes a track of
    subtitles. Raises FfmpegError.
    """
    film = ffmpeg.input("pipe:0", format="matroska")["v"]
    film = film.filter("fps", fps=fps, start_time=0).filter("trim", end_frame=frames)
    film = film.filter("setparams", range="tv", **dict.fromkeys(BT709, "bt709"))
    stream = _mp4(
        film,
        1,
        sound,
        metadata=metadata,
        srt=srt,
        path=path,
        preset="ultrafast",  # most frames repeat the one before, so a slower preset gains nothing
        qp=20,  # one quality for each frame: rate control would go on refining a still picture
        g=20 * fps,  # a key frame every 20 s, to which a player can jump
        **dict.fromkeys(BT709, "bt709"),
        color_range="tv",
    )
    _feed(_command(stream), pictures, f"render {path.name}")


def render_cut(
    recording: Path,
    parts: Sequence[Part],
    sound: Path,
    *,
    metadata: Path,
    srt: Path | None,
    ass: Path | None,
    font: Path,
    font_name: str,
    path: Path,
) -> None:
    """Write an MP4 to `path` from parts of a recording's picture and the sound of a file.

    One run of ffmpeg reads each part from where it begins, so a recording of any length needs
    little memory. `srt` becomes a track of subtitles, `ass` is drawn into the picture in the font
    of the file `font`, whose name is `font_name`. Raises FfmpegError.
    """
    shown = [_part(recording, part) for part in parts]
    film = ffmpeg.concat(*shown, v=1, a=0) if len(shown) > 1 else shown[0]
    if ass:
        film = film.filter(
            "subtitles",
            str(ass.absolute()),
            fontsdir=str(font.parent.absolute()),
            force_style=f"FontName={font_name}",
        )
    stream = _mp4(
        film,
        len(parts),
        sound,
        metadata=metadata,
        srt=srt,
        path=path,
        preset="veryfast",
        crf=20,
    )
    done = subprocess.run(
        _command(stream), capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise FfmpegError(_failure(f"cut {recording.name}", done.stderr))


def _mp4(
    film: Any,
    inputs: int,
    sound: Path,
    *,
    metadata: Path,
    srt: Path | None,
    path: Path,
    **picture: Any,
) -> Any:
    """The output of a film, which has so many `inputs`, and of its sound, as an MP4.

    The AAC of an .m4b is copied; other sound is encoded. The chapters come from `metadata`; `srt`
    becomes a track of subtitles. `picture` says how x264 encodes the film.
    """
    streams = [film, ffmpeg.input(file_url(sound))["a:0"]]
    chapters = ffmpeg.input(file_url(metadata), format="ffmetadata")["a?"]
    settings: dict[str, Any] = {"codec:a": "copy"}
    if sound.suffix != ".m4b":
        settings = {"codec:a": "aac", "aac_coder": "fast", "b:a": "128k"}
    if srt:
        streams.append(ffmpeg.input(file_url(srt), format="srt")["s"])
        settings |= {"codec:s": "mov_text", "metadata:s:s": "language=zho"}
    last = inputs + len(streams) - 1  # the number of the input `metadata`
    return ffmpeg.output(
        *streams,
        chapters,
        file_url(path),
        format="mp4",
        vcodec="libx264",
        pix_fmt="yuv420p",
        map_metadata=last,
        map_chapters=last,
        movflags="+faststart",
        fflags="+bitexact",
        **{"metadata:s:a": "language=zho"},
        **settings,
        **picture,
    )


def _part(recording: Path, part: Part) -> Any:
    """The frames of a part, one after another, in the size that platforms show."""
    rate = f"{part.rate.numerator}/{part.rate.denominator}"
    film = ffmpeg.input(file_url(recording), ss=f"{float(part.first / part.rate):.6f}")["v:0"]
    film = film.filter("fps", fps=rate, start_time=0)
    film = film.filter("select", "+".join(f"between(n,{a},{b})" for a, b in part.frames))
    moves = "".join(f"{-by:+}*gte(T*{rate}+0.5,{at})" for at, by in part.moves)
    film = film.filter("setpts", f"(floor(T*{rate}+0.5){moves})/({rate}*TB)")
    film = film.filter("fps", fps=rate, start_time=0)
    film = film.filter("tpad", stop_mode="clone", stop=-1)
    film = film.filter("trim", end_frame=part.length)
    film = film.filter("setpts", f"N/({rate}*TB)")
    film = film.filter("scale", 1920, 1080, force_original_aspect_ratio="decrease")
    return film.filter("pad", 1920, 1080, "(ow-iw)/2", "(oh-ih)/2").filter("setsar", 1)


def decode(path: Path, rate: int) -> Iterator[bytes]:
    """Yield the sound of a file as mono 16-bit PCM at `rate`, in chunks. Raises FfmpegError."""
    stream = ffmpeg.input(file_url(path)).output("pipe:1", format="s16le", ar=rate, ac=1)
    yield from _drain(_command(stream), f"decode {path}")


def listen(
    path: Path,
    rate: int,
    track: int = 0,
    start: float = 0.0,
    end: float | None = None,
    *,
    noise_db: int | None = None,
) -> Iterator[bytes]:
    """A sound track of a file as a player plays it: mono 16-bit PCM at `rate`, in chunks.

    Time 0 is where the file begins to play, so sound that begins later, as an edit list or the
    track's own times say, has silence before it. `start` and `end` are seconds of the file. Steady
    noise of `noise_db` below full scale is lowered by 12 dB, by ffmpeg's filter `afftdn`. Raises
    FfmpegError.
    """
    part = {"ss": start} if start else {}
    if end is not None:
        part["t"] = end - start
    sound = ffmpeg.input(file_url(path), vn=None, sn=None, dn=None, **part)[f"a:{track}"]
    sound = sound.filter("aresample", **{"async": 1, "first_pts": 0})
    if noise_db is not None:
        sound = sound.filter("afftdn", nr=12, nf=min(max(noise_db, -80), -20))  # its own limits
    stream = sound.output("pipe:1", format="s16le", ar=rate, ac=1)
    yield from _drain(_command(stream), f"read {path.name}")


def decode_mp3(sound: bytes, rate: int) -> bytes:
    """The sound of a whole MP3 as mono 16-bit PCM at `rate`. Raises FfmpegError if it is broken."""
    stream = ffmpeg.input("pipe:0", format="mp3").output("pipe:1", format="s16le", ar=rate, ac=1)
    done = subprocess.run(_command(stream), input=sound, capture_output=True, check=False)
    if done.returncode:
        raise FfmpegError(_failure("decode MP3", done.stderr))
    return done.stdout


def measure(path: Path) -> str:
    """The report of the filter `ebur128` on a file, with its true peak. Raises FfmpegError."""
    stream = ffmpeg.input(file_url(path)).filter("ebur128", peak="true", framelog="verbose")
    command = _command(stream.output("pipe:1", format="null"), loglevel="info")
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise FfmpegError(_failure(f"measure {path}", done.stderr))
    return done.stderr.decode("utf-8", "replace")


def describe(path: Path) -> tuple[str, str]:
    """ffmpeg's log about a file's streams, and the file's tags and chapters as FFMETADATA.

    Raises FfmpegError.
    """
    stream = ffmpeg.input(file_url(path)).output("pipe:1", format="ffmetadata")
    done = subprocess.run(
        _command(stream, loglevel="info"),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise FfmpegError(_failure(f"read {path}", done.stderr))
    return done.stderr.decode("utf-8", "replace"), done.stdout.decode("utf-8", "replace")


def _command(stream: Any, loglevel: str = "error") -> list[str]:
    quiet = stream.global_args("-hide_banner", "-loglevel", loglevel, "-nostats")
    command: list[str] = ffmpeg.compile(quiet, cmd=executable(), overwrite_output=True)
    return command


def _feed(command: list[str], chunks: Iterable[bytes], task: str) -> None:
    with TemporaryFile() as complaints:
        running = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=complaints)
        assert running.stdin is not None
        try:
            with suppress(BrokenPipeError):  # ffmpeg ended early; its status and message say why
                for chunk in chunks:
                    running.stdin.write(chunk)
        except BaseException:
            running.kill()
            raise
        finally:
            with suppress(BrokenPipeError):
                running.stdin.close()
            running.wait()
        _require_success(running.returncode, complaints, task)


def _drain(command: list[str], task: str) -> Iterator[bytes]:
    with TemporaryFile() as complaints:
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints
        ) as running:
            assert running.stdout is not None
            try:
                while chunk := running.stdout.read(CHUNK):
                    yield chunk
            except BaseException:
                running.kill()
                raise
        _require_success(running.returncode, complaints, task)


def _require_success(status: int | None, complaints: Any, task: str) -> None:
    if status:
        complaints.seek(0)
        raise FfmpegError(_failure(task, complaints.read()))


def _failure(task: str, complaints: bytes) -> str:
    lines = complaints.decode("utf-8", "replace").strip().splitlines()
    return f"ffmpeg could not {task}: {lines[-1] if lines else 'it gave no reason'}"
