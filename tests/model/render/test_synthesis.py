"""Text to PCM, piece by piece: when it comes, how loud it is, where words end, and that nothing is rendered unasked."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pytest

from tests.model.render.fakes import (
    EDGE_S,
    PIECE_SAMPLES,
    UNSAYABLE,
    WHISPER,
    FakeCatalogue,
    FakeEngine,
    FakeG2P,
    Spoken,
    chunks,
)
from ttsmesh.audio import SAMPLE_RATE, frames
from ttsmesh.errors import SynthesisError
from ttsmesh.limits import MIB
from ttsmesh.model.engine.lufs import measure
from ttsmesh.model.engine.protocol import Engine, Floats
from ttsmesh.model.engine.tone import FADE_SAMPLES, TOKEN_FRAMES, ToneEngine
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.kokoro import FRAME_SAMPLES
from ttsmesh.model.render.pauses import Pauses
from ttsmesh.model.render.pieces import Piece, pcm
from ttsmesh.model.render.places import EARLY_SAMPLES
from ttsmesh.model.render.renderer import Rank, Renderer
from ttsmesh.model.render.script import Losses
from ttsmesh.model.render.spacing import HEAD_SAMPLES, RAMP_SAMPLES, TAIL_SAMPLES
from ttsmesh.model.render.synthesis import Synthesizer
from ttsmesh.model.text.reading import Reading
from ttsmesh.model.text.segments import Delivery, Mark
from ttsmesh.model.voices.catalogue import Catalogue
from ttsmesh.model.voices.loudness import TARGET, LoudnessNormaliser, levelling

READING = Reading(language="en-us")


def synthesis(
    main: Callable[[Synthesizer, Renderer], Awaitable[None]],
    engine: Engine | None = None,
    *,
    g2p: FakeG2P | None = None,
    catalogue: FakeCatalogue | None = None,
    normaliser: LoudnessNormaliser | None = None,
    kept_bytes: int = 0,
) -> None:
    async def run() -> None:
        renderer = Renderer(engine or ToneEngine(), on_stuck=lambda: pytest.fail("stuck"))
        voices = cast(Catalogue, catalogue or FakeCatalogue())
        await main(Synthesizer(renderer, cast(G2P, g2p or FakeG2P()), voices, normaliser, kept_bytes), renderer)
        await renderer.close()

    asyncio.run(run())


def pieces(
    synthesizer: Synthesizer, text: str, *, speed: float = 1.0, rank: Rank = lambda: 0, **more: Any
) -> AsyncGenerator[Piece, None]:
    return synthesizer.rendition(text, READING, voice="af_heart", speed=speed, rank=rank, **more).pieces()


TEXT = "the first of the sentences. and then there is another one, a longer one. the end of it all."


def test_what_is_too_loud_is_limited_and_does_not_wrap_around() -> None:
    samples = np.frombuffer(pcm(np.array([0, 0.5, 1, 1.7, -1, -3], np.float32)), "<i2")
    assert samples.tolist() == [0, 16383, 32767, 32767, -32767, -32767]


def test_the_chunks_cover_the_text_in_order_and_no_phoneme_is_lost() -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        found = await chunks(pieces(synthesizer, TEXT))
        assert len(found) > 1
        said = [TEXT[chunk.head.start : chunk.head.end] for chunk in found]
        assert " ".join(said) == TEXT
        for chunk, text in zip(found, said, strict=True):
            first, end = chunk.loud
            letters = len(text.rstrip("."))
            assert end - first >= letters * TOKEN_FRAMES * FRAME_SAMPLES - 2 * FADE_SAMPLES

    synthesis(main)


def test_each_word_ends_where_its_tones_end() -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        for chunk in await chunks(pieces(synthesizer, TEXT)):
            samples = np.abs(chunk.samples)
            assert samples.max() > 0.1
            assert chunk.words[-1].end == chunk.head.end
            for _began, last, start, character in chunk.words:
                assert TEXT[start:character].isalpha() or TEXT[start:character] in ".,"
                if not TEXT[character - 1].isalpha():
                    continue  # a mark is a pause
                frame = last + EARLY_SAMPLES  # which the model sounds earlier, and tones do not
                # Tones fade in and out; between two of them it is all but silent, and before that it is not.
                assert samples[frame - 2 : frame + 2].max(initial=0) < 0.1 * samples.max()
                assert samples[frame - FRAME_SAMPLES : frame].max() > 0.5 * samples.max()

    synthesis(main)


def test_of_the_silence_around_a_chunk_little_is_kept_and_of_its_sound_nothing_lost() -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        (chunk,) = await chunks(pieces(synthesizer, "one two"))
        first, end = chunk.loud
        assert end - first == len("one two") * TOKEN_FRAMES * FRAME_SAMPLES
        assert first == HEAD_SAMPLES
        assert frames(chunk.pcm) - end == TAIL_SAMPLES
        assert chunk.words[-1].last_frame == end - EARLY_SAMPLES

    synthesis(main, FakeEngine())


def test_the_cut_in_a_silence_that_is_not_digital_does_not_click() -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        (chunk,) = await chunks(pieces(synthesizer, "one two"))
        assert abs(chunk.samples[0]) <= WHISPER / 10
        assert abs(chunk.samples[-1]) <= WHISPER / 10

    synthesis(main, FakeEngine())


def test_between_two_chunks_there_is_the_pause_that_is_wished_for() -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        found = await chunks(pieces(synthesizer, TEXT, pauses=Pauses(sentence=700)))
        assert len(found) > 1
        assert found[0].loud[0] == HEAD_SAMPLES
        for before, after in pairwise(found):
            silence = frames(before.pcm) - before.loud[1] + after.loud[0]
            assert silence == 0.7 * SAMPLE_RATE
            assert after.words[0].first_frame == after.loud[0]

    synthesis(main, FakeEngine())


def test_a_mark_is_where_the_word_after_it_begins() -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        (chunk,) = await chunks(pieces(synthesizer, "one two three"))
        begun = HEAD_SAMPLES + len("one two") * TOKEN_FRAMES * FRAME_SAMPLES - EARLY_SAMPLES
        assert chunk.head.marks == ((HEAD_SAMPLES, "start"), (begun, "here"))

    synthesis(main, FakeEngine(), g2p=FakeG2P(Mark("start", 0), Mark("here", 2)))


def test_a_faster_speed_makes_the_chunks_shorter_and_the_word_ends_with_them() -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        (normal,) = await chunks(pieces(synthesizer, "one two"))
        (fast,) = await chunks(pieces(synthesizer, "one two", speed=2.0))
        assert frames(fast.pcm) < 0.6 * frames(normal.pcm)
        assert fast.words[-1].end == normal.words[-1].end == len("one two")
        assert fast.words[-1].last_frame <= frames(fast.pcm)

    synthesis(main)


def test_c5_a_text_that_makes_no_sound_gives_no_piece() -> None:
    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        assert [piece async for piece in pieces(synthesizer, "... !")] == []
        assert renderer.renders == 0

    synthesis(main)


# --- piece by piece ------------------------------------------------------------------------------------------------


def test_sound_comes_before_the_rest_of_its_chunk_is_rendered() -> None:
    engine = FakeEngine(piece=round(0.6 * SAMPLE_RATE))

    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        engine.may_go_on.clear()
        stream = pieces(synthesizer, "one two")
        first = await anext(stream)
        assert engine.given == 1
        assert first.head is not None
        assert first.head.words[-1].end == len("one two"), "of words that have no sound yet"
        assert frames(first.pcm) == HEAD_SAMPLES + round((0.6 - EDGE_S) * SAMPLE_RATE) - RAMP_SAMPLES
        engine.may_go_on.set()
        rest = [piece async for piece in stream]
        assert len(rest) > 1
        assert all(piece.head is None for piece in rest)
        sound = Spoken(first.head, first.pcm + b"".join(piece.pcm for piece in rest))
        assert sound.loud[1] == sound.words[-1].last_frame + EARLY_SAMPLES

    synthesis(main, engine)


def test_pieces_of_silence_are_waited_out() -> None:
    """The first piece with sound in it is the third."""
    engine = FakeEngine(piece=round(EDGE_S / 2 * SAMPLE_RATE))

    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        first = await anext(stream := pieces(synthesizer, "one two"))
        assert engine.given == 3
        assert frames(first.pcm) == HEAD_SAMPLES + engine.piece - RAMP_SAMPLES
        await stream.aclose()

    synthesis(main, engine)


def test_nothing_is_rendered_before_it_is_asked_for() -> None:
    engine = FakeEngine(piece=round(2 * EDGE_S * SAMPLE_RATE))

    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        stream = pieces(synthesizer, TEXT)
        assert renderer.renders == 0
        for number in (1, 2, 3):
            await anext(stream)
            assert (renderer.renders, engine.given) == (1, number)
        await stream.aclose()
        assert (renderer.renders, engine.given) == (1, 3)

    synthesis(main, engine)


def test_in_whatever_pieces_the_engine_gives_it_the_sound_is_the_same() -> None:
    found = []

    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        found.append(await chunks(pieces(synthesizer, TEXT, pauses=Pauses(sentence=900))))

    for piece in (700, PIECE_SAMPLES, 10**9):
        synthesis(main, FakeEngine(piece=piece, loudness=-20.0))
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("heard_at", [1.0, 2.0])
def test_on_a_slow_machine_so_much_of_a_chunk_is_waited_for_that_its_sound_does_not_run_out(heard_at: float) -> None:
    """Half of the machine's time would be missing."""
    engine = FakeEngine()

    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        renderer.tempo.rendered(2.0 / heard_at, 1.0)
        stream = pieces(synthesizer, "one two three four five", heard_at=lambda: heard_at)
        first = await anext(stream)
        sound = len("one two three four five") * TOKEN_FRAMES * FRAME_SAMPLES
        hold = renderer.tempo.hold(sound / SAMPLE_RATE, heard_at) * SAMPLE_RATE
        assert sound / 2 < hold <= frames(first.pcm) < hold + PIECE_SAMPLES
        assert [piece async for piece in stream], "the rest comes as it is rendered"

    synthesis(main, engine)


