"""The log: one line an event, never somebody's text, never more than two small files."""

import asyncio
import logging
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ttsmesh import logs

SECRET = "my diary"


@pytest.fixture(autouse=True)
def logging_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)  # put back afterwards
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    for handler in root.handlers[:]:
        root.removeHandler(handler)
        handler.close()
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture
def file(private: Path) -> Path:
    path = private / "state" / "ttsmesh" / "ttsmesh.log"
    logs.set_up(path)
    return path


def fail(inner: BaseException | None = None) -> None:
    """Fail with a message that quotes the text, as unexpected errors do."""
    raise ValueError(f"cannot say {SECRET!r}") from inner


def test_an_event_is_one_line_with_its_time_level_and_origin(file: Path) -> None:
    logging.getLogger("ttsmesh.model").info("utterance %s: accepted", "a-1")
    line = file.read_text()
    assert line.endswith(" INFO ttsmesh.model: utterance a-1: accepted\n")
    assert line.count("\n") == 1


def test_without_a_file_it_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up()
    logging.getLogger("ttsmesh").warning("hello")
    assert capsys.readouterr().err.endswith("WARNING ttsmesh: hello\n")


def test_an_event_stays_one_line_whatever_it_names(file: Path) -> None:
    logging.getLogger("ttsmesh").info("voice %s", "x\ny")
    assert file.read_text().count("\n") == 1


def test_debug_output_of_libraries_stays_out(file: Path) -> None:
    logging.getLogger("somebody").debug(SECRET)
    logging.getLogger("somebody").info("hello")
    assert file.read_text().endswith(" INFO somebody: hello\n")
    assert SECRET not in file.read_text()


def test_an_unexpected_exception_is_its_type_and_its_frames_but_never_its_message(file: Path) -> None:
    try:
        fail()
    except ValueError:
        logging.getLogger("ttsmesh").exception("an exchange with pid %d", 7)
    text = file.read_text()
    assert SECRET not in text
    assert "an exchange with pid 7\n  builtins.ValueError\n" in text
    assert f"{__file__}:" in text
    assert text.endswith(" fail\n")


def test_causes_and_groups_are_shown_in_the_same_way(file: Path) -> None:
    try:
        try:
            fail(KeyError(SECRET))
        except ValueError as error:
            raise ExceptionGroup(SECRET, [error, OSError(SECRET)]) from None
    except ExceptionGroup:
        logging.getLogger("ttsmesh").exception("oh")
    text = file.read_text()
    assert SECRET not in text
    for name in ("ExceptionGroup", "ValueError", "KeyError", "OSError"):
        assert f" builtins.{name}\n" in text


def test_what_the_event_loop_says_about_a_failed_task_is_shown_in_the_same_way(file: Path) -> None:
    """asyncio puts the task's representation, and so the exception's message, into its own line."""

    async def main() -> None:
        async def task() -> None:
            fail()

        await asyncio.wait([asyncio.create_task(task())])

    asyncio.run(main())
    text = file.read_text()
    assert "builtins.ValueError" in text
    assert SECRET not in text


def test_what_ends_the_process_is_shown_in_the_same_way(file: Path) -> None:
    sys.excepthook(ValueError, ValueError(SECRET), None)
    text = file.read_text()
    assert "builtins.ValueError" in text
    assert SECRET not in text


