"""``intake receive``, for ``--help`` only: the real one is dispatched before the command line is loaded."""

import click


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("rest", nargs=-1, type=click.UNPROCESSED)
def receive(rest: tuple[str, ...]) -> None:
    """Store one mail from standard input, durably; the exit code answers the mail server.

    0 stored · 64 wrong options · 65 too large · 67 no such desk · 75 try again later.
    Options: --from SENDER  --to RECIPIENT (may be repeated)  --config FOLDER
    """
    raise click.UsageError(f"intake receive {' '.join(rest)} must be called as the first word of the command line.")
