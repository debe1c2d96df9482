"""Text -> Speech by espeak-ng 1.52, in this process, with the start of each word in samples.

The library has one global state, which every sentence changes a little. So each `Espeak` loads the
library anew for its first sentence; then the same sentences in the same order always sound the
same. One process says one text at a time. The library comes from the wheel `espeakng-loader`,
because version 1.51, which Debian ships, reads hanzi as English letters.
"""

from __future__ import annotations

import _ctypes
import ctypes
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache, lru_cache
from tempfile import TemporaryFile
from threading import RLock, current_thread, main_thread
from typing import Any, ClassVar

import espeakng_loader

from podcast.engines.timbres import ENGLISH, TIMBRES, in_english
from podcast.errors import EngineError, SpeechFailed, VoiceError
from podcast.files.english import is_english
from podcast.files.keys import content_key
from podcast.model import IN_FULL, Audio, Mark, Speech, Voice

# Values of speak_lib.h, espeak-ng 1.52.
SYNCHRONOUS = 2  # espeak_AUDIO_OUTPUT
UTF8 = 1  # espeakCHARS_UTF8
IPA_TIED = 0x82 | ord("^") << 8  # espeak_TextToPhonemes: IPA, ^ between the signs of one sound
RATE, PITCH = 1, 3  # espeak_PARAMETER
LIST_END, WORD = 0, 1  # espeak_EVENT_TYPE

