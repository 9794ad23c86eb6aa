"""``ttsmesh stop``, ``pause``, ``resume``, ``skip``, ``back`` and ``speed`` steer what sounds. None starts the mesh."""

import click

from ttsmesh.cli.client import ask, tell
from ttsmesh.cli.options import SPEED, by_caller, complete_living, complete_voice
from ttsmesh.limits import MAX_BACK
from ttsmesh.wire.client_messages import Accepted, Back, Pause, Resume, SetSpeed, Skip, Stop


@click.command()
@click.argument("id", required=False, shell_complete=complete_living)
@click.option("-v", "--voice", metavar="NAME", shell_complete=complete_voice, help="Only what this voice says.")
@click.option("--mine", is_flag=True, help="Only what this terminal's session has asked for, or --caller.")
@by_caller("Only what was said with this --caller.")
@click.option("--all", "all_", is_flag=True, help="Everything that sounds or waits; this is the default.")
def stop(id: str | None, voice: str | None, mine: bool, caller: str | None, all_: bool) -> None:
    """Silence: end what sounds and all that waits, or only utterance ID. Other files being saved are not disturbed."""
    if all_ and (id or voice or mine or caller):
        raise click.UsageError("--all goes with nothing else")
    tell(Stop(id=id, voice=voice, mine=mine, caller=caller))


@click.command()
@click.option("--toggle", is_flag=True, help="If it is paused already, go on: one key for both.")
def pause(toggle: bool) -> None:
    """Hold what sounds; `ttsmesh resume` goes on from the same syllable, a new text discards it."""
    if not tell(Pause()) and toggle:
        tell(Resume())


@click.command()
def resume() -> None:
    """Go on with what was paused."""
    tell(Resume())


@click.command()
@click.option("--sentence", is_flag=True, help="Only the rest of its sentence.")
def skip(sentence: bool) -> None:
    """End what sounds; the next in the queue goes on."""
    tell(Skip(sentence=sentence))


@click.command()
@click.argument("count", metavar="[N]", type=click.IntRange(1, MAX_BACK), default=1)
def back(count: int) -> None:
    """Go back to the beginning of the sentence that sounds, or N - 1 sentences further; right after a sentence has
    begun, the one before it counts as the one that sounds."""
    tell(Back(count=count))


@click.command()
@click.argument("speed", metavar="NUMBER", type=SPEED)
def speed(speed: float) -> None:
    """Speak at NUMBER times the normal rate: what sounds, at once, and what follows until the mesh is restarted.

    A text said with a --speed of its own is not concerned.
    """
    with ask(SetSpeed(speed=speed), may_start=False) as client:
        if isinstance(client.first, Accepted) and not client.first.count:
            click.echo(f"nothing changes now; what follows is spoken at {speed:g}")
