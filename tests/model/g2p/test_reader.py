"""The reader process: a text comes out of it block by block, and what becomes of it when the process fails."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.reading import segments
from ttsmesh.lexicon.project import FILE_NAME
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.g2p.lane import G2PError
from ttsmesh.model.render.script import FIRST_BLOCK, SAFE_BLOCK, Text
from ttsmesh.model.text.formats.lines import UNIT
from ttsmesh.model.text.markup.markup import Markup, Wish
from ttsmesh.model.text.reading import WINDOW, Block, Reading
from ttsmesh.model.text.segments import Segment, spoken

pytestmark = pytest.mark.timeout(180)

ENGLISH = Reading(language="en-us")

NOVEL = "It was the third of May, and nobody at the office had said a word about it. "
"""A sentence of a text that goes on and on."""

MARKDOWN = "# The *first* heading\n\n" + NOVEL * 10 + "\n\nThen `git push` was run at 10:30, for $5.\n\n- one\n- two\n"


def run(scenario: Callable[[G2P], Awaitable[None]], timeout: float = 10.0) -> None:
    """Run ``scenario`` with a G2P that waits ``timeout`` seconds for an answer."""

    async def main() -> None:
        g2p = G2P(timeout=timeout, load_timeout=60.0)
        try:
            await scenario(g2p)
        finally:
            await g2p.close()

    asyncio.run(main())


async def first_block(g2p: G2P, text: str, reading: Reading = ENGLISH) -> Block:
    window = text[:WINDOW]
    return await g2p.read(window, 0, reading, {}, most=FIRST_BLOCK, final=len(text) <= WINDOW)


async def whole(g2p: G2P, text: str, reading: Reading = ENGLISH) -> list[Segment]:
    found: list[Segment] = []
    read = Text(g2p, text, reading)
    while not read.ended:
        found += await read.next()
    return found


def said(found: list[Segment] | tuple[Segment, ...]) -> str:
    return " ".join(filter(None, (spoken(segment.words) for segment in found)))


# --- what it reads -------------------------------------------------------------------------------------------------


def test_a_text_is_read_block_by_block_as_it_is_in_this_process() -> None:
    async def scenario(g2p: G2P) -> None:
        blocks: list[list[Segment]] = []
        read = Text(g2p, MARKDOWN, ENGLISH)
        while not read.ended:
            blocks.append(await read.next())
        found = [segment for block in blocks for segment in block]
        assert len(blocks) > 1
        assert said(found) == said(list(segments(MARKDOWN)))
        assert {segment.read_as for segment in found} == {"markdown"}
        assert [segment.start for segment in found] == sorted(segment.start for segment in found)

    run(scenario)


@pytest.mark.parametrize("text", [NOVEL * 50_000, "word " * 800_000, "a" * 4_000_000, "- item\n" * 500_000])
def test_the_first_block_of_a_long_text_is_no_longer_than_that_of_a_short_one(text: str) -> None:
    async def scenario(g2p: G2P) -> None:
        block = await first_block(g2p, text)
        assert 0 < block.used <= FIRST_BLOCK + UNIT
        assert block.segments

    run(scenario)


def test_with_detection_the_detectors_process_reads_and_each_sentence_is_in_its_language() -> None:
    text = "Good morning, my dear old friend. La reunión del lunes es a las tres de la tarde. OK. Thank you for coming."

    async def scenario(g2p: G2P) -> None:
        found = await whole(g2p, text, Reading(language="en-gb", read_as="text", detect=True))
        assert [(segment.language, segment.words[0].text) for segment in found] == [
            ("en-gb", "Good"),
            ("es", "La"),
            ("es", "OK"),
            ("en-gb", "Thank"),
        ]
        assert len(g2p.pids) == 1
        assert await g2p.detect(["La reunión del lunes es a las tres de la tarde."]) == ["es"]
        assert len(g2p.pids) == 1, "the same process"

    run(scenario)


# --- lexicons ------------------------------------------------------------------------------------------------------


def test_a_changed_lexicon_counts_for_the_next_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    lexicon = tmp_path / "ttsmesh" / "lexicon.toml"
    lexicon.parent.mkdir()

    async def scenario(g2p: G2P) -> None:
        assert said(await whole(g2p, "Ask Zyx.")) == "Ask Zyx."
        lexicon.write_text('[en]\nZyx = "zicks"\n')
        assert said(await whole(g2p, "Ask Zyx.")) == "Ask zicks."
        lexicon.write_text('[en]\nZyx = "zee why"\n')
        assert said(await whole(g2p, "Ask Zyx.")) == "Ask zee why."
        lexicon.unlink()
        assert said(await whole(g2p, "Ask Zyx.")) == "Ask Zyx."

    run(scenario)


def test_a_projects_lexicon_is_found_upward_from_the_directory_and_nowhere_without_one(tmp_path: Path) -> None:
    inside = tmp_path / "project" / "src" / "deep"
    inside.mkdir(parents=True)
    (tmp_path / "project" / FILE_NAME).write_text('[en]\nZyx = "zicks"\n')

    async def scenario(g2p: G2P) -> None:
        for directory, expected in ((str(inside), "Ask zicks."), (str(tmp_path), "Ask Zyx."), ("", "Ask Zyx.")):
            reading = Reading(language="en-us", directory=directory)
            assert said(await whole(g2p, "Ask Zyx.", reading)) == expected

    run(scenario)


# --- what becomes of it --------------------------------------------------------------------------------------------


def reader_of(g2p: G2P) -> int:
    (pid,) = g2p.pids
    return pid


def stop(process: int) -> None:
    """SIGSTOP, and wait until the kernel has done it."""
    os.kill(process, signal.SIGSTOP)
    os.waitid(os.P_PID, process, os.WSTOPPED | os.WNOWAIT)


def test_a_reader_that_is_killed_while_idle_is_started_again() -> None:
    async def scenario(g2p: G2P) -> None:
        assert said((await first_block(g2p, "It costs $5.")).segments) == "It costs five dollars."
        first = reader_of(g2p)
        os.kill(first, signal.SIGKILL)
        assert said((await first_block(g2p, "It costs $5.")).segments) == "It costs five dollars."
        assert reader_of(g2p) != first

    run(scenario)


def test_a_reader_that_hangs_is_killed_and_replaced_and_the_text_goes_on_as_plain_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario(g2p: G2P) -> None:
        read = Text(g2p, MARKDOWN, ENGLISH)
        found = await read.next()
        assert found[0].read_as == "markdown"
        first = reader_of(g2p)
        stop(first)
        after = await read.next()
        assert reader_of(g2p) != first
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)
        assert {segment.read_as for segment in after} == {"text"}
        while not read.ended:
            after += await read.next()
        spaced = " ".join(said(found + after).split())
        assert spaced.startswith("The first heading")
        assert "ten thirty" in spaced
        assert spaced.endswith("two")
        assert sum(segment.unsayable for segment in found + after) == 0

    run(scenario, timeout=2.0)
    assert "trying again as plain text" in caplog.text
    assert "heading" not in caplog.text


def test_what_even_plain_text_fails_on_is_left_out_and_counted_and_the_rest_is_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    text = NOVEL * 3 + "\n\n" + "The end of it."

    class Failing(G2P):
        """Fails on the beginning of the text, however it is read."""

        async def read(self, window: str, offset: int, *rest: object, **more: object) -> Block:
            if offset == 0:
                raise G2PError("crashed")
            return await super().read(window, offset, *rest, **more)  # type: ignore[arg-type]

    async def main() -> None:
        g2p = Failing(timeout=10.0, load_timeout=60.0)
        try:
            found = await whole(g2p, text)
        finally:
            await g2p.close()
        assert found[0].words == ()
        assert found[0].unsayable == sum(not c.isspace() for c in text[:SAFE_BLOCK])
        assert said(found).endswith("The end of it.")
        assert found[1].start >= SAFE_BLOCK

    asyncio.run(main())
    assert f"{SAFE_BLOCK} characters left out" in caplog.text


def test_marks_pauses_and_voices_outlast_characters_that_cannot_be_read() -> None:
    lost = "<mark name='a'/>" + "Lost words. " * 10 + "<break time='5s'/>" + "Lost words. " * 7
    source = f"<speak><voice name='bob'>{lost}And more of them. <mark name='b'/>The end.</voice></speak>"
    markup = Markup("ssml", {Wish(("bob",)): ("am_adam", "en-us")})

    class Failing(G2P):
        async def read(self, window: str, offset: int, *rest: object, **more: object) -> Block:
            if offset == 0:
                raise G2PError("crashed")
            return await super().read(window, offset, *rest, **more)  # type: ignore[arg-type]

    async def main() -> None:
        g2p = Failing(timeout=10.0, load_timeout=60.0)
        try:
            read, found = Text(g2p, source, replace(ENGLISH, read_as="ssml"), markup=markup), list[Segment]()
            while not read.ended:
                found += await read.next()
        finally:
            await g2p.close()
        spoken = [segment for segment in found if segment.words]
        assert said(found).endswith("more of them. The end.")
        assert [mark.name for segment in found for mark in segment.marks] == ["a", "b"]
        assert [segment.pause_ms for segment in found if segment.pause_ms is not None] == [5000.0]
        assert {segment.delivery.voice for segment in spoken} == {"am_adam"}
        assert source[spoken[-1].start : spoken[-1].end] == "The end."

    asyncio.run(main())


def test_a_text_whose_characters_stand_for_many_words_each_is_read_bit_by_bit() -> None:
    async def scenario(g2p: G2P) -> None:
        text = "\ufdfa" * 3000
        found = await whole(g2p, text, replace(ENGLISH, spell=True))
        assert sum(segment.unsayable for segment in found) == 0
        assert found[-1].end == len(text)
        assert len({word.start for segment in found for word in segment.words}) == len(text)

    run(scenario, timeout=30.0)
