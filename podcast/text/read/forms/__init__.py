"""The forms of transcripts, one module each, in the order in which they are tried.

To add one: a module with a `Form`, which has an example, its row here, and its cases in
`tests/data/cases/`. Hostile transcripts and random bytes are made of the examples in this table. A
form that is told by its first characters stands before one that is told by the habit of its lines;
plain text, which anything could be, is last.
"""

from __future__ import annotations

from podcast.text.read.form import Form
from podcast.text.read.forms.ass import ASS
from podcast.text.read.forms.cues import CUES
from podcast.text.read.forms.dashes import DASHES
from podcast.text.read.forms.lrc import LRC
from podcast.text.read.forms.microdvd import MICRODVD
from podcast.text.read.forms.numbered import NUMBERED_LINES
from podcast.text.read.forms.plain import PLAIN
from podcast.text.read.forms.printed import PRINTED
from podcast.text.read.forms.recognised import RECOGNISED
from podcast.text.read.forms.sami import SAMI
from podcast.text.read.forms.stamped import STAMPED
from podcast.text.read.forms.table import TABLE
from podcast.text.read.forms.xml import XML

__all__ = ["FORMS", "PLAIN", "form_of"]

FORMS = (
    RECOGNISED,
    PRINTED,
    XML,
    SAMI,
    ASS,
    CUES,
    MICRODVD,
    LRC,
    TABLE,
    STAMPED,
    NUMBERED_LINES,
    DASHES,
    PLAIN,
)
SURE = 0.5  # from here on a text is of a form


def form_of(text: str, suffix: str) -> Form:
    """The first form of the table that a text is surely of."""
    return next(form for form in FORMS if form.fits(text, suffix) >= SURE)
