"""The languages of espeak-ng, word by word."""

from collections.abc import Callable
from functools import cache

import pytest

from ttsmesh.model.g2p.espeak import bounded
from ttsmesh.model.g2p.phonemes import Phonemes
from ttsmesh.model.g2p.pronounce import pronouncer
from ttsmesh.model.g2p.words import SpokenWord, located

LANGUAGES = ("es", "fr-fr", "hi", "it", "pt-br")

MARKS = ".,;:!?।¿¡"


@cache
def speaking(language: str) -> Callable[[list[SpokenWord]], Phonemes]:
    return pronouncer(language)


def spoken(text: str) -> list[SpokenWord]:
    return [SpokenWord(word, "mark" if word in MARKS else "word") for word in text.split()]


def say(text: str, language: str) -> Phonemes:
    return speaking(language)(spoken(text))


@pytest.mark.parametrize(
    ("language", "text", "phonemes"),
    [
        ("es", "¿ Hola , qué tal ?", "ˈola, kˈe tˈal?"),
        ("fr-fr", "Les amis , c'est ça !", "lez amˈi, sɛ sˈa!"),
        ("fr-fr", "L’homme d'aujourd'hui", "lˈɔm doʒuʁdyˈi"),
        ("it", "Dell'acqua e l’amico .", "dellˈakːwa e lamˈiko."),
        ("pt-br", "Olá , tudo", "olˈa, tˈudʊ"),
        ("hi", "नमस्ते दुनिया ।", "nəmˈʌsteː dˈʊnɪjˌaː."),
    ],
)
def test_words_are_said_together_and_marks_are_kept(language: str, text: str, phonemes: str) -> None:
    assert say(text, language).text == phonemes


@pytest.mark.parametrize(
    ("word", "phonemes"),
    [
        # Wiktionary's entries, in the model's symbols.
        ("authentique", "otɑ̃tˈik"),
        ("Authentique", "otɑ̃tˈik"),
        ("mythe", "mˈit"),
        ("rythme", "ʁˈitm"),
        ("labyrinthe", "labiʁˈɛ̃t"),
        ("algorithmes", "alɡoʁˈitm"),
        ("enthousiaste", "ɑ̃tuzjˈast"),
        ("sympathisants", "sɛ̃patizˈɑ̃"),
        ("ethnologie", "ɛtnoloʒˈi"),
        ("testament", "tɛstamˈɑ̃"),
        ("dos", "dˈo"),
        ("l’authenticité", "lotɑ̃tisitˈe"),
        ("d'algorithme", "dalɡoʁˈitm"),
        ("vécut", "vekˈy"),
    ],
)
def test_k25_a_french_word_is_not_said_in_english(word: str, phonemes: str) -> None:
    assert say(word, "fr-fr").text == phonemes
    assert say(f"un {word}", "fr-fr").text.endswith(phonemes)


@pytest.mark.parametrize("word", ["thriller", "Smith", "football"])
def test_an_english_word_in_french_stays_english(word: str) -> None:
    assert {"θ", "ː"} & set(say(word, "fr-fr").text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("numeral", ["XIV", "VIII", "xiv", "ii"])
def test_no_word_is_read_as_a_roman_numeral(language: str, numeral: str) -> None:
    spelled = speaking(language)([SpokenWord(numeral.upper(), "letters")])
    assert say(numeral, language).text == spelled.text


@pytest.mark.parametrize(
    ("language", "word", "same"),
    [("pt-br", "MIX", "mix"), ("fr-fr", "Dr", "dr"), ("es", "Sr", "sr"), ("es", "VI", "vi"), ("it", "CO", "co")],
)
def test_capitals_make_no_abbreviation_of_a_word(language: str, word: str, same: str) -> None:
    assert say(word, language) == say(same, language)


@pytest.mark.parametrize(
    ("language", "letters", "phonemes"),
    [
        ("es", "PDF", "pˌedˌeˈɛfe"),
        ("es", "Y", "ˈi ɣɾiˈeɣa"),
        ("fr-fr", "PDF", "pˌedˌeˈɛf"),
        ("hi", "PDF", "pˌiːdˌiːˈɛf"),
        ("it", "PDF", "pˌidˌiːˈɛffe"),
        ("pt-br", "PDF", "pˌedˌeˈɛfy"),
    ],
)
def test_letters_are_named_in_the_language(language: str, letters: str, phonemes: str) -> None:
    assert speaking(language)([SpokenWord(letters, "letters")]).text == phonemes


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_is_silent_and_no_phoneme_is_unknown_to_the_model(language: str) -> None:
    letters = [SpokenWord(letter, "letters") for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZÉÑÜ"]
    words = spoken("software gmail ent week-end Nguyen zzz d'ent url tweet")
    said = speaking(language)([*letters, *words])
    assert (said.unsayable, said.dropped) == (0, 0)
    heard = {index for w in said.words for index, _, _ in located([*letters, *words], w.start, w.end)}
    assert heard == set(range(len(letters) + len(words)))


def test_joiners_inside_a_word_of_hindi_do_not_part_it() -> None:
    assert say("क्\u200dया", "hi").text == say("क्या", "hi").text


def test_phonemes_that_came_with_a_word_are_not_changed() -> None:
    words = [SpokenWord("le"), SpokenWord("kubectl", phonemes="kybˈe"), SpokenWord("est")]
    said = speaking("fr-fr")(words)
    assert said.text.split()[1] == "kybˈe"
    assert [located(words, w.start, w.end)[0][0] for w in said.words] == [0, 1, 2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_longer_than_espeak_bears_is_said(language: str) -> None:
    assert say("ba" * 200, language).sounds


@pytest.mark.parametrize("word", ["a", "é" * 90, "क" * 90])
def test_a_long_word_is_parted_and_loses_nothing(word: str) -> None:
    parts = bounded(word).split(" ")
    assert "".join(parts) == word
    assert max(len(part.encode()) for part in parts) <= 100


@pytest.mark.parametrize(
    ("language", "before", "letters"), [("fr-fr", "l'", "API"), ("fr-fr", "D'", "EDF"), ("it", "l’", "IVA")]
)
def test_an_article_before_letters_is_no_letter_itself(language: str, before: str, letters: str) -> None:
    said = speaking(language)([SpokenWord(before, spaced=False), SpokenWord(letters, "letters")]).text
    alone = speaking(language)([SpokenWord(letters, "letters")]).text
    assert said == before[0].lower() + alone
