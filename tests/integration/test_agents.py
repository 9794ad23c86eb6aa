"""Coding agents that speak: recorded inputs, played through the settings that were installed, are heard once."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.cli.commands.agent.playing import Agent, Said, recorded
from tests.heard import Heard
from tests.integration.test_groups import until_sounding
from tests.mesh import PATIENCE, QUICK, Mesh

pytest_plugins = ["tests.conftest_sound"]
pytestmark = pytest.mark.sound

HUSH = 0.15
"""Seconds from the start of the hook of a prompt to silence."""


@pytest.fixture(scope="module")
def shared_mesh(shared_heard: Heard) -> Iterator[Mesh]:
    with Mesh(shared_heard.env) as mesh:
        mesh.settings(QUICK + "speed = 4\nfollow_stall = 1\n")
        mesh.warm_up()
        yield mesh


@pytest.fixture(scope="module")
def claude(shared_mesh: Mesh) -> Agent:
    return Agent(shared_mesh, "claude")


def entries(mesh: Mesh, caller: str) -> list[dict[str, Any]]:
    """What was said on behalf of ``caller``, in order, once nothing is left to say."""
    mesh.until_idle()
    run = mesh.run("history", "--json", "--text", "-n", "100", "--caller", caller)
    return list(json.loads(run.stdout)["entries"])


def heard_of(mesh: Mesh, session: str, agent: str = "claude") -> str:
    """The text that was heard of a session, with a blank for all blanks that follow one another."""
    return squeezed(" ".join(entry["heard"] or "" for entry in entries(mesh, f"{agent}-{session}")))


def another(said: list[Said], session: str) -> list[Said]:
    """The same in a session of this name, because the mesh is shared."""
    return [{**one, ("session_id" if "session_id" in one else "thread-id"): session} for one in said]


def piece(session: str, message: str, index: int, text: str, *, final: bool = False) -> Said:
    said = {"session_id": session, "hook_event_name": "MessageDisplay", "turn_id": "t", "message_id": message}
    return {**said, "index": index, "final": final, "delta": text}


def prompt(session: str) -> Said:
    return {"session_id": session, "hook_event_name": "UserPromptSubmit", "prompt": "And now?"}


def stop(session: str, text: str) -> Said:
    said = {"session_id": session, "hook_event_name": "Stop", "stop_hook_active": False}
    return {**said, "last_assistant_message": text}


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.long
def test_an_answer_of_claude_code_is_heard_once_in_order_and_its_code_is_counted(
    mesh: Mesh, claude: Agent, heard: Heard
) -> None:
    said = another(recorded("claude.jsonl"), "streamed")
    texts = [one["delta"] for one in said if one["hook_event_name"] == "MessageDisplay"]
    begun = time.monotonic()
    claude.play(said)
    assert heard_of(mesh, "streamed") == squeezed("".join(texts))
    assert len(heard.since(begun).sound())
    spoken = mesh.run("say", "--explain", "--as", "markdown", "".join(texts)).stdout
    assert b"total" not in spoken


def test_an_answer_is_heard_while_it_is_written(mesh: Mesh, claude: Agent, heard: Heard) -> None:
    begun = time.monotonic()
    claude.call(piece("early", "m", 0, "This is a first line.\nAnd a second"))
    heard.recorder.await_sound(begun)
    claude.call(piece("early", "m", 1, " line.\n", final=True))
    assert heard_of(mesh, "early") == "This is a first line. And a second line."


def test_pieces_that_come_at_once_with_their_end_are_heard_once_in_order(mesh: Mesh, claude: Agent) -> None:
    lines = ["One.\n", "Two.\n", "Three.\n", "Four.\n", "Five.\n"]
    said = [piece("crowd", "m", number, line, final=number == 4) for number, line in enumerate(lines)]
    with ThreadPoolExecutor() as pool:
        for job in [pool.submit(claude.call, one) for one in [stop("crowd", "".join(lines)), *reversed(said)]]:
            job.result()
    assert heard_of(mesh, "crowd") == squeezed("".join(lines))


@pytest.mark.long
def test_an_answer_that_is_cut_anywhere_and_comes_in_any_order_is_heard_once(mesh: Mesh, claude: Agent) -> None:
    text = recorded("claude.jsonl")[-1]["last_assistant_message"]
    cut = [text[place : place + 23] for place in range(0, len(text), 23)]
    with ThreadPoolExecutor() as pool:
        for job in [
            pool.submit(claude.call, piece("cut", "m", number, some)) for number, some in reversed([*enumerate(cut)])
        ]:
            job.result()
    claude.play([stop("cut", text)] * 2)
    assert heard_of(mesh, "cut") == squeezed(text)


def test_an_answer_without_an_end_is_completed_by_the_whole_of_it(mesh: Mesh, claude: Agent) -> None:
    claude.play([piece("open", "m", 0, "One. "), piece("open", "m", 1, "Tw"), stop("open", "One. Two. Three.")])
    assert heard_of(mesh, "open") == "One. Two. Three."


@pytest.mark.long
def test_an_answer_that_nobody_ends_is_heard_all_the_same(mesh: Mesh, claude: Agent) -> None:
    claude.call(piece("cancelled", "m", 0, "One. And a ha"))
    mesh.until(lambda status: not status["queue"])
    mesh.until(lambda _: heard_of(mesh, "cancelled") == "One. And a ha", "the rest, after follow_stall")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("claude-2.1.100.jsonl", "It is ready. The tests have passed."),
        pytest.param("claude-print.jsonl", "It is ready. The tests have passed.", marks=pytest.mark.long),
    ],
)
def test_other_versions_are_heard_once_as_well(mesh: Mesh, claude: Agent, name: str, text: str) -> None:
    said = another(recorded(name), name)
    claude.play([*said, said[-1]])
    assert heard_of(mesh, name) == text


def test_a_prompt_hushes_all_of_its_session_and_nothing_of_before_comes_back(
    mesh: Mesh, claude: Agent, heard: Heard
) -> None:
    line = "This line goes on and on, and nobody would want to wait for its end. " * 10
    claude.play([piece("hushed", "m1", 0, line), piece("hushed", "m2", 0, line, final=True)])
    until_sounding(mesh)
    begun = time.monotonic()
    claude.call(prompt("hushed"))
    claude.play([piece("hushed", "m1", 1, "It comes back.\n", final=True), stop("hushed", line + "It comes back.\n")])
    mesh.until_idle()
    clip = heard.since(begun)
    assert clip.span()[1] / 24_000 < 10 * HUSH
    assert "back" not in heard_of(mesh, "hushed")
    claude.call(piece("hushed", "m3", 0, "But this is new.\n", final=True))
    assert heard_of(mesh, "hushed").endswith("But this is new.")


@pytest.mark.long
def test_a_prompt_leaves_other_sessions_alone(mesh: Mesh, claude: Agent) -> None:
    claude.play([piece("mine", "m", 0, "This is mine.\n", final=True), prompt("yours")])
    assert heard_of(mesh, "mine") == "This is mine."


@pytest.mark.long
def test_notifications_are_heard_and_helpers_are_not(mesh: Mesh, claude: Agent) -> None:
    said = another(recorded("claude-notices.jsonl"), "notices")
    claude.play(said[:-1])
    found = [entry["heard"] for entry in entries(mesh, "claude-notices")]
    assert found == ["Claude needs your permission to use Bash", "Claude is waiting for your input"]


@pytest.mark.long
def test_an_answer_of_qwen_code_is_heard_once_in_order(mesh: Mesh) -> None:
    said = another(recorded("qwen.jsonl"), "qwen")
    agent = Agent(mesh, "qwen")
    agent.play(said)
    text = "I look at the price first. The price was rounded twice. Once in the basket, and once on the bill."
    assert heard_of(mesh, "qwen", "qwen") == text


@pytest.mark.long
def test_an_answer_of_codex_is_heard_once_and_hushed_by_its_hook(mesh: Mesh) -> None:
    agent = Agent(mesh, "codex")
    agent.play(another(recorded("codex-hooks.jsonl") + recorded("codex-notify.jsonl"), "codex"))
    assert [entry["heard"] for entry in entries(mesh, "codex-codex")] == [
        "Codex needs your permission to use Bash.",
        "The price was rounded twice.",
    ]


@pytest.mark.long
def test_in_brief_only_the_last_paragraph_is_heard(mesh: Mesh) -> None:
    agent = Agent(mesh, "claude", "--brief")
    assert agent.commands("MessageDisplay") == []
    agent.play(another(recorded("claude.jsonl"), "brief"))
    assert heard_of(mesh, "brief") == "All twelve tests pass now."


@pytest.mark.long
def test_each_session_has_a_voice_of_its_own(mesh: Mesh) -> None:
    agent = Agent(mesh, "claude", "--voices", "ef_dora,em_alex,em_santa")
    agent.play([stop(f"voice-{number}", "Hi.") for number in (1, 1, 2, 3)])
    voices = [{entry["voice"] for entry in entries(mesh, f"claude-voice-{number}")} for number in (1, 2, 3)]
    assert [len(each) for each in voices] == [1, 1, 1]
    assert len(set.union(*voices)) > 1


def test_what_was_said_while_it_was_muted_does_not_come_back(mesh: Mesh, claude: Agent) -> None:
    mesh.run("mute")
    try:
        claude.play(another(recorded("claude.jsonl"), "muted"))
        mesh.until_idle()
    finally:
        mesh.run("unmute")
    claude.call(piece("muted", "later", 0, "Heard.\n", final=True))
    assert heard_of(mesh, "muted") == "Heard."


def test_whatever_an_agent_writes_its_hook_succeeds_in_silence(mesh: Mesh, claude: Agent) -> None:
    (command,) = claude.commands("Stop")
    huge = json.dumps(stop("huge", "\N{BULLET} " * 1_400_000)).encode()
    for data, reason in (
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'{"hook_event_name": "NoSuchEvent"}', ""),
        (huge, "must be 0 to 4194304 bytes"),
        (b"x" * (26 * 2**20), "too long"),
    ):
        run = subprocess.run(command, shell=True, input=data, env=mesh.env, capture_output=True, timeout=PATIENCE)
        assert (run.returncode, run.stdout) == (0, b"")
        assert reason in run.stderr.decode()
        assert run.stderr.count(b"\n") == bool(reason)
    for wrong in ("--no-such-option", "--voice", "--speed 9"):
        run = subprocess.run(f"{command} {wrong}", shell=True, input=b"{}", env=mesh.env, capture_output=True)
        assert (run.returncode, run.stdout) == (0, b"")
        assert run.stderr.startswith(b"ttsmesh: ")
    run = subprocess.run(f"{command} <&-", shell=True, env=mesh.env, capture_output=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"ttsmesh: agent hook: bad file descriptor\n")
    assert "last failure" in claude.run("status")


@pytest.mark.long
def test_a_mesh_that_hangs_holds_up_nobody_for_long(mesh: Mesh, claude: Agent) -> None:
    (command,) = claude.commands("Stop")
    pid = mesh.server_pid()
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        begun = time.monotonic()
        data = json.dumps(stop("frozen", "Hello.")).encode()
        run = subprocess.run(command, shell=True, input=data, env=mesh.env, capture_output=True, timeout=PATIENCE)
        assert time.monotonic() - begun < 20
    finally:
        os.kill(pid, signal.SIGCONT)
    assert (run.returncode, run.stdout) == (0, b"")
    assert run.stderr == b"ttsmesh: the model server does not answer\n"


@pytest.mark.long
def test_a_long_answer_is_taken_at_once(mesh: Mesh, claude: Agent) -> None:
    """4 MiB, which are stopped, because to hear them takes days."""
    claude.play([stop("long", "A line of some words.\n" * 190_000), prompt("long")])
    assert [entry["outcome"] for entry in entries(mesh, "claude-long")] == ["interrupted"]


def test_a_hook_starts_the_mesh_behind_its_back_unless_it_is_muted(heard: Heard) -> None:
    with Mesh(heard.env) as mesh:
        mesh.settings(QUICK + "speed = 4\n")
        agent = Agent(mesh, "claude")
        mesh.run("mute")
        agent.play([prompt("start"), stop("start", "Nobody hears this.")])
        assert mesh.server_pid() is None
        mesh.run("unmute")
        agent.call(prompt("start"))
        assert mesh.server_pid() is None
        with ThreadPoolExecutor() as pool:
            lines = ["One.\n", "Two.\n"]
            said = [piece("start", "m", number, line, final=number == 1) for number, line in enumerate(lines)]
            for job in [pool.submit(agent.call, one) for one in said]:
                job.result()
        mesh.until(lambda status: status["running"] and heard_of(mesh, "start") == "One. Two.")
