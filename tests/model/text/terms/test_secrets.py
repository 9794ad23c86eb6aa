"""Secrets are never spoken, wherever they stand and whatever stands around them."""

import re
import string

import pytest
from hypothesis import given, strategies as st

from tests.model.text.terms.reading import first, said, walk

LETTERS_AND_DIGITS = string.ascii_letters + string.digits

SHAPES = {
    "openai": "sk-proj-{}",
    "anthropic": "sk-ant-api03-{}",
    "stripe": "sk_live_{}",
    "github": "ghp_{}",
    "github app": "ghs_{}",
    "github fine": "github_pat_{}",
    "gitlab": "glpat-{}",
    "slack": "xoxb-123456789012-{}",
    "google": "AIzaSy{}",
    "npm": "npm_{}",
    "hugging face": "hf_{}",
    "pypi": "pypi-AgEIcHlwaS5vcmc{}",
    "sendgrid": "SG.{}.aBcDeFgHiJkLmNoP",
    "web token": "eyJhbGciOiJIUzI1NiJ9.eyJ{}.Sig",
    "vault": "hvs.{}",
}

PLACES = {
    "alone": "{}",
    "sentence": "The key is {}, keep it.",
    "assignment": "API_KEY={}",
    "export": "export SERVICE_TOKEN={}",
    "yaml": "api_key: {}",
    "json": '{{"token": "{}"}}',
    "python": 'client = Client(api_key="{}")',
    "header": "Authorization: Bearer {}",
    "bearer": "curl -H 'Bearer {}'",
    "query": "https://example.com/x?key={}",
    "user": "https://user:{}@example.com/x",
    "path": "https://example.com/{}/x",
    "option": "--token {} --verbose",
    "option with equals": "--token={}",
    "brackets": "({})",
    "code span": "`{}`",
    "end": "It is {}.",
    "file": "/tmp/{}/x",
    "name": "my_{}",
}


def spoken(text: str) -> str:
    """What is said, without the spaces between spelled letters."""
    return re.sub(r"(?<=\b[A-Z]) (?=[A-Z]\b)", "", said(text)).lower()


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_token_of_a_known_shape_is_a_secret_everywhere(shape: str, place: str) -> None:
    value = "Zq7" + "XwKv9RtYpLmN3bHj" * 2
    text = place.format(shape.format(value))
    words = spoken(text)
    assert "a secret" in words or "?key=" in text
    assert not any(value[i : i + 3].lower() in words.replace(" ", "") for i in range(len(value) - 3))


@given(
    value=st.text(LETTERS_AND_DIGITS, min_size=36, max_size=60),
    shape=st.sampled_from(sorted(SHAPES.values())),
    place=st.sampled_from(sorted(PLACES.values())),
)
def test_no_part_of_a_token_is_said(value: str, shape: str, place: str) -> None:
    secret = shape.format("1a" + value)
    text = place.format(secret)
    start = text.index(secret)
    at = 0
    for taken, words in walk(text):
        at = text.index(taken, at)
        if at >= start + len(secret):
            break
        if at + len(taken) > start:
            # What is said for a stretch with the secret says the same with another one in its place.
            other = text.replace(secret, shape.format("1a" + "Zq7XwKv9RtYpLmN3bHj" * 2))
            assert words in [said_there for _, said_there in walk(other)]
        at += len(taken)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("password=hunter2", "password equals a secret"),
        ("PASSWORD: hunter2", "password, a secret"),
        ("DB_PASSWORD=correct-horse", "D B password equals a secret"),
        ("AWS_SECRET_ACCESS_KEY=x", "A W S secret access key equals a secret"),
        ('token = "abc"', "token equals a secret"),
        ("api_key='abc def'", "A P I key equals a secret"),
        ("Authorization: Bearer abc.def.ghi", "authorization, bearer a secret"),
        ("Authorization: Basic dXNlcjpwYXNz", "authorization, basic a secret"),
        ("--password hunter2", "dash dash password a secret"),
        ("AKIAIOSFODNN7EXAMPLE", "a secret"),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "a secret"),
        ("postgres://admin:s3cr3t@db.example.com/app", "admin, a secret at D B dot example dot com slash app"),
        ("contraseña: abc123", "contraseña, a secret"),
        (
            "https://hooks.example.com/services/T0/XwKvRtYpLmNbHj",
            "hooks dot example dot com slash services slash T zero slash a secret",
        ),
    ],
)
def test_what_stands_before_a_secret_is_said(text: str, words: str) -> None:
    assert first(text) == (text, words)


