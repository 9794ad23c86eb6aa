"""How it is said that a command has ended: as a colleague would, and nothing that is nobody's business."""

import pytest

from ttsmesh.cli.commands.shell.sentence import duration, name, sentence


@pytest.mark.parametrize(
    ("status", "by_signal", "said"),
    [
        (0, None, "make test finished after 3 minutes."),
        (2, None, "make test failed with status 2 after 3 minutes."),
        (130, 2, "make test was interrupted after 3 minutes."),
        (143, 15, "make test was terminated after 3 minutes."),
        (137, 9, "make test was killed after 3 minutes."),
        (139, 11, "make test crashed after 3 minutes."),
        (138, 10, "make test was ended by signal 10 after 3 minutes."),
    ],
)
def test_how_it_ended(status: int, by_signal: int | None, said: str) -> None:
    assert sentence(["make", "test"], status, by_signal, 180.2) == said


def test_of_what_took_no_time_no_time_is_said() -> None:
    assert sentence(["true"], 0, None, 0.1) == "true finished."


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("make", "make"),
        ("/usr/bin/npm run build --silent", "npm run build"),
        ("git push origin main", "git push origin"),
        ("./configure --prefix=/usr", "configure"),
        ("mysql -psecret shop", "mysql"),
        ("env TOKEN=secret deploy", "env"),
        ("sh -c exit", "sh"),
        ("\x1b[2J", "the command"),
        ("python3.12 tests/run.py", "python3.12 tests/run.py"),
    ],
)
def test_the_command_is_named_up_to_its_first_option(command: str, said: str) -> None:
    assert name(command.split(" ")) == said


def test_a_word_with_blanks_is_not_said() -> None:
    assert name(["echo", "a secret"]) == "echo"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.4, ""),
        (0.6, "a second"),
        (59.4, "59 seconds"),
        (59.6, "a minute"),
        (65, "a minute and 5 seconds"),
        (599, "9 minutes and 59 seconds"),
        (620, "10 minutes"),
        (3599, "an hour"),
        (3600 + 90, "an hour and 2 minutes"),
        (47.9 * 3600, "47 hours and 54 minutes"),
        (49 * 3600, "2 days and an hour"),
    ],
)
def test_a_duration_is_as_exact_as_people_are(seconds: float, said: str) -> None:
    assert duration(seconds) == said
