"""Promises C5, C6 and C10: a whole utterance to chunks and phonemes, with the real G2P and the real reader."""

import asyncio
from collections.abc import Iterable, Iterator

import pytest

from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.g2p.phonemes import Phonemes
from ttsmesh.model.g2p.words import SpokenWord, located
from ttsmesh.model.render.script import Script, Text
from ttsmesh.model.text.chunking import CHUNK_MIN, TextChunk
from ttsmesh.model.text.markup.markup import Markup, Wish
from ttsmesh.model.text.reader import chosen
from ttsmesh.model.text.reading import Reading
from ttsmesh.model.text.segments import Mark

Pairs = list[tuple[TextChunk, Phonemes]]


class Scripts:
    """Scripts that share the processes of one G2P, which none of them may cost."""

    def __init__(self, runner: asyncio.Runner, g2p: G2P) -> None:
        self._runner = runner
        self._g2p = g2p

    def __call__(
        self, text: str, language: str = "en-us", *, silent: bool = False, markup: Markup | None = None, start: int = 0
    ) -> tuple[Pairs, int]:
        reading = Reading(language=language, read_as=markup.kind if markup else "auto")
        return self.read(text, reading, silent=silent, markup=markup, start=start)

    def read(
        self, text: str, reading: Reading, *, silent: bool = False, markup: Markup | None = None, start: int = 0
    ) -> tuple[Pairs, int]:
        async def main() -> tuple[Pairs, int]:
            await self._g2p.warm(reading.language)
            before = self._g2p.pids
            found = Script(self._g2p, Text(self._g2p, text, reading, markup=markup), silent=silent, start=start)
            pairs = [pair async for pair in found]
            assert self._g2p.pids[: len(before)] == before, "a process was lost"
            return pairs, found.losses.unsayable

        return self._runner.run(main())


@pytest.fixture(scope="module")
def script() -> Iterator[Scripts]:
    with asyncio.Runner() as runner:
        g2p = G2P(timeout=10.0, load_timeout=60.0)
        yield Scripts(runner, g2p)
        runner.run(g2p.close())


def heard(pairs: Iterable[tuple[TextChunk, Phonemes]]) -> str:
    """The characters of the words that have phonemes, without spaces."""
    out = []
    for chunk, phonemes in pairs:
        characters = "".join(word.text for word in chunk.words)
        out += [characters[span.start : span.end] for span in phonemes.words]
    return "".join(out)


def test_every_chunk_has_its_phonemes_in_order(script: Scripts) -> None:
    text = "Hello there, my friend. This is a sentence that has some more words in it, and then it is over.\n\nBye."
    pairs, unsayable = script(text)
    assert pairs[0][0].text == "Hello there, my friend."
    assert " ".join(chunk.text for chunk, _ in pairs) == " ".join(text.split())
    assert unsayable == 0
    for chunk, phonemes in pairs:
        assert text[chunk.start : chunk.end] == chunk.text
        words = [SpokenWord(word.text) for word in chunk.words]
        indices = [[index for index, _, _ in located(words, w.start, w.end)] for w in phonemes.words]
        assert indices == [[index] for index in range(len(chunk.words))]


def test_what_a_word_is_said_for_is_where_it_stands_in_the_text(script: Scripts) -> None:
    text = "It costs $2.50 at 10:30."
    ((chunk, _),), _ = script(text)
    assert chunk.text == "It costs two dollars fifty at ten thirty."
    assert [text[word.start : word.end] for word in chunk.words] == [
        *("It", "costs", "$2.50", "$2.50", "$2.50", "at", "10:30", "10:30", ".")
    ]


@pytest.mark.parametrize("text", ["...", "?! -- ()", "\u0301\u0302", "* * *\n\n---", "你好。", "&" * 400])
def test_c5_what_cannot_be_said_gives_nothing_to_say(script: Scripts, text: str) -> None:
    assert script(text)[0] == []


def test_c5_silent_paragraphs_between_others_are_passed_over(script: Scripts) -> None:
    pairs, unsayable = script("The first of the two.\n\n你\n\n...\n\nThe second.")
    assert [chunk.text for chunk, _ in pairs] == ["The first of the two.", "The second."]
    assert unsayable == 1


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("s'" * 200, 200),
        ("a" * 5000, 5000),
        ("e" + "\u0301" * 2000, 1),
        ("word " * 700, 2800),
        ("supercalifragilistic" * 40, 800),
    ],
)
def test_c6_hostile_texts_come_out_in_pieces_that_can_be_rendered(script: Scripts, text: str, letters: int) -> None:
    pairs, _ = script(text)
    assert pairs
    assert all(0 < len(phonemes.text) <= MAX_PHONEMES for _, phonemes in pairs)
    assert sum(c.isalnum() for c in heard(pairs)) == letters


@pytest.mark.parametrize("text", ["1" * 2000, "& " * 400, "$1,111,111.11 " * 40, "😀" * 500, "½ " * 300, "C++ " * 300])
def test_c6_hostile_signs_are_said_in_words_or_counted(script: Scripts, text: str) -> None:
    pairs, unsayable = script(text)
    assert all(0 < len(phonemes.text) <= MAX_PHONEMES for _, phonemes in pairs)
    assert pairs or unsayable
    assert not any(c.isdigit() or c in "$&½+😀" for chunk, _ in pairs for word in chunk.words for c in word.text)
    covered = {at for chunk, _ in pairs for word in chunk.words for at in range(word.start, word.end)}
    missed = sum(not c.isspace() for at, c in enumerate(text) if at not in covered)
    assert missed <= unsayable


