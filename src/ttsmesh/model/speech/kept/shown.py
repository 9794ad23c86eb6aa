"""A kept text as it is shown: in the place of each secret stands, in brackets, what is said for it."""

import asyncio
from collections.abc import Iterable, Iterator

from ttsmesh.errors import TtsmeshError
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.render.script import Text
from ttsmesh.model.speech.floor import UNRANKED
from ttsmesh.model.speech.order import Order
from ttsmesh.model.text.segments import Segment
from ttsmesh.model.text.terms.credentials.keys import has_key
from ttsmesh.model.text.terms.credentials.masked import secrets_in
from ttsmesh.model.text.verbalise.choose import verbaliser

Masks = list[tuple[int, int, str]]
"""What is not shown: where it begins and ends, and what is said for it."""


async def shown(g2p: G2P, order: Order, heard: int) -> tuple[str, str]:
    """The text of ``order`` up to the character ``heard``, and the rest of it.

    Its secrets are found in two ways: by what would be said of it, because only its format tells that a column of a
    table has passwords, and by their own looks, because much of it may not be said.
    """
    masks = await asyncio.to_thread(secrets_in, order.text)
    if not _plain(order.text):
        masks += await _said_to_be(g2p, order)
    return without(masks, order.text, heard)


def _plain(text: str) -> bool:
    """Whether nothing in ``text`` is read as what it does not look like. To read a long text takes a while."""
    return text.isascii() and not has_key(text.lower()) and "\x1b" not in text and "\x08" not in text


async def _said_to_be(g2p: G2P, order: Order) -> Masks:
    """The places of the text for which a secret is said. Where it cannot be read, rather too little is shown than too
    much."""
    masks: Masks = []
    read, at = Text(g2p, order.text, order.reading, lambda: UNRANKED, order.markup), 0
    try:
        while not read.ended:
            for segment in await read.next():
                masks += _said_secrets(order.text, segment)
                at = max(at, segment.end)
    except TtsmeshError:
        masks.append((at, len(order.text), "not shown"))
    return masks


def without(masks: Masks, text: str, heard: int) -> tuple[str, str]:
    """``text`` up to ``heard``, and the rest, without what the ``masks`` hide. What is hidden in part was heard."""
    parts: tuple[list[str], list[str]] = ([], [])
    at = 0
    for start, end, said in _apart(masks):
        _share(parts, text, at, start, heard)
        parts[start >= heard].append(f"[{said}]")
        at = end
    _share(parts, text, at, len(text), heard)
    return "".join(parts[0]), "".join(parts[1])


def _share(parts: tuple[list[str], list[str]], text: str, start: int, end: int, heard: int) -> None:
    middle = min(max(start, heard), end)
    parts[0].append(text[start:middle])
    parts[1].append(text[middle:end])


def _apart(masks: Masks) -> Iterator[tuple[int, int, str]]:
    """``masks`` in order. Of those that overlap, one hides all, and says what the longest of them does."""
    masks = sorted(masks)
    while masks:
        start, end, _ = masks[0]
        count = 0
        for first, last, _ in masks:
            if first >= end and count:
                break
            end = max(end, last)
            count += 1
        together, masks = masks[:count], masks[count:]
        yield start, end, max(together, key=lambda mask: (mask[1] - mask[0], len(mask[2])))[2]


def _said_secrets(text: str, segment: Segment) -> Iterable[tuple[int, int, str]]:
    """The places for which ``segment`` says that there is a secret."""
    secret = verbaliser(segment.language).terms.get("a secret", "a secret")
    said = [word for word in segment.words if word.kind != "mark"]
    length = len(secret.split())
    for first in range(len(said) - length + 1):
        words = said[first : first + length]
        start, end = words[0].start, words[-1].end
        if " ".join(word.text for word in words) == secret and " ".join(text[start:end].lower().split()) != secret:
            yield start, end, "a secret"
