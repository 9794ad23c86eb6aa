"""One utterance, chunk by chunk: who speaks, how long it is silent in between, how loud single words are, and what the
voice server is told of pace and marks."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import numpy as np
import pytest

from tests.model.render.fakes import LOUD, WHISPER, FakeEngine, FakeG2P, Spoken, chunks
from tests.words import words
from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE, frames
from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.bounded_cache import BoundedCache
from ttsmesh.model.engine.protocol import Engine, Floats, Speaker
from ttsmesh.model.engine.tone import TOKEN_FRAMES
from ttsmesh.model.kokoro import FRAME_SAMPLES, STYLE_SIZE
from ttsmesh.model.render.effects import ICON_LEVEL, ICON_SAMPLES, RAMP_SAMPLES
from ttsmesh.model.render.gaps import RESERVE_SAMPLES
from ttsmesh.model.render.pauses import DEFAULT_PAUSES, Pauses
from ttsmesh.model.render.performance import Manner, Performance, Voice
from ttsmesh.model.render.pieces import SILENT_PIECE, Piece
from ttsmesh.model.render.places import EARLY_SAMPLES
from ttsmesh.model.render.renderer import Renderer
from ttsmesh.model.render.spacing import HEAD_SAMPLES, TAIL_SAMPLES
from ttsmesh.model.text.chunking import TextChunk
from ttsmesh.model.text.segments import PLAIN, Delivery, Mark, Word
from ttsmesh.model.voices.loudness import TARGET, LoudnessNormaliser, levelling

LETTER = TOKEN_FRAMES * FRAME_SAMPLES
"""Samples of one letter."""

OWN = "af_heart"
LOUDNESS = {OWN: TARGET, "soft": TARGET - 5, "loud": TARGET + 4}


def chunk(text: str, *, at: int = 0, **more: Any) -> TextChunk:
    return TextChunk(words(text, at), "en-us", **more)


def silent(**more: Any) -> TextChunk:
    return TextChunk((), "en-us", **more)


class Cast:
    """Gives the voices, and writes down who was asked for."""

    def __init__(self) -> None:
        self.asked: list[str | None] = []

    async def voice(self, name: str | None) -> Voice:
        self.asked.append(name)
        table = np.zeros((MAX_PHONEMES, STYLE_SIZE), np.float32)
        return Voice(1, Speaker(table, {name or OWN: 1.0}), LOUDNESS[name or OWN], True)


class Listing(FakeEngine):
    """Writes down whose voice is rendered."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.voices: list[str] = []

    def begin(self, phonemes: str, speaker: Speaker, speed: float) -> Any:
        self.voices += speaker.shares
        return super().begin(phonemes, speaker, speed)


async def _pieces(performance: Performance, said: Sequence[TextChunk]) -> AsyncIterator[Piece]:
    for chunk in said:
        async for piece in performance.say(chunk, await FakeG2P().phonemise(chunk.words, chunk.language)):
            yield piece
    for piece in performance.finish():
        yield piece


def pieces(
    *said: TextChunk,
    engine: Engine | None = None,
    pauses: Pauses = DEFAULT_PAUSES,
    tempo: float | None = None,
    **manner: Any,
) -> list[Piece]:
    """``tempo``: render seconds per second of sound, as far as is known."""

    async def run() -> list[Piece]:
        renderer = Renderer(engine or FakeEngine(), on_stuck=lambda: pytest.fail("stuck"))
        if tempo is not None:
            renderer.tempo.rendered(tempo, 1.0)
        how: dict[str, Any] = {
            "speed": 1.0,
            "heard_at": lambda: 1.0,
            "volume": 100.0,
            "rank": lambda: 0,
            "keep": False,
        } | manner
        performance = Performance(
            renderer, LoudnessNormaliser(), Cast().voice, Manner(pauses=pauses, **how), BoundedCache(0)
        )
        found = [piece async for piece in _pieces(performance, said)]
        await renderer.close()
        return found

    return asyncio.run(run())


