"""Text -> Speech by neural voices of this machine (sherpa-onnx): kokoro, matcha, melo, aishell3.

A voice's id names a model of `podcast voices add`, and one of its speakers: `kokoro:zf_001`,
`aishell3:66`, `melo`. A model gives no word times. So a text is said clause by clause: the start
of a clause is measured, and the starts of words in it are interpolated by syllables. The library
silently leaves out what it cannot say, and a malformed model makes it end the whole process; so
both are looked for before it is called.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from podcast.engines.checked import length_fault, units
from podcast.engines.clauses import MARGIN_MS, clauses, pause_ms, require_sound, trimmed
from podcast.engines.sayable import Words, interpolated, sayable
from podcast.errors import ModelError, SpeechFailed, VoiceError
from podcast.model import RATE, Audio, Mark, Speech, Voice
from podcast.outside.models import Model, installed
from podcast.outside.models.library import library, library_version, require_usable
from podcast.pronounce import Needs

DEFAULT_MODEL = "kokoro"
SET_OFF = re.compile(r"\|\||::")


class Sherpa:
    """The engine of neural voices: offline, slow, and a little different every time."""

    rate = RATE  # of every voice here, whatever its model's own rate
    needs = Needs()
    is_remembered = True  # it is slow, and the same sentence never sounds the same twice

    @property
    def version(self) -> str:
        """The version of the library and of this module; `model_key` names the model."""
        return f"{library_version()} 1"

    def model_key(self, voice: Voice) -> str:
        """A hash of the files of the model that speaks as `voice`; raises ModelError without it."""
        return _model(voice).key()

    def speak(self, text: str, voice: Voice) -> Speech:
        """The speech of all of `text`; starts of clauses are measured, those of words estimated.

        Raises VoiceError for a speaker or setting that the model does not have, SpeechFailed if it
        would leave something out, and ModelError if the model is missing or does not work.
        """
        model = _model(voice)
        require_same(model, voice)
        require_usable(model, use)
        speaker = _speaker(model, voice)
        if not units(text):
            raise SpeechFailed(f"there is nothing to say in {text[:40]!r}; change that sentence")
        known = words(model.paths("lexicon"), model.key())
        sounds: list[NDArray[np.int16]] = []
        marks: list[Mark] = []
        start = 0
        for clause in clauses(text):
            sound, margin = _sound(sayable(clause.text, known, model.name), model, speaker, voice)
            length = len(sound) - 2 * margin
            marks += interpolated(clause, known, model.name, start + margin, length)
            pause = np.zeros(pause_ms(clause.text) * RATE // 1000, "<i2")
            sounds += [sound, pause]
            start += len(sound) + len(pause)
        pcm = np.concatenate(sounds[:-1]).astype("<i2").tobytes()
        return Speech(Audio(pcm, RATE), tuple(marks))


# Which model, which speaker ----------------------------------------------------------------


def _model(voice: Voice) -> Model:
    name = voice.id.partition(":")[0] or DEFAULT_MODEL
    model = installed(name)
    if model.family not in CONFIGS:
        raise VoiceError(f"{name} is a {model.family} model and no voice (role {voice.role})")
    if voice.pitch != 1:
        raise VoiceError(f"sherpa cannot change a voice's pitch (role {voice.role}); leave it out")
    return model


def require_same(model: Model, voice: Voice) -> None:
    """Raise ModelError if the build, on another machine, has another model for this voice."""
    if voice.model not in ("", model.key()):
        raise ModelError(f"the model {model.name} of this machine is not the one of the build")


def _speaker(model: Model, voice: Voice) -> int:
    """The number of the speaker that a voice's id names, or of the first if it names none."""
    name = voice.id.partition(":")[2]
    number = int(name) if name.isdecimal() else -1
    if name in model.speakers:
        number = model.speakers.index(name)
    count = max(1, _loaded(model, model.key()).num_speakers)
    if name and not 0 <= number < count:
        known = ", ".join(model.speakers) or f"0 to {count - 1}"
        raise VoiceError(
            f"{model.name} has no speaker {name!r} (role {voice.role}); it has {known}"
        )
    return max(0, number)


