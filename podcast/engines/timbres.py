"""Voices of this program's own for espeak-ng: a name -> the text of a voice file.

espeak-ng brings a hundred variants of its Mandarin voice. A speech recogniser misunderstands most
of them; the one that it understands best, `Annie`, is only one voice. These three began as `Annie`.
They were then changed a setting at a time, and a change was kept if the recogniser gave a higher
probability to the words that were said. What helped is a weaker voicing, which leaves the
consonants louder beside the vowels, and lower first and second formants. `bench/ear.py` measures
the result.

A formant has a frequency, a height and a width, each in percent of the Mandarin voice's own.
`pitch` is the range of the voice in Hz. Source: docs/voices.md of espeak-ng.

No voice here may have `breath`: espeak-ng 1.52 then reads memory that it never wrote, and two
processes say the same text differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_COMMON = """\
name {name}
language cmn
phonemes cmn
dictionary cmn
words 1
dict_min 100000
intonation 1
consonants 110 120
formant 0 105 125 120
formant 3 130 150 130
formant 4 120 120 110
formant 5 120 120 110
formant 6 120 140 130
formant 7 120 140 130
formant 8 120 140 130
"""

_LANGUAGE = frozenset({"language", "phonemes", "dictionary", "words", "dict_min"})
ENGLISH = "en-us"  # the language of sentences in English, said by the same throat

_OWN = {
    "clear-low": """\
pitch 80 170
voicing 20
formant 1 110 112 120
formant 2 110 150 140
""",
    "clear-middle": """\
pitch 95 215
voicing 12
formant 1 106 140 120
formant 2 106 128 140
""",
    "clear-high": """\
pitch 120 280
voicing 12
formant 1 106 140 120
formant 2 106 128 140
""",
}

TIMBRES: Mapping[str, str] = MappingProxyType(
    {name: _COMMON.format(name=name) + settings for name, settings in _OWN.items()}
)


def in_english(settings: str) -> str:
    """The text of a voice file, its language changed and its sound kept."""
    name, *rest = settings.splitlines()
    sound = [line for line in rest if line.split()[0] not in _LANGUAGE]
    language = [f"language {ENGLISH}", f"phonemes {ENGLISH}", "dictionary en"]
    return "\n".join([name, *language, *sound, ""])
