"""Files with chapter marks: M4B, and Ogg Opus and Vorbis. ffmpeg writes them, or for M4B the package PyAV.

Marks stand before the sound, and where they are is known at the end. So a file without marks is made first, while its
samples come, and is then copied: only its header is written anew.
"""

import contextlib
import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from importlib.util import find_spec
from typing import NamedTuple, Protocol

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.errors import Code, TtsmeshError, failure_line
from ttsmesh.host.publishing import NO_ROOM

M4B = "m4b"
BIT_RATE = 64_000
"""Bits a second of AAC, for speech at 24 kHz."""

IN_OGG = ("opus", "ogg")
"""Formats whose marks are comments."""

PACKETS_AHEAD = 4096
"""Packets that ffmpeg reads ahead. Since it has two inputs, it sleeps for 10 ms when it finds none that were read; with
its own 8, of 20 ms each, an hour of Opus took 3 minutes."""

NEEDED = "install ffmpeg, or the Python package av"


class Chapter(NamedTuple):
    """A mark, from frame ``start`` to frame ``end`` at ``SAMPLE_RATE``."""

    title: str
    start: int
    end: int


class Facts(NamedTuple):
    """What the file says of itself. ``artist``: who reads it, or whose it is."""

    title: str
    artist: str
    reader: str


def has_ffmpeg() -> bool:
    return shutil.which("ffmpeg") is not None


def can_write(format: str) -> bool:
    """Whether a program is there that writes marks into files of ``format``."""
    return has_ffmpeg() or (format == M4B and find_spec("av") is not None)


class FileEncoder(Protocol):
    """Encodes samples into a file while they come. All methods raise OSError when the disk is full, and TtsmeshError
    when it fails for another reason."""

    def add(self, samples: bytes, /) -> None:
        """Some mono s16le, and never none."""

    def finish(self) -> None:
        """Nothing more comes, and the file is complete."""

    def discard(self) -> None:
        """Leave no process behind."""


def m4b_encoder(file: int) -> FileEncoder:
    """Makes an M4B without marks in the empty ``file``, a descriptor."""
    if not has_ffmpeg():
        return _Av(file)
    source = ("-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", "1", "-i", "pipe:0")
    made = ("-c:a", "aac", "-b:a", str(BIT_RATE), "-f", "ipod", f"/proc/self/fd/{file}")
    return _Ffmpeg([*source, *made], [file], fed=True)


def mark_m4b(draft: int, file: int, facts: Facts, chapters: Sequence[Chapter]) -> None:
    """Make of ``draft``, an M4B without marks, one with them in the empty ``file``, both of them descriptors.

    Raises:
        TtsmeshError: that failed.
        OSError: the disk is full.
    """
    if has_ffmpeg():
        _copy_by_ffmpeg(
            ("-f", "mov"), draft, ("-movflags", "+faststart", "-f", "ipod"), file, _metadata(facts, chapters)
        )
    else:
        _copy_by_av(draft, file, facts, chapters)


def mark_ogg(draft: int, file: int, chapters: Sequence[Chapter]) -> None:
    """Make of ``draft``, an Ogg file, one with marks in the empty ``file``, both of them descriptors.

    They are comments, as players know them. Those that ffmpeg 5 makes of chapters are up to a second off.

    Raises:
        TtsmeshError: that failed.
        OSError: the disk is full.
    """
    comments = [";FFMETADATA1"]
    for number, chapter in enumerate(chapters, 1):
        milliseconds = round(chapter.start * 1000 / SAMPLE_RATE)
        seconds, milliseconds = divmod(milliseconds, 1000)
        at = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{milliseconds:03}"
        comments += [f"CHAPTER{number:03}={at}", f"CHAPTER{number:03}NAME={_escaped(chapter.title)}"]
    _copy_by_ffmpeg(("-f", "ogg"), draft, ("-f", "ogg"), file, "\n".join(comments) + "\n")


# --- by ffmpeg --------------------------------------------------------------------------------------------------------


