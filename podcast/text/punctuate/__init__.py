"""Transcript -> sentences with the marks that a careful editor would set.

    Transcript --tokens--> tokens --features, tagger--> chances --evidence, decode--> marks
        --cut_short, asking, hanging, write--> sentences

A small network, which was trained on punctuated talks, gives the chance of each mark; line ends,
pauses and marks of the transcript are evidence for it. The decoder then takes the likeliest
sentences of a length that is easy to listen to. No word is dropped, added or moved. The transcript
is worked on in passages. English has the rules of `text/english.py` instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, groupby, pairwise
from operator import attrgetter

from podcast.model import Line, Recipe, Sentence, Transcript
from podcast.text.english import english_sentences, is_all_english, stretches
from podcast.text.punctuate.asking import settle_questions
from podcast.text.punctuate.cut_short import make_dear, unfinished
from podcast.text.punctuate.decode import TAIWANS, Flags, Floats, Taste, ask, decode, stop_odds
from podcast.text.punctuate.evidence import closings, evidence, rest, usual_pause
from podcast.text.punctuate.features import CLASSES, TAIWAN, inside_names, sizes, written_classes
from podcast.text.punctuate.hanging import settle_lists, settle_stops
from podcast.text.punctuate.passages import Mark, mark_passages
from podcast.text.punctuate.tagger import Scorer, Tagger, shipped
from podcast.text.punctuate.tokens import STRONG, Token, flatten, lead_in, written_mark
from podcast.text.punctuate.whose import style
from podcast.text.punctuate.write import set_gap, split_gap
from podcast.text.spacing import spaced

__all__ = ["Scorer", "Tagger", "Taste", "punctuate"]

LOOKS = 3  # times at most that the decoder is asked for sentences without unfinished ones
END = Token("", "", 0)


def punctuate(
    transcript: Transcript,
    tagger: Scorer | None = None,
    taste: Taste | None = None,
    heard: Transcript | None = None,
    marks: str = Recipe().marks,
) -> tuple[Sentence, ...]:
    """The sentences of a transcript, each of one voice and with a stop at its end.

    Marks that a line already has are kept, in full width; only a comma may become a stop.
    `heard` is the transcript before cleaning: a line of a filler such as 好吧 is a sign that the
    sentence before it ends. `marks` is one of `model.MARKS`. Raises EngineError if a `tagger`
    changes the words.
    """
    whose = style(marks, transcript.lines)
    tagger = tagger or shipped()
    if tagger is shipped():  # nobody has told it yet whose marks to set
        tagger = shipped().in_style(whose)
    taste = taste or (TAIWANS if whose == TAIWAN else Taste())
    closed = closings(transcript, heard) if heard else {}
    rests = rest(heard) if heard else 0.0
    whole = is_all_english(transcript.lines)
    runs = groupby(transcript.lines, key=attrgetter("voice"))
    return tuple(
        sentence
        for voice, run in runs
        for is_english, lines in stretches(list(run), whole)
        for sentence in (
            english_sentences(lines, voice)
            if is_english
            else _punctuate_voice(lines, closed, rests, tagger, taste)
        )
    )


def _punctuate_voice(
    lines: list[Line], closed: Mapping[int, float], rests: float, tagger: Scorer, taste: Taste
) -> Iterator[Sentence]:
    usual = usual_pause(lines)

    def choose(tokens: Sequence[Token], begin: int) -> list[Mark]:
        scores = tagger.score(tokens) + evidence(tokens, usual, closed, rests)
        return _choose_marks(tokens, scores, begin, taste)

    return _write(lead_in(lines), mark_passages(flatten(lines), choose), lines[0].voice)


def _choose_marks(tokens: Sequence[Token], scores: Floats, begin: int, taste: Taste) -> list[Mark]:
    """The mark after each token from `begin` on, in full width.

    `scores` are log chances of shape (tokens, classes).
    """
    asks = ask(scores, taste)[begin:]
    scores, tokens = scores[begin:].copy(), tokens[begin:]
    texts, ends = [token.text for token in tokens], [token.ends for token in tokens]
    stay = frozenset(place for place, token in enumerate(tokens) if written_mark(token.gap))
    marks = _best_marks(tokens, scores, asks, taste)
    for _ in range(LOOKS):
        cuts = unfinished(texts, marks, ends, stay)
        if not cuts:
            break
        make_dear(scores, cuts)
        marks = _best_marks(tokens, scores, asks, taste)
    marks = settle_stops(texts, settle_questions(texts, marks, stay), stay)
    proofs = stop_odds(scores).tolist()
    return [
        Mark(sign, None if place in stay else proofs[place])
        for place, sign in enumerate(settle_lists(texts, marks, stay))
    ]


def _best_marks(tokens: Sequence[Token], scores: Floats, asks: Flags, taste: Taste) -> list[str]:
    """The marks of the likeliest sentences, in full width; those that are written stay."""
    written = written_classes(tokens)
    barred = inside_names(tokens)
    chosen = decode(scores, sizes(tokens), written, barred=barred, asks=asks, taste=taste)
    return [
        written_mark(token.gap) if number and number == kept else CLASSES[number]
        for token, number, kept in zip(tokens, chosen.tolist(), written.tolist(), strict=True)
    ]


def _write(lead: str, marked: Iterator[tuple[Token, Mark]], voice: str) -> Iterator[Sentence]:
    """The sentences of some tokens and the mark after each."""
    _, _, opening = split_gap(lead)
    parts, line, pause = [opening], 0, None
    for (token, mark), (following, _) in pairwise(chain(marked, [(END, Mark(""))])):
        line = line or token.line
        before, after = set_gap(token, mark.sign, following.text)
        parts += [token.text, before]
        if mark.sign and mark.sign in STRONG:
            yield Sentence(spaced("".join(parts)), line, pause, voice, mark.proof)
            line, parts = 0, []
            pause = token.pause_ms if token.pause_ms >= 0 else None
        parts.append(after)
