"""The script of one utterance: its chunks in order, each with its phonemes, each of a size the model can render."""

from collections.abc import AsyncIterator, Callable

from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.g2p import G2P
from ttsmesh.model.phonemes import Phonemes
from ttsmesh.model.text import Chunk, chunks, halve


class Script:
    """Iterate over it, once, for pairs of chunk and phonemes; nothing is worked out before it is asked for.

    ``unsayable`` counts what was left out so far, in characters. Chunks with nothing to hear in them are not given.
    """

    def __init__(
        self, g2p: G2P, text: str, language: str, priority: int = 0, heard_at: Callable[[], float] = lambda: 1.0
    ) -> None:
        self._g2p = g2p
        self._text = text
        self._language = language
        self.priority = priority
        self.unsayable = 0
        self._heard_at = heard_at

    async def __aiter__(self) -> AsyncIterator[tuple[Chunk, Phonemes]]:
        """Raises ``SynthesisError`` when G2P failed for a chunk; those already given are good."""
        for whole in chunks(self._text, self._heard_at):
            pending = [whole]
            while pending:
                chunk = pending.pop()
                phonemes = await self._g2p.phonemise(chunk.text, self._language, self.priority)
                if len(phonemes.text) > MAX_PHONEMES and len(chunk.text) > 1:
                    pending += reversed(halve(chunk))
                    continue
                self.unsayable += phonemes.unsayable
                if phonemes.sounds:
                    yield chunk, phonemes
