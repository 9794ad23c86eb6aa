"""The reader on a terminal: what is drawn, and which keys there are."""

import asyncio
import os
import re
import signal
import termios
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any, TextIO

from prompt_toolkit.application import Application, run_in_terminal
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.data_structures import Point
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout.containers import ConditionalContainer, HSplit, Window
from prompt_toolkit.layout.controls import BufferControl, FormattedTextControl, UIContent, UIControl
from prompt_toolkit.layout.layout import Layout as Screen
from prompt_toolkit.layout.processors import BeforeInput
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import Style

from ttsmesh.cli.commands.reader import finding
from ttsmesh.cli.commands.reader.layout import Layout
from ttsmesh.cli.commands.reader.session import Order, Session, State
from ttsmesh.cli.commands.reader.speech import Speech
from ttsmesh.cli.commands.reader.status import HELP, bar, footer
from ttsmesh.cli.commands.reader.view import View
from ttsmesh.errors import EX_INTERRUPTED, printable

ESCAPE_TIMEOUT = 0.05
"""Seconds after which an escape is the key, and not the beginning of another key."""

_STYLE = Style([("word", "reverse bold"), ("hit", "underline"), ("bar", "reverse")])


class Reader:
    """One text on a terminal. ``name`` is the text's; ``fields`` are those of Say."""

    def __init__(self, text: str, place: int, name: str, fields: Mapping[str, Any]) -> None:
        self._text = text
        self._name = printable(name)
        self._session = Session(text, place, fields["speed"])
        self._view = View(Layout(text), place)
        self._speech = Speech(text, fields, self._session, self._changed, self._fail)
        self._wanted = finding.pattern("")
        self._helping = False
        self._said = ""  # until the next key
        self._words = Buffer(multiline=False, accept_handler=self._search)
        self._page = Window(_Page(self._view, self._rows))
        self._prompt = Window(BufferControl(self._words, [BeforeInput("/")]), height=1)
        self._app: Application[int] | None = None
        self._keys: tuple[int, list[Any]] = (-1, [])  # the terminal, and how it was before
        self._searching = Condition(lambda: self._app is not None and self._app.layout.has_focus(self._prompt))

    async def run(self, keys: TextIO, terminal: TextIO) -> int:
        """Read until the user leaves, and return the exit status. ``keys`` is where they are pressed."""
        app: Application[int] = Application(
            layout=self._screen(),
            key_bindings=self._bindings(),
            style=_STYLE,
            full_screen=True,
            input=Vt100Input(keys),
            output=Vt100_Output.from_pty(terminal),
        )
        app.ttimeoutlen = app.timeoutlen = ESCAPE_TIMEOUT
        self._app = app
        self._keys = keys.fileno(), termios.tcgetattr(keys)
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self._fail(context.get("exception") or RuntimeError(context)))
        for signum in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(signum, self._leave, EX_INTERRUPTED)
        self._speech.do(self._session.speak(self._session.place))
        try:
            return await app.run_async(set_exception_handler=False)
        except EOFError:  # the terminal has gone
            return EX_INTERRUPTED
        finally:
            self._speech.close()

    # --- what happens -------------------------------------------------------------------------------------------------

    def _changed(self) -> None:
        self._view.spoken(self._session.place)
        if self._app is not None:
            self._app.invalidate()

    def _fail(self, error: BaseException) -> None:
        """Leave with what should not have happened."""
        if self._app is not None and self._app.is_running and not self._app.is_done:
            self._app.exit(exception=error)

    def _leave(self, status: int) -> None:
        if self._app is not None and self._app.is_running and not self._app.is_done:
            self._app.exit(result=status)

    def _order(self, order: Order | None) -> None:
        self._speech.do(order)
        self._view.follow(self._session.place)

    def _search(self, words: Buffer) -> bool:
        """Find what was typed, and search no more; with nothing typed, what was searched for before."""
        self._stop_searching()
        self._wanted = finding.pattern(words.text) or self._wanted
        self._find(finding.following, self._view.cursor - 1)
        return False

    def _find(self, find: Callable[[re.Pattern[str], str, int], finding.Span | None], place: int | None = None) -> None:
        if self._wanted is None:
            self._said = "nothing was searched for yet: / searches"
            return
        cursor = self._view.cursor
        hit = find(self._wanted, self._text, cursor if place is None else place)
        if hit is None:
            self._said = "not found"
            return
        if find is finding.following and hit[0] < cursor:
            self._said = "from the beginning again"
        elif find is finding.preceding and hit[0] > cursor:
            self._said = "from the end again"
        self._view.go_to(hit[0])

    def _start_searching(self) -> None:
        assert self._app is not None
        self._words.reset()
        self._app.layout.focus(self._prompt)

    def _stop_searching(self) -> None:
        assert self._app is not None
        self._app.layout.focus(self._page)

    async def _suspend(self) -> None:
        """Give the terminal back to the shell, and be silent meanwhile: what is told meanwhile would not be taken."""
        assert self._app is not None
        if self._session.state is State.SPEAKING and (pausing := self._speech.do(self._session.toggle())) is not None:
            await pausing
        fd, terminal_before = self._keys

        def stop() -> None:
            termios.tcsetattr(fd, termios.TCSADRAIN, terminal_before)
            os.kill(0, signal.SIGTSTP)  # the whole job, such as the program behind a pipe too

        await run_in_terminal(stop)

    # --- keys ---------------------------------------------------------------------------------------------------------

    def _bindings(self) -> KeyBindings:
        session, view = self._session, self._view
        searching = self._searching
        bindings = KeyBindings()

        def on(*keys: str, do: Callable[[], object]) -> None:
            def pressed(event: KeyPressEvent) -> None:
                self._said = ""
                if self._helping:
                    self._helping = False
                else:
                    do()

            for key in keys:
                bindings.add(key, filter=~searching)(pressed)

        on(" ", do=lambda: self._order(session.toggle()))
        on("left", "h", do=lambda: self._order(session.back()))
        on("right", "l", do=lambda: self._order(session.forward()))
        on("+", "=", do=lambda: self._speech.do(session.faster(1)))
        on("-", do=lambda: self._speech.do(session.faster(-1)))
        on("up", "k", do=lambda: view.move(-1))
        on("down", "j", do=lambda: view.move(1))
        on("pageup", "b", do=lambda: view.turn(-1))
        on("pagedown", "f", do=lambda: view.turn(1))
        on("home", "g", do=lambda: view.go_to(0))
        on("end", "G", do=lambda: view.go_to(view.layout.row_of(len(self._text) - 1)))
        on("enter", do=lambda: self._order(session.speak(view.cursor)))
        on("escape", do=lambda: view.follow(session.place))
        on("/", do=self._start_searching)
        on("n", do=lambda: self._find(finding.following))
        on("N", do=lambda: self._find(finding.preceding))
        on("?", do=self._help)

        @bindings.add("q", filter=~searching)
        def _quit(event: KeyPressEvent) -> None:
            self._leave(0)

        @bindings.add("c-c")
        @bindings.add("<sigint>")
        def _interrupt(event: KeyPressEvent) -> None:
            if searching():
                self._stop_searching()
            else:
                self._leave(EX_INTERRUPTED)

        @bindings.add("c-z")
        def _suspend(event: KeyPressEvent) -> None:
            event.app.create_background_task(self._suspend())

        @bindings.add("c-l")
        def _redraw(event: KeyPressEvent) -> None:
            event.app.renderer.clear()

        @bindings.add("escape", filter=searching, eager=True)
        def _cancel(event: KeyPressEvent) -> None:
            self._stop_searching()

        @bindings.add(Keys.Any, filter=Condition(lambda: self._helping))
        def _close(event: KeyPressEvent) -> None:
            self._helping = False

        return bindings

    def _help(self) -> None:
        self._helping = True

    # --- what is drawn ------------------------------------------------------------------------------------------------

    def _screen(self) -> Screen:
        searching = self._searching
        return Screen(
            HSplit(
                [
                    self._page,
                    Window(FormattedTextControl(self._bar), height=1, style="class:bar"),
                    ConditionalContainer(Window(FormattedTextControl(self._footer), height=1), ~searching),
                    ConditionalContainer(self._prompt, searching),
                ]
            ),
            focused_element=self._page,
        )

    def _bar(self) -> str:
        layout = self._view.layout
        session = self._session
        line = layout.line_of(min(self._view.cursor, len(self._text) - 1))
        return bar(session, self._view.following, self._said, (line, layout.lines), self._name, layout.width)

    def _footer(self) -> str:
        return footer(self._session.state, self._view.layout.width)

    def _rows(self) -> tuple[list[StyleAndTextTuples], Point | None]:
        """The fragments of each row, and where the cursor is among them, if it is shown."""
        if self._helping:
            return [[("", line)] for line in HELP], None
        layout, rows, at = self._view.layout, self._view.rows, self._view.cursor
        end = layout.end_of(rows[-1])
        hits = list(finding.hits(self._wanted, self._text, rows[0], end)) if self._wanted is not None else []
        drawn: list[StyleAndTextTuples] = []
        cursor = None
        for row in rows:
            cells = layout.cells(row)
            behind = row + len(cells)
            if row <= at < behind or at == behind == len(self._text):
                cursor = Point(len("".join(cells[: at - row])), len(drawn))
            pairs = zip(self._styles(row, behind, hits), cells, strict=True)
            drawn.append(
                [(style, "".join(cell for _, cell in run)) for style, run in groupby(pairs, key=lambda pair: pair[0])]
            )
        return drawn, cursor

    def _styles(self, row: int, end: int, hits: Iterable[finding.Span]) -> list[str]:
        """The style of each character of a row."""
        styles = [""] * (end - row)
        spoken = [("class:word", self._session.word)] if self._session.word is not None else []
        for style, (start, stop) in (*spoken, *(("class:hit", hit) for hit in hits)):
            for place in range(max(start, row), min(stop, end)):
                styles[place - row] += f" {style}"
        return styles


class _Page(UIControl):
    """The part of the text that ``view`` shows, as ``rows`` gives it."""

    def __init__(self, view: View, rows: Callable[[], tuple[list[StyleAndTextTuples], Point | None]]) -> None:
        self._view = view
        self._rows = rows

    def is_focusable(self) -> bool:
        return True

    def create_content(self, width: int, height: int) -> UIContent:
        self._view.resize(width, height)
        rows, cursor = self._rows()
        return UIContent(rows.__getitem__, len(rows), cursor_position=cursor, show_cursor=cursor is not None)
