"""What a shell offers on Tab: seeds for SEED, engines for --engine, all else by click itself."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem, get_completion_class

from podcast.errors import PodcastError

SEEDS = Path("seeds")
TRANSCRIPTS = frozenset({".txt", ".srt", ".vtt", ".ass", ".lrc", ".json", ".md"})
SHELLS = ("bash", "zsh", "fish")


def completion_text(command: click.Command, shell: str) -> str:
    """What a shell has to read so that Tab completes `podcast`."""
    kind = get_completion_class(shell)
    if kind is None:
        raise PodcastError(f"no completion for {shell}; known: {', '.join(SHELLS)}")
    return kind(command, {}, "podcast", "_PODCAST_COMPLETE").source()


def seeds(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The transcripts in seeds/ that begin so; where none does, any file."""
    paths = sorted(str(path) for path in SEEDS.glob("*") if path.suffix in TRANSCRIPTS)
    items = [CompletionItem(path) for path in paths if path.startswith(incomplete)]
    return items or [CompletionItem(incomplete, type="file")]


def engines(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The engines that are installed, and `auto`."""
    from podcast.engines import offered
    from podcast.speech.choose import AUTO

    return [CompletionItem(name) for name in [AUTO, *offered()] if name.startswith(incomplete)]