def test_the_value_of_a_key_in_json_is_a_secret() -> None:
    assert first('"client_secret": "x"', at=1) == ('client_secret": "x"', "client secret, a secret")
    assert first('"client_secret": "x"') == ('"client_secret": "x"', "client secret, a secret")


@pytest.mark.parametrize(
    "text",
    [
        "The password is hunter2, keep it.",
        "Set SECRET_KEY to 'four-x!9f@k2m'.",
        'Set the password to "Tr0ub4dor&3".',
        "My API key is 9a8b7c6d5e.",
        "The wifi password is now Summer-2024!",
    ],
)
def test_a_secret_that_is_told_in_a_sentence_is_one(text: str) -> None:
    assert re.search(r"(is|to|now) a secret", said(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("curl -u ann:Sup3rS3cret https://x.org", "dash U ann, a secret"),
        ("mysql -u root -pS3cret shop", "dash P a secret"),
        ("sshpass -p 'S3cret!' ssh host", "dash P a secret"),
        ("Cookie: sid=38afes7a8; theme=dark", "cookie, a secret"),
        ("Set-Cookie: sid=38afes7a8; HttpOnly", "set cookie, a secret"),
    ],
)
def test_what_commands_and_headers_take_is_a_secret(text: str, words: str) -> None:
    assert words in said(text)
    assert not re.search("R three|S three|thirty-eight|afes", said(text))


@pytest.mark.parametrize("text", ["docker run -u 1000:1000 x", "docker run -p 8080:80 x", "mkdir -p a/b", "ps -u ann"])
def test_other_options_of_these_letters_are_none(text: str) -> None:
    assert "a secret" not in said(text)


def test_a_public_key_is_data() -> None:
    assert said("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 me") == "S S H R S A data me"


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nAbC\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\nxyz\n-----END PGP PRIVATE KEY BLOCK-----",
    ],
)
def test_a_private_key_is_a_secret_up_to_its_end_or_that_of_the_text(text: str) -> None:
    assert first(text) == (text, "a secret")


@pytest.mark.parametrize(
    "text",
    [
        "q8Zx3Kv9RtYpLmN3bHj7Wd2Xc5Vb1Qa0",
        "k3j4h5g6f7d8s9a0q1w2e3r4t5y6u7i8",
        "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        "Zm9vYmFyYmF6cXV4Cg/k39+Qw0ZxTt8Aa=",
    ],
)
def test_a_string_that_looks_random_is_a_secret(text: str) -> None:
    assert said(text).startswith("a secret")


def test_a_certificate_is_called_so() -> None:
    text = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
    assert first(f"{text} and") == (text, "certificate")


@pytest.mark.parametrize(
    "text",
    [
        "The password: must be long.",
        "password=password",
        "token = next(tokens)",
        "password=None",
        "token = args.token",
        "the token is here",
        "The password is my birthday.",
        "The password was changed to nothing.",
        "The token is at /etc/token2.",
        "The secret is in three steps.",
        "tokens: many.",
        "AbstractSingletonProxyFactoryBeanImplementationOfSomething",
        "this_is_a_very_long_identifier_name_with_many_words_in_it_2",
        "src/components/UserProfile/ProfileHeader/index2.tsx",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "123e4567-e89b-12d3-a456-426614174000",
        "src/components/UserProfile2/index3.tsx",
        "Test_Case_12_Should_Return_404_When_Missing",
        "feature/ABC-123-add-Login2-page-for-users",
        "getHTTPResponseCode2XXForUserIDAndToken99",
        "sk-learn",
        "global-configuration-file",
        "glass-blower-workshop2",
        "api-gateway-deployment-v2",
        "key-value-store-2024-backup",
        "token_classification_head_2",
        "re-entrant-lock-number-2",
        "pypi-package-publisher-2",
    ],
)
def test_names_hashes_and_sentences_are_none(text: str) -> None:
    assert "a secret" not in said(text)


@pytest.mark.parametrize(("language", "words"), [("es", "un secreto"), ("fr-fr", "un secret"), ("ja", "秘密の値")])
def test_it_is_a_secret_in_each_language(language: str, words: str) -> None:
    assert first("ghp_abcdefghij0123456789", language) == ("ghp_abcdefghij0123456789", words)
    assert words in str(first("password=hunter2", language))


def test_the_end_of_the_sentence_is_left_to_it() -> None:
    assert first("password=hunter2.") == ("password=hunter2", "password equals a secret")


def test_a_long_random_string_is_data() -> None:
    text = "q8Zx3Kv9RtYpLmN3bHj7Wd2" * 12
    assert first(text) == (text, "data")
