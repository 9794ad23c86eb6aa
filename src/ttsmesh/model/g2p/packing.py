"""What the model server and a reader process say to each other: segments as plain values for msgpack, and back."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple
from typing import Any

from ttsmesh.model.text.segments import PLAIN, Delivery, Mark, Segment, Word

READER = "reader"
"""The name of the reader where a request to a process has the name of a language."""


def packed(segments: Iterable[Segment]) -> list[Any]:
    """``segments`` in plain values."""
    return [
        [
            segment.start,
            segment.end,
            [astuple(word) for word in segment.words],
            segment.language,
            None if segment.delivery == PLAIN else astuple(segment.delivery),
            segment.pause,
            segment.pause_ms,
            [[mark.name, mark.word] for mark in segment.marks],
            segment.ends_sentence,
            segment.unsayable,
            segment.read_as,
        ]
        for segment in segments
    ]


def unpacked(values: Sequence[Sequence[Any]]) -> list[Segment]:
    """The segments in what ``packed`` made."""
    return [
        Segment(
            start,
            end,
            tuple(Word(*word) for word in words),
            language,
            PLAIN if delivery is None else Delivery(*delivery),
            pause,
            pause_ms,
            tuple(Mark(*mark) for mark in marks),
            ends_sentence,
            unsayable,
            read_as,
        )
        for start, end, words, language, delivery, pause, pause_ms, marks, ends_sentence, unsayable, read_as in values
    ]
