"""The one PCM format of the mesh, and the arithmetic on it. Pure: no numpy, so that the voice server stays light."""

SAMPLE_RATE = 24_000
"""Kokoro's output rate, frames a second."""

BYTES_PER_FRAME = 2
"""Signed 16 bit, little endian, one channel."""

SLICE_FRAMES = SAMPLE_RATE // 5
"""PCM goes over the wire in slices of at most 200 ms, so that a peer is never deaf for longer than one slice."""


def frames(pcm: bytes | bytearray | memoryview) -> int:
    """Number of frames in mono s16le ``pcm``."""
    return len(pcm) // BYTES_PER_FRAME


def silence(duration_s: float, rate: int = SAMPLE_RATE) -> bytes:
    """Digital silence of about ``duration_s`` seconds, in whole frames."""
    return bytes(BYTES_PER_FRAME * round(duration_s * rate))


def slices(pcm: bytes, frames_each: int = SLICE_FRAMES) -> list[bytes]:
    """Cut ``pcm`` into pieces of at most ``frames_each`` frames, in order."""
    step = frames_each * BYTES_PER_FRAME
    return [pcm[i : i + step] for i in range(0, len(pcm), step)]
