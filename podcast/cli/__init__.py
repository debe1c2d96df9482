"""Command-line arguments -> one call of a lower room -> the paths of the files that it made.

The exit status is 0, or 1 after an error, or 2 for arguments that are not understood. Rooms are
imported inside the commands, so that `podcast --help` need not load them.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import click
from click.core import ParameterSource
from rich.console import Console
from rich.table import Table
from rich.text import Text

from podcast import __version__
from podcast.cli import completion
from podcast.errors import PodcastError
from podcast.files.names import AUDIOBOOK, NOTES, REPORT, SCRIPT, SOUND, SUBTITLES
from podcast.files.options import OPTIONS, Option, OutOfRange, recipe_of
from podcast.formats.printed import clock
from podcast.model import HOST, Recipe, Watch

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from podcast.files.settings import Settings
    from podcast.production.batch import Result
    from podcast.production.order import Built, Order
    from podcast.published.check import Finding
    from podcast.published.on_castopod import Publication
    from podcast.published.on_s3 import Plan
    from podcast.published.report import Report
    from podcast.recording.heard import Recording

OUT = Path("out")
SEEDS = completion.SEEDS
OUT_HELP = "Folder of the episodes."
OFFLINE_HELP = "Use no online service; send nothing."
DEFAULT = Recipe()
EDITOR_VARIABLE = "PODCAST_EDITOR"  # the environment variable that sets --editor for every build
SHARE_VARIABLE = "PODCAST_PASSWORD"  # the environment variable that has that of --share
CASTOPOD = "castopod"  # what --to of `podcast publish` calls the server of CASTOPOD_URL
PODCAST_VARIABLE = "CASTOPOD_PODCAST"  # the environment variable that has a podcast's handle
SHORTEST_PASSWORD = 8  # characters
_STEPS = 1_000_000  # of a bar that shows a share
DEFAULT_SOURCE = ParameterSource.DEFAULT
FILE = click.Path(path_type=Path)
Command = TypeVar("Command", bound=Callable[..., Any])


seed_argument = click.argument("seed", type=FILE, shell_complete=completion.seeds)


port_option = click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to serve the pages at; 0 takes any free one.",
)
browser_option = click.option(
    "--no-browser", is_flag=True, help="Serve the pages, but open no browser."
)


class Value(click.ParamType):  # type: ignore[type-arg]
    """The type of an option that sets a field of Recipe; `Option` parses and checks its values."""

    def __init__(self, option: Option) -> None:
        """`option` holds the range and the choices of the field."""
        self.option = option
        self.name = option.values

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value of the field from a word of the command line; a default is left as it is."""
        try:
            return self.option.parse(value) if isinstance(value, str) else value
        except OutOfRange as error:
            self.fail(str(error), param, ctx)


def recipe_options(*names: str) -> Callable[[Command], Command]:
    """A decorator that adds the options of these fields of Recipe to a command, in this order."""

    def decorate(command: Command) -> Command:
        for name in reversed(names):
            command = _recipe_option(OPTIONS[name])(command)
        return command

    return decorate


def _recipe_option(option: Option) -> Callable[[Command], Command]:
    flag = "--" + option.name.replace("_", "-")
    if option.kind is bool:
        switch = f"{flag}/--no-{flag.removeprefix('--')}"
        return click.option(switch, default=option.default, help=option.meaning)
    complete = completion.engines if option.name == "engine" else None
    return click.option(
        flag,
        type=Value(option),
        shell_complete=complete,
        metavar=option.values,
        default=option.default,
        show_default=option.default not in (None, ""),
        envvar=EDITOR_VARIABLE if option.name == "editor" else None,
        help=option.meaning,
    )


def settings_of(seed: Path) -> Settings:
    """The settings beside a seed. Raises ReadError if there is no seed, or a setting is wrong."""
    from podcast.files.settings import read_settings
    from podcast.production.order import require_source

    require_source(seed)
    return read_settings(seed)


def recipe_for(settings: Settings, options: dict[str, Any]) -> Recipe:
    """The recipe of a seed's settings, changed by the options given on the command line."""
    source_of = click.get_current_context().get_parameter_source
    given = {name: value for name, value in options.items() if source_of(name) != DEFAULT_SOURCE}
    return recipe_of(settings.recipe, given)


