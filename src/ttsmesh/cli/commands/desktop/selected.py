"""What is selected on the display, or was copied: asked of small programs that everybody has for it. Blocking."""

import contextlib
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from typing import NamedTuple

from ttsmesh.errors import Code, RejectedError, TtsmeshError, failure_line, quoted
from ttsmesh.limits import MAX_TEXT, SELECTION_TIMEOUT

_BLOCK = 64 * 1024
"""Bytes that are read at once, at most."""


class _Reader(NamedTuple):
    """A program that prints what is selected.

    ``text`` and ``kinds`` are its arguments to print the text, and the kinds of data that there are; () if it cannot
    tell these. For what was copied, ``clipboard`` takes the place of ``primary`` in them.
    """

    program: str
    text: tuple[str, ...]
    kinds: tuple[str, ...]
    primary: tuple[str, ...]
    clipboard: tuple[str, ...]

    def asked(self, arguments: Sequence[str], *, clipboard: bool) -> list[str]:
        return [self.program, *(self.clipboard if clipboard else self.primary), *arguments]


_WL_PASTE = _Reader("wl-paste", ("--no-newline", "--type", "text"), ("--list-types",), ("--primary",), ())
_XCLIP = _Reader(
    "xclip",
    ("-target", "UTF8_STRING"),
    ("-target", "TARGETS"),
    ("-out", "-selection", "primary"),
    ("-out", "-selection", "clipboard"),
)
_XSEL = _Reader("xsel", (), (), ("--output", "--primary"), ("--output", "--clipboard"))

_DISPLAYS = {
    "WAYLAND_DISPLAY": ((_WL_PASTE,), "wl-paste is missing; install wl-clipboard"),
    "DISPLAY": ((_XCLIP, _XSEL), "xclip and xsel are missing; install one of them"),
}
"""Which programs read what is selected, by the variable that tells of such a display, and what to do if none is there.

A desktop on Wayland mostly has a display of X11, too, and keeps what is selected on both alike.
"""

_NOTHING = ("nothing is copied", "no selection", "no suitable type", "not available")
"""What the programs say when nothing is selected, or when it is no text."""

_NO_PRIMARY = "primary selection"
"""What wl-paste says when a desktop knows no selection but what was copied."""


def read(*, clipboard: bool) -> bytes:
    """What is selected, or with ``clipboard`` what was copied; nothing if there is nothing. No more of it is read than
    shows that it is too long.

    Raises:
        RejectedError: there is something, and it is no text.
        TtsmeshError: it cannot be read here, or its owner does not give it.
    """
    displays = [programs for variable, programs in _DISPLAYS.items() if os.environ.get(variable)]
    if not displays:
        raise TtsmeshError("no display: neither WAYLAND_DISPLAY nor DISPLAY is set", Code.UNAVAILABLE)
    reasons = []
    for readers, missing in displays:
        reader = next((reader for reader in readers if shutil.which(reader.program)), None)
        if reader is None:
            reasons.append(missing)
            continue
        try:
            return _read(reader, clipboard=clipboard)
        except _NoPrimary:
            reasons.append("this desktop has no primary selection; copy the text, and use --clipboard")
    raise TtsmeshError(reasons[0], Code.UNAVAILABLE)


class _NoPrimary(Exception):
    """The desktop knows no selection but what was copied."""


def _read(reader: _Reader, *, clipboard: bool) -> bytes:
    deadline = time.monotonic() + SELECTION_TIMEOUT
    status, data, said = _run(reader.asked(reader.text, clipboard=clipboard), deadline)
    if not status or len(data) > MAX_TEXT:
        return data
    if not clipboard and _NO_PRIMARY in said.lower():
        raise _NoPrimary
    if not any(phrase in said.lower() for phrase in _NOTHING):
        why = failure_line(said, 0).removeprefix(f"{reader.program}: ")
        raise TtsmeshError(f"{reader.program}: {why}", Code.UNAVAILABLE)
    if reader.kinds:
        status, kinds, _ = _run(reader.asked(reader.kinds, clipboard=clipboard), deadline)
        kind = next((kind for kind in kinds.decode(errors="replace").split() if "/" in kind), None)
        if not status and kind is not None:
            raise RejectedError(f"no text: it is {quoted(kind)}", Code.TEXT)
    return b""


def _run(command: Sequence[str], deadline: float) -> tuple[int, bytes, str]:
    """The exit status of ``command``, and what it says on its two outputs, up to more than ``MAX_TEXT``.

    Raises:
        TtsmeshError: it cannot be started, or has not ended by the ``deadline``.
    """
    with tempfile.TemporaryFile() as errors:
        try:
            # In a session of its own: wl-paste has a child, which would keep the pipe open.
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
            )
        except OSError as error:
            raise TtsmeshError(f"{command[0]} cannot be started: {error.strerror}", Code.UNAVAILABLE) from None
        try:
            assert process.stdout is not None
            data = _output(process.stdout.fileno(), deadline)
            if len(data) <= MAX_TEXT:
                process.wait(max(0.0, deadline - time.monotonic()))
        except (TimeoutError, subprocess.TimeoutExpired):
            raise TtsmeshError(
                f"the program with the selection did not give it in {SELECTION_TIMEOUT:g} s", Code.UNAVAILABLE
            ) from None
        finally:
            _end(process)
        errors.seek(0)
        return process.returncode, data, errors.read(_BLOCK).decode(errors="replace")


def _output(fd: int, deadline: float) -> bytes:
    data = bytearray()
    while len(data) <= MAX_TEXT:
        if not select.select([fd], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise TimeoutError
        block = os.read(fd, _BLOCK)
        if not block:
            break
        data += block
    return bytes(data)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End ``process``, with what it has started, if it has not been seen to end by itself."""
    if process.returncode is None:  # until it is waited for, its number is no other group's, even if it has ended
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    with process:  # closes the pipe, and waits
        pass
