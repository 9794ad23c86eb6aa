"""Reads texts with markup for tests, as the model server and a reader process do together, and shows the segments."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tests.reading import shipped
from ttsmesh.model.text.markup.manuscript import examined, manuscript
from ttsmesh.model.text.markup.markup import Kind, Markup, Wish
from ttsmesh.model.text.reader import Detect, read
from ttsmesh.model.text.reading import WINDOW, Capitals, Reading
from ttsmesh.model.text.segments import PLAIN, Delivery, Segment, Word, spoken

VOICES = {"anna": "en-us", "bob": "en-us", "carol": "en-gb", "marie": "fr-fr"}
"""The voices that are installed in these tests, with their languages."""

CAST = {
    **{Wish((name,)): (name, language) for name, language in VOICES.items()},
    Wish(("nobody", "bob")): ("bob", "en-us"),
    Wish((), "male", ""): ("bob", "en-us"),
    Wish((), "", "fr"): ("marie", "fr-fr"),
}


def segments(
    source: str,
    kind: Kind = "ssml",
    language: str = "en-us",
    *,
    read_as: str = "",
    most: int = 2000,
    window: int = WINDOW,
    detect: Detect | None = None,
    capitals: Capitals = "none",
    spell: bool = False,
) -> Iterator[Segment]:
    """The segments of ``source``, block by block. ``most``, ``window``: characters of a block, and of a look ahead."""
    markup = Markup(kind, CAST)
    examined(source, kind, beginning=100)
    reading = Reading(
        language=language,
        read_as=read_as or ("ssml" if kind == "ssml" else "auto"),
        detect=detect is not None,
        capitals=capitals,
        spell=spell,
    )
    text = manuscript(source, markup, language, detect=detect is not None)
    at, state = 0, dict[str, object]()
    while not text.ended(at):
        seen = text.window(at, window)
        block = read(
            seen.text,
            at,
            reading,
            state,
            most=most,
            final=seen.final,
            lexicon=shipped(),
            detect=detect,
            notes=seen.notes,
        )
        assert block.used or block.noted
        yield from text.placed(block.segments)
        at, state = at + block.used, dict(block.state)
        text.taken(at, block.noted)


def shown(segment: Segment, own: str = "en-us") -> str:
    """``segment`` in a line: "<who how> words #mark words |pause|¶". What is usual is not shown."""
    delivery = segment.delivery
    manner = [] if delivery == PLAIN else _manner(delivery)
    if segment.language != own:
        manner.append(segment.language)
    parts = [f"<{' '.join(manner)}>"] if manner else []
    begin = 0
    for mark in segment.marks:
        parts += [_said(segment.words[begin : mark.word]), f"#{mark.name}"]
        begin = mark.word
    parts.append(_said(segment.words[begin:]))
    if segment.pause_ms is not None:
        parts.append(f"|{segment.pause_ms:g}|")
    if segment.pause == "paragraph":
        parts.append("¶")
    return " ".join(filter(None, parts))


def _said(words: Sequence[Word]) -> str:
    return spoken(replace(word, text=f"{word.text}/{word.phonemes}/") if word.phonemes else word for word in words)


def _manner(delivery: Delivery) -> list[str]:
    factors = (("r", delivery.rate), ("p", delivery.pitch), ("v", delivery.volume))
    return [
        *([delivery.voice] if delivery.voice else []),
        *(f"{name}{factor:g}" for name, factor in factors if factor != 1),
    ]
