"""Developers' things in other languages: what is no name is said in words of the language, never in English ones."""

import re

import pytest

from tests.reading import say
from ttsmesh.model.text.terms.tables.vocabulary import TERMS
from ttsmesh.model.text.verbalise.choose import verbaliser
from ttsmesh.model.text.verbalise.tables import words

LANGUAGES = ("es", "fr-fr", "it", "pt-br", "hi", "ja", "zh")

TEXTS = {
    "path": "/usr/local/bin ~/x/../y C:\\Users\\z src/ab.py:42 src/ab.py:42:7 *.md .env",
    "address": "https://example.com:8443/a?b=c#d www.example.org a_b@example.net 10.0.0.1:80 ::1 00:1A:2B:3C:4D:5E",
    "identifier": "__init__ a_b.c_d() fooBar::baz $HOME ${X} %APPDATA% @ab #cd x->y HEAD~2",
    "number": "v1.2.3 >=3.10 ^1.2 ~=2.0 0x1F 0b101 0o17 #ff8800 #5 1e-9 10^6 5K 3x 2x2",
    "operator": "a == b != c <= d >= e && f || g += h -= i => j -> k ++ l ** m << n >> o | p",
    "symbol": "% & * + = < > @ ^ ~ \\ / | _ § © ® ™ ≠ ≤ ≥ ≈ → ← ∞ ✓ ✗",
    "flag": "--no-cache -rf --opt=5 2>&1 > /dev/null",
    "secret": "password=hunter2hunter2 ghp_0123456789abcdefghijABCDEFGHIJ012345 "
    "Authorization: Bearer abc.def.ghi123456",
    "hash": "4f2b9c1d8e7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c 123e4567-e89b-12d3-a456-426614174000 sha256:9f86d081884c7d65",
    "emoji": "🎉 👍🏽 :+1: ❤️ 🇫🇷 :-)",
    "markdown": "# A\n\n![a](b.png)\n\n- [ ] c\n- [x] d\n\n"
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nx = 1\ny = 2\n```\n",
    "diff": "diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n-a = 1\n+a = 2\n b = 3\n",
    "log": "2024-01-31 12:34:56,789 ERROR [x.y] a=5 b=7\n2024-01-31 12:34:57,000 WARNING [x.y] c=1\n"
    "2024-01-31 12:34:58,000 INFO [x.y] d=2\n2024-01-31 12:34:59,000 DEBUG [x.y] e=3\n",
    "trace": 'Traceback (most recent call last):\n  File "/a/b.py", line 3, in c\n    d()\n'
    '  File "/a/b.py", line 9, in d\n    e()\n  File "/a/f.py", line 2, in e\n    g()\nKeyError: 5\n',
    "tests": "=== 2 failed, 40 passed, 1 skipped in 3.21s ===\n",
    "html": "<div class='a'>b</div> <branch> </x>",
    "json": '{"a": 1, "b": [true, "", null], "c": {"d": 2.5}}',
}

ENGLISH = frozenset(
    word
    for term in (TERMS | set(verbaliser("es").terms))
    | set(
        words(
            "party popper thumbs heart flag smiley squared million thousand hundred one two three kilo first unchecked"
        )
    )
    for word in re.findall("[a-z]+", term)
)
"""Words that rules say in English, and some that only a forgotten table would have."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TEXTS)
def test_no_english_word_is_said_that_the_text_does_not_have(kind: str, language: str) -> None:
    verbalise = verbaliser(language)
    own = " ".join([*verbalise.terms.values(), *verbalise.symbols.values()]).lower()
    said, _ = say(TEXTS[kind], language)
    known = {word.lower() for word in re.findall("[A-Z]?[a-z]+|[A-Z]+", f"{TEXTS[kind]} {own}")}
    assert set(re.findall("[a-z]{2,}", said.lower())) & ENGLISH - known == set(), said