def test_what_a_slow_listener_hears_need_not_be_waited_for() -> None:
    engine = FakeEngine(piece=round(2 * EDGE_S * SAMPLE_RATE))

    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        renderer.tempo.rendered(2.0, 1.0)
        stream = pieces(synthesizer, "one two", heard_at=lambda: 0.25)
        await anext(stream)
        assert engine.given == 1
        await stream.aclose()

    synthesis(main, engine)


def test_the_rank_is_asked_for_again_for_each_chunk() -> None:
    """A rank changes while a chunk waits, as the floor moves on."""

    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        asked = []

        def rank() -> int:
            asked.append(True)
            return 0

        before = 0
        async for piece in pieces(synthesizer, TEXT, rank=rank):
            if piece.head is not None:
                assert len(asked) > before
                before = len(asked)

    synthesis(main)


def test_the_first_piece_counts_the_beginning_of_its_chunk_as_work() -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        heads = [piece.render_s for piece in [piece async for piece in pieces(synthesizer, TEXT)] if piece.head]
        assert len(heads) > 1
        assert min(heads) >= 0.05

    synthesis(main, ToneEngine(delay_s=0.05))


def test_what_goes_wrong_inside_a_chunk_comes_after_the_sound_before_it() -> None:
    engine = FakeEngine(piece=round(2 * EDGE_S * SAMPLE_RATE))
    engine.fault = SynthesisError("no usable sound")

    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        stream = pieces(synthesizer, "one two")
        assert (await anext(stream)).pcm
        with pytest.raises(SynthesisError, match="no usable sound"):
            await anext(stream)

    synthesis(main, engine)


