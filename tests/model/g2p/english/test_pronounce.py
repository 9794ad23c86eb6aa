"""English, word by word: what misaki's dictionaries and rules say, and what becomes of words that they lack."""

import importlib.resources
import json
from collections.abc import Callable

import pytest

from ttsmesh.model.g2p.phonemes import Phonemes
from ttsmesh.model.g2p.pronounce import pronouncer
from ttsmesh.model.g2p.words import SpokenWord

pytestmark = pytest.mark.timeout(180)

Speak = Callable[[str], Phonemes]

MARKS = frozenset(".,;:!?…—“”")


def spoken(text: str) -> list[SpokenWord]:
    """The words of ``text``, which has spaces between them and marks after them only."""
    words: list[SpokenWord] = []
    for word in text.split():
        bare = word.rstrip(".,;:!?")
        if bare:
            words.append(SpokenWord(bare, "mark" if bare in MARKS else "word", spaced=bare == word))
        words += [SpokenWord(mark, "mark") for mark in word[len(bare) :]]
    return words


@pytest.fixture(scope="module")
def us() -> Speak:
    speak = pronouncer("en-us")
    return lambda text: speak(spoken(text))


@pytest.fixture(scope="module")
def gb() -> Speak:
    speak = pronouncer("en-gb")
    return lambda text: speak(spoken(text))


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        # misaki's README, and its issue 20.
        ("is a G engine designed for models.", "ɪz ɐ ʤˈi ˈɛnʤən dəzˈInd fɔɹ mˈɑdᵊlz."),
        ("Now outofdictionary words are handled by espeak.", "nˈW WTɑfdˈɪkʃənˌɛɹi wˈɜɹdz ɑɹ hˈændəld bI ˈispik."),
        ("the letter", "ðə lˈɛTəɹ"),
        # misaki's dictionary, word for word.
        ("the apple, to ask", "ði ˈæpᵊl, tʊ ˈæsk"),
    ],
)
def test_sentences_are_said_as_misaki_says_them(us: Speak, text: str, phonemes: str) -> None:
    assert us(text).text == phonemes


def test_words_are_said_as_the_dictionary_has_them(us: Speak) -> None:
    gold = json.loads((importlib.resources.files("misaki") / "data" / "us_gold.json").read_text(encoding="utf-8"))
    for word in ("giraffe", "umbrella", "piano", "kitchen", "hospital", "violin", "cathedral"):
        assert us(word).text == gold[word].replace("ɾ", "T")


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        pytest.param("I read books every day.", "ˌI ɹˈid bˈʊks ˈɛvəɹi dˈA.", id="K15 read, present"),
        pytest.param("I read it yesterday.", "ˌI ɹˈɛd ɪt jˈɛstəɹdˌA.", id="read, past"),
        pytest.param("Lead is heavy.", "lˈɛd ɪz hˈɛvi.", id="lead, metal"),
        pytest.param("They lead the way.", "ðˌA lˈid ðə wˈA.", id="lead, verb"),
        pytest.param("There is a tear in the fabric.", "ðˌɛɹ ɪz ɐ tˈɛɹ ɪn ðə fˈæbɹɪk.", id="tear, rip"),
        pytest.param("We live here, a live show.", "wˌi lˈɪv hˈɪɹ, ɐ lˈIv ʃˈO.", id="live"),
        pytest.param("Close the door; we are close to it.", "klˈOz ðə dˈɔɹ; wi ɑɹ klˈOs tʊ ɪt.", id="close"),
        pytest.param("Record the record.", "ɹəkˈɔɹd ðə ɹˈɛkəɹd.", id="record"),
        pytest.param("What're they doing?", "wˌʌtəɹ ðA dˈuɪŋ?", id="K14 what're"),
        pytest.param("Pan Am flew.", "pˈæn ˈæm flˈu.", id="K26 Pan Am"),
        pytest.param("Th' old man", "ði ˈOld mˈæn", id="K26 th'"),
        pytest.param("It’s Mary’s.", "ˌɪts mˈɛɹiz.", id="K1 curly apostrophe"),
        pytest.param("No, it wasn’t.", "nˈO, ɪt wˈʌzᵊnt.", id="K1 not"),
        pytest.param("the dogs’ bones", "ðə dˈɔɡz bˈOnz", id="K1 possessive of a plural"),
        pytest.param("’tis rock'n'roll", "tˈɪz ɹˈɑkənɹˈOl", id="apostrophes inside and before"),
        pytest.param("wait … so — yes", "wˈAt… sˌO — jˈɛs", id="marks"),
    ],
)
def test_a_sentence_is_said_as_a_reader_would(us: Speak, text: str, phonemes: str) -> None:
    assert us(text).text == phonemes


