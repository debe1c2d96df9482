"""Text -> Speech by any service with OpenAI's `/v1/audio/speech`: OpenAI's or one of your own.

CosyVoice, GPT-SoVITS, Kokoro-FastAPI and others have this interface. `endpoint.py` finds the
address of the service and its key. The service gives no word times, so `estimate.py` measures the
pauses and interpolates the words between them. That is why a request has few sentences.

    [[voice]]
    engine = "openai"
    model = "kokoro"
    id = "zf_xiaobei"
"""

from __future__ import annotations

import asyncio

import numpy as np
import soxr

from podcast.engines.answer import require_within
from podcast.engines.estimate import estimate_marks
from podcast.engines.wav import read_wav
from podcast.errors import (
    EngineError,
    FfmpegError,
    ServiceBusy,
    ServiceError,
    SpeechFailed,
    VoiceError,
)
from podcast.model import RATE, Audio, Speech, Voice
from podcast.outside import ffmpeg
from podcast.outside.endpoint import Endpoint, find_endpoint
from podcast.pronounce import Needs

SPEECH = "SPEECH"  # the purpose for which `endpoint.py` looks up the service
DEFAULT_MODEL, DEFAULT_VOICE = "tts-1", "alloy"  # names that most such services accept
DEADLINE = 120.0  # seconds for a request: a small machine needs as long as the speech lasts
ANSWER = 8.0  # seconds within which a working service says a word
ABOUT_THE_VOICE = (400, 404, 422)  # HTTP statuses that refuse a voice, model or setting


class OpenAI:
    """The engine; it has no state, and a connection only during a request."""

    rate = RATE  # the sound of the service is resampled to it
    needs = Needs(latin="shown")  # such voices read English, and figures each in its own way
    longest = 60
    connections = 4

    def __init__(self, deadline: float = DEADLINE) -> None:
        """`deadline` is for a whole request, in seconds."""
        self.deadline = deadline

    @property
    def version(self) -> str:
        """The version of this module and the service's address: a service gives no version.

        Raises ServiceError if the environment sets no service.
        """
        return f"1 {find_endpoint(SPEECH).shown}"

    def speak(self, text: str, voice: Voice) -> Speech:
        """The speech of all of `text`, with estimated starts of its words.

        Raises VoiceError for a voice or setting that the service does not take, EngineError if it
        refuses the request for another reason, SpeechFailed for a failure after which another try
        may help, and ServiceError if the environment sets no service.
        """
        if voice.pitch != 1:
            raise VoiceError(
                f"engine openai cannot change the pitch (role {voice.role}); leave pitch out"
            )
        endpoint = find_endpoint(SPEECH)
        try:
            sound = asyncio.run(self._ask(endpoint, text, voice))
        except ServiceBusy as busy:
            failed = SpeechFailed(str(busy))
            failed.wait = busy.wait
            raise failed from None
        except ServiceError as error:
            if error.status in ABOUT_THE_VOICE:
                name = f"{voice.id or DEFAULT_VOICE!r} of model {voice.model or DEFAULT_MODEL!r}"
                raise VoiceError(f"{error}: voice {name}, role {voice.role}") from None
            raise EngineError(str(error)) from None
        audio = decoded(sound, endpoint)
        return Speech(audio, estimate_marks(text, audio))

    def require_answer(self, voice: Voice) -> None:
        """Raise EngineError unless the service says a word within eight seconds."""
        service = str(find_endpoint(SPEECH))
        require_within(ANSWER, service, lambda: OpenAI(ANSWER).speak("好", voice))

    async def _ask(self, endpoint: Endpoint, text: str, voice: Voice) -> bytes:
        async with endpoint.client() as client:
            speech = client.audio.speech
            name, model = voice.id or DEFAULT_VOICE, voice.model or DEFAULT_MODEL
            if voice.speed == 1:  # some services refuse even a speed of 1
                asking = speech.create(input=text, voice=name, model=model, response_format="wav")
            else:
                asking = speech.create(
                    input=text, voice=name, model=model, response_format="wav", speed=voice.speed
                )
            return (await endpoint.ask(asking, self.deadline)).content


def decoded(sound: bytes, endpoint: Endpoint) -> Audio:
    """The sound of an answer at the engine's rate.

    Raises SpeechFailed if the answer is no readable sound, or is silent.
    """
    try:
        is_mp3 = sound[:3] == b"ID3" or (sound[:1] == b"\xff" and sound[1:2] >= b"\xe0")
        if is_mp3:  # some services send MP3 although the request asks for WAV
            audio = Audio(ffmpeg.decode_mp3(sound, OpenAI.rate), OpenAI.rate)
        else:
            audio = resampled(read_wav(sound))
    except (ValueError, FfmpegError) as error:
        raise SpeechFailed(f"{endpoint} sent no sound that can be read: {error}") from error
    if not audio.pcm.strip(b"\0"):
        raise SpeechFailed(f"{endpoint} sent silence")
    return audio


def resampled(audio: Audio) -> Audio:
    """The same sound at the engine's rate, filtered (soxr, high quality)."""
    if audio.rate == OpenAI.rate:
        return audio
    samples = np.frombuffer(audio.pcm, "<i2")
    pcm = soxr.resample(samples, audio.rate, OpenAI.rate, "HQ").astype("<i2").tobytes()
    return Audio(pcm, OpenAI.rate)
