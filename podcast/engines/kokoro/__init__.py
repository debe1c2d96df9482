"""Text -> Speech by Kokoro, a neural voice of this machine that needs no further package.

    text --readings, sandhi--> Sounds --latin, syllables--> phonemes --session--> sound

`podcast voices add kokoro-zh` fetches its network; the vectors of its eight Mandarin voices, which
say how each of them sounds, are files of this folder (see README.md there). The network is asked
for one clause or a few at a time. It tells how long it takes over each phoneme: so it is known
where each syllable begins. The same text gives the same sound.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np
import soxr
from numpy.typing import NDArray

from podcast.engines.clauses import MARGIN_MS, QUIET, clauses, pause_ms, require_sound, trimmed
from podcast.engines.espeak import rising
from podcast.engines.kokoro.ways import fastest
from podcast.engines.probe import probe_seconds
from podcast.errors import ModelError, SpeechFailed, VoiceError
from podcast.files.keys import content_key, digest
from podcast.model import Audio, Mark, Needs, Speech, Voice
from podcast.outside.models import Model, installed

if TYPE_CHECKING:
    from podcast.engines.kokoro.readings import Sound

# The modules that read text and load the network are imported when something is said: that takes
# half a second, and many builds only ask whether the network is there.

MODEL = "kokoro-zh"
FAMILY = "kokoro-onnx"
RATE = 24_000  # samples a second
FRAME = 600  # samples: the unit in which the network tells how long a phoneme lasts
LEAD = 1200  # samples by which a phoneme is heard before its frames begin; the median of 50
MOST_TOKENS = 509  # of a clause: the last for which a voice has a vector
RUN_TOKENS = 100  # that are said at once: 7 seconds, for which a process takes up to 700 MB
PAUSE = RATE * 60 // 1000  # samples of silence that are a pause
REACH = RATE // 10  # samples around a pause's frames in which it is looked for
VECTORS = (  # by sex and name; a row for each number of tokens
    "zm_yunxi.bin",
    "zf_xiaobei.bin",
    "zf_xiaoxiao.bin",
    "zm_yunjian.bin",
    "zf_xiaoyi.bin",
    "zm_yunyang.bin",
    "zf_xiaoni.bin",
    "zm_yunxia.bin",
)
LIBRARIES = ("onnxruntime", "pypinyin", "rjieba", "espeakng-loader")  # that decide the sound
FOLDER = Path(__file__).parent
SUFFIXES = (".py", ".bin", ".json", ".txt")  # of the files in FOLDER that decide the sound
TRIAL = "大家早上好，欢迎收听今天的节目。"
WIDTH = 256  # numbers in a row of a voice

Samples = NDArray[np.float32]


class Kokoro:
    """The engine of a neural voice: slow, offline, and the same every time."""

    rate = RATE
    needs = Needs(pinyin=True)
    is_remembered = True  # each sentence takes a while
    voices: ClassVar = dict.fromkeys([name.partition(".")[0] for name in VECTORS], "zh-CN")

    @property
    def version(self) -> str:
        """A key of the rules of reading, the vectors of the voices, and the libraries."""
        return _version()

    def model_key(self, voice: Voice) -> str:
        """The key of the network's file and of the way in which it is calculated here.

        Raises ModelError if the network is not installed.
        """
        return _sounding_key(_model())

    def manner(self) -> str:
        """What a person is told of how the network is calculated on this machine."""
        return f"kokoro calculates {fastest().told}"

    def expected_pace(self) -> float:
        """About how many seconds of one core a second of speech takes here, without the network."""
        return fastest().probes * probe_seconds()

    def speak(self, text: str, voice: Voice) -> Speech:
        """Say all of `text`; each syllable and Latin word is marked where it begins.

        Raises VoiceError if Kokoro has no such voice, ModelError if the network is not installed,
        and SpeechFailed if a part of the text cannot be said.
        """
        vector = _vector(voice)
        model = _model()
        if voice.model not in ("", _sounding_key(model)):
            raise ModelError(
                f"the model {MODEL} of this machine, or the way in which it is calculated here "
                f"({fastest().key}), is not that of the build"
            )
        parts: list[Samples] = []
        marks: list[Mark] = []
        at = 0
        for run in _runs(text, round(RUN_TOKENS * voice.speed)):
            said = _say(run.sounds, text, model, vector, voice)
            pause = np.zeros(RATE * run.pause_ms // 1000, np.float32)
            marks += [Mark(mark.offset, at + mark.start) for mark in said.marks]
            parts += [said.samples, pause]
            at += len(said.samples) + len(pause)
        if not parts:
            raise SpeechFailed(f"there is nothing to say in {text[:40]!r}; change that sentence")
        whole = np.concatenate(parts[:-1])
        pcm = np.round(np.clip(whole, -1, 1) * 32767).astype("<i2").tobytes()
        return Speech(Audio(pcm, RATE), rising(tuple(marks), len(pcm) // 2))


@cache
def _version() -> str:
    own = sorted(path for path in FOLDER.iterdir() if path.suffix in SUFFIXES)
    files = [(path.name, digest(path)) for path in own]
    return content_key(files, [version(name) for name in LIBRARIES])[:16]


# The voice ---------------------------------------------------------------------------------


def _model() -> Model:
    model = installed(MODEL)
    if model.family != FAMILY:
        raise ModelError(
            f"the model {MODEL} in {model.folder} is of the family {model.family}, not {FAMILY}; "
            "remove that folder and add the model again"
        )
    model.require_whole("model")
    return model


def _sounding_key(model: Model) -> str:
    """The key of all in a model that decides the sound: its file, and the way of calculating."""
    return f"{model.key()}-{fastest().key}"


def _rebuilt_key(model: Model) -> str:
    """The key of what a model is rebuilt from: its file, and the program and library that do it."""
    return f"{model.key()}-{_version()}"


def _vector(voice: Voice) -> Samples:
    """The vectors of a voice: a row for each number of tokens. Raises VoiceError."""
    known = Kokoro.voices
    name = voice.id or next(iter(known))
    if name not in known:
        raise VoiceError(
            f"kokoro has no voice {name!r} (role {voice.role}); it has {', '.join(known)}"
        )
    return _rows(name)


@lru_cache(maxsize=len(VECTORS))
def _rows(name: str) -> Samples:
    rows: Samples = np.fromfile(FOLDER / f"{name}.bin", "<f4").reshape(-1, 1, WIDTH)
    return rows


# Runs --------------------------------------------------------------------------------------


class Run(NamedTuple):
    """The sounds that the network says at once, and the silence after them."""

    sounds: tuple[Sound, ...]
    pause_ms: int


def _runs(text: str, most: int) -> Iterator[Run]:
    """Yield clauses joined to runs of up to `most` tokens; a longer clause becomes several runs."""
    from podcast.engines.kokoro.readings import sounds

    most = max(1, min(most, MOST_TOKENS))
    some: tuple[Sound, ...] = ()
    pause = 0
    for clause in clauses(text):
        read = tuple(
            sound._replace(place=sound.place + clause.start) for sound in sounds(clause.text)
        )
        if all(sound.is_mark for sound in read):
            continue
        *firsts, last = _parts(read, most)
        if some and len(phonemes_of((*some, *read))) <= most:
            some = (*some, *read)
        else:
            if some:
                yield Run(some, pause)
            yield from (Run(part, 0) for part in firsts)
            some = last
        pause = pause_ms(clause.text)
    if some:
        yield Run(some, pause)


def _parts(read: tuple[Sound, ...], most: int) -> list[tuple[Sound, ...]]:
    """The sounds of a clause, in parts of up to `most` tokens; each ends with a word."""
    parts: list[tuple[Sound, ...]] = []
    some: tuple[Sound, ...] = ()
    for word in _words(read):
        if some and len(phonemes_of((*some, *word))) > most:
            parts.append(some)
            some = ()
        some = (*some, *word)
    return [*parts, some]


def _words(read: Sequence[Sound]) -> Iterator[tuple[Sound, ...]]:
    """The sounds of each word, with the marks after it."""
    some: list[Sound] = []
    for sound in read:
        if sound.opens and some:
            yield tuple(some)
            some = []
        some.append(sound)
    yield tuple(some)


def phonemes_of(read: Sequence[Sound]) -> str:
    """The phonemes of sounds as the network takes them: a space before a word, after a mark.

    >>> from podcast.engines.kokoro.readings import sounds
    >>> phonemes_of(sounds("你好，世界。"))
    'ni↗xau↓, ʂɨ↘ʨje↘.'
    """
    return "".join(part for part, _ in _spelt(read))


def _spelt(read: Sequence[Sound]) -> Iterator[tuple[str, Sound | None]]:
    """The parts of which the phonemes consist, each with the sound that begins there."""
    for at, sound in enumerate(read):
        if at and sound.opens:
            yield " ", None
        yield sound.phonemes, sound


@cache
def _vocabulary() -> dict[str, int]:
    table: dict[str, int] = json.loads((FOLDER / "vocab.json").read_text("utf-8"))
    return table


# Saying ------------------------------------------------------------------------------------


class Said(NamedTuple):
    """The sound of a run, and the mark at which each of its words begins."""

    samples: Samples
    marks: tuple[Mark, ...]


def _say(read: Sequence[Sound], text: str, model: Model, vector: Samples, voice: Voice) -> Said:
    """A run in sound. Raises SpeechFailed."""
    known = _vocabulary()
    tokens: list[int] = []
    begun: list[tuple[int, Sound]] = []  # at which token
    for part, sound in _spelt(read):
        if sound:
            begun.append((len(tokens), sound))
        tokens += [known[sign] for sign in part if sign in known]
    tokens = tokens[:MOST_TOKENS]
    samples, frames = _run(tokens, model, vector, voice.speed / voice.pitch)
    require_sound(samples, text[read[0].place :], voice.id or MODEL)
    starts = np.concatenate([[0], np.cumsum(frames)]).astype(np.int64)[1:] * FRAME
    samples, starts = _pitched(samples, starts, voice.pitch)
    loud = np.flatnonzero(np.abs(samples) > QUIET)
    cut = int(loud[0]) - RATE * MARGIN_MS // 1000
    marks: list[Mark] = []
    paused = True  # whether silence comes before the next sound
    for token, sound in begun:
        if sound.is_mark:
            paused = True
            continue
        about = int(starts[token])
        start = _onset(loud, about) if paused else about - LEAD
        marks.append(Mark(sound.place, max(0, start - cut)))
        paused = False
    return Said(trimmed(samples, RATE), tuple(marks))


def _run(
    tokens: list[int], model: Model, vector: Samples, speed: float
) -> tuple[Samples, NDArray[np.int64]]:
    """The network's result for tokens: the samples, and the length of each token in frames.

    A silent token is added at either end.
    """
    from podcast.engines.kokoro.session import loaded

    inputs = {
        "tokens": np.array([[0, *tokens, 0]], np.int64),
        "style": vector[min(len(tokens), len(vector) - 1)],
        "speed": np.array([speed], np.float32),
    }
    try:
        samples, frames = loaded(model, _rebuilt_key(model), fastest()).run(None, inputs)
    except ModelError:
        raise
    except Exception as error:  # onnxruntime's own, which it does not let one import
        raise SpeechFailed(f"kokoro failed over {len(tokens)} phonemes: {error}") from error
    return samples.ravel(), frames.ravel().astype(np.int64)


def _pitched(
    samples: Samples, starts: NDArray[np.int64], pitch: float
) -> tuple[Samples, NDArray[np.int64]]:
    """The sound as high as asked for: it was said slower or faster, and is played back so."""
    if pitch == 1:
        return samples, starts
    played: Samples = soxr.resample(samples, RATE * pitch, RATE, "HQ")
    return played, (starts / pitch).astype(np.int64)


def _onset(loud: NDArray[np.int64], about: int) -> int:
    """The sample at which it becomes loud after a pause, near `about`; without one, about there.

    `loud` are the samples that are no silence.

    >>> _onset(np.array([10, 11, 3000, 3001]), 3900)
    3000
    """
    before = np.concatenate([[-PAUSE], loud[:-1]])
    onsets = loud[loud - before >= PAUSE]
    near = onsets[np.abs(onsets - (about - LEAD)) <= REACH]
    return int(near[np.argmin(np.abs(near - (about - LEAD)))]) if len(near) else about - LEAD


def is_ready(model: Model) -> bool:
    """Whether a model spoke on this machine before, so that it need not be prepared."""
    from podcast.engines.kokoro.session import is_rebuilt

    return is_rebuilt(model, _rebuilt_key(model), fastest())


def pace(model: Model) -> float:
    """The seconds of one core that a second of speech takes on this machine, as measured.

    Raises ModelError or SpeechFailed if the model does not speak.
    """
    from podcast.engines.kokoro.readings import sounds

    voice = Voice("host", "kokoro")
    vector = _vector(voice)
    _say(sounds(TRIAL), TRIAL, model, vector, voice)  # the first time, memory is taken
    begun = process_time()
    said = _say(sounds(TRIAL), TRIAL, model, vector, voice)
    return (process_time() - begun) * RATE / len(said.samples)
