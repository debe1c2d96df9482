"""What an episode keeps of a recording -> the frames of its picture that are shown when.

A cut of the picture lies on a frame; the sound is the episode's and is exact. The picture never
differs from the sound by more than a frame, as each stretch is placed by its own start.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from podcast.errors import ReadError
from podcast.model import RATE
from podcast.outside import ffmpeg
from podcast.published.report import Report

_NTSC = {"23.98": 24, "29.97": 30, "59.94": 60}  # in frames a second, of 1000/1001 each


@dataclass(frozen=True, slots=True)
class Shown:
    """From frame `at` of the video on, `count` frames of the recording from `start` on."""

    at: int
    start: int
    count: int


@dataclass(frozen=True, slots=True)
class Run:
    """Stretches whose frames rise in the recording, so that it is read once for all of them.

    It begins at frame `opens` of the video; a picture that comes later is shown from there on.
    """

    rate: Fraction
    opens: int
    shown: tuple[Shown, ...]

    def part(self) -> ffmpeg.Part:
        """The run as ffmpeg is told it."""
        first = self.shown[0].start
        moves, moved = [], 0
        for each in self.shown:
            by = (each.start - first) - (each.at - self.opens) - moved
            if by:
                moves.append((each.start - first, by))
            moved += by
        last = self.shown[-1]
        return ffmpeg.Part(
            self.rate,
            first,
            last.at + last.count - self.opens,
            tuple(
                (each.start - first, each.start - first + each.count - 1)
                for each in self.shown
                if each.count
            ),
            tuple(moves),
        )


def frame_rate(recording: Path) -> Fraction:
    """The frames a second of a recording's picture. Raises ReadError if it has none."""
    if not recording.is_file():
        raise ReadError(f"there is no recording {recording}; give the video of the talk")
    streams = ffmpeg.describe(recording)[0]
    picture = re.search(r"Stream .*Video: (?!.*attached pic).*?([\d.]+) fps", streams)
    if not picture:
        raise ReadError(
            f"{recording.name} has no picture; leave out --recording, or give the video of the talk"
        )
    told = picture[1]
    if told in _NTSC:
        return Fraction(_NTSC[told] * 1000, 1001)
    return Fraction(told).limit_denominator(1000)


def runs_of(report: Report, rate: Fraction) -> list[Run]:
    """The stretches of a recording that an episode shows, from its first frame to its last.

    In a pause the picture goes on as it did in the recording, as long as it does not reach the
    next stretch; then it stands still. Raises ReadError if nothing was cut out of a recording.
    """
    if not report.kept:
        raise ReadError(
            f"{report.episode} was not cut out of a recording; "
            "run `podcast make` with --recording FILE --engine recording first"
        )
    starts = [round(rate * each.at / RATE) for each in report.kept]
    sources = [round(rate * each.start / RATE) for each in report.kept]
    lead = min(starts[0], sources[0])
    starts[0], sources[0] = starts[0] - lead, sources[0] - lead
    end = -(-report.samples * rate.numerator // (RATE * rate.denominator))
    shown = [
        Shown(at, source, following - at)
        for (at, following), source in zip(pairwise([*starts, end]), sources, strict=True)
    ]
    groups = _rising(shown)
    opens = [0, *(group[0].at for group in groups[1:])]
    return [Run(rate, at, tuple(group)) for at, group in zip(opens, groups, strict=True)]


def _rising(shown: list[Shown]) -> list[list[Shown]]:
    """The stretches in groups in which each begins after the one before it."""
    groups: list[list[Shown]] = []
    for each in shown:
        last = groups[-1][-1] if groups else None
        if last is None or each.start <= last.start:
            groups.append([])
        elif each.start < last.start + last.count:
            groups[-1][-1] = Shown(last.at, last.start, each.start - last.start)
        groups[-1].append(each)
    return groups
