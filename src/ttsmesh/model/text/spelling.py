"""Spells: says each character of a text, or each key, by its name. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from ttsmesh.model.text.clusters import between_clusters, joins
from ttsmesh.model.text.passages import Passage, Piece
from ttsmesh.model.text.reading import Capitals, Reading
from ttsmesh.model.text.rules import Verbaliser
from ttsmesh.model.text.verbalise.characters.keys import key_name
from ttsmesh.model.text.verbalise.characters.naming import LONGEST, character_name, characters

GROUP = 5
"""Letters or digits that are said without a pause, at most: a listener can keep as many in mind."""


def spell_out(text: str, verbaliser: Verbaliser, capitals: Capitals = "none") -> str:
    """What is said when ``text`` is spelled, in the form that a ``Rule`` answers in."""
    return " ".join(said for _, _, said in _spelled(text, verbaliser, capitals))


def is_verbatim(window: str, offset: int, reading: Reading, *, final: bool) -> bool:
    """Whether a text is in no format: it is spelled, or a key, a single character, or marks that are to be named.

    ``window`` is the text from character ``offset`` on, to its end if it is ``final``.
    """
    if reading.spell or reading.read_as == "key":
        return True
    text = window.strip()
    if not text or not final or offset:
        return False
    return _is_single(text) or (reading.punctuation != "none" and not any(map(str.isalnum, text)))


def _is_single(text: str) -> bool:
    # Accents without a letter are no character, but a single one may be asked for.
    return len(text) == 1 or (len(text) <= LONGEST and not joins(text[0]) and len(list(characters(text))) == 1)


def spelled(passage: Passage, verbaliser: Verbaliser, reading: Reading) -> Passage:
    """``passage``, which is in no format, with what is said for each of its characters, or for a key as a whole."""
    pieces: list[Piece] = []
    for piece in passage.pieces:
        copied = len(piece.text) == piece.end - piece.start
        if piece.said or piece.phonemes:
            pieces.append(piece)
        elif not (reading.spell or reading.read_as == "key" or _is_single(piece.text)):
            pieces.append(piece)  # marks, which the scanner names
        elif reading.read_as == "key" and not reading.spell:
            pieces.append(replace(piece, said=key_name(piece.text, verbaliser, reading.capitals)))
        elif copied:
            pieces += (
                Piece(piece.text[first:last], piece.start + first, piece.start + last, said=said)
                for first, last, said in _spelled(piece.text, verbaliser, reading.capitals)
            )
        else:
            pieces.append(replace(piece, said=spell_out(piece.text, verbaliser, reading.capitals)))
    return replace(passage, pieces=tuple(pieces))


def verbatim(window: str, offset: int, reading: Reading, *, most: int, final: bool) -> tuple[list[Passage], int]:
    """The beginning of ``window`` as it is, in a passage for each line, and how many of its characters it takes.

    ``window`` is the source from character ``offset`` on, to its end if it is ``final``. About ``most`` characters are
    taken. The end of the last line is not said, and without ``reading.spell`` no blanks around a line.
    """
    used = len(window)
    if not final or used > most:
        used = _cut(window, min(most, used))
    text = window[:used]
    if final and used == len(window) and (offset or text.strip("\r\n")):
        text = text.rstrip("\r\n")
    found: list[Passage] = []
    blank = not offset and not window.strip()  # a key, or what is to be spelled
    at = 0
    for line in text.splitlines(keepends=True):
        first, last = (0, len(line)) if reading.spell else _solid(line)
        if reading.spell or blank or line.strip():
            piece = Piece(line[first:last], offset + at + first, offset + at + last)
            found.append(Passage((piece,), "" if reading.spell else "item"))
        at += len(line)
    return found, used


def _solid(line: str) -> tuple[int, int]:
    """Where ``line`` begins and ends without the blanks around it; the first one if there is nothing else."""
    first = len(line) - len(line.lstrip())
    return (first, len(line.rstrip())) if first < len(line) else (0, 1)


def _cut(window: str, most: int) -> int:
    """The last place up to ``most`` behind a line or a word, or else between two characters."""
    for blank in "\n ":
        if (place := window.rfind(blank, most // 2, most)) > 0:
            return place + 1
    return between_clusters(window, most)


def _spelled(text: str, verbaliser: Verbaliser, capitals: Capitals) -> Iterator[tuple[int, int, str]]:
    """Where each character begins and ends, and what is said for it, with a mark where a pause follows."""
    before: tuple[int, int, str, str] | None = None
    run = 0
    for first, last in characters(text):
        said = character_name(text[first:last], verbaliser, capitals)
        kind = _kind(text[first:last], said)
        if before is not None:
            begin, end, said_before, kind_before = before
            run += 1
            pause = not kind or kind != kind_before or run >= GROUP
            yield begin, end, said_before + ("." if text[end - 1] == "\n" else "," if pause else "")
            run = 0 if pause else run
        before = (first, last, said, kind)
    if before is not None:
        begin, end, said_before, _ = before
        mark = "." if text[end - 1] == "\n" else "," if text[begin] == " " and begin else ""
        yield begin, end, said_before + mark


def _kind(character: str, said: str) -> str:
    """What may stand beside its like without a pause; "" for what stands alone."""
    if " " in said:
        return ""
    return "letter" if character[0].isalpha() else "digit" if character[0].isdecimal() else ""