WORDS_A_MINUTE = 175  # espeak's own pace: about 4.4 hanzi a second
MIDDLE_PITCH = 50  # of 0-99
DEFAULT_VOICE = "clear-low"
# Variants with `breath` are left out: the library reads memory that it never wrote for them, so
# that two processes say the same text differently.
VARIANTS = ("+Annie", "", "+m1", "+m2", "+m3", "+m4", "+m6", "+m7", "+f1", "+f4")


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique", ctypes.c_uint),
        ("position", ctypes.c_int),  # 1-based, in characters of the text
        ("length", ctypes.c_int),
        ("milliseconds", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Heard = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class _Library:
    """The loaded library; it adds its sound to `pcm` and the starts of words to `marks`."""

    def __init__(self) -> None:
        path = espeakng_loader.get_library_path()
        try:
            self.c = ctypes.CDLL(path)
        except OSError as error:
            raise EngineError(f"cannot load espeak-ng from {path}: {error}") from error
        self.c.espeak_Synth.argtypes = (
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.c_void_p,
            ctypes.c_void_p,
        )
        self.c.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self.c.espeak_TextToPhonemes.argtypes = (
            ctypes.POINTER(ctypes.c_char_p),
            ctypes.c_int,
            ctypes.c_int,
        )
        self.c.espeak_Info.restype = ctypes.c_char_p
        self.c.espeak_Info.argtypes = (ctypes.c_void_p,)
        voices = espeakng_loader.get_data_path()
        self.rate = int(self.c.espeak_Initialize(SYNCHRONOUS, 0, str(voices).encode(), 0))
        if self.rate <= 0:
            raise EngineError(f"espeak-ng found no voices in {voices}; reinstall espeakng-loader")
        self.version: str = self.c.espeak_Info(None).decode().split()[0]
        self.pcm = bytearray()
        self.marks: list[Mark] = []
        self.setting: tuple[Voice, bool] | None = None  # who speaks, and whether in English
        self.heard: Callable[..., Any] = _Heard(self._hear)  # kept: C holds no reference to it
        self.c.espeak_SetSynthCallback(self.heard)

    def _hear(self, wave: Any, count: int, events: Any) -> int:
        if count > 0:
            self.pcm += ctypes.string_at(wave, 2 * count)
        index = 0
        while events[index].type != LIST_END:
            if events[index].type == WORD:
                self.marks.append(Mark(events[index].position - 1, events[index].sample))
            index += 1
        return 0

    def close(self) -> None:
        """Unload the library, and so its state, from this process."""
        self.c.espeak_Terminate()
        if hasattr(_ctypes, "dlclose"):
            _ctypes.dlclose(self.c._handle)


@contextmanager
def signals_later() -> Iterator[None]:
    """Let signals that stop the program wait until C has returned.

    While C speaks it calls `_hear`. What a signal raises there would be lost, and the sound of that
    call with it. Python runs its handlers in the main thread alone.
    """
    if current_thread() is not main_thread():
        yield
        return
    came: list[int] = []
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number, handler in handlers.items():
        if handler is not None:  # None is a handler of C, which Python could not set again
            signal.signal(number, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            if handler is not None:
                signal.signal(number, handler)
    for late in came:
        signal.raise_signal(late)


class _Desk:
    """The library of this process, and the `Espeak` whose state it has."""

    lock = RLock()
    library: _Library | None = None
    speaker: object = None

    @classmethod
    def opened(cls, speaker: object) -> _Library:
        """The library as `speaker` left it; afresh where another one used it since."""
        with cls.lock:
            if cls.library is None or cls.speaker is not speaker:
                if cls.library is not None:
                    cls.library.close()
                cls.library, cls.speaker = _Library(), speaker
            return cls.library


class Espeak:
    """The offline engine: small, fast and always installed."""

    needs = IN_FULL
    voices: ClassVar = dict.fromkeys([*TIMBRES, *(f"cmn{each}" for each in VARIANTS)], "zh-CN")

    @property
    def rate(self) -> int:
        """Samples a second: 22 050 in every voice of 1.52."""
        return _rate_and_version()[0]

    @property
    def version(self) -> str:
        """The version of the library, and a name for the voices that this program adds to it."""
        return f"{_rate_and_version()[1]}+{content_key(sorted(TIMBRES.items()))[:8]}"

    def alone(self) -> AbstractContextManager[object]:
        """The lock of the library: a preview between two sentences would change the second."""
        return _Desk.lock

    def speak(self, text: str, voice: Voice) -> Speech:
        """The speech of all of `text`; each word is marked with the sample at which it begins.

        Raises VoiceError if there is no such voice, SpeechFailed if there is no sound, and
        EngineError if the library cannot be loaded.
        """
        with _Desk.lock:
            library = _Desk.opened(self)
            english = is_english(text)
            if library.setting != (voice, english):
                _set(library, voice, english)
            library.pcm.clear()
            library.marks.clear()
            encoded = text.encode("utf-8", "replace").replace(b"\0", b" ")
            with signals_later():
                status = library.c.espeak_Synth(
                    encoded, len(encoded) + 1, 0, 1, 0, UTF8, None, None
                )
            pcm, marks = bytes(library.pcm), tuple(library.marks)
        if status != 0 or not pcm.strip(b"\0"):
            raise SpeechFailed(f"espeak-ng said nothing for {text[:40]!r}; change that sentence")
        return Speech(Audio(pcm, library.rate), rising(marks, len(pcm) // 2))


@cache
def _rate_and_version() -> tuple[int, str]:
    """The rate and version of the library, which must be loaded to read them."""
    with _Desk.lock:
        library = _Desk.library or _Desk.opened(Espeak())
        return library.rate, library.version


SWITCH = re.compile(r"\([a-z-]+\)")  # names another language for a foreign sign


@lru_cache(maxsize=10_000)
def ipa(word: str) -> str:
    """An English word as espeak-ng would say it, in IPA; `^` ties two signs to one sound.

    >>> ipa("token")
    'tˈo^ʊkən'
    """
    with _Desk.lock:
        library = _Desk.opened(ENGLISH)
        if not _choose(library, ENGLISH):
            raise EngineError(f"espeak-ng has no voice {ENGLISH!r}; reinstall espeakng-loader")
        rest = ctypes.c_char_p(word.encode("utf-8", "replace").replace(b"\0", b" "))
        said: list[str] = []
        while rest.value:
            told = library.c.espeak_TextToPhonemes(ctypes.byref(rest), UTF8, IPA_TIED)
            said.append((told or b"").decode("utf-8", "replace"))
    return SWITCH.sub("", " ".join(said)).strip()


def _set(library: _Library, voice: Voice, english: bool) -> None:
    name = voice.id or DEFAULT_VOICE
    if name in TIMBRES:
        is_set = _load(library, in_english(TIMBRES[name]) if english else TIMBRES[name])
    else:
        is_set = _choose(library, name.replace("cmn", ENGLISH) if english else name)
    if not is_set:
        raise VoiceError(
            f"espeak-ng has no voice {name!r} (role {voice.role}); try {DEFAULT_VOICE!r}"
        )
    library.c.espeak_SetParameter(RATE, round(WORDS_A_MINUTE * voice.speed), 0)
    library.c.espeak_SetParameter(PITCH, max(0, min(99, round(MIDDLE_PITCH * voice.pitch))), 0)
    library.setting = (voice, english)


def _choose(library: _Library, name: str) -> bool:
    """Choose the voice called `name`; returns whether the library has it."""
    return int(library.c.espeak_SetVoiceByName(name.encode())) == 0


def _load(library: _Library, settings: str) -> bool:
    """Choose the voice of the text of a voice file; returns whether the library takes it.

    The library cuts the path of a voice file after 59 characters and turns capitals into small
    letters, so it is given the path of an open file, which is short and has none.
    """
    with TemporaryFile() as file:
        file.write(settings.encode())
        file.seek(0)
        return int(library.c.espeak_ng_SetVoiceByFile(f"/dev/fd/{file.fileno()}".encode())) == 0


def rising(marks: tuple[Mark, ...], length: int) -> tuple[Mark, ...]:
    """The marks that rise in both fields: espeak marks each letter of `GPT` at the same offset.

    >>> rising((Mark(0, 0), Mark(0, 9), Mark(4, 20)), 30)
    (Mark(offset=0, start=0), Mark(offset=4, start=20))
    >>> rising((Mark(0, 0), Mark(4, 20)), 30)
    (Mark(offset=0, start=0), Mark(offset=4, start=20))
    """
    kept: list[Mark] = []
    for mark in marks:
        fresh = not kept or (mark.offset > kept[-1].offset and mark.start > kept[-1].start)
        if fresh and mark.start < length:
            kept.append(mark)
    return tuple(kept)
