"""Displays without a screen: Xvfb for X11, and a compositor of Wayland that draws nowhere."""

import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.mesh import PATIENCE


@contextmanager
def x11() -> Iterator[dict[str, str]]:
    """The variables by which programs find an X server of our own."""
    ready, told = os.pipe()
    command = ["Xvfb", "-displayfd", str(told), "-screen", "0", "64x64x8", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=(told,), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(told)
    try:
        with open(ready) as numbers:
            number = numbers.readline().strip()  # when it listens, or ends
        assert number, "Xvfb did not come up"
        yield {"DISPLAY": f":{number}"}
    finally:
        server.terminate()
        server.wait()


@contextmanager
def wayland() -> Iterator[dict[str, str]]:
    """The variables by which programs find a compositor of our own: sway, which root may not start."""
    directory = Path(tempfile.mkdtemp(prefix="sway-", dir="/tmp"))
    ready = directory / "ready"
    os.mkfifo(ready)
    (directory / "config").write_text(f"xwayland disable\nexec echo $WAYLAND_DISPLAY >{ready}\n")
    nobody = 65534
    if os.getuid() == 0:
        for path in (directory, ready):
            os.chown(path, nobody, nobody)
    as_nobody = ["setpriv", f"--reuid={nobody}", f"--regid={nobody}", "--clear-groups"] if os.getuid() == 0 else []
    env = {"XDG_RUNTIME_DIR": str(directory), "WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman"}
    compositor = subprocess.Popen(
        [*as_nobody, "sway", "-c", str(directory / "config")],
        env=os.environ | env | {"WLR_LIBINPUT_NO_DEVICES": "1"},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with open(ready, "r+b", buffering=0) as told:  # a reader alone would wait for sway to open it
            assert select.select([told], [], [], PATIENCE)[0], "sway did not come up"
            name = told.readline().decode().strip()
        yield {"WAYLAND_DISPLAY": str(directory / name)}
    finally:
        compositor.terminate()
        compositor.wait()
        shutil.rmtree(directory)


@contextmanager
def selecting(
    env: Mapping[str, str], content: bytes, *, clipboard: bool = False, kind: str = ""
) -> Iterator["subprocess.Popen[bytes]"]:
    """A program that has ``content`` of this ``kind`` selected on the display of ``env``: wl-copy or xclip."""
    if "WAYLAND_DISPLAY" in env:
        which = [] if clipboard else ["--primary"]
        own = ["wl-copy", "--foreground", *which, *(["--type", kind] if kind else [])]
        look = ["wl-paste", "--list-types", *which]
        clear = ["wl-copy", "--clear", *which]
    else:
        which = ["-selection", "clipboard" if clipboard else "primary"]
        own = ["xclip", "-in", "-quiet", *which, *(["-target", kind] if kind else [])]
        look = ["xclip", "-out", "-target", "TARGETS", *which]
        clear = []
    environment = os.environ | dict(env)
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        owner = subprocess.Popen(own, env=environment, stdin=file, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE
        while subprocess.run(look, env=environment, capture_output=True, timeout=PATIENCE).returncode:
            assert time.monotonic() < deadline, "nothing was selected"
            time.sleep(0.01)  # reason: neither program tells when it has the selection
        yield owner
    finally:
        owner.send_signal(signal.SIGCONT)  # a test may have stopped it
        if clear:  # a wl-copy that is killed leaves its file in /tmp
            subprocess.run(clear, env=environment, check=True, timeout=PATIENCE)
        else:
            owner.terminate()
        owner.wait(PATIENCE)
