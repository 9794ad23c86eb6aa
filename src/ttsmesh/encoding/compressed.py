"""The formats that libsndfile encodes, by the package ``soundfile``: FLAC, Ogg Vorbis, Opus and MP3."""

import io
import struct
from collections.abc import Sequence
from typing import NamedTuple

from ttsmesh.encoding.conversion import OWN_BITS
from ttsmesh.encoding.encoder import Tags, faults
from ttsmesh.output_formats import Encoding


class _Kind(NamedTuple):
    """``level``: how much is compressed, from 0 to 1; what that means differs with the format. ``ways``: further
    arguments."""

    format: str
    subtype: str | None
    level: float | None = None
    mode: str | None = None


# Kilobits a second are those of af_heart's speech at 24 kHz. With these levels sounds up to 10 kHz are as loud as they
# were, to 1 dB. Opus below 50 kbit/s is another kind of coding, which takes 4 dB from 5 to 8 kHz. An MP3 of constant
# rate tells no decoder where the sound begins and ends.
KINDS = {
    "flac": _Kind("FLAC", None),
    "ogg": _Kind("OGG", "VORBIS", 0.6),  # 53 kbit/s
    "opus": _Kind("OGG", "OPUS", 0.8),  # 54 kbit/s
    "mp3": _Kind("MP3", "MPEG_LAYER_III", 0.4, "VARIABLE"),  # 61 kbit/s
}


class Compressed:
    """Encodes into memory, from where the bytes are fetched after each call: a callback of C that wrote to a disk could
    report no error of it."""

    def __init__(self, encoding: Encoding) -> None:
        kind = KINDS[encoding.format]
        self._kind = "int32" if encoding.bits > OWN_BITS else "int16"
        self._tagged = b""
        self._memory = _Memory()
        with faults("soundfile"):
            import soundfile

            self._file = soundfile.SoundFile(
                self._memory,
                "w",
                samplerate=encoding.sample_rate,
                channels=1,
                format=kind.format,
                subtype=kind.subtype or f"PCM_{encoding.bits}",
                compression_level=kind.level,
                bitrate_mode=kind.mode,
            )
        self._has_own_tags = encoding.format == "mp3"

    def begin(self, tags: Tags) -> bytes:
        if self._has_own_tags:  # libsndfile writes such tags as only few players can read
            self._tagged = id3(tags)
            return self._tagged
        with faults("soundfile"):
            for name, value in tags._asdict().items():
                if value:
                    setattr(self._file, name, value)
        return b""

    def encode(self, samples: bytes) -> bytes:
        with faults("soundfile"):
            self._file.buffer_write(samples, dtype=self._kind)
        return self._memory.fetch()

    def finish(self) -> bytes:
        with faults("soundfile"):
            self._file.close()
        return self._memory.fetch()

    def corrections(self) -> Sequence[tuple[int, bytes]]:
        return [(len(self._tagged) + place, data) for place, data in self._memory.corrections]


class _Memory:
    """A file in memory that is only written to. What was fetched is forgotten. What is written over it later is kept as
    a correction."""

    def __init__(self) -> None:
        self.corrections: list[tuple[int, bytes]] = []
        self._new = bytearray()
        self._fetched = 0
        self._place = 0

    def fetch(self) -> bytes:
        """What was written at the end since the last call."""
        data = bytes(self._new)
        self._fetched += len(data)
        self._new.clear()
        return data

    def write(self, data: bytes) -> int:
        before = max(0, min(len(data), self._fetched - self._place))
        if before:
            self.corrections.append((self._place, data[:before]))
        at = max(0, self._place - self._fetched)
        self._new[at : at + len(data) - before] = data[before:]
        self._place += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._fetched + len(self._new)}[whence]
        self._place = begin + offset
        return self._place

    def tell(self) -> int:
        return self._place


def id3(tags: Tags) -> bytes:
    """``tags`` as ID3v2.3, the version that every player knows."""
    known = ((b"TIT2", tags.title), (b"TPE1", tags.artist), (b"TALB", tags.album))
    frames = b"".join(_id3_frame(*frame) for frame in known)
    size = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + size + frames if frames else b""


def _id3_frame(name: bytes, value: str) -> bytes:
    if not value:
        return b""
    content = b"\1" + value.encode("utf-16")
    return name + struct.pack("!IH", len(content), 0) + content
