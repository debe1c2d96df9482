"""The picture of a recording is cut as the sound of the episode is."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from podcast.errors import ReadError
from podcast.model import RATE, Kept
from podcast.outside import ffmpeg
from podcast.pictures.typeset import FONT, font_name
from podcast.published.recut import frame_rate, runs_of
from podcast.published.report import Report, report_of, report_text

FPS = 10
STEP = 3  # of grey from one frame of the recording to the next


def report(*kept: tuple[float, float, float], seconds: float) -> Report:
    """A report of an episode that keeps these seconds of a recording: at, start, end."""
    samples = tuple(Kept(*(round(each * RATE) for each in one)) for one in kept)
    return Report(episode="talk", rate=RATE, samples=round(seconds * RATE), kept=samples)


def frames(told: Report) -> list[int]:
    """The frame of the recording that each frame of the video shows."""
    shown: list[int] = []
    for run in runs_of(told, Fraction(FPS)):
        part = run.part()
        own = [-1] * part.length
        for first, last in part.frames:
            for number in range(first, last + 1):
                place = number - sum(by for at, by in part.moves if number >= at)
                if place < part.length:
                    own[place] = part.first + number
        for place in range(part.length):
            if own[place] < 0:
                own[place] = own[place - 1] if place else next(each for each in own if each >= 0)
        shown += own
    return shown


STRETCHES = ((0.5, 1.0, 2.0), (1.5, 3.0, 4.0), (2.5, 0.2, 1.2))


def test_each_stretch_begins_on_its_frame() -> None:
    found = frames(report(*STRETCHES, seconds=4.0))
    assert len(found) == 40
    assert found[5:15] == [*range(10, 20)]
    assert found[15:25] == [*range(30, 40)]
    assert found[25:35] == [*range(2, 12)]


def test_a_picture_that_would_be_shown_twice_stands_still() -> None:
    found = frames(report((0.0, 1.0, 2.0), (1.5, 2.1, 3.0), seconds=2.4))
    assert found[:11] == [*range(10, 21)] and found[11:15] == [20] * 4
    assert found[15:] == [*range(21, 30)]


def test_cuts_never_drift_from_the_sound() -> None:
    kept = [(n * 1.037, n * 1.613, n * 1.613 + 1.037) for n in range(400)]
    found = frames(report(*kept, seconds=400 * 1.037))
    for at, start, _ in kept:
        frame = round(Fraction(FPS) * round(at * RATE) / RATE)
        assert abs(found[frame] / FPS - start) <= 1 / FPS


def test_what_is_kept_is_in_the_report_and_read_back() -> None:
    import json

    told = report(*STRETCHES, seconds=4.0)
    assert report_of(json.loads(report_text(told))).kept == told.kept
    assert report_of({"kept": ["1 2"]}).kept == ()


def test_an_episode_that_no_recording_was_cut_for_is_one_sentence() -> None:
    with pytest.raises(ReadError, match="was not cut out of a recording"):
        runs_of(Report(episode="talk", samples=1), Fraction(25))


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five seconds that become lighter from frame to frame."""
    path = tmp_path_factory.mktemp("film") / "talk.mp4"
    picture = f"color=black:s=64x36:r={FPS}:d=5,geq=lum='30+{STEP}*N':cb=128:cr=128"
    command = [ffmpeg.executable(), "-v", "error", "-y", "-f", "lavfi", "-i", picture]
    subprocess.run([*command, "-c:v", "libx264", "-qp", "0", str(path)], check=True)
    return path


@pytest.mark.slow
def test_the_video_shows_these_frames(recording: Path, tmp_path: Path) -> None:
    told = report(*STRETCHES, seconds=4.0)
    assert frame_rate(recording) == FPS
    metadata = tmp_path / "chapters.txt"
    metadata.write_text(";FFMETADATA1\n", "utf-8")
    sound = tmp_path / "sound.mp3"
    ffmpeg.encode_mp3([bytes(2 * told.samples)], RATE, 64, sound)
    made = tmp_path / "made.mp4"
    parts = [run.part() for run in runs_of(told, Fraction(FPS))]
    ffmpeg.render_cut(
        recording,
        parts,
        sound,
        metadata=metadata,
        srt=None,
        ass=None,
        font=FONT,
        font_name=font_name(),
        path=made,
    )
    command = [ffmpeg.executable(), "-v", "error", "-i", str(made), "-vf", "scale=16:8"]
    raw = subprocess.run(
        [*command, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"], capture_output=True, check=True
    ).stdout
    grey = np.frombuffer(raw, np.uint8).reshape(-1, 16 * 12)[:, : 16 * 8].mean(1)
    assert np.rint((grey - 30) / STEP).tolist() == frames(told)


def test_a_recording_without_a_picture_is_one_sentence(tmp_path: Path) -> None:
    sound = tmp_path / "a.mp3"
    ffmpeg.encode_mp3([bytes(RATE)], RATE, 64, sound)
    with pytest.raises(ReadError, match="has no picture"):
        frame_rate(sound)
    with pytest.raises(ReadError, match="there is no recording"):
        frame_rate(tmp_path / "none.mp4")
