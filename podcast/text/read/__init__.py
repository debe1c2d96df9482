"""A file -> Transcript: whatever programs, services and people write down of a talk.

    bytes --decode | docx--> text --forms--> Heard, in order --unsaid--> what was said
        --who--> and by whom --roles--> Transcript

What the text holds decides which form it is of (`forms`); the file's extension only settles doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from podcast.errors import ReadError
from podcast.files.decode import read_text
from podcast.files.names import PREVIOUS_SCRIPT, SCRIPT
from podcast.files.tidy import Unreadable, named, tidy
from podcast.model import GUEST, HOST, Opening, Transcript
from podcast.text.read.docx import document, is_docx
from podcast.text.read.edges import lines_above
from podcast.text.read.forms import PLAIN, form_of
from podcast.text.read.forms.dashes import DASHES
from podcast.text.read.forms.numbered import NUMBERED_LINES
from podcast.text.read.forms.stamped import STAMPED
from podcast.text.read.headings import Page, numbered, openings
from podcast.text.read.heard import Heard, require_few
from podcast.text.read.language import require_chinese
from podcast.text.read.markdown import is_ours, is_raw, unmarked
from podcast.text.read.roles import NO_WISHES, roles, to_transcript
from podcast.text.read.title import title_above
from podcast.text.read.unsaid import HEAD, Dropped, take_out
from podcast.text.read.who import name_speakers
from podcast.text.read.words import by_phrase

__all__ = ["Reading", "is_script", "named", "read", "read_text", "reading", "tidy"]

MOST_CHARS = 1_200_000  # characters of speech: three days and nights of it
MOST_LINES = 600_000
BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"

DATA = "[{<"  # what JSON and XML begin with: all that was said may be on one line of these

SCRIPTS = frozenset({".md", ".markdown"})
LISTS = (PLAIN, DASHES, NUMBERED_LINES)  # forms that the paragraphs of a script may have
OURS = frozenset({SCRIPT, PREVIOUS_SCRIPT})  # names that only scripts have
LATE_MS = 60_000  # the first time in a recording is earlier; 9:30 is of the day, 3:16 a verse
TALLEST_CUE = 6  # lines of a page of Markdown for each piece of speech, at most

FOREIGN = {  # how a file begins -> what it is
    "{\\rtf": "an RTF document",
    "<!doctype html": "a web page",
    "<html": "a web page",
    "%pdf": "a PDF",
}


class Reading(NamedTuple):
    """A transcript and how it was read: its form, who says it, and what was left out.

    `roles` has the role of each speaker by the name in the file, in the order of their first turns.
    `openings` are the chapters that the file's own headings open. `title` is what the file calls
    the talk above its words, or empty.
    """

    transcript: Transcript
    form: str
    heard: tuple[Heard, ...]
    roles: dict[str, str]
    dropped: tuple[Dropped, ...]
    openings: tuple[Opening, ...] = ()
    title: str = ""

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
    try:
        page = document(path) if is_docx(path) else Page(read_text(path))
        require_transcript(page.text, path)
        require_few(sum(map(page.text.count, BREAKS)), MOST_LINES, "line breaks")
        if page.text.lstrip()[:1] not in DATA:
            longest = max(map(len, page.text.splitlines()), default=0)
            require_few(longest, MOST_CHARS, "characters on one line")
        made = heard_in(page, path.suffix.lower(), wishes)
        require_few(sum(len(line.text) for line in made.transcript.lines), MOST_CHARS, "characters")
    except Unreadable as error:
        raise ReadError(f"cannot read {named(path)}: {error}") from error
    if not made.transcript.lines:
        raise ReadError(f"cannot read {named(path)}: it holds no line of text")
    return made


def heard_in(page: Page, suffix: str, wishes: Mapping[str, str] = NO_WISHES) -> Reading:
    """What a text holds, by the form it is in. Raises Unreadable where the form is broken."""
    page = page if page.headings else unmarked(page.text)
    with_chapters = numbered(page)
    if with_chapters is not page and form_of(page.text, suffix).counts_lines:
        page = with_chapters  # what a subtitle shows stays: it has no place for chapters
    page, above = below_summary(page)
    form = form_of(page.text, suffix)
    heard = form.read(page.text)  # it refuses a text that holds too much; `unread` does not
    apart = [Dropped("a heading", one.title, one.number) for one in page.headings]
    apart += [
        Dropped("outside the subtitles", words, max(1, at)) for at, words in form.unread(page.text)
    ]
    said, dropped = take_out(name_speakers(by_phrase(heard)), form is PLAIN)
    require_chinese([one.text for one in said])
    played = roles(said, wishes)
    return Reading(
        to_transcript(said, played),
        form.name,
        tuple(said),
        played,
        (*apart, *above, *dropped),
        openings(page.headings) if form.counts_lines else (),
        title_above(page.headings, [one.text for one in (*above, *dropped) if one.why == HEAD]),
    )


def below_summary(page: Page) -> tuple[Page, tuple[Dropped, ...]]:
    """The page without the title, the summary and the list of chapters above its words."""
    lines = page.text.split("\n")
    shown = list(lines)
    for heading in page.headings:
        shown[heading.number - 1] = heading.title
    count = lines_above(shown)
    if not count:
        return page, ()
    lines[:count] = [""] * count
    above = ((at, tidy(line)) for at, line in enumerate(shown[:count], 1))
    headings = tuple(one for one in page.headings if one.number > count)
    return Page("\n".join(lines), headings), tuple(
        Dropped(HEAD, line, at) for at, line in above if line
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
    """Whether the file is a script, which `script` reads, and no transcript in Markdown.

    Its name says so, unless what it holds can only be a transcript: lines with times or the names
    of those who speak, or text without a heading and without marks. A script would read such names
    aloud; as a transcript it gives each of them a voice. A file called script.md is a script,
    whatever it holds.

    >>> is_script(Path("out/talk/script.md"))
    True
    >>> is_script(Path("seeds/talk.txt"))
    False
    """
    if path.suffix.lower() not in SCRIPTS:
        return False
    if path.name.lower() in OURS:
        return True
    try:
        return not is_transcript(read_text(path), path.suffix.lower())
    except ReadError:
        return True


def is_transcript(text: str, suffix: str = ".md") -> bool:
    """Whether a page of Markdown holds a transcript.

    >>> is_transcript("**张三** 00:12\\n大家好\\n\\n**李四** 00:25\\n番茄\\n\\n**张三** 00:40\\n好")
    True
    >>> is_transcript("# 集\\n\\n张三：好。\\n\\n李四：好。\\n\\n张三：来。\\n\\n李四：来。")
    True
    >>> is_transcript("# 集\\n\\n## 章\\n\\n大家好。\\n\\n> [guest] 我们 9:30 开始。")
    False
    >>> is_transcript("# 一天\\n\\n8:00 起床。\\n\\n8:30 吃饭。\\n\\n9:30 出门。")
    False
    """
    if is_ours(text):
        return False
    if is_raw(text):
        return True
    page = unmarked(text)
    form = form_of(page.text, suffix)
    try:
        said = name_speakers(form.read(page.text))
    except Unreadable:
        return False
    if form is STAMPED and not any(one.speaker for one in said):
        first = next((one.start_ms for one in said if one.start_ms is not None), 0)
        if first >= LATE_MS:
            return False
    told = sum(one.start_ms is not None or bool(one.speaker) for one in said)
    if form is PLAIN:
        return told * 2 > len(said)
    lines = sum(bool(line.strip()) for line in page.text.split("\n"))
    return form not in LISTS and told > 1 and told * TALLEST_CUE >= lines
