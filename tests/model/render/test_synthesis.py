"""Text to PCM: where a chunk is cut, where its words end, and that nothing is rendered unasked."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any, cast

import numpy as np
import pytest

from tests.words import segments
from ttsmesh.audio import frames
from ttsmesh.host.offload import Worker
from ttsmesh.limits import MIB
from ttsmesh.model.engine.protocol import Floats, RenderCancelled, Rendered
from ttsmesh.model.engine.tone import FADE_SAMPLES, TOKEN_FRAMES, ToneEngine
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.g2p.phonemes import Phonemes, WordSpan
from ttsmesh.model.kokoro import FRAME_SAMPLES, STYLE_SIZE
from ttsmesh.model.render.pauses import Pauses
from ttsmesh.model.render.phrase_cache import PHRASE_CHARACTERS
from ttsmesh.model.render.renderer import MAX_PREEMPTIONS, Rank, Renderer
from ttsmesh.model.render.script import Losses
from ttsmesh.model.render.spacing import HEAD_SAMPLES
from ttsmesh.model.render.synthesis import RenderedChunk, Synthesizer, pcm
from ttsmesh.model.text.reading import Block, Reading
from ttsmesh.model.text.segments import Word
from ttsmesh.model.voices.catalogue import Catalogue
from ttsmesh.model.voices.loudness import TARGET

UNSAYABLE = 3
"""Characters of each chunk that the fake G2P says it left out."""


class FakeG2P:
    """Reads plain text. One phoneme for each letter; punctuation stays as it is."""

    async def read(self, window: str, offset: int, reading: Reading, *_: object, **__: object) -> Block:
        assert offset == 0
        return Block(tuple(segments(window, reading.language)), len(window))

    async def phonemise(self, words: Sequence[Word], language: str, rank: int = 0) -> Phonemes:
        text, at, spans = "", 0, []
        for word in words:
            spans.append(WordSpan(at, at + len(word.text), len(text), len(text) + len(word.text)))
            at += len(word.text)
            text += word.text + " " * word.spaced
        return Phonemes(text.strip().replace("g", "ɡ"), tuple(spans), UNSAYABLE)


class FakeCatalogue:
    def __init__(self) -> None:
        self.changes = 0
        self.files = Worker("it")

    def find(self, name: str) -> str:
        return name

    def version(self, name: str) -> int:
        return self.changes

    def loudness(self, name: str) -> float:
        return TARGET

    def load(self, name: str) -> Floats:
        return np.zeros((510, 1, STYLE_SIZE), np.float32)


READING = Reading(language="en-us")

EDGE_S = 0.35
"""Seconds of silence at either end of every chunk. As the model's own, it is not digital."""

LOUD = 0.5
WHISPER = 0.001


class SpeechlikeEngine(ToneEngine):
    """All phonemes at full level from the first sample to the last, so that a clipped one shows."""

    def render(self, tokens: Sequence[int], style: Floats, speed: float) -> Rendered:
        edge = round(EDGE_S * 24_000 / FRAME_SAMPLES)
        durations = np.array([edge, *[TOKEN_FRAMES] * (len(tokens) - 2), edge], np.float32)
        samples = np.full(int(durations.sum()) * FRAME_SAMPLES, LOUD, np.float32)
        samples[: edge * FRAME_SAMPLES] = samples[-edge * FRAME_SAMPLES :] = WHISPER
        return Rendered(samples, durations)


def synthesis(
    main: Callable[[Synthesizer, Renderer], Awaitable[None]],
    engine: ToneEngine | None = None,
    *,
    catalogue: FakeCatalogue | None = None,
    phrase_bytes: int = 0,
) -> None:
    async def run() -> None:
        renderer = Renderer(engine or ToneEngine(), on_stuck=lambda: pytest.fail("stuck"))
        voices = cast(Catalogue, catalogue or FakeCatalogue())
        await main(Synthesizer(renderer, cast(G2P, FakeG2P()), voices, phrase_bytes=phrase_bytes), renderer)
        await renderer.close()

    asyncio.run(run())


def parts(
    synthesizer: Synthesizer, text: str, *, speed: float = 1.0, rank: Rank = lambda: 0
) -> AsyncGenerator[RenderedChunk, None]:
    stream = synthesizer.speak(text, READING, voice="af_heart", speed=speed, rank=rank)
    return cast("AsyncGenerator[RenderedChunk, None]", stream)


def loud(part: RenderedChunk) -> tuple[int, int]:
    """The first frame that sounds, and the one after the last."""
    places = np.flatnonzero(np.abs(np.frombuffer(part.pcm, "<i2").astype(int)) > 2 * WHISPER * 32767)
    return int(places[0]), int(places[-1]) + 1