def test_two_files_of_bounded_size_are_kept_however_much_is_said(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LOG_BYTES", 10_000)
    logs.set_up(file)
    for number in range(1000):
        logging.getLogger("ttsmesh").info("event %d", number)
    kept = sorted(file.parent.iterdir())
    assert kept == [file, file.with_name("ttsmesh.log.1")]
    assert all(0 < path.stat().st_size <= 10_000 for path in kept)
    assert file.read_text().endswith("event 999\n")


def messages(file: Path) -> list[str]:
    """What the lines of ``file`` say, without time, level and origin."""
    return [line.split(": ", 1)[1] for line in file.read_text().splitlines()]


def test_a_full_disk_costs_log_lines_and_nothing_else(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file.parent.mkdir(parents=True)
    file.symlink_to("/dev/full")
    for number in range(5):
        logging.getLogger("ttsmesh").info("event %d", number)
    file.unlink()
    logging.getLogger("ttsmesh").info("there is room again")
    assert messages(file) == ["5 lines of this log could not be written", "there is room again"]
    assert capfd.readouterr().err == ""


def test_a_line_too_long_for_the_last_free_bytes_is_lost_whole_or_in_part_and_counted(tmp_path: Path) -> None:
    """In a process of its own, where no file may grow beyond 100 bytes."""
    log = tmp_path / "log"
    program = (
        "import logging, resource, sys\n"
        "from pathlib import Path\n"
        "from ttsmesh import logs\n"
        "logs.set_up(Path(sys.argv[1]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))\n"
        "for number in range(9):\n"
        "    logging.info('event %d', number)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "logging.info('there is room again')\n"
    )
    run = subprocess.run([sys.executable, "-c", program, str(log)], capture_output=True, timeout=60, check=True)
    assert run.stderr == b""
    text = log.read_text()
    assert text.count("event 0") == 1
    assert text.count(" 7 lines of this log could not be written\n") == 1
    assert text.endswith(" there is room again\n")


@pytest.mark.parametrize("instead", ["nothing", "another file"])
def test_a_log_or_directory_that_vanished_is_made_again_for_the_next_line(
    file: Path, capfd: pytest.CaptureFixture[str], instead: str
) -> None:
    logging.getLogger("ttsmesh").info("event")
    shutil.rmtree(file.parent)
    if instead == "another file":
        file.parent.mkdir()
        file.touch()
    logging.getLogger("ttsmesh").info("next event")
    assert messages(file) == ["next event"]
    assert capfd.readouterr().err == ""


def test_files_that_cannot_be_exchanged_cost_log_lines_and_nothing_else(
    file: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logs, "LOG_BYTES", 100)
    logs.set_up(file)
    blocker = file.with_name("ttsmesh.log.1") / "in the way"
    blocker.mkdir(parents=True)
    for number in range(20):
        logging.getLogger("ttsmesh").info("event %d", number)
    shutil.rmtree(blocker.parent)
    logging.getLogger("ttsmesh").info("there is room again")
    assert messages(file)[-1] == "there is room again"
    assert "lines of this log could not be written" in file.with_name("ttsmesh.log.1").read_text() + file.read_text()
    assert capfd.readouterr().err == ""


def test_the_logs_directory_is_private(file: Path) -> None:
    logging.getLogger("ttsmesh").info("hello")
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


CAPTURING = """\
import asyncio, logging, os, subprocess, sys
from pathlib import Path
from ttsmesh import logs
log = Path(sys.argv[1])
async def main():
    logs.set_up(log)
    logs.capture_stderr()
    {}
asyncio.run(main())
"""


def capture(log: Path, body: str) -> bytes:
    """Run ``body`` in a process of its own, since its stderr is redirected for good, and give what it prints."""
    program = CAPTURING.format(body.replace("\n", "\n    "))
    run = subprocess.run([sys.executable, "-c", program, str(log)], capture_output=True, timeout=60, check=True)
    assert run.stderr == b""
    return run.stdout


def test_what_libraries_and_children_write_to_stderr_is_logged_line_by_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    capture(
        log,
        "os.write(2, b'from the library\\n')\n"
        "subprocess.run(['sh', '-c', 'echo from the child >&2'])\n"
        "while not log.exists() or 'child' not in log.read_text():\n"
        "    await asyncio.sleep(0.01)",
    )
    lines = [line.split("INFO ")[1] for line in log.read_text().splitlines()]
    assert lines == ["ttsmesh.logs: stderr: from the library", "ttsmesh.logs: stderr: from the child"]


def test_a_library_that_writes_much_at_once_does_not_hold_up_the_loop_it_runs_on(tmp_path: Path) -> None:
    """More than its pipe takes, on a disk with room and on one without."""
    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    for log in (tmp_path / "log", full):
        written = capture(log, "print(os.write(2, (b'x' * 999 + b'\\n') * 3000))")
        assert int(written) == 3_000_000


def test_a_native_library_that_keeps_the_interpreter_meanwhile_may_write_a_mebibyte(tmp_path: Path) -> None:
    body = "import ctypes\nprint(ctypes.PyDLL(None).write(2, b'x' * (1 << 20), 1 << 20))"
    assert int(capture(tmp_path / "log", body)) == 1 << 20
