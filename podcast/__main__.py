"""`python -m podcast`: the command."""

from podcast.cli import main

main(prog_name="podcast")
