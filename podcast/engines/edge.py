"""Text -> Speech by Microsoft Edge's online voices (edge-tts), with the time of each word.

A request has one paragraph at most: the service cuts the speech of a longer text at ten minutes
and reports no error. Its client takes a dropped connection for success and waits for a stalled one
without end; this module finds both. PODCAST_EDGE_URL in the environment sets another address of the
service, such as that of a relay.
"""

from __future__ import annotations

import asyncio
import os
import socket
import unicodedata
from collections.abc import Sequence
from contextlib import aclosing
from difflib import SequenceMatcher
from functools import cache
from importlib import import_module
from threading import BoundedSemaphore
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from podcast.engines.answer import require_within
from podcast.engines.checked import units
from podcast.errors import EngineError, PodcastError, SpeechFailed, VoiceError
from podcast.model import Audio, Mark, Speech, Voice
from podcast.outside import ffmpeg
from podcast.pronounce import AS_SHOWN

if TYPE_CHECKING:
    from edge_tts import Communicate

RATE = 24_000  # samples a second of audio-24khz-48kbitrate-mono-mp3
DELAY = 1105  # samples at the start of an MP3 without a header that are not its sound: 576 + 529
TICKS = 10_000_000  # a second; word times are in ticks
DEFAULT_VOICE = "zh-CN-YunxiNeural"
VOICES = {  # id -> language, from the service's own list
    f"{language}-{name}Neural": language
    for language, names in {
        "zh-CN": "Xiaoxiao Xiaoyi Yunjian Yunxi Yunxia Yunyang",
        "zh-TW": "HsiaoChen HsiaoYu YunJhe",
        "zh-HK": "HiuGaai HiuMaan WanLung",
    }.items()
    for name in names.split()
}
MIDDLE_HZ = 170  # a pitch factor is turned into Hz of this pitch, since the service takes Hz
URL_VARIABLE = "PODCAST_EDGE_URL"
SERVICE_HOST = "speech.platform.bing.com"

CONNECTIONS = 6  # the service allows 3 to 8; the speed does not grow in proportion
DECODERS = 2  # threads that decode MP3 while others wait for the service
PATIENCE_SECONDS = 15.0  # longest time without a message
DEADLINE = 90.0  # seconds for a request; 300 hanzi usually take 4
ANSWER = 3.0  # seconds within which a working service says a word
COVERED = 0.5  # least share of a text's letters that must be in the words of the answer
UNTOLD = 3  # words at a text's end that the answer may write otherwise, such as figures
OVERRUN = 0.1  # seconds by which the last word may end after the sound, because of rounding


class Boundary(NamedTuple):
    """A word in the service's answer, with its start and end in ticks."""

    text: str
    start: int
    end: int


class Edge:
    """The online engine; it has no state, and a connection only during a request."""

    rate = RATE
    version = "1"  # of this module; the service does not give its version
    needs = AS_SHOWN
    voices: ClassVar = VOICES
    longest = 300

    def __init__(
        self,
        patience: float = PATIENCE_SECONDS,
        deadline: float = DEADLINE,
        connections: int = CONNECTIONS,
    ) -> None:
        """`patience` is for one message, `deadline` for a whole request, both in seconds."""
        self.patience, self.deadline = patience, deadline
        self.connections, self.threads = connections, connections + DECODERS
        self.open = _connection_limit(connections)  # held by a request, not by its decoding

    def speak(self, text: str, voice: Voice) -> Speech:
        """The speech of all of `text`; each word is marked with the sample at which it begins.

        Raises VoiceError for a setting that the service does not take, and SpeechFailed for a
        failure after which another try may help.
        """
        with self.open:
            sound, words = asyncio.run(self._ask(text, voice))
        audio = decoded(sound)
        return Speech(audio, marks(text, words, len(audio)))

    def require_answer(self, voice: Voice) -> None:
        """Raise EngineError unless the service says a word within three seconds."""
        require_within(ANSWER, "edge", lambda: _try_word(voice))

    async def _ask(self, text: str, voice: Voice) -> tuple[bytes, list[Boundary]]:
        request = _request(text, voice)
        try:
            sound, words = await asyncio.wait_for(self._listen(request), self.deadline)
        except asyncio.TimeoutError as error:
            raise SpeechFailed(f"edge stopped sending sound for {text[:20]!r}") from error
        except _faults() as error:
            reason = str(error) or type(error).__name__
            raise SpeechFailed(f"edge did not say {text[:20]!r} ({reason})") from error
        if request.state["cumulative_audio_bytes"] != len(sound) or not sound:
            raise SpeechFailed(f"edge closed the connection before the end of {text[:20]!r}")
        return sound, words

    async def _listen(self, request: Communicate) -> tuple[bytes, list[Boundary]]:
        sound = bytearray()
        words: list[Boundary] = []
        async with aclosing(request.stream()) as stream:
            while True:
                try:
                    message: Any = await asyncio.wait_for(stream.__anext__(), self.patience)
                except StopAsyncIteration:
                    return bytes(sound), words
                if message["type"] == "audio":
                    sound += message["data"]
                else:
                    start = int(message["offset"])
                    words.append(Boundary(message["text"], start, start + int(message["duration"])))


