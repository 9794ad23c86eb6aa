"""A text that is still being written, as the script of an utterance reads it: it waits for more, or ends."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.g2p.lane import G2PError
from ttsmesh.model.render.script import BLOCK, FIRST_BLOCK, SAFE_BLOCK, Text
from ttsmesh.model.text.growing.growth import Growth, Portion
from ttsmesh.model.text.markup.deliver import skipped
from ttsmesh.model.text.markup.manuscript import Window
from ttsmesh.model.text.reading import Block, Reading
from ttsmesh.model.text.segments import Segment

_log = logging.getLogger(__name__)

BREATH = 0.1
"""Seconds without more text after which what there is becomes a chunk, however short it is."""

LINGER = 1.0
"""Seconds for which a part that was heard, or has nothing to hear, waits for more text, unless somebody else waits for
the floor."""

LONGEST = 8192
"""Characters of a part, or a little more. So others have their turn, and what is kept of an endless text is small."""


class Part:
    """What one utterance says of a text that grows.

    ``breathes``: what was read last is to be said now, since no more may come for a while. ``closed``: what comes now
    belongs to the next part. ``on_read`` is called when that, or how much waits to be read, may have changed.
    """

    def __init__(self, growth: Growth, on_read: Callable[[], None]) -> None:
        self.growth = growth
        self.breathes = False
        self.closed = False
        self._on_read = on_read
        self._changed = asyncio.Event()
        self._wanted = False
        self._begun = False
        self._heard_at: float | None = None
        growth.begin()

    @property
    def text(self) -> str:
        """What was read of it so far."""
        return self.growth.part

    def again(self) -> None:
        """It is read once more, from its beginning on."""
        self.growth.again()
        self.closed = self.breathes = self._begun = False

    def grew(self) -> None:
        """There is more text, or its end."""
        self._changed.set()

    def begun(self) -> None:
        """There is something to hear in it."""
        self._begun = True

    def sounds(self) -> None:
        """It has begun to sound."""
        self._on_read()

    def floor_wanted(self, wanted: bool) -> None:
        """Whether somebody else waits for the floor while it sounds."""
        self._wanted = wanted
        self._changed.set()

    def heard(self, everything: bool) -> None:
        """Whether all sound that was made of it so far was heard."""
        if not everything:
            self._heard_at = None
        elif self._heard_at is None:
            self._heard_at = asyncio.get_running_loop().time()
            self._changed.set()

    def close(self) -> None:
        """What comes now belongs to the next part."""
        self.closed = True
        self._on_read()

    async def next(self) -> Portion | None:
        """The next portion to be read. None if there is none yet and the part ``breathes``, or if it is ``closed``."""
        loop, growth = asyncio.get_running_loop(), self.growth
        dry_at, breathed, self.breathes = loop.time(), self.breathes, False
        while not self.closed:
            now = loop.time()
            portion = growth.portion(now)
            if portion is not None and len(growth.part) < LONGEST:
                return portion
            if portion is not None or growth.done:
                break
            if not breathed and now >= dry_at + BREATH:
                self.breathes = True
                return None
            # Nobody reports that what has no sound was heard.
            silent_at = self._heard_at if self._begun else dry_at
            lingered = silent_at is not None and now >= silent_at + LINGER
            if breathed and (self._wanted or lingered):
                break
            times = (
                growth.deadline(now),
                None if breathed else dry_at + BREATH,
                None if silent_at is None or lingered else silent_at + LINGER,
            )
            await self._until_changed(min((time for time in times if time is not None), default=None))
        self.close()
        return None

    def took(self, portion: Portion, block: Block) -> list[Segment]:
        """The segments that ``portion`` was read as, placed in the text of the part."""
        segments = [_placed(segment, self.growth) for segment in self.growth.took(portion, block)]
        self._on_read()
        return segments

    async def _until_changed(self, until: float | None) -> None:
        self._changed.clear()
        try:
            async with asyncio.timeout_at(until):
                await self._changed.wait()
        except TimeoutError:
            return


class GrowingText(Text):
    """The text of a ``Part``, read from its beginning on."""

    def __init__(self, g2p: G2P, part: Part, rank: Callable[[], int]) -> None:
        self._g2p = g2p
        self._part = part
        self._rank = rank
        self._read_any = False
        part.again()

    @property
    def ended(self) -> bool:
        return self._part.closed

    async def next(self) -> list[Segment]:
        portion = await self._part.next()
        self.breathes = self._part.breathes
        if portion is None:
            return []
        reading = self._part.growth.reading
        most = BLOCK if self._read_any else FIRST_BLOCK
        self._read_any = True
        try:
            return self._part.took(portion, await self._ask(portion, reading, self._part.growth.state, most))
        except G2PError as failure:
            _log.warning("reader %s; trying again as plain text", failure)
        certain = portion.text if portion.until is None else portion.text[: portion.until - portion.at]
        portion = replace(portion, text=certain[:SAFE_BLOCK], final=False, until=None)
        try:
            plain = replace(reading, read_as="text", directory="")
            return self._part.took(portion, await self._ask(portion, plain, {}, SAFE_BLOCK))
        except G2PError as failure:
            _log.warning("reader %s; %d characters left out", failure, len(portion.text))
        return self._part.took(portion, skipped(Window(portion.text, False), portion.at, reading.language))

    async def _ask(self, portion: Portion, reading: Reading, state: Mapping[str, Any], most: int) -> Block:
        return await self._g2p.read(
            portion.text, portion.at, reading, state, most=most, final=portion.final, rank=self._rank()
        )


def _placed(segment: Segment, growth: Growth) -> Segment:
    """``segment`` with its places in the text of the part."""
    words = tuple(
        replace(word, start=growth.in_part(word.start), end=growth.in_part(word.end)) for word in segment.words
    )
    return replace(segment, start=growth.in_part(segment.start), end=growth.in_part(segment.end), words=words)
