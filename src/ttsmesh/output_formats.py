"""The formats that speech can be saved in: their names, extensions, sample rates and bits. Pure.

``encoding`` has an encoder for each.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE
from ttsmesh.errors import Code, RejectedError, quoted

RATE_MIN, RATE_MAX = 8_000, 192_000
"""The lowest and the highest sample rate of a format that has any."""


class OutputFormat(NamedTuple):
    """``extensions`` of its files, the usual one first; the only sample ``rates`` that it has, or none if it has any
    from ``RATE_MIN`` to ``RATE_MAX``; and how many ``bits`` a sample may have, or none if that is no question."""

    extensions: tuple[str, ...]
    rates: tuple[int, ...] = ()
    bits: tuple[int, ...] = ()


FORMATS: Mapping[str, OutputFormat] = {
    "wav": OutputFormat((".wav",), bits=(16, 24, 32)),
    "flac": OutputFormat((".flac",), bits=(16, 24)),
    "ogg": OutputFormat((".ogg", ".oga")),  # Vorbis
    "opus": OutputFormat((".opus",), rates=(8_000, 12_000, 16_000, 24_000, 48_000)),
    "mp3": OutputFormat((".mp3",), rates=(8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)),
    "raw": OutputFormat((".raw", ".pcm"), bits=(16, 24, 32)),
}


CAPTIONS = (".srt", ".vtt", ".json")
"""The extensions of files of captions."""


class Encoding(NamedTuple):
    """What is made of the sound: a format of ``FORMATS``, and what its samples are like. ``bits`` counts only where
    the format has them."""

    format: str = "wav"
    sample_rate: int = SAMPLE_RATE
    bits: int = 8 * BYTES_PER_FRAME


def format_of(path: str) -> str:
    """The format that the extension of ``path`` names, in whichever case.

    Raises:
        RejectedError: it names none.
    """
    found = _extension(path)
    for format, properties in FORMATS.items():
        if found in properties.extensions:
            return format
    names = listed(properties.extensions[0] for properties in FORMATS.values())
    raise RejectedError(f"the output's name must end in {names}, or --format must say what it is", Code.OUTPUT)


def captions_format(path: str) -> str:
    """The extension of a file of captions, one of ``CAPTIONS``.

    Raises:
        RejectedError: it is none of them.
    """
    found = _extension(path)
    if found in CAPTIONS:
        return found
    raise RejectedError(f"the name of the captions must end in {listed(CAPTIONS)}", Code.OUTPUT)


def encoding(format: str, sample_rate: int | None, bits: int | None) -> Encoding:
    """The encoding in ``format``; what is None is as the model makes it.

    Raises:
        RejectedError: there is no such format, or it has no such sample rate or bits.
    """
    if format not in FORMATS:
        raise RejectedError(f"unknown format {quoted(format)}; known: {listed(FORMATS)}", Code.USAGE)
    has = FORMATS[format]
    if sample_rate is not None:
        if has.rates and sample_rate not in has.rates:
            raise RejectedError(f"{format} has sample rates of {listed(has.rates)} only", Code.USAGE)
        if not RATE_MIN <= sample_rate <= RATE_MAX:
            raise RejectedError(f"the sample rate must be from {RATE_MIN} to {RATE_MAX}", Code.USAGE)
    if bits is not None and bits not in has.bits:
        reason = f"{format} has {listed(has.bits)} bits" if has.bits else f"{format} has no number of bits"
        raise RejectedError(reason, Code.USAGE)
    own = Encoding(format)
    return Encoding(format, sample_rate or own.sample_rate, bits or own.bits)


def listed(values: Iterable[object]) -> str:
    """``values`` as a person would list them: "a, b or c"."""
    *others, last = map(str, values)
    return f"{', '.join(others)} or {last}" if others else last


def _extension(path: str) -> str:
    """The extension of ``path`` in lower case, with its dot; empty for a name that has nothing before it."""
    name, dot, extension = path.rpartition("/")[2].rpartition(".")
    return (dot + extension).lower() if name else ""
