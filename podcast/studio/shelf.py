"""Names -> seeds, episodes and their files, and nothing else that lies on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podcast.errors import ReadError
from podcast.files.names import COVER, PAGE, SCRIPT, TRANSCRIPTS
from podcast.files.options import recipe_of
from podcast.files.settings import read_settings
from podcast.files.tidy import UNSAYABLE
from podcast.production.order import Order
from podcast.published.folder import LONGEST_FOLDER
from podcast.published.report import read_report

FORBIDDEN = frozenset('/\\\0:*?"<>|')  # in names, on any system


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folders that the studio works in, and how it builds."""

    seeds: Path
    out: Path
    voices: Path
    jobs: int = 1
    offline: bool = False

    def folder(self, name: str) -> Path:
        """The folder of an episode, which need not exist. Raises ReadError for a bad name."""
        return self.out / require_name(name)

    def seed(self, name: str) -> Path | None:
        """The transcript of an episode; None if there is none. Raises ReadError for a bad name."""
        require_name(name)
        return self.transcripts().get(name)

    def transcripts(self) -> dict[str, Path]:
        """The transcripts in the folder of seeds, by name; of two with one name, the first."""
        found: dict[str, Path] = {}
        for path in sorted(self.seeds.glob("*")):
            is_read = path.suffix.lower() in TRANSCRIPTS and path.is_file()
            if is_read and is_name(path.stem) and path.stem.lower() != "readme":
                found.setdefault(path.stem, path)
        return found

    def source(self, name: str) -> Path:
        """The transcript of an episode, or else the script that it has. Raises ReadError."""
        source = self.seed(name) or self.folder(name) / SCRIPT
        if not source.is_file():
            raise ReadError(f"there is no transcript called {name}; drop one on the first page")
        return source

    def order(self, name: str) -> Order:
        """The order of an episode: that of its transcript, or else of the script that it has.

        Raises ReadError if it has neither, or its settings cannot be read.
        """
        source = self.source(name)
        settings = read_settings(source)
        recipe = recipe_of(settings.recipe, {})
        return Order(
            source, self.out, recipe, self.voices, self.jobs,
            offline=self.offline, settings=settings,
        )  # fmt: skip

    def episodes(self) -> list[dict[str, Any]]:
        """Every seed and every episode that was built, as JSON has it, the newest first."""
        seeds = self.transcripts()
        names = {*seeds, *(path.parent.name for path in self.out.glob(f"*/{SCRIPT}"))}
        listed = [self._episode(name, seeds.get(name)) for name in names if is_name(name)]
        return sorted(listed, key=lambda each: (each["date"], each["name"]), reverse=True)

    def _episode(self, name: str, seed: Path | None) -> dict[str, Any]:
        folder = self.out / name
        report = read_report(folder)
        is_built = (folder / PAGE).is_file()
        return {
            "name": name,
            "title": report.title or name,
            "seed": seed.name if seed else "",
            "built": is_built,
            "date": report.date,
            "length_s": report.seconds,
            "cover": f"/files/{name}/{COVER}" if (folder / COVER).is_file() else "",
        }


def is_name(name: str) -> bool:
    """Whether a text can be the name of an episode: one step of a path, and not a hidden one."""
    fits = 0 < len(name.encode("utf-8", "surrogatepass")) <= LONGEST_FOLDER
    bad = FORBIDDEN & set(name) or UNSAYABLE.search(name) or name != name.strip()
    return fits and not bad and not name.startswith(".") and "\n" not in name


def require_name(name: str) -> str:
    """Return `name`; raise ReadError unless it can be the name of an episode."""
    if not is_name(name):
        raise ReadError(f"{name!r:.60} cannot be the name of an episode; use letters and digits")
    return name
