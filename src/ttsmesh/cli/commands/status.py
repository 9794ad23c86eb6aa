"""``ttsmesh status``: how the mesh is. It starts nothing, and shows no text."""

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click

from ttsmesh.cli.client import NotRunning, ask
from ttsmesh.cli.options import Number
from ttsmesh.errors import EX_INTERRUPTED, ConfigError, TtsmeshError, printable
from ttsmesh.host import locks
from ttsmesh.wire import sockets
from ttsmesh.wire.messages import (
    MILESTONES,
    HistoryEntry,
    Muted,
    ServerState,
    Status,
    Summary,
    Timeline,
    UtteranceState,
    VoiceState,
)
from ttsmesh.wire.schema import Message, Request

M = TypeVar("M", bound=Message)

NOT_RUNNING = "not running"

_TITLES = {
    "first_audio_ms": ("first audio", "{:.0f} ms"),
    "first_chunk_ms": ("first piece of saves", "{:.0f} ms"),
    "real_time_factor": ("real-time factor", "{:.2f}"),
}

_STAGES = {
    "sent": "client had started",
    "accepted": "accepted",
    "turn": "its turn",
    "ready": "voice process ready",
    "phonemes": "phonemes of the first chunk",
    "rendered": "first piece rendered",
    "written": "first sample to the device",
    "heard": "first sample heard",
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; with --watch one a line.")
@click.option("--last", is_flag=True, help="Show only where the milliseconds of the last text went.")
@click.option("--watch", is_flag=True, help="Go on showing it, until Ctrl-C.")
@click.option("--interval", type=Number(0.1, 3600), default=1.0, metavar="SECONDS", help="Of --watch; 1 by default.")
def status(as_json: bool, last: bool, watch: bool, interval: float) -> None:
    """Show the servers, what waits, how the last text ended, and how fast the mesh is against the usual."""
    show = _json if as_json else _timeline if last else _text
    if watch:
        try:
            _watch(show, interval)
        except KeyboardInterrupt:  # the usual way out: not an aborted command, which click ends with an empty line
            sys.exit(EX_INTERRUPTED)
    else:
        click.echo(_json(_look(), indent=2) if as_json else show(_look()))


def asked(request: Request) -> list[Message]:
    # To connect would wait for a server that starts, or have systemd start one.
    if locks.server_pid(sockets.runtime_dir()) is None:
        raise NotRunning("the mesh is not running")
    with ask(request, may_start=False) as client:
        return [client.first, *client]


def _look() -> list[Message]:
    """The answer of the server, which is empty if none runs."""
    try:
        return asked(Status())
    except NotRunning:
        return []


# --- the live view -------------------------------------------------------------------------------------------------


def _watch(show: Callable[[Sequence[Message]], str], interval: float) -> None:
    as_json = show is _json
    live = sys.stdout.isatty() and not as_json
    if live:
        click.echo("\x1b[2J", nl=False)
    while True:
        try:
            block = show(_look())
        except ConfigError:
            raise
        except TtsmeshError as error:  # the server restarts, hangs, or is of another release, all of which may change
            block = json.dumps({"running": True, "error": error.message}) if as_json else printable(error.message)
        if live:
            columns, rows = shutil.get_terminal_size()
            # Each line is overwritten and its rest cleared afterwards. To clear the screen first would flicker.
            lines = [f"{line[:columns]}\x1b[K\n" for line in block.splitlines()[: rows - 1]]
            click.echo(f"\x1b[H{''.join(lines)}\x1b[J", nl=False)
        else:
            click.echo(block if as_json else f"{block}\n")
        time.sleep(interval)  # there is no event to wait for: memory and ages change all the time


# --- one answer, for programs and for people -----------------------------------------------------------------------


def _only(kind: type[M], answer: Iterable[Message]) -> list[M]:
    return [message for message in answer if isinstance(message, kind)]


def fields(message: Message) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.rules}


def _json(answer: Sequence[Message], indent: int | None = None) -> str:
    if not answer:
        return json.dumps({"running": False})
    (server,) = _only(ServerState, answer)
    last, timeline = _only(HistoryEntry, answer), _only(Timeline, answer)
    muted = [muted.caller for muted in _only(Muted, answer)]
    return json.dumps(
        {
            "running": True,
            **fields(server),
            "muted": {"everyone": None in muted, "callers": [name for name in muted if name is not None]},
            "voices": [fields(voice) for voice in _only(VoiceState, answer)],
            "queue": [fields(utterance) for utterance in _only(UtteranceState, answer)],
            "performance": {summary.measure: fields(summary) for summary in _only(Summary, answer)},
            "last_outcome": fields(last[0]) if last else None,
            "timeline": fields(timeline[0]) if timeline else None,
        },
        indent=indent,
    )


