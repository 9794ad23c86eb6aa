"""Reads a text block by block: from characters to segments. Pure.

A reading of a text is a series of calls, each of which gets the text from where the last one ended, and the state that
it left. So a reader keeps nothing between calls, may be another process each time, and takes as long for the beginning
of a novel as for a line.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from ttsmesh.model.text.clean import clean
from ttsmesh.model.text.formats.reading import State, passages
from ttsmesh.model.text.markup.deliver import delivered, ended, said_instead, silence, with_secrets
from ttsmesh.model.text.markup.notes import STANDS_FOR, Manner, Note, Place, Stated
from ttsmesh.model.text.markup.parts import Part, parts
from ttsmesh.model.text.passages import Passage, Piece, ReadAs
from ttsmesh.model.text.punctuation import Written
from ttsmesh.model.text.reading import Block, Reading
from ttsmesh.model.text.rules import Style
from ttsmesh.model.text.scanning.scan import Lexicon, scan
from ttsmesh.model.text.segments import Segment
from ttsmesh.model.text.sentences import sentences
from ttsmesh.model.text.spelling import is_verbatim, spelled, verbatim
from ttsmesh.model.text.terms.ansi import ESCAPES
from ttsmesh.model.text.verbalise.choose import verbaliser

ESCAPE_MAX = 256
"""Characters of a terminal's escape sequence that are looked for at the end of a window."""

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
    notes: Sequence[Note] = (),
) -> Block:
    """Read the beginning of ``window``: whole blocks until about ``most`` characters are read.

    Args:
        window: up to ``WINDOW`` characters of the text, from ``offset`` on.
        state: what the call before left; empty for the first one.
        final: the text ends with the window.
        detect: needed where ``reading.detect`` is set.
        speaks: whether a language can be spoken.
        notes: of a text that is marked up. The first one says how the text is spoken where the window begins.
    """
    text, origins, whole = _without_escapes(window, final=final)
    format_state = State.from_map(state["format"]) if state else State(_format(reading))
    before = str(state["language"]) if state else reading.language
    term = verbaliser(reading.language).terms.get
    # What is said in the place of one character is not that character.
    as_it_is = is_verbatim(text, offset, reading, final=final and STANDS_FOR not in text)
    if as_it_is:
        found, used = verbatim(text, offset, reading, most=most, final=final)
    else:
        found, used = passages(text, offset, format_state, most=most, final=final, term=lambda word: term(word, word))
    if origins is not None:
        found = [_moved(passage, offset, origins, len(window)) for passage in found]
        used = origins[used] if used < len(origins) else whole
    if notes:
        if not as_it_is:
            found = [_guarded(passage, notes, lexicon, reading.language) for passage in found]
        read, noted = parts(found, notes, window, offset, used, final=final)
    else:
        read, noted = [Part(passage.pieces[0].start, Manner(offset), passage) for passage in found], 0

    def written(start: int, end: int) -> str:
        return window[start - offset : end - offset] if start >= offset else ""

    segments: list[Segment] = []
    for part in read:
        asked = part.manner.language
        language = asked if asked and speaks(asked) else before
        if part.passage is None:
            segments.append(silence(part, language, _read_as(format_state, reading)))
            continue
        spoken = [(part.passage, language)]
        if detect and not asked:
            spoken = _by_language(part.passage, reading, before, detect, speaks)
            before = spoken[-1][1]
        said: list[Segment] = []
        for passage, language in spoken:
            if part.stated:
                passage = said_instead(passage, part.stated, language, reading.capitals)
            if as_it_is:
                passage = spelled(passage, verbaliser(language), reading)
            read_as = _read_as(format_state, reading, passage.style)
            said += _segments(passage, language, lexicon, read_as, reading, written)
        segments += delivered(said, part) if notes else said
    return Block(tuple(segments), used, {"format": format_state.to_map(), "language": before}, noted)


def _format(reading: Reading) -> ReadAs:
    """The format that is left when markup and names of keys are read."""
    return "text" if reading.read_as == "ssml" else cast(ReadAs, reading.read_as)


def _read_as(state: State, reading: Reading, style: Style = "prose") -> str:
    """What a passage of a ``style`` was read as, in the words of ``READ_AS``."""
    if reading.read_as in ("ssml", "key"):
        return reading.read_as
    if style == "code" and state.base in ("text", "markdown"):
        return "code"
    return state.base or "text"


def _guarded(passage: Passage, notes: Sequence[Note], lexicon: Lexicon, language: str) -> Passage:
    """``passage`` without its secrets, before notes part them, or part them from the words that tell what they are."""
    begin = bisect_right(notes, passage.pieces[0].start, key=lambda note: note.at)
    end = bisect_left(notes, passage.pieces[-1].end, key=lambda note: note.at)
    if all(isinstance(note, Place | Stated) for note in notes[begin:end]):
        return passage
    sentences, _ = scan(clean(passage, language), verbaliser(language), lexicon, passage.style)
    words = (word for sentence in sentences for word in sentence.words)
    return with_secrets(passage, words, verbaliser(language).terms.get("a secret", "a secret"))


def _segments(
    passage: Passage, language: str, lexicon: Lexicon, read_as: str, reading: Reading, written: Written
) -> list[Segment]:
    source = clean(passage, language)
    said, unsayable = scan(
        source,
        verbaliser(language),
        lexicon,
        passage.style,
        punctuation=reading.punctuation,
        capitals=reading.capitals,
        written=written,
    )
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
        words=ended(last.words, passage.pause),
        pause=passage.pause,
        ends_sentence=last.ends_sentence or passage.pause not in ("", "clause"),
        unsayable=unsayable,
    )
    return segments


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
        (passage.part(begin, end), language) for begin, end, (_, _, language) in zip(begins, ends, pieces, strict=True)
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
