"""Single characters by name, in all languages."""

import pytest

from ttsmesh.model.text.verbalise.characters.naming import character_name, characters
from ttsmesh.model.text.verbalise.choose import verbaliser

NAMES = {
    "en-us": "a A|Z Z|5 five|? question mark|. dot|# number|( left paren|& ampersand|é E acute|ñ N tilde|ç C cedilla"
    "|ü U umlaut|ß sharp S|€ euro|… ellipsis|½ one half|² superscript two|₃ subscript three|Ⅷ eight|① one"
    "|→ right arrow|≠ not equal to|λ lambda|ж cyrillic zhe|א hebrew alef|中 character four E two D|か hiragana ka"
    "|क devanagari ka|한 hangul syllable han|Ａ A|𝐁 B|５ five|٣ three|😀 grinning face|👩\u200d💻 woman technologist"
    "|🇫🇷 France flag|❤\ufe0f red heart|5\ufe0f\u20e3 five|\u0301 combining acute accent"
    "|\ue000 character E zero zero zero|q\u0323\u0301 Q dot below acute",
    "en-gb": ". full stop|# hash|( left bracket|[ left square bracket|{ left curly bracket|z Z|? question mark",
    "es": "ñ eñe|Ñ eñe|ü U con diéresis|á A con acento|¿ abre interrogación|¡ abre exclamación|. punto|@ arroba"
    "|ç ce cedilla|€ euro|5 cinco|« abre comillas latinas|y Y",
    "fr-fr": "é E accent aigu|è E accent grave|ê E accent circonflexe|ë E tréma|ç C cédille|œ E dans l'O|? point "
    "d'interrogation|@ arobase|« guillemet ouvrant|; point-virgule|5 cinq",
    "it": "è E accento grave|é E accento acuto|@ chiocciola|? punto interrogativo|. punto|5 cinque|« caporali aperti",
    "pt-br": "ç cê-cedilha|ã A til|é E agudo|à A com crase|@ arroba|? ponto de interrogação|- hífen|5 cinco|$ cifrão",
    "hi": "क क|कि कि|स् आधा स|ि छोटी इ की मात्रा|् हलंत|ं अनुस्वार|। पूर्णविराम|? प्रश्नचिह्न|a A|é E एक्यूट|५ पाँच|ज़ ज़",
    "ja": "か か|カ カ|っ 小さい つ|ャ 小さい ヤ|ー 長音|字 字|。 句点|、 読点|「 かぎかっこ|a A"
    "|é E アキュート|五 五|5 五|々 繰り返し",
    "zh": "字 字|中 中|。 句号|， 逗号|、 顿号|《 左书名号|a A|é E 尖音符|5 五|@ 艾特|? 问号|か hiragana ka",
}
CASES = [(language, *entry.split(" ", 1)) for language, table in NAMES.items() for entry in table.split("|")]


@pytest.mark.parametrize(("language", "character", "name"), CASES)
def test_a_character_has_a_name(language: str, character: str, name: str) -> None:
    assert character_name(character, verbaliser(language)) == name


@pytest.mark.parametrize(
    ("language", "character", "name"),
    [
        ("en-us", "A", "cap A"),
        ("en-us", "É", "cap E acute"),
        ("en-us", "Ж", "cap cyrillic zhe"),
        ("en-us", "a", "A"),
        ("en-us", "Ⅷ", "eight"),
        ("es", "Ñ", "mayúscula eñe"),
        ("fr-fr", "A", "majuscule A"),
        ("hi", "A", "कैपिटल A"),
        ("hi", "क", "क"),
        ("ja", "A", "大文字 A"),
        ("zh", "中", "中"),
    ],
)
def test_a_capital_may_be_announced(language: str, character: str, name: str) -> None:
    assert character_name(character, verbaliser(language), "spell") == name


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "e\u0301",
        "👩\u200d💻",
        "🇫🇷",
        "👍🏽",
        "5\ufe0f\u20e3",
        "कि",
        "\r\n",
        "👨\u200d👩\u200d👧\u200d👦",
        "q\u0323\u0301",
    ],
)
def test_what_belongs_together_is_one_character(text: str) -> None:
    assert list(characters(f"x{text}y")) == [(0, 1), (1, 1 + len(text)), (1 + len(text), 2 + len(text))]


def test_two_flags_are_two_characters() -> None:
    assert list(characters("🇫🇷🇩🇪")) == [(0, 2), (2, 4)]


def test_marks_without_end_are_named_once() -> None:
    assert character_name("e" + "\u0301" * 100_000, verbaliser("en-us")) == "E acute"
