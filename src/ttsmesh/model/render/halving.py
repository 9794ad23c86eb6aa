"""Halves a chunk that has more phonemes than the model takes. Pure."""

from dataclasses import replace
from itertools import accumulate

from ttsmesh.model.text.chunking import NO_BREAK, PAUSES, TextChunk, cost_of, halves_of, rank_of
from ttsmesh.model.text.passages import Pause
from ttsmesh.model.text.segments import Mark


def halve(chunk: TextChunk) -> tuple[TextChunk, TextChunk]:
    """Two chunks in place of one whose phonemes are too many, cut at the best place near the middle.

    Raises ``ValueError`` for a chunk that is one character, or one word whose phonemes are given: neither can be
    halved.
    """
    words = chunk.words
    if len(words) == 1:
        word = words[0]
        if len(word.text) < 2 or word.phonemes:
            raise ValueError("one character cannot be halved")
        first, second = halves_of(word, len(word.text) // 2)
        # What stands before the word stays before it, and what stands behind it behind it.
        return _parts(replace(chunk, words=(first, second), marks=tuple(_beyond(mark) for mark in chunk.marks)), 1, "")
    costs = list(accumulate(cost_of(word) for word in words))
    low, high, middle = costs[-1] / 4, costs[-1] * 3 / 4, costs[-1] / 2
    ranks: list[int] = []
    for word in words:
        ranks.append(rank_of(word, ranks[-1] if ranks else NO_BREAK))
    inner = range(1, len(words))
    near = [end for end in inner if low < costs[end - 1] <= high] or list(inner)
    cut = max(near, key=lambda end: (ranks[end - 1], -abs(costs[end - 1] - middle)))
    return _parts(chunk, cut, PAUSES[ranks[cut - 1]])


def _beyond(mark: Mark) -> Mark:
    """``mark`` of a word, once that is two."""
    return mark if mark.word == 0 else Mark(mark.name, 2)


def _parts(chunk: TextChunk, cut: int, pause: Pause) -> tuple[TextChunk, TextChunk]:
    """``chunk`` in two, the second from word number ``cut`` on. ``pause`` is between them."""
    now = max(number for number, (first, _) in enumerate(chunk.deliveries) if first <= cut)
    later = ((0, chunk.deliveries[now][1]), *((first - cut, how) for first, how in chunk.deliveries[now + 1 :]))
    return (
        replace(
            chunk,
            words=chunk.words[:cut],
            deliveries=tuple((first, how) for first, how in chunk.deliveries if first < cut),
            pause=pause,
            pause_ms=None,
            marks=tuple(mark for mark in chunk.marks if mark.word < cut),
            sentences=tuple(word for word in chunk.sentences if word < cut),
        ),
        replace(
            chunk,
            words=chunk.words[cut:],
            deliveries=later,
            lead_ms=0.0,
            marks=tuple(Mark(mark.name, mark.word - cut) for mark in chunk.marks if mark.word >= cut),
            unsayable=0,
            sentences=tuple(word - cut for word in chunk.sentences if word >= cut),
        ),
    )