class Commands(click.Group):
    """A group of commands that print a PodcastError as one line instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Print a PodcastError, or an interruption, and exit with status 1."""
        try:
            return super().invoke(ctx)
        except PodcastError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt as error:
            raise click.ClickException(
                "stopped; the episodes that were published before are unchanged"
            ) from error


def _plain(sentence: str) -> str:
    """The message with a replacement mark for each character that could control a terminal."""
    return "".join(character if character.isprintable() else "�" for character in sentence)


def tell(notice: str) -> None:
    """Print a notice to standard error."""
    click.echo(_plain(notice), err=True)


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="podcast")
def main() -> None:
    """A raw Chinese ASR transcript in, a podcast episode out."""
    with suppress(ValueError):  # Python sets signal handlers only in the main thread
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def jobs_default() -> int:
    """The number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def build_options(command: Command) -> Command:
    """Add the options of the build that do not affect the sound or the text to a command."""
    return _with_options(
        command,
        click.option("-o", "--out", type=FILE, default=OUT, show_default=True, help=OUT_HELP),
        click.option("--offline", is_flag=True, help=OFFLINE_HELP),
        click.option(
            "--jobs",
            type=click.IntRange(1),
            default=jobs_default,
            help="Number of worker processes; one for each core by default.",
        ),
        click.option(
            "--scheduler", default="", help="Address of a Dask scheduler to make chapters on."
        ),
        click.option("--store", default="", help="Folder or URL of the cache, if not out/.cache."),
        click.option(
            "--rewrite", is_flag=True, help="Start over from SEED; an edited script is kept beside."
        ),
        click.option("-q", "--quiet", is_flag=True, help="Print no progress and no table."),
    )


def _with_options(command: Command, *options: Callable[[Command], Command]) -> Command:
    """The command with these options, which its help lists in this order."""
    for option in reversed(options):
        command = option(command)
    return command


recogniser_option = click.option(
    "--recogniser",
    metavar="NAME",
    default="whisper-base",
    show_default=True,
    help="Added model that hears it, or the folder of one.",
)


@main.command()
@seed_argument
@build_options
@click.option(
    "--listen",
    is_flag=True,
    help="Hear the episode; an online voice says again what is not heard as it is written.",
)
@recogniser_option
@recipe_options(*OPTIONS)
def make(seed: Path, quiet: bool, listen: bool, recogniser: str, **options: Any) -> None:
    """Build the episode of SEED, a transcript or a script.md."""
    from podcast.outside import ffmpeg

    ffmpeg.look_for()  # a thread runs ffmpeg while the other modules are imported
    from podcast.cli.progress import Shown
    from podcast.production.build import build

    order = order_of(seed, **options)
    console = Console(stderr=True)
    with Shown(console, quiet) as shown:
        built = _build_by_ear(order, recogniser, shown) if listen else build(order, shown, tell)
    if not quiet:
        if not built.fresh:
            click.echo(f"{built.folder} is up to date", err=True)
        console.print(chapter_table(built.report))
    for name in (SOUND, SUBTITLES, SCRIPT, NOTES):
        click.echo(built.folder / name)
    if (built.folder / AUDIOBOOK).is_file():
        click.echo(built.folder / AUDIOBOOK)
    click.echo(built.folder / "chapters")


def _build_by_ear(order: Order, recogniser: str, watch: Watch) -> Built:
    """The build of an order that is also heard. Raises ModelError before it begins, if need be."""
    from podcast.outside.recogniser import open_recogniser
    from podcast.production.by_ear import build_by_ear

    return build_by_ear(order, open_recogniser(recogniser), recogniser, watch, tell)


def order_of(
    seed: Path,
    *,
    out: Path,
    jobs: int,
    rewrite: bool,
    offline: bool,
    store: str,
    scheduler: str,
    **options: Any,
) -> Order:
    """The order that the options of a command and the settings beside the seed make up.

    Raises ReadError if there is no seed, or a setting is wrong.
    """
    from podcast.production.order import Order
    from podcast.speech.cast import voices_folder

    settings = settings_of(seed)
    return Order(
        seed,
        out,
        recipe_for(settings, options),
        voices_folder(),
        jobs,
        rewrite=rewrite,
        offline=offline,
        store=store,
        scheduler=scheduler,
        settings=settings,
    )


@main.command()
@click.argument("seeds", type=FILE, nargs=-1, required=True)
@build_options
@recipe_options(*OPTIONS)
def batch(seeds: tuple[Path, ...], quiet: bool, **options: Any) -> None:
    """Build the episodes of all SEEDS; if one fails, the others go on."""
    from podcast.cli.progress import ShownBatch
    from podcast.production.batch import FAILED, Result, build_all

    orders: list[Order] = []
    results: list[Result] = []
    for seed in seeds:
        try:
            orders.append(order_of(seed, **options))
        except PodcastError as error:
            results.append(Result(seed.stem, FAILED, 0.0, 0.0, str(error)))
    console = Console(stderr=True)

    def say(notice: str) -> None:
        console.print(Text(_plain(notice)), soft_wrap=True)

    try:
        with (
            ShownBatch(console, quiet, len(orders)) as shown,
            closing(build_all(orders, shown, say)) as coming,
        ):
            for result in coming:
                results.append(result)
                shown.over(result.name)
                if not quiet:
                    say(f"{len(results)}/{len(seeds)} {result.name}: {result.outcome}")
                elif result.error:
                    say(f"{result.name}: {result.error}")
    finally:
        if not quiet:
            console.print(batch_table(results))
    for result in results:
        if result.folder:
            click.echo(result.folder)
    failed = [result for result in results if result.outcome == FAILED]
    if failed:
        names = ", ".join(result.name for result in failed)
        raise click.ClickException(_plain(f"{len(failed)} of {len(results)} failed: {names}"))


def batch_table(results: list[Result]) -> Table:
    """A table of the results of `podcast batch`, in the order in which the episodes ended."""
    table = Table("episode", "result")
    table.add_column("length", justify="right")
    table.add_column("seconds", justify="right")
    table.add_column("error", overflow="fold")
    for each in results:
        length = clock(int(each.length * 1000)) if each.length else ""
        row = (Text(_plain(each.name)), each.outcome, length, f"{each.took:.1f}")
        table.add_row(*row, Text(_plain(each.error)))
    return table


def chapter_table(report: Report) -> Table:
    """A table of the chapters of a finished build: start, length, title."""
    table = Table(title=Text(_plain(report.title)), title_justify="left")
    for heading, side in (("#", "right"), ("start", "right"), ("length", "right")):
        table.add_column(heading, justify=side)  # type: ignore[arg-type]
    table.add_column("chapter")
    for number, chapter in enumerate(report.chapters, 1):
        start, length = (clock(int(s * 1000)) for s in (chapter.start_seconds, chapter.seconds))
        table.add_row(str(number), start, length, Text(_plain(chapter.title)))
    lufs = report.loudness_lufs
    loudness = "silent" if lufs is None else f"{lufs:.1f} LUFS"
    table.add_section()
    table.add_row("", "", clock(int(report.seconds * 1000)), f"{loudness}, {report.lines} lines")
    return table


@main.command()
@seed_argument
@click.option("-o", "--output", type=FILE, help="File to write, if not out/<episode>/script.md.")
@click.option("--why", is_flag=True, help="Also write a page that explains each changed line.")
@click.option("--rewrite", is_flag=True, help="Replace an edited script; it is kept beside.")
@recipe_options("chapters", "chapter_minutes", "punctuation", "marks", "edit", "editor")
def script(seed: Path, output: Path | None, why: bool, rewrite: bool, **options: Any) -> None:
    """Write the script of SEED for you to edit, without any sound."""
    from podcast.cli.progress import Shown
    from podcast.production.make import write_draft, write_why
    from podcast.production.order import Order
    from podcast.speech.cast import voices_folder

    settings = settings_of(seed)
    recipe = recipe_for(settings, options)
    order = Order(seed, OUT, recipe, voices_folder(), rewrite=rewrite, settings=settings)
    with Shown(Console(stderr=True), quiet=not order.recipe.editor) as shown:
        path = write_draft(order, output, shown, tell)
    click.echo(path)
    if why:
        click.echo(write_why(order, path))


class Moment(click.ParamType):  # type: ignore[type-arg]
    """A time of a recording in seconds: 95, 1:35 or 1:02:03.5."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The time in seconds."""
        if isinstance(value, float):
            return value
        if not re.fullmatch(r"(\d+:){0,2}\d+(\.\d+)?", str(value)):
            self.fail(f"{value!r} is not a time such as 95 or 1:35", param, ctx)
        seconds = 0.0
        for part in str(value).split(":"):
            seconds = 60 * seconds + float(part)
        return seconds


