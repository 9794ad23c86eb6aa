"""Reads a text block by block: from characters to segments. Pure.

A reading of a text is a series of calls, each of which gets the text from where the last one ended, and the state that
it left. So a reader keeps nothing between calls, may be another process each time, and takes as long for the beginning
of a novel as for a line.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from ttsmesh.model.text import marks
from ttsmesh.model.text.clean import clean
from ttsmesh.model.text.formats.reading import State, passages
from ttsmesh.model.text.passages import Passage, Pause, Piece, ReadAs
from ttsmesh.model.text.reading import Block, Reading
from ttsmesh.model.text.scan import Lexicon, scan
from ttsmesh.model.text.segments import Segment, Word
from ttsmesh.model.text.sentences import sentences
from ttsmesh.model.text.terms.ansi import ESCAPES
from ttsmesh.model.text.verbalise.choose import verbaliser

ESCAPE_MAX = 256
"""Characters of a terminal's escape sequence that are looked for at the end of a window."""

_MARKS: dict[Pause, str] = {"clause": ",", "sentence": "."}
"""The mark that makes the voice pause inside a chunk, where the text has none."""

Detect = Callable[[Sequence[str]], Sequence[str | None]]
"""Finds the language of each sentence that it is given; None where it is unsure."""


def read(
    window: str,
    offset: int,
    reading: Reading,
    state: Mapping[str, Any],
    *,
    most: int,
    final: bool,
    lexicon: Lexicon,
    detect: Detect | None = None,
    speaks: Callable[[str], bool] = lambda language: True,
) -> Block:
    """Read the beginning of ``window``: whole blocks until about ``most`` characters are read.

    Args:
        window: up to ``WINDOW`` characters of the text, from ``offset`` on.
        state: what the call before left; empty for the first one.
        final: the text ends with the window.
        detect: needed where ``reading.detect`` is set.
        speaks: whether a language can be spoken.
    """
    text, origins, whole = _without_escapes(window, final=final)
    format_state = State.from_map(state["format"]) if state else State(cast(ReadAs, reading.read_as))
    before = str(state["language"]) if state else reading.language
    term = verbaliser(reading.language).terms.get
    found, used = passages(text, offset, format_state, most=most, final=final, term=lambda word: term(word, word))
    segments: list[Segment] = []
    for passage in found:
        if origins is not None:
            passage = _moved(passage, offset, origins, len(window))
        parts = _by_language(passage, reading, before, detect, speaks) if detect else [(passage, before)]
        for part, language in parts:
            segments += _segments(part, language, lexicon, _read_as(passage, format_state))
            before = language
    if origins is not None:
        used = origins[used] if used < len(origins) else whole
    return Block(tuple(segments), used, {"format": format_state.to_map(), "language": before})


def _read_as(passage: Passage, state: State) -> str:
    """What ``passage`` was read as, in the words of ``READ_AS``."""
    if passage.style == "code" and state.base in ("text", "markdown"):
        return "code"
    return state.base


def _segments(passage: Passage, language: str, lexicon: Lexicon, read_as: str) -> list[Segment]:
    source = clean(passage, language)
    said, unsayable = scan(source, verbaliser(language), lexicon, passage.style)
    start, end = passage.pieces[0].start, passage.pieces[-1].end
    segments = [
        Segment(
            sentence.words[0].start,
            sentence.words[-1].end,
            sentence.words,
            language,
            ends_sentence=sentence.complete,
            read_as=read_as,
        )
        for sentence in said
    ]
    if not segments:
        return [Segment(start, end, (), language, pause=passage.pause, unsayable=unsayable, read_as=read_as)]
    last = segments[-1]
    segments[-1] = replace(
        last,
        words=_ended(last.words, passage.pause),
        pause=passage.pause,
        ends_sentence=last.ends_sentence or passage.pause not in ("", "clause"),
        unsayable=unsayable,
    )
    return segments


def _ended(words: tuple[Word, ...], pause: Pause) -> tuple[Word, ...]:
    """``words``, with a mark at their end where ``pause`` needs one and they have none."""
    last = words[-1]
    mark = _MARKS.get(pause)
    if mark is None or (last.kind == "mark" and last.text[-1] in marks.SENTENCE + marks.CLAUSE):
        return words
    return (*words[:-1], replace(last, spaced=False), Word(mark, last.end, last.end, kind="mark"))


