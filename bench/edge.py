"""How fast an online voice is asked: this program against `edge-tts --file`, on one service.

    python bench/edge.py [SEED] [--characters N] [--connections N]

The service is on this machine: 300 ms to the first byte, then 20 times real time a connection,
as the real one is on a good day. Both say the same text; nothing is remembered.
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
WANTED, ALLOWED = 4.0, 1.2  # times edge-tts; times what the connections permit


def texts(seed: Path, characters: int) -> list[str]:
    """The seed's paragraphs, cleaned and punctuated, up to so many characters in all."""
    taken: list[str] = []
    for chapter in draft(seed, Recipe()).chapters:
        for paragraph in chapter.paragraphs:
            if sum(map(len, taken)) < characters:
                taken.append(paragraph.text)
    return taken


def seconds_alone(paragraphs: list[str], folder: Path) -> float:
    """Seconds that edge-tts takes for the text as one file, as its `--file` does."""
    from edge_tts import Communicate

    began = time.monotonic()
    asked = Communicate("\n".join(paragraphs), HOST.id)
    asyncio.run(asked.save(str(folder / "alone.mp3")))
    return time.monotonic() - began


def seconds_here(requests: list[Request], engine: Edge, folder: Path) -> float:
    """Seconds that this program takes to have every clip checked, decoded and stored."""
    began = time.monotonic()
    list(fetch([(0, requests)], {"edge": engine}, Store(folder), lambda *_: None))
    return time.monotonic() - began


def seconds_permitted(requests: list[Request], connections: int) -> float:
    """The least that the service allows: its own time for each request, shared evenly."""
    own = [FIRST_BYTE + answer(request.text).seconds / PACE for request in requests]
    return max(max(own), sum(own) / connections)


def main() -> int:
    """Print the three times and their ratios; 1 where a target is missed."""
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
        engine.speak("好", HOST)  # imports and the notes are not what is measured
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
