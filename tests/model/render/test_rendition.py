"""The sound of a text from any of its sentences: in which sentence one is, what comes before and after, and that what
is said once more sounds the same."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import cast

import pytest

from tests.model.render.fakes import FakeCatalogue, FakeEngine, FakeG2P, Spoken, chunks
from ttsmesh.audio import SAMPLE_RATE, frames
from ttsmesh.limits import MIB
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.render import rendition as module
from ttsmesh.model.render.pieces import ChunkHead, Piece
from ttsmesh.model.render.places import LEAD_FRAMES
from ttsmesh.model.render.renderer import Renderer
from ttsmesh.model.render.rendition import WELL_INTO, Place, Rendition
from ttsmesh.model.render.spacing import RAMP_SAMPLES
from ttsmesh.model.render.synthesis import Synthesizer
from ttsmesh.model.text.reading import Reading
from ttsmesh.model.text.segments import Delivery
from ttsmesh.model.voices.catalogue import Catalogue

SENTENCES = (
    "the first of the sentences is here.",
    "and then there is another one, a longer one, which goes on and on until it ends.",
    "short one.",
    "another short one.",
    "the last but one of them is as long as the first one was.",
    "the end of it all, which is where it ends.",
)
TEXT = " ".join(SENTENCES)


class Going:
    """A rendition of ``text``, the pieces that came out of it, and its chunks as they were begun."""

    def __init__(self, synthesizer: Synthesizer, text: str = TEXT, *, start: int = 0) -> None:
        self.begun: list[ChunkHead] = []
        self.rendition = synthesizer.rendition(
            text,
            Reading(language="en-us"),
            voice="af_heart",
            speed=1.0,
            rank=lambda: 0,
            begun=self.begun.append,
            start=start,
        )

    async def from_(self, place: Place | None) -> list[Spoken]:
        return await chunks(self.rendition.pieces(place))

    async def some(self, place: Place | None, chunks: int) -> list[Piece]:
        """The pieces of so many chunks, and the first of the next one, in which the iteration is cancelled."""
        found: list[Piece] = []

        async def take() -> None:
            async for piece in self.rendition.pieces(place):
                found.append(piece)
                if sum(piece.head is not None for piece in found) > chunks:
                    taken.set()
                    await asyncio.Event().wait()

        taken = asyncio.Event()
        taking = asyncio.create_task(take())
        await asyncio.wait_for(taken.wait(), 30)
        taking.cancel()
        await asyncio.wait([taking])
        return found


def going(
    main: Callable[[Going, Renderer], Awaitable[None]],
    text: str = TEXT,
    *,
    kept: int = 16 * MIB,
    g2p: FakeG2P | None = None,
    start: int = 0,
) -> None:
    async def run() -> None:
        renderer = Renderer(FakeEngine(), on_stuck=lambda: pytest.fail("stuck"))
        synthesizer = Synthesizer(renderer, cast(G2P, g2p or FakeG2P()), cast(Catalogue, FakeCatalogue()), None, kept)
        found = Going(synthesizer, text, start=start)
        await main(found, renderer)
        await found.rendition.close()
        await renderer.close()

    asyncio.run(run())


def said(spoken: list[Spoken], text: str = TEXT) -> str:
    return text[spoken[0].head.start : spoken[-1].head.end]


async def places(rendition: Rendition) -> list[Place]:
    """All sentences, from the first one on."""
    found, number = [], 0
    while (place := await rendition.sentence(0, number)) is not None:
        found.append(place)
        number += 1
    return found


def test_each_sentence_is_a_place_also_where_several_share_a_chunk() -> None:
    async def main(going: Going, _: Renderer) -> None:
        whole = await going.from_(None)
        found = await places(going.rendition)
        assert len(found) == len(SENTENCES) > len(whole)
        for number, place in enumerate(found):
            assert said(await going.from_(place)) == " ".join(SENTENCES[number:])

    going(main)


@pytest.mark.parametrize("kept", [0, 16 * MIB])
def test_what_is_said_once_more_sounds_as_it_did_from_that_sentence_on(kept: int) -> None:
    async def main(going: Going, renderer: Renderer) -> None:
        whole = await going.from_(None)
        sound = b"".join(chunk.pcm for chunk in whole)
        renders = renderer.renders
        for place in await places(going.rendition):
            again = await going.from_(place)
            part = b"".join(chunk.pcm for chunk in again)
            assert sound.endswith(part[2 * RAMP_SAMPLES :]), "but for its beginning, which is soft"
            begin = again[0].head.frame
            assert len(part) == len(sound) - 2 * begin
            assert again[0].words[0].first_frame <= LEAD_FRAMES, "it is heard at once"
            first_word = again[0].head.said[0][1]
            assert first_word == next(word.start for chunk in whole for word in chunk.words if word.start >= first_word)
        assert (renderer.renders == renders) == (kept > 0)

    going(main, kept=kept)


def test_frames_of_the_text_count_from_its_beginning_wherever_one_goes() -> None:
    async def main(going: Going, _: Renderer) -> None:
        whole = await going.from_(None)
        at = {(start, end): chunk.head.frame + frame for chunk in whole for frame, start, end in chunk.head.said}
        for place in await places(going.rendition):
            for chunk in await going.from_(place):
                for frame, start, end in chunk.head.said:
                    assert chunk.head.frame + frame == at[start, end]

    going(main)


def test_right_after_a_sentence_began_going_back_means_the_one_before_it_and_later_its_own_beginning() -> None:
    async def main(going: Going, _: Renderer) -> None:
        await going.from_(None)
        found = await places(going.rendition)
        begins = [(await going.from_(place))[0].head.frame for place in found]
        await going.from_(found[0])
        for number in (1, 4, 5):
            begin = begins[number]
            assert await going.rendition.sentence(begin, -1) == found[number - 1]
            assert await going.rendition.sentence(begin + WELL_INTO, -1) == found[number - 1]
            assert await going.rendition.sentence(begin + WELL_INTO + 1, -1) == found[number]
            assert await going.rendition.sentence(begin + WELL_INTO + 1, -2) == found[number - 1]
            assert await going.rendition.sentence(begin, 0) == found[number]
        assert await going.rendition.sentence(begins[5] - 1, 0) == found[4]

    going(main)


def test_nobody_goes_back_beyond_the_first_sentence_nor_on_beyond_the_last() -> None:
    async def main(going: Going, _: Renderer) -> None:
        whole = await going.from_(None)
        end = sum(frames(chunk.pcm) for chunk in whole)
        (first, *_between, last) = await places(going.rendition)
        assert await going.rendition.sentence(end, -100) == first
        assert await going.rendition.sentence(end, 0) == last
        assert await going.rendition.sentence(end, 1) is None
        assert await going.rendition.sentence(0, 100) is None

    going(main)


def test_one_goes_on_to_a_sentence_that_was_not_rendered_and_nothing_in_between_is() -> None:
    async def main(going: Going, renderer: Renderer) -> None:
        given = await going.some(None, 1)
        assert renderer.renders == 2
        place = await going.rendition.sentence(0, 5)
        assert place is not None
        spoken = await going.from_(place)
        assert said(spoken) == SENTENCES[5]
        assert renderer.renders == 3
        assert spoken[0].head.frame == sum(frames(piece.pcm) for piece in given)
        assert spoken[0].loud[0] < SAMPLE_RATE // 20, "no pause comes first"

    going(main)


def test_who_moves_on_before_anything_sounds_there_moves_on_from_there() -> None:
    async def main(going: Going, renderer: Renderer) -> None:
        await going.some(None, 1)
        place = await going.rendition.sentence(0, 3)
        stream = going.rendition.pieces(place)
        await stream.aclose()
        taking = asyncio.create_task(anext(going.rendition.pieces(place)))
        await asyncio.sleep(0)  # reason: it has begun, and has no piece yet
        taking.cancel()
        await asyncio.wait([taking])
        assert place is not None
        for by, number in ((1, 4), (-1, 2), (0, 3)):
            found = await going.rendition.sentence(place.frame, by)
            assert found is not None
            assert TEXT[found.character :].startswith(SENTENCES[number])

    going(main)


def test_a_chunk_that_begins_to_sound_in_its_middle_has_nothing_before_that() -> None:
    async def main(going: Going, _: Renderer) -> None:
        place = await going.rendition.sentence(0, 3)
        assert place is not None and place.sentence > 0, "it is not the first one of its chunk"
        await going.from_(place)
        before = await going.rendition.sentence(place.frame, -1)
        assert before is not None
        assert (before.chunk, before.sentence, before.frame) == (place.chunk, place.sentence - 1, place.frame)
        spoken = await going.from_(before)
        assert said(spoken) == " ".join(SENTENCES[2:])
        assert spoken[0].head.frame == before.frame

    going(main)


def test_of_a_long_text_the_last_chunks_are_kept_and_one_can_go_on_beyond_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sentences = [
        f"{word}, this is a sentence that fills a chunk all by itself, as it should do." for word in "abcdefghij"
    ]
    text = " ".join(sentences)
    monkeypatch.setattr(module, "CHUNKS", 3)

    async def main(going: Going, _: Renderer) -> None:
        await going.some(None, 1)
        place = await going.rendition.sentence(0, 6)
        assert place is not None
        assert said(await going.from_(place), text) == " ".join(sentences[6:])
        oldest = await going.rendition.sentence(place.frame, -100)
        assert oldest is not None
        assert said(await going.from_(oldest), text) == " ".join(sentences[-3:])

    going(main, text)


def test_what_was_passed_over_can_be_gone_back_to() -> None:
    async def main(going: Going, _: Renderer) -> None:
        await going.some(None, 1)
        last = await going.rendition.sentence(0, 5)
        spoken = await going.from_(last)
        heard = spoken[0].head.frame + 1
        for by, number in ((-1, 4), (-4, 1), (-9, 0)):
            place = await going.rendition.sentence(heard, by)
            assert said(await going.from_(place)) == " ".join(SENTENCES[number:])
            spoken = await going.from_(last)
            heard = spoken[0].head.frame + 1

    going(main)


def test_no_chunk_is_lost_when_an_iteration_is_cancelled_while_the_next_one_is_read() -> None:
    class SlowG2P(FakeG2P):
        async def phonemise(self, words, language, rank=0):  # type: ignore[no-untyped-def]
            if asked:
                waiting.set()
                await gate.wait()
            asked.append(words)
            return await super().phonemise(words, language, rank)

    asked: list[object] = []
    waiting, gate = asyncio.Event(), asyncio.Event()

    async def main(going: Going, _: Renderer) -> None:
        taking = asyncio.create_task(going.from_(None))
        await asyncio.wait_for(waiting.wait(), 30)
        taking.cancel()
        await asyncio.wait([taking])
        gate.set()
        place = await going.rendition.sentence(0, 1)
        assert said(await going.from_(place)) == " ".join(SENTENCES[1:])

    going(main, g2p=SlowG2P())


def test_each_chunk_begins_once_however_often_it_is_said() -> None:
    async def main(going: Going, _: Renderer) -> None:
        await going.some(None, 1)  # in the middle of the second chunk
        first = await going.rendition.sentence(0, 0)
        await going.some(first, 1)
        await going.from_(first)
        starts = [head.start for head in going.begun]
        assert starts == sorted(set(starts))
        assert going.begun[-1].end == len(TEXT)
        await going.from_(first)
        assert len(going.begun) == len(starts)

    going(main)


def test_the_pace_of_a_sentence_is_told_again_where_one_goes_to_it() -> None:
    async def main(going: Going, _: Renderer) -> None:
        whole = await going.from_(None)
        assert [head.paces for head in (chunk.head for chunk in whole)][1:] == [()] * (len(whole) - 1)
        for place in (await places(going.rendition))[1:]:
            (first, *others) = await going.from_(place)
            assert [pace[1:] for pace in first.head.paces] == [(2.0, 1.0)]
            assert all(not chunk.head.paces for chunk in others)

    going(main, g2p=FakeG2P(delivery=Delivery(rate=2.0)))


def test_a_text_that_begins_in_the_middle_of_a_sentence_has_a_place_there() -> None:
    async def main(going: Going, _: Renderer) -> None:
        whole = await going.from_(None)
        place = await going.rendition.sentence(SAMPLE_RATE, -5)
        assert place is not None
        assert said(await going.from_(place)) == said(whole)

    going(main, start=len(SENTENCES[0]) + len(" and then there is another one, a longer one, wh"))


def test_a_text_without_a_sound_has_no_place() -> None:
    async def main(going: Going, _: Renderer) -> None:
        assert await going.from_(None) == []
        assert await going.rendition.sentence(0, -1) is None

    going(main, "... !")


def test_a_fault_of_the_script_is_told_to_who_asks_for_a_place() -> None:
    class BrokenG2P(FakeG2P):
        async def phonemise(self, words, language, rank=0):  # type: ignore[no-untyped-def]
            raise ValueError("broken")

    async def main(going: Going, _: Renderer) -> None:
        with pytest.raises(ValueError, match="broken"):
            await going.rendition.sentence(0, 1)

    going(main, g2p=BrokenG2P())


def test_cutting_keeps_what_comes_after() -> None:
    async def main(going: Going, _: Renderer) -> None:
        stream: AsyncGenerator[Piece, None] = going.rendition.pieces()
        head = (await anext(stream)).head
        assert head is not None
        cut = head.cut(head.words[3].first_frame)
        assert [word.start for word in cut.words] == [word.start for word in head.words[3:]]
        assert cut.words[0].first_frame == 0
        assert cut.said == tuple((frame - head.words[3].first_frame, *span) for frame, *span in head.said[3:])
        assert cut.start == head.words[3].start
        await stream.aclose()

    going(main)