# --- loudness ------------------------------------------------------------------------------------------------------


class FakeNormaliser(LoudnessNormaliser):
    """Counts the samples that it learns from."""

    def __init__(self) -> None:
        super().__init__()
        self.learnt = 0

    def learn(self, table: Floats, samples: Floats) -> None:
        self.learnt += len(samples)
        super().learn(table, samples)


ENGINES = pytest.mark.parametrize("piece", [PIECE_SAMPLES, 10**9], ids=["in pieces", "whole"])


@ENGINES
def test_half_of_what_a_chunk_will_differ_from_its_voice_is_left(piece: int) -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        (chunk,) = await chunks(pieces(synthesizer, "one two"))
        assert chunk.level == pytest.approx(levelling(TARGET + 0.5), rel=1e-3)

    synthesis(main, FakeEngine(piece=piece, loudness=TARGET + 1))


def test_a_chunk_of_unknown_loudness_is_at_the_level_of_its_voice() -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        (chunk,) = await chunks(pieces(synthesizer, "one two"))
        assert chunk.level == pytest.approx(levelling(-18.0), rel=1e-3)

    synthesis(main, FakeEngine(), catalogue=FakeCatalogue(-18.0))


def test_a_chunk_that_comes_whole_is_measured() -> None:
    engine = FakeEngine(piece=10**9)
    rendered = engine.begin("one two", FakeCatalogue().speaker(""), 1.0).next()
    assert rendered is not None
    lufs = measure(rendered)
    assert lufs is not None

    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        (chunk,) = await chunks(pieces(synthesizer, "one two"))
        assert chunk.level == pytest.approx(levelling(lufs), rel=0.01)

    synthesis(main, engine, catalogue=FakeCatalogue(None))


