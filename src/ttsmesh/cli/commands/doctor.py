"""``ttsmesh doctor``: is everything there that the mesh needs?"""

import click

from ttsmesh.cli.commands.programs import become


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def doctor(as_json: bool) -> None:
    """Check files, settings, sockets, audio and units, and say what to do. Starts nothing, changes nothing.

    Exit status: 0 usable, 78 something is missing or damaged, 69 something does not run.
    """
    become("doctor", *(["--json"] if as_json else []))
