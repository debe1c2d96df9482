"""The time to fetch speech of an online voice: this program against `edge-tts --file`.

    python bench/edge.py [SEED] [--characters N] [--connections N]

The service runs on this machine. It answers as the real one does on a good day: the first byte
after 300 ms, then sound at 20 times real time on each connection. Both fetch the same text, and
neither has a cache.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from edge_server import EdgeServer, answer

from podcast.engines.edge import CONNECTIONS, URL_VARIABLE, Edge
from podcast.files.store import Store
from podcast.model import Recipe, Voice
from podcast.speech.fetch import Request, fetch
from podcast.speech.speak import sayings
from podcast.text.draft import draft

HOST = Voice("host", "edge", "zh-CN-YunxiNeural")
FIRST_BYTE, PACE = 0.3, 20.0
WANTED, ALLOWED = 4.0, 1.2  # a multiple of edge-tts's speed; a multiple of the least time


def texts(seed: Path, characters: int) -> list[str]:
    """The seed's paragraphs, cleaned and punctuated, with at most `characters` in all."""
    taken: list[str] = []
    for chapter in draft(seed, Recipe()).chapters:
        for paragraph in chapter.paragraphs:
            if sum(map(len, taken)) < characters:
                taken.append(paragraph.text)
    return taken


def seconds_alone(paragraphs: list[str], folder: Path) -> float:
    """The seconds that edge-tts takes to fetch the text as one file, like its `--file`."""
    from edge_tts import Communicate

    began = time.monotonic()
    asked = Communicate("\n".join(paragraphs), HOST.id)
    asyncio.run(asked.save(str(folder / "alone.mp3")))
    return time.monotonic() - began


def seconds_here(requests: list[Request], engine: Edge, folder: Path) -> float:
    """The seconds that this program takes to fetch, check, decode and store every clip."""
    began = time.monotonic()
    list(fetch([(0, requests)], {"edge": engine}, Store(folder), lambda *_: None))
    return time.monotonic() - began


def seconds_permitted(requests: list[Request], connections: int) -> float:
    """The least possible seconds: the service's time for all requests, divided by connections."""
    own = [FIRST_BYTE + answer(request.text).seconds / PACE for request in requests]
    return max(max(own), sum(own) / connections)


def main() -> int:
    """Print the three times and their ratios; return 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", nargs="?", type=Path, default=Path("seeds/2025-02-indigo.txt"))
    parser.add_argument("--characters", type=int, default=6000)
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    chosen = parser.parse_args()
    paragraphs = texts(chosen.seed, chosen.characters)
    engine = Edge(connections=chosen.connections)
    requests = [
        Request(saying.text, HOST) for text in paragraphs for _, saying in sayings(text, engine)
    ]
    with TemporaryDirectory() as name, EdgeServer(first_byte=FIRST_BYTE, pace=PACE) as server:
        os.environ[URL_VARIABLE] = server.url
        engine.speak("好", HOST)  # so that imports and first connections are not measured
        here = seconds_here(requests, engine, Path(name))
        alone = seconds_alone(paragraphs, Path(name))
        most = server.most_open
    permitted = seconds_permitted(requests, chosen.connections)
    print(f"{sum(map(len, paragraphs))} characters, {len(requests)} requests, {most} connections")
    print(f"edge-tts --file   {alone:7.1f} s")
    print(f"podcast           {here:7.1f} s   {alone / here:.2f} times as fast as edge-tts")
    print(f"least possible    {permitted:7.1f} s   podcast takes {here / permitted:.2f} times this")
    return int(alone / here < WANTED or here / permitted > ALLOWED)


if __name__ == "__main__":
    raise SystemExit(main())
