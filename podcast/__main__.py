"""`python -m podcast` runs the command."""

from podcast.cli import main

main(prog_name="podcast")
