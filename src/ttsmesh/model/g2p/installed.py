"""Which languages can be spoken here."""

import importlib.util
from collections.abc import Mapping

from ttsmesh.errors import Code, RejectedError, quoted
from ttsmesh.languages import LANGUAGES, language_name

_NEEDS: Mapping[str, tuple[str, ...]] = {
    "ja": ("pyopenjtalk", "fugashi", "jaconv", "mojimoji"),
    "zh": ("jieba", "pypinyin", "ordered_set", "cn2an"),
}
"""Modules that each language needs of the extra which has its name."""


def check_language(language: str) -> None:
    """Raise ``RejectedError(Code.LANGUAGE)`` for a language that does not exist, or whose extra is not installed."""
    if language not in LANGUAGES:
        raise RejectedError(f"unknown language {quoted(language)}; known: {', '.join(LANGUAGES)}", Code.LANGUAGE)
    if any(importlib.util.find_spec(name) is None for name in _NEEDS.get(language, ())):
        what = f"{language_name(language)} is not installed"
        raise RejectedError(f"{what}; run: pip install 'ttsmesh[{language}]'", Code.LANGUAGE)


def is_installed(language: str) -> bool:
    """Whether ``check_language`` raises nothing."""
    try:
        check_language(language)
    except RejectedError:
        return False
    return True
