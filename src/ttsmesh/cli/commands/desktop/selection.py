"""``ttsmesh selection``: speak the text under one's eyes, mostly by a key of the desktop."""

from typing import Any

import click

from ttsmesh.cli import options
from ttsmesh.cli.client import directory, tell
from ttsmesh.cli.commands.say import hand_over
from ttsmesh.errors import Code, RejectedError
from ttsmesh.text_input import check_text, names_blanks
from ttsmesh.wire.client_messages import Say, Stop

CALLER = "selection"
"""Who says it if no --caller is given: a key has no session, and each press of it would be another caller."""


@click.command()
@click.option("--clipboard", is_flag=True, help="Speak what was copied, and not what is selected.")
@click.option("--toggle", is_flag=True, help="If it speaks already, stop that instead: one key for both.")
@options.speech
@click.option("-w", "--wait", is_flag=True, help="Wait until it was heard; the exit status says how it ended.")
@click.option("--print-id", is_flag=True, help="Print the utterance's id.")
def selection(clipboard: bool, toggle: bool, wait: bool, print_id: bool, **speech: Any) -> None:
    """Speak the text that is selected in any window; a newer text interrupts an older one.

    Needs wl-paste on Wayland, and xclip or xsel on X11. Its caller is `selection` if no --caller is given.
    """
    if "?" in (speech["voice"], speech["device"]):
        from ttsmesh.cli.commands.voices import print_list

        print_list(speech["language"], devices=speech["voice"] != "?")
        return
    speech["caller"] = speech["caller"] or CALLER
    if toggle and tell(Stop(caller=speech["caller"])):
        return
    from ttsmesh.cli.commands.desktop import selected

    data = selected.read(clipboard=clipboard)
    if not data:
        raise RejectedError(f"no text: {'nothing was copied' if clipboard else 'nothing is selected'}", Code.TEXT)
    text = check_text(data, blank=names_blanks(speech["spell"], speech["read_as"]))
    hand_over(Say(text=text, directory=directory(), wait=wait, **speech), print_id=print_id)