@main.command()
@click.argument("recording", type=FILE)
@click.option("-o", "--output", type=FILE, help="File to write; else RECORDING with .vtt.")
@click.option("--track", type=click.IntRange(0), default=0, help="Which sound track, from 0 on.")
@recogniser_option
def hear(recording: Path, output: Path | None, track: int, recogniser: str) -> None:
    """Write a transcript of RECORDING with a speech recogniser, for you to correct."""
    from podcast.recording.heard import Recording

    click.echo(_hear_recording(Recording(recording, track), output, recogniser))


def _written(recording: Recording, recogniser: str) -> Path:
    """The transcript beside a recording; a recogniser writes it if there is none."""
    from podcast.recording.heard import require_sound

    require_sound(recording)
    place = recording.path.with_suffix(".vtt")
    if not place.exists():
        return _hear_recording(recording, place, recogniser)
    tell(f"using the transcript {place}")
    return place


def _hear_recording(recording: Recording, output: Path | None, recogniser: str) -> Path:
    """The path of the transcript that a recogniser writes, while a person sees how far it is."""
    from podcast.outside.recogniser import open_recogniser
    from podcast.recording.heard import require_recording
    from podcast.recording.written import require_new, write_heard

    require_recording(recording)
    place = output or recording.path.with_suffix(".vtt")
    require_new(place)
    opened = open_recogniser(recogniser)
    with click.progressbar(length=0, label="listening", file=sys.stderr, show_pos=True) as bar:
        name = Path(recogniser).name
        write_heard(recording, opened, name, place, lambda seconds: bar.update(seconds))
    tell(f"{place} is what {recogniser} heard; read it before you use it: it has errors")
    return place


