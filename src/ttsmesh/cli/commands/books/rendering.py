"""Has the parts of books rendered by the model server, some at a time, and makes files of them as they come."""

import os
import selectors
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE
from ttsmesh.cli.client import Client, ask
from ttsmesh.cli.commands.books.joining import How, Joining
from ttsmesh.cli.commands.books.plan import Book, Planned, Target
from ttsmesh.errors import Code, TtsmeshError
from ttsmesh.wire.client_messages import Failed, Finished, Interrupted, Output, Say
from ttsmesh.wire.schema import Message

AHEAD = 2
"""Parts that are rendered at once: while one ends or begins, the engine has the other one to do."""

GROWING = 4
"""Files that are encoded while their parts are rendered, at most. The others are encoded once all their parts are
there: of a hundred books, which take turns, all would be open at once."""

TRIES = 5
"""Tries to render a part, at most."""

RETRY_S = 1.0
"""Seconds until the next try, and until a busy server is asked again."""

_WORTH_ANOTHER_TRY = (Code.UNAVAILABLE, Code.SYNTHESIS, Code.VOICE_SERVER, Code.INTERNAL, Code.AUDIO)
"""Codes of faults that may not be there the next time: a process has crashed or hung."""

PATIENCE = 1.0
"""Seconds until who ends it is not kept waiting by a file that is being encoded, since its disk may hang."""

NICE = 10
"""By how much the thread that encodes is nicer than others. What is said meanwhile goes first, also while hours of kept
parts are encoded again."""


class Stopped(Exception):
    """Somebody has ended a part on purpose: with ``ttsmesh stop ID``, or with the whole mesh."""


