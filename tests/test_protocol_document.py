"""``docs/protocol.md`` is enough to write a client: it has each message as the code has it, and its clients work.

The clients talk to a real mesh with the tone engine, whose sound goes to a virtual sink.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.heard import Heard
from tests.mesh import PATIENCE, QUICK, Mesh
from ttsmesh import limits
from ttsmesh.errors import EXIT_STATUS, Code
from ttsmesh.wire import framing
from ttsmesh.wire.exchange import Exchange, Side
from ttsmesh.wire.messages import Say
from ttsmesh.wire.schema import (
    PROTOCOL_VERSION,
    REGISTRY,
    STREAMED,
    Bytes,
    Flag,
    Maybe,
    Message,
    Number,
    OneOf,
    Replies,
    Request,
    Rule,
    Text,
    Whole,
    decode,
)

pytest_plugins = ["tests.conftest_sound"]

FOLDER = Path(__file__).resolve().parent.parent / "docs"
DOCUMENT = (FOLDER / "protocol.md").read_text(encoding="utf-8")

BETWEEN_SERVERS = {"speak", "probe", "synthesize"}
"""Requests that no client makes."""

UNBOUNDED = 2**53
"""Where the range of a number ends that has no other bound."""


def section(heading: str) -> str:
    _, found, rest = DOCUMENT.partition(f"\n{heading}\n")
    assert found, heading
    return re.split(rf"^#{{1,{heading.index(' ')}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str, first: str) -> list[list[str]]:
    """The cells of the table in ``text`` whose first column is called ``first``, if there is one."""
    table = re.search(rf"^\| {first} \|.*\n\|[-:|]+\|\n((?:\|.*\n)*)", text, flags=re.MULTILINE)
    lines = table[1].splitlines() if table else []
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def answers(cls: type[Request]) -> Replies:
    return STREAMED if cls is Say else cls.replies


NEVER_SENT = {"end_group": {"started", "progress"}}
"""What the code would allow as an answer, and no server sends."""


def for_clients() -> dict[str, type[Message]]:
    """The messages that a client may send or get, by their types."""
    requests = {name: cls for name, cls in REGISTRY.items() if issubclass(cls, Request) and name not in BETWEEN_SERVERS}
    replies = {reply for cls in requests.values() for step in answers(cls).values() for reply in step}
    return {**requests, **{name: REGISTRY[name] for name in replies | {"rejected"}}}


CLIENT_MESSAGES = for_clients()


def described(rule: Rule) -> str:
    """A field's rule in the words of the document."""
    match rule:
        case Maybe():
            return described(rule.rule)
        case Flag():
            return "true or false"
        case Bytes():
            return f"bytes, up to {rule.most}"
        case OneOf():
            return "a [code](#codes)" if set(rule.choices) == set(Code) else ", ".join(f"`{c}`" for c in rule.choices)
        case Text():
            return f"text, {rule.least} to {rule.most} bytes" if rule.least else f"text, up to {rule.most} bytes"
        case Number():
            kind = "whole number" if isinstance(rule, Whole) else "number"
            return f"{kind}, {rule.least:g} {'or more' if rule.most == UNBOUNDED else f'to {rule.most:g}'}"
    raise TypeError(rule)


def default(cls: type[Message], field: str) -> str:
    try:
        value = getattr(cls, field)
    except AttributeError:
        return "required"
    return "" if value is None else f"`{json.dumps(value)}`"


def test_each_message_that_a_client_meets_is_there_and_no_other_one() -> None:
    requests = set(re.findall(r"^### `(\w+)`$", section("## Requests"), flags=re.MULTILINE))
    replies = set(re.findall(r"^### `(\w+)`$", section("## Replies"), flags=re.MULTILINE))
    assert requests == {name for name, cls in CLIENT_MESSAGES.items() if issubclass(cls, Request)}
    assert replies == {name for name, cls in CLIENT_MESSAGES.items() if not issubclass(cls, Request)}
    others = re.findall(r"`(\w+)`", section("## Codes").rpartition("\n\n")[2].partition("are between")[0])
    assert set(others) == REGISTRY.keys() - CLIENT_MESSAGES.keys()


@pytest.mark.parametrize("name", sorted(CLIENT_MESSAGES))
def test_the_fields_of_a_message_are_those_of_the_code(name: str) -> None:
    cls = CLIENT_MESSAGES[name]
    written = rows(section(f"### `{name}`"), "field")
    assert all(len(row) == 4 and row[3] for row in written)
    if issubclass(cls, Request):
        own = [
            [f"`{field}`", described(rule), default(cls, field)]
            for field, rule in cls.rules.items()
            if field != "version"
        ]
    else:
        own = [
            [f"`{field}`", described(rule), "perhaps" if isinstance(rule, Maybe) else "always"]
            for field, rule in cls.rules.items()
        ]
    assert [row[:3] for row in written] == own


@pytest.mark.parametrize("name", sorted(name for name, cls in CLIENT_MESSAGES.items() if issubclass(cls, Request)))
def test_what_answers_a_request_is_what_the_code_allows(name: str) -> None:
    cls = CLIENT_MESSAGES[name]
    assert issubclass(cls, Request)
    paragraph = section(f"### `{name}`").partition("\nAnswered by ")[2].partition("\n\n")[0]
    told = set(re.findall(r"`(\w+)`", paragraph)) & CLIENT_MESSAGES.keys()
    assert told == {reply for step in answers(cls).values() for reply in step} - NEVER_SENT.get(name, set())


