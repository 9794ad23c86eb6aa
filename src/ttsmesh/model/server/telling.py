"""The texts that were said, for those who missed something."""

from collections.abc import AsyncIterator

from ttsmesh.limits import MAX_REPLY
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.speech.hub import Hub
from ttsmesh.model.speech.kept.texts import Kept
from ttsmesh.wire.messages import History, TextPart
from ttsmesh.wire.schema import Message

_PART = MAX_REPLY // 4 // 4
"""Characters of one message, each of which may have four bytes."""


async def history(hub: Hub, g2p: G2P, request: History, caller: str | None) -> AsyncIterator[Message]:
    """All messages but the last, which is ``End``. ``caller``: whose texts are meant, if not everybody's."""
    entries = [entry for entry in hub.history.entries if caller in (None, entry.caller)]
    for entry in entries[-request.last :]:
        yield entry
        if request.text and (kept := hub.texts.get(entry.id)) is not None:
            async for part in text(hub, g2p, kept):
                yield part


async def text(hub: Hub, g2p: G2P, kept: Kept) -> AsyncIterator[TextPart]:
    """The text of ``kept`` without its secrets: what was heard of it, then the rest."""
    from ttsmesh.model.speech.kept.shown import shown  # the rules for texts take 90 ms, at a server's start too

    for whole, heard in zip(await shown(g2p, kept.order, hub.characters(kept)), (True, False), strict=True):
        for at in range(0, len(whole), _PART):
            yield TextPart(text=whole[at : at + _PART], heard=heard)