@pytest.mark.parametrize(
    ("unknown", "known"),
    [
        ("what'll've", "what"),
        ("well-known", "well"),
        ("e-mail", "e"),
        ("GitHub", "git"),
        ("naïve", "naive"),
        ("façade", "facade"),
        ("Nguyễn", "Nguyen"),
        ("Nguyen's", "Nguyen"),
    ],
)
def test_a_word_that_no_dictionary_has_begins_as_one_that_it_has(us: Speak, unknown: str, known: str) -> None:
    assert bare(us(unknown).text).startswith(bare(us(known).text))


def bare(phonemes: str) -> str:
    return phonemes.replace("ˈ", "").replace("ˌ", "")


@pytest.mark.parametrize(
    "word",
    [
        "zzyzx",
        "brrr",
        "xiv",
        "VIII",
        "O'Shea",
        "McQuillan",
        "PostgreSQL",
        "a-b-c-d",
        "Dvořák",
        "Ørsted",
        "ß",
        "'",
        "x'",
    ],
)
def test_no_letter_is_silent_and_no_phoneme_is_unknown_to_the_model(us: Speak, gb: Speak, word: str) -> None:
    for speak in (us, gb):
        said = speak(word)
        assert (said.unsayable, said.dropped) == (0, 0)
        assert said.sounds or not any(map(str.isalpha, word))


@pytest.mark.parametrize("word", ["s'" * 50, "-" * 90 + "a", "a" * 400, "'" * 90, "aB" * 50, "é" * 90])
def test_hostile_words_are_said_or_counted(us: Speak, word: str) -> None:
    assert us(word).dropped == 0


def test_letters_are_named_with_the_stress_on_the_last() -> None:
    speak = pronouncer("en-us")
    assert speak([SpokenWord("PDF", "letters")]).text == "pˌidˌiˈɛf"
    assert speak([SpokenWord("A", "letters")]).text == "ˈA"
    assert speak([SpokenWord("É", "letters")]).text == "ˈi"


def test_phonemes_that_came_with_a_word_are_not_changed() -> None:
    said = pronouncer("en-us")([SpokenWord("the"), SpokenWord("kubectl", phonemes="ɾˈæ"), SpokenWord(".", "mark")])
    assert said.text == "ðə ɾˈæ."


@pytest.mark.parametrize("word", ["README", "KUBERNETES", "HELLO", "IMPORTANT", "WARNINGS"])
def test_a_word_in_capitals_is_said_as_in_small_letters(us: Speak, word: str) -> None:
    assert bare(us(word).text) == bare(us(word.lower()).text)


@pytest.mark.parametrize("words", [[], [SpokenWord("")], [SpokenWord("\u200d"), SpokenWord(",", "mark")]])
def test_nothing_to_say_is_nothing(words: list[SpokenWord]) -> None:
    said = pronouncer("en-us")(words)
    assert (said.sounds, said.unsayable) == (False, 0)


def test_each_word_has_its_phonemes(us: Speak) -> None:
    said = us("It wasn't well-known, was it?")
    characters = "Itwasn'twell-known,wasit?"
    assert [characters[w.start : w.end] for w in said.words] == [
        "It",
        "wasn't",
        "well-known",
        ",",
        "was",
        "it",
        "?",
    ]
    assert said.text[said.words[1].phoneme_start : said.words[1].phoneme_end] == "wˈʌzᵊnt"


def test_british_english_has_its_own_dictionary(gb: Speak) -> None:
    assert gb("She can't dance.").text == "ʃˌiː kˈɑːnt dˈɑːns."
    assert gb("What're they doing?").text == "wˌɒtə ðA dˈuːɪŋ?"
