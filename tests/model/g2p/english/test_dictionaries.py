"""The dictionaries that are loaded quickly are misaki's, word for word."""

import random

import pytest
from misaki import en

from tests.few import few
from ttsmesh.model.g2p.english.dictionaries import lexicon

pytestmark = pytest.mark.filterwarnings("ignore:open_text is deprecated:DeprecationWarning")  # reason: misaki's own

OTHERS = ("", "a", "A", "Zzyzx", "ZZYZX", "zzyzx", "McDonald", "straße", "Straße", "ß", "ǆ", "ǅ", "İ", "1st")


@pytest.mark.parametrize("british", few({False}, of=(False, True)))
def test_every_word_in_every_spelling_is_found_as_misaki_finds_it(british: bool) -> None:
    theirs, ours = en.Lexicon(british), lexicon(british)
    assert (ours.british, ours.cap_stresses) == (theirs.british, theirs.cap_stresses)
    for expected, found in ((theirs.golds, ours.golds), (theirs.silvers, ours.silvers)):
        for word in (*expected, *OTHERS):
            for spelling in {word, word.lower(), word.upper(), word.capitalize()}:
                assert (spelling in found) == (spelling in expected), spelling
                assert found.get(spelling, 0) == expected.get(spelling, 0), spelling
        for word in random.Random(1).sample(list(expected), 1000):
            assert found[word] == expected[word]
        with pytest.raises(KeyError):
            found["zzyzx"]


def test_it_has_all_that_misakis_has() -> None:
    assert vars(lexicon(False)).keys() == vars(en.Lexicon(False)).keys()
