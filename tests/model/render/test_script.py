"""Promises C5, C6 and C10: a whole utterance to chunks and phonemes, with the real G2P."""

import asyncio
import importlib.util

import pytest

from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.g2p.phonemes import Phonemes
from ttsmesh.model.render.script import Script, chosen
from ttsmesh.model.text.chunking import CHUNK_MIN, TextChunk


def script(text: str, language: str = "en-us") -> tuple[list[tuple[TextChunk, Phonemes]], int]:
    async def main() -> tuple[list[tuple[TextChunk, Phonemes]], int]:
        g2p = G2P(timeout=10.0, load_timeout=60.0)
        try:
            await g2p.warm(language)
            before = g2p.pid
            found = Script(g2p, text, language)
            pairs = [pair async for pair in found]
            assert g2p.pid == before, "the process was lost"
            return pairs, found.losses.unsayable
        finally:
            await g2p.close()

    return asyncio.run(main())


def test_every_chunk_has_its_phonemes_in_order() -> None:
    text = "Hello there, my friend. This is a sentence that has some more words in it, and then it is over.\n\nBye."
    pairs, unsayable = script(text)
    assert pairs[0][0].text == "Hello there, my friend."
    assert "".join(chunk.text for chunk, _ in pairs).replace(" ", "") == text.replace(" ", "").replace("\n", "")
    assert unsayable == 0
    for chunk, phonemes in pairs:
        assert text[chunk.start : chunk.end] == chunk.text
        said = " ".join(chunk.text[w.start : w.end] for w in phonemes.words if chunk.text[w.start].isalnum())
        assert said == chunk.text.replace(",", "").replace(".", "")


@pytest.mark.parametrize("text", ["...", "?! -- ()", "😀🎉", "\u0301\u0302", "* * *\n\n---", "你好。"])
def test_c5_what_cannot_be_said_gives_nothing_to_say(text: str) -> None:
    assert script(text)[0] == []


def test_c5_silent_chunks_between_others_are_passed_over() -> None:
    pairs, unsayable = script("The first of the two.\n\n😀\n\nThe second.")
    assert [chunk.text for chunk, _ in pairs] == ["The first of the two.", "The second."]
    assert unsayable == 1


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("s'" * 200, 200),
        ("a" * 5000, 5000),
        ("1" * 2000, 2000),
        ("e" + "\u0301" * 2000, 1),
        ("word " * 700, 2800),
        ("&" * 400, 0),
        ("$1,111,111.11 " * 40, 360),
    ],
)
def test_c6_hostile_texts_come_out_in_pieces_that_can_be_rendered(text: str, letters: int) -> None:
    pairs, _ = script(text)
    assert pairs
    assert all(0 < len(phonemes.text) <= MAX_PHONEMES for _, phonemes in pairs)
    covered = "".join(chunk.text[w.start : w.end] for chunk, phonemes in pairs for w in phonemes.words)
    assert sum(c.isalnum() for c in covered) == letters


def test_c6_a_hundred_thousand_emoji_are_counted_and_nothing_else() -> None:
    assert script("😀" * 100_000) == ([], 100_000)


def test_a_chunk_with_too_many_phonemes_is_halved() -> None:
    """Three quarters and a space are fifteen phonemes, estimated as two."""
    text = "¾ " * 200
    pairs, _ = script(text)
    assert all(len(phonemes.text) <= MAX_PHONEMES for _, phonemes in pairs)
    assert "".join(chunk.text for chunk, _ in pairs).count("¾") == 200
    assert max(len(phonemes.text) for _, phonemes in pairs) > MAX_PHONEMES // 4
    assert any(len(chunk.text) < CHUNK_MIN for chunk, _ in pairs[1:-1])


def test_the_last_chunk_can_be_halved_and_its_losses_are_counted_once() -> None:
    text = "The ship, which was old, left 你 the harbour early. The second sentence is a longer one than the first was."

    async def main() -> None:
        g2p = G2P(timeout=10.0, load_timeout=60.0)
        try:
            found = Script(g2p, text, "en-us")
            given = []
            async for chunk, _ in found:
                given.append(chunk.text)
                if len(given) == 2:
                    found.halve_last()
            first, whole, *halves = given
            assert (len(halves), " ".join(halves)) == (2, whole)
            assert f"{first} {whole}" == text
            assert found.losses.unsayable == 1
        finally:
            await g2p.close()

    asyncio.run(main())


def test_c10_the_sayable_is_said_and_the_rest_counted() -> None:
    pairs, unsayable = script("Привет, this is said. 你好!")
    assert "ðɪs" in pairs[0][1].text
    assert unsayable == 8


def test_with_detection_each_sentence_is_said_in_its_language_and_an_unsure_one_in_that_before() -> None:
    text = "Good morning, my dear old friend. La reunión del lunes es a las tres de la tarde. OK. Thank you for coming."

    async def main() -> list[tuple[str, str]]:
        g2p = G2P(timeout=10.0, load_timeout=60.0)
        try:
            found = Script(g2p, text, "en-gb", detect=True)
            return [(chunk.text, phonemes.text) async for chunk, phonemes in found]
        finally:
            await g2p.close()

    said = asyncio.run(main())
    assert " ".join(chunk for chunk, _ in said) == text
    spanish = next(phonemes for chunk, phonemes in said if "lunes" in chunk)
    assert "lˈunes" in spanish
    assert "OK." in next(chunk for chunk, _ in said if "lunes" in chunk)
    assert "mˈɔːnɪŋ" in said[0][1], "in the accent that was asked for"


def test_a_detected_language_keeps_the_voices_accent_and_what_is_not_installed_is_not_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert chosen("en-us", "es", "en-gb") == "en-gb"
    assert chosen("es", "en-gb", "en-gb") == "es"
    assert chosen(None, "es", "en-gb") == "es"
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert chosen("ja", "es", "en-gb") == "es"