def test_the_codes_and_their_exit_statuses_are_those_of_the_code() -> None:
    written = [(code.strip("`"), int(status)) for code, status, _ in rows(section("## Codes"), "code")]
    assert written == [(code.value, EXIT_STATUS[code]) for code in Code]


def test_the_limits_and_the_version_are_those_of_the_code() -> None:
    assert {name: float(value) for name, value in rows(section("## Frames"), "limit")} == {
        "bytes of a frame to the server": limits.MAX_REQUEST,
        "bytes of a frame from the server": limits.MAX_REPLY,
        "bytes of the text of a request; the setting `max_text` may lower it": limits.MAX_TEXT,
        "keys of a map": limits.MAX_MAP,
        "seconds from the connection to the whole request": limits.FRAME_TIMEOUT,
        "seconds that the server waits for a client that does not read; a stream waits without limit": (
            limits.SEND_TIMEOUT
        ),
        "connections at once": limits.MAX_CLIENTS,
        "texts that wait at once": limits.MAX_QUEUE,
        "bytes of these texts": limits.MAX_QUEUE_BYTES,
    }
    text = " ".join(DOCUMENT.split())
    assert f"wait {limits.START_TIMEOUT:g} seconds for the first reply" in text
    assert f"Each request has `version`, which is `{PROTOCOL_VERSION}`." in text
    assert f"After {limits.FIRST_PROGRESS:g} s, then every {limits.PROGRESS_INTERVAL:g} s or so, and" in text


def test_the_bytes_of_the_example_are_those_of_its_request() -> None:
    shown = re.search(r"```\n(00 00 00 .*?)```", DOCUMENT, flags=re.DOTALL)
    assert shown is not None
    data = bytes.fromhex(
        "".join("".join(re.findall(r"\b[0-9a-f]{2} ", f"{line[:50]} ")) for line in shown[1].split("\n"))
    )
    assert data == framing.pack({"type": "stop", "version": PROTOCOL_VERSION})


EXAMPLES = re.findall(r"```\n(> .*?)```", DOCUMENT, flags=re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_are_exchanges_that_both_sides_accept(example: str) -> None:
    client, server = Exchange(Side.OPENER), Exchange(Side.ANSWERER)
    for line in example.splitlines():
        sender, receiver = (client, server) if line[0] == ">" else (server, client)
        fields = json.loads(line[2:])
        message = decode(fields)
        if sender is server:
            assert fields.keys() >= {name for name, rule in type(message).rules.items() if not isinstance(rule, Maybe)}
        receiver.receive(sender.send(message))
        assert isinstance(receiver.next(), Message)
    assert server.ended


CLIENTS = {"client.py": [sys.executable], "client.mjs": [shutil.which("node") or "node"]}


@pytest.fixture(scope="module")
def shared_mesh(shared_heard: Heard) -> Iterator[Mesh]:
    with Mesh(shared_heard.env) as mesh:
        mesh.settings(QUICK + "speed = 4.0\n")
        yield mesh


@pytest.fixture(params=list(CLIENTS))
def client(request: pytest.FixtureRequest) -> list[str]:
    """The command of each client, to which its text is added."""
    return [*CLIENTS[request.param], str(FOLDER / "clients" / request.param)]


def run(command: list[str], env: dict[str, str]) -> tuple[int, str]:
    """The exit status of ``command``, and all that it prints."""
    ran = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
    return ran.returncode, ran.stdout + ran.stderr


@pytest.mark.sound
def test_a_client_says_a_text_waits_and_prints_the_outcome(mesh: Mesh, client: list[str]) -> None:
    mesh.run("voices")  # starts the mesh, as the document says
    assert run([*client, "Über", "2 cups of tea."], mesh.env) == (0, "finished\n")
    assert mesh.run("last").stdout.decode() == "Über 2 cups of tea.\n"


@pytest.mark.sound
def test_a_client_is_told_of_an_interruption_and_of_a_refusal(mesh: Mesh, client: list[str]) -> None:
    long = subprocess.Popen([*client, "word " * 200], env=mesh.env, stdout=subprocess.PIPE, text=True)
    with long:
        mesh.until(lambda status: any(text["state"] == "sounding" for text in status["queue"]))
        mesh.run("stop")
        assert long.communicate(timeout=PATIENCE)[0] == "interrupted stopped\n"
    assert long.returncode == 1
    assert run([*client, " "], mesh.env) == (1, "rejected no text\n")


def test_a_client_sends_nothing_where_no_server_listens_or_others_may_look(private: Path, client: list[str]) -> None:
    runtime = Path(os.environ["XDG_RUNTIME_DIR"]) / "ttsmesh"
    runtime.mkdir(mode=0o700)
    status, line = run([*client, "Hello."], dict(os.environ))
    assert (status, line.count("\n")) == (1, 1)
    assert "ttsmesh voices starts one" in line
    link = runtime.parent.with_name("link")
    link.symlink_to(runtime.parent)
    for unsafe, mode, variable in (
        (runtime, 0o755, runtime.parent),
        (runtime.parent, 0o755, runtime.parent),
        (runtime.parent, 0o700, link),
    ):
        unsafe.chmod(mode)
        status, line = run([*client, "Hello."], os.environ | {"XDG_RUNTIME_DIR": str(variable)})
        assert (status, line.count("\n")) == (1, 1)
        assert "others may open" in line
        unsafe.chmod(0o700)
