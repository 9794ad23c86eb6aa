"""Numbers on the command line: out of their range they are one line and exit 2."""

import math
import subprocess
import sys

import click
import pytest

from ttsmesh.cli.options import PITCH, SPEED, VOLUME, Number, speech
from ttsmesh.limits import PITCH_MAX, PITCH_MIN, SPEED_MAX, SPEED_MIN, VOLUME_MAX


@pytest.mark.parametrize(("number", "given", "wanted"), [(SPEED, "1.8", 1.8), (SPEED, "2x", 2), (VOLUME, "80%", 80)])
def test_a_number_may_have_its_unit(number: Number, given: str, wanted: float) -> None:
    assert number.convert(given, None, None) == wanted


@pytest.mark.parametrize(
    ("number", "least", "most"), [(SPEED, SPEED_MIN, SPEED_MAX), (VOLUME, 0, VOLUME_MAX), (PITCH, PITCH_MIN, PITCH_MAX)]
)
def test_both_ends_belong_to_the_range_and_nothing_beyond(number: Number, least: float, most: float) -> None:
    for value in (least, math.nextafter(least, most), math.nextafter(most, least), most):
        assert number.convert(value, None, None) == value
    for wrong in (math.nextafter(least, -math.inf), math.nextafter(most, math.inf)):
        with pytest.raises(click.BadParameter, match="must be a number from"):
            number.convert(wrong, None, None)


@pytest.mark.parametrize("number", [SPEED, VOLUME, PITCH])
@pytest.mark.parametrize("given", ["", "nan", "inf", "-1", "1e9", "fast", "%", "x", "1,5"])
def test_anything_else_names_the_range(number: Number, given: str) -> None:
    with pytest.raises(click.BadParameter, match=f"from {number.least:g} to {number.most:g}"):
        number.convert(given, None, None)


@pytest.mark.parametrize(
    "arguments",
    [
        ("speed", "4.01"),
        ("speed", "nan"),
        ("speed",),
        ("speed", "1", "2"),
        ("say", "-i", "201", "x"),
        ("say", "--pitch", "2", "x"),
    ],
)
def test_bad_numbers_are_one_line_and_exit_2(arguments: tuple[str, ...]) -> None:
    program = "from ttsmesh.cli.main import main; main()"
    run = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, timeout=60, check=False)
    assert run.returncode == 2
    assert run.stdout == b""
    assert run.stderr.startswith(b"ttsmesh: ")
    assert run.stderr.count(b"\n") == 1


def test_ssml_is_a_format_of_its_own() -> None:
    found: dict[str, object] = {}

    @click.command()
    @speech
    def command(**options: object) -> None:
        found.update(options)

    command.main(["--ssml"], standalone_mode=False)
    assert (found["read_as"], found["tags"], "ssml" in found) == ("ssml", False, False)
    command.main(["-x", "--as", "ssml", "--tags"], standalone_mode=False)
    assert (found["read_as"], found["tags"]) == ("ssml", True)
    command.main(["--as", "text"], standalone_mode=False)
    assert found["read_as"] == "text"
    with pytest.raises(click.UsageError, match="--ssml is --as ssml, so there is no --as text"):
        command.main(["-x", "--as", "text"], standalone_mode=False)
