"""docs/usage.md says what there is: its tables of options, commands and exit statuses against the program."""

from collections import defaultdict

import click

from tests.documents import code, rows
from ttsmesh.cli.main import cli
from ttsmesh.errors import EX_INTERRUPTED, EXIT_STATUS

USAGE = "docs/usage.md"


def command(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


def test_the_option_table_of_say_is_complete() -> None:
    listed = {name.split()[0] for option, _ in rows(USAGE, "`ttsmesh say [TEXT...]`") for name in code(option)}
    say = command("say")
    context = click.Context(say, parent=click.Context(cli, **cli.context_settings))
    options = [option for option in say.get_params(context) if isinstance(option, click.Option)]
    assert listed == {name for option in options for name in option.opts}


def test_the_command_table_is_complete() -> None:
    listed = {code(name)[0].split()[1] for name, _ in rows(USAGE, "Other commands")}
    assert listed | {"say"} == set(cli.list_commands(click.Context(cli)))


def test_the_exit_status_table_is_that_of_the_errors() -> None:
    expected: defaultdict[int, set[str]] = defaultdict(set)
    for error, status in EXIT_STATUS.items():
        expected[status].add(error.value)
    expected |= {0: set(), EX_INTERRUPTED: set()}
    assert {int(status): set(code(codes)) for status, _, codes in rows(USAGE, "Exit status")} == expected