@main.command()
@seed_argument
@click.argument("recording", type=FILE, required=False)
@click.option("-o", "--output", type=FILE, help="Where to; else out/<episode>/original.")
@click.option("--from", "start", type=Moment(), default=0.0, help="Where in it the talk begins.")
@click.option("--to", "end", type=Moment(), help="Where it ends.")
@click.option("--track", type=click.IntRange(0), default=0, help="Which sound track, from 0 on.")
@click.option(
    "--listen", is_flag=True, help="A speech recogniser also hears the lines that are not sure."
)
@recogniser_option
@recipe_options(
    "chapters",
    "chapter_minutes",
    "punctuation",
    "marks",
    "edit",
    "subtitle_style",
    "subtitle_lines",
)
def align(
    seed: Path,
    recording: Path | None,
    *,
    output: Path | None,
    start: float,
    end: float | None,
    track: int,
    listen: bool,
    recogniser: str,
    **options: Any,
) -> None:
    """Write subtitles and chapters that fit RECORDING, the original of SEED.

    With a RECORDING alone, a speech recogniser writes its transcript first.
    """
    from podcast.outside.recogniser import open_recogniser
    from podcast.production.order import Order
    from podcast.production.original import write_original
    from podcast.recording.heard import Recording
    from podcast.speech.cast import voices_folder

    if end is not None and end <= start:
        raise click.BadParameter("--to must be later than --from")
    part = Recording(recording or seed, track, start, end)
    if recording is None:
        seed = _written(part, recogniser)
    settings = settings_of(seed)
    order = Order(seed, OUT, recipe_for(settings, options), voices_folder(), settings=settings)
    if not listen:
        click.echo(write_original(order, part, output, tell))
        return
    witness = open_recogniser(recogniser)
    told: list[str] = []  # after the bar, whose line it would break
    with _listening() as watch:
        place = write_original(order, part, output, told.append, witness, watch=watch)
    for notice in told:
        tell(notice)
    click.echo(place)


@main.command("read")
@seed_argument
def read_command(seed: Path) -> None:
    """Show how SEED is read: its form, its speakers, the text left out, the first turns."""
    from podcast.production.order import require_transcript
    from podcast.text.read import reading
    from podcast.text.read.told import told

    require_transcript(seed)
    click.echo(told(reading(seed, dict(settings_of(seed).cast))), nl=False)