def test_a_chunk_with_too_many_phonemes_is_halved(script: Scripts) -> None:
    """A word is estimated as a phoneme for each letter; this one is spelled, and each letter's name has nine."""
    pairs, _ = script("wwww " * 200)
    assert all(len(phonemes.text) <= MAX_PHONEMES for _, phonemes in pairs)
    assert heard(pairs).count("w") == 800
    assert max(len(phonemes.text) for _, phonemes in pairs) > MAX_PHONEMES // 4
    assert any(len(chunk.text) < CHUNK_MIN for chunk, _ in pairs[1:-1])


def test_c10_the_sayable_is_said_and_the_rest_counted(script: Scripts) -> None:
    pairs, unsayable = script("Привет, this is said. 你好!")
    assert "ðɪs" in pairs[0][1].text
    assert unsayable == 8


def test_what_is_left_out_behind_the_last_word_is_given_where_silent_chunks_are_asked_for(script: Scripts) -> None:
    pairs, unsayable = script("你好。", silent=True)
    assert [(chunk.words, chunk.unsayable, phonemes.text) for chunk, phonemes in pairs] == [((), 2, "")]
    assert unsayable == 2


def test_with_detection_each_sentence_is_said_in_its_language_and_an_unsure_one_in_that_before(script: Scripts) -> None:
    text = "Good morning, my dear old friend. La reunión del lunes es a las tres de la tarde. OK. Thank you for coming."

    pairs, _ = script.read(text, Reading(language="en-gb", detect=True))
    said = [(chunk.text, phonemes.text) for chunk, phonemes in pairs]
    assert " ".join(chunk for chunk, _ in said) == text.replace("OK", "O K")
    spanish = next(phonemes for chunk, phonemes in said if "lunes" in chunk)
    assert "lˈunes" in spanish
    assert "O K." in next(chunk for chunk, _ in said if "lunes" in chunk)
    assert "mˈɔːnɪŋ" in said[0][1], "in the accent that was asked for"


def test_a_detected_language_keeps_the_accent_that_was_asked_for_and_what_is_not_installed_is_not_taken() -> None:
    def speaks(language: str) -> bool:
        return language != "ja"

    assert chosen("en-us", "es", "en-gb", speaks) == "en-gb"
    assert chosen("es", "en-gb", "en-gb", speaks) == "es"
    assert chosen(None, "es", "en-gb", speaks) == "es"
    assert chosen("ja", "es", "en-gb", speaks) == "es"


def test_a_text_with_markup_comes_out_with_its_voices_pauses_and_marks(script: Scripts) -> None:
    markup = Markup("ssml", {Wish(("emma",)): ("bf_emma", "en-gb")})
    text = (
        "<speak><mark name='a'/><break time='1s'/>It costs <emphasis>$2.50</emphasis>."
        "<voice name='emma'>Sure</voice><break time='2s'/>你<mark name='b'/><break time='3s'/></speak>"
    )
    pairs, unsayable = script(text, markup=markup)
    assert [(chunk.text, chunk.pause_ms, [mark.name for mark in chunk.marks]) for chunk, _ in pairs] == [
        ("", 1000.0, ["a"]),
        ("It costs two dollars fifty.", None, []),
        ("Sure,", 2000.0, []),
        ("", 3000.0, ["b"]),
    ]
    assert [(chunk.voice, chunk.language) for chunk, _ in pairs[1:3]] == [(None, "en-us"), ("bf_emma", "en-gb")]
    assert [delivery.rate for _, delivery in pairs[1][0].deliveries] == [1.0, 0.9]
    assert "ʃˈʊə" in pairs[2][1].text
    assert [phonemes.text for chunk, phonemes in pairs if not chunk.words] == ["", ""]
    assert unsayable == 1


def test_what_makes_no_sound_keeps_its_pauses_and_marks(script: Scripts, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(self: G2P, words: object, language: str, rank: int = 0) -> Phonemes:
        return Phonemes("", (), 4)

    monkeypatch.setattr(G2P, "phonemise", silent)
    pairs, unsayable = script("<speak>word <mark name='a'/><break time='1s'/>word</speak>", markup=Markup("ssml"))
    assert [(chunk.words, chunk.pause_ms, chunk.marks) for chunk, _ in pairs] == [((), 1000.0, (Mark("a", 0),))]
    assert (pairs[0][0].start, unsayable) == (7, 8)


def test_what_begins_later_has_no_pause_and_no_mark_of_what_was_heard(script: Scripts) -> None:
    text = (
        "<speak><mark name='a'/><break time='1s'/>Hello. <break time='2s'/><mark name='b'/><break time='3s'/>"
        "World.<mark name='c'/></speak>"
    )
    pairs, _ = script(text, markup=Markup("ssml"), start=text.index("World"))
    assert [(chunk.text, [mark.name for mark in chunk.marks]) for chunk, _ in pairs] == [("World.", ["c"])]
