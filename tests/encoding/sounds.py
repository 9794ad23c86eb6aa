"""Sound to encode."""

import numpy as np
import numpy.typing as npt

from ttsmesh.encoding.encoder import Tags
from ttsmesh.encoding.recorder import Recorder
from ttsmesh.output_formats import Encoding


def chirp(frames: int) -> npt.NDArray[np.int16]:
    """A tone that rises from 200 Hz to 2 kHz, loud up to both of its ends."""
    times = np.arange(frames) / 24_000
    phase = 2 * np.pi * (200 * times + 900 * times**2 / max(1e-9, times[-1]))
    return np.asarray(12_000 * np.sin(phase), np.int16)


def file_of(encoding: Encoding, pcm: bytes, tags: Tags | None = None, *, step: int = 9600) -> bytes:
    """The file with the samples ``pcm``, which come ``step`` bytes at a time."""
    recorder, tags = Recorder(encoding, stream=False), tags or Tags()
    data = bytearray().join(recorder.encode(pcm[i : i + step], tags) for i in range(0, len(pcm), step))
    data += recorder.finish(b"", tags)
    for place, correction in recorder.corrections():
        data[place : place + len(correction)] = correction
    return bytes(data)


def stream_of(encoding: Encoding, pcm: bytes) -> bytes:
    """The same as a stream, without corrections."""
    recorder = Recorder(encoding, stream=True)
    return recorder.encode(pcm, Tags()) + recorder.finish(b"", Tags())
