"""Text -> Speech by Microsoft Edge's online voices (edge-tts), with the time of each word.

The service is asked for one paragraph at a time: a longer text is cut at ten minutes without a
word of it. A dropped connection looks like success to its client, a stalled one like patience;
both are told apart here. PODCAST_EDGE_URL in the environment names another address of the
service, such as a relay's.
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
DELAY = 1105  # samples of silence an MP3 begins with that says nothing of it: 576 + 529
TICKS = 10_000_000  # a second, in word times
DEFAULT_VOICE = "zh-CN-YunxiNeural"
VOICES = {  # as its list tells
    f"{language}-{name}Neural": language
    for language, names in {
        "zh-CN": "Xiaoxiao Xiaoyi Yunjian Yunxi Yunxia Yunyang",
        "zh-TW": "HsiaoChen HsiaoYu YunJhe",
        "zh-HK": "HiuGaai HiuMaan WanLung",
    }.items()
    for name in names.split()
}
MIDDLE_HZ = 170  # a pitch factor is of this: the service takes Hz, up or down
URL_VARIABLE = "PODCAST_EDGE_URL"
SERVICE_HOST = "speech.platform.bing.com"

CONNECTIONS = 6  # of the 3 to 8 it bears: with 4 none is 4 times as fast as with one
DECODERS = 2  # threads that turn what was heard into samples, meanwhile
PATIENCE_SECONDS = 15.0  # seconds without a message
DEADLINE = 90.0  # seconds for a request; 300 hanzi take 4 where all is well
ANSWER = 3.0  # seconds in which a service that is there says a word
COVERED = 0.5  # of a text's letters, at least, that word times must be found for
UNTOLD = 3  # words at a text's end that may be told in another way, such as figures
OVERRUN = 0.1  # seconds that the last word may end after the sound, for rounding


class Boundary(NamedTuple):
    """A word as the service tells it: when it is heard, in ticks."""

    text: str
    start: int
    end: int


class Edge:
    """The online engine; it holds no state, and a connection only while it is asked."""

    rate = RATE
    version = "1"  # of what this module does to the sound: the service tells none
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
        self.open = _doors(connections)  # no connection waits for a decoder

    def speak(self, text: str, voice: Voice) -> Speech:
        """Say all of `text`; each word is marked with the sample it begins at.

        Raises VoiceError for a setting that the service does not take, SpeechFailed for
        anything that may pass.
        """
        with self.open:
            sound, words = asyncio.run(self._ask(text, voice))
        audio = decoded(sound)
        return Speech(audio, marks(text, words, len(audio)))

    def require_answer(self, voice: Voice) -> None:
        """Raise EngineError unless the service says a word within three seconds."""
        require_within(ANSWER, "edge", lambda: _try_word(voice))

    async def _ask(self, text: str, voice: Voice) -> tuple[bytes, list[Boundary]]:
        asked = _request(text, voice)
        try:
            sound, words = await asyncio.wait_for(self._listen(asked), self.deadline)
        except asyncio.TimeoutError as error:
            raise SpeechFailed(f"edge fell silent at {text[:20]!r}") from error
        except _faults() as error:
            reason = str(error) or type(error).__name__
            raise SpeechFailed(f"edge did not say {text[:20]!r} ({reason})") from error
        if asked.state["cumulative_audio_bytes"] != len(sound) or not sound:
            raise SpeechFailed(f"edge hung up on {text[:20]!r}")
        return sound, words

    async def _listen(self, asked: Communicate) -> tuple[bytes, list[Boundary]]:
        sound = bytearray()
        words: list[Boundary] = []
        async with aclosing(asked.stream()) as stream:
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
def _doors(connections: int) -> BoundedSemaphore:
    """What all that ask in this process share, so that together they have no more connections."""
    return BoundedSemaphore(connections)


def _request(text: str, voice: Voice) -> Communicate:
    client = _client()
    try:
        asked: Communicate = client.Communicate(
            text,
            voice.id or DEFAULT_VOICE,
            rate=f"{round((voice.speed - 1) * 100):+}%",
            pitch=f"{round((voice.pitch - 1) * MIDDLE_HZ):+}Hz",
            boundary="WordBoundary",
            proxy=proxy(client.WSS_URL),
        )
    except ValueError as error:
        raise VoiceError(f"edge has no voice {voice.id!r} (role {voice.role}): {error}") from error
    return asked


@cache
def _client() -> Any:
    """The client's module, imported when first needed: it brings much along."""
    client: Any = import_module("edge_tts.communicate")
    client.WSS_URL = os.environ.get(URL_VARIABLE) or client.WSS_URL
    return client