def performed(*said: TextChunk, **more: Any) -> list[Spoken]:
    found = pieces(*said, **more)

    async def given() -> AsyncIterator[Piece]:
        for piece in found:
            yield piece

    return asyncio.run(chunks(given()))


def sound(*said: TextChunk, **more: Any) -> Floats:
    return np.concatenate([spoken.samples for spoken in performed(*said, **more)])


def runs(samples: Floats) -> list[tuple[int, int]]:
    """Where it sounds, and where it does not for more than a millisecond."""
    loud = np.flatnonzero(np.abs(samples) > 2 * WHISPER)
    cuts = np.flatnonzero(np.diff(loud) > SAMPLE_RATE // 1000)
    return [(int(loud[a]), int(loud[b]) + 1) for a, b in zip([0, *cuts + 1], [*cuts, -1], strict=True)]


def silences(*said: TextChunk, **more: Any) -> list[int]:
    """Samples of silence before, between and after the sounds."""
    samples = sound(*said, **more)
    found = runs(samples)
    edges = [0, *(edge for run in found for edge in run), len(samples)]
    return [last - first for first, last in zip(edges[::2], edges[1::2], strict=True)]


def ms(milliseconds: float) -> int:
    return round(milliseconds * SAMPLE_RATE / 1000)


# --- voices --------------------------------------------------------------------------------------------------------


def test_each_chunk_is_rendered_with_its_voice_at_the_common_loudness() -> None:
    engine = Listing()
    said = [chunk("one", deliveries=((0, Delivery(voice=name)),)) for name in ("soft", None, "loud", "soft")]
    found = performed(*said, engine=engine)
    assert engine.voices == ["soft", OWN, "loud", "soft"]
    expected = [levelling(LOUDNESS[name]) for name in engine.voices]
    assert [spoken.level for spoken in found] == pytest.approx(expected, rel=0.01)


def test_a_change_of_voice_leaves_no_more_silence_than_any_cut_between_two_words() -> None:
    other = ((0, Delivery(voice="soft")),)
    assert silences(chunk("one"), chunk("two", deliveries=other))[1] <= HEAD_SAMPLES + TAIL_SAMPLES
    assert silences(chunk("one", pause="sentence"), chunk("two", deliveries=other))[1] == ms(500)


# --- pauses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [0.0, 7.0, 30.0, 65.0, 71.0, 300.0, 1_000.0])
@pytest.mark.parametrize("pause", ["", "sentence"])
def test_d11_a_pause_that_is_asked_for_is_as_long_as_that_also_if_it_is_short(wanted: float, pause: Any) -> None:
    found = silences(chunk("one", pause=pause, pause_ms=wanted), chunk("two"))
    # What fades at a cut is silent a sample earlier.
    assert found[1:-1] == ([] if not wanted else [pytest.approx(ms(wanted), abs=4)])
    assert found[-1] == TAIL_SAMPLES


@pytest.mark.parametrize("wanted", [10.0, 250.0])
def test_a_pause_before_the_first_word_is_as_long_as_that(wanted: float) -> None:
    assert silences(chunk("one", lead_ms=wanted))[0] == pytest.approx(ms(wanted), abs=4)


def test_a_pause_before_a_chunk_comes_on_top_of_the_one_after_the_last() -> None:
    found = silences(chunk("one", pause="sentence"), chunk("two", lead_ms=250.0))
    assert found[1] == ms(750)


def test_a_pause_at_the_end_is_heard_too() -> None:
    for said in ([chunk("one", pause_ms=700.0)], [chunk("one", pause_ms=700.0), silent()]):
        assert silences(*said)[-1] == pytest.approx(ms(700), abs=4)


def test_an_ordinary_pause_at_the_end_is_not_waited_for() -> None:
    assert silences(chunk("one", pause="paragraph"))[-1] == TAIL_SAMPLES
    assert silences(chunk("one", pause="paragraph"), silent(marks=(Mark("a", 0),)))[-1] == TAIL_SAMPLES


def test_a_text_may_be_nothing_but_a_pause() -> None:
    (found,) = performed(silent(lead_ms=400.0))
    assert frames(found.pcm) == ms(400)
    assert not found.samples.any()


def test_silent_chunks_between_two_others_have_their_own_pauses_and_keep_ordinary_ones() -> None:
    assert silences(chunk("one", pause_ms=100.0), silent(pause_ms=300.0), chunk("two"))[1] == pytest.approx(
        ms(400), abs=4
    )
    assert silences(chunk("one", pause="sentence"), silent(), chunk("two"))[1] == ms(500)
    assert silences(chunk("one", pause="clause"), silent(pause="sentence"), chunk("two"))[1] == ms(500)


@pytest.mark.parametrize("said", [[chunk("one", lead_ms=60_000.0)], [chunk("one", pause_ms=60_000.0)]])
def test_a_minute_of_silence_comes_bit_by_bit(said: list[TextChunk]) -> None:
    found = pieces(*said)
    assert sum(frames(piece.pcm) for piece in found) >= 60 * SAMPLE_RATE
    assert max(frames(piece.pcm) for piece in found) <= SILENT_PIECE + 2 * LETTER
    assert sum(piece.head is not None for piece in found) == sum(piece.ends_chunk for piece in found) == 2


def test_a_long_pause_is_there_before_the_chunk_behind_it_is_rendered() -> None:
    """So it takes no longer where rendering takes its time."""
    engine = Listing()

    async def run() -> None:
        renderer = Renderer(engine, on_stuck=lambda: pytest.fail("stuck"))
        manner = Manner(
            speed=1.0, heard_at=lambda: 1.0, volume=100.0, pauses=DEFAULT_PAUSES, rank=lambda: 0, keep=False
        )
        performance = Performance(renderer, LoudnessNormaliser(), Cast().voice, manner, BoundedCache(0))
        silence = 0
        async for piece in _pieces(performance, [chunk("one", pause_ms=900.0), chunk("two")]):
            if len(engine.voices) == 1 and not any(piece.pcm):
                silence += frames(piece.pcm)
        assert silence == ms(900) - TAIL_SAMPLES - RESERVE_SAMPLES
        await renderer.close()

    asyncio.run(run())


# --- pace ----------------------------------------------------------------------------------------------------------


def paces(*said: TextChunk, **more: Any) -> list[tuple[tuple[int, float, float], ...]]:
    return [spoken.head.paces for spoken in performed(*said, **more)]


def test_without_a_delivery_of_its_own_nothing_changes() -> None:
    assert paces(chunk("one"), chunk("two", lead_ms=50.0)) == [(), ()]


def test_a_change_of_pace_is_at_the_first_sound_of_its_word_and_is_told_once() -> None:
    fast, plain = Delivery(rate=2.0, pitch=1.1), PLAIN
    found = paces(
        chunk("one two three", deliveries=((0, plain), (1, fast), (2, plain))),
        chunk("four", deliveries=((0, fast),)),
        chunk("five", deliveries=((0, fast),)),
        chunk("six"),
    )
    two = HEAD_SAMPLES + len("one") * LETTER - EARLY_SAMPLES
    assert found == [((two, 2.0, 1.1), (two + 4 * LETTER, 1.0, 1.0)), ((0, 2.0, 1.1),), (), ((0, 1.0, 1.0),)]


def test_an_ordinary_pause_has_the_pace_of_what_was_said_before() -> None:
    slow = chunk("one", deliveries=((0, Delivery(rate=0.5)),), pause="sentence")
    found = performed(slow, chunk("two"))
    assert found[1].head.paces == ((found[1].loud[0] - HEAD_SAMPLES, 1.0, 1.0),)


@pytest.mark.parametrize("rates", [(0.5, 0.5), (2.0, 2.0), (0.5, 2.0), (1.0, 2.0), (3.0, 1.0)])
@pytest.mark.parametrize("wanted", [30.0, 600.0])
def test_a_pause_that_is_asked_for_lasts_as_long_whatever_the_pace_around_it(
    rates: tuple[float, float], wanted: float
) -> None:
    first, second = (((0, Delivery(rate=rate)),) for rate in rates)
    found = performed(
        chunk("one", deliveries=first, pause_ms=wanted), chunk("two", deliveries=second, pause_ms=wanted), silent()
    )
    loud = np.abs(np.concatenate([spoken.samples for spoken in found])) > 2 * WHISPER
    heard = _rates(found)
    ends = np.flatnonzero(loud)
    between = ends[np.flatnonzero(np.diff(ends) > SAMPLE_RATE // 1000)][0] + 1
    after = between + int(np.argmax(loud[between:]))
    for first, last in ((between, after), (ends[-1] + 1, len(loud))):
        assert (1000 / SAMPLE_RATE / heard[first:last]).sum() == pytest.approx(wanted, abs=1)


def _rates(found: Sequence[Spoken]) -> Floats:
    """How many times as fast each sample is heard."""
    rates: list[float] = []
    rate = 1.0
    for spoken in found:
        at = 0
        for frame, faster, _ in (*spoken.head.paces, (len(spoken.samples), 0.0, 0.0)):
            rates += [rate] * (frame - at)
            at, rate = frame, faster or rate
    return np.array(rates)


# --- marks and words -----------------------------------------------------------------------------------------------


def test_a_mark_is_where_its_word_begins_or_the_last_one_ends() -> None:
    said = chunk("one two", marks=(Mark("first", 0), Mark("second", 1), Mark("end", 2)))
    (found,) = performed(said)
    two = HEAD_SAMPLES + len("one") * LETTER - EARLY_SAMPLES
    assert found.head.marks == ((HEAD_SAMPLES, "first"), (two, "second"), (two + len(" two") * LETTER, "end"))


def test_a_mark_between_two_pauses_is_between_them() -> None:
    _, found, *_ = performed(chunk("one", pause_ms=200.0), silent(pause_ms=300.0, marks=(Mark("a", 0),)), chunk("two"))
    assert found.head.marks == ((frames(found.pcm), "a"),)
    assert frames(found.pcm) == ms(200) - TAIL_SAMPLES


def test_a_mark_alone_is_told_without_any_sound() -> None:
    (found,) = performed(silent(marks=(Mark("a", 0),)))
    assert (found.head.marks, found.pcm) == (((0, "a"),), b"")


def test_words_are_said_from_their_first_sound_on_and_marks_of_punctuation_are_no_words() -> None:
    (found,) = performed(chunk("one, two.", at=5))
    begun = HEAD_SAMPLES + len("one,") * LETTER - EARLY_SAMPLES
    assert found.head.said == ((HEAD_SAMPLES, 5, 8), (begun, 10, 13))
    assert len(found.words) == 4


# --- volume and capitals -------------------------------------------------------------------------------------------


def levels(samples: Floats, *words: tuple[int, int]) -> list[float]:
    """How many times as loud each word is as it was rendered, from its first sample to its last."""
    found = [np.abs(samples[first:last]) / LOUD for first, last in words]
    return [float(level.mean()) if level.max() - level.min() < 0.01 * level.mean() else -1.0 for level in found]


def test_each_word_has_its_own_volume_from_its_first_sound_on() -> None:
    loud, soft = Delivery(volume=2.0), Delivery(volume=0.5)
    (found,) = performed(chunk("one two three", deliveries=((0, soft), (1, loud), (2, soft))))
    assert frames(found.pcm) == frames(performed(chunk("one two three"))[0].pcm)
    factor = levelling(TARGET)
    # The chunk fades in and out, and the volume changes right before a word.
    inner = ((word.first_frame + 200, word.last_frame - RAMP_SAMPLES) for word in found.words)
    found_levels = levels(found.samples, *inner)
    assert found_levels == pytest.approx([0.5 * factor, 2.0 * factor, 0.5 * factor], rel=0.01)


def test_a_change_of_volume_is_a_ramp_and_not_a_step() -> None:
    engine = Steady()
    said = chunk("one two", deliveries=((0, PLAIN), (1, Delivery(volume=3.0))))
    (found,) = performed(said, engine=engine)
    inner = found.samples[HEAD_SAMPLES + 200 : -TAIL_SAMPLES - 200]
    assert np.abs(np.diff(inner)).max() <= 1.1 * 2.0 * STEADY / RAMP_SAMPLES


STEADY = 0.1


class Steady(FakeEngine):
    """One value all the time, so that a step is a fault."""

    def begin(self, phonemes: str, speaker: Speaker, speed: float) -> Any:
        rendering = super().begin(phonemes, speaker, speed)
        rendering._pieces = iter([np.sign(np.abs(piece)) * np.float32(STEADY) for piece in rendering._pieces])
        return rendering


def test_in_whatever_pieces_it_is_rendered_the_volume_is_the_same() -> None:
    said = chunk("one two three", deliveries=((0, PLAIN), (1, Delivery(volume=0.3)), (2, PLAIN)))
    found = [sound(said, engine=FakeEngine(piece=size, loudness=-20.0)) for size in (700, 6_000, 10**9)]
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[2])


@pytest.mark.parametrize("volume", [2.0, 10.0])
def test_the_loudest_words_do_not_clip(volume: float) -> None:
    samples = sound(chunk("one two", deliveries=((0, PLAIN), (1, Delivery(volume=volume)))), volume=200.0)
    assert 0.7 < np.abs(samples).max() <= 1
    usual = sound(chunk("one two"))
    assert np.array_equal(np.sign(samples[usual != 0]), np.sign(usual[usual != 0])), "nothing wraps around"


def test_a_word_of_no_volume_is_silent_and_takes_its_time() -> None:
    (found,) = performed(chunk("one two", deliveries=((0, PLAIN), (1, Delivery(volume=0.0)))))
    first, last = found.words[1].first_frame, found.words[1].last_frame
    assert not found.samples[first:last].any()
    assert last - first == len(" two") * LETTER


def capital(text: str, *numbers: int, **more: Any) -> TextChunk:
    said = [
        Word(word.text, word.start, word.end, word.spaced, word.kind, icon=number in numbers)
        for number, word in enumerate(words(text))
    ]
    return TextChunk(tuple(said), "en-us", **more)


@pytest.mark.parametrize("volume", [50.0, 100.0, 200.0])
def test_a_capital_is_told_by_a_short_soft_sound_right_before_its_word(volume: float) -> None:
    (plain,), (found,) = (performed(said, volume=volume) for said in (chunk("one two"), capital("one two", 1)))
    assert len(found.samples) == len(plain.samples)
    added = np.abs(found.samples - plain.samples)
    heard = np.flatnonzero(added > 1e-3 * volume / 100)
    two = found.words[1].first_frame
    assert two - ICON_SAMPLES <= heard[0] < two - ICON_SAMPLES + 100
    assert two - 100 < heard[-1] < two
    assert added.max() == pytest.approx(1.1 * ICON_LEVEL * volume / 100, rel=0.15)
    assert found.words == plain.words


def test_the_first_words_sound_begins_with_the_chunk() -> None:
    (plain,), (found,) = (performed(said, engine=FakeEngine()) for said in (chunk("one"), capital("one", 0)))
    heard = np.flatnonzero(np.abs(found.samples - plain.samples) > 1e-3)
    assert heard[-1] < ICON_SAMPLES
    assert len(found.samples) == len(plain.samples)


# --- how much is rendered first ------------------------------------------------------------------------------------


def test_of_a_fast_stretch_more_must_exist_before_it_is_heard() -> None:
    text = "one two three four five"

    def first(rate: float) -> int:
        said = chunk(text, deliveries=((0, PLAIN), (2, Delivery(rate=rate))))
        return frames(pieces(said, tempo=0.6)[0].pcm)

    assert first(3.0) > 1.5 * first(2.0) > 1.5 * first(1.0)


def test_a_piece_says_how_fast_it_is_heard() -> None:
    said = chunk("one two", deliveries=((0, PLAIN), (1, Delivery(rate=2.5))))
    found = pieces(said, chunk("three"))
    assert {piece.rate for piece in found if piece.pcm} == {2.5, 1.0}
    assert sum(len(piece.pcm) for piece in found if piece.rate == 2.5) > 6 * LETTER * BYTES_PER_FRAME
