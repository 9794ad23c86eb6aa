"""The captions of one utterance: its words as they are made, and a file of them once all was heard or saved."""

import asyncio

from ttsmesh.host.offload import Worker
from ttsmesh.host.publishing import UnpublishedFile, write_errors
from ttsmesh.model.captions.formats import FORMATS
from ttsmesh.model.captions.words import Times, captions
from ttsmesh.model.render.pieces import ChunkHead
from ttsmesh.model.text.markup.manuscript import WRITTEN
from ttsmesh.output_formats import captions_format
from ttsmesh.wire.word_times import WordTime


class Captioner:
    """Collects the words of ``text``, and saves them as ``path``, an absolute one.

    Frames are rendered ones, from the utterance's beginning.

    Args:
        markup: the kind of markup that the text has, or empty.
        force: replace another file.
        mode: the permissions of the file.
    """

    def __init__(self, text: str, markup: str, path: str, *, force: bool, mode: int) -> None:
        self._text = text
        self._markup = markup
        self._path = path
        self._force = force
        self._mode = mode
        self._words: list[WordTime] = []

    def begin(self, frame: int, head: ChunkHead) -> None:
        """A chunk begins with ``frame``."""
        said = {(start, end) for _, start, end in head.said}
        self._words += (
            WordTime(frame + word.first_frame, frame + word.last_frame, word.start, word.end)
            for word in head.words
            if (word.start, word.end) in said
        )

    def lost(self) -> None:
        """All begins anew, since a voice process went away."""
        self._words.clear()

    async def save(self, times: Times, limit: float) -> None:
        """Write the file. ``times``: when its frames were heard. ``limit``: seconds that it may take.

        Raises:
            SinkError: the file could not be written.
            NoResponse: its disk does not respond.
        """
        worker = Worker("the disk with the captions")
        # It goes on when this utterance is cancelled: all of it was heard.
        await asyncio.shield(worker.result(worker.submit(lambda: self._write(times)), limit))

    def _write(self, times: Times) -> None:
        written = WRITTEN[self._markup] if self._markup else str
        content = FORMATS[captions_format(self._path)](captions(self._text, self._words, times.at, written))
        file = UnpublishedFile(self._path, force=self._force, mode=self._mode)
        with write_errors("the file of captions"):
            file.open()
            try:
                file.write(content.encode())
                file.publish()
            finally:
                file.discard()
