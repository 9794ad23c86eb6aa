"""The .desktop file: valid, with the path of the program, and removed only if it is ours."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ttsmesh.cli.commands.desktop import entry
from ttsmesh.cli.main import cli
from ttsmesh.errors import Code, RejectedError

TEMPLATE = Path(entry.__file__).with_name(entry.NAME)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["desktop", *arguments])


def validated(path: Path) -> str:
    """What desktop-file-validate has to say about it."""
    check = subprocess.run(["desktop-file-validate", path], capture_output=True, text=True, timeout=30)
    return check.stdout + check.stderr


def commands(text: str) -> list[str]:
    return [line.removeprefix("Exec=") for line in text.splitlines() if line.startswith("Exec=")]


def test_the_file_in_the_package_is_valid_and_its_commands_exist() -> None:
    assert validated(TEMPLATE) == ""
    for line in commands(TEMPLATE.read_text()):
        program, *arguments = shlex.split(line)
        assert program == "ttsmesh"
        assert CliRunner().invoke(cli, [*arguments, "--help"]).exit_code == 0


@pytest.mark.parametrize("path", ["/usr/bin/ttsmesh", '/home/a b/50% "$x" `y` c\\d/ttsmesh'])
def test_an_installed_file_is_valid_and_has_the_path_of_the_program(path: str, tmp_path: Path) -> None:
    file = tmp_path / entry.NAME
    file.write_text(entry.text(path))
    assert validated(file) == ""
    lines = commands(file.read_text())
    assert len(lines) == len(commands(TEMPLATE.read_text()))
    for line in lines:
        # As a desktop reads it: escapes of a string, then the quotes, then the codes of fields.
        quoted = re.fullmatch(r'"((?:[^"\\]|\\.)*)" \w.*', line.replace("\\\\", "\\"))
        assert quoted is not None
        assert re.sub(r"\\(.)", r"\1", quoted[1]).replace("%%", "%") == path
    assert f"TryExec={path}".replace("\\", "\\\\") in file.read_text()


def test_install_and_uninstall_leave_nothing(private: Path) -> None:
    file = private / "data" / "applications" / entry.NAME
    assert run("install").output == f"installed: {file}\n"
    assert run("install").exit_code == 0
    assert validated(file) == ""
    assert run("uninstall").output == "uninstalled\n"
    assert run("uninstall").output == "not installed\n"
    assert not list(file.parent.iterdir())


def test_a_file_that_is_not_ours_is_left_alone(private: Path) -> None:
    file = private / "data" / "applications" / entry.NAME
    file.parent.mkdir()
    shutil.copy(TEMPLATE, file)
    for command in ("install", "uninstall"):
        error = run(command).exception
        assert isinstance(error, RejectedError)
        assert (error.code, error.message) == (Code.EXISTS, f"{file} is not ours; move it away first")
    assert file.read_text() == TEMPLATE.read_text()


def test_what_cannot_be_written_is_named(private: Path) -> None:
    (private / "data" / "applications").touch()
    error = run("install").exception
    assert isinstance(error, RejectedError)
    assert error.code == Code.OUTPUT
    assert str(private / "data" / "applications" / entry.NAME) in error.message
