"""Saving a text instead of speaking it: the fields of ``Say`` about it, and the standard output as its target."""

import os
import select
import sys
from typing import Any

from ttsmesh.cli.output_path import absolute, umask
from ttsmesh.errors import Code, RejectedError, system_faults
from ttsmesh.output_formats import captions_format, encoding, format_of


def fields(output: str | None, format: str | None, sample_rate: int | None, bits: int | None) -> dict[str, Any]:
    """The fields for a file, or for none.

    Raises:
        RejectedError: no server could save that.
    """
    asked: dict[str, Any] = {"format": format, "sample_rate": sample_rate, "bits": bits}
    if output is None:
        for name, value in asked.items():
            if value is not None:
                raise RejectedError(f"{name.replace('_', ' ')} is for what is saved: name an output", Code.USAGE)
        return asked
    path = absolute(output, format)
    encoding(format or format_of(path), sample_rate, bits)
    return {**asked, "output": path, "umask": umask()}


def captions_fields(captions: str) -> dict[str, Any]:
    """The fields for a file of captions.

    Raises:
        RejectedError: no server could save under that name.
    """
    return {"captions": absolute(captions, captions_format(captions)), "umask": umask()}


def stream_fields(format: str | None, sample_rate: int | None, bits: int | None) -> dict[str, Any]:
    """The fields for the standard output.

    Raises:
        RejectedError: it is a terminal, or there is no such format.
    """
    if sys.stdout is None:
        raise RejectedError("there is no standard output", Code.OUTPUT)
    if sys.stdout.isatty():
        raise RejectedError("the standard output is a terminal: add | aplay, or > and a file's name", Code.OUTPUT)
    encoding(format or "wav", sample_rate, bits)
    return {"stream": True, "wait": True, "format": format, "sample_rate": sample_rate, "bits": bits}


def write_out(data: bytes) -> None:
    """Write ``data`` to the standard output, for as long as its reader takes."""
    descriptor = sys.stdout.fileno()
    rest = memoryview(data)
    with system_faults("cannot write to the standard output"):
        while rest:
            try:
                rest = rest[os.write(descriptor, rest) :]
            except BlockingIOError:  # whoever else has this pipe may have made it so
                select.select((), (descriptor,), ())