@main.command()
@seed_argument
def names(seed: Path) -> None:
    """List names that SEED spells in several ways, as a glossary to paste."""
    from podcast.production.order import require_transcript
    from podcast.text.names import names_text, suspects
    from podcast.text.read import read

    require_transcript(seed)
    click.echo(names_text(suspects(read(seed))), nl=False)


@main.command()
@click.argument("text")
@click.option("-o", "--output", type=FILE, required=True, help="WAV file to write.")
@recipe_options("engine")
@click.option("--offline", is_flag=True, help=OFFLINE_HELP)
@click.option("--role", default=HOST, show_default=True, help="Role whose voice speaks.")
def say(text: str, output: Path, engine: str, offline: bool, role: str) -> None:
    """Say TEXT, to try a voice."""
    from podcast.files.store import Store
    from podcast.speech.cast import voices_folder
    from podcast.speech.choose import choose
    from podcast.speech.say import say as say_text

    cast = choose(engine, voices_folder(), offline, tell)
    say_text(text, output, role, cast, Store(OUT / ".cache"))
    click.echo(output)


@main.group(invoke_without_command=True)
@click.option("--sample", is_flag=True, help="Write a page on which all voices can be compared.")
@click.option(
    "-o",
    "--output",
    type=FILE,
    default=OUT / "voices.html",
    show_default=True,
    help="File to write that page to.",
)
@click.option(
    "--engine",
    default=DEFAULT.engine,
    show_default=True,
    help="Engine whose voices are on the page; auto takes all in voices/.",
)
@click.option("--offline", is_flag=True, help=OFFLINE_HELP)
@click.pass_context
def voices(context: click.Context, sample: bool, output: Path, engine: str, offline: bool) -> None:
    """List the roles, their voices and the installed engines."""
    from podcast.speech.cast import voices_folder
    from podcast.speech.say import voices_text

    if context.invoked_subcommand is not None:
        return
    if sample:
        _sample(output, voices_folder(), engine, offline)
    else:
        click.echo(voices_text(voices_folder()), nl=False)


def _sample(output: Path, folder: Path, engine: str, offline: bool) -> None:
    from podcast.files.store import Store
    from podcast.speech.sample import missed_text, write_samples

    missed = write_samples(output, folder, engine, offline, Store(OUT / ".cache"))
    for line in missed_text(missed).splitlines():
        tell(line)
    click.echo(output)


@voices.command()
@click.argument("name", required=False)
@click.option(
    "--from", "origin", default="", help="Address of a mirror, or a folder that has the files."
)
@click.option("--yes", is_flag=True, help="Fetch without asking.")
def add(name: str | None, origin: str, yes: bool) -> None:
    """Fetch the neural model NAME. Without NAME, list the models that can be fetched."""
    from podcast.outside.models import catalogue_text, find, is_added, models_folder
    from podcast.outside.models.add import add as add_model
    from podcast.outside.models.add import offer_text
    from podcast.speech.try_out import tried

    if name is None:
        click.echo(catalogue_text(), nl=False)
        return
    model = find(name)
    if not is_added(model):
        for line in offer_text(model, origin, models_folder()).splitlines():
            tell(line)
        if not yes:
            click.confirm("Fetch it?", abort=True, err=True)
        with click.progressbar(length=model.size, label=name, file=sys.stderr) as bar:
            add_model(model, origin, lambda size: bar.update(size - bar.pos), tell=tell)
    notice = tried(name)
    if notice:
        tell(notice)
    click.echo(models_folder() / name)


@main.command()
@click.argument("folder", type=FILE)
@click.option(
    "--listen", is_flag=True, help="Also hear the episode, and compare it with its script."
)
@recogniser_option
def check(folder: Path, listen: bool, recogniser: str) -> None:
    """Check the files of a built episode, in FOLDER, and list their faults."""
    from podcast.published.check import check as check_folder

    heard = _hear(folder, recogniser) if listen else ()
    findings = (*check_folder(folder), *heard)
    table = Table("", "what", "found")
    for finding in findings:
        table.add_row("ok" if finding.good else "FAIL", finding.what, Text(_plain(finding.found)))
    Console().print(table)
    if listen:
        click.echo(folder / REPORT)
    if not all(finding.good for finding in findings):
        raise click.ClickException(f"{folder} has faults")


