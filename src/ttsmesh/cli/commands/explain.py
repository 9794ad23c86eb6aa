"""``ttsmesh say --explain``: what would be said of a text."""

import json
from collections.abc import Mapping
from typing import Any

import click

from ttsmesh.cli.client import ask, directory
from ttsmesh.errors import Code, TtsmeshError
from ttsmesh.wire.messages import End, Explain, Explanation, Failed


def explain(text: str, speech: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what would be said of ``text``: the words, or with ``as_json`` an object a line for each chunk.

    ``speech`` has the values of ``options.speech``, of which the voice, the language and the format count.
    """
    request = Explain(
        text=text,
        voice=speech["voice"],
        language=speech["language"],
        read_as=speech["read_as"],
        directory=directory(),
    )
    unsayable = 0
    with ask(request, may_start=True) as client:
        for message in (client.first, *client):
            match message:
                case Explanation():
                    unsayable += message.unsayable
                    _print(message, as_json=as_json)
                case Failed(code=code, message=reason):
                    raise TtsmeshError(reason, Code(code))
                case End():
                    break
    if unsayable and not as_json:
        click.echo(f"ttsmesh: {unsayable} characters cannot be said", err=True)


def _print(explanation: Explanation, *, as_json: bool) -> None:
    if not as_json:
        click.echo(explanation.spoken)
        return
    found = {
        "language": explanation.language,
        "as": explanation.read_as,
        "spoken": explanation.spoken,
        "phonemes": explanation.phonemes,
        "unsayable": explanation.unsayable,
    }
    click.echo(json.dumps(found, ensure_ascii=False))
