"""Text -> Speech by any service with OpenAI's `/v1/audio/speech`, theirs or one of your own.

CosyVoice, GPT-SoVITS, Kokoro-FastAPI and others speak so. Where the service is and with whose
key it is asked, `endpoint.py` finds out. It tells no word times: a word after a pause is marked
where it is heard, words between pauses are interpolated (`estimate.py`); so it is asked for few
sentences at once.

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

SPEECH = "SPEECH"  # the purpose that the service is set for
DEFAULT_MODEL, DEFAULT_VOICE = "tts-1", "alloy"  # what such services take for their own
DEADLINE = 120.0  # seconds for a request: a small machine speaks no faster than it sounds
ANSWER = 8.0  # seconds in which a service that is there says a word
ABOUT_THE_VOICE = (400, 404, 422)  # HTTP's refusals of what is asked for


class OpenAI:
    """The engine; it holds no state, and a connection only while it is asked."""

    rate = RATE  # what the service sends is brought to it once
    needs = Needs(latin="shown")  # such voices read English, and figures each in its own way
    longest = 60
    connections = 4

    def __init__(self, deadline: float = DEADLINE) -> None:
        """`deadline` is for a whole request, in seconds."""
        self.deadline = deadline

    @property
    def version(self) -> str:
        """This module's, and the service's address: that tells no version."""
        return f"1 {find_endpoint(SPEECH).shown}"

    def speak(self, text: str, voice: Voice) -> Speech:
        """Say all of `text`, its words marked as far as the sound tells.

        Raises VoiceError for a voice or a setting that the service does not take, EngineError
        where it cannot be used, SpeechFailed for anything that may pass.
        """
        if voice.pitch != 1:
            raise VoiceError(f"engine openai has no pitch (role {voice.role}); leave pitch out")
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
    """What a service sent, at the engine's rate; SpeechFailed unless it is sound."""
    try:
        is_mp3 = sound[:3] == b"ID3" or (sound[:1] == b"\xff" and sound[1:2] >= b"\xe0")
        if is_mp3:  # what some send whatever they are asked for
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
