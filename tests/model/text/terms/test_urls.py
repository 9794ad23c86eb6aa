"""Addresses on the web and of mail are said without their scheme."""

import pytest

from tests.model.text.terms.reading import first

WHOLE = [
    ("https://example.com", "example dot com"),
    ("http://www.example.com/", "example dot com"),
    (
        "https://github.com/foo/bar/issues/123",
        "git hub dot com slash foo slash bar slash issues slash one hundred twenty-three",
    ),
    ("https://example.com/a/b?x=1&y=2#top", "example dot com slash A slash B"),
    (
        "https://docs.python.org/3/library/re.html",
        "docs dot python dot org slash three slash library slash re dot H T M L",
    ),
    ("https://example.com/a/b/c/d/e/f/g", "example dot com slash through F slash G"),
    (
        "https://github.com/foo/bar/blob/main.py#L42",
        "git hub dot com slash foo slash bar slash blob slash main dot pie, line forty-two",
    ),
    (
        "https://github.com/foo/bar/commit/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "git hub dot com slash foo slash bar slash commit slash nine F eight six D zero eight",
    ),
    ("https://user:pw@host.com/x", "user, a secret at host dot com slash X"),
    (
        "https://my-site.co.uk:8443/x",
        "my dash site dot co dot U K port eight thousand four hundred forty-three slash X",
    ),
    ("http://localhost:8080", "localhost port eight thousand eighty"),
    ("localhost:3000/api", "localhost port three thousand slash A P I"),
    ("http://127.0.0.1:5000/", "one hundred twenty-seven dot zero dot zero dot one port five thousand"),
    ("http://[::1]:8080/", "colon colon one port eight thousand eighty"),
    ("ssh://git@github.com/foo", "git at git hub dot com slash foo"),
    ("ftp://files.example.org/a%20b.zip", "files dot example dot org slash A B dot zip"),
    ("file:///home/me/x.txt", "slash home slash me slash X dot T X T"),
    ("git@github.com:foo/bar.git", "git at git hub dot com colon foo slash bar dot git"),
    ("www.example.com", "example dot com"),
    ("example.com", "example dot com"),
    ("docs.rs/serde", "docs dot R S slash serde"),
    ("sub.example.co.uk", "sub dot example dot co dot U K"),
    ("jane.doe@example.com", "jane dot doe at example dot com"),
    ("jane_doe+news@my-site.org", "jane underscore doe plus news at my dash site dot org"),
    ("mailto:info@example.com", "info at example dot com"),
    ("data:image/png;base64,iVBORw0KGgo=", "data"),
    ("s3://bucket/key.csv", "bucket slash key dot C S V"),
    ("https://en.wikipedia.org/wiki/Speech_synthesis", "en dot wikipedia dot org slash wiki slash speech synthesis"),
    ("https://youtu.be/x", "youtu dot be slash X"),
]
"""What one rule takes as a whole, and what it says."""


@pytest.mark.parametrize(("text", "words"), WHOLE, ids=[text for text, _ in WHOLE])
def test_it_is_said_as_a_colleague_says_it(text: str, words: str) -> None:
    assert first(text) == (text, words)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("https://example.com.", "https://example.com"),
        ("https://example.com/a, and", "https://example.com/a"),
        ("https://example.com/a).", "https://example.com/a"),
        ("https://example.com/a_(b) c", "https://example.com/a_(b)"),
        ("https://example.com/aを見る", "https://example.com/a"),
        ("example.com!", "example.com"),
        ("jane@example.com.", "jane@example.com"),
    ],
)
def test_marks_of_the_sentence_are_left_to_it(text: str, taken: str) -> None:
    found = first(text)
    assert found is not None
    assert found[0] == taken


@pytest.mark.parametrize("text", ["works.it", "is.it", "done.so", "e.g.", "3.5"])
def test_a_sentence_without_a_space_is_no_address(text: str) -> None:
    assert "dot" not in str(first(text))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "ejemplo punto E S"),
        ("fr-fr", "ejemplo point E S"),
        ("ja", "ejemplo ドット E S"),
        ("hi", "ejemplo डॉट E S"),
    ],
)
def test_the_dot_is_that_of_the_language(language: str, words: str) -> None:
    assert first("https://ejemplo.es", language) == ("https://ejemplo.es", words)