def _text(answer: Sequence[Message]) -> str:
    if not answer:
        return NOT_RUNNING
    (server,) = _only(ServerState, answer)
    blocks = [
        [_failure(entry) for entry in _only(HistoryEntry, answer) if entry.outcome == "failed"],
        _muted([muted.caller for muted in _only(Muted, answer)]),
        [f"ttsmesh {server.release}: model {server.model} ({server.engine}){_keys(server)}"],
        table(_process_rows(server, _only(VoiceState, answer)), right=(1, 2, 3)),
        [_counters(server)],
        table([row for summary in _only(Summary, answer) for row in _summary_rows(summary)]),
        table([_utterance_row(utterance) for utterance in _only(UtteranceState, answer)], right=(3,)),
    ]
    return "\n".join(printable(line) for block in blocks for line in block)


def _timeline(answer: Sequence[Message]) -> str:
    if not answer:
        return NOT_RUNNING
    return "\n".join(line for timeline in _only(Timeline, answer) for line in _timeline_lines(timeline))


def _timeline_lines(timeline: Timeline) -> list[str]:
    """The stages in the order in which they were reached, each with the time since the one before."""
    reached = [(at, stage) for stage in MILESTONES if (at := getattr(timeline, stage)) is not None]
    rows, before = [[f"utterance {timeline.id}", "at", "took"]], 0.0
    for at, stage in sorted(reached, key=lambda one: one[0]):
        rows.append([_STAGES[stage], f"{at:.0f} ms", f"{at - before:.0f} ms"])
        before = at
    return table(rows, right=(1, 2))


def _failure(entry: HistoryEntry) -> str:
    ago = _duration(max(0.0, time.time() - entry.when))
    return f"last utterance failed: {entry.message} ({entry.code}; {entry.voice}, {ago} ago)"


def _muted(callers: Sequence[str | None]) -> list[str]:
    """The line about what is muted, if anything is."""
    if None in callers:
        return ["muted: everything; `ttsmesh unmute` ends that"]
    return [f"muted: {', '.join(map(str, callers))}"] if callers else []


def _process_rows(server: ServerState, voices: Sequence[VoiceState]) -> list[list[str]]:
    on_gpu = f"and {_size(server.device_memory_bytes)} on the GPU" if server.device_memory_bytes is not None else ""
    rows = [
        ["process", "pid", "up", "memory", ""],
        ["model server", str(server.pid), _duration(server.uptime_s), _size(server.memory_bytes), on_gpu],
        ["g2p", _or_dash(server.g2p_pid), _duration(server.g2p_uptime_s), _size(server.g2p_memory_bytes), ""],
    ]
    for voice in voices:
        crashes = f", {_count(voice.crashes, 'crash', 'crashes')}" if voice.crashes else ""
        did = f"{voice.state}, {_count(voice.utterances, 'utterance', 'utterances')}{crashes}"
        name = f"{voice.voice} ({voice.language})"
        rows.append([name, _or_dash(voice.pid), _duration(voice.uptime_s), _size(voice.memory_bytes), did])
    return rows


def _keys(server: ServerState) -> str:
    return ", with media keys" if server.media_keys == "on" else ""


def _counters(server: ServerState) -> str:
    parts = [
        f"{server.accepted} accepted",
        f"{server.finished} finished",
        f"{server.interrupted} interrupted",
        f"{server.failed} failed",
    ]
    if server.underruns:
        parts.append(_count(server.underruns, "underrun", "underruns"))
    if server.unsayable:
        parts.append(_count(server.unsayable, "unsayable character", "unsayable characters"))
    return f"utterances: {', '.join(parts)}"


def _summary_rows(summary: Summary) -> list[list[str]]:
    title, unit = _TITLES[summary.measure]
    if summary.median is None or summary.worst is None:
        return []
    now = f"median {unit.format(summary.median)}, worst {unit.format(summary.worst)} of {summary.count}"
    usual = f"usually {unit.format(summary.usual_median)}" if summary.usual_median is not None else ""
    return [[title, now, f"{usual}: slower than usual" if summary.verdict == "slower" else usual]]


def _utterance_row(utterance: UtteranceState) -> list[str]:
    return [utterance.id, utterance.state, utterance.voice, f"{utterance.age_s:.1f} s", utterance.caller]


# --- how things are written ----------------------------------------------------------------------------------------


def table(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """The lines of a table, with columns two spaces apart, and those in ``right`` flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _or_dash(number: int | None) -> str:
    return "-" if number is None else str(number)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _size(size_bytes: int | None) -> str:
    return "-" if size_bytes is None else f"{size_bytes / 1e6:.0f} MB"


def _duration(seconds: float | None) -> str:
    """``seconds`` in the two largest units, because nobody reads the seconds of a day."""
    if seconds is None:
        return "-"
    whole = int(seconds)
    for size, unit, part, smaller in ((86400, "d", 3600, "h"), (3600, "h", 60, "min")):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // part} {smaller}"
    return f"{whole // 60} min" if whole >= 60 else f"{whole} s"
