"""The words that come with ttsmesh."""

import pytest

from ttsmesh.lexicon import files
from ttsmesh.lexicon.entries import Lexicon


@pytest.fixture(scope="module")
def shipped() -> Lexicon:
    lexicon, faults = files.load([files.shipped_lexicon()])
    assert not faults
    return lexicon


def test_it_has_some_hundred_words_for_english() -> None:
    sayings = files.content(files.shipped_lexicon()).sayings
    assert len(sayings) > 300
    assert {each.section for each in sayings} <= {"en", "all"}
    assert len({(each.section, each.word.lower()) for each in sayings}) == len(sayings), "a word twice"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("kubectl", "kube control"),
        ("NGINX", "engine X"),
        ("PyPI", "pie P I"),
        ("config", "/kˈɑnfɪɡ/"),
        ("configs", "/kˈɑnfɪɡz/"),
        ("YAML", "/jˈæməl/"),
        ("SIGTERM", "sig term"),
        ("PostgreSQL", "/pˌOstɡɹɛs kjuˈɛl/"),
        ("Nguyen", "/wˈɪn/"),
    ],
)
def test_technical_words_are_said_as_those_say_them_who_use_them(shipped: Lexicon, word: str, said: str) -> None:
    found = shipped.find(word, "en-us")
    assert found is not None
    assert said in (found.respelling, f"/{found.phonemes}/")


@pytest.mark.parametrize(
    "word",
    [
        *(
            "bash",
            "char",
            "git",
            "go",
            "gem",
            "helm",
            "latex",
            "vi",
            "VI",
            "rust",
            "swift",
            "tuple",
            "type",
            "elf",
            "gan",
        ),
        *(
            "nas",
            "json's",
            "foss",
            "mr",
            "as",
            "is",
            "its",
            "us",
            "This",
            "news",
            "bus",
            "series",
            "yes",
            "does",
            "cars",
        ),
    ],
)
def test_words_that_english_says_right_or_uses_otherwise_are_not_among_them(shipped: Lexicon, word: str) -> None:
    assert shipped.find(word, "en-us") is None


def test_other_languages_have_only_what_is_for_all(shipped: Lexicon) -> None:
    assert shipped.find("config", "es") is None
    found = shipped.find("nginx", "es")
    assert found is not None
    assert found.phonemes
