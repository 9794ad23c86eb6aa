"""`ttsmesh pipe` as an editor's plugin sees it: real processes, a virtual sink, the tone engine."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
import threading
import time
import wave
from collections import Counter
from types import TracebackType
from typing import Any, Self

import pytest

from tests.mesh import PATIENCE, Mesh
from ttsmesh.limits import MAX_QUEUE

pytest_plugins = ["tests.conftest_sound"]
pytestmark = pytest.mark.sound

LONG = "word " * 200
"""Half a minute of tones."""

Answer = dict[str, Any]


class Pipe:
    """``ttsmesh pipe``, and a program that talks to it."""

    def __init__(self, mesh: Mesh, *options: str) -> None:
        self.process = subprocess.Popen(
            mesh.command("pipe", *options),
            env=mesh.env,
            cwd=mesh.work,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._watchdog = threading.Timer(PATIENCE, self.process.kill)
        self._watchdog.start()

    def say(self, line: str | Answer) -> None:
        assert self.process.stdin is not None
        text = line if isinstance(line, str) else json.dumps(line)
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def answer(self) -> Answer:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the pipe has ended"
        answer: Answer = json.loads(line)
        return answer

    def event(self, ref: str | int, event: str) -> Answer:
        """The next answer, which must be this one."""
        answer = self.answer()
        assert (answer["ref"], answer["event"]) == (ref, event), answer
        return answer

    def end(self) -> tuple[list[Answer], int]:
        """Close the input; the answers that were left, and the exit status."""
        assert self.process.stdin is not None and self.process.stdout is not None and self.process.stderr is not None
        self.process.stdin.close()
        # Not by communicate(): it reads past what readline() has buffered, and so loses an answer now and then.
        answers = [json.loads(line) for line in self.process.stdout]
        assert self.process.stderr.read() == b""
        return answers, self.process.wait(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._watchdog.cancel()
        with self.process:
            self.process.kill()


def test_a_line_is_answered_with_its_id_its_start_and_its_outcome(mesh: Mesh) -> None:
    with Pipe(mesh) as pipe:
        pipe.say("hello")
        id = pipe.event(1, "accepted")["id"]
        assert pipe.event(1, "started")["id"] == id
        finished = pipe.event(1, "finished")
        assert finished["id"] == id
        assert finished["heard_s"] > 0.1
        pipe.say({"text": "again", "ref": "mine"})
        assert pipe.event("mine", "accepted")["id"] != id
        assert [answer["event"] for answer in pipe.end()[0]] == ["started", "finished"]


MARKED = '<speak>one <mark name="here"/>$2.50<break time="50ms"/><mark name="end"/></speak>'


def test_marks_are_answered_when_they_are_heard_and_words_where_they_are_asked_for(mesh: Mesh) -> None:
    with Pipe(mesh, "--queue") as pipe:
        pipe.say({"text": MARKED, "ssml": True, "ref": "marks"})
        id = pipe.event("marks", "accepted")["id"]
        pipe.say({"text": MARKED, "ssml": True, "words": True, "ref": "words"})
        answers, status = pipe.end()
    assert status == 0
    marks = [answer for answer in answers if answer["ref"] == "marks"]
    assert [answer["event"] for answer in marks] == ["started", "mark", "mark", "finished"]
    assert marks[1] == {"ref": "marks", "event": "mark", "id": id, "name": "here"}
    found = [answer for answer in answers if answer["ref"] == "words" and answer["event"] in ("word", "mark")]
    assert [answer.get("name", answer.get("word")) for answer in found] == ["one", "here", "$2.50", "end"]
    for answer in found:
        if answer["event"] == "word":
            assert MARKED[answer["from"] : answer["to"]] == answer["word"]


def test_with_an_option_all_lines_are_answered_word_by_word(mesh: Mesh) -> None:
    with Pipe(mesh, "--words") as pipe:
        pipe.say("one two")
        words = [answer["word"] for answer in pipe.end()[0] if answer["event"] == "word"]
    assert words == ["one", "two"]


def test_a_newer_line_interrupts_and_a_queued_one_waits(mesh: Mesh) -> None:
    with Pipe(mesh) as pipe:
        pipe.say({"text": LONG, "ref": "long"})
        pipe.event("long", "accepted")
        pipe.event("long", "started")
        pipe.say({"text": "and then", "ref": "queued", "mode": "queue"})
        pipe.event("queued", "accepted")
        pipe.say({"text": "no, this", "ref": "now"})
        pipe.event("now", "accepted")
        interrupted = pipe.event("long", "interrupted")
        assert interrupted["reason"] == "superseded"
        assert 0 <= interrupted["characters"] < len(LONG)
        # It takes the place of what it interrupts; what is queued goes on after it.
        answers, status = pipe.end()
        assert status == 0
        assert [answer["ref"] for answer in answers if answer["event"] == "finished"] == ["now", "queued"]


def test_lines_are_spoken_in_their_order_with_queue_as_the_default(mesh: Mesh) -> None:
    with Pipe(mesh, "--queue") as pipe:
        for _ in range(5):
            pipe.say("one")
        answers, status = pipe.end()
        assert status == 0
        for event in ("accepted", "started", "finished"):
            assert [answer["ref"] for answer in answers if answer["event"] == event] == [1, 2, 3, 4, 5]


def test_what_sounds_is_held_goes_on_and_is_stopped(mesh: Mesh) -> None:
    with Pipe(mesh, "--caller", "editor") as pipe:
        pipe.say(LONG)
        id = pipe.event(1, "accepted")["id"]
        pipe.event(1, "started")
        for number, line in enumerate(('{"pause": true}', '{"resume": true}', '{"speed_now": 2}'), 2):
            pipe.say(line)
            assert pipe.event(number, "accepted")["count"] == 1
        pipe.say({"stop": True, "caller": "somebody else"})
        assert pipe.event(5, "accepted")["count"] == 0
        pipe.say({"stop": id})
        assert pipe.event(6, "accepted")["count"] == 1
        assert pipe.event(1, "interrupted")["reason"] == "stopped"
        pipe.say(LONG)
        pipe.event(7, "accepted")
        pipe.event(7, "started")
        pipe.say({"stop": True, "mine": True})
        assert pipe.event(8, "accepted")["count"] == 1
        assert pipe.event(7, "interrupted")["reason"] == "stopped"
        pipe.say({"speed_now": 1})
        pipe.event(9, "accepted")
        assert pipe.end() == ([], 0)


def test_a_bad_line_is_answered_and_the_next_is_spoken(mesh: Mesh) -> None:
    with Pipe(mesh) as pipe:
        for number, (line, code) in enumerate(
            [
                ('{"text": "my diary', "usage"),
                ('{"text": "my diary", "sped": 2}', "usage"),
                ('{"text": "my diary", "voice": "af_hart"}', "voice"),
                ('{"text": "my diary", "lang": "tlh"}', "language"),
                ('{"text": "my diary", "output": "missing/a.wav"}', "output"),
                ('{"text": "\\u0007"}', "text"),
            ],
            1,
        ):
            pipe.say(line)
            rejected = pipe.event(number, "rejected")
            assert rejected["code"] == code
            assert "diary" not in str(rejected)
        pipe.say({"text": "hello", "voice": "nobody", "ref": "own"})
        assert "nobody" in pipe.event("own", "rejected")["message"]
        pipe.say("hello")
        pipe.event(8, "accepted")
        answers, status = pipe.end()
        assert ([answer["event"] for answer in answers], status) == (["started", "finished"], 0)


def test_a_line_can_be_saved(mesh: Mesh) -> None:
    with Pipe(mesh) as pipe:
        pipe.say({"text": "hello", "output": "pipe.wav"})
        assert [answer["event"] for answer in pipe.end()[0]] == ["accepted", "started", "finished"]
    with wave.open(str(mesh.work / "pipe.wav")) as file:
        assert file.getnframes() > 2400


def test_without_waiting_there_are_ids_only_and_what_was_said_goes_on(mesh: Mesh) -> None:
    with Pipe(mesh, "--no-wait") as pipe:
        pipe.say(LONG)
        answers, status = pipe.end()
    assert ([answer["event"] for answer in answers], status) == (["accepted"], 0)
    assert [utterance["id"] for utterance in mesh.status()["queue"]] == [answers[0]["id"]]


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_takes_back_what_is_its_own_and_exits_130(mesh: Mesh, signum: int) -> None:
    with Pipe(mesh, "--queue") as pipe:
        for _ in (1, 2):
            pipe.say(LONG)
        answers = [pipe.answer() for _ in range(3)]  # the first may start before the second is accepted
        assert sorted((answer["ref"], answer["event"]) for answer in answers) == [
            (1, "accepted"),
            (1, "started"),
            (2, "accepted"),
        ]
        other = mesh.say("--queue", "hello")
        pipe.process.send_signal(signum)
        assert pipe.end() == ([], 130)
    mesh.until(lambda status: len(status["queue"]) <= 1, "taken back")
    mesh.until_idle()
    last = mesh.status()["last_outcome"]
    assert (last["id"], last["outcome"]) == (other, "finished")


def test_a_program_that_no_longer_reads_wants_no_more_said(mesh: Mesh) -> None:
    with Pipe(mesh) as pipe:
        pipe.say(LONG)
        pipe.event(1, "accepted")
        pipe.event(1, "started")
        assert pipe.process.stdout is not None
        pipe.process.stdout.close()
        pipe.say({"pause": True})
        assert pipe.process.wait(PATIENCE) == 74
    mesh.until(lambda status: not status["queue"], "taken back")


def test_when_the_server_dies_what_was_under_way_fails_and_the_next_line_starts_another(mesh: Mesh) -> None:
    with Pipe(mesh) as pipe:
        pipe.say(LONG)
        pipe.event(1, "accepted")
        pipe.event(1, "started")
        pid = mesh.server_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        assert pipe.event(1, "failed")["code"] == "unavailable"
        pipe.say("hello")
        pipe.event(2, "accepted")
        answers, status = pipe.end()
        assert ([answer["event"] for answer in answers], status) == (["started", "finished"], 0)
    assert mesh.server_pid() not in (None, pid)


def test_controls_start_no_server() -> None:
    with Mesh() as mesh:
        with Pipe(mesh) as pipe:
            for number, line in enumerate(
                ('{"stop": true}', '{"pause": true}', '{"skip": true}', '{"speed_now": 2}'), 1
            ):
                pipe.say(line)
                assert pipe.event(number, "accepted")["count"] == 0
            assert pipe.end() == ([], 0)
        assert mesh.server_pid() is None


def test_of_a_thousand_lines_at_once_each_is_answered_and_the_queue_is_the_limit(mesh: Mesh) -> None:
    with Pipe(mesh, "--queue") as pipe:
        pipe.say(LONG)
        pipe.event(1, "accepted")
        pipe.event(1, "started")
        mesh.run("pause")
        writer = threading.Thread(target=pipe.say, args=["\n".join(["word"] * 1000)])
        writer.start()
        answers = [pipe.answer() for _ in range(1000)]
        writer.join()
        assert Counter((answer["event"], answer.get("code")) for answer in answers) == {
            ("accepted", None): MAX_QUEUE - 1,
            ("rejected", "busy"): 1000 - (MAX_QUEUE - 1),
        }
        assert [answer["ref"] for answer in answers] == list(range(2, 1002))
        pipe.say({"stop": True})
        assert pipe.answer()["count"] == MAX_QUEUE
        ended, status = pipe.end()
        assert status == 0
        assert Counter(answer["event"] for answer in ended) == {"interrupted": MAX_QUEUE}


def test_lines_may_come_from_a_file(mesh: Mesh) -> None:
    (mesh.work / "lines").write_text("one\n\ntwo")
    with open(mesh.work / "lines", "rb") as lines:
        run = subprocess.run(
            mesh.command("pipe", "-q"), env=mesh.env, stdin=lines, capture_output=True, timeout=PATIENCE, check=True
        )
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert [answer["ref"] for answer in answers if answer["event"] == "finished"] == [1, 3]


def test_a_program_that_does_not_read_can_still_end_it(mesh: Mesh) -> None:
    (mesh.work / "bad").write_text("{\n" * 1000)
    with (
        open(mesh.work / "bad", "rb") as lines,
        subprocess.Popen(mesh.command("pipe"), env=mesh.env, stdin=lines, stdout=subprocess.PIPE) as pipe,
    ):
        assert pipe.stdout is not None
        size = fcntl.fcntl(pipe.stdout, fcntl.F_SETPIPE_SZ, 4096)
        deadline = time.monotonic() + PATIENCE
        while _waiting(pipe.stdout.fileno()) < size - 200:  # an answer is shorter
            assert time.monotonic() < deadline
            time.sleep(0.01)  # how full a pipe is cannot be waited for
        pipe.terminate()
        assert pipe.wait(PATIENCE) == 130


def _waiting(fd: int) -> int:
    """Bytes that a pipe holds."""
    return int.from_bytes(fcntl.ioctl(fd, termios.FIONREAD, b"\0" * 4), sys.byteorder)
