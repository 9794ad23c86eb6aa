"""What has the name of a secret before it is never said, whatever the language, the format and the way to write it."""

import pytest

from tests.model.text.terms.reading import said
from tests.reading import say

VALUES = ("hunter2", "Tr0ub4dor&3", "Zxq0rd!")

WRITTEN = {
    "pass": "DB_PASS={}",
    "short": "pw: {}",
    "item of a map": "os.environ['API_KEY'] = '{}'",
    "argument": "define('DB_PASSWORD', '{}');",
    "element": "<password>{}</password>",
    "variable of PHP": "$password = '{}';",
    "npm": "//registry.example.com/:_authToken={}",
    "SQL": "ALTER USER ann WITH PASSWORD '{}';",
    "SQL of MySQL": "CREATE USER ann IDENTIFIED BY '{}';",
    "netrc": "machine example.com login ann password {}",
    "header": "curl -H 'X-Api-Key: {}' https://example.com",
    "told with a colon": "the password is: {}",
    "told shortly": "The password's {}",
    "bold": "**Password:** {}",
    "code in bold": "**Password**: `{}`",
    "docker": "docker login -u ann -p {}",
    "redis": "redis-cli -a {}",
    "terraform": 'resource "a" "b" {{\n  master_password    = "{}"\n}}',
    "log in JSON": '{{"level":"info","msg":"x","token":"{}"}}',
    "log in fields": "level=info msg=x token={}",
}


@pytest.mark.parametrize("read_as", ["auto", "text", "markdown", "code", "log"])
@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_the_value_is_a_secret(written: str, read_as: str) -> None:
    for value in VALUES:
        words, _ = say(written.format(value), "en-us", read_as)
        assert "secret" in words
        assert not any(part in words.lower() for part in ("hunter", "zxq", "tr zero", "troub"))


@pytest.mark.parametrize(
    "written",
    [
        "| user | password |\n|---|---|\n| ann | {} |",
        "| name | value |\n|---|---|\n| password | {} |",
        "| key | value |\n|---|---|\n| `api_key` | **{}** |",
        "NAME  PASSWORD  AGE\nann   {}  5\nbob   {}  6",
    ],
)
def test_a_cell_is_one_by_the_name_of_its_column_or_row(written: str) -> None:
    words, _ = say(written.replace("{}", "hunter2"))
    assert "a secret" in words
    assert "hunter" not in words


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("es", "La contraseña es hunter2.", "La contraseña es un secreto"),
        ("fr-fr", "mot de passe : letmein", "mot de passe, un secret"),
        ("pt-br", "A senha é hunter2.", "A senha é um segredo"),
        ("ja", "パスワード：hunter2", "パスワード: 秘密の値"),
        ("ja", "パスワードはhunter2です。", "パスワードは秘密の値です"),
        ("zh", "密码是hunter2。", "密码是一个密钥"),
        ("hi", "पासवर्ड hunter2 है", "पासवर्ड एक गुप्त कुंजी है"),
    ],
)
def test_it_is_one_in_each_language(language: str, text: str, words: str) -> None:
    assert say(text, language, "text")[0].startswith(words)


@pytest.mark.parametrize(
    "text",
    [
        "max_tokens=4096",
        "Total tokens: 1,234",
        "password_min_length = 8",
        "unexpected token: 5",
        "Unexpected token '<' in JSON",
        "pass: 12, fail: 3",
        "mountain pass: 2,300 m",
        "compass: 3 and bypass: 3",
        "Use --password to set it.",
        "The --token option is required.",
        "Forgot password: visit us.",
        "api_key: Optional[str] = None",
        "The secret is 42.",
        "| name | about |\n|---|---|\n| password | String |",
        "暗証番号は0042です。",
    ],
)
def test_what_only_tells_of_a_secret_is_said(text: str) -> None:
    assert "a secret" not in say(text)[0]
    assert "a secret" not in said(text)