def _hear(folder: Path, recogniser: str) -> tuple[Finding, ...]:
    """The findings of an episode that is checked by ear, with a bar that shows the progress."""
    from podcast.outside.recogniser import open_recogniser
    from podcast.published.check import heard_findings
    from podcast.published.check.listen import listen

    opened = open_recogniser(recogniser)
    with _listening() as watch:
        listened = listen(folder, opened, recogniser, watch)
    return heard_findings(listened)


@contextmanager
def _listening() -> Iterator[Callable[[float], None]]:
    """Show a bar; yield a function that is to be called with each share that was heard.

    At the end the bar is full: shares are rounded, and where nothing is to be heard there are none.
    """
    with click.progressbar(length=_STEPS, label="listening", file=sys.stderr) as bar:
        yield lambda share: bar.update(round(_STEPS * share))
        bar.update(_STEPS)


@main.command()
@click.argument("episode", type=FILE)
@click.option("-o", "--out", type=FILE, default=OUT, show_default=True, help=OUT_HELP)
@click.option(
    "--subtitles",
    type=click.Choice(["burnt", "soft", "none"]),
    default="burnt",
    show_default=True,
    help="Draw subtitles into the picture, add them as a track of the file, or leave them out.",
)
@click.option(
    "--recording",
    type=FILE,
    help="The recording that the episode was cut out of: show its picture.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print no progress.")
def video(episode: Path, out: Path, subtitles: str, recording: Path | None, quiet: bool) -> None:
    """Render EPISODE, a built folder or its seed, as a video for YouTube and Bilibili."""
    from podcast.cli.progress import Shown
    from podcast.published.video import episode_folder, make_video

    folder = episode_folder(episode, out)
    with Shown(Console(stderr=True), quiet) as shown:
        paths = make_video(folder, subtitles, shown, tell, recording)
    for path in paths:
        click.echo(path)


@main.command()
@click.argument("seed", type=FILE, required=False, shell_complete=completion.seeds)
@click.option("-o", "--out", type=FILE, default=OUT, show_default=True, help=OUT_HELP)
@click.option("--offline", is_flag=True, help=OFFLINE_HELP)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=jobs_default,
    help="Number of worker processes; one for each core by default.",
)
@port_option
@browser_option
@click.option(
    "--share", is_flag=True, help="Let other devices in your network use it, with a password."
)
def studio(
    seed: Path | None,
    out: Path,
    *,
    offline: bool,
    jobs: int,
    port: int,
    no_browser: bool,
    share: bool,
) -> None:
    """Make episodes in a browser of this machine; with SEED, open that one."""
    from podcast.production.order import require_source
    from podcast.speech.cast import voices_folder
    from podcast.studio.app import studio_app
    from podcast.studio.guard import Rules
    from podcast.studio.shelf import Shelf

    if seed:
        require_source(seed)
    password = _password() if share else ""
    token = token_urlsafe(16)
    shelf = Shelf(seed.parent if seed else SEEDS, out, voices_folder(), jobs, offline)
    path = f"edit/{quote(seed.stem)}" if seed else ""
    app = studio_app(shelf, Rules(token, password))
    _serve(app, f"{path}?token={token}", port, no_browser, share=share)


def _password() -> str:
    """The password with which other devices may use the studio, told what that means."""
    tell(
        "with --share every device in your network that knows the password can hear, change, "
        "build and delete the text of your episodes; what it sends and gets is not encrypted, so "
        "share only in a network that you trust"
    )
    password = os.environ.get(SHARE_VARIABLE) or click.prompt(
        "Password for other devices", hide_input=True, confirmation_prompt=True, err=True
    )
    if len(password) < SHORTEST_PASSWORD:
        raise click.BadParameter(f"the password needs {SHORTEST_PASSWORD} characters or more")
    return str(password)


def _serve(app: ASGIApp, path: str, port: int, no_browser: bool, *, share: bool = False) -> None:
    """Serve an app until an interrupt; print its address, and open `path` of it in a browser.

    With `share` other devices reach it, too. Raises ServerError.
    """
    import webbrowser

    from podcast.studio.serve import EVERYWHERE, LOCALHOST, listening, own_address, serve

    with listening(port, EVERYWHERE if share else LOCALHOST) as opened:
        number = opened.getsockname()[1]
        address = f"http://{LOCALHOST}:{number}/{path}"
        click.echo(address)
        if share:
            click.echo(f"http://{own_address()}:{number}/{path}")

        def ready() -> None:
            if not no_browser:
                webbrowser.open(address)

        serve(app, opened, ready)