@cache
def _connection_limit(connections: int) -> BoundedSemaphore:
    """The semaphore that all requests of this process share, which limits their connections."""
    return BoundedSemaphore(connections)


def _request(text: str, voice: Voice) -> Communicate:
    client = _client()
    try:
        request: Communicate = client.Communicate(
            text,
            voice.id or DEFAULT_VOICE,
            rate=f"{round((voice.speed - 1) * 100):+}%",
            pitch=f"{round((voice.pitch - 1) * MIDDLE_HZ):+}Hz",
            boundary="WordBoundary",
            proxy=proxy(client.WSS_URL),
        )
    except ValueError as error:
        raise VoiceError(f"edge has no voice {voice.id!r} (role {voice.role}): {error}") from error
    return request


@cache
def _client() -> Any:
    """The client's module, imported when it is first needed: it imports many others."""
    client: Any = import_module("edge_tts.communicate")
    client.WSS_URL = os.environ.get(URL_VARIABLE) or client.WSS_URL
    return client


@cache
def _faults() -> tuple[type[Exception], ...]:
    """The errors that a bad answer raises: the client's, the network's, and those of parsing it."""
    from aiohttp import ClientError
    from edge_tts.exceptions import EdgeTTSException

    return EdgeTTSException, ClientError, OSError, ValueError, KeyError


def decoded(sound: bytes) -> Audio:
    """The sound of an MP3 without a header, without the delay of its encoder.

    Raises SpeechFailed if it is no MP3.
    """
    try:
        pcm = ffmpeg.decode_mp3(sound, RATE)
    except PodcastError as error:
        raise SpeechFailed(f"edge sent no MP3: {error}") from error
    return Audio(pcm[2 * DELAY :], RATE)


# Words -------------------------------------------------------------------------------------


def marks(text: str, words: Sequence[Boundary], length: int) -> tuple[Mark, ...]:
    """A mark for each word: its place in `text` and its start in samples.

    The service leaves out marks and spaces and may write a figure in its own way. So the letters
    of its words are aligned with those of the text, and a word whose letters are not found has no
    mark. Raises SpeechFailed if the words are not those of the text, or end after a sound of
    `length` samples.

    >>> marks("是吗？GPT-4 好", [Boundary("是吗", 0, 10), Boundary("GPT-4", 5_000_000, 20)], 99)
    (Mark(offset=0, start=0), Mark(offset=3, start=12000))
    """
    own = letters(text)
    answered = [letter for word in words for _, letter in letters(word.text)]
    alike = SequenceMatcher(None, [letter for _, letter in own], answered, autojunk=False)
    places = {
        block.b + step: own[block.a + step][0]
        for block in alike.get_matching_blocks()
        for step in range(block.size)
    }
    if not places or len(places) < COVERED * len(own):
        raise SpeechFailed(f"edge sent the words of another text than {text[:20]!r}")
    if len(units(text[max(places.values()) + 1 :])) > UNTOLD:
        raise SpeechFailed(f"edge sent no words for the end of {text[:20]!r}")
    if words[-1].end * RATE > (length + OVERRUN * RATE) * TICKS:
        raise SpeechFailed(f"edge sent sound that ends before its words for {text[:20]!r}")
    rising: list[Mark] = []
    first = 0
    for word in words:
        end = first + len(letters(word.text))
        offset = next((places[letter] for letter in range(first, end) if letter in places), -1)
        mark = Mark(offset, word.start * RATE // TICKS)
        first = end
        if offset >= 0 and (not rising or _is_after(mark, rising[-1])):
            rising.append(mark)
    return tuple(rising)


def _is_after(mark: Mark, last: Mark) -> bool:
    return mark.offset > last.offset and mark.start > last.start


def letters(text: str) -> list[tuple[int, str]]:
    """The letters, digits and hanzi of a text with their places, in half width and lower case.

    >>> letters("Ａ， 好")
    [(0, 'a'), (3, '好')]
    """
    folded = (unicodedata.normalize("NFKC", character).lower()[:1] for character in text)
    return [(at, letter) for at, letter in enumerate(folded) if letter.isalnum()]


# The connection ----------------------------------------------------------------------------


def proxy(url: str) -> str | None:
    """The proxy that the environment sets for `url`, since the client does not look for one.

    A service on this machine is reached without a proxy.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in ("localhost", "127.0.0.1", "::1") or proxy_bypass(host):
        return None
    named = getproxies()
    return named.get("http" if parts.scheme == "ws" else "https") or named.get("all")


def _try_word(voice: Voice) -> None:
    """Let the service say one word. A plain connection is tried first, since it fails soonest."""
    started = monotonic()
    _connect(os.environ.get(URL_VARIABLE) or f"wss://{SERVICE_HOST}")
    left = max(0.1, ANSWER - (monotonic() - started))
    Edge(left, left).speak("好", voice)


def _connect(url: str) -> None:
    """Raise EngineError if `url`, or its proxy, does not accept a connection."""
    try:
        parts = urlsplit(proxy(url) or url)
        port = parts.port or (443 if parts.scheme in ("wss", "https") else 80)
        socket.create_connection((parts.hostname or "", port), ANSWER).close()
    except (OSError, ValueError) as error:  # ValueError: of an address that cannot be
        raise EngineError(f"edge cannot be reached ({error})") from error
