"""A file -> Transcript: whatever programs, services and people write down of a talk.

    bytes --decode | docx--> text --forms--> Heard, in order --unsaid--> what was said
        --who--> and by whom --roles--> Transcript

What the text holds decides which form it is of (`forms`); the file's extension only settles doubt.

The functions import the steps when they are called: a build after an edit of the script reads no
transcript, and to import all forms takes longer than some such builds.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from podcast.errors import ReadError
from podcast.files.decode import read_text
from podcast.files.tidy import Unreadable, named, tidy
from podcast.model import GUEST, HOST, Opening, Transcript
from podcast.text.read.roles import NO_WISHES, roles, to_transcript

if TYPE_CHECKING:
    from podcast.text.read.headings import Page
    from podcast.text.read.heard import Heard
    from podcast.text.read.unsaid import Dropped

__all__ = ["Reading", "is_script", "named", "read", "read_text", "reading", "tidy"]

MOST_CHARS = 1_200_000  # characters of speech: three days and nights of it
MOST_LINES = 600_000
BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"

OUTSIDE = "outside the subtitles"  # why the words are left out that a form has no place for
SCRIPTS = frozenset({".md", ".markdown"})

FOREIGN = {  # how a file begins -> what it is
    "{\\rtf": "an RTF document",
    "<!doctype html": "a web page",
    "<html": "a web page",
    "%pdf": "a PDF",
}


class Reading(NamedTuple):
    """A transcript and how it was read: its form, who says it, and what was left out.

    `roles` has the role of each speaker by the name in the file, in the order of their first turns.
    `openings` are the chapters that the file's own headings open.
    """

    transcript: Transcript
    form: str
    heard: tuple[Heard, ...]
    roles: dict[str, str]
    dropped: tuple[Dropped, ...]
    openings: tuple[Opening, ...] = ()

    @property
    def speakers(self) -> tuple[str, ...]:
        """The roles of all further speakers."""
        return tuple(role for role in self.roles.values() if role not in (HOST, GUEST))


def read(path: Path) -> Transcript:
    """Every line of text in the file, in order.

    Raises ReadError when the file cannot be read, is not a transcript, or says nothing.
    """
    return reading(path).transcript


def reading(path: Path, wishes: Mapping[str, str] = NO_WISHES) -> Reading:
    """The file's transcript, and how it was read. Raises ReadError as `read` does.

    `wishes` says who is to be host or guest, as `roles.roles` takes it.
    """
    from podcast.text.read.docx import document, is_docx
    from podcast.text.read.headings import Page
    from podcast.text.read.heard import require_few

    try:
        page = document(path) if is_docx(path) else Page(read_text(path))
        require_transcript(page.text, path)
        require_few(sum(map(page.text.count, BREAKS)), MOST_LINES, "line breaks")
        made = heard_in(page, path.suffix.lower(), wishes)
        require_few(sum(len(line.text) for line in made.transcript.lines), MOST_CHARS, "characters")
    except Unreadable as error:
        raise ReadError(f"cannot read {named(path)}: {error}") from error
    if not made.transcript.lines:
        raise ReadError(f"cannot read {named(path)}: it holds no line of text")
    return made


def heard_in(page: Page, suffix: str, wishes: Mapping[str, str] = NO_WISHES) -> Reading:
    """What a text holds, by the form it is in. Raises Unreadable where the form is broken."""
    from podcast.text.read.forms import PLAIN, form_of
    from podcast.text.read.headings import openings
    from podcast.text.read.markdown import unmarked
    from podcast.text.read.unsaid import Dropped, take_out
    from podcast.text.read.who import name_speakers
    from podcast.text.read.words import by_phrase

    page = page if page.headings else unmarked(page.text)
    form = form_of(page.text, suffix)
    apart = [Dropped("a heading", one.title, one.number) for one in page.headings]
    apart += [Dropped(OUTSIDE, words, max(1, at)) for at, words in form.unread(page.text)]
    said, dropped = take_out(name_speakers(by_phrase(form.read(page.text))), form is PLAIN)
    played = roles(said, wishes)
    return Reading(
        to_transcript(said, played),
        form.name,
        tuple(said),
        played,
        (*apart, *dropped),
        openings(page.headings) if form.counts_lines else (),
    )


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
