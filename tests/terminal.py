"""A terminal for programs that draw on one: tmux, in a server of its own, whose screen is read."""

import os
import re
import shlex
import subprocess
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from tests.mesh import PATIENCE, Mesh
from ttsmesh.paths import data_dir

_STYLE = re.compile(r"\x1b\[([0-9;]*)m")
_CONFIG = "set -g status off\nset -g escape-time 0\nset -g history-limit 0\n"


class Terminal:
    """Runs one command of ``mesh`` in a terminal of so many columns and rows. When it has ended, its exit status is
    printed, and whether the terminal's driver is as it was."""

    def __init__(self, mesh: Mesh, *arguments: str, columns: int = 80, rows: int = 24, before: str = "") -> None:
        """``before``: what the shell is to do with the command, such as ``cat FILE |``."""
        command = f"{before} {shlex.join(mesh.command(*arguments))}"
        shell = (
            f'trap : INT; stty -g >stty; {command}; echo "status $?"; stty -g | cmp - stty && echo restored; exec cat'
        )
        self._open(mesh, ["sh", "-c", shell], columns=columns, rows=rows)

    def _open(self, mesh: Mesh, program: Sequence[str], *, columns: int = 80, rows: int = 24) -> None:
        self._mesh = mesh
        config = mesh.directory / "tmux.conf"
        config.write_text(_CONFIG)
        self._tmux = ["tmux", "-u", "-S", str(mesh.directory / f"tmux-{time.monotonic_ns()}"), "-f", str(config)]
        subprocess.run(
            [*self._tmux, "new-session", "-d", "-x", str(columns), "-y", str(rows), *program],
            env=mesh.env | {"LC_ALL": "C.UTF-8"},
            cwd=mesh.work,
            check=True,
            timeout=PATIENCE,
        )

    def press(self, *keys: str) -> None:
        """Press keys, by their names in tmux."""
        self.tmux("send-keys", *keys)

    def write(self, text: str) -> None:
        self.tmux("send-keys", "-l", "--", text)

    def resize(self, columns: int, rows: int) -> None:
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self) -> str:
        return _STYLE.sub("", self._styled())

    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.screen().split("\n")]

    def word(self) -> str:
        """What is drawn as the word that is spoken: bold and reversed."""
        return " ".join(self._drawn({"1", "7"}))

    def hits(self) -> list[str]:
        """What is underlined."""
        return self._drawn({"4"})

    def shown(self, variable: str) -> str:
        """A variable of tmux."""
        return self.tmux("display-message", "-p", f"#{{{variable}}}").strip()

    def until(self, wanted: Callable[[str], object], what: str = "") -> str:
        """Wait until the screen is as ``wanted``."""
        deadline = time.monotonic() + PATIENCE
        while not wanted(screen := self.screen()):
            assert time.monotonic() < deadline, f"never came about: {what}\n{screen}\n{self._mesh.log()}"
            time.sleep(0.05)  # reason: a screen cannot be subscribed to
        return screen

    def enter(self, line: str) -> None:
        """Write ``line``, and press Enter."""
        self.write(line)
        self.press("Enter")

    def until_word(self, wanted: Callable[[str], object]) -> str:
        """Wait until the word that is spoken is as ``wanted``."""
        deadline = time.monotonic() + PATIENCE
        while not wanted(word := self.word()):
            assert time.monotonic() < deadline, f"never spoken: {self.screen()}\n{self._mesh.log()}"
            time.sleep(0.02)  # reason: a screen cannot be subscribed to
        return word

    def until_left(self) -> int:
        """Wait until the command has ended; its exit status. The terminal must be as it was."""
        screen = self.until(lambda screen: "restored" in screen or "differ" in screen, "the end of the command")
        assert "restored" in screen, screen
        assert self.shown("alternate_on") == "0"
        assert self.shown("cursor_flag") == "1"
        assert "Traceback" not in screen and "Warning" not in screen, screen
        status = re.search(r"^status (\d+)$", screen, re.MULTILINE)
        assert status, screen
        return int(status[1])

    def close(self) -> None:
        self.tmux("kill-server")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _styled(self) -> str:
        return self.tmux("capture-pane", "-e", "-p")

    def _drawn(self, wanted: set[str]) -> list[str]:
        """The runs of characters that are drawn with all of the ``wanted`` attributes."""
        runs, style = [""], set[str]()
        for number, part in enumerate(_STYLE.split(self._styled())):
            if number % 2:
                for code in part.split(";"):
                    style = set() if code in ("", "0") else style | {code}
            elif wanted <= style:
                runs[-1] += part
            elif part:
                runs.append("")
        return [run.strip() for run in runs if run.strip()]

    def tmux(self, *arguments: str) -> str:
        """Run a command of tmux, and return what it prints."""
        run = subprocess.run(
            [*self._tmux, *arguments], env=os.environ | {"LC_ALL": "C.UTF-8"}, capture_output=True, timeout=PATIENCE
        )
        assert run.returncode == 0, run
        return run.stdout.decode()


class Shell(Terminal):
    """An interactive shell, to which ``ttsmesh`` is a command. It reads ``rc`` and no other file of its user's."""

    def __init__(self, mesh: Mesh, name: str, rc: str = "") -> None:
        home = mesh.directory / "home"
        start = {
            "bash": home / ".bashrc",
            "zsh": home / ".zshrc",
            "fish": mesh.directory / "config" / "fish" / "config.fish",
        }[name]
        start.parent.mkdir(parents=True, exist_ok=True)
        start.write_text(f"{_PROMPT[name]}\n{rc}\n")
        program = {
            "bash": ["bash", "--noprofile", "--rcfile", str(start), "-i"],
            "zsh": ["zsh", "-i"],
            "fish": ["fish"],
        }[name]
        here = os.path.dirname(mesh.command()[0])
        share = home / "share"
        # Without this directory fish makes completions of all man pages, in the background.
        (share / "fish" / "generated_completions").mkdir(parents=True, exist_ok=True)
        if not (share / "ttsmesh").exists():
            (share / "ttsmesh").symlink_to(data_dir())
        variables = {
            "XDG_DATA_HOME": share,
            "HOME": home,
            "ZDOTDIR": home,
            "SHELL": f"/bin/{name}",
            "PATH": f"{here}:{os.environ['PATH']}",
        }
        self._open(mesh, ["env", *(f"{key}={value}" for key, value in variables.items()), *program])
        self.until(lambda screen: PROMPT in screen, "the prompt")

    def completed(self, line: str, wanted: Callable[[str], object] | None = None) -> str:
        """What is behind the prompt after ``line`` and one Tab, once it is ``wanted``, or else longer than ``line``."""
        self.write(line)
        self.until(lambda screen: line in screen, line)
        self.press("Tab")
        until = wanted or (lambda typed: len(typed) > len(line))
        screen = self.until(lambda screen: until(self._typed(screen)), f"{line} completed")
        self.press("C-u")
        return self._typed(screen)

    def _typed(self, screen: str) -> str:
        return screen.rpartition(PROMPT)[2].split("\n")[0].strip()


PROMPT = "ready>"

_PROMPT = {
    "bash": f"PS1='{PROMPT} '; bind 'set bell-style none' 'set show-all-if-ambiguous on'",
    "zsh": f"PROMPT='{PROMPT} '; unsetopt beep; autoload -U compinit; bindkey -e",
    "fish": f"function fish_prompt; echo -n '{PROMPT} '; end; function fish_greeting; end",
}