TEXT = "the first of the sentences. and then there is another one, a longer one. the end of it all."


def test_what_is_too_loud_is_limited_and_does_not_wrap_around() -> None:
    samples = np.frombuffer(pcm(np.array([0, 0.5, 1, 1.7, -1, -3], np.float32)), "<i2")
    assert samples.tolist() == [0, 16383, 32767, 32767, -32767, -32767]


def test_the_parts_cover_the_text_in_order_and_no_phoneme_is_lost() -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        found = [part async for part in parts(synthesizer, TEXT)]
        assert len(found) > 1
        said = [TEXT[part.start : part.end] for part in found]
        assert " ".join(said) == TEXT
        for part, text in zip(found, said, strict=True):
            first, end = loud(part)
            letters = len(text.rstrip("."))
            assert end - first >= letters * TOKEN_FRAMES * FRAME_SAMPLES - 2 * FADE_SAMPLES

    synthesis(main)


def test_each_word_ends_where_its_tones_end() -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        for part in [part async for part in parts(synthesizer, TEXT)]:
            samples = np.abs(np.frombuffer(part.pcm, "<i2").astype(int))
            assert samples.max() > 0.1 * 32767
            assert part.words[-1].end == part.end
            for _began, frame, start, character in part.words:
                assert TEXT[start:character].isalpha() or TEXT[start:character] in ".,"
                if not TEXT[character - 1].isalpha():
                    continue  # a mark is a pause
                # Tones fade in and out; between two of them it is all but silent, and before that it is not.
                assert samples[frame - 2 : frame + 2].max(initial=0) < 0.1 * samples.max()
                assert samples[frame - FRAME_SAMPLES : frame].max() > 0.5 * samples.max()

    synthesis(main)


def test_of_the_silence_around_a_chunk_little_is_kept_and_of_its_sound_nothing_lost() -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        (part,) = [part async for part in parts(synthesizer, "one two")]
        first, end = loud(part)
        assert end - first >= len("one two") * TOKEN_FRAMES * FRAME_SAMPLES
        assert first == pytest.approx(HEAD_SAMPLES, abs=1)
        assert 0.04 < (frames(part.pcm) - end) / 24_000 < EDGE_S / 2
        assert abs(part.words[-1].last_frame - end) <= FADE_SAMPLES

    synthesis(main, SpeechlikeEngine())


def test_the_cut_in_a_silence_that_is_not_digital_does_not_click() -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        (part,) = [part async for part in parts(synthesizer, "one two")]
        samples = np.frombuffer(part.pcm, "<i2").astype(int)
        assert abs(samples[0]) <= WHISPER * 32767 / 10
        assert abs(samples[-1]) <= WHISPER * 32767 / 10

    synthesis(main, SpeechlikeEngine())


def test_a_faster_speed_makes_the_parts_shorter_and_the_word_ends_with_them() -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        (normal,) = [part async for part in parts(synthesizer, "one two")]
        (fast,) = [part async for part in parts(synthesizer, "one two", speed=2.0)]
        assert frames(fast.pcm) < 0.6 * frames(normal.pcm)
        assert fast.words[-1].end == normal.words[-1].end == len("one two")
        assert fast.words[-1].last_frame <= frames(fast.pcm)

    synthesis(main)


def test_nothing_is_rendered_before_it_is_asked_for() -> None:
    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        stream = parts(synthesizer, TEXT)
        assert renderer.renders == 0
        for number in (1, 2):
            await anext(stream)
            assert renderer.renders == number
        await stream.aclose()
        assert renderer.renders == 2

    synthesis(main)


def test_c5_a_text_that_makes_no_sound_gives_no_part() -> None:
    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        assert [part async for part in parts(synthesizer, "... !")] == []
        assert renderer.renders == 0

    synthesis(main)


def test_the_rank_is_asked_for_again_for_each_chunk() -> None:
    """A rank changes while a chunk waits, as the floor moves on."""

    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        asked = []

        def rank() -> int:
            asked.append(True)
            return 0

        stream = parts(synthesizer, TEXT, rank=rank)
        await anext(stream)
        before = len(asked)
        await anext(stream)
        assert len(asked) > before
        await stream.aclose()

    synthesis(main)


