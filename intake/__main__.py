"""The command ``intake``. ``receive`` is dispatched before anything else is loaded: a mail server waits for it."""

import sys


def main() -> None:
    """Run the command line; ends the process with its exit code."""
    if sys.argv[1:2] == ["receive"]:
        from intake.ingress.pipe import main as receive_main

        receive_main(sys.argv[2:])
    from intake.cli import main as cli_main

    cli_main()


if __name__ == "__main__":
    main()
