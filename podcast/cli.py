"""The command: arguments in, one call, paths out. Exit status 0, 1 (failed) or 2 (misused)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from podcast import __version__
from podcast.errors import PodcastError
from podcast.model import HOST, Recipe

OUT = Path("out")
DEFAULT = Recipe()
FILE = click.Path(path_type=Path)

chapters_option = click.option(
    "--chapters",
    type=click.IntRange(0, 999),
    default=DEFAULT.chapters,
    help="How many; 0 lets the talk decide.",
)
chapter_minutes_option = click.option(
    "--chapter-minutes",
    type=click.FloatRange(0.5, 120),
    default=DEFAULT.chapter_minutes,
    show_default=True,
    help="What a chapter should last.",
)


class Commands(click.Group):
    """A group whose commands end in one line, not a traceback, on PodcastError."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a failure is one sentence and exit status 1."""
        try:
            return super().invoke(ctx)
        except PodcastError as error:
            raise click.ClickException(_plain(str(error))) from error
        except KeyboardInterrupt as error:
            raise click.ClickException("stopped; what was published before is as it was") from error


def _plain(sentence: str) -> str:
    """A message without what could move a terminal's cursor."""
    return "".join(character if character.isprintable() else "�" for character in sentence)


def tell(notice: str) -> None:
    """Say on stderr what a person should know."""
    click.echo(_plain(notice), err=True)


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="podcast")
def main() -> None:
    """A raw Chinese ASR transcript in, a podcast episode out."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def jobs_default() -> int:
    """As many processes as this one may use cores."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@main.command()
@click.argument("seed", type=FILE)
@click.option("-o", "--out", type=FILE, default=OUT, show_default=True, help="Where episodes go.")
@click.option("--engine", default=DEFAULT.engine, show_default=True, help="What reads aloud.")
@click.option("--offline", is_flag=True, help="Send nothing anywhere.")
@click.option("--jobs", type=click.IntRange(1), default=jobs_default, help="Processes.")
@click.option("--rewrite", is_flag=True, help="Start over from the seed, not from your edit.")
@click.option(
    "--sentence-pause",
    type=click.FloatRange(0, 10),
    default=DEFAULT.sentence_pause,
    show_default=True,
    help="Seconds.",
)
@click.option(
    "--paragraph-pause",
    type=click.FloatRange(0, 10),
    default=DEFAULT.paragraph_pause,
    show_default=True,
    help="Seconds.",
)
@click.option(
    "--chapter-pause",
    type=click.FloatRange(0, 10),
    default=DEFAULT.chapter_pause,
    show_default=True,
    help="Seconds.",
)
@click.option(
    "--loudness",
    type=click.FloatRange(-40, -10),
    default=DEFAULT.loudness,
    show_default=True,
    help="LUFS.",
)
@click.option(
    "--peak",
    type=click.FloatRange(-20, 0),
    default=DEFAULT.peak,
    show_default=True,
    help="dBTP at most.",
)
@click.option(
    "--bitrate",
    type=click.Choice(["64", "80", "96", "112", "128", "160"]),
    default=str(DEFAULT.bitrate),
    show_default=True,
    help="kbit/s.",
)
@chapters_option
@chapter_minutes_option
@click.option("-q", "--quiet", is_flag=True, help="No progress, no table.")
def make(
    seed: Path,
    out: Path,
    jobs: int,
    rewrite: bool,
    offline: bool,
    quiet: bool,
    bitrate: str,
    **options: Any,
) -> None:
    """Build the episode of SEED: a transcript, or a script.md."""
    from podcast.build import Order, build
    from podcast.cast import voices_folder
    from podcast.progress import Shown

    recipe = Recipe(bitrate=int(bitrate), **options)
    order = Order(seed, out, recipe, voices_folder(), jobs, rewrite, offline)
    console = Console(stderr=True)
    with Shown(console, quiet) as shown:
        built = build(order, shown, tell)
    if not quiet:
        if not built.fresh:
            click.echo(f"{built.folder} is up to date", err=True)
        console.print(chapter_table(built.report))
    for name in ("episode.mp3", "episode.srt", "script.md", "shownotes.md"):
        click.echo(built.folder / name)
    click.echo(built.folder / "chapters")


def chapter_table(report: dict[str, Any]) -> Table:
    """The chapters of a finished build: start, length, title."""
    table = Table(title=Text(_plain(report["title"])), title_justify="left")
    for heading, side in (("#", "right"), ("start", "right"), ("length", "right")):
        table.add_column(heading, justify=side)  # type: ignore[arg-type]
    table.add_column("chapter")
    for number, chapter in enumerate(report["chapters"], 1):
        start, length = clock(chapter["start_seconds"]), clock(chapter["seconds"])
        table.add_row(str(number), start, length, Text(_plain(chapter["title"])))
    total = clock(report["seconds"])
    table.add_section()
    table.add_row("", "", total, f"{report['loudness_lufs']:.1f} LUFS, {report['lines']} lines")
    return table


