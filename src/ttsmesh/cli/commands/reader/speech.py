"""The reader's exchanges with the mesh, on the loop of its terminal."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ttsmesh.cli.client import Client, ask, tell
from ttsmesh.cli.commands.reader.excerpt import Excerpt, excerpt
from ttsmesh.cli.commands.reader.session import Order, Session, Speak, Steering, TakeBack
from ttsmesh.errors import PeerGone, TtsmeshError, printable
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
        self._part = Excerpt("", 0)
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

    async def _carry_out(self, order: Speak | Steering, asked: int) -> None:
        loop = asyncio.get_running_loop()
        try:
            if isinstance(order, Speak):
                answer = await loop.run_in_executor(self._thread, self._ask, order, asked)
                if answer is not None:
                    self._begin(*answer, asked)
            else:
                count = await loop.run_in_executor(self._thread, tell, order)
                if asked == self._asked:
                    self.do(self._session.reached(order, count))
        except TtsmeshError as error:
            if asked == self._asked and isinstance(order, Speak):
                self._leave()
                self._session.lost(printable(error.message))
            # Else what it was about has ended, which is told where it is heard.
        self._changed()

    def _ask(self, order: Speak, asked: int) -> tuple[Client, Excerpt] | None:
        """Called in the thread. None if something else is wanted already."""
        if asked != self._asked:
            return None
        part = excerpt(self._text, order.place, self._fields["read_as"], tags=self._fields["tags"])
        fields = {**self._fields, "speed": order.speed}
        request = Say(text=part.text, start=part.start, wait=True, words=True, **fields)
        return ask(request, may_start=True), part

    def _begin(self, client: Client, part: Excerpt, asked: int) -> None:
        if asked != self._asked:
            client.close()
            return
        self._client, self._part = client, part
        assert isinstance(client.first, Accepted)
        self.do(self._session.accepted(client.first))
        asyncio.get_running_loop().add_reader(client.fileno(), self._hear)
        self._pass_on(client)  # what came with the first reply

    def _hear(self) -> None:
        """Something has come from the mesh."""
        client = self._client
        assert client is not None
        try:
            client.read()
            self._pass_on(client)
        except PeerGone:
            self._leave()
            self._session.lost("the model server went away")
        except TtsmeshError as error:
            self._leave()
            self._session.lost(printable(error.message))
        self._changed()

    def _pass_on(self, client: Client) -> None:
        for message in client.here():
            self._session.heard(self._part.moved(message))
        if client.ended:
            self._leave()

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
