"""Speakers without a file in voices/ -> a voice for each, as different from the others as possible.

A transcript may name any number of people. The first two are host and guest; each further one gets
the next voice of the guest's engine that nobody in the cast has, for the whole episode.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from podcast.model import GUEST, HOST, Voice
from podcast.speech.cast import Cast

# The Mandarin voices of each engine, in turn a man's and a woman's, the most unlike first.
# Sources: the list of Microsoft's speech service; espeak-ng's variants that are free of the fault
# which `engines.espeak` names; the Mandarin voices of Kokoro v1.0; the speakers of
# kokoro-multi-lang v1.1.
FURTHER = {
    "edge": (
        *("zh-CN-YunjianNeural", "zh-CN-XiaoyiNeural", "zh-CN-YunyangNeural"),
        *("zh-CN-liaoning-XiaobeiNeural", "zh-CN-YunxiaNeural", "zh-CN-shaanxi-XiaoniNeural"),
        *("zh-TW-YunJheNeural", "zh-TW-HsiaoChenNeural", "zh-TW-HsiaoYuNeural"),
    ),
    "espeak": ("cmn+m7", "cmn+f1", "cmn+m2", "cmn+m4", "cmn+m1", "cmn+m6", "cmn+m3"),
    "kokoro": ("zm_yunjian", "zf_xiaoyi", "zm_yunyang", "zf_xiaoni", "zm_yunxia"),
    "sherpa": ("kokoro:zm_009", "kokoro:zf_002", "kokoro:zm_011", "kokoro:zf_003"),
}
PITCHES = (0.85, 1.15, 0.75, 1.3, 0.92, 1.08)  # factors, used when an engine's voices are taken
LICENCES = {"edge": "Microsoft's service terms", "espeak": "GPL-3.0-or-later"}


def with_speakers(cast: Cast, speakers: Iterable[str]) -> Cast:
    """The cast, with a voice for each of `speakers` who is not in it.

    >>> cast = (("host", Voice("host", "espeak", "cmn")),)
    >>> [(role, voice.id) for role, voice in with_speakers(cast, ["host", "张三", "李四"])]
    [('host', 'cmn'), ('张三', 'cmn+m7'), ('李四', 'cmn+f1')]
    """
    voices = dict(cast)
    for speaker in speakers:
        if speaker not in voices:
            voices[speaker] = next_voice(speaker, [*voices.values()], voices)
    return tuple(sorted(voices.items()))


def next_voice(role: str, taken: Sequence[Voice], voices: dict[str, Voice]) -> Voice:
    """The next voice that is not `taken`; if all are taken, one of them at another pitch."""
    model = voices.get(GUEST) or voices.get(HOST) or taken[0]
    sounds = {(voice.engine, voice.id, voice.pitch) for voice in taken}
    listed = FURTHER.get(model.engine, ())
    ids = [name for name in listed if same_model(name, model.id)] or [model.id]
    licence = LICENCES.get(model.engine, model.licence)
    offers = [(name, pitch) for pitch in (1.0, *PITCHES) for name in ids]
    free = [each for each in offers if (model.engine, *each) not in sounds]
    name, pitch = (free or offers[-1:])[0]
    return replace(model, role=role, id=name, pitch=pitch, speed=1.0, licence=licence)


def same_model(name: str, other: str) -> bool:
    """Whether two voices are of one model, such as `kokoro:zm_009` and `kokoro:zf_001`."""
    return name.rpartition(":")[0] == other.rpartition(":")[0]
