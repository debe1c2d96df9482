"""What is misheard of plain Mandarin, of figures and of English names, voice by voice.

    RECOGNISER=FOLDER python bench/kinds.py

FOLDER is what `bench/ear.py` takes. Each voice says the sentences of bench/sentences/, one after
another with a pause between, in the words that the program gives it. They are cut where a sentence
ends and heard once. Hanzi are compared by pinyin without tones, with figures as they are read
aloud, and Latin words letter by letter. Where the recogniser is missing, the exit status is 3;
where Kokoro's network is missing, its voices are left out.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from ear import ROOT as PROJECT
from ear import Sound, in_turn, neural
from material import CANNOT_RUN

from podcast import engines
from podcast.errors import ModelError
from podcast.model import Voice
from podcast.outside.recogniser import Recogniser, Whisper
from podcast.pronounce import pronounce
from podcast.published.check.compare import HANZI, READ, toneless
from podcast.published.check.listen import cut, pieces
from podcast.speech.cast import read_cast
from podcast.speech.speak import trimmed
from podcast.text.align import edits
from podcast.text.hanzi import simplified

KINDS = ("plain", "figures", "names")
BEFORE = Voice("old host", "espeak", "cmn")
MOST_PLAIN = 0.02  # of plain Mandarin that is misheard of Kokoro's voices
MOST_OF_ESPEAK = 0.5  # of what is misheard of espeak's voices, everywhere
EDGE = 0.15  # seconds of sound before and after a piece


def sentences(kind: str) -> list[str]:
    """The sentences of a kind."""
    path = PROJECT / "bench" / "sentences" / f"{kind}.txt"
    return path.read_text("utf-8").splitlines()


def said(texts: Sequence[str], voice: Voice) -> Sound:
    """The sentences as a voice says them, with a pause after each."""
    engine = engines.load(voice.engine)
    return in_turn(
        (text, trimmed(engine.speak(pronounce(text, engine.needs).text, voice)).audio)
        for text in texts
    )


def sounds(text: str) -> list[str]:
    """The syllables of a text, its figures read aloud, and the letters of its Latin words.

    >>> sounds("在 GPT 上花了3元")
    ['zai', 'g', 'p', 't', 'shang', 'hua', 'le', 'san', 'yuan']
    """
    plain = simplified(pronounce(text, READ).text)
    found: list[str] = []
    for run in re.findall(rf"{HANZI}+|[A-Za-z]+", plain):
        found += list(run.lower()) if run.isascii() else toneless(run)
    return found


def misheard(sound: Sound, recogniser: Recogniser) -> tuple[int, int]:
    """How many of the sounds of the sentences are misheard, and how many there are."""
    wrong = count = 0
    for piece in pieces(sound.stretches):
        right = sounds(piece.text)
        heard = sounds(recogniser.hear(cut(sound.samples, piece, EDGE)))
        wrong += min(len(right), edits(right, heard))
        count += len(right)
    return wrong, count


def row(voice: Voice, recogniser: Recogniser) -> list[float]:
    """Print a voice's line; the share misheard of each kind."""
    shares = []
    for kind in KINDS:
        wrong, count = misheard(said(sentences(kind), voice), recogniser)
        shares.append(wrong / count)
    name = f"{voice.engine} {voice.id}"
    print(f"{voice.role:9} {name:20}" + "".join(f"{share:9.1%}" for share in shares), flush=True)
    return shares


def main() -> int:
    """Print the table; 1 if a limit is not met, 3 if there is no recogniser."""
    try:
        recogniser = Whisper(Path(os.environ.get("RECOGNISER", "recogniser")))
    except ModelError as error:
        print(f"bench/kinds.py hears nothing: {error}", file=sys.stderr)
        return CANNOT_RUN
    print(f"{'role':9} {'voice':20}" + "".join(f"{kind:>9}" for kind in KINDS))
    row(BEFORE, recogniser)
    chosen = [row(voice, recogniser) for _, voice in read_cast(PROJECT / "voices", "espeak")]
    found = [row(voice, recogniser) for voice in neural("kinds")]
    if not found:
        return 0
    plain = max(shares[0] for shares in found)
    pairs = zip(
        map(max, zip(*found, strict=True)), map(min, zip(*chosen, strict=True)), strict=True
    )
    half = all(after <= MOST_OF_ESPEAK * before for after, before in pairs)
    return int(plain > MOST_PLAIN or not half)


if __name__ == "__main__":
    sys.exit(main())
