"""Every benchmark, one after another -> docs/benchmarks.md.

    python bench/run.py [NAME ...]

With names, only those are run, and the sections of the others stay as they are. So does the section
of a benchmark that lacks something on this machine and therefore ends with exit status 3. What is
compared is measured in one run; the machine should have nothing else to do.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path
from textwrap import fill
from typing import NamedTuple

from material import CANNOT_RUN

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"


class Benchmark(NamedTuple):
    """The text of docs/benchmarks.md about one benchmark, and the arguments to run it with."""

    title: str
    measures: str  # what is measured, in whole sentences
    limit: str  # what the result must be
    arguments: tuple[str, ...] = ()


BENCHMARKS = {
    "cold": Benchmark(
        "A first build",
        "A build that finds nothing in its cache is compared with the two parts of it that cannot "
        "be avoided: espeak-ng says every sentence, and ffmpeg encodes the same sound once.",
        "The build takes at most 1.25 times the CPU time of both, divided by the number of cores.",
    ),
    "incremental": Benchmark(
        "What an edit costs",
        "The same episode is built again after each change. The time is given as a share of that "
        "of the first build. `lasting` are builds by a process that goes on running, as the studio "
        "does.",
        "Of the CPU time of the first build at most 1 % when nothing has changed, 8 % for one "
        "sentence, 4 % for a title or another style of subtitles, and 4 % for each in a process "
        "that goes on running.",
    ),
    "memory": Benchmark(
        "Memory for one hour and for ten",
        "The memory of the largest process of a build.",
        "At most 300 MB, and at most 15 % more for ten times the speech.",
    ),
    "text": Benchmark(
        "The text stages",
        "CPU time and memory of each stage for transcripts of three sizes. The last column says "
        "what a character costs in the largest transcript, divided by what it costs in the middle "
        "one: about 1 means that the stage is linear.",
        "Every stage is linear, and 1 million characters are punctuated in 60 s.",
    ),
    "plain": Benchmark(
        "Compared with a script of pydub and espeak-ng",
        "Two scripts, such as a competent user would write, make the same episode: `plain` adds "
        "each sentence to the whole sound, `careful` adds it to its chapter first. The memory is "
        "that of the largest process; for the program also that of all its processes together, "
        "with what they share counted once.",
        "The plain script takes at least 15 times as long and 6 times as much memory.",
    ),
    "page": Benchmark(
        "The page of an episode of three hours",
        "The page in Chromium. Each act of a reader is done at six places of the page; its time is "
        "that of the page's own script and of the layout that follows.",
        "The slowest act but one takes at most 100 ms.",
    ),
    "ear": Benchmark(
        "What is understood of the offline voices",
        "The share of syllables that a speech recogniser (whisper-base) mishears of talks of a few "
        "minutes: of the bare sentences as espeak-ng says them, and of the MP3 that this program "
        "builds. Each piece is heard three times, cut a little otherwise. The voices with a role "
        "are those of `voices/`; the others are for comparison. The recogniser is no part of this "
        "project: `bench/ear.py` says what it needs, and without it the table stays as it is.",
        "Of each voice with a role at most 25 % is misheard in the MP3, and at most 1.1 times as "
        "much as bare; each is at least 1.2 times as high as the next lower one.",
    ),
    "kinds": Benchmark(
        "What is understood of words, figures and names",
        "The share that the recogniser mishears of 20 sentences of each kind, as each offline "
        "voice says them: syllables without tones, and the letters of Latin words. What it "
        "mishears of any speech is in it.",
        "Of Kokoro's voices at most 2 % of plain Mandarin is misheard, and of each kind at most "
        "half as much as of espeak-ng's.",
    ),
    "listen": Benchmark(
        "What checking by ear finds",
        "`podcast check --listen` hears talks that Kokoro speaks, as they were built, and with a "
        "fault planted in every paragraph that has a sentence of ten hanzi.",
        "At most 2 % of good paragraphs are told, and at least 95 % of the faults.",
    ),
    "fillers": Benchmark(
        "What is cut out of a recording",
        "espeak-ng says two talks with fillers, words said twice and words begun and left, whose "
        "places are known to the sample. They stand between pauses or run into the words, and the "
        "transcript tells them or only the sound has them. The episode is built with the engine "
        "`recording` from a script without them. A filler is gone if at most 20 ms or a tenth of "
        "it is left; a part that is kept is damaged if more than 20 ms of it are missing; a "
        "subtitle is on time if it begins within 30 ms of its words.",
        "Of what the transcript tells 95 % is gone, no word is damaged, and 95 % of the subtitles "
        "are on time.",
    ),
    "align": Benchmark(
        "How exactly lines are found in a recording",
        "Recordings are put together of sentences that people spoke, with errors of a recogniser, "
        "fillers, noise, music, other speech, text that nobody says and speech that no text "
        "tells: so it is known when each line begins. The sentences are no part of this project: "
        "`bench/align.py` says what it needs, and without them the table stays as it is.",
        "Of all lines 94, 97 and 99 % begin within 100, 200 and 500 ms; of the sure ones at most "
        "0.5 % are more than 1 s off; and an hour takes at most 90 s of CPU time.",
    ),
    "voices": Benchmark(
        "What the offline voices cost",
        "CPU time and memory of each offline voice, on one thread, for the same sentences. Kokoro "
        "is measured as it is fetched, and in each way in which the program calculates it on this "
        "machine.",
        "Of the time of Kokoro as it is fetched, its network unpacked to 32 bits and rebuilt for "
        "products of 8 bits take at most 0.75, with OpenVINO at most 0.5.",
    ),
    "batch": Benchmark(
        "Many episodes on two processes and on one",
        "`podcast batch` builds four episodes.",
        "Two workers with a core each are at least 1.8 times as fast as one worker with one core.",
    ),
    "outages": Benchmark(
        "A cluster whose workers and scheduler die",
        "200 episodes of a few seconds on a Dask cluster of 8 workers, on two machines with "
        "addresses of their own: network namespaces of this one. A worker of each dies, later the "
        "scheduler; it and the workers are started again, and the command is run once more.",
        "All episodes are there, with the bytes of a build on one machine, and no chapter is made "
        "again that was not in flight when something was killed.",
    ),
    "edge": Benchmark(
        "Online voices compared with edge-tts",
        "The same text is spoken by `edge-tts --file` and by this program, from a service on this "
        "machine that answers as slowly as the real one. The last line is the least time that the "
        "service allows with so many connections.",
        "The program is at least 4 times as fast as edge-tts.",
        ("--characters", "12000"),
    ),
}


def measured(name: str) -> str | None:
    """Run a benchmark; return its section, or None if it lacks something on this machine."""
    benchmark = BENCHMARKS[name]
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, f"bench/{name}.py", *benchmark.arguments],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": _path()},
    )  # fmt: skip
    if done.returncode == CANNOT_RUN:
        print(f"{name}: cannot run here; its section stays as it is", file=sys.stderr)
        return None
    verdict = {0: "met", 1: "not met"}.get(done.returncode, "failed to run")
    took = time.monotonic() - begun
    print(f"{name}: {verdict}, {took:.0f} s", file=sys.stderr)
    return section(name, verdict, done.stdout)


def _path() -> str:
    """PYTHONPATH with the project's folder in front of its value."""
    return os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))


