"""Numbers before nouns, and before words that are none."""

import pytest

from tests.model.text.verbalise.said import read

CASES = [
    ("es", "|21 alumnos", "21", "veintiún"),
    ("es", "|31 alumnas", "31", "treinta y una"),
    ("es", "|200 páginas", "200", "doscientas"),
    ("es", "|1 vez", "1", "una"),
    ("es", "|1 día", "1", "un"),
    ("es", "|½ taza", "½", "media"),
    ("pt-br", "|2 pessoas", "2", "duas"),
    ("pt-br", "|22 dias", "22", "vinte e dois"),
    ("pt-br", "|300 mulheres", "300", "trezentas"),
    ("pt-br", "|1/2 xícara", "1/2", "meia"),
    ("fr-fr", "|21 pages", "21", "vingt et une"),
    ("fr-fr", "|1 côté", "1", "un"),
    ("it", "|1 casa", "1", "una"),
    ("it", "|1 libro", "1", "un"),
]


@pytest.mark.parametrize(("language", "text", "taken", "said"), CASES, ids=[f"{case[0]} {case[1]}" for case in CASES])
def test_a_number_agrees_with_the_noun_behind_it(language: str, text: str, taken: str, said: str) -> None:
    assert read(language, text) == (taken, said)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "|1 de enero"),
        ("es", "|2021 los precios"),
        ("es", "|2021 fue malo"),
        ("es", "|5 alumnas"),
        ("es", "|11 alumnas"),
        ("es", "|1 Kilo"),
        ("pt-br", "|2 de maio"),
        ("pt-br", "|12 casas"),
        ("fr-fr", "|1 km"),
        ("it", "|21 anni"),
    ],
)
def test_a_number_before_another_word_is_left_to_other_rules(language: str, text: str) -> None:
    assert read(language, text) is None