@lru_cache(maxsize=4)
def words(lexicons: tuple[Path, ...], key: str) -> Words:
    """The words of a model's lexicons, in lower case; `key` is a hash of their content."""
    listed: set[str] = set()
    for path in lexicons:
        lines = path.read_text("utf-8", errors="replace").split("\n")
        listed.update(entry(line) for line in lines if line.strip())
    return frozenset(listed)


def entry(line: str) -> str:
    """The word of a lexicon's line, or the words if a separator divides them from their sounds.

    >>> entry("DeepSeek d i p"), entry("how are || h a"), entry("thank you :: th a")
    ('deepseek', 'how are', 'thank you')
    """
    parts = SET_OFF.split(line, maxsplit=1)
    return (parts[0] if len(parts) > 1 else line.split()[0]).strip().lower()


# Speaking ----------------------------------------------------------------------------------


def _sound(text: str, model: Model, speaker: int, voice: Voice) -> tuple[NDArray[np.int16], int]:
    """The sound of a clause at RATE, int16 of shape (samples,), and the margin at either end.

    The margin is samples of near silence.
    """
    engine = _loaded(model, model.key())
    options = library().GenerationConfig()
    options.sid, options.speed, options.silence_scale = speaker, voice.speed, 1.0
    try:
        generated = engine.generate(text, options)
    except (RuntimeError, ValueError, IndexError) as error:
        raise SpeechFailed(f"{model.name} did not say {text[:20]!r}: {error}") from error
    samples, rate = np.asarray(generated.samples, np.float32), generated.sample_rate
    require_sound(samples, text, model.name)
    resampled = soxr.resample(trimmed(samples, rate), rate, RATE, "HQ")
    sound = np.round(np.clip(resampled, -1, 1) * 32767).astype("<i2")
    fault = length_fault(text, Audio(sound.tobytes(), RATE), voice.speed)
    if fault:
        raise SpeechFailed(f"{model.name} did not say all of {text[:20]!r}: {fault}")
    return sound, min(RATE * MARGIN_MS // 1000, len(sound) // 4)


# Loading -----------------------------------------------------------------------------------


def _kokoro(sherpa: Any, model: Model) -> dict[str, Any]:
    config = sherpa.OfflineTtsKokoroModelConfig(
        model=_path(model, "model"),
        voices=_path(model, "voices"),
        tokens=_path(model, "tokens"),
        lexicon=_path(model, "lexicon"),
    )
    return {"kokoro": config}


def _matcha(sherpa: Any, model: Model) -> dict[str, Any]:
    config = sherpa.OfflineTtsMatchaModelConfig(
        acoustic_model=_path(model, "model"),
        vocoder=_path(model, "vocoder"),
        tokens=_path(model, "tokens"),
        lexicon=_path(model, "lexicon"),
    )
    return {"matcha": config}


def _vits(sherpa: Any, model: Model) -> dict[str, Any]:
    config = sherpa.OfflineTtsVitsModelConfig(
        model=_path(model, "model"),
        tokens=_path(model, "tokens"),
        lexicon=_path(model, "lexicon"),
    )
    return {"vits": config}


CONFIGS = {"kokoro": _kokoro, "matcha": _matcha, "vits": _vits}


def _path(model: Model, what: str) -> str:
    return ",".join(map(str, model.paths(what)))


@lru_cache(maxsize=4)
def _loaded(model: Model, key: str) -> Any:
    """A model in memory; a process loads it once. `key` is a hash of its content."""
    sherpa = library()
    parts = sherpa.OfflineTtsModelConfig(
        **CONFIGS[model.family](sherpa, model), num_threads=1, provider="cpu"
    )
    config = sherpa.OfflineTtsConfig(model=parts, max_num_sentences=1, silence_scale=1.0)
    try:
        return sherpa.OfflineTts(config)
    except RuntimeError as error:
        raise ModelError(f"the model {model.name} cannot be loaded: {error}") from error


def use(model: Model) -> None:
    """Load a model and let it say a word. Raises ModelError or SpeechFailed."""
    known = words(model.paths("lexicon"), model.key())
    word = next((each for each in ("你", *sorted(known)) if each in known and each.isalnum()), "")
    options = library().GenerationConfig()
    generated = _loaded(model, model.key()).generate(word, options)
    require_sound(np.asarray(generated.samples, np.float32), word, model.name)