class _Ffmpeg:
    """One run of it. It may use ``files``, which are descriptors, and is ``fed`` through a pipe, or not at all."""

    def __init__(self, arguments: Sequence[str], files: Sequence[int], *, fed: bool = False) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # reason: it is closed by discard
        self._process = subprocess.Popen(
            ["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y", *arguments],
            stdin=subprocess.PIPE if fed else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            pass_fds=files,
            start_new_session=True,  # Ctrl-C is for us: we say what is kept
        )

    def add(self, data: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(data)
        except BrokenPipeError:  # it has ended
            self.finish()
            raise TtsmeshError("ffmpeg has ended too soon", Code.IO) from None

    def finish(self) -> None:
        """Wait for its end. Raises what it has said."""
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it has ended, and said why
                self._process.stdin.close()
        status = self._process.wait()
        self._said.seek(0)
        errors = self._said.read().decode(errors="replace")
        # Of the last bytes of a file that do not fit on the disk, the status says nothing.
        if "No space left" in errors:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if status or "Error closing" in errors:
            raise TtsmeshError(f"ffmpeg failed: {failure_line(errors)}", Code.IO)

    def discard(self) -> None:
        """End it, if it has not ended."""
        self._process.kill()
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        self._process.wait()
        self._said.close()


def _copy_by_ffmpeg(source: Sequence[str], draft: int, made: Sequence[str], file: int, metadata: str) -> None:
    """Copy the sound of ``draft`` into ``file``, with other ``metadata``."""
    with tempfile.TemporaryFile() as facts:
        facts.write(metadata.encode())
        facts.flush()
        run = _Ffmpeg(
            [
                *("-thread_queue_size", str(PACKETS_AHEAD), *source, "-i", f"/proc/self/fd/{draft}"),
                *("-f", "ffmetadata", "-i", f"/proc/self/fd/{facts.fileno()}"),
                *("-map", "0:a", "-map_metadata", "1", "-map_chapters", "1", "-c:a", "copy"),
                *(*made, f"/proc/self/fd/{file}"),
            ],
            [draft, file, facts.fileno()],
        )
        try:
            run.finish()
        finally:
            run.discard()


def _metadata(facts: Facts, chapters: Sequence[Chapter]) -> str:
    """The facts and the marks as ffmpeg reads them."""

    def lines() -> Iterator[str]:
        yield ";FFMETADATA1"
        for name, value in (("title", facts.title), ("artist", facts.artist), ("composer", facts.reader)):
            if value:
                yield f"{name}={_escaped(value)}"
        for chapter in chapters:
            yield "[CHAPTER]"
            yield f"TIMEBASE=1/{SAMPLE_RATE}"
            yield f"START={chapter.start}"
            yield f"END={chapter.end}"
            yield f"title={_escaped(chapter.title)}"

    return "".join(f"{line}\n" for line in lines())


def _escaped(value: str) -> str:
    return "".join(f"\\{c}" if c in "=;#\\" else c for c in " ".join(value.split()))


# --- by PyAV ----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _av_faults() -> Iterator[None]:
    """Within it, errors are PyAV's."""
    import av

    try:
        yield
    except (av.FFmpegError, OSError, AttributeError) as error:  # old releases know no marks
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise OSError(error.errno, os.strerror(error.errno)) from None
        raise TtsmeshError(f"PyAV failed: {failure_line(str(error))}", Code.IO) from None


class _Av:
    def __init__(self, file: int) -> None:
        import av

        with _av_faults():
            self._made = av.open(f"/proc/self/fd/{file}", "w", format="ipod")
            self._stream = self._made.add_stream("aac", rate=SAMPLE_RATE, layout="mono")
            self._stream.bit_rate = BIT_RATE
        self._at = 0

    def add(self, samples: bytes) -> None:
        import av
        import numpy as np

        frame = av.AudioFrame.from_ndarray(
            np.frombuffer(samples, "<i2").astype(np.int16).reshape(1, -1), format="s16", layout="mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, self._at, Fraction(1, SAMPLE_RATE)
        self._at += frame.samples
        with _av_faults():
            self._made.mux(self._stream.encode(frame))

    def finish(self) -> None:
        with _av_faults():
            self._made.mux(self._stream.encode(None))
            self._made.close()

    def discard(self) -> None:
        with contextlib.suppress(TtsmeshError, OSError), _av_faults():
            self._made.close()


def _copy_by_av(draft: int, file: int, facts: Facts, chapters: Sequence[Chapter]) -> None:
    import av

    names = {"title": facts.title, "artist": facts.artist, "composer": facts.reader}
    with (
        _av_faults(),
        av.open(f"/proc/self/fd/{draft}", format="mov") as source,
        av.open(f"/proc/self/fd/{file}", "w", format="ipod", options={"movflags": "+faststart"}) as made,
    ):
        made.metadata.update({name: value for name, value in names.items() if value})
        made.set_chapters(
            [
                {
                    "id": number,
                    "start": chapter.start,
                    "end": chapter.end,
                    "time_base": Fraction(1, SAMPLE_RATE),
                    "metadata": {"title": " ".join(chapter.title.split())},
                }
                for number, chapter in enumerate(chapters)
            ]
        )
        stream = made.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.size:  # the last one is none
                packet.stream = stream
                made.mux(packet)
