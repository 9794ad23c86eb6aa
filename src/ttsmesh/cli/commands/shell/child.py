"""A command in the same terminal and the same process group, as if the shell had started it. Blocking.

What the terminal sends, such as Ctrl-C, reaches the whole group, so the command has it already. What somebody sends to
this process alone is passed on; so is the terminal's end, which the kernel tells to the first process in it only. When
the command stops, as by Ctrl-Z, this process stops too, so that the shell sees a stopped job; when the shell continues
the job, both go on.
"""

import errno
import os
import shutil
import signal
import time
from collections.abc import Iterable
from typing import NamedTuple

_STOPS = {signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU}
"""The signals by which a terminal stops a job. SIGSTOP is somebody's who will also continue what they have stopped."""

_PASSED_ON = {
    *(signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2, signal.SIGCONT),
    *_STOPS,
}

_WAITED_FOR = _PASSED_ON | {signal.SIGCHLD}

_OF_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
"""What Python ignores, and its children would ignore as well."""


class Ended(NamedTuple):
    """How a command has ended: its exit ``status`` as a shell has it, or the signal that ended it, and how long it
    took."""

    status: int
    by_signal: int | None
    seconds: float


def run(command: tuple[str, ...]) -> Ended:
    """Run ``command`` to its end. No signal in between ends this process, and none is left over.

    Raises:
        OSError: it cannot be started.
    """
    # Where the caller ignores this signal, nobody would learn the exit status of a child.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _WAITED_FOR)
    try:
        began = time.monotonic()
        status = _until_ended(_spawn(command, before))
        seconds = time.monotonic() - began
        while signal.sigtimedwait(_WAITED_FOR, 0) is not None:
            pass
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    if os.WIFSIGNALED(status):
        return Ended(128 + os.WTERMSIG(status), os.WTERMSIG(status), seconds)
    return Ended(os.WEXITSTATUS(status), None, seconds)


def _spawn(command: tuple[str, ...], mask: Iterable[int]) -> int:
    """The process of ``command``, which has all descriptors that may be inherited: of a jobserver, of ``<(...)``."""
    if not command[0]:  # to Python a wrong value, and to a shell one more command that there is not
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    try:
        return os.posix_spawnp(command[0], command, os.environ, setsigmask=mask, setsigdef=_OF_PYTHON)
    except OSError as error:
        script = shutil.which(command[0])
        if error.errno != errno.ENOEXEC or script is None or _is_binary(script):
            raise
    # What is no program, and does not say who reads it, is a script of the shell.
    script_command = ["/bin/sh", script, *command[1:]]
    return os.posix_spawn("/bin/sh", script_command, os.environ, setsigmask=mask, setsigdef=_OF_PYTHON)


def _is_binary(path: str) -> bool:
    """Whether the file is a program after all: of another machine, or cut off. Its first line has a zero byte, as bash
    has it."""
    with open(path, "rb") as file:
        return b"\0" in file.readline(128)


def end_by(number: int) -> None:
    """End this process by the signal ``number``, unless the caller ignores or blocks it."""
    if signal.getsignal(number) is not signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


def _until_ended(pid: int) -> int:
    """The status of process ``pid``, as the kernel tells it."""
    while True:
        got = signal.sigwaitinfo(_WAITED_FOR)
        if got.si_signo == signal.SIGCHLD:
            changed, status = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
            if not changed:
                continue
            if not os.WIFSTOPPED(status):
                return status
            _stop(os.WSTOPSIG(status), pid)
        # A code above zero is the kernel's, which has told the whole group.
        elif got.si_signo == signal.SIGCONT or got.si_code <= 0 or (got.si_signo == signal.SIGHUP and _leads()):
            os.kill(pid, got.si_signo)


def _leads() -> bool:
    """Whether this is the first process of its terminal, as in a window that was opened for it, and no shell is."""
    return os.getsid(0) == os.getpid()


def _stop(number: int, pid: int) -> None:
    """Stop by the same signal as process ``pid``, unless both have been continued meanwhile."""
    a_shell_of_its_own = os.getpgid(pid) != os.getpgrp()  # its `suspend` is by SIGSTOP
    if number not in _STOPS and not a_shell_of_its_own:
        return
    if signal.sigtimedwait({signal.SIGCONT}, 0) is not None:
        os.kill(pid, signal.SIGCONT)
        return
    os.kill(os.getpid(), number)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    signal.pthread_sigmask(signal.SIG_BLOCK, {number})
