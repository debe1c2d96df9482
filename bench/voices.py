"""What a second of speech costs of each offline voice: seconds of CPU, and memory.

    python bench/voices.py

Each voice says the same sentences in a process of its own, on one thread. Kokoro says them in every
way of calculating that this machine has (`engines/kokoro/ways.py`); `kokoro shipped` is its network
as it is fetched, which the program never runs. The last line but one says which way the program
takes; the last, what it tells from before the network is there (`engines/probe.py`). `podcast
voices add kokoro-zh` first; without it the exit status is 3.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import process_time

from material import CANNOT_RUN

from podcast import engines
from podcast.engines import kokoro
from podcast.engines.kokoro.ways import Way, fastest
from podcast.engines.probe import probe_seconds
from podcast.errors import ModelError
from podcast.model import Voice
from podcast.outside.models import installed
from podcast.pronounce import pronounce
from podcast.text.script import read_script
from podcast.text.sentences import breaths

TALK = Path(__file__).parent / "talks" / "office.md"
SENTENCES = 6
ROUNDS = 2  # of all voices; the faster one counts, as other work of the machine only slows down
MOST = {
    Way.FLOATS: 0.75,
    Way.BYTES: 0.75,
    Way.OPENVINO: 0.5,
}  # of what the network as shipped takes


def espeak_pace(sentences: int) -> float:
    """Of espeak-ng."""
    return pace_of("espeak", sentences)


def kokoro_pace(way: Way, sentences: int) -> float:
    """Of Kokoro, calculated in a way."""
    setattr(kokoro, "fastest", lambda: way)  # noqa: B010
    return pace_of("kokoro", sentences)


def spoken_ways() -> list[Way]:
    """The ways of calculating that this machine has; the last one is the fastest."""
    return [way for way in Way if way.is_here()]


VOICES: dict[str, Callable[[int], float]] = {
    "espeak": espeak_pace,
    **{f"kokoro {way.value}": partial(kokoro_pace, way) for way in spoken_ways()},
}


def pace_of(name: str, sentences: int) -> float:
    """Seconds of CPU for a second of speech; the first sentence, which loads, is not counted.

    Without further sentences it is 0.
    """
    engine, voice = engines.load(name), Voice("host", name)
    texts = [pronounce(text, engine.needs).text for text in first_sentences()]
    engine.speak(texts[0], voice)
    begun = process_time()
    said = [len(engine.speak(text, voice).audio) for text in texts[:sentences]]
    return (process_time() - begun) / (sum(said) / engine.rate) if said else 0.0


def first_sentences() -> list[str]:
    """The first ones of a talk."""
    paragraphs = [each for chapter in read_script(TALK).chapters for each in chapter.paragraphs]
    return [text for each in paragraphs for text in breaths(each.text)][:SENTENCES]


def main() -> int:
    """Print the table; 1 if a way of calculating does not help enough, 3 without the network."""
    try:
        installed(kokoro.MODEL)
    except ModelError as error:
        print(f"bench/voices.py cannot run: {error}", file=sys.stderr)
        return CANNOT_RUN
    paces: dict[str, float] = {}
    for name in VOICES:
        measured(name, sentences=0)  # a network that is rebuilt first takes more memory
        rounds = [measured(name) for _ in range(ROUNDS)]
        paces[name] = min(pace for pace, _ in rounds)
        memory = max(memory for _, memory in rounds)
        print(f"{name:18} {paces[name]:6.3f} s of CPU a second {memory:5.0f} MB", flush=True)
    shipped = paces["kokoro shipped"]
    for way in spoken_ways():
        print(f"kokoro {way.value:12} {paces[f'kokoro {way.value}'] / shipped:6.2f} of shipped")
    print(f"the program takes {fastest().value}")
    probes = paces[f"kokoro {fastest().value}"] / probe_seconds()
    print(f"a second of kokoro is {probes:.0f} probes; the program says {fastest().probes:.0f}")
    return int(
        any(
            paces[f"kokoro {way.value}"] > most * shipped
            for way, most in MOST.items()
            if way.is_here()
        )
    )


def measured(name: str, sentences: int = SENTENCES) -> tuple[float, float]:
    """A voice's pace over some sentences, and the MB that its process took."""
    code = (
        "import resource, sys; sys.path.insert(0, 'bench'); import voices;"
        "pace = voices.VOICES[sys.argv[1]](int(sys.argv[2]));"
        "print(pace, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, name, str(sentences)],
        cwd=Path(__file__).parent.parent, check=True, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    pace, memory = map(float, done.stdout.split())
    return pace, memory


if __name__ == "__main__":
    sys.exit(main())
