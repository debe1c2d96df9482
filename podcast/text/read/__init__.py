"""A file -> Transcript: plain text, subtitles or a recogniser's JSON, in any usual encoding.

    bytes --decode--> text --cues | segments | plain--> Heard, in order --> Transcript

What the text holds decides how it is read; the file's extension only settles doubt.
"""

from __future__ import annotations

from pathlib import Path

from podcast.errors import ReadError
from podcast.files.decode import read_text
from podcast.files.tidy import Unreadable, named, tidy
from podcast.model import Transcript
from podcast.text.read.cues import is_ass, is_cues, read_ass, read_cues
from podcast.text.read.heard import Heard, require_few, to_transcript
from podcast.text.read.plain import read_plain
from podcast.text.read.segments import is_json, read_json

__all__ = ["is_script", "named", "read", "read_text", "tidy"]

LONGEST = 1_200_000  # characters of speech: three days and nights of it
MOST_LINES = 600_000
BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"

SCRIPTS = frozenset({".md", ".markdown"})

FOREIGN = {  # how a file begins -> what it is
    "{\\rtf": "an RTF document",
    "<!doctype html": "a web page",
    "<html": "a web page",
    "<?xml": "an XML file",
    "%pdf": "a PDF",
}


def read(path: Path) -> Transcript:
    """Every line of text in the file, in order.

    Raises ReadError when the file cannot be read, is not a transcript, or says nothing.
    """
    text = read_text(path)
    require_transcript(text, path)
    try:
        require_few(sum(map(text.count, BREAKS)), MOST_LINES, "line breaks")
        transcript = to_transcript(heard_in(text, path))
        require_few(sum(len(line.text) for line in transcript.lines), LONGEST, "characters")
    except Unreadable as error:
        raise ReadError(f"cannot read {named(path)}: {error}") from error
    if not transcript.lines:
        raise ReadError(f"cannot read {named(path)}: it holds no line of text")
    return transcript


def heard_in(text: str, path: Path) -> list[Heard]:
    """What `text` holds, by the form it is in. Raises Unreadable where the form is broken."""
    if is_json(text, path.suffix.lower()):
        return read_json(text)
    if is_ass(text):
        return read_ass(text)
    if is_cues(text):
        return read_cues(text)
    return read_plain(text)


def require_transcript(text: str, path: Path) -> None:
    """Refuse a document of another kind, which would be read aloud with its markup."""
    opening = text[:200].lstrip().lower()
    for start, kind in FOREIGN.items():
        if opening.startswith(start):
            raise ReadError(
                f"cannot read {named(path)}: it is {kind}; "
                "give a .txt, .srt, .vtt or Whisper .json transcript"
            )


def is_script(path: Path) -> bool:
    """Whether the file's name says it is a script in Markdown, to be read by `script`.

    >>> is_script(Path("out/talk/script.md"))
    True
    >>> is_script(Path("seeds/talk.txt"))
    False
    """
    return path.suffix.lower() in SCRIPTS
