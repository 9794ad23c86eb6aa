"""The one PCM format of the mesh, and the arithmetic on it.

Pure, and without numpy, so that the voice server stays light.
"""

SAMPLE_RATE = 24_000
"""Frames a second that Kokoro renders."""

BYTES_PER_FRAME = 2
"""Bytes of a frame: one channel, signed 16 bit, little endian."""

SLICE_FRAMES = SAMPLE_RATE // 5
"""Frames of a slice, at most: 200 ms. PCM goes over the wire in slices, so no peer is deaf for longer than that."""


def frames(pcm: bytes | bytearray | memoryview) -> int:
    """Number of frames in mono s16le ``pcm``."""
    return len(pcm) // BYTES_PER_FRAME


def slices(pcm: bytes) -> list[bytes]:
    """Cut ``pcm`` into pieces of at most ``SLICE_FRAMES`` frames, in order."""
    step = SLICE_FRAMES * BYTES_PER_FRAME
    return [pcm[i : i + step] for i in range(0, len(pcm), step)]
