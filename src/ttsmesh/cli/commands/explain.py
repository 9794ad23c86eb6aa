"""``ttsmesh say --explain``: what would be said of a text."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import click

from ttsmesh.cli.client import ask, directory
from ttsmesh.errors import Code, TtsmeshError
from ttsmesh.wire.messages import Explain, Explanation, Failed


def explain(text: str, speech: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what would be said of ``text``: the words, or with ``as_json`` an object a line for each chunk.

    ``speech`` has the values of ``options.speech``, of which the voice, the language and the format count.
    """
    request = Explain(
        text=text,
        voice=speech["voice"],
        language=speech["language"],
        read_as=speech["read_as"],
        tags=speech["tags"],
        punctuation=speech["punctuation"],
        spell=speech["spell"],
        capitals=speech["capitals"],
        directory=directory(),
    )
    unsayable = 0
    for explanation in explanations(request):
        unsayable += explanation.unsayable
        _print(explanation, as_json=as_json)
    if unsayable and not as_json:
        click.echo(f"ttsmesh: {unsayable} characters cannot be said", err=True)


def explanations(request: Explain) -> Iterator[Explanation]:
    """What the model server explains. Starts one where there is none."""
    with ask(request, may_start=True) as client:
        for message in client:
            match message:
                case Explanation():
                    yield message
                case Failed(code=code, message=reason):
                    raise TtsmeshError(reason, Code(code))


def _print(explanation: Explanation, *, as_json: bool) -> None:
    if not as_json:
        if explanation.spoken:
            click.echo(explanation.spoken)
        return
    found: dict[str, Any] = {
        "language": explanation.language,
        "as": explanation.read_as,
        "spoken": explanation.spoken,
        "phonemes": explanation.phonemes,
        "unsayable": explanation.unsayable,
    }
    markup = {
        "voice": explanation.voice,
        "lead_ms": explanation.lead_ms,
        "pause_ms": explanation.pause_ms,
        "marks": explanation.marks.splitlines() or None,
    }
    found |= {name: value for name, value in markup.items() if value is not None}
    click.echo(json.dumps(found, ensure_ascii=False))
