"""Texts that come in pieces, as they are heard: over real processes, the tone engine and a virtual sink."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import pytest

from tests.few import few
from tests.heard import Heard
from tests.integration.test_pipe import Pipe
from tests.mesh import PATIENCE, Mesh
from tests.talk import Saying, ask
from ttsmesh.wire.messages import Accepted, Append, EndGroup, Finished

pytest_plugins = ["tests.conftest_sound"]
pytestmark = pytest.mark.sound

ANSWER = "First, some words. Second, a few more of them. And that is all there is to say."
ENDLESS = "This is a sentence that goes on and on and has no end that anybody would wait for. " * 20


@pytest.fixture(scope="module")
def shared_mesh(shared_heard: Heard) -> Iterator[Mesh]:
    with Mesh(shared_heard.env) as mesh:
        mesh.settings("follow_stall = 1\nfollow_idle = 20\nspeed = 3\n")
        mesh.warm_up()
        yield mesh


@pytest.fixture(scope="module")
def impatient_mesh(shared_heard: Heard) -> Iterator[Mesh]:
    with Mesh(shared_heard.env) as mesh:
        mesh.settings("follow_stall = 1\nfollow_idle = 1\nmax_text = 2000\nspeed = 4\n")
        mesh.warm_up()
        yield mesh


class Following:
    """``ttsmesh say --follow``, and a program that writes to it."""

    def __init__(self, mesh: Mesh, *options: str) -> None:
        self.process = subprocess.Popen(
            mesh.command("say", "--follow", *options),
            env=mesh.env,
            cwd=mesh.work,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def write(self, data: bytes | str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data.encode() if isinstance(data, str) else data)
        self.process.stdin.flush()

    def end(self) -> tuple[int, bytes]:
        """End the input; the exit status, and what was printed."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out + err

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self.process:
            self.process.kill()


def history(mesh: Mesh, last: int) -> list[dict[str, Any]]:
    run = mesh.run("history", "--json", "--text", "-n", str(last))
    entries: list[dict[str, Any]] = json.loads(run.stdout)["entries"]
    return entries


def said(mesh: Mesh, last: int = 1) -> list[str]:
    """The texts that were said last, as far as they were heard."""
    return [entry["heard"] for entry in history(mesh, last)]


def sounds(mesh: Mesh) -> bool:
    return any(entry["state"] == "sounding" for entry in mesh.status()["queue"])


def until_sounding(mesh: Mesh) -> None:
    mesh.until(lambda status: any(entry["state"] == "sounding" for entry in status["queue"]))


def name() -> str:
    """The group of this test. One that was stopped is not heard again for some time."""
    return os.environ["PYTEST_CURRENT_TEST"].partition(" ")[0][-60:]


def append(mesh: Mesh, text: str, *options: str, group: str = "") -> None:
    run = mesh.run("say", "--group", group or name(), "--append", *options, "--", text)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")


def end(mesh: Mesh, *options: str, group: str = "") -> int:
    run = mesh.run("say", "--group", group or name(), "--end", *options)
    assert (run.stdout, run.stderr) == (b"", b"")
    return run.returncode


def test_what_is_followed_sounds_while_it_is_still_being_written(mesh: Mesh, heard: Heard) -> None:
    """1 character each 50 ms."""
    text = ANSWER.encode()[:60]
    begun = time.monotonic()
    with Following(mesh, "--wait") as following:
        for number in range(len(text)):
            following.write(text[number : number + 1])
            time.sleep(0.05)
        written = time.monotonic()
        assert heard.recorder.await_sound(begun) < written - 1
        assert following.end() == (0, b"")
    assert " ".join(said(mesh, 3)).endswith(text.decode())  # a busy machine may have made parts of it


def test_at_full_speed_it_is_one_utterance_and_the_end_exits_before_it_was_heard(mesh: Mesh) -> None:
    with Following(mesh) as following:
        for line in ANSWER.splitlines(keepends=True):
            following.write(line)
        assert following.end() == (0, b"")
    mesh.until_idle()
    assert said(mesh) == [ANSWER]


def test_pieces_of_many_short_processes_are_one_text(mesh: Mesh) -> None:
    for piece in ("First, some ", "words. Second, a f", "ew more of them.", " And that is all there", " is to say."):
        append(mesh, piece)
    assert end(mesh, "--wait") == 0
    assert said(mesh) == [ANSWER]


