"""Words to phonemes in every language, against what others say they are.

Sources, named at each: misaki's README, and the tests of its port Phonemis, whose expected values are misaki's; entries
of dictionaries (Wiktionary, as WikiPron has collected them; CMUdict, as ipa-dict writes it; JMdict for readings),
compared after both notations are brought to one; the names of numbers in the tests of num2words; and dates against the
same written out. Texts are read first, as every text is, so that G2P has words only.
"""

import re

import pytest

from tests.phonemes import phonemes_of

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.filterwarnings("ignore:open_text is deprecated:DeprecationWarning"),  # reason: misaki's own
]


def say(text: str, language: str) -> str:
    return phonemes_of(text, language).text


@pytest.mark.parametrize(
    ("language", "text", "phonemes"),
    [
        # misaki's README; Kokoro v1.0's T is its ɾ.
        (
            "en-us",
            "Now outofdictionary words are handled by espeak.",
            "nˈW WTɑfdˈɪkʃənˌɛɹi wˈɜɹdz ɑɹ hˈændəld bI ˈispik.",
        ),
        # misaki's issue 20, where its author says that this is right.
        ("en-us", "the letter", "ðə lˈɛTəɹ"),
        # IgorSwat/Phonemis, test/pipeline_zh_test.cpp: what misaki.zh.ZHG2P() gives.
        ("zh", "你好，今天天气很好。", "ni↓xau↓, ʨi→ntʰjɛ→ntʰjɛ→nʨʰi↘ xə↓n xau↓."),
        (
            "zh",
            "我们去银行取钱，然后去公园散步。",
            "wo↓mən ʨʰy↘ i↗nxa↗ŋ ʨʰy↓ ʨʰjɛ↗n, ɻa↗nxou↘ ʨʰy↘ kʊ→ŋɥɛ↗n sa↘npu↘.",
        ),
        ("zh", "他有3个苹果。", "tʰa→ jou↓ sa→nkɤ↘ pʰi↗ŋkwo↓."),
    ],
)
def test_sentences_are_said_as_misaki_and_its_port_publish_them(language: str, text: str, phonemes: str) -> None:
    assert say(text, language) == phonemes


def plain(phonemes: str) -> str:
    """Of either notation what both have: no stress, length, ties or finer marks; doubled consonants once."""
    for symbol, letters in {
        "ʤ": "dʒ",
        "ʧ": "tʃ",
        "ʦ": "ts",
        "ʣ": "dz",
        "ɑ": "a",
        "ɾ": "r",
        "ɡ": "g",
        "ʊ̃": "w̃",
        "ᵊ": "ə",
    }.items():
        phonemes = phonemes.replace(symbol, letters)
    phonemes = re.sub(r"[ˈˌː.\s\u0361\u032a\u031e\u0329]", "", phonemes)
    return re.sub(r"([^aeiou])\1", r"\1", phonemes)


ALLOPHONES = {
    "es": {"β": "b", "ð": "d", "ɣ": "ɡ"},
    "hi": {"ʌ": "ə", "c": "t͡ʃ"},
    "pt-br": {"ʊ̃": "w̃", "ʊ": "u", "æ": "a", "ɐ": "a", "y": "i", "lj": "ʎ"},
}
"""What espeak-ng writes apart, or with another letter, and the dictionary does not."""


def broad(phonemes: str, language: str) -> str:
    for symbol, letters in ALLOPHONES.get(language, {}).items():
        phonemes = phonemes.replace(symbol, letters)
    return plain(phonemes)


@pytest.mark.parametrize(
    ("language", "word", "entry"),
    [
        # open-dict-data/ipa-dict, data/en_US.txt, which is CMUdict.
        ("en-us", "hammock", "ˈhæmək"),
        ("en-us", "handbook", "ˈhændˌbʊk"),
        ("en-us", "handsome", "ˈhænsəm"),
        ("en-us", "happy", "ˈhæpi"),
        # CUNY-CL/wikipron, data/scrape/tsv: eng_latn_uk_broad.tsv, spa_latn_ca_broad.tsv and so on.
        ("en-gb", "chocolate", "t͡ʃ ɒ k ə l ə t"),
        ("en-gb", "chorus", "k ɔː ɹ ə s"),
        ("en-gb", "churchyard", "t͡ʃ ɜː t͡ʃ j ɑː d"),
        ("en-gb", "circuit", "s ɜː k ɪ t"),
        ("es", "decreto", "d e k ɾ e t o"),
        ("es", "definición", "d e f i n i θ j o n"),
        ("es", "degollar", "d e ɡ o ʎ a ɾ"),
        ("es", "dejar", "d e x a ɾ"),
        ("es", "delgado", "d e l ɡ a d o"),
        ("fr-fr", "gâteau", "ɡ a t o"),
        ("fr-fr", "génération", "ʒ e n e ʁ a s j ɔ̃"),
        ("fr-fr", "grenouille", "ɡ ʁ ə n u j"),
        ("fr-fr", "groin", "ɡ ʁ w ɛ̃"),
        ("fr-fr", "guérison", "ɡ e ʁ i z ɔ̃"),
        ("hi", "नौकर", "n ɔː k ə ɾ"),
        ("hi", "पंखा", "p ə ŋ kʰ ɑː"),
        ("hi", "पचास", "p ə t͡ʃ ɑː s"),
        ("hi", "पनीर", "p ə n iː ɾ"),
        ("hi", "परिवार", "p ə ɾ ɪ ʋ ɑː ɾ"),
        ("it", "bisogno", "b i z o ɲ ɲ o"),
        ("it", "bottiglia", "b o t t i ʎ ʎ a"),
        ("it", "braccio", "b r a t t͡ʃ o"),
        ("it", "canzone", "k a n t͡s o n e"),
        ("it", "capisce", "k a p i ʃ ʃ e"),
        ("pt-br", "maluco", "m a l u k u"),
        ("pt-br", "maquete", "m a k ɛ t͡ʃ i"),
        ("pt-br", "maracujá", "m a ɾ a k u ʒ a"),
        ("pt-br", "maravilha", "m a ɾ a v i ʎ ɐ"),
        ("pt-br", "manipulação", "m a n i p u l a s ɐ̃ w̃"),
    ],
)
def test_words_are_said_as_the_dictionary_has_them(language: str, word: str, entry: str) -> None:
    assert broad(say(word, language), language) == broad(entry, language)