class Watcher:
    """Is told how far it is, and counts.

    Attributes:
        seconds: of sound that was rendered in this run.
        made_s: the seconds of each file that was made in it, by its path.
        silent: the files that were not made, since nothing of them can be said.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.made_s: dict[str, float] = {}
        self.silent: list[tuple[Book, Target]] = []
        self._begun = time.monotonic()

    @property
    def speed(self) -> float:
        """Seconds of sound that were rendered in a second."""
        return self.seconds / max(0.001, time.monotonic() - self._begun)

    def rendered(self, book: Book, part: Planned, seconds: float) -> None:
        """So many more seconds of ``part`` were rendered."""
        self.seconds += seconds

    def kept(self, book: Book, part: Planned) -> None:
        """``part`` is complete, and kept."""

    def made(self, book: Book, target: Target, seconds: float) -> None:
        """The file ``target`` is there, and has so many seconds of sound."""
        self.made_s[target.path] = seconds

    def not_made(self, book: Book, target: Target) -> None:
        """Nothing of ``target`` can be said."""
        self.silent.append((book, target))


class _Flight:
    """A part that is being rendered."""

    def __init__(self, book: Book, part: Planned, client: Client) -> None:
        self.book, self.part, self.client = book, part, client
        self.file = book.kept.begin(part.key)


class _File:
    """A file that is to be made. ``missing``: the keys of the parts that it waits for. ``growth``: how far the maker is
    with what is there of them."""

    def __init__(self, book: Book, target: Target, how: How) -> None:
        self.book, self.target = book, target
        self.missing = set(book.missing(target))
        self.joining = Joining(book, target, how)
        self.growth: Future[bool] | None = None


class Rendering:
    """Renders ``books``, a part of each in turn.

    Args:
        request: what is asked for to render a part.
    """

    def __init__(
        self, books: Sequence[Book], request: Callable[[Book, Planned], Say], how: How, watcher: Watcher
    ) -> None:
        self._request = request
        self._watcher = watcher
        self._queues: deque[tuple[Book, deque[Planned]]] = deque()
        self._files = [_File(book, target, how) for book in books for target in book.unmade()]
        self._waiting = list(self._files)  # those that wait for parts
        self._needing: dict[tuple[Book, str], list[_File]] = {}  # for each part of a book
        self._selector = selectors.DefaultSelector()
        self._flights: set[_Flight] = set()
        self._tries: Counter[str] = Counter()
        self._not_before = 0.0
        self._maker = ThreadPoolExecutor(1, "output files", os.nice, (NICE,))  # of this thread, in Linux
        self._making: dict[Future[float | None], _File] = {}
        for book in books:
            wanted: dict[str, Planned] = {}
            for target in book.unmade():
                wanted |= book.missing(target)
            self._queues.append((book, deque(wanted.values())))
        for file in self._files:
            for key in file.missing:
                self._needing.setdefault((file.book, key), []).append(file)

    def run(self) -> None:
        """Render everything.

        Raises:
            Stopped: somebody wants it to end.
            TtsmeshError: a part or a file cannot be made. What was rendered is kept.
        """
        try:
            self._make_complete()
            while self._begin() or self._making:
                self._listen()
        finally:
            for file in self._files:
                file.joining.stop()
            # A thread that is still writing publishes nothing that is not complete.
            wait([self._maker.submit(self._discard)], PATIENCE)
            self._maker.shutdown(wait=False)
            for flight in list(self._flights):
                self._end(flight)
                flight.file.drop()

    def _begin(self) -> bool:
        """Ask for parts, as many as are rendered at once. Returns whether there is something to wait for."""
        while len(self._flights) < AHEAD and time.monotonic() >= self._not_before:
            if (following := self._next()) is None:
                return bool(self._flights)
            book, part = following
            try:
                client = ask(self._request(book, part), may_start=True)
            except TtsmeshError as error:
                if error.code == Code.BUSY:
                    self._put_back(book, part)
                else:
                    self._failed(book, part, error)
            else:
                flight = _Flight(book, part, client)
                self._flights.add(flight)
                self._selector.register(client, selectors.EVENT_READ, flight)
                self._hear(flight, read=False)
        return True

    def _next(self) -> tuple[Book, Planned] | None:
        """The next part, of the book whose turn it is."""
        for _ in range(len(self._queues)):
            book, parts = self._queues[0]
            self._queues.rotate(-1)
            if parts:
                return book, parts.popleft()
        return None

    def _listen(self) -> None:
        """Wait until something has come, or a file was made."""
        patience = 0.2 if self._making or len(self._flights) < AHEAD else None
        if self._flights:
            for key, _ in self._selector.select(patience):
                self._hear(key.data, read=True)
            self._grow()
        else:
            time.sleep(0.05)  # reason: a file's future cannot be selected, and at the end there is nothing else
        for future in [future for future in self._making if future.done()]:
            file = self._making.pop(future)
            seconds = future.result()
            file.book.now_made(file.target)
            if seconds is None:
                self._watcher.not_made(file.book, file.target)
            else:
                self._watcher.made(file.book, file.target, seconds)

    # --- a part -------------------------------------------------------------------------------------------------------

    def _hear(self, flight: _Flight, *, read: bool) -> None:
        try:
            if read:
                flight.client.read()
            for message in flight.client.here():
                if self._take(flight, message):
                    return
        except TtsmeshError as error:
            if flight not in self._flights:
                raise
            self._end(flight)
            flight.file.drop()
            self._failed(flight.book, flight.part, error)

    def _take(self, flight: _Flight, message: Message) -> bool:
        """Take a message about a part. Returns whether it was the last."""
        match message:
            case Output(data=data):
                flight.file.write(data)
                self._watcher.rendered(flight.book, flight.part, len(data) / BYTES_PER_FRAME / SAMPLE_RATE)
            case Finished() | Failed(code=Code.NOTHING_TO_SAY):
                self._end(flight)
                flight.file.keep()
                self._watcher.kept(flight.book, flight.part)
                for file in self._needing[flight.book, flight.part.key]:
                    file.missing.discard(flight.part.key)
                self._make_complete()
                return True
            case Failed(code=code, message=reason):
                raise TtsmeshError(reason, Code(code))
            case Interrupted():
                raise Stopped
        return False

    def _end(self, flight: _Flight) -> None:
        self._flights.discard(flight)
        self._selector.unregister(flight.client)
        flight.client.close()

    def _failed(self, book: Book, part: Planned, error: TtsmeshError) -> None:
        """Try it again soon, unless that would not help, or it was tried often enough."""
        self._tries[part.key] += 1
        if self._tries[part.key] == TRIES or error.code not in _WORTH_ANOTHER_TRY:
            raise error
        self._put_back(book, part)

    def _put_back(self, book: Book, part: Planned) -> None:
        self._not_before = time.monotonic() + RETRY_S
        next(parts for other, parts in self._queues if other is book).appendleft(part)

    def _discard(self) -> None:
        for file in self._files:
            file.joining.discard()

    # --- files --------------------------------------------------------------------------------------------------------

    def _grow(self) -> None:
        """Have the files whose parts are being rendered encoded as far as these are there."""
        for flight in self._flights:
            for file in self._needing[flight.book, flight.part.key]:
                if file.growth is None:
                    if sum(other.growth is not None for other in self._waiting) >= GROWING:
                        continue
                elif not file.growth.done() or file.growth.result():
                    continue
                file.growth = self._maker.submit(file.joining.advance)

    def _make_complete(self) -> None:
        """Begin to make the files that wait for no part any more."""
        for file in self._waiting:
            if not file.missing:
                self._making[self._maker.submit(file.joining.finish)] = file
        self._waiting = [file for file in self._waiting if file.missing]