def test_c17_pieces_that_come_at_once_are_put_in_their_order(mesh: Mesh) -> None:
    pieces = ANSWER.split(" ")
    with ThreadPoolExecutor() as pool:
        jobs = [
            pool.submit(append, mesh, piece + " " * (number < len(pieces) - 1), "--index", str(number))
            for number, piece in reversed(list(enumerate(pieces)))
        ]
        for job in jobs:
            job.result()
    assert end(mesh, "--wait", "--index", str(len(pieces) - 1)) == 0
    assert said(mesh) == [ANSWER]


def test_a_piece_whose_predecessor_does_not_come_is_said_after_two_seconds_and_an_end_may_come_with_it(
    mesh: Mesh,
) -> None:
    append(mesh, "One. ", "--index", "0")
    begun = time.monotonic()
    assert mesh.run("say", "--group", name(), "--append", "Three.", "--index", "2", "--end", "--wait").returncode == 0
    assert time.monotonic() - begun > 2
    append(mesh, "Two. ", "--index", "1")  # it is too late, and not said alone
    end(mesh)
    mesh.until_idle()
    assert " ".join(said(mesh, 2)).endswith("One. Three.")  # in one part, or in two
    assert "1 pieces missing" in mesh.log()


def test_half_a_sentence_is_said_after_a_stall_and_a_group_without_news_is_ended(impatient_mesh: Mesh) -> None:
    mesh = impatient_mesh
    append(mesh, "Let me see what")
    until_sounding(mesh)
    mesh.until_idle()
    assert said(mesh) == ["Let me see what"]
    deadline = time.monotonic() + PATIENCE
    while "no news" not in mesh.log():
        assert time.monotonic() < deadline
        time.sleep(0.05)  # reason: the log tells nobody
    assert ask(mesh, EndGroup(group=name())) == Accepted(count=0)


def test_c17_a_stalled_producer_blocks_nobody_and_goes_on_behind_the_others(mesh: Mesh) -> None:
    with Following(mesh, "--wait") as following:
        following.write("The first sentence of the stalled one. And then")
        until_sounding(mesh)
        mesh.say("--queue", "Somebody else waits here.")
        mesh.until_idle()
        following.write(" it goes on.")
        assert following.end() == (0, b"")
    assert said(mesh, 4) == [
        "The first sentence of the stalled one.",
        "Somebody else waits here.",
        "And then",
        "it goes on.",
    ]
    assert [entry["outcome"] for entry in history(mesh, 4)] == ["finished"] * 4


def test_c17_what_was_superseded_does_not_come_back_and_its_input_is_read_to_the_end(mesh: Mesh) -> None:
    with Following(mesh) as following:
        following.write(ENDLESS)
        until_sounding(mesh)
        assert mesh.run("say", "--wait", "Something newer.").returncode == 0
        for _ in range(100):
            following.write(ENDLESS * 10)
        assert following.end() == (130, b"")
    mesh.until_idle()
    assert said(mesh) == ["Something newer."]
    assert history(mesh, 2)[0]["reason"] == "superseded"


@pytest.mark.parametrize(("command", "reason"), few([("stop", "stopped")], [("stop", "stopped"), ("skip", "skipped")]))
def test_c17_what_was_stopped_or_skipped_does_not_come_back_until_it_has_ended(
    mesh: Mesh, command: str, reason: str
) -> None:
    append(mesh, ENDLESS)
    until_sounding(mesh)
    assert mesh.run(command).returncode == 0
    append(mesh, "This is too late. So is this.")
    mesh.until_idle()
    assert history(mesh, 1)[0]["reason"] == reason
    assert end(mesh, "--wait") == 130
    append(mesh, "This is new.")
    assert end(mesh, "--wait") == 0
    assert said(mesh) == ["This is new."]


@pytest.mark.long
def test_a_silent_group_is_stopped_with_all_others_and_superseded_by_its_own_caller(mesh: Mesh) -> None:
    for command in (("stop",), ("say", "--wait", "Something newer.")):
        append(mesh, "Said. ")
        until_sounding(mesh)
        mesh.until_idle()
        assert mesh.run(*command).returncode == 0
        append(mesh, "This is too late. So is this.")
        assert end(mesh, "--wait") == 130, command
    append(mesh, "Said. ")
    until_sounding(mesh)
    mesh.until_idle()
    assert mesh.run("say", "--caller", "another", "--wait", "Something else.").returncode == 0
    append(mesh, "This is not too late.")
    assert end(mesh, "--wait") == 0
    assert said(mesh) == ["This is not too late."]


