"""What an encoder is: it turns the samples of one utterance into the bytes of a file or of a stream.

Encoders read and write no files, so that each can be tested on bytes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from ttsmesh.errors import Code, SinkError, failure_line


class Tags(NamedTuple):
    """What a file says of itself: the first words of what is said, and by which voice; of a chapter also its book.
    Empty where it is not known."""

    title: str = ""
    artist: str = ""
    album: str = ""


class Encoder(Protocol):
    """``begin``, then ``encode``..., then ``finish``: what these return makes up the file. Then ``corrections``."""

    def begin(self, tags: Tags) -> bytes:
        """The first bytes, as far as they are known by now."""

    def encode(self, samples: bytes) -> bytes:
        """Take ``samples`` as ``Conversion`` makes them, and return the bytes that can be written by now."""

    def finish(self) -> bytes:
        """Return the bytes that were kept back. No more samples come."""

    def corrections(self) -> Sequence[tuple[int, bytes]]:
        """Bytes to be written over earlier ones, each with its place, after ``finish``: lengths and checksums.

        A stream cannot go back, so it does without them.
        """


@contextmanager
def faults(package: str) -> Iterator[None]:
    """Turn what ``package`` raises, or its import, into a SinkError."""
    try:
        yield
    except (ImportError, OSError) as error:
        raise SinkError(f"the package {package} cannot be used: {failure_line(str(error))}", Code.CONFIG) from None
    except RuntimeError as error:
        raise SinkError(f"the sound cannot be encoded: {failure_line(str(error))}", Code.INTERNAL) from None
