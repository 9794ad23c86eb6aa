"""Secrets in a text that is shown: each is found wherever it stands, and in time linear in the text."""

import time

import pytest

from tests.model.text.terms.test_secrets import PLACES, SHAPES
from tests.model.text.test_reader import SECRETS
from ttsmesh.model.text.terms.credentials.masked import secrets_in


def shown(text: str) -> str:
    """``text`` with a star for each character of a secret."""
    letters = list(text)
    for start, end, said in secrets_in(text):
        assert 0 <= start < end <= len(text)
        assert said
        letters[start:end] = "*" * (end - start)
    return "".join(letters)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_c14_a_token_of_a_known_shape_is_not_shown_anywhere(shape: str, place: str) -> None:
    value = "Zq7" + "XwKv9RtYpLmN3bHj" * 2
    assert not any(value[i : i + 4] in shown(place.format(shape.format(value))) for i in range(len(value) - 4))


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "place", ["{}", "Look:\n\n    {}\n", "```\nkey = '{}'\n```", '+    token = "{}"', "> {}", "a={},b=2"]
)
def test_c16_what_is_never_said_is_not_shown(secret: str, place: str) -> None:
    assert secret not in shown(place.format(secret))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("My password is hunter2, keep it.", "My *******************, keep it."),
        ("postgres://ann:s3cr3t@db.example/x", "postgres://**********@db.example/x"),
        ("https://ghp123abc@git.example/x.git", "https://*********@git.example/x.git"),
        (
            "https://hooks.example.com/services/T0/XwKvRtYpLmNbHj",
            "https://hooks.example.com/services/T0/**************",
        ),
        (
            "https://x.example/a/Zk3vQ8mN1xP7rT5wL0bY6cH2/b/c/d/e/f",
            "https://x.example/a/************************/b/c/d/e/f",
        ),
        ("https://x.example/?token=abc123", "https://x.example/?************"),
        ("curl -u ann:S3cret https://x.org", "curl ************* https://x.org"),
        ("パスワードはhunter22です", "パスワードは********です"),
    ],
)
def test_what_stands_around_a_secret_is_shown(text: str, what: str) -> None:
    assert shown(text) == what


def test_c14_a_key_in_lines_is_hidden_however_long_it_is() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIB\nshort\n" * 4000 + "-----END RSA PRIVATE KEY-----"
    assert shown(f"My key:\n{key}\nKeep it.").replace("*", "") == "My key:\n\nKeep it."


@pytest.mark.parametrize(
    "text",
    [
        "The build is green. Two warnings, in src/main.py:42.",
        "git@github.example:ann/project.git and https://ann.example/a/b?page=2",
        "Commit 0f3a9c2e5b7d41886c2f9e0d3b5a7c9e1f2d4b6a is deployed.",
        "I have a secret, and a key to the house. The token of my esteem: a flower.",
        "",
    ],
)
def test_what_is_no_secret_is_shown(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    "part",
    ["/", "//a:b", "password=", "hook/aaaaaaaaaaaaa", "data:,", "-----BEGIN X", "a-b-", "eyJaaaaaa.", '"token": '],
)
def test_it_takes_time_linear_in_the_text(part: str) -> None:
    """The bound is ten times what it takes here; squared, it would take minutes."""
    begun = time.monotonic()
    secrets_in(part * (40_000 // len(part)))
    assert time.monotonic() - begun < 20
