"""Ten thousand hostile transcripts -> a count of those that gave a script, an error or a fault.

    python bench/abuse.py [--count 10000] [--first 0] [--every 500]

Each transcript of `tests/hostile.py` goes through the text stages and becomes all texts of an
episode, which are read back. One in `--every` becomes an episode of tones, which `podcast check`
looks at. A fault is a traceback, a message of several lines, a text that differs from the script,
more than 60 s of CPU or more than 1 GB of memory; each is printed. Then the huge files are tried,
each in a process of its own, unless `--first` is given.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from hostile import HUGE, Case, case, huge  # noqa: E402

from podcast.errors import PodcastError  # noqa: E402
from podcast.files.names import SUBTITLES  # noqa: E402
from podcast.formats.printed import one_line  # noqa: E402
from podcast.formats.subtitles.files import subtitle_files  # noqa: E402
from podcast.formats.subtitles.lines import style_of, subtitle_turns  # noqa: E402
from podcast.formats.texts import TEXTS, Beside  # noqa: E402
from podcast.model import RATE, Episode, Recipe, Script, Span, Track  # noqa: E402
from podcast.production.build import build  # noqa: E402
from podcast.production.order import Order  # noqa: E402
from podcast.production.publish import chapter_name  # noqa: E402
from podcast.published.check import check  # noqa: E402
from podcast.published.check.opened import letters, read_ass, read_srt, read_vtt  # noqa: E402
from podcast.published.check.readers import READERS  # noqa: E402
from podcast.speech.cast import voices_folder  # noqa: E402
from podcast.text.draft import draft  # noqa: E402
from podcast.text.read import is_script  # noqa: E402
from podcast.text.script import parse_script, read_script, script_text  # noqa: E402
from podcast.text.summarise import summarise  # noqa: E402

PATIENCE = 60  # seconds of CPU for one transcript
REFUSALS: Counter[str] = Counter()  # each kind of refusal, for a person to read
MOST = 1024  # MB of memory of the process
STYLE = style_of(Recipe())
SUBTITLE_READERS = {".srt": read_srt, ".vtt": read_vtt, ".ass": read_ass}


class Stuck(Exception):
    """A transcript took longer than PATIENCE."""


def give_up(number: int, frame: FrameType | None) -> None:
    raise Stuck(f"over {PATIENCE} s")


def text_stages(path: Path) -> None:
    """Make the script of a transcript, or read a script, and check its Markdown and its texts."""
    script = read_script(path) if is_script(path) else draft(path, Recipe())
    if parse_script(script_text(script)) != script:
        raise AssertionError("its Markdown reads back as another script")
    require_texts(as_said(script))


def as_said(script: Script) -> Episode:
    """The episode of a script, without sound: a letter, digit or hanzi lasts a fifth of a second.

    A chapter in which nothing is said lasts a second.
    """
    tracks = []
    for chapter in script.chapters:
        turns: list[tuple[Span, ...]] = []
        length = RATE
        for paragraph in chapter.paragraphs:
            turns.append(spoken(paragraph.text, length))
            length = turns[-1][-1].end + RATE if turns[-1] else length
        said = tuple(turn for turn in turns if turn)
        words = tuple(word for turn in said for word in turn)
        lines = tuple(subtitle_turns(said, RATE, STYLE))
        notes = summarise(chapter, script)
        heard = tuple(Span(turn[0].start, turn[-1].end, "host") for turn in said)
        tracks.append(Track(chapter.title, length, lines, words, chapter.part, notes, heard))
    return Episode(script.title, RATE, tuple(tracks), script.author, script.date)


def spoken(text: str, start: int) -> tuple[Span, ...]:
    """The words of a text, each a letter, digit or hanzi with the signs after it."""
    places = [at for at, character in enumerate(text) if character.isalnum()]
    step = RATE // 5
    return tuple(
        Span(start + number * step, start + (number + 1) * step, text[at:end])
        for number, (at, end) in enumerate(pairwise([0, *places[1:], len(text)] if places else []))
    )


def require_texts(episode: Episode) -> None:
    """Write all texts and subtitles of an episode, and read each with the readers of the check."""
    names = [chapter_name(number, track, episode) for number, track in enumerate(episode.tracks, 1)]
    expected = [
        (chapter.start * 1000 // RATE, one_line(chapter.text)) for chapter in episode.chapters
    ]
    end_ms = episode.length * 1000 // RATE
    for name, text in TEXTS.items():
        written = text.write(episode, Beside("", "https://a.example/x", tuple(names)))
        written.encode()
        if name in READERS and READERS[name].differs(written, expected, end_ms):
            raise AssertionError(f"{name} lists other chapters")
    ElementTree.fromstring(TEXTS["chapters.podlove.xml"].write(episode, Beside()))
    said = letters("".join(word.text for word in episode.words))
    for name, written in subtitle_files(episode, names, STYLE, karaoke=False):
        written.encode()
        cues = SUBTITLE_READERS[Path(name).suffix](written)
        if name == SUBTITLES and letters("".join(cue.text for cue in cues)) != said:
            raise AssertionError(f"{name} does not say the script")
    if any(not Path(name).name or "/" in name for name in names):
        raise AssertionError(f"a file name is a path: {names}")


def episode(path: Path) -> None:
    """Build an episode of tones, and check that it writes only to its own folder."""
    out = path.parent / "out"
    order = Order(path, out, Recipe(engine="tone"), voices_folder())
    built = build(order, lambda *_: None, lambda _: None)
    names = {each.name for each in path.parent.iterdir()} - {path.name, path.stem + ".toml"}
    if names != {"out"} or {each.name for each in out.iterdir()} != {".cache", order.name}:
        raise AssertionError(f"it wrote beside {built.folder}: {sorted(names)}")
    faults = [f"{each.what}: {each.found}" for each in check(built.folder) if not each.good]
    if faults:
        raise AssertionError("; ".join(faults))


def tried(hostile: Case, is_whole: bool) -> str:
    """The outcome of one transcript: `built`, `refused`, or a fault in words."""
    signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / hostile.name
            path.write_bytes(hostile.content)
            if hostile.settings:
                path.with_suffix(".toml").write_text(hostile.settings, "utf-8")
            return outcome(path, is_whole)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def outcome(path: Path, is_whole: bool) -> str:
    """The outcome of one file, as `tried` words it."""
    try:
        (episode if is_whole else text_stages)(path)
        return "built"
    except PodcastError as error:
        sentence = str(error)
        is_one = len(sentence.splitlines()) == 1 and len(sentence) < 2000
        REFUSALS[re.sub(r"'.*?'|\S*/\S*|\d+", "…", sentence)[:100]] += 1
        return "refused" if is_one else f"no sentence: {sentence[:200]!r}"
    except Exception:
        return traceback.format_exc(limit=-3)


def memory() -> float:
    """The largest memory of this process so far, in MB."""
    with suppress(OSError):  # ru_maxrss would count the memory of the parent process, too
        found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
        if found:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def try_huge(name: str) -> None:
    """Try a huge file in this process, and print its outcome."""
    with TemporaryDirectory() as folder:
        is_json = HUGE.get(name, (b"",))[0].startswith(b"[")
        path = Path(folder) / ("talk.json" if is_json else "talk.txt")
        huge(name, path)
        start = time.process_time()
        try:
            text_stages(path)
            told = "built"
        except PodcastError as error:
            told = str(error).replace(folder, "")
        print(f"{name:12} {memory():5.0f} MB {time.process_time() - start:5.1f} s  {told[:150]}")


def main() -> int:
    """Try all transcripts; return 1 if there was a fault."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--every", type=int, default=500)
    options = parser.parse_args()
    told: Counter[str] = Counter()
    slowest = (0.0, 0)
    for number in range(options.first, options.first + options.count):
        start = time.process_time()
        became = tried(case(number), number % options.every == 0)
        slowest = max(slowest, (time.process_time() - start, number))
        told[became if became in ("built", "refused") else "FAULT"] += 1
        if became not in ("built", "refused"):
            print(f"{number}: {became}", flush=True)
        if memory() > MOST:
            print(f"{number}: {memory():.0f} MB", flush=True)
            return 1
    print(f"{dict(told)}; {memory():.0f} MB; slowest {slowest[0]:.1f} s (number {slowest[1]})")
    for sentence, count in REFUSALS.most_common():
        print(f"{count:6} {sentence}")
    if options.first:
        return int(told["FAULT"] > 0)
    for name in ("sparse", *HUGE):
        process = multiprocessing.get_context("spawn").Process(target=try_huge, args=(name,))
        process.start()
        process.join()
        told["FAULT"] += process.exitcode != 0
    return int(told["FAULT"] > 0)


if __name__ == "__main__":
    sys.exit(main())
