"""A half-typed command -> the words that a shell offers on Tab.

The seeds for SEED and the engines for --engine are found here; click finds all other words.
"""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem, get_completion_class

from podcast.errors import PodcastError
from podcast.files.names import TRANSCRIPTS

SEEDS = Path("seeds")
SHELLS = ("bash", "zsh", "fish")


def completion_text(command: click.Command, shell: str) -> str:
    """The code that makes a shell complete `podcast` on Tab.

    Raises PodcastError for a shell that is not in SHELLS.
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise PodcastError(f"no completion for {shell}; known: {', '.join(SHELLS)}")
    return kind(command, {}, "podcast", "_PODCAST_COMPLETE").source()


def seeds(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The transcripts in seeds/ whose paths begin with `incomplete`; if none does, any file."""
    paths = sorted(str(path) for path in SEEDS.glob("*") if path.suffix in TRANSCRIPTS)
    items = [CompletionItem(path) for path in paths if path.startswith(incomplete)]
    return items or [CompletionItem(incomplete, type="file")]


def engines(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """`auto` and the installed engines whose names begin with `incomplete`."""
    from podcast.engines import offered
    from podcast.speech.choose import AUTO

    return [CompletionItem(name) for name in [AUTO, *offered()] if name.startswith(incomplete)]