@ENGINES
def test_the_voices_level_and_the_volume_are_one_number_for_the_whole_chunk(piece: int) -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        (chunk,) = await chunks(pieces(synthesizer, "one two", volume=50.0))
        first, end = chunk.loud
        assert np.ptp(np.abs(chunk.samples[first:end])) < 2 / 32767
        assert chunk.level == pytest.approx(0.5 * levelling(-20.0), rel=1e-3)

    synthesis(main, FakeEngine(piece=piece, loudness=-20.0), catalogue=FakeCatalogue(-20.0))


@ENGINES
def test_a_new_voice_is_taken_to_be_as_loud_as_its_first_chunk_and_is_learnt_from_all_of_it(piece: int) -> None:
    normaliser = FakeNormaliser()
    engine = FakeEngine(piece=piece, loudness=-26.0)
    style = FakeCatalogue().speaker("").table

    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        stream = pieces(synthesizer, "one two")
        first = await anext(stream)
        assert first.head is not None
        assert normaliser.learnt == 0 or piece > PIECE_SAMPLES
        rest = [piece.pcm async for piece in stream]
        chunk = Spoken(first.head, first.pcm + b"".join(rest))
        if piece == PIECE_SAMPLES:
            assert chunk.level == pytest.approx(levelling(-26.0), rel=1e-3)
        edges = 2 * round(EDGE_S * SAMPLE_RATE)
        assert normaliser.learnt == edges + len("one two") * TOKEN_FRAMES * FRAME_SAMPLES
        assert normaliser.factor(None, style, None) != pytest.approx(levelling(-26.0), rel=0.1)

    synthesis(main, engine, catalogue=FakeCatalogue(None), normaliser=normaliser)


def test_an_official_voice_is_not_learnt() -> None:
    normaliser = FakeNormaliser()

    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        assert await chunks(pieces(synthesizer, "one two"))
        assert normaliser.learnt == 0

    for piece in (PIECE_SAMPLES, 10**9):
        synthesis(main, FakeEngine(piece=piece), normaliser=normaliser)


def test_nothing_is_learnt_of_a_chunk_that_was_interrupted() -> None:
    normaliser = FakeNormaliser()

    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        stream = pieces(synthesizer, "one two")
        await anext(stream)
        await stream.aclose()
        assert normaliser.learnt == 0

    synthesis(main, FakeEngine(), catalogue=FakeCatalogue(None), normaliser=normaliser)


def test_it_begins_with_the_chunk_in_which_a_character_is_and_without_the_pause_before_it() -> None:
    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        whole = await chunks(pieces(synthesizer, TEXT))
        second = whole[1].head
        renders = renderer.renders
        for start, first in (
            (1, 0),
            (second.start - 2, 1),
            (second.start, 1),
            (len(TEXT) - 2, 1),
        ):
            found = await chunks(pieces(synthesizer, TEXT, start=start))
            assert [chunk.head.start for chunk in found] == [chunk.head.start for chunk in whole[first:]]
            assert found[0].words[0].first_frame < SAMPLE_RATE // 20
            renders += len(whole) - first
        assert renderer.renders == renders, "nothing that is left out is rendered"
        assert await chunks(pieces(synthesizer, TEXT, start=len(TEXT))) == []

    synthesis(main, kept_bytes=0)


def test_what_begins_later_is_not_kept_in_the_place_of_the_whole_text() -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        part = await chunks(pieces(synthesizer, TEXT, start=40))
        whole = await chunks(pieces(synthesizer, TEXT))
        assert (part[0].head.start > 0, whole[0].head.start) == (True, 0)
        assert await chunks(pieces(synthesizer, TEXT, start=40)) == part

    synthesis(main, kept_bytes=MIB)


# --- what was said before ------------------------------------------------------------------------------------------


