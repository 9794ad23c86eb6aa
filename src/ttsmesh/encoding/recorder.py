"""From the samples of one utterance to the bytes of a file or a stream in any format.

To add a format, name its encoder in ``_encoder``, and add a line to ``output_formats.FORMATS``.
"""

from collections.abc import Sequence

from ttsmesh.encoding.conversion import Conversion
from ttsmesh.encoding.encoder import Encoder, Tags
from ttsmesh.encoding.plain import Raw, Wav
from ttsmesh.output_formats import Encoding


class Recorder:
    """``encode``..., then ``finish``, which return the bytes in their order, and then ``corrections``.

    The methods may load libraries, and raise SinkError where these cannot be used.
    """

    def __init__(self, encoding: Encoding, *, stream: bool) -> None:
        self._conversion = Conversion(encoding)
        self._encoder = _encoder(encoding, stream=stream)
        self._begun = False

    def encode(self, pcm: bytes, tags: Tags) -> bytes:
        """Take mono s16le, and return the bytes that can be written by now. The first ``tags`` hold."""
        return self._begin(tags) + self._encoder.encode(self._conversion.change(pcm))

    def finish(self, pcm: bytes, tags: Tags) -> bytes:
        """Take the last samples, and return all bytes that are left."""
        begun = self._begin(tags)
        return begun + self._encoder.encode(self._conversion.change(pcm, last=True)) + self._encoder.finish()

    def corrections(self) -> Sequence[tuple[int, bytes]]:
        """Bytes to be written over earlier ones, each with its place. A stream does without them."""
        return self._encoder.corrections()

    def _begin(self, tags: Tags) -> bytes:
        if self._begun:
            return b""
        self._begun = True
        return self._encoder.begin(tags)


def _encoder(encoding: Encoding, *, stream: bool) -> Encoder:
    match encoding.format:
        case "wav":
            return Wav(encoding, stream=stream)
        case "raw":
            return Raw(encoding.bits)
        case _:
            from ttsmesh.encoding.compressed import Compressed

            return Compressed(encoding)
