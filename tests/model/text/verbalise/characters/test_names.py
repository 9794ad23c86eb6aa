"""The tables of names: whole in all languages, and heard by the real G2P."""

import string
from functools import cache

import pytest

from tests.few import few
from ttsmesh.languages import LANGUAGES
from ttsmesh.model.g2p.phonemes import sounds
from ttsmesh.model.g2p.pronounce import Pronounce, pronouncer
from ttsmesh.model.g2p.words import SpokenWord
from ttsmesh.model.text.punctuation import SETS
from ttsmesh.model.text.verbalise.characters.choose import names
from ttsmesh.model.text.verbalise.characters.naming import character_name
from ttsmesh.model.text.verbalise.choose import verbaliser

SIGNS = "“”‘’„‚«»‹›–—…¿¡。、「」『』《》【】・〜€£¥¢₹°§¶©®™±×÷−·•†‡←→↑↓↔½¼¾ªºµ¬¦¨´¸¯।≠≤≥≈∞√²³\u00a0\u3000\r"
SIGNS_OF_ASCII = string.punctuation + " \t\n"
ALPHABETS = {"hi": "अआइईउऊऋएऐओऔकखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहािीुूृेैोौंःँ्", "zh": "你好世界一二三银行"}
ALPHABETS["ja"] = "".join(map(chr, (*range(0x3041, 0x3097), *range(0x30A1, 0x30FB)))) + "日本語漢字"


@cache
def speaking(language: str) -> Pronounce:
    return pronouncer(language)


def words(name: str) -> list[SpokenWord]:
    """As the scanner gives them: a single capital is a letter's name."""
    return [
        SpokenWord(word, "letters" if len(word) == 1 and word.isascii() and word.isupper() else "word")
        for word in name.split()
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_a_name_of_its_own_for_each_sign(language: str) -> None:
    table = names(language)
    assert [sign for sign in SIGNS_OF_ASCII if sign not in table.characters] == []
    assert [sign for sign in SETS["all"] if sign not in table.characters and sign not in "〈〉"] == []
    assert table.keys.keys() == names("en-us").keys.keys()
    assert all([*table.characters.values(), *table.keys.values(), table.capital, table.capitals])


@pytest.mark.parametrize("language", [language for language in LANGUAGES if not language.startswith("en")])
def test_no_name_is_left_in_english(language: str) -> None:
    own, english = names(language).characters, names("en-us").characters
    shared = {"copyright", "tilde", "pipe", "A E", "O E", "eth", "thorn", "eng", "euro", "yen", "plus", "danda", "cent"}
    shared |= {"macron", "tab", "micro", "asterisk", "apostrophe", "dollar"}
    shared |= {"ampersand", "cedilla"}
    assert {own[sign] for sign in SIGNS_OF_ASCII + SIGNS if sign in own and own[sign] == english.get(sign)} <= shared


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_words_and_no_two_marks_of_ascii_share_one(language: str) -> None:
    table = names(language)
    assert all(c.isalpha() or c in " '-" or ord(c) > 0x300 for name in table.characters.values() for c in name)
    said = [table.characters[mark] for mark in string.punctuation]
    assert len(set(said)) == len(said)


@pytest.mark.filterwarnings("ignore:open_text is deprecated:DeprecationWarning")  # reason: misaki's own
@pytest.mark.filterwarnings("ignore:Dictionary.create:DeprecationWarning")  # reason: pyopenjtalk's own
@pytest.mark.parametrize("language", few({"en-us", "es", "ja", "zh"}, of=LANGUAGES))
def test_each_name_is_heard(language: str) -> None:
    """Every word of it, so that nothing depends on the other ones."""
    table, speaks = names(language), verbaliser(language)
    spelled = string.ascii_letters + string.digits + SIGNS + ALPHABETS.get(language, "") + "áèîõüåçąčőжλא中か한😀\ue000"
    said = [
        *table.characters.values(),
        *table.keys.values(),
        *table.accents.values(),
        *(table.capital, table.capitals, table.superscript, table.subscript, table.half, table.small),
        *(character_name(character, speaks, "spell") for character in spelled),
    ]
    silent = []
    for word in {word for name in said for word in words(name)}:
        phonemes = speaking(language)([word])
        if phonemes.unsayable or phonemes.dropped or not sounds(phonemes.text):
            silent.append(word.text)
    assert silent == []
