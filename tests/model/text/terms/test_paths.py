"""Paths and names of files are said in words, with the place in them."""

import pytest

from tests.model.text.terms.reading import first
from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms.paths import path
from ttsmesh.model.text.verbalise.choose import verbaliser

WHOLE = [
    ("src/main.py", "source slash main dot pie"),
    ("src/main.py:42", "source slash main dot pie, line forty-two"),
    ("src/main.py:42:7", "source slash main dot pie, line forty-two, column seven"),
    ("main.go:10:2", "main dot go, line ten, column two"),
    ("foo.c(12,3)", "foo dot C, line twelve, column three"),
    ("lib/util.rs:10-20", "lib slash util dot R S, lines ten to twenty"),
    ("README.md", "read me dot M D"),
    ("Cargo.toml", "cargo dot toml"),
    ("package.json", "package dot jason"),
    ("config.yaml", "config dot yaml"),
    ("docker-compose.yml", "docker compose dot yaml"),
    ("install.sh", "install dot S H"),
    ("notes.txt", "notes dot T X T"),
    ("setup.exe", "setup dot E X E"),
    ("app.tsx", "app dot T S X"),
    ("index.js", "index dot J S"),
    ("main.cpp", "main dot C plus plus"),
    ("archive.tar.gz", "archive dot tar dot G Z"),
    ("foo-1.2.3.tar.gz", "foo one point two point three dot tar dot G Z"),
    ("~/projects/foo", "home slash projects slash foo"),
    ("~/.bashrc", "home slash dot bash R C"),
    ("/etc/nginx/nginx.conf", "slash etsy slash engine X slash engine X dot conf"),
    ("/usr/local/bin", "slash user slash local slash bin"),
    ("/dev/null", "slash dev slash null"),
    ("/tmp", "slash temp"),
    ("./run.sh", "dot slash run dot S H"),
    ("../lib", "dot dot slash lib"),
    ("../../x.py", "dot dot slash dot dot slash X dot pie"),
    ("foo/", "foo slash"),
    ("C:\\Users\\me", "C colon backslash users backslash me"),
    ("C:\\Users\\me\\notes.txt:3", "C colon backslash users backslash me backslash notes dot T X T, line three"),
    ("C:/Windows/System32", "C colon backslash windows backslash system thirty-two"),
    ("\\\\server\\share", "backslash backslash server backslash share"),
    ("src\\main.c", "source backslash main dot C"),
    ("*.py", "star dot pie"),
    ("src/**/*.ts", "source slash star star slash star dot T S"),
    ("*.tar.gz", "star dot tar dot G Z"),
    (".gitignore", "dot git ignore"),
    (".env.local", "dot env dot local"),
    (".github/workflows/ci.yml", "dot git hub slash workflows slash C I dot yaml"),
    ("@types/node", "at types slash node"),
    ("node_modules/.bin/eslint", "node modules slash dot bin slash E S lint"),
    ("/home/me/work/a/b/c/d/e.py", "slash home slash through slash C slash D slash E dot pie"),
    ("tests/test_x.py::TestFoo::test_bar", "tests slash test X dot pie, test foo, test bar"),
    ("src/lib.rs#L10-L20", "source slash lib dot R S, lines ten to twenty"),
    ("$HOME/bin", "dollar home slash bin"),
    ("feature/foo-bar", "feature slash foo bar"),
    ("/api/users?page=2", "slash A P I slash users"),
    ("input/output", "input slash output"),
    ("and/or", "and slash or"),
    ("node-v18.0.0.tar.xz", "node V eighteen point zero point zero dot tar dot X Z"),
    ("TCP/IP", "T C P slash I P"),
    ("foo_bar/{a,b}.txt", "foo bar slash A B dot T X T"),
]
"""What one rule takes as a whole, and what it says."""


@pytest.mark.parametrize(("text", "words"), WHOLE, ids=[text for text, _ in WHOLE])
def test_it_is_said_as_a_colleague_says_it(text: str, words: str) -> None:
    assert first(text) == (text, words)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("src/main.py, then", "src/main.py"),
        ("src/main.py.", "src/main.py"),
        ("src/main.py:42: error", "src/main.py:42"),
        ("foo.py).", "foo.py"),
        ("a/b/c!", "a/b/c"),
        (".gitignore.", ".gitignore"),
        ("src/main.pyを見て", "src/main.py"),
    ],
)
def test_marks_of_the_sentence_are_left_to_it(text: str, taken: str) -> None:
    found = first(text)
    assert found is not None
    assert found[0] == taken


@pytest.mark.parametrize("text", ["1/2", "10/12/2024", "24/7", "$5/$10", "It.so", "9:30", "3.5", ".5", "..."])
def test_numbers_and_sentences_are_no_paths(text: str) -> None:
    assert "slash" not in str(first(text))
    assert ", line" not in str(first(text))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "S R C barra main punto P Y, línea cuarenta y dos"),
        ("fr-fr", "S R C barre oblique main point P Y, ligne quarante-deux"),
        ("ja", "S R C スラッシュ main ドット P Y, 行 四十二"),
        ("zh", "S R C 斜杠 main 点 P Y, 行 四十二"),
    ],
)
def test_the_words_between_are_those_of_the_language(language: str, words: str) -> None:
    assert first("src/main.py:42", language) == ("src/main.py:42", words)


@pytest.mark.parametrize("text", ["80km/h", "10MB/s", "5mg/kg"])
def test_a_rate_that_is_glued_to_its_number_is_no_path(text: str) -> None:
    assert path(text, 0, Context(verbaliser("en-us"))) is None
