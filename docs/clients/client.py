"""Says its arguments, waits, and prints how that ended. It needs msgpack, and no ttsmesh. See docs/protocol.md."""

import os
import socket
import stat
import struct
import sys

import msgpack


def private(path):
    info = os.lstat(path)
    return stat.S_ISDIR(info.st_mode) and info.st_uid == os.getuid() and not info.st_mode & 0o077


def checked(path):
    return path if private(path) else sys.exit(f"others may open {path}, or it is a link")


def runtime_dir():
    given, state = (os.environ.get(f"XDG_{name}", "") for name in ("RUNTIME_DIR", "STATE_HOME"))
    usual = f"/run/user/{os.getuid()}"
    if os.path.isabs(given) and os.path.isdir(given) and os.stat(given).st_uid == os.getuid():
        return f"{checked(given)}/ttsmesh"
    if os.path.isdir(usual) and private(usual):
        return f"{usual}/ttsmesh"
    return f"{state if os.path.isabs(state) else os.path.expanduser('~/.local/state')}/ttsmesh/run"


def receive(stream):
    header = stream.read(4)
    if len(header) < 4:
        sys.exit("the server has gone away")
    return msgpack.unpackb(stream.read(struct.unpack("!I", header)[0]))


server = socket.socket(socket.AF_UNIX)
try:
    server.connect(f"{checked(runtime_dir())}/model.sock")
except (FileNotFoundError, ConnectionRefusedError):
    sys.exit("no server; ttsmesh voices starts one")
if struct.unpack("3i", server.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1] != os.getuid():
    sys.exit("the server belongs to another user")
request = msgpack.packb({"type": "say", "version": 2, "text": " ".join(sys.argv[1:]), "wait": True})
server.sendall(struct.pack("!I", len(request)) + request)
with server, server.makefile("rb") as stream:
    reply = receive(stream)
    while reply["type"] not in ("rejected", "finished", "interrupted", "failed"):
        reply = receive(stream)
print(" ".join(reply[key] for key in ("type", "reason", "message") if key in reply))
sys.exit(reply["type"] != "finished")
