"""The reader's exchanges with the mesh, on the loop of its terminal."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ttsmesh.cli.client import Client, ask, tell
from ttsmesh.cli.commands.reader.excerpt import excerpt, moved
from ttsmesh.cli.commands.reader.session import Order, Session, Speak, TakeBack
from ttsmesh.errors import TtsmeshError, printable
from ttsmesh.wire.client_messages import Accepted, Say


class Speech:
    """Carries out the orders of a ``session``, one after the other, and tells it what is heard.

    ``fields``: those of Say. ``changed`` is called when the session may have changed, ``failed`` with what should not
    have happened. What asks the mesh may have to wait, so a thread does.
    """

    def __init__(
        self,
        text: str,
        fields: Mapping[str, Any],
        session: Session,
        changed: Callable[[], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._text = text
        self._fields = fields
        self._session = session
        self._changed = changed
        self._failed = failed
        self._thread = ThreadPoolExecutor(1, "mesh")
        self._asked = 0
        self._offset = 0
        self._client: Client | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def do(self, order: Order | None) -> asyncio.Task[None] | None:
        """Begin to carry out ``order``, and return the task that does; what is to be ended has ended by then."""
        if order is None:
            return None
        if isinstance(order, Speak | TakeBack):
            self._asked += 1
            self._leave()
        if isinstance(order, TakeBack):
            return None
        task = asyncio.get_running_loop().create_task(self._carry_out(order, self._asked))
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def close(self) -> None:
        """Take back what is being said, and wait for nothing."""
        self._asked += 1
        self._leave()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _carry_out(self, order: Order, asked: int) -> None:
        in_thread = asyncio.get_running_loop().run_in_executor
        if isinstance(order, Speak):
            part = excerpt(self._text, order.place, self._fields["read_as"], tags=self._fields["tags"])
            fields = {**self._fields, "speed": order.speed}
            try:
                request = Say(text=part.text, start=part.start, wait=True, words=True, **fields)
                client = await in_thread(self._thread, lambda: ask(request, may_start=True))
            except TtsmeshError as error:
                self._lose(error, asked)
                return
            if asked != self._asked:
                client.close()
                return
            self._client, self._offset = client, part.offset
            assert isinstance(client.first, Accepted)
            self.do(self._session.accepted(client.first))
            asyncio.get_running_loop().add_reader(client.fileno(), self._hear)
            self._pass_on(client)
            self._changed()
        else:
            assert not isinstance(order, TakeBack)
            try:
                count = await in_thread(self._thread, lambda: tell(order))
            except TtsmeshError as error:
                self._session.note = printable(error.message)
            else:
                if asked == self._asked:
                    self.do(self._session.reached(order, count))
            self._changed()

    def _hear(self) -> None:
        """Something has come from the mesh."""
        client = self._client
        assert client is not None
        try:
            client.read()
            self._pass_on(client)
        except TtsmeshError as error:
            self._lose(error, self._asked)
        except Exception as error:
            self._failed(error)
        self._changed()

    def _pass_on(self, client: Client) -> None:
        for message in client.here():
            self._session.heard(moved(message, self._offset))
        if client.ended:
            self._leave()

    def _lose(self, error: TtsmeshError, asked: int) -> None:
        if asked == self._asked:
            self._leave()
            self._session.lost(printable(error.message))
        self._changed()

    def _leave(self) -> None:
        """Close the exchange, if there is one. The mesh takes back what has no outcome yet."""
        if self._client is not None:
            asyncio.get_running_loop().remove_reader(self._client.fileno())
            self._client.close()
            self._client = None

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed(error)