def test_a_chunk_that_is_preempted_too_often_is_rendered_in_halves() -> None:
    """Live speech comes whenever the book's second chunk is in flight, until that is short enough to be finished."""

    class Interrupted(ToneEngine):
        def render(self, tokens: Sequence[int], style: Floats, speed: float) -> Rendered:
            if len(tokens) > 60:
                ended.clear()
                begun.set()
                assert ended.wait(10)
                raise RenderCancelled
            return super().render(tokens, style, speed)

        def cancel(self) -> None:
            ended.set()

    long = "the second of the chunks is one that is as long as one may be, and then it ends"
    text = f"the first of the two.\n\n{long}"
    begun, ended = threading.Event(), threading.Event()

    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        renderer.tempo.rendered(10.0, 1.0)
        style = np.zeros((1, STYLE_SIZE), np.float32)
        stream = parts(synthesizer, text, rank=lambda: 2)
        first = await anext(stream)
        book = asyncio.ensure_future(anext(stream))
        for _ in range(MAX_PREEMPTIONS):
            assert await asyncio.to_thread(begun.wait, 10)
            begun.clear()
            await renderer.render([0, 50, 0], style, 1.0, lambda: 0)
        halves = [await book, await anext(stream)]
        with pytest.raises(StopAsyncIteration):
            await anext(stream)
        assert first.end < halves[0].start < halves[0].end < halves[1].start
        assert halves[1].end - halves[0].start == len(long)
        assert 0.3 < (halves[0].end - halves[0].start) / len(long) < 0.7
        renders = renderer.renders
        stream = parts(synthesizer, text, rank=lambda: 2)
        await anext(stream)
        assert renderer.renders == renders + 1, "what was cut for others is not kept to be said again"
        await stream.aclose()

    synthesis(main, Interrupted(), phrase_bytes=MIB)


# --- what was said before ------------------------------------------------------------------------------------------


def test_a_short_text_said_again_is_not_rendered_again_and_is_the_same() -> None:
    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        first = [part async for part in parts(synthesizer, TEXT)]
        renders = renderer.renders
        again = [part async for part in parts(synthesizer, TEXT)]
        assert renderer.renders == renders == len(first) > 1
        assert [(part.pcm, part.words, part.start, part.end) for part in again] == [
            (part.pcm, part.words, part.start, part.end) for part in first
        ]
        assert all(part.render_s == 0 for part in again)

    synthesis(main, phrase_bytes=MIB)


@pytest.mark.parametrize(
    "other",
    [
        {"text": "one three"},
        {"voice": "bf_emma"},
        {"reading": Reading(language="en-gb")},
        {"speed": 1.1},
        {"volume": 50.0},
        {"pauses": Pauses(clause=100)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_anything_that_is_heard_makes_it_another_text(other: dict[str, Any]) -> None:
    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        usual: dict[str, Any] = {"text": "one two", "reading": READING, "voice": "af_heart", "speed": 1.0}
        for request in (usual, usual | other, usual, usual | other):
            async for _ in synthesizer.speak(**request, rank=lambda: 0):
                pass
        assert renderer.renders == 2

    synthesis(main, phrase_bytes=MIB)


def test_a_changed_voice_makes_it_another_text() -> None:
    catalogue = FakeCatalogue()

    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        for changes in (0, 0, 1, 1):
            catalogue.changes = changes
            assert [part async for part in parts(synthesizer, "one two")]
        assert renderer.renders == 2

    synthesis(main, catalogue=catalogue, phrase_bytes=MIB)


def test_a_text_that_was_given_up_half_way_is_rendered_whole_the_next_time() -> None:
    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        stream = parts(synthesizer, TEXT)
        await anext(stream)
        await stream.aclose()
        whole = [part async for part in parts(synthesizer, TEXT)]
        assert (whole[0].start, whole[-1].end) == (0, len(TEXT))
        assert renderer.renders == 1 + len(whole)

    synthesis(main, phrase_bytes=MIB)


@pytest.mark.parametrize(("length", "kept"), [(PHRASE_CHARACTERS, True), (PHRASE_CHARACTERS + 1, False)])
def test_long_texts_are_not_kept(length: int, kept: bool) -> None:
    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        text = ("one two " * length)[:length]
        renders = len([part async for part in parts(synthesizer, text)])
        assert len([part async for part in parts(synthesizer, text)]) == renders
        assert renderer.renders == (renders if kept else 2 * renders)

    synthesis(main, phrase_bytes=8 * MIB)


def test_what_could_not_be_said_is_counted_each_time() -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        for losses in (Losses(), Losses()):
            stream = synthesizer.speak("one two", READING, voice="af_heart", speed=1.0, rank=lambda: 0, losses=losses)
            assert [part async for part in stream]
            assert losses.unsayable == UNSAYABLE

    synthesis(main, phrase_bytes=MIB)