@main.command(name="open")
@click.option("-o", "--out", type=FILE, default=OUT, show_default=True, help=OUT_HELP)
@port_option
@browser_option
def open_(out: Path, port: int, no_browser: bool) -> None:
    """Show all built episodes in a browser of this machine, and nowhere else."""
    from podcast.studio.app import reading_app
    from podcast.studio.guard import Rules

    _serve(reading_app(out, Rules()), "", port, no_browser)


@main.command()
@click.option("-o", "--out", type=FILE, default=OUT, show_default=True, help=OUT_HELP)
@click.option("--link", required=True, help="Address that this folder will have on the web.")
@click.option("--title", required=True, help="Name of the podcast.")
@click.option("--author", required=True, help="Name of the podcast's author.")
@click.option("--email", default="", help="The owner's address, which some directories ask for.")
@click.option("--description", default="", help="Description of the podcast.")
@click.option(
    "--category", default="Technology", show_default=True, help="A category of Apple Podcasts."
)
def feed(out: Path, **options: Any) -> None:
    """Write the RSS feed of all built episodes."""
    from podcast.formats.feed import Show
    from podcast.published.feed import write_feed

    click.echo(write_feed(out, Show(**options)))


@main.command()
@click.argument("episode", type=FILE)
@click.option(
    "--to",
    "place",
    required=True,
    metavar="s3://BUCKET/PREFIX|castopod",
    help="A place in an S3 bucket from which it is served, or the Castopod server of CASTOPOD_URL.",
)
@click.option("-o", "--out", type=FILE, default=OUT, show_default=True, help=OUT_HELP)
@click.option("--dry-run", is_flag=True, help="List what would be sent, and send nothing.")
def publish(episode: Path, place: str, out: Path, dry_run: bool) -> None:
    """Put EPISODE, a built folder or its seed, where listeners get it."""
    from podcast.published.video import episode_folder

    folder = episode_folder(episode, out)
    done = _to_castopod(folder, dry_run) if place == CASTOPOD else _to_s3(folder, place, dry_run)
    if dry_run:
        for name in done.sent:
            click.echo(name)
        return
    if not done.sent:
        tell(f"{folder} is there already, as it is here")
    click.echo(done.address)


def _to_s3(folder: Path, place: str, dry_run: bool) -> Plan:
    from podcast.outside.s3 import place_of
    from podcast.published.on_s3 import plan_for_s3, publish_to_s3

    bucket = place_of(place)
    return plan_for_s3(folder, bucket) if dry_run else publish_to_s3(folder, bucket, tell)


def _to_castopod(folder: Path, dry_run: bool) -> Publication:
    from podcast.outside.castopod import find_castopod
    from podcast.published.on_castopod import plan_for_castopod, publish_to_castopod

    castopod, handle = find_castopod(), os.environ.get(PODCAST_VARIABLE, "")
    if dry_run:
        return plan_for_castopod(folder, castopod, handle)
    return publish_to_castopod(folder, castopod, handle, tell)


@main.command()
@click.option(
    "-o",
    "--out",
    type=FILE,
    default=OUT,
    show_default=True,
    help="Folder of the episodes; the cache is .cache in it.",
)
@click.option(
    "--days", type=click.FloatRange(0), help="Remove files that were not used for so many days."
)
@click.option(
    "--megabytes",
    type=click.FloatRange(0),
    help="Remove the files unused longest, until the cache is this small.",
)
def cache(out: Path, days: float | None, megabytes: float | None) -> None:
    """Show the size of the cache of earlier builds, and make it smaller."""
    from podcast.files.prune import cache_text, prune
    from podcast.files.store import Store

    store = Store(out / ".cache")
    if days is not None or megabytes is not None:
        freed = prune(store, days, megabytes)
        tell(f"{freed / 1e6:.1f} MB freed")
    click.echo(cache_text(store), nl=False)


@main.command(name="completion")
@click.argument("shell", type=click.Choice(completion.SHELLS))
def completion_(shell: str) -> None:
    """Print the code that makes SHELL complete commands, seeds and engines on Tab."""
    click.echo(completion.completion_text(main, shell))