def test_a_short_text_said_again_is_not_rendered_again_and_is_the_same() -> None:
    engine = FakeEngine()

    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        first = [piece async for piece in pieces(synthesizer, TEXT)]
        renders, given = renderer.renders, engine.given
        again = [piece async for piece in pieces(synthesizer, TEXT)]
        assert 1 < renders < len(first)
        assert (renderer.renders, engine.given) == (renders, given)
        assert again == [replace(piece, render_s=0.0) for piece in first]

    synthesis(main, engine, kept_bytes=MIB)


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
            async for _ in synthesizer.rendition(**request, rank=lambda: 0).pieces():
                pass
        assert renderer.renders == 2

    synthesis(main, kept_bytes=MIB)


def test_a_changed_voice_makes_it_another_text() -> None:
    catalogue = FakeCatalogue()

    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        for changes in (0, 0, 1, 1):
            catalogue.changes = changes
            assert [piece async for piece in pieces(synthesizer, "one two")]
        assert renderer.renders == 2

    synthesis(main, catalogue=catalogue, kept_bytes=MIB)


def test_a_change_of_any_voice_that_speaks_in_it_is_rendered_again() -> None:
    catalogue = FakeCatalogue()

    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        for changed in ({}, {}, {"am_adam": 1}, {"am_adam": 1}, {"af_sky": 1, "am_adam": 1}):
            catalogue.changed = changed
            [_ async for _ in pieces(synthesizer, "one")]
        assert renderer.renders == 2

    synthesis(main, g2p=FakeG2P(delivery=Delivery(voice="am_adam")), catalogue=catalogue, kept_bytes=MIB)


@pytest.mark.parametrize("text", ["one two", TEXT])
def test_a_text_that_was_given_up_half_way_is_rendered_whole_the_next_time(text: str) -> None:
    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        stream = pieces(synthesizer, text)
        await anext(stream)
        await stream.aclose()
        whole = await chunks(pieces(synthesizer, text))
        assert (whole[0].head.start, whole[-1].head.end) == (0, len(text))
        assert renderer.renders == 1 + len(whole)

    synthesis(main, FakeEngine(), kept_bytes=MIB)


def test_a_text_that_is_interrupted_in_a_render_ends_it_and_is_not_kept() -> None:
    class FakeInterrupted(FakeEngine):
        def before_another(self) -> None:
            loops[0].call_soon_threadsafe(begun.set)
            super().before_another()

    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        loops.append(asyncio.get_running_loop())
        engine.may_go_on.clear()
        saying = asyncio.create_task(chunks(pieces(synthesizer, "one two")))
        await begun.wait()
        saying.cancel()
        await asyncio.wait([saying])
        assert saying.cancelled()
        assert engine.may_go_on.is_set(), "the engine was told"
        renderer.engine = FakeEngine()
        assert await chunks(pieces(synthesizer, "one two"))
        assert renderer.renders == 2

    loops: list[asyncio.AbstractEventLoop] = []
    begun = asyncio.Event()
    engine = FakeInterrupted()
    synthesis(main, engine, kept_bytes=MIB)


def test_there_is_room_for_so_much_sound_and_what_was_said_long_ago_goes_first() -> None:
    sizes: list[int] = []

    async def measure(synthesizer: Synthesizer, _: Renderer) -> None:
        sizes.append(sum(len(piece.pcm) for piece in [_ async for _ in pieces(synthesizer, TEXT)]))

    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        renders = []
        for text in (TEXT, TEXT, "another one.", TEXT):
            assert await chunks(pieces(synthesizer, text))
            renders.append(renderer.renders)
        assert renders[0] == renders[1] == renders[2] - 1 < renders[3]

    synthesis(measure)
    synthesis(main, kept_bytes=sizes[0])


def test_what_is_not_to_be_kept_is_rendered_again() -> None:
    async def main(synthesizer: Synthesizer, renderer: Renderer) -> None:
        for keep, renders in ((False, 1), (True, 2), (False, 2)):
            assert await chunks(pieces(synthesizer, "one two", keep=keep))
            assert renderer.renders == renders

    synthesis(main, kept_bytes=MIB)


def test_what_could_not_be_said_is_counted_each_time() -> None:
    async def main(synthesizer: Synthesizer, _: Renderer) -> None:
        for _again in range(2):
            rendition = synthesizer.rendition("one two", READING, voice="af_heart", speed=1.0, rank=lambda: 0)
            assert await chunks(rendition.pieces())
            assert rendition.losses == Losses(UNSAYABLE)

    synthesis(main, kept_bytes=MIB)
