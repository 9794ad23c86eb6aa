"""What stands in for the model, for G2P and for the voices: synthesis without any of them, and with a sound that can be
measured."""

import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tests.words import segments
from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.host.offload import Worker
from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.engine.protocol import Floats, RenderCancelled, Samples, Speaker
from ttsmesh.model.engine.tone import TOKEN_FRAMES
from ttsmesh.model.g2p.phonemes import Phonemes, WordSpan
from ttsmesh.model.g2p.tokens import table
from ttsmesh.model.kokoro import FRAME_SAMPLES, STYLE_SIZE
from ttsmesh.model.render.pieces import ChunkHead, Piece
from ttsmesh.model.text.reading import Block, Reading
from ttsmesh.model.text.segments import PLAIN, Delivery, Mark, Word
from ttsmesh.model.voices.loudness import TARGET
from ttsmesh.wire.word_times import WordTime

UNSAYABLE = 3
"""Characters of each chunk that the fake G2P says it left out."""


class FakeG2P:
    """Reads plain text. One phoneme for each letter; punctuation stays as it is. Each sentence has ``marks`` and this
    ``delivery``."""

    def __init__(self, *marks: Mark, delivery: Delivery = PLAIN) -> None:
        self._marks = marks
        self._delivery = delivery

    async def read(self, window: str, offset: int, reading: Reading, *_: object, **__: object) -> Block:
        assert offset == 0
        read = [
            replace(segment, marks=self._marks, delivery=self._delivery)
            for segment in segments(window, reading.language)
        ]
        return Block(tuple(read), len(window))

    async def phonemise(self, words: Sequence[Word], language: str, rank: int = 0) -> Phonemes:
        text, at, spans = "", 0, []
        for word in words:
            spans.append(WordSpan(at, at + len(word.text), len(text), len(text) + len(word.text)))
            at += len(word.text)
            text += word.text + " " * word.spaced
        return Phonemes(text.strip().replace("g", "ɡ"), tuple(spans), UNSAYABLE)


class FakeCatalogue:
    """All voices have the same style and loudness.

    ``changes``: how often all of them were changed; ``changed``: how often single ones were besides.
    """

    def __init__(self, loudness: float | None = TARGET) -> None:
        self.changes = 0
        self.changed: dict[str, int] = {}
        self.files = Worker("it")
        self._loudness = loudness

    def find(self, name: str) -> str:
        return name

    def version(self, name: str) -> int:
        return self.changes + self.changed.get(name, 0)

    def loudness(self, name: str) -> float | None:
        return self._loudness

    def speaker(self, name: str) -> Speaker:
        return Speaker(np.zeros((MAX_PHONEMES, STYLE_SIZE), np.float32))


EDGE_S = 0.35
"""Seconds of silence at either end of every chunk. As the model's own, it is not digital."""

LOUD = 0.2
WHISPER = 0.001

PIECE_SAMPLES = 6000
"""Samples of one of the fake engine's pieces: 0.25 s."""


class FakeRendering:
    """The pieces of one chunk, which the engine gives one by one."""

    def __init__(self, engine: "FakeEngine", samples: Floats, ends: Samples) -> None:
        self.ends = ends
        self.loudness = engine.loudness
        self._engine = engine
        self._pieces = iter(np.split(samples, range(engine.piece, len(samples), engine.piece)))
        self._given = 0

    def next(self) -> Floats | None:
        if self._given:
            self._engine.before_another()
        self._given += 1
        self._engine.given += 1
        return next(self._pieces, None)


class FakeEngine:
    """Phonemes at full level from the first sample to the last, so that a clipped one shows. Stops are silent.

    ``may_go_on``: all but the first piece of a chunk wait for it. ``fault`` comes instead of them. ``given`` counts
    the pieces.
    """

    name = "fake"
    sample_rate = SAMPLE_RATE
    device_memory_bytes = None
    symbols = frozenset(table())
    wants_idle_time = False

    def __init__(self, *, piece: int = PIECE_SAMPLES, loudness: float | None = None) -> None:
        self.piece = piece
        self.loudness = loudness
        self.given = 0
        self.fault: Exception | None = None
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self._cancelled = False

    def check(self) -> None:
        raise AssertionError("nobody asks")

    def load(self) -> None:
        pass

    def begin(self, phonemes: str, speaker: Speaker, speed: float) -> FakeRendering:
        edge = round(EDGE_S * SAMPLE_RATE / FRAME_SAMPLES)
        durations = np.array([edge, *[TOKEN_FRAMES] * len(phonemes), edge]) * FRAME_SAMPLES
        levels = [WHISPER, *(WHISPER if phoneme == "." else LOUD for phoneme in phonemes), WHISPER]
        samples = np.repeat(np.array(levels, np.float32), durations)
        samples[np.arange(len(samples)) % 64 < 32] *= -1
        return FakeRendering(self, samples, np.cumsum(durations))

    def before_another(self) -> None:
        """What comes before each piece that is not the first of its chunk."""
        assert self.may_go_on.wait(30)
        if self._cancelled:
            raise RenderCancelled
        if self.fault is not None:
            raise self.fault

    def use_idle_time(self) -> None:
        raise AssertionError("no idle time is wanted")

    def cancel(self) -> None:
        self._cancelled = True
        self.may_go_on.set()


@dataclass(frozen=True, slots=True)
class Spoken:
    """A whole chunk."""

    head: ChunkHead
    pcm: bytes

    @property
    def words(self) -> tuple[WordTime, ...]:
        return self.head.words

    @property
    def samples(self) -> Floats:
        return np.frombuffer(self.pcm, "<i2").astype(np.float32) / np.float32(32767)

    @property
    def loud(self) -> tuple[int, int]:
        """The first frame that sounds, and the one after the last."""
        places = np.flatnonzero(np.abs(self.samples) > 2 * WHISPER)
        return int(places[0]), int(places[-1]) + 1

    @property
    def level(self) -> float:
        """How many times as loud it is as the fake engine rendered it."""
        first, end = self.loud
        return float(np.median(np.abs(self.samples[first:end]))) / LOUD


async def chunks(found: AsyncIterator[Piece]) -> list[Spoken]:
    """The chunks that all pieces are parts of."""
    spoken: list[Spoken] = []
    async for piece in found:
        if piece.head is not None:
            spoken.append(Spoken(piece.head, piece.pcm))
        else:
            spoken[-1] = Spoken(spoken[-1].head, spoken[-1].pcm + piece.pcm)
    return spoken
