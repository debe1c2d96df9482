"""The studio's page: its HTML, and the files that it asks for under `/static/`.

Chapters, paragraphs and the player are those of the published page (`formats/script_html.py`). They
stand in the studio's page as templates without text, which the scripts in `pages/` fill in.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template

from podcast.formats import script_html

PAGES = Path(__file__).with_name("pages")
SHARED = ("look.css", "player.js")  # of the published page


@cache
def page_text() -> str:
    """The HTML of the start page and of the editor: one page, which looks at its own address."""
    return Template((PAGES / "studio.html").read_text("utf-8")).substitute(
        part=script_html.part_html(""),
        heading=script_html.heading_html(0, ""),
        role=script_html.role_html(""),
        paragraph=script_html.paragraph_html("", 0),
        player=script_html.player_html("", 0),
    )


def static_file(name: str) -> Path | None:
    """The file that `/static/NAME` is, or None if there is no such file."""
    return _static_files().get(name)


@cache
def _static_files() -> dict[str, Path]:
    own = {path.name: path for path in PAGES.iterdir() if path.suffix in (".css", ".js")}
    shared = Path(script_html.__file__).parent
    return own | {name: shared / name for name in SHARED}
