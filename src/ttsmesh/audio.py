"""The one PCM format of the mesh, the arithmetic on it, and the formats of files that speech is saved in.

Pure, and without numpy, so that the voice server stays light.
"""

from ttsmesh.errors import Code, RejectedError

SAMPLE_RATE = 24_000
"""Frames a second that Kokoro renders."""

BYTES_PER_FRAME = 2
"""Bytes of a frame: one channel, signed 16 bit, little endian."""

SLICE_FRAMES = SAMPLE_RATE // 5
"""Frames of a slice, at most: 200 ms. PCM goes over the wire in slices, so no peer is deaf for longer than that."""

OUTPUT_FORMATS = (".wav",)
"""The extensions of the files that speech can be saved in. ``voice/encoders.py`` has an encoder for each."""


def frames(pcm: bytes | bytearray | memoryview) -> int:
    """Number of frames in mono s16le ``pcm``."""
    return len(pcm) // BYTES_PER_FRAME


def slices(pcm: bytes) -> list[bytes]:
    """Cut ``pcm`` into pieces of at most ``SLICE_FRAMES`` frames, in order."""
    step = SLICE_FRAMES * BYTES_PER_FRAME
    return [pcm[i : i + step] for i in range(0, len(pcm), step)]


def output_format(path: str) -> str:
    """The extension of an output file, in lower case.

    Raises:
        RejectedError: files of that extension cannot be saved.
    """
    name, dot, extension = path.rpartition("/")[2].rpartition(".")
    found = (dot + extension).lower()
    if name and found in OUTPUT_FORMATS:
        return found
    names = " or ".join(known[1:].upper() for known in OUTPUT_FORMATS)
    raise RejectedError(f"only {names} files can be saved: name the output {' or '.join(OUTPUT_FORMATS)}", Code.OUTPUT)
