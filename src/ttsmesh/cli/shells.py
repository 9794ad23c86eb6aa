"""Completion for bash, zsh and fish: click's scripts and answers, mended where a word has ``=``, ``:`` or ``,`` in it.

Such words are ``--voice=af_heart`` and the blend ``af_heart:2,bf_emma:1``. bash takes them to pieces and replaces the
last one only, zsh and fish replace the whole word, and click's script for fish ends a value at its first comma.
"""

import os

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

VARIABLE = "_TTSMESH_COMPLETE"
"""The variable by which a script asks for completions; click makes its name of the program's."""

PLACES = {
    "bash": ("bash-completion", "completions", "ttsmesh"),
    "zsh": ("zsh", "site-functions", "_ttsmesh"),
    "fish": ("fish", "vendor_completions.d", "ttsmesh.fish"),
}
"""Where shells look for the script of a program, below a directory such as ``/usr/share`` or ``~/.local/share``."""


class _Whole(ShellComplete):
    """Answers with whole words, also behind the = of an option."""

    def complete(self) -> str:
        args, typed = self.get_completion_args()
        name, equals, _ = typed.partition("=")
        option = f"{name}=" if equals and name.startswith("--") else ""
        found = self.get_completions(args, typed)
        for item in found:
            if item.type == "plain":
                item.value = option + item.value
        return "\n".join(self.format_completion(item) for item in found)


class _Bash(_Whole, BashComplete):
    _before = ""
    """What bash keeps of the word that is typed."""

    source_template = """\
%(complete_func)s() {
    local IFS=$'\\n' line
    COMPREPLY=()
    for line in $(
        COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_REPLACED="$2" %(complete_var)s=bash_complete "$1"
    ); do
        case $line in
        plain,*) COMPREPLY+=("${line#*,}") ;;
        file,*) compopt -o default ;;
        dir,*) compopt -o dirnames ;;
        esac
    done
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""

    def source(self) -> str:
        return ShellComplete.source(self)  # without looking which bash there is here

    def get_completion_args(self) -> tuple[list[str], str]:
        if "COMP_LINE" not in os.environ:  # click's own script, from before there was ours
            return super().get_completion_args()
        # With a letter at the end, the last word is the one that is typed, even if nothing of it is there yet.
        words = split_arg_string(os.environ["COMP_LINE"] + "x")
        typed = words.pop()[:-1]
        replaced = os.environ["COMP_REPLACED"]
        self._before = typed.removesuffix(replaced) if typed.endswith(replaced) else ""
        return words[1:], typed

    def format_completion(self, item: "CompletionItem[str]") -> str:
        return f"{item.type},{item.value.removeprefix(self._before)}"


class _Zsh(_Whole, ZshComplete):
    pass


class _Fish(_Whole, FishComplete):
    source_template = FishComplete.source_template.replace("string split ", "string split --max 1 ")


_SHELLS: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": _Zsh, "fish": _Fish}


def register() -> None:
    """Have click use what is here."""
    for shell in _SHELLS.values():
        add_completion_class(shell)


def script(cli: click.Command, shell: str) -> str:
    """The script that completes the command line ``cli`` in ``shell``, one of ``PLACES``."""
    return _SHELLS[shell](cli, {}, "ttsmesh", VARIABLE).source()
