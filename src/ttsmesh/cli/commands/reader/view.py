"""Which part of a text the terminal shows. Pure."""

from ttsmesh.cli.commands.reader.layout import Layout

MARGIN = 2
"""Rows between the word that is spoken and the last row, at least, unless the text ends there."""

AHEAD = 4
"""The word that is spoken is moved to one of so many parts of the rows, the first one, where it leaves them."""


class View:
    """So many rows of ``layout``, from ``top`` on. The ``cursor`` is the place that the user is at.

    While it is ``following``, the cursor is where the text is spoken. Whoever moves the cursor leaves that.
    """

    def __init__(self, layout: Layout, place: int = 0, height: int = 24) -> None:
        self.layout = layout
        self.cursor = place
        self.following = True
        self._height = height
        self.top = self._room_above(place)

    @property
    def rows(self) -> list[int]:
        """The rows that are shown."""
        rows = [self.top]
        while len(rows) < self._height and (row := self.layout.next(rows[-1])) is not None:
            rows.append(row)
        return rows

    def resize(self, width: int, height: int) -> None:
        """The terminal has another size. What is at the top stays there, unless the cursor would be lost."""
        if (width, height) == (self.layout.width, self._height):
            return
        shown = self._is_shown(self.cursor)
        self.layout.width = width
        self._height = max(1, height)
        self.top = self.layout.row_of(self.top)
        if shown:
            self._show(self.cursor)
        self._fill()

    def spoken(self, place: int) -> None:
        """The text is spoken at ``place``."""
        if self.following:
            self.cursor = place
            self._show(place, margin=MARGIN)

    def follow(self, place: int) -> None:
        """Follow what is spoken again, which is at ``place``."""
        self.following = True
        self.spoken(place)

    def move(self, rows: int) -> None:
        """Move the cursor so many rows down, or up if it is negative."""
        self.go_to(self.layout.moved(self.layout.row_of(self.cursor), rows))

    def turn(self, pages: int) -> None:
        """Move so many pages on, or back if it is negative, of which one row stays in sight."""
        rows = pages * max(1, self._height - 1)
        self.top = self.layout.moved(self.top, rows)
        self._fill()
        self.go_to(self.layout.moved(self.layout.row_of(self.cursor), rows))

    def go_to(self, place: int) -> None:
        """Move the cursor to ``place``."""
        self.following = False
        self.cursor = min(place, len(self.layout.text) - 1)
        self._show(self.cursor)

    def _is_shown(self, place: int) -> bool:
        return self.top <= place < self.layout.end_of(self.rows[-1])

    def _show(self, place: int, margin: int = 0) -> None:
        """Show ``place``. If it is just beyond an edge, the text moves by as little as it can."""
        row = self.layout.row_of(min(place, len(self.layout.text) - 1))
        rows = self.rows
        if margin and self._height > 3 * margin:
            is_last = self.layout.next(rows[-1]) is None
            if not self.top <= row <= rows[-1] or (row > rows[-1 - margin] and not is_last):
                self.top = self._room_above(row)
                self._fill()
        elif row < self.top and row >= self.layout.moved(self.top, -self._height):
            self.top = row
        elif row > rows[-1] and row <= self.layout.moved(rows[-1], self._height):
            self.top = self.layout.moved(row, 1 - self._height)
        elif not self.top <= row <= rows[-1]:
            self.top = self._room_above(row)
            self._fill()

    def _room_above(self, place: int) -> int:
        return self.layout.moved(self.layout.row_of(place), -(self._height // AHEAD))

    def _fill(self) -> None:
        """Leave no rows empty below the text's end, if there are others above."""
        missing = self._height - len(self.rows)
        if missing:
            self.top = self.layout.moved(self.top, -missing)
