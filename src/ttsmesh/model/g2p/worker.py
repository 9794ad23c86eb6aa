"""What runs in a G2P process: ``python -P -m ttsmesh.model.g2p.worker FAMILY FD PARENT_PID TEMPORARY``.

espeak-ng aborts on some inputs and hangs on others, so it runs here, where it can be killed. Requests and answers are
frames on the inherited socket FD, one at a time:

- ``{language}`` loads a language. The answer is empty.
- ``{language, words}`` pronounces words, each of which has the fields of a ``SpokenWord``. The answer is
  ``{text, words, unsayable, dropped}``.
- ``{language: "detector", sentences}`` detects languages. The answer is ``{languages}``.
- ``{language: "reader", window, offset, reading, state, most, final}`` reads the beginning of a text. The answer is
  ``{segments, used, state}``. The detector answers the same request, and detects the language of each sentence.

The answer to a request that failed is ``{error}`` with the type of the exception, or ``{config}`` with what is missing
or damaged in the installation.

The text may be a private mail. Neither it nor its phonemes may reach a log. So the output of libraries is shut off, and
of a failure only types and frames are written, never messages.
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
from ttsmesh.host.memory import return_freed
from ttsmesh.host.processes import die_with_parent
from ttsmesh.limits import MAX_REQUEST
from ttsmesh.model.g2p.detect import DETECTOR, detector
from ttsmesh.model.g2p.packing import READER
from ttsmesh.model.g2p.words import SpokenWord
from ttsmesh.wire.framing import HEADER, body_length, pack

_KEPT_OUT = ("torch", "tensorflow", "cupy", "mxnet", "onnxruntime")
"""Modules that cannot be imported in this process, even if they are installed, since nothing here needs them. spaCy's
thinc would import the first four, which takes seconds and gigabytes. pyopenjtalk would import the last one, which
leaves a file for its reports in the temporary directory."""

_STUBBED = ("spacy.cli", "spacy.cli.info", "csvw", "csvw.dsv")
"""Modules in whose place an empty stub is imported. spaCy imports its command line, and phonemizer's segments a format
for orthographies. Neither can do without the import, and nothing here uses either. They would take a third of the time
that English takes to load."""


def main() -> None:
    """Serve until the socket ends, as it does when the parent has died, too."""
    _, _, descriptor, parent, temporary = sys.argv
    _end_with(int(parent))
    _keep_quiet()
    keep_out()
    # The tagger's matrices are tiny; BLAS threads would only compete with the render.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with socket.socket(fileno=int(descriptor)) as connection:
        _serve(connection, temporary)
    # The exit handlers of phonemizer would look for temporary files that are long gone.
    os._exit(0)


def keep_out() -> None:
    """Make the imports cost nothing that the libraries do and nothing here needs."""
    for name in _KEPT_OUT:
        sys.modules[name] = None  # type: ignore[assignment]  # makes `import name` raise ImportError
    for name in _STUBBED:
        stub = types.ModuleType(name)
        stub.__getattr__ = lambda _: object  # type: ignore[method-assign]  # for `from name import anything`
        sys.modules[name] = stub


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
    if "window" in request:
        from ttsmesh.model.g2p import reader

        return reader.answer(request, loaded.get(DETECTOR))
    if "sentences" in request:
        return {"languages": [loaded[language](sentence) for sentence in request["sentences"]]}
    if "words" not in request:
        return {}
    phonemes = loaded[language]([SpokenWord(*word) for word in request["words"]])
    words = [(w.start, w.end, w.phoneme_start, w.phoneme_end) for w in phonemes.words]
    return {"text": phonemes.text, "words": words, "unsayable": phonemes.unsayable, "dropped": phonemes.dropped}


def _load(language: str, temporary: str) -> Any:
    # phonemizer leaves copies of libespeak-ng in the temporary directory. They are not needed once they are loaded. If
    # this process is killed before that, the parent finds them by their name, which begins with `temporary`. tempfile
    # is told the directory, because it would else try it out with a file of another name.
    tempfile.tempdir = tempfile.mkdtemp(prefix=temporary, dir=os.environ.get("TMPDIR"))
    try:
        if language == DETECTOR:
            return detector()
        if language == READER:
            from ttsmesh.model.g2p.reader import warm_up

            return warm_up()
        from ttsmesh.model.g2p.pronounce import pronouncer

        pronounce = pronouncer(language)
        pronounce([SpokenWord("warm"), SpokenWord("up")])  # the first call is slow
    finally:
        shutil.rmtree(tempfile.tempdir, ignore_errors=True)
        tempfile.tempdir = None
    return_freed()  # a tenth of what English takes, after its files were read
    return pronounce


def _requests(connection: socket.socket) -> Iterator[dict[str, Any]]:
    """The requests, until the socket ends."""
    with connection.makefile("rb") as stream:
        while len(header := stream.read(HEADER.size)) == HEADER.size:
            yield msgpack.unpackb(stream.read(body_length(header, MAX_REQUEST)))


def _end_with(parent: int) -> None:
    die_with_parent(parent)
    # Ctrl-C and the SIGTERM of a service manager go to the whole group, but the parent decides when this process ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _keep_quiet() -> None:
    sys.excepthook = _report
    faulthandler.enable()  # frames only
    logging.disable()
    warnings.simplefilter("ignore")
    # misaki prints words that it has no rule for.
    with contextlib.suppress(OSError), open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)


def _report(kind: type[BaseException], _: BaseException, frames: TracebackType | None) -> None:
    lines = "".join(f"  {f.filename}:{f.lineno} {f.name}\n" for f in traceback.extract_tb(frames))
    sys.stderr.write(f"g2p: {kind.__name__}\n{lines}")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