@cache
def _faults() -> tuple[type[Exception], ...]:
    """What a bad answer raises in the client: its own, the network's, and of reading garbage."""
    from aiohttp import ClientError
    from edge_tts.exceptions import EdgeTTSException

    return EdgeTTSException, ClientError, OSError, ValueError, KeyError


def decoded(sound: bytes) -> Audio:
    """The sound of a bare MP3, without what its encoder put before it."""
    try:
        pcm = ffmpeg.decode_mp3(sound, RATE)
    except PodcastError as error:
        raise SpeechFailed(f"edge sent no MP3: {error}") from error
    return Audio(pcm[2 * DELAY :], RATE)


# Words -------------------------------------------------------------------------------------


def marks(text: str, words: Sequence[Boundary], length: int) -> tuple[Mark, ...]:
    """The words' times in samples, at their places in `text`.

    The service leaves marks and spaces out, and may write a figure its own way: a word is where
    most letters agree, in order, and one that is nowhere has no mark. Raises SpeechFailed where
    the words are not those of the text, or do not fit a sound of `length` samples.

    >>> marks("是吗？GPT-4 好", [Boundary("是吗", 0, 10), Boundary("GPT-4", 5_000_000, 20)], 99)
    (Mark(offset=0, start=0), Mark(offset=3, start=12000))
    """
    said = letters(text)
    heard = [letter for word in words for _, letter in letters(word.text)]
    agreed = SequenceMatcher(None, [letter for _, letter in said], heard, autojunk=False)
    places = {
        block.b + step: said[block.a + step][0]
        for block in agreed.get_matching_blocks()
        for step in range(block.size)
    }
    if not places or len(places) < COVERED * len(said):
        raise SpeechFailed(f"edge told the words of something else than {text[:20]!r}")
    if len(units(text[max(places.values()) + 1 :])) > UNTOLD:
        raise SpeechFailed(f"edge ended early in {text[:20]!r}")
    if words[-1].end * RATE > (length + OVERRUN * RATE) * TICKS:
        raise SpeechFailed(f"edge sent less sound than words for {text[:20]!r}")
    found: list[Mark] = []
    at = 0
    for word in words:
        until = at + len(letters(word.text))
        offset = next((places[letter] for letter in range(at, until) if letter in places), -1)
        mark = Mark(offset, word.start * RATE // TICKS)
        at = until
        if offset >= 0 and (not found or _is_after(mark, found[-1])):
            found.append(mark)
    return tuple(found)


def _is_after(mark: Mark, last: Mark) -> bool:
    return mark.offset > last.offset and mark.start > last.start


def letters(text: str) -> list[tuple[int, str]]:
    """Letters, figures and hanzi with their places, whatever their width and case.

    >>> letters("Ａ， 好")
    [(0, 'a'), (3, '好')]
    """
    folded = (unicodedata.normalize("NFKC", character).lower()[:1] for character in text)
    return [(at, letter) for at, letter in enumerate(folded) if letter.isalnum()]


# Reaching it -------------------------------------------------------------------------------


def proxy(url: str) -> str | None:
    """The proxy that the environment names for `url`; the client itself reads none of it.

    A service on this machine is not asked through one.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in ("localhost", "127.0.0.1", "::1") or proxy_bypass(host):
        return None
    named = getproxies()
    return named.get("http" if parts.scheme == "ws" else "https") or named.get("all")


def _try_word(voice: Voice) -> None:
    """Say one word. First a bare connection: it costs least."""
    started = monotonic()
    _connect(os.environ.get(URL_VARIABLE) or f"wss://{SERVICE_HOST}")
    left = max(0.1, ANSWER - (monotonic() - started))
    Edge(left, left).speak("好", voice)


def _connect(url: str) -> None:
    """Raise EngineError where nothing listens at `url`, or at the proxy before it."""
    parts = urlsplit(proxy(url) or url)
    port = parts.port or (443 if parts.scheme in ("wss", "https") else 80)
    try:
        socket.create_connection((parts.hostname or "", port), ANSWER).close()
    except (OSError, UnicodeError) as error:
        raise EngineError(f"edge cannot be reached ({error})") from error
