"""Identifiers are parted into words."""

import pytest

from tests.model.text.terms.reading import first

WHOLE = [
    ("camelCase", "camel case"),
    ("parseJSON2", "parse jason two"),
    ("getUserIDs", "get user I D's"),
    ("HTTPServer", "H T T P server"),
    ("XMLHttpRequest", "X M L H T T P request"),
    ("DataFrame", "data frame"),
    ("snake_case_name", "snake case name"),
    ("MAX_RETRY_COUNT", "max retry count"),
    ("API_KEY", "A P I key"),
    ("HTTP_PROXY", "H T T P proxy"),
    ("_private", "private"),
    ("__init__", "dunder init"),
    ("__name__", "dunder name"),
    ("foo()", "foo"),
    ("foo_bar()", "foo bar"),
    ("obj.attr.method()", "obj dot attribute dot method"),
    ("os.path.join", "O S dot path dot join"),
    ("self.x", "self dot X"),
    ("np.array", "N P dot array"),
    ("Foo::bar", "foo bar"),
    ("std::vector<int>", "standard vector of int"),
    ("std::map<string, int>", "standard map of string, int"),
    ("a->b", "A arrow B"),
    ("Promise<User>", "promise of user"),
    ("Result<(), Box<dyn Error>>", "result of box of dyn error"),
    ("HEAD~3", "head tilde three"),
    ("main^", "main caret"),
    ("user?.name", "user dot name"),
    ("$HOME", "dollar home"),
    ("${VAR}", "dollar var"),
    ("$env:PATH", "dollar path"),
    ("%APPDATA%", "percent appdata"),
    ("@decorator", "at decorator"),
    ("@app.route", "at app dot route"),
    ("@alice", "at alice"),
    ("@user_name", "at user name"),
    ("#build", "hashtag build"),
    ("#BuildInPublic", "hashtag build in public"),
    ("#100DaysOfCode", "hashtag one hundred days of code"),
    ("#define", "hash define"),
    ("#include", "hash include"),
    ("node_modules", "node modules"),
    ("utf8", "U T F eight"),
    ("x86_64", "X eighty-six sixty-four"),
    ("i18n", "I eighteen N"),
    ("k8s", "K eight S"),
    ("sha256", "shah two fifty-six"),
    ("B2B", "B two B"),
    ("H2O", "H two O"),
    ("log4j", "log four J"),
    ("mp3", "M P three"),
    ("gpt-4o", "G P T four O"),
    ("my-app-v2", "my app V two"),
    ("COVID-19", "covid nineteen"),
    ("CD-ROM", "C D rom"),
    ("USB-C", "U S B C"),
    ("web-7d4b9c6f5d-x2x9k", "web X two X nine K"),
    ("TS2322", "T S twenty-three twenty-two"),
    ("E404", "E four oh four"),
    ("ISO-8601", "I S O eighty-six oh one"),
    ("CVE-2024-3094", "C V E twenty twenty-four thirty ninety-four"),
    ("add_a_user", "add a user"),
    ("GitHub", "git hub"),
    ("GitHub's", "git hub's"),
    ("macOS", "mac O S"),
    ("iOS", "I O S"),
    ("LaTeX", "LaTeX"),
    ("McDonald", "McDonald"),
    ("DiCaprio", "DiCaprio"),
    ("OAuth", "O auth"),
    ("PhD", "P H D"),
    ("C#", "C sharp"),
    ("C++", "C plus plus"),
    ("F#", "F sharp"),
    (".NET", "dot net"),
    ("Node.js", "node J S"),
    ("PostgreSQL", "post gres Q L"),
]
"""What one rule takes as a whole, and what it says."""


@pytest.mark.parametrize(("text", "words"), WHOLE, ids=[text for text, _ in WHOLE])
def test_it_is_said_as_a_colleague_says_it(text: str, words: str) -> None:
    assert first(text) == (text, words)


@pytest.mark.parametrize(
    "text",
    ["word", "well-known", "Hello.World", "ended.Then", "don't", "EUR5", "e.g.", "X-ray", "I", "x²", "x^2", "text<b>"],
)
def test_words_of_prose_are_none(text: str) -> None:
    assert first(text) is None


@pytest.mark.parametrize(
    ("text", "taken", "words"),
    [
        ("mid-1990s", "mid-", "mid"),
        ("covid-19 cases", "covid-", "covid"),
        ("foo_bar, then", "foo_bar", "foo bar"),
        ("torch.nn.Linear(10)", "torch.nn.Linear", "torch dot N N dot linear"),
        ("getUser('x')", "getUser", "get user"),
        ("fooBar.", "fooBar", "foo bar"),
        ("C#.", "C#", "C sharp"),
        ("getUserIDを使う", "getUserID", "get user I D"),
    ],
)
def test_it_ends_where_something_else_begins(text: str, taken: str, words: str) -> None:
    assert first(text) == (taken, words)


@pytest.mark.parametrize(("text", "words"), [("3D", "three D"), ("2FA", "two F A"), ("7zip", "seven zip")])
def test_digits_with_letters_are_said_one_after_the_other(text: str, words: str) -> None:
    assert first(text) == (text, words)


@pytest.mark.parametrize(("text", "words"), [("$1", "dollar one"), ("$@", "dollar at"), ("List<T>", "list of T")])
def test_in_code_more_is_an_identifier(text: str, words: str) -> None:
    assert first(text, style="code") == (text, words)


def test_no_english_word_gets_into_another_language() -> None:
    for language in ("es", "fr-fr", "it", "pt-br", "hi", "ja", "zh"):
        for text in ("__init__", "C#", "#define", "$HOME", "a->b"):
            words = str(first(text, language)).lower()
            assert not any(word in words for word in ("dunder", "sharp", "hash", "arrow"))