def clock(seconds: float) -> str:
    """A time to read: `1:02:03`, `2:03`.

    >>> clock(3723.9), clock(123)
    ('1:02:03', '2:03')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@main.command()
@click.argument("seed", type=FILE)
@click.option("-o", "--output", type=FILE, help="Where to; else out/<episode>/script.md.")
@click.option("--why", is_flag=True, help="Write a page, too, of what became of each line.")
@click.option("--rewrite", is_flag=True, help="Write over a script you edited; it is kept beside.")
@chapters_option
@chapter_minutes_option
def script(seed: Path, output: Path | None, why: bool, rewrite: bool, **options: Any) -> None:
    """Write the script of SEED, for you to edit; make no sound."""
    from podcast.build import Order, write_draft, write_why
    from podcast.cast import voices_folder

    order = Order(seed, OUT, Recipe(**options), voices_folder(), rewrite=rewrite)
    path = write_draft(order, output)
    click.echo(path)
    if why:
        click.echo(write_why(seed, path))


@main.command()
@click.argument("seed", type=FILE)
def names(seed: Path) -> None:
    """List names that SEED spells in several ways, as a glossary to paste."""
    from podcast.build import require_source
    from podcast.names import names_text, suspects
    from podcast.read import read

    require_source(seed)
    click.echo(names_text(suspects(read(seed))), nl=False)


@main.command()
@click.argument("text")
@click.option("-o", "--output", type=FILE, required=True, help="A .wav file.")
@click.option("--engine", default=DEFAULT.engine, show_default=True, help="What reads aloud.")
@click.option("--offline", is_flag=True, help="Send nothing anywhere.")
@click.option("--role", default=HOST, show_default=True, help="Whose voice.")
def say(text: str, output: Path, engine: str, offline: bool, role: str) -> None:
    """Say TEXT, to try a voice."""
    from podcast.cast import voices_folder
    from podcast.choose import choose
    from podcast.say import say as say_text
    from podcast.store import Store

    cast = choose(engine, voices_folder(), offline, tell)
    say_text(text, output, role, cast, Store(OUT / ".cache"))
    click.echo(output)


@main.command()
@click.option("--sample", is_flag=True, help="Write a page to hear all voices side by side.")
@click.option("-o", "--output", type=FILE, default=OUT / "voices.html", help="That page.")
@click.option("--engine", default=DEFAULT.engine, help="Whose voices; auto: of all in voices/.")
@click.option("--offline", is_flag=True, help="Send nothing anywhere.")
def voices(sample: bool, output: Path, engine: str, offline: bool) -> None:
    """List who speaks, and the engines there are."""
    from podcast.cast import voices_folder
    from podcast.say import voices_text

    if sample:
        _sample(output, voices_folder(), engine, offline)
    else:
        click.echo(voices_text(voices_folder()), nl=False)


def _sample(output: Path, folder: Path, engine: str, offline: bool) -> None:
    from podcast.sample import missed_text, write_samples
    from podcast.store import Store

    missed = write_samples(output, folder, engine, offline, Store(OUT / ".cache"))
    for line in missed_text(missed).splitlines():
        tell(line)
    click.echo(output)


@main.command()
@click.argument("folder", type=FILE)
def check(folder: Path) -> None:
    """Read a built episode again with other code, and say what is wrong with it."""
    from podcast.check import check as check_folder

    findings = check_folder(folder)
    table = Table("", "what", "found")
    for finding in findings:
        table.add_row("ok" if finding.good else "FAIL", finding.what, Text(_plain(finding.found)))
    Console().print(table)
    if not all(finding.good for finding in findings):
        raise click.ClickException(f"{folder} has faults")


@main.command(name="open")
@click.option("-o", "--out", type=FILE, default=OUT, show_default=True, help="Where episodes are.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--no-browser", is_flag=True, help="Only serve; open nothing.")
def open_(out: Path, port: int, no_browser: bool) -> None:
    """Listen to the built episodes in a browser, on this machine alone."""
    import webbrowser

    from podcast.errors import WriteError
    from podcast.serve import HOST, server

    try:
        running = server(out, port)
    except OSError as error:
        raise WriteError(f"port {port} is taken ({error.strerror}); try --port 0") from error
    address = f"http://{HOST}:{running.server_port}/"
    click.echo(address)
    if not no_browser:
        webbrowser.open(address)
    with running:
        running.serve_forever()


@main.command()
@click.option("-o", "--out", type=FILE, default=OUT, show_default=True, help="Where episodes are.")
@click.option("--link", required=True, help="Where that folder will be on the web.")
@click.option("--title", required=True, help="The podcast's.")
@click.option("--author", required=True, help="Whose it is.")
@click.option("--email", default="", help="The owner's, where a directory asks for it.")
@click.option("--description", default="", help="What it is about.")
@click.option("--category", default="Technology", show_default=True, help="One of Apple's.")
def feed(out: Path, **options: Any) -> None:
    """Write the RSS feed of all built episodes."""
    from podcast.feed import write_feed
    from podcast.formats.feed import Show

    click.echo(write_feed(out, Show(**options)))


@main.command()
@click.option("-o", "--out", type=FILE, default=OUT, show_default=True, help="Where episodes go.")
@click.option("--days", type=click.FloatRange(0), help="Forget what was not used for so long.")
@click.option("--megabytes", type=click.FloatRange(0), help="Forget the oldest above this size.")
def cache(out: Path, days: float | None, megabytes: float | None) -> None:
    """Show how large the memory of earlier builds is; forget some of it."""
    from podcast.prune import cache_text, prune
    from podcast.store import Store

    store = Store(out / ".cache")
    if days is not None or megabytes is not None:
        freed = prune(store, days, megabytes)
        tell(f"{freed / 1e6:.1f} MB freed")
    click.echo(cache_text(store), nl=False)
