"""``ttsmesh history`` and ``last``: what was said, and what became of it. They start nothing."""

import json
import time
from collections.abc import Iterable, Iterator, Sequence

import click

from ttsmesh.cli.client import NotRunning
from ttsmesh.cli.commands.status import NOT_RUNNING, asked, fields, table
from ttsmesh.cli.options import by_caller, complete_said
from ttsmesh.errors import printable
from ttsmesh.limits import MAX_HISTORY
from ttsmesh.wire.messages import Accepted, History, HistoryEntry, Last, TextPart
from ttsmesh.wire.schema import Message

_SHOWN = 200
"""Characters of a text in the table, of which people want to see which one it was."""


@click.command()
@click.option(
    "-n",
    "count",
    type=click.IntRange(1, MAX_HISTORY),
    default=20,
    metavar="NUMBER",
    help=f"How many, {MAX_HISTORY} at most; 20 by default.",
)
@click.option("--mine", is_flag=True, help="Only what this terminal's session has asked for, or --caller.")
@by_caller("Only what was said with this --caller.")
@click.option("--text", "with_text", is_flag=True, help="Also the texts that are kept, without their secrets.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def history(count: int, mine: bool, caller: str | None, with_text: bool, as_json: bool) -> None:
    """Show what was said when, by which voice, how it ended and how long it took, since the mesh started.

    The text only with --text.
    """
    request = History(last=count, mine=mine, caller=caller, text=with_text)
    try:
        said = _with_texts(asked(request))
    except NotRunning:
        click.echo(json.dumps({"running": False, "entries": []}) if as_json else NOT_RUNNING)
        return
    if as_json:
        entries = [{**fields(entry), **(_texts(parts) if with_text else {})} for entry, parts in said]
        click.echo(json.dumps({"running": True, "entries": entries}, indent=2))
    elif said:
        click.echo("\n".join(_lines(said)))


@click.command()
@click.argument("id", required=False, shell_complete=complete_said)
@click.option("--mine", is_flag=True, help="Only what this terminal's session has asked for, or --caller.")
@by_caller("Only what was said with this --caller.")
@click.option("--heard", is_flag=True, help="Only what was heard of it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def last(id: str | None, mine: bool, caller: str | None, heard: bool, as_json: bool) -> None:
    """Print the text that was said last, or that of utterance ID, without its secrets."""
    accepted, *answer = asked(Last(id=id, mine=mine, caller=caller))
    parts = [part for part in answer if isinstance(part, TextPart)]
    if as_json:
        id = accepted.id if isinstance(accepted, Accepted) else None
        click.echo(json.dumps({"id": id, **_texts(parts)}, indent=2))
    else:
        text = "".join(part.text for part in parts if part.heard or not heard)
        click.echo("\n".join(printable(line) for line in text.rstrip("\n").split("\n")))


Said = tuple[HistoryEntry, list[TextPart]]

_PARTS = (("heard", True), ("not_heard", False))


def _with_texts(answer: Iterable[Message]) -> list[Said]:
    """Each entry with the parts of its text that follow it."""
    said: list[Said] = []
    for message in answer:
        if isinstance(message, HistoryEntry):
            said.append((message, []))
        elif isinstance(message, TextPart):
            said[-1][1].append(message)
    return said


def _texts(parts: Sequence[TextPart]) -> dict[str, str | None]:
    """What was heard of a text, and what was not; both are None for a text that is not kept."""
    return {name: _joined(parts, heard) if parts else None for name, heard in _PARTS}


def _joined(parts: Sequence[TextPart], heard: bool) -> str:
    return "".join(part.text for part in parts if part.heard == heard)


def _lines(said: Sequence[Said]) -> Iterator[str]:
    header, *rows = _rows(entry for entry, _ in said)
    yield header
    for row, (_, parts) in zip(rows, said, strict=True):
        yield row
        for name, heard in _PARTS:
            if text := _joined(parts, heard).strip():
                shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
                yield printable(f"  {name.replace('_', ' ')}: {shown}")


def _rows(entries: Iterable[HistoryEntry]) -> list[str]:
    rows = [["accepted", "id", "voice", "audio", "first audio", "factor", "outcome"]]
    for entry in entries:
        first = "-" if entry.first_audio_ms is None else f"{entry.first_audio_ms:.0f} ms"
        factor = "-" if entry.real_time_factor is None else f"{entry.real_time_factor:.2f}"
        sound = f"{entry.rendered_s:.1f} s" if entry.saved else f"{entry.heard_s:.1f} s"
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.when))
        rows.append([when, entry.id, entry.voice, sound, first, factor, _outcome(entry)])
    return [printable(line) for line in table(rows, right=(3, 4, 5))]


def _outcome(entry: HistoryEntry) -> str:
    match entry.outcome:
        case "finished":
            return "saved" if entry.saved else entry.reason or "finished"
        case "interrupted":
            return f"interrupted ({entry.reason})"
        case _:
            return f"failed ({entry.code}): {entry.message}"
