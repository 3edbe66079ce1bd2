"""The command line: one file a command, loaded when run."""


def main() -> None:
    """The entry point of the program `leftfold`."""
    from leftfold.cli.root import run

    run()
