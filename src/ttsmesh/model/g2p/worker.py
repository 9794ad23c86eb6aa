"""The G2P process: ``python -P -m ttsmesh.model.g2p.worker FD PARENT_PID TEMPORARY``.

espeak-ng aborts on some inputs and hangs on others, so it lives here, where it can be killed. Requests and answers are
frames on one inherited socket, one at a time: ``{language}`` loads a language, ``{language, text}`` pronounces; the
answer is ``{text, words, unsayable, dropped}``, or ``{error}`` with an exception's type, or ``{config}`` with what is
missing or damaged of the installation. In a language's place the
detector of languages can be loaded, and asked with ``{language, sentences}``: the answer is ``{languages}``.

The text is somebody's mail. Neither it nor its phonemes may reach a log: third parties' output is shut off, and what
is written here about a failure is types and frames, never messages.
"""

import contextlib
import faulthandler
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
import traceback
import types
import warnings
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import msgpack

from ttsmesh.errors import ConfigError
from ttsmesh.host.processes import die_with_parent
from ttsmesh.limits import MAX_REQUEST
from ttsmesh.wire.framing import HEADER, body_length, pack

DETECTOR = "detector"

_KEPT_OUT = ("torch", "tensorflow", "cupy", "mxnet", "onnxruntime")
"""spaCy's thinc imports the first four where they are installed, gigabytes and seconds, and pyopenjtalk the last, which
leaves a file for its reports in the temporary directory. We need none of them."""

_HOLLOW = ("spacy.cli", "spacy.cli.info", "csvw", "csvw.dsv")
"""Imported by spaCy for its command line, and by phonemizer's segments for a format of orthographies, and taking a
third of the time that English takes to load. We use neither."""


def main() -> None:
    """Serve until the socket ends, which is also how a parent that died without a word is noticed."""
    descriptor, parent, temporary = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    _end_with(parent)
    _keep_quiet()
    keep_out()
    # The tagger's matrices are tiny; BLAS threads would only compete with the render.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with socket.socket(fileno=descriptor) as connection:
        _serve(connection, temporary)
    # phonemizer's exit handlers would look for the temporary files that are long gone.
    os._exit(0)


def keep_out() -> None:
    """Let what our libraries import cost nothing where we do not need it."""
    for name in _KEPT_OUT:
        sys.modules[name] = None  # type: ignore[assignment]  # makes `import name` raise ImportError
    for name in _HOLLOW:
        hollow = types.ModuleType(name)
        hollow.__getattr__ = lambda _: object  # type: ignore[method-assign]  # whatever is imported from it
        sys.modules[name] = hollow


def _serve(connection: socket.socket, temporary: str) -> None:
    loaded: dict[str, Any] = {}
    for request in _requests(connection):
        try:
            answer = _answer(request, loaded, temporary)
        except ConfigError as error:
            answer = {"config": error.message}
        except Exception as error:
            _report(type(error), error, error.__traceback__)
            answer = {"error": type(error).__name__}
        connection.sendall(pack(answer))


def _answer(request: dict[str, Any], loaded: dict[str, Any], temporary: str) -> dict[str, Any]:
    language = request["language"]
    if language not in loaded:
        loaded[language] = _load(language, temporary)
    if "sentences" in request:
        return {"languages": [loaded[language](sentence) for sentence in request["sentences"]]}
    if "text" not in request:
        return {}
    phonemes = loaded[language](request["text"])
    words = [(w.start, w.end, w.phoneme_start, w.phoneme_end) for w in phonemes.words]
    return {"text": phonemes.text, "words": words, "unsayable": phonemes.unsayable, "dropped": phonemes.dropped}


def _load(language: str, temporary: str) -> Any:
    # phonemizer leaves copies of libespeak-ng in the temporary directory, and this process is made to be killed. Once
    # loaded the files are not needed; until then the parent finds them by their name, which begins with `temporary`.
    # tempfile would first try the directory out, with a file of another name, if it were not told which.
    tempfile.tempdir = tempfile.mkdtemp(prefix=temporary, dir=os.environ.get("TMPDIR"))
    try:
        if language == DETECTOR:
            from ttsmesh.model.g2p.detect import detector

            return detector()
        from ttsmesh.model.g2p.pronounce import pronouncer

        pronounce = pronouncer(language)
        pronounce("Warm up, please.")  # the first call is slow
    finally:
        shutil.rmtree(tempfile.tempdir, ignore_errors=True)
        tempfile.tempdir = None
    return pronounce


def _requests(connection: socket.socket) -> Iterator[dict[str, Any]]:
    """Each request, until the socket ends."""
    with connection.makefile("rb") as stream:
        while len(header := stream.read(HEADER.size)) == HEADER.size:
            yield msgpack.unpackb(stream.read(body_length(header, MAX_REQUEST)))


def _end_with(parent: int) -> None:
    die_with_parent(parent)
    # Ctrl-C and a service manager's SIGTERM go to the whole group; the parent decides when this process ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _keep_quiet() -> None:
    sys.excepthook = _report
    faulthandler.enable()  # frames only
    logging.disable()
    warnings.simplefilter("ignore")
    # misaki prints words it has no rule for.
    with contextlib.suppress(OSError), open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)


def _report(kind: type[BaseException], _: BaseException, frames: TracebackType | None) -> None:
    lines = "".join(f"  {f.filename}:{f.lineno} {f.name}\n" for f in traceback.extract_tb(frames))
    sys.stderr.write(f"g2p: {kind.__name__}\n{lines}")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