def section(name: str, verdict: str, printed: str) -> str:
    """The section of a benchmark: what it measures, whether its limit is met, its figures."""
    benchmark = BENCHMARKS[name]
    limit = f"Limit (`bench/{name}.py`), **{verdict}**: {benchmark.limit}"
    words = "\n\n".join(fill(text, 100) for text in (benchmark.measures, limit))
    return f"## {benchmark.title}\n\n{words}\n\n```\n{printed}```\n"


def earlier() -> dict[str, str]:
    """The sections that the page has already, by the name of their benchmark."""
    text = PAGE.read_text("utf-8") if PAGE.exists() else ""
    sections = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    names = {found[1]: s for s in sections if (found := re.search(r"`bench/(\w+)\.py`", s))}
    return {name: section.strip() + "\n" for name, section in names.items()}


def main(names: list[str]) -> int:
    """Run them and write the page; 1 if a limit is not met."""
    sections = earlier()
    for name in names or BENCHMARKS:
        fresh = measured(name)
        if fresh is None:
            continue
        sections[name] = fresh
        machine = (
            f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
        )
        page = [f"# Benchmarks\n\nWritten by `make bench`. Measured on {machine}.\n"]
        page += [sections[each] for each in BENCHMARKS if each in sections]
        PAGE.write_text("\n".join(page), "utf-8")
    run = [name for name in names or BENCHMARKS if name in sections]
    return int(any("**met**" not in sections[name] for name in run))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