def test_ctrl_c_takes_all_back(mesh: Mesh) -> None:
    with Following(mesh) as following:
        following.write(ENDLESS)
        until_sounding(mesh)
        following.process.send_signal(signal.SIGINT)
        assert following.process.wait(PATIENCE) == 130
    mesh.until_idle()
    assert history(mesh, 1)[0]["reason"] == "taken_back"


@pytest.mark.long
def test_who_waits_for_the_end_of_a_group_takes_it_back_by_leaving(mesh: Mesh) -> None:
    append(mesh, ENDLESS)
    until_sounding(mesh)
    ending = mesh.start("say", "--group", name(), "--end", "--wait")
    time.sleep(2)  # reason: nothing tells that it waits
    ending.send_signal(signal.SIGINT)
    assert ending.communicate(timeout=PATIENCE) == (b"", b"\n"), "a line of its own after the terminal's ^C"
    assert ending.returncode == 130
    mesh.until_idle()
    assert history(mesh, 1)[0]["reason"] == "taken_back"


def test_a_followed_text_that_is_silent_for_long_is_not_ended(impatient_mesh: Mesh) -> None:
    mesh = impatient_mesh
    with Following(mesh, "--wait") as following:
        following.write("One line.\n")
        until_sounding(mesh)
        mesh.until_idle()
        time.sleep(1.5)  # reason: longer than follow_idle
        following.write("Another line.\n")
        assert following.end() == (0, b"")
    assert said(mesh, 2) == ["One line.", "Another line."]


def test_invalid_utf8_is_refused_by_the_number_of_its_byte(mesh: Mesh) -> None:
    with Following(mesh) as following:
        following.write("Grüße. ".encode()[:3])
        following.write("Grüße. ".encode()[3:] + b"ok \xff.")
        assert following.end() == (65, b"ttsmesh: not valid UTF-8 (byte 12)\n")
    with Following(mesh) as following:
        following.write(b"ok \xc3")
        assert following.end() == (65, b"ttsmesh: not valid UTF-8 (byte 3)\n")


def test_no_input_is_no_text(mesh: Mesh) -> None:
    with Following(mesh) as following:
        assert following.end() == (65, b"ttsmesh: no text\n")
    assert end(mesh, "--wait", group="never begun") == 0


def test_a_group_may_be_begun_by_blank_pieces_only_and_says_nothing(mesh: Mesh) -> None:
    append(mesh, "")
    append(mesh, "\n \n")
    before = mesh.status()["accepted"]
    assert end(mesh, "--wait") == 0
    assert mesh.status()["accepted"] == before


def test_the_options_of_the_first_piece_hold_for_all(mesh: Mesh) -> None:
    append(mesh, "First one. ", "-v", "bf_emma")
    until_sounding(mesh)
    mesh.until_idle()
    append(mesh, "Second one.", "-v", "am_adam")
    assert end(mesh, "--wait") == 0
    assert [entry["voice"] for entry in history(mesh, 2)] == ["bf_emma"] * 2
    run = mesh.run("say", "--group", "new", "--append", "hello", "-v", "nobody")
    assert (run.returncode, run.stderr.startswith(b"ttsmesh: ")) == (66, True)


def test_a_muted_group_says_nothing_and_goes_on_when_it_is_heard_again(mesh: Mesh) -> None:
    with Following(mesh, "--wait", "--caller", "log") as following:
        following.write(ENDLESS)
        until_sounding(mesh)
        assert mesh.run("mute", "--caller", "log").returncode == 0
        mesh.until_idle()
        following.write("This is muted. So")
        mesh.until(lambda status: status["finished"] > 0)
        assert mesh.run("unmute").returncode == 0
        following.write("\n\nThis is heard.")
        assert following.end() == (0, b"")
    assert said(mesh) == ["This is heard."]


@pytest.mark.long
def test_pause_and_speed_hold_for_what_is_followed_too(mesh: Mesh) -> None:
    with Following(mesh, "--wait") as following:
        following.write("The first sentence is this one. And")
        until_sounding(mesh)
        assert mesh.run("pause").returncode == 0
        time.sleep(1.5)  # reason: a part that is paused waits for as long as it is
        assert mesh.status()["queue"][0]["state"] == "paused"
        following.write(" this is the second.")
        assert mesh.run("resume").returncode == 0
        assert following.end() == (0, b"")
    assert "".join(said(mesh)).endswith("And this is the second.")


