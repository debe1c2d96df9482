"""`python -m podcast`, and the command `podcast`, run the command line."""


def main() -> None:
    """Run the command line, which is imported only now.

    A worker process of a build first imports the file that the command was started from, and with
    it this module, but needs nothing of the command line.
    """
    from podcast.cli import main

    main(prog_name="podcast")


if __name__ == "__main__":
    main()