def _by_language(
    passage: Passage, reading: Reading, before: str, detect: Detect, speaks: Callable[[str], bool]
) -> list[tuple[Passage, str]]:
    """``passage``, cut where the language changes. A sentence whose language is unsure is in that of the one before."""
    text = "".join(piece.text for piece in passage.pieces)
    spans = list(sentences(text))
    if not spans:
        return [(passage, before)]
    pieces: list[tuple[int, int, str]] = []
    for (start, end), found in zip(spans, detect([text[start:end] for start, end in spans]), strict=True):
        before = chosen(found, before, reading.language, speaks)
        if pieces and pieces[-1][2] == before:
            start = pieces.pop()[0]
        pieces.append((start, end, before))
    if len(pieces) == 1:
        return [(passage, before)]
    ends = [start for start, _, _ in pieces[1:]] + [len(text)]
    begins = [0, *ends[:-1]]
    return [
        (_part(passage, begin, end), language)
        for begin, end, (_, _, language) in zip(begins, ends, pieces, strict=True)
    ]


def chosen(found: str | None, before: str, own: str, speaks: Callable[[str], bool]) -> str:
    """The language to go on in: ``found``, or ``before`` if that is unsure or cannot be spoken.

    If it is the language of ``own``, it is spoken in the accent of ``own``.
    """
    if found is None:
        return before
    if found.partition("-")[0] == own.partition("-")[0]:
        return own
    return found if speaks(found) else before


def _part(passage: Passage, begin: int, end: int) -> Passage:
    """Characters ``begin:end`` of the joined pieces of ``passage``. Its pause and its losses go with the last part."""
    pieces: list[Piece] = []
    at = 0
    for piece in passage.pieces:
        first, last = max(begin - at, 0), min(end - at, len(piece.text))
        if first < last:
            start, stop = piece.start, piece.end
            if len(piece.text) == stop - start:
                start, stop = piece.start + first, piece.start + last
            pieces.append(Piece(piece.text[first:last], start, stop, piece.phonemes))
        at += len(piece.text)
    if end < at:
        return replace(passage, pieces=tuple(pieces), pause="", unsayable=0)
    return replace(passage, pieces=tuple(pieces))


# --- what a terminal would not show -----------------------------------------------------------------------------------


def _without_escapes(window: str, *, final: bool) -> tuple[str, list[int] | None, int]:
    """``window`` without escape sequences and struck-over characters, where each character of it was, and how much of
    the window it stands for.

    None in place of the places where nothing was left out.
    """
    if "\x1b" not in window and "\x08" not in window and "\x9b" not in window:
        return window, None, len(window)
    end = len(window)
    if not final and (cut := window.rfind("\x1b", max(1, end - ESCAPE_MAX))) > 0:
        end = cut  # the sequence may go on in the next window
    kept: list[int] = []
    at = 0
    for match in ESCAPES.finditer(window, 0, end):
        kept.extend(range(at, match.start()))
        at = match.end()
    kept.extend(range(at, end))
    origins: list[int] = []
    for place in kept:
        if window[place] == "\x08":
            if origins and window[origins[-1]] not in "\n":
                origins.pop()
        elif window[place] not in "\x1b\x9b":
            origins.append(place)
    return "".join(window[place] for place in origins), origins, end


def _moved(passage: Passage, offset: int, origins: Sequence[int], length: int) -> Passage:
    """``passage`` with places in the source for those in the text without escapes."""

    def place(at: int) -> int:
        if at < offset:
            return at
        return offset + (origins[at - offset] if at - offset < len(origins) else length)

    def end(at: int) -> int:
        return place(at - 1) + 1 if at > offset else at

    pieces = []
    for piece in passage.pieces:
        if len(piece.text) == piece.end - piece.start:
            # An escape sequence inside parts it, so that each part is still a copy.
            at = 0
            while at < len(piece.text):
                first = last = place(piece.start + at)
                run = at
                while run < len(piece.text) and place(piece.start + run) == first + run - at:
                    run += 1
                last = first + run - at
                pieces.append(Piece(piece.text[at:run], first, last, piece.phonemes))
                at = run
        else:
            pieces.append(
                Piece(piece.text, place(piece.start), max(place(piece.start), end(piece.end)), piece.phonemes)
            )
    return replace(passage, pieces=tuple(pieces))
