"""The online service on this machine: its protocol, its pace, and every way it is known to fail.

    with EdgeServer(faults=["503", "drop"]) as server:
        os.environ["PODCAST_EDGE_URL"] = server.url

It says each letter of a text as a note of 150 ms in 240, so that a test can hear what was said
where. Faults come from a script first, then at random at a rate; each spoils one request, but
`403 twice`, which spoils two.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formatdate
from functools import cache
from html import unescape
from pathlib import Path

import numpy as np
from aiohttp import WSMessage, WSMsgType, web

from podcast.outside.ffmpeg import encode_mp3

RATE = 24_000
FRAME, FRAME_BYTES = 576, 144  # samples, and bytes at 48 kbit/s
NOTE = 10 * FRAME  # samples for each letter: 240 ms
SOUNDING = 3600  # samples of it that are heard
LEAD, TAIL = 4, 30  # frames of silence around a text
NOTES = 64
TICKS = 10_000_000  # a second
CUT_SECONDS = 600  # where the service ends any answer
MESSAGE_FRAMES = 50  # frames in a binary message
WORD = re.compile(r"[A-Za-z]+|\d+|[㐀-鿿]{1,2}|[^\W_]")

HANDSHAKE = ("403", "403 twice", "503")
FAULTS = (*HANDSHAKE, "drop", "stall", "no audio", "truncated", "boundaries", "cut", "garbage")


def frequency(letter: str) -> int:
    """The note of a letter, in Hz."""
    return 300 + 25 * (ord(letter) % NOTES)


@cache
def _sheet() -> bytes:
    """Every note, then a silence, as MP3 frames that stand alone."""
    at = np.arange(SOUNDING)
    fade = np.minimum(1, np.minimum(at, SOUNDING - at) / 120)
    pcm = np.zeros((NOTES + 1, NOTE))
    for note in range(NOTES):
        tone = np.sin(2 * np.pi * (300 + 25 * note) / RATE * at)
        pcm[note, :SOUNDING] = 9000 * fade * tone
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.mp3"
        encode_mp3([pcm.astype("<i2").tobytes()], RATE, 48, path)
        return path.read_bytes()


def _block(note: int) -> bytes:
    return _sheet()[note * NOTE // FRAME * FRAME_BYTES :][: NOTE // FRAME * FRAME_BYTES]


@dataclass(frozen=True)
class Answer:
    """What the service has to say: MP3 frames, and words with start and length in ticks."""

    sound: bytes
    words: tuple[tuple[str, int, int], ...]

    @property
    def seconds(self) -> float:
        return len(self.sound) / FRAME_BYTES * FRAME / RATE

    def cut(self, seconds: float) -> Answer:
        """Nothing after `seconds`, neither sound nor words: as the service does at ten minutes."""
        frames = int(seconds * RATE / FRAME)
        words = tuple(word for word in self.words if word[1] + word[2] <= seconds * TICKS)
        return Answer(self.sound[: frames * FRAME_BYTES], words)


def answer(text: str) -> Answer:
    """All of a text, said."""
    silence = _block(NOTES)[:FRAME_BYTES]
    sound = [silence * LEAD]
    words = []
    samples = LEAD * FRAME
    for found in WORD.finditer(text):
        word = found.group()
        sound += [_block(ord(letter) % NOTES) for letter in word]
        length = NOTE * (len(word) - 1) + SOUNDING
        words.append((word, samples * TICKS // RATE, length * TICKS // RATE))
        samples += NOTE * len(word)
    return Answer(b"".join([*sound, silence * TAIL]), tuple(words))


class EdgeServer:
    """The service, listening while it is entered; `heard` has each text that was asked for."""

    def __init__(
        self,
        faults: Iterable[str] = (),
        rate: float = 0.0,
        seed: int = 0,
        first_byte: float = 0.0,
        pace: float = 0.0,
        skew: float = 0.0,
    ) -> None:
        """`first_byte` in seconds; `pace` times real time, 0 is at once; `skew` of its clock."""
        self.script, self.rate, self.random = deque(faults), rate, random.Random(seed)
        self.first_byte, self.pace, self.skew = first_byte, pace, skew
        self.refusals = 0  # handshakes still to refuse
        self.heard: list[str] = []
        self.settings: list[str] = []
        self.met: Counter[str] = Counter()
        self.open = self.most_open = 0
        self.port = 0
        self.started = threading.Event()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/edge/v1?x=1"

    def __enter__(self) -> EdgeServer:
        _sheet()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self.thread.start()
        self.started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.ended.set)
        self.thread.join()

    async def _run(self) -> None:
        self.loop, self.ended = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application()
        app.router.add_get("/edge/v1", self._connect)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        self.started.set()
        await self.ended.wait()
        await runner.cleanup()

    def _fault(self) -> str:
        """What will go wrong with this request; empty if nothing."""
        if self.refusals:
            self.refusals -= 1
            return "403"
        if self.script:
            fault = self.script.popleft()
        else:
            fault = self.random.choice(FAULTS) if self.random.random() < self.rate else ""
        if fault:
            self.met[fault] += 1
        self.refusals += fault == "403 twice"
        return fault

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        fault = self._fault()
        if fault in HANDSHAKE:
            date = formatdate(time.time() + self.skew, usegmt=True)
            return web.Response(status=int(fault[:3]), headers={"Date": date})
        socket = web.WebSocketResponse(compress=True)
        await socket.prepare(request)
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            await self._serve(socket, fault)
        finally:
            self.open -= 1
        return socket

    async def _serve(self, socket: web.WebSocketResponse, fault: str) -> None:
        message: WSMessage
        async for message in socket:
            if message.type == WSMsgType.TEXT and "Path:ssml" in message.data:
                self.settings.append(message.data)
                text = unescape(re.sub(r"<[^>]*>", "", message.data.split("\r\n\r\n", 1)[1]))
                self.heard.append(text)
                with_faults = _spoilt(answer(text).cut(CUT_SECONDS), fault)
                await self._say(socket, with_faults, fault)

    async def _say(self, socket: web.WebSocketResponse, said: Answer, fault: str) -> None:
        await socket.send_str("X-RequestId:1\r\nPath:turn.start\r\n\r\n{}")
        await asyncio.sleep(self.first_byte)
        if fault == "garbage":
            await socket.send_bytes(b"\x00\x09Path:none")
            return
        for word in said.words:
            await socket.send_str(_metadata(*word))
        size = MESSAGE_FRAMES * FRAME_BYTES
        began, sent = self.loop.time(), 0
        half = len(said.sound) // 2
        for start in range(0, len(said.sound), size):
            if fault in ("drop", "stall") and start >= half:
                break
            part = said.sound[start : start + size]
            await socket.send_bytes(_binary(part))
            sent += len(part) // FRAME_BYTES
            if self.pace:
                due = began + sent * FRAME / RATE / self.pace
                await asyncio.sleep(max(0.0, due - self.loop.time()))
        if fault == "stall":
            await socket.receive()  # until the other side has had enough
            return
        if fault == "drop":
            await socket.close()
            return
        await socket.send_bytes(_binary(b""))
        await socket.send_str("X-RequestId:1\r\nPath:turn.end\r\n\r\n{}")


def _spoilt(said: Answer, fault: str) -> Answer:
    half = len(said.sound) // FRAME_BYTES // 2
    if fault == "no audio":
        return Answer(b"", ())
    if fault == "truncated":
        return Answer(said.sound[: half * FRAME_BYTES], said.words)
    if fault == "cut":
        return said.cut(said.seconds / 2)
    if fault == "boundaries":
        return Answer(said.sound, _foreign(said))
    return said


def _foreign(said: Answer) -> tuple[tuple[str, int, int], ...]:
    """The words of some other text, in this one's times."""
    return tuple(("鼯鼠", start, length) for _, start, length in said.words)


def _metadata(text: str, start: int, length: int) -> str:
    told = {"text": {"Text": text, "Length": len(text), "BoundaryType": "WordBoundary"}}
    data = {"Offset": start, "Duration": length, **told}
    body = json.dumps({"Metadata": [{"Type": "WordBoundary", "Data": data}]})
    return f"X-RequestId:1\r\nContent-Type:application/json\r\nPath:audio.metadata\r\n\r\n{body}"


def _binary(sound: bytes) -> bytes:
    kind = b"Content-Type:audio/mpeg\r\n" if sound else b""
    head = b"X-RequestId:1\r\n" + kind + b"Path:audio\r\n"
    return len(head).to_bytes(2, "big") + head + sound
