"""Files with chapter marks: M4B, and Ogg Opus and Vorbis. ffmpeg writes them, or for M4B the package PyAV.

The file without marks that the mesh makes of Opus and Vorbis is taken as it is: only its header is written anew.
"""

import contextlib
import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from importlib.util import find_spec
from typing import NamedTuple

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


def write_m4b(samples: Iterable[bytes], file: int, facts: Facts, chapters: Sequence[Chapter]) -> None:
    """Make an M4B of mono s16le ``samples`` in the empty ``file``, a descriptor.

    Raises:
        TtsmeshError: that failed.
        OSError: the disk is full.
    """
    if not has_ffmpeg():
        _write_by_av(samples, file, facts, chapters)
        return
    source = ("-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", "1")
    made = ("-c:a", "aac", "-b:a", str(BIT_RATE), "-movflags", "+faststart", "-f", "ipod")
    _ffmpeg(source, samples, made, file, _metadata(facts, chapters))


def write_ogg(ogg: Iterable[bytes], file: int, chapters: Sequence[Chapter]) -> None:
    """Write an ``ogg`` file, a little of which comes at a time, into the empty ``file``, a descriptor, with marks.

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
    _ffmpeg(("-f", "ogg"), ogg, ("-c:a", "copy", "-f", "ogg"), file, "\n".join(comments) + "\n")


def _ffmpeg(
    source: Sequence[str],
    data: Iterable[bytes],
    made: Sequence[str],
    file: int,
    metadata: str,
) -> None:
    with contextlib.ExitStack() as open_:
        facts = open_.enter_context(tempfile.TemporaryFile())
        facts.write(metadata.encode())
        facts.flush()
        said = open_.enter_context(tempfile.TemporaryFile())
        path = f"/proc/self/fd/{file}"
        process = open_.enter_context(
            subprocess.Popen(
                [
                    *("ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y"),
                    *("-thread_queue_size", str(PACKETS_AHEAD), *source, "-i", "pipe:0"),
                    *("-f", "ffmetadata", "-i", f"/proc/self/fd/{facts.fileno()}"),
                    *("-map", "0:a", "-map_metadata", "1", "-map_chapters", "1", *made, path),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=said,
                pass_fds=(file, facts.fileno()),
                start_new_session=True,  # Ctrl-C is for us: we say what is kept
            )
        )
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it has ended, and said why
            for piece in data:
                process.stdin.write(piece)
        with contextlib.suppress(BrokenPipeError):  # what is still in the buffer
            process.stdin.close()
        status = process.wait()
        said.seek(0)
        errors = said.read().decode(errors="replace")
        # Of the last bytes of a file that do not fit on the disk, the status says nothing.
        if "No space left" in errors:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if status or "Error closing" in errors:
            raise TtsmeshError(f"ffmpeg failed: {failure_line(errors)}", Code.IO)


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


def _write_by_av(samples: Iterable[bytes], file: int, facts: Facts, chapters: Sequence[Chapter]) -> None:
    import av
    import numpy as np

    names = {"title": facts.title, "artist": facts.artist, "composer": facts.reader}
    try:
        with av.open(f"/proc/self/fd/{file}", "w", format="ipod", options={"movflags": "+faststart"}) as made:
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
            stream = made.add_stream("aac", rate=SAMPLE_RATE, layout="mono")
            stream.bit_rate = BIT_RATE
            at = 0
            for piece in samples:
                frame = av.AudioFrame.from_ndarray(
                    np.frombuffer(piece, "<i2").astype(np.int16).reshape(1, -1), format="s16", layout="mono"
                )
                frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, at, Fraction(1, SAMPLE_RATE)
                at += frame.samples
                made.mux(stream.encode(frame))
            made.mux(stream.encode(None))
    except (av.FFmpegError, OSError, AttributeError) as error:  # old releases know no marks
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise OSError(error.errno, os.strerror(error.errno)) from None
        raise TtsmeshError(f"PyAV failed: {failure_line(str(error))}", Code.IO) from None
