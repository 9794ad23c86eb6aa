"""IPA becomes what misaki writes, and what misaki writes stays."""

import pytest
from hypothesis import given, strategies as st

from ttsmesh.languages import LANGUAGES
from ttsmesh.lexicon.notation import SYMBOLS, kokoro
from ttsmesh.model.g2p.english.dictionaries import lexicon
from ttsmesh.model.g2p.tokens import table

US, GB = "en-us", "en-gb"


@pytest.mark.parametrize(
    ("ipa", "language", "symbols"),
    [
        # What misaki's dictionaries have for these words, from IPA as Wiktionary writes it.
        pytest.param("fɜːst", GB, "fɜːst", id="first, British"),
        pytest.param("ˈfɝst", US, "fˈɜɹst", id="first, American"),
        pytest.param("ˈfɜːst", US, "fˈɜɹst", id="British length in American"),
        pytest.param("əˈbaʊt", US, "əbˈWt", id="ow"),
        pytest.param("ˈbɛtɚ", US, "bˈɛtəɹ", id="r-coloured vowel, American"),
        pytest.param("ˈbɛtɚ", GB, "bˈɛtə", id="r-coloured vowel, British"),
        pytest.param("ˈɡoʊst", US, "ɡˈOst", id="goat, American"),
        pytest.param("ˈɡəʊst", GB, "ɡˈQst", id="goat, British"),
        pytest.param("ˈɡoʊst", GB, "ɡˈQst", id="American goat in British"),
        pytest.param("ˈdʒɔɪ", US, "ʤˈY", id="joy"),
        pytest.param("t͡ʃeɪn", US, "ʧAn", id="tie"),
        pytest.param("ˈkæts", US, "kˈæts", id="English ts is two"),
        pytest.param("ˈkæt", GB, "kˈat", id="trap, British"),
        pytest.param("ˈred", US, "ɹˈɛd", id="plain e and r"),
        pytest.param("heə", GB, "hɛː", id="square, British"),
        pytest.param("lɒt", US, "lɑt", id="lot, American"),
        pytest.param("ˈbʌtn̩", GB, "bˈʌtᵊn", id="syllabic n"),
        pytest.param("ˈbʌtən", GB, "bˈʌtən", id="schwa and n"),
        pytest.param("ˈstrʌkt", US, "stɹˈʌkt", id="stress goes to the vowel"),
        pytest.param("ˌɛn.dʒɪnˈɛks", US, "ˌɛnʤɪnˈɛks", id="syllables"),
        pytest.param("'pOst,gɹɛs", US, "pˈOstɡɹˌɛs", id="ASCII stress and g"),
        pytest.param("vizh", GB, "vizh", id="plain letters"),
        pytest.param("kjˈub kəntɹˈOl", US, "kjˈub kəntɹˈOl", id="the model's own, two words"),
        pytest.param("  wˈɪn ", US, "wˈɪn", id="spaces"),
        pytest.param("dɪər", US, "dɪɹ", id="near, American"),
        pytest.param("dɪə(r)", GB, "dɪə", id="near, British"),
        pytest.param("kəmˈpɛə(r)", US, "kəmpˈɛɹ", id="optional r, American"),
        pytest.param("kəmˈpɛə(r)", GB, "kəmpˈɛː", id="optional r, British"),
        pytest.param("kɑɹd", GB, "kɑːd", id="r before a consonant, British"),
        pytest.param("ˈvɛɹi", GB, "vˈɛɹi", id="r before a vowel, British"),
        pytest.param("ˈvɪɹjuː", GB, "vˈɪɹjuː", id="r before j, British"),
        # Other languages keep their own r, and have what misaki makes of espeak-ng's ties.
        pytest.param("ˈpero", "es", "pˈero", id="Spanish trill"),
        pytest.param("ˈpeɾo", "es", "pˈeɾo", id="Spanish tap"),
        pytest.param("ˈpit͡sa", "it", "pˈiʦa", id="Italian ts"),
        pytest.param("ˈtʃao", "it", "ʧˈao", id="Italian ch"),
        pytest.param("bɔ̃ʒuʁ", "fr-fr", "bɔ̃ʒuʁ", id="French nasal"),
        pytest.param("fʁɑ̃sɛ", "fr-fr", "fʁɑ̃sɛ", id="nasal after r"),
        pytest.param("ç", "ja", "ç", id="cedilla"),
        pytest.param("ni↓xau↓", "zh", "ni↓xau↓", id="tones"),
    ],
)
def test_ipa_becomes_the_models_symbols(ipa: str, language: str, symbols: str) -> None:
    assert kokoro(ipa, language) == symbols
    assert kokoro(symbols, language) == symbols


@pytest.mark.parametrize(
    ("ipa", "named"),
    [
        pytest.param("kʘt", "'ʘ'", id="click"),
        pytest.param("k3t", "'3'", id="digit"),
        pytest.param("kA!", "'!'", id="mark"),
        pytest.param("a\u0302", "U+0302", id="combining mark"),
        pytest.param("a\u0000", "U+0000", id="control"),
        pytest.param("", "no phoneme", id="empty"),
        pytest.param("ˈ ː", "no phoneme", id="only marks"),
    ],
)
def test_what_the_model_does_not_know_is_named(ipa: str, named: str) -> None:
    with pytest.raises(ValueError, match=named.replace("+", r"\+")):
        kokoro(ipa, US)


@given(st.text(st.sampled_from([*SYMBOLS, *"g'(r):,͡.̩æaɪoʊ"]), min_size=1), st.sampled_from(LANGUAGES))
def test_only_symbols_of_the_model_come_out_and_stay(ipa: str, language: str) -> None:
    try:
        symbols = kokoro(ipa, language)
    except ValueError:
        return
    assert set(symbols) <= SYMBOLS


def test_the_symbols_are_the_models_vocabulary_without_its_marks() -> None:
    assert table().keys() - SYMBOLS == set(';:,.!?—…"()“”')
    assert table().keys() >= SYMBOLS


@pytest.mark.parametrize(("british", "language"), [(False, US), (True, GB)])
def test_misakis_dictionaries_are_left_as_they_are(british: bool, language: str) -> None:
    golds = lexicon(british).golds
    words = [word for word, said in golds.items() if isinstance(said, str)]
    changed = [
        word for word in words if kokoro(golds[word], language) != golds[word].replace("ɾ", "T").replace("ʔ", "t")
    ]
    # Where t and ʃ of two syllables meet ("courtship"), and in foreign names, the notation is not certain.
    assert len(changed) < 80, changed
    assert len(words) > 80_000