def test_a_pipe_appends_and_ends(mesh: Mesh) -> None:
    with Pipe(mesh, "--caller", "editor") as pipe:
        pipe.say({"group": "a", "append": "One. ", "speed": 4})
        assert pipe.event(1, "accepted") == {"ref": 1, "event": "accepted", "group": "a", "count": 1}
        pipe.say({"group": "a", "append": "Two.", "ref": "x"})
        assert pipe.event("x", "accepted")["count"] == 1
        pipe.say({"group": "a", "end": True})
        assert pipe.event(3, "accepted")["count"] == 1
        assert pipe.event(3, "finished")["group"] == "a"
        pipe.say({"group": "a", "end": True})
        assert pipe.event(4, "accepted")["count"] == 0
        assert pipe.event(4, "finished")["heard_s"] == 0
        pipe.say({"group": "a"})
        assert pipe.event(5, "rejected")["code"] == "usage"
        pipe.say({"group": "a", "append": "x", "output": "f.wav"})
        assert "unknown key" in pipe.event(6, "rejected")["message"]
        assert pipe.end() == ([], 0)
    assert said(mesh) == ["One. Two."]


def test_more_than_may_wait_is_refused_and_what_is_followed_waits_for_room(impatient_mesh: Mesh) -> None:
    mesh = impatient_mesh
    append(mesh, "An open paragraph " * 100)
    run = mesh.run("say", "--group", name(), "--append", "more " * 100)
    assert (run.returncode, run.stderr) == (75, b"ttsmesh: busy: 1800 bytes of the group are not said yet\n")
    assert mesh.run("stop").returncode == 0
    with Following(mesh) as following:
        following.write("word " * 300 + "\n\n")
        until_sounding(mesh)
        with ThreadPoolExecutor() as pool:
            writing = pool.submit(following.write, "word " * 200_000)
            with pytest.raises(TimeoutError):
                writing.result(0.5)
            assert mesh.run("stop").returncode == 0
            writing.result(PATIENCE)
        assert following.end() == (130, b"")


def test_what_does_not_go_together_is_an_error_of_usage(shared_mesh: Mesh) -> None:
    for options, line in (
        (["--group", "g", "hello"], "--group needs --append or --end"),
        (["--append", "hello"], "--append and --end need --group NAME"),
        (["--group", "g", "--append", "--wait", "hello"], "--wait needs --end"),
        (["--group", "g", "--end", "hello"], "a TEXT needs --append"),
        (["--group", "g", "--append", "-o", "x.wav", "hello"], "there is no --output"),
        (["--follow", "--captions", "x.srt"], "there is no --captions"),
        (["--follow", "--group", "g"], "--follow makes a group of its own"),
        (["--follow", "hello"], "and no TEXT"),
        (["--follow", "--ssml"], "cannot be read as ssml"),
        (["--follow", "--tags"], "there is no --tags"),
    ):
        run = shared_mesh.run("say", *options)
        assert (run.returncode, run.stdout) == (2, b""), options
        assert line in run.stderr.decode()


def test_the_server_tells_what_became_of_a_group(mesh: Mesh) -> None:
    with Saying(mesh, "Somebody else sounds first, and for some time.", caller="another") as saying:
        assert ask(mesh, Append(group="g", text="Queued. Q", queue=True, caller="me")) == Accepted(count=1)
        assert isinstance(saying.outcome(), Finished)
    assert ask(mesh, EndGroup(group="g", caller="me", index=7)) == Accepted(count=1)
    mesh.until_idle()


@pytest.mark.long
def test_to_skip_the_last_sentence_that_has_come_skips_nothing_that_comes(mesh: Mesh) -> None:
    with Following(mesh, "--wait") as following:
        following.write("This is a sentence that has some words in it, and a few more words to be skipped. Then")
        until_sounding(mesh)
        assert mesh.run("skip", "--sentence").returncode == 0
        mesh.until_idle()
        following.write(" comes another one.")
        assert following.end() == (0, b"")
    assert said(mesh)[-1].endswith("comes another one.")


@pytest.mark.long
@pytest.mark.timeout(300)
def test_c17_memory_is_flat_however_much_comes(shared_heard: Heard) -> None:
    """20 MB of lines, which are muted, because to hear them takes weeks."""
    line = b"2026-11-29 12:00:00 INFO app: a request was answered in some milliseconds\n"
    with Mesh(shared_heard.env) as mesh:
        mesh.say("start")
        mesh.until_idle()
        assert mesh.run("mute").returncode == 0
        with Following(mesh, "--as", "log") as following:
            for megabyte in range(20):
                following.write(line * (2**20 // len(line)))
                if megabyte == 4:
                    before = mesh.status()["memory_bytes"]
            assert mesh.status()["memory_bytes"] - before < 30 * 2**20
            assert following.end() == (0, b"")
        mesh.until_idle()
