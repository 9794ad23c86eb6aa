"""What a lexicon's file may say, and which entry a word gets."""

import time

import pytest
from hypothesis import given, strategies as st

from ttsmesh.errors import ConfigError, TtsmeshError
from ttsmesh.lexicon.entries import (
    MAX_ENTRIES,
    Entry,
    Lexicon,
    Saying,
    checked_saying,
    checked_word,
    languages_of,
    parse,
    section_name,
)


def lexicon(*sources: str) -> Lexicon:
    """A lexicon of files without faults, the first of which counts most."""
    files = []
    for source in sources:
        sayings, faults = parse(source)
        assert not faults
        files.append(sayings)
    return Lexicon(files)


WORDS = """
[en]
kubectl = "kube control"
Nguyen = "/ˈwɪn/"
"Visual Studio" = "vizh wul studio"
"don't" = "dont"
regex = "rej ex"
cpu = "C P U"
bash = "/bæʃ/"
git = "/ɡɪt/"
"naïve" = "nigh eve"
io = "I O"
node.js = "node J S"
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("kubectl", Entry("kube control", "")),
        ("Kubectl", Entry("kube control", "")),
        ("KUBECTL", Entry("kube control", "")),
        ("Nguyen", Entry("", "wˈɪn")),
        ("nguyen", None),
        ("NGUYEN", None),
        ("Visual Studio", Entry("vizh wul studio", "")),
        ("visual studio", None),
        ("Visual", None),
        ("don’t", Entry("dont", "")),
        ("nai\u0308ve", Entry("nigh eve", "")),
        ("node.js", Entry("node J S", "")),
        ("kubectl's", Entry("kube control's", "")),
        ("kubectl’s", Entry("kube control's", "")),
        ("kubectls", Entry("kube controls", "")),
        ("regexes", Entry("rej exes", "")),
        ("CPUs", Entry("C P U's", "")),
        ("cpu's", Entry("C P U's", "")),
        ("Nguyens", Entry("", "wˈɪnz")),
        ("bashes", Entry("", "bæʃᵻz")),
        ("bash's", Entry("", "bæʃᵻz")),
        ("gits", Entry("", "ɡɪts")),
        ("kubectls'", Entry("kube controls", "")),
        ("kubectl'", Entry("kube control", "")),
        ("ios", None),
        ("CPUS", None),
        ("bashs's", None),
        ("", None),
        ("s", None),
        ("'", None),
    ],
)
def test_a_word_is_found_in_its_writings_and_with_the_endings_of_english(words: str, said: Entry | None) -> None:
    assert lexicon(WORDS).find(words, "en-us") == said


def test_endings_are_those_of_english_only() -> None:
    found = lexicon('[all]\nkubectl = "cubo"')
    assert found.find("kubectls", "es") is None
    assert found.find("kubectls", "en-gb") == Entry("cubos", "")


@pytest.mark.parametrize(
    ("language", "said"), [("en-gb", "specific"), ("en-us", "of a language"), ("fr-fr", "of all"), ("pt-br", "region")]
)
def test_the_more_specific_table_counts(language: str, said: str) -> None:
    found = lexicon('[en-gb]\nx = "specific"\n[en]\nx = "of a language"\n[all]\nx = "of all"\n[pt]\nx = "region"')
    assert found.find("x", language) == Entry(said, "")


def test_the_first_file_counts_whatever_its_table() -> None:
    found = lexicon('[all]\nrepo = "mine"', '[en-us]\nrepo = "yours"\nconfig = "yours"')
    assert found.find("repo", "en-us") == Entry("mine", "")
    assert found.find("config", "en-us") == Entry("yours", "")


def test_a_word_in_lower_case_replaces_the_writings_of_later_files() -> None:
    found = lexicon('[en]\ngo = "mine"', '[en]\nGo = "yours"\nGO = "G O"')
    assert [found.find(word, "en-us") for word in ("go", "Go", "GO")] == [Entry("mine", "")] * 3


def test_a_word_with_a_capital_leaves_the_other_writings() -> None:
    found = lexicon('[en]\nGo = "mine"', '[en]\ngo = "yours"')
    assert [found.find(word, "en-us") for word in ("Go", "go")] == [Entry("mine", ""), Entry("yours", "")]


def test_phonemes_are_those_of_the_language() -> None:
    found = lexicon('[en]\nghost = "/ɡoʊst/"')
    assert found.find("ghost", "en-us") == Entry("", "ɡOst")
    assert found.find("ghost", "en-gb") == Entry("", "ɡQst")


def test_the_longest_key_is_known() -> None:
    assert Lexicon().longest == 1
    assert lexicon('[es]\n"a b c" = "d"').longest == 3


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        pytest.param('[en]\na = "say 3"', "'3' cannot be said", id="digit"),
        pytest.param('[en]\na = "x@y"', "'@' cannot be said", id="symbol"),
        pytest.param('[en]\na = ""', "nothing would be said", id="empty"),
        pytest.param('[en]\na = " - "', "nothing would be said", id="only marks"),
        pytest.param('[en]\na = "/ʘ/"', "'ʘ' is no phoneme", id="phoneme"),
        pytest.param('[en]\na = "/a"', "between two slashes", id="one slash"),
        pytest.param('[en]\na = "//"', "no phoneme", id="no phonemes"),
        pytest.param("[en]\na = 1", "must be text", id="number"),
        pytest.param('[en]\na = "' + "x" * 201 + '"', "more than 200", id="long saying"),
        pytest.param('[en]\n"' + "x" * 101 + '" = "y"', "more than 100", id="long word"),
        pytest.param('[en]\n" " = "y"', "the word is empty", id="empty word"),
        pytest.param('[en]\n"a\\u0007" = "y"', "do not print", id="control"),
        pytest.param('[en]\n"a b c d e" = "y"', "more than 4 words", id="many words"),
        pytest.param('[xx]\na = "y"', "unknown language 'xx'", id="language"),
        pytest.param('a = "y"', "in a table such as", id="no table"),
        pytest.param('[[en]]\na = "y"', "in a table such as", id="array"),
    ],
)
def test_a_fault_is_told_and_the_other_entries_stay(source: str, fault: str) -> None:
    sayings, faults = parse(f'{source}\n[fr]\nbon = "bon"')
    assert sayings == [Saying("fr", "bon", "bon")]
    assert len(faults) == 1
    assert fault in faults[0]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        pytest.param("[en", "at end of document", id="syntax"),
        pytest.param("[en]\na = 'b'\na = 'c'", "Cannot overwrite", id="twice"),
        pytest.param("a = " + "[" * 100_000, "nested", id="nesting"),
        pytest.param("[en]\na = " + "9" * 5000, "digits", id="digits"),
        pytest.param("[en]\na" + ".a" * 50_000 + " = 'b'", "line 2 has more than 20 dots", id="dots"),
        pytest.param(
            "[all]\n" + "".join(f"w{number} = 'x'\n" for number in range(MAX_ENTRIES + 1)), "more than", id="entries"
        ),
        pytest.param(
            "[all]\n" + "".join(f"w{number} = 1\n" for number in range(MAX_ENTRIES + 1)), "more than", id="faults"
        ),
    ],
)
def test_a_file_that_is_no_lexicon_is_refused_soon(source: str, fault: str) -> None:
    begin = time.process_time()
    with pytest.raises(ConfigError, match=fault):
        parse(source)
    assert time.process_time() - begin < 5


def test_a_few_of_many_faults_are_told() -> None:
    _, faults = parse("[en]\n" + "".join(f"w{number} = 1\n" for number in range(100)))
    assert len(faults) == 21
    assert faults[-1] == "and 80 more faults"


@pytest.mark.parametrize(
    ("name", "section", "languages"),
    [
        ("all", "all", 9),
        ("EN", "en", 2),
        ("en_US", "en-us", 1),
        ("fr", "fr", 1),
        ("zh-cn", "zh", 1),
        ("pt", "pt", 1),
        ("en-au", "en-gb", 1),
    ],
)
def test_a_table_has_any_name_of_its_language(name: str, section: str, languages: int) -> None:
    assert section_name(name) == section
    assert len(languages_of(section)) == languages


def test_spaces_and_apostrophes_are_made_alike() -> None:
    assert checked_word("  it’s   me ") == "it's me"
    assert checked_saying(" cafe\u0301  au lait ", "fr") == "café au lait"


@pytest.mark.parametrize(
    ("call", "status"),
    [
        (lambda: checked_word(" "), 2),
        (lambda: checked_saying("3", "en"), 65),
        (lambda: checked_saying("/3/", "en"), 65),
        (lambda: section_name("xx"), 66),
    ],
)
def test_each_kind_of_mistake_has_its_exit_status(call: object, status: int) -> None:
    assert callable(call)
    with pytest.raises(TtsmeshError) as refused:
        call()
    assert refused.value.exit_status == status


@given(st.text(st.sampled_from("[]=\"'./#\n ab1ɪ\x00{},"), max_size=60))
def test_no_content_of_a_file_is_a_crash(source: str) -> None:
    try:
        sayings, faults = parse(f"[en]\n{source}")
    except ConfigError:
        return
    found = Lexicon([sayings])
    for saying in sayings:
        assert found.find(saying.word, "en-us") is not None or saying.section not in ("en", "en-us", "all")
    assert all(fault.isprintable() for fault in faults)