@pytest.mark.parametrize(
    ("language", "figures", "words"),
    [
        # savoirfairelinux/num2words, tests/test_es.py and so on.
        ("es", "21", "veintiuno"),
        ("es", "1243", "mil doscientos cuarenta y tres"),
        ("fr-fr", "95", "quatre-vingt-quinze"),
        ("fr-fr", "1243", "mille deux cent quarante-trois"),
        ("hi", "१०", "दस"),
        ("hi", "35", "पैंतीस"),
        ("it", "28", "ventotto"),
        ("it", "31", "trentuno"),
        ("pt-br", "16", "dezesseis"),
        ("pt-br", "35", "trinta e cinco"),
        # Written out.
        ("en-us", "1,234", "one thousand two hundred thirty-four"),
        ("en-us", "$5.50", "five dollars fifty"),
        ("en-us", "in 1999", "in nineteen ninety-nine"),
        ("en-us", "May 3, 1995", "May third, nineteen ninety-five"),
        ("en-gb", "3.14", "three point one four"),
        ("en-gb", "on 12 May", "on the twelfth of May"),
        ("es", "el 3 de mayo de 2021", "el tres de mayo de dos mil veintiuno"),
        ("fr-fr", "3,14", "trois virgule quatorze"),
        ("fr-fr", "le 3 mai 2021", "le trois mai deux mille vingt et un"),
        ("hi", "3 मई", "तीन मई"),
        ("it", "il 31 marzo", "il trentuno marzo"),
        ("pt-br", "15 de maio", "quinze de maio"),
        ("ja", "333", "三百三十三"),
        ("ja", "1,500円", "千五百円"),
        ("ja", "3月15日", "三月十五日"),
        ("zh", "1,500元", "一千五百元"),
        ("zh", "50%", "百分之五十"),
        ("zh", "3.14", "三点一四"),
        ("zh", "2024-03-15", "二零二四年三月十五日"),
        ("zh", "12:30", "十二点三十分"),
    ],
)
def test_numbers_and_dates_are_said_as_the_language_writes_them_out(language: str, figures: str, words: str) -> None:
    assert level(say(figures, language)) == level(say(words, language))


def level(phonemes: str) -> str:
    """As ``plain``, and what only depends on the stress of neighbours, which a number's parts do not have."""
    return plain(phonemes).replace("ɛ", "e").replace("j", "i").replace("ə", "")


@pytest.mark.parametrize(
    ("written", "reading"),
    [
        # JMdict: the entry's first reading.
        ("東京", "とうきょう"),
        ("学校", "がっこう"),
        ("日本語", "にほんご"),
        ("牛乳", "ぎゅうにゅう"),
        ("大人", "おとな"),
        ("雑誌", "ざっし"),
        ("三百", "さんびゃく"),
        ("会議", "かいぎ"),
        ("旅行", "りょこう"),
    ],
)
def test_japanese_words_have_the_dictionarys_reading(written: str, reading: str) -> None:
    """Of a long vowel kana says which letter it is written with, and a reading that it is long."""
    spelled = re.sub(r"(?<=[おこそとのほもよろごぞどぼぽょ])う|(?<=[ゅうくすつぬふむゆる])う", "ー", reading)
    assert plain(say(written, "ja")) == plain(say(spelled.translate(_KATAKANA), "ja"))


_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


@pytest.mark.parametrize(
    ("kana", "phonemes"),
    [
        # misaki's table of kana in misaki/cutlet.py (HEPBURN), which Kokoro v1.0 was trained with.
        ("ガ", "ɡa"),
        ("キャ", "kʲa"),
        ("ギ", "ɡʲi"),
        ("ス", "sɨ"),
        ("フ", "ɸɯ"),
        ("リョ", "ɾʲo"),
        ("ピャ", "pʲa"),
    ],
)
def test_japanese_syllables_are_written_as_the_model_was_trained_and_none_is_lost(kana: str, phonemes: str) -> None:
    assert phonemes in say(kana * 2 + "カ", "ja")


@pytest.mark.parametrize(
    ("language", "text", "marks"),
    [
        ("en-us", "Well, is it so? Yes; it is!", ",?;!"),
        ("en-gb", "Well, is it so? Yes; it is!", ",?;!"),
        ("es", "Bueno, ¿es así? ¡Sí!", ",?!"),
        ("fr-fr", "Bon, c'est ça ? Oui !", ",?!"),
        ("it", "Bene: è così? Sì!", ":?!"),
        ("pt-br", "Bem, é assim? Sim!", ",?!"),
        ("hi", "अच्छा, क्या ऐसा है? हाँ।", ",?."),
        ("ja", "はい、そうですか?「はい!」", ",?“!”"),
        ("zh", "好，是吗？“是的！”", ",?“!”"),
    ],
)
def test_punctuation_is_kept_for_the_model_to_pause_at(language: str, text: str, marks: str) -> None:
    assert "".join(c for c in say(text, language) if not (c.isalpha() or c.isspace() or c in "ˈˌː↓↗↘→̃ʰʲ")) == marks
