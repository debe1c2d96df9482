"""Random bytes -> every reader in `tests/fuzz_targets.py`, guided by the branches they reach.

    python bench/fuzz.py [--seconds 3600] [TARGET ...]

With atheris installed (wheels for CPython 3.11 to 3.13 on Linux) libFuzzer is guided by the
branches of `podcast` that an input takes; without it, inputs are changed at random. The first
failure at each line of the program is saved in tests/data/fuzz/TARGET/, where the tests find it;
then the run goes on. An input that takes over 10 seconds of CPU is a failure, too.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any

import tomlkit

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

LONGEST = 4096  # bytes of an input
PATIENCE = 10  # seconds of CPU for one input
MEMORY = 1024  # MB


class Stuck(Exception):
    """An input took too long."""


@contextmanager
def patience() -> Iterator[None]:
    """Raise Stuck when an input takes longer than PATIENCE seconds of CPU."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise Stuck(f"over {PATIENCE} s")

    signal.signal(signal.SIGVTALRM, give_up)  # libFuzzer uses SIGALRM itself
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def place(error: BaseException) -> str:
    """The kind of a failure, and the line of the program, or of the target, that failed."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "podcast" in frame.filename] or frames
    frame = own[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"


class Watched:
    """A fuzz target that saves the inputs on which it fails, and goes on."""

    def __init__(self, name: str) -> None:
        """`name` is the name of the target."""
        from fuzz_targets import FINDS, TARGETS

        self.name, self.target, self.folder = name, TARGETS[name], FINDS / name
        self.places: set[str] = set()
        self.count = 0

    def __call__(self, encoded: bytes) -> None:
        """Feed the target one input, and save it if the target fails."""
        self.count += 1
        try:
            with patience():
                self.target(encoded)
        except Exception as error:
            where = place(error)
            if where not in self.places:
                self.places.add(where)
                self.folder.mkdir(parents=True, exist_ok=True)
                find = self.folder / sha256(encoded).hexdigest()[:12]
                find.write_bytes(encoded)
                print(f"{self.name}: {where}: {error!s:.200} -> {find.name}", flush=True)


def changed(encoded: bytes, chance: random.Random) -> bytes:
    """The bytes, with some of their bytes, lines or numbers changed, or of their values as JSON."""
    ways = changed_bytes, changed_bytes, changed_lines, changed_numbers, changed_json
    return chance.choice(ways)(encoded, chance)[:LONGEST]


def changed_bytes(encoded: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them replaced, dropped, doubled or moved."""
    out = bytearray(encoded)
    for _ in range(chance.randint(1, 6)):
        start = chance.randint(0, len(out))
        end = min(len(out), start + chance.choice((1, 1, 2, 3, 8, 64)))
        change = chance.randrange(5)
        if change == 0:
            out[start:end] = chance.randbytes(end - start)
        elif change == 1:
            del out[start:end]
        elif change == 2:
            out[start:start] = out[start:end] * chance.choice((1, 2, 9))
        elif change == 3:
            moved = bytes(out[start:end])
            del out[start:end]
            at = chance.randint(0, len(out))
            out[at:at] = moved
        else:
            out[start:start] = chance.choice(SPARKS)
    return bytes(out)


