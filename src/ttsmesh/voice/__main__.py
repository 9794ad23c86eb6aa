"""``python -m ttsmesh.voice``: one voice server. The model server starts it and gives it its socket.

With ``--list-devices`` it prints the audio devices instead, for ``ttsmesh say -a '?'``.
"""

import argparse
import asyncio
import os
import signal
import socket
import sys

import uvloop

from ttsmesh import logs
from ttsmesh.config import VoiceProcessSettings
from ttsmesh.errors import OutputClosed, SinkError, TtsmeshError, system_faults
from ttsmesh.host.processes import die_with_parent
from ttsmesh.voice.portaudio import output_devices
from ttsmesh.voice.server import VoiceServer
from ttsmesh.voice.speakers import Speakers


async def _serve(listen_fd: int, lifeline_fd: int, model_socket: str, settings: VoiceProcessSettings) -> None:
    loop = asyncio.get_running_loop()
    # Nothing is ever written to the lifeline. It becomes readable when the model server is gone, however it went.
    loop.add_reader(lifeline_fd, os._exit, 0)
    async with asyncio.TaskGroup() as group:
        server = VoiceServer(socket.socket(fileno=listen_fd), model_socket, settings, Speakers(settings), group)
        loop.add_signal_handler(signal.SIGTERM, server.leave)
        await server.until_done()


def _print_devices() -> None:
    """Print one name a line. Exits with the reason when there is none, or when they cannot be written."""
    try:
        names = output_devices()
        with system_faults("cannot write to the standard output"):
            print(*names, sep="\n", flush=True)
    except SinkError as error:
        print(f"ttsmesh: no audio output: {error.message}", file=sys.stderr)
        sys.exit(error.exit_status)
    except TtsmeshError as error:
        if not isinstance(error, OutputClosed):
            print(f"ttsmesh: {error.message}", file=sys.stderr, flush=True)
        os._exit(error.exit_status)  # the interpreter's end would try to write what is left


def main() -> None:
    if sys.argv[1:] == ["--list-devices"]:
        _print_devices()
        return
    parser = argparse.ArgumentParser(prog="python -m ttsmesh.voice")
    parser.add_argument("--listen-fd", type=int, required=True)
    parser.add_argument("--lifeline-fd", type=int, required=True)
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--model-socket", required=True)
    parser.add_argument("--settings", type=VoiceProcessSettings.from_argument, required=True)
    options = parser.parse_args()
    die_with_parent(options.parent)
    logs.set_up()
    # Ctrl-C on a `serve` in the foreground is for the model server, which then lets us finish.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(options.listen_fd, options.lifeline_fd, options.model_socket, options.settings))
    # The interpreter's own end would abort the process with SIGABRT if a thread hangs in PortAudio.
    os._exit(0)


if __name__ == "__main__":
    main()
