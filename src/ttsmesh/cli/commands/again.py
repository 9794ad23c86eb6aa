"""``ttsmesh again`` and ``save-last``: what was said, once more. They start nothing: a new mesh has said nothing."""

import click

from ttsmesh.cli import options, saving
from ttsmesh.cli.client import ask
from ttsmesh.cli.commands.say import wait_for_outcome
from ttsmesh.wire.client_messages import FORMATS, Accepted, Again


@click.command()
@click.argument("id", required=False, shell_complete=options.complete_said)
@click.option("--from-heard", is_flag=True, help="Go on with the sentence in which it was interrupted.")
@click.option("--mine", is_flag=True, help="What this terminal's session has said last, or --caller.")
@click.option("-q", "--queue", is_flag=True, help="Speak after everything accepted before; interrupt nothing.")
@click.option("-w", "--wait", is_flag=True, help="Wait until it was heard; the exit status says how it ended.")
@click.option("--print-id", is_flag=True, help="Print the new utterance's id.")
@options.some("caller")
def again(
    id: str | None, from_heard: bool, mine: bool, queue: bool, wait: bool, print_id: bool, caller: str | None
) -> None:
    """Say again what was said last, or utterance ID, with the voice and the speed that it had.

    What sounds is interrupted, as by `say`.
    """
    request = Again(id=id, mine=mine, from_heard=from_heard, queue=queue, wait=wait, caller=caller)
    _ask(request, print_id=print_id)


@click.command()
@click.argument("file", shell_complete=options.complete_file)
@click.argument("id", required=False, shell_complete=options.complete_said)
@click.option("--format", type=click.Choice(FORMATS), help="Format of the file, where its name does not tell it.")
@options.samples
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.option("--mine", is_flag=True, help="What this terminal's session has said last, or --caller.")
@click.option("-w", "--wait", is_flag=True, help="Wait until it was saved; the exit status says how it ended.")
@click.option("--print-id", is_flag=True, help="Print the new utterance's id.")
@options.by_caller("Who saves it; by default this terminal's session.")
def save_last(
    file: str,
    id: str | None,
    format: str | None,
    sample_rate: int | None,
    bits: int | None,
    force: bool,
    mine: bool,
    wait: bool,
    print_id: bool,
    caller: str | None,
) -> None:
    """Save what was said last, or utterance ID, to FILE, with the voice and the speed that it had."""
    target = saving.fields(file, format, sample_rate, bits)
    request = Again(id=id, mine=mine, **target, force=force, wait=wait, caller=caller)
    _ask(request, print_id=print_id)


def _ask(request: Again, *, print_id: bool) -> None:
    with ask(request, may_start=False) as client:
        assert isinstance(client.first, Accepted)
        if print_id:
            click.echo(client.first.id)
        if request.wait:
            wait_for_outcome(client)