def changed_lines(encoded: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of their lines dropped, doubled or moved."""
    lines = encoded.split(b"\n")
    for _ in range(chance.randint(1, 4)):
        at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[at:at] = [lines[to]] * chance.choice((1, 1, 2, 30))
        if chance.random() < 0.5:
            del lines[chance.randrange(len(lines))]
    return b"\n".join(lines)


def changed_numbers(encoded: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of their numbers replaced by others, which may be no numbers."""
    out = encoded
    for _ in range(chance.randint(1, 3)):
        found = list(re.finditer(rb"\d+", out))
        if not found:
            return changed_bytes(out, chance)
        one = chance.choice(found)
        out = out[: one.start()] + chance.choice(NUMBERS) + out[one.end() :]
    return out


def changed_json(encoded: bytes, chance: random.Random) -> bytes:
    """The bytes with a value in one of their lines of JSON, or in all of it, replaced."""
    lines = [encoded] if chance.random() < 0.5 else encoded.split(b"\n")
    at = chance.randrange(len(lines))
    head, bracket, rest = lines[at].partition(b"{")
    try:
        value = json.loads(bracket + rest)
    except (ValueError, RecursionError):
        return changed_bytes(encoded, chance)
    for _ in range(chance.randint(1, 3)):
        value = changed_value(value, chance)
    lines[at] = head + json.dumps(value, ensure_ascii=chance.random() < 0.5).encode(
        "utf-8", "surrogatepass"
    )
    return b"\n".join(lines)


def each_changed(encoded: bytes) -> Iterator[bytes]:
    """The bytes with each value replaced of their JSON, of that in each line, or of their TOML."""
    lines = encoded.split(b"\n")
    for parts, at in [([encoded], 0), *((lines, at) for at in range(len(lines)))]:
        head, bracket, rest = parts[at].partition(b"{")
        try:
            value = json.loads(bracket + rest)
        except (ValueError, RecursionError):
            continue
        for one in each_replaced(value):
            told = json.dumps(one, ensure_ascii=False).encode("utf-8", "surrogatepass")
            yield b"\n".join([*parts[:at], head + told, *parts[at + 1 :]])
    yield from each_changed_toml(encoded)


def each_changed_toml(encoded: bytes) -> Iterator[bytes]:
    """The bytes, if they are TOML, with each value in them replaced."""
    try:
        table = tomlkit.parse(encoded).unwrap()
    except (ValueError, tomlkit.exceptions.TOMLKitError):
        return
    for one in each_replaced(table):
        with suppress(ValueError, TypeError, AttributeError, tomlkit.exceptions.TOMLKitError):
            yield tomlkit.dumps(one).encode("utf-8", "surrogatepass")


def each_replaced(value: Any) -> Iterator[Any]:
    """A value of JSON with itself, or one part of it, however deep, replaced by each of VALUES."""
    yield from VALUES
    if isinstance(value, dict):
        for key, inner in value.items():
            yield {name: each for name, each in value.items() if name != key}
            yield from (value | {key: other} for other in each_replaced(inner))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield [*value[:at], *value[at + 1 :]]
            yield from ([*value[:at], other, *value[at + 1 :]] for other in each_replaced(inner))


def changed_value(value: Any, chance: random.Random) -> Any:
    """A value of JSON of which one part, however deep, is replaced, dropped or doubled."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        if chance.random() < 0.15:
            return {name: each for name, each in value.items() if name != key}
        return value | {key: changed_value(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        if chance.random() < 0.3:
            return value[:at] + value[at + 1 :] * chance.choice((0, 1, 2))
        return [*value[:at], changed_value(value[at], chance), *value[at + 1 :]]
    return chance.choice((*VALUES, [value], [value, value], {"text": value}, str(value)))


NUMBERS = (b"0", b"-1", b"1", b"00", b"-0", b"1.5", b"1e9", b"1e308", b"9" * 12, b"9" * 25,
           b"9" * 400, b"NaN", b"Infinity", b"", "٣".encode(), "①".encode(), b"0x1F")  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 2**31, 2**63, 10**25, 10**400, 1e308, float("nan"),
    float("inf"), float("-inf"), "", " ", "x", "\0", "\n", "\ud800", "\u202e", "../x", "/", "1",
    "9" * 30, "NaN", "x" * 300, "题" * 200, "http://[", [], {}, [[]], [None], {"": None},
)  # fmt: skip

SPARKS = tuple(
    text.encode("utf-8", "surrogatepass")
    for text in (
        "\ud800", "\udfff", "\u202e", "\u200b", "\ufeff", "\0", "\u2028", "\x85", "\r",
        "👨‍👩‍👧", "́" * 20,
        "-->", "<!--", "[[", "]](", '"""', "'''", "0x" + "f" * 40, "9" * 40, "1e999", "nan", "inf",
        "-", "#" * 9, "> [", "---\n", "+++\n", "\\", "&#x110000;", "[" * 99, "{" * 99, "**" * 9,
    )
)  # fmt: skip


def guided(watched: Watched, seconds: float, corpus: Path) -> None:
    """Feed the target the inputs of libFuzzer, which ends the process when the time is over."""
    import atheris

    flags = [f"-max_total_time={int(seconds)}", f"-max_len={LONGEST}", "-timeout=60",
             "-print_final_stats=1", f"-rss_limit_mb={MEMORY}",
             f"-artifact_prefix={corpus}-"]  # fmt: skip
    atheris.Setup(["fuzz", *flags, str(corpus)], watched, custom_mutator=mutated)
    atheris.Fuzz()


def mutated(encoded: bytes, most: int, seed: int) -> bytes:
    """An input of libFuzzer, changed in its own way or in ours."""
    import atheris

    chance = random.Random(seed)
    if chance.random() < 0.5:
        return bytes(atheris.Mutate(encoded, len(encoded)))
    return changed(encoded, chance)[:most]


def blind(watched: Watched, seconds: float, corpus: Path) -> None:
    """Feed the target its examples, each value of their JSON changed; then random changes."""
    chance = random.Random(watched.name)
    examples = [path.read_bytes() for path in sorted(corpus.iterdir())]
    end = time.monotonic() + seconds
    for one in (one for example in examples for one in each_changed(example)):
        watched(one)
        if time.monotonic() > end:
            break
    while time.monotonic() < end:
        watched(changed(chance.choice(examples), chance))
    print(f"{watched.name}: {watched.count} inputs, without guidance", flush=True)


def plant(name: str, corpus: Path) -> None:
    """Write the examples of a target and its saved failures to the folder where a run begins."""
    from fuzz_targets import EXAMPLES, FINDS

    corpus.mkdir(parents=True, exist_ok=True)
    finds = FINDS / name
    known = [path.read_bytes() for path in finds.iterdir()] if finds.is_dir() else []
    for encoded in [*(text.encode() for text in EXAMPLES[name]), *known]:
        (corpus / sha256(encoded).hexdigest()[:12]).write_bytes(encoded)


def run_one(name: str, seconds: float, corpus: Path) -> None:
    """Fuzz one target in this process."""
    try:
        import atheris
    except ImportError:
        plant(name, corpus)
        blind(Watched(name), seconds, corpus)
        return
    with atheris.instrument_imports(include=["podcast", "tomllib", "json"]):
        import fuzz_targets  # noqa: F401
    plant(name, corpus)
    guided(Watched(name), seconds, corpus)


def main() -> int:
    """Fuzz the targets one after another, each in a process, for equal shares of the time."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--corpus", type=Path, default=ROOT / "build" / "fuzz")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        run_one(options.targets[0], options.seconds, options.corpus / options.targets[0])
        return 0
    from fuzz_targets import TARGETS

    names = options.targets or list(TARGETS)
    status = 0
    for name in names:
        command = [sys.executable, __file__, "--one", name, "--corpus", str(options.corpus)]
        command += ["--seconds", str(options.seconds / len(names))]
        print(f"{name} …", flush=True)
        status |= subprocess.run(command, check=False).returncode != 0
    return status


if __name__ == "__main__":
    sys.exit(main())
