"""Names of languages, as people and programs write them."""

import pytest

from ttsmesh.errors import Code, RejectedError
from ttsmesh.languages import LANGUAGES, language_code, language_name


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_code_means_itself_and_has_a_name(code: str) -> None:
    assert language_code(code) == code
    assert language_name(code)[0].isupper()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("en", "en-us"),
        ("en-US", "en-us"),
        ("en_GB.UTF-8", "en-gb"),
        ("en-AU", "en-gb"),
        ("en-CA", "en-us"),
        ("EN-UK", "en-gb"),
        ("a", "en-us"),
        ("b", "en-gb"),
        ("e", "es"),
        ("es-419", "es"),
        ("es_ES@euro", "es"),
        ("fr", "fr-fr"),
        ("fr-CA", "fr-fr"),
        ("f", "fr-fr"),
        ("hi-IN", "hi"),
        ("it_IT", "it"),
        ("pt", "pt-br"),
        ("pt_BR", "pt-br"),
        ("p", "pt-br"),
        ("ja-JP", "ja"),
        ("ja_JP.UTF-8", "ja"),
        ("j", "ja"),
        ("zh-CN", "zh"),
        ("zh-Hans-CN", "zh"),
        ("cmn", "zh"),
        ("z", "zh"),
        (" it ", "it"),
    ],
)
def test_a_tag_a_locale_or_a_letter_means_a_code(name: str, code: str) -> None:
    assert language_code(name) == code


@pytest.mark.parametrize("name", ["", "xx", "english", "C", "../../etc/passwd", "ita", "auto", "e" * 300])
def test_c9_an_unknown_language_is_refused_naming_the_known_ones(name: str) -> None:
    with pytest.raises(RejectedError) as caught:
        language_code(name)
    assert caught.value.code is Code.LANGUAGE
    assert all(code in caught.value.message for code in LANGUAGES)


def test_a_refusal_echoes_little_and_nothing_unprintable() -> None:
    with pytest.raises(RejectedError) as caught:
        language_code("\x1b[31m" + "x" * 1000)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 150
