"""From the model's samples to those of an encoding: another sample rate, and more bits.

Samples that stay as they are pass untouched, and no library is loaded.
"""

from typing import TYPE_CHECKING, Any

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE
from ttsmesh.encoding.encoder import faults
from ttsmesh.output_formats import Encoding

if TYPE_CHECKING:
    import numpy as np

OWN_BITS = 8 * BYTES_PER_FRAME


class Conversion:
    """Takes mono s16le at ``SAMPLE_RATE``, and gives mono samples at the encoding's rate, little endian and signed: of
    16 bits, or where the encoding has more, of 32 that use their whole range."""

    def __init__(self, encoding: Encoding) -> None:
        self._wide = encoding.bits > OWN_BITS
        self._resampler: Any = None
        if encoding.sample_rate != SAMPLE_RATE:
            kind = "int32" if self._wide else "int16"
            with faults("soxr"):
                import soxr

            self._resampler = soxr.ResampleStream(SAMPLE_RATE, encoding.sample_rate, 1, dtype=kind)

    def change(self, pcm: bytes, *, last: bool = False) -> bytes:
        """Take ``pcm``. Returns the samples that can be given by now; with ``last``, all that are left."""
        if self._resampler is None and not self._wide:
            return pcm
        samples = _numbers(pcm, wide=self._wide)
        if self._resampler is not None:
            samples = self._resampler.resample_chunk(samples, last=last)
        return samples.astype("<i4" if self._wide else "<i2").tobytes()


def _numbers(pcm: bytes, *, wide: bool) -> "np.ndarray[Any, Any]":
    import numpy as np

    samples = np.frombuffer(pcm, "<i2").astype("=i2")
    return samples.astype("=i4") << OWN_BITS if wide else samples
