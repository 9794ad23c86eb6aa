"""From token to token: which words a clean text becomes, where they came from, and where sentences end."""

import pytest

from tests.reading import segments, shipped
from ttsmesh.lexicon.entries import Lexicon, Saying
from ttsmesh.model.text.clean import CleanText, clean
from ttsmesh.model.text.passages import Passage, Piece
from ttsmesh.model.text.scanning.draft import Sentence
from ttsmesh.model.text.scanning.scan import scan
from ttsmesh.model.text.segments import Word, spoken
from ttsmesh.model.text.verbalise.choose import verbaliser


def scanned(text: str, *sayings: Saying, language: str = "en-us") -> list[Sentence]:
    lexicon = Lexicon([sayings]) if sayings else shipped()
    found, _ = scan(_clean(text, language), verbaliser(language), lexicon)
    return found


def _clean(text: str, language: str) -> CleanText:
    return clean(Passage((Piece(text, 0, len(text)),)), language)


def words(text: str, *sayings: Saying, language: str = "en-us") -> list[Word]:
    return [word for sentence in scanned(text, *sayings, language=language) for word in sentence.words]


def said(text: str, *sayings: Saying, language: str = "en-us") -> str:
    return spoken(words(text, *sayings, language=language))


def test_words_and_marks_know_where_they_stand() -> None:
    found = words("Hello there, friend.")
    assert [(word.text, word.start, word.end, word.kind) for word in found] == [
        ("Hello", 0, 5, "word"),
        ("there", 6, 11, "word"),
        (",", 11, 12, "mark"),
        ("friend", 13, 19, "word"),
        (".", 19, 20, "mark"),
    ]
    assert [word.spaced for word in found] == [True, False, True, False, True]


def test_all_words_for_one_amount_have_its_span() -> None:
    found = words("It cost $2.50 now")
    assert [(word.text, word.start, word.end) for word in found[2:5]] == [
        ("two", 8, 13),
        ("dollars", 8, 13),
        ("fifty", 8, 13),
    ]


def test_letters_that_are_named_are_one_word() -> None:
    (first, _, kind) = [(word.text, word.start, word.kind) for word in words("HTTP works")][:1] * 3
    assert first == kind == ("HTTP", 0, "letters")


def test_a_lexicon_respells_pronounces_and_finds_the_longest_key() -> None:
    sayings = (
        Saying("en", "visual studio", "vizh studio"),
        Saying("en", "visual", "see all"),
        Saying("en", "Nguyen", "/wˈɪn/"),
        Saying("en", "k8s", "kates"),
        Saying("en", "node.js", "node jay ess"),
    )
    assert said("visual studio code", *sayings) == "vizh studio code"
    assert said("visual code", *sayings) == "see all code"
    (name,) = words("Nguyen", *sayings)
    assert (name.text, name.phonemes) == ("Nguyen", "wˈɪn")
    assert said("k8s, node.js!", *sayings) == "kates, node jay ess!"
    assert said("Nguyen-like", *sayings) == "Nguyen like"


def test_given_phonemes_belong_to_their_words() -> None:
    (segment,) = segments("Ask [Nguyen](/wˈɪn/) now")
    assert [(word.text, word.phonemes) for word in segment.words] == [("Ask", ""), ("Nguyen", "wˈɪn"), ("now", "")]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four", 4),
        ("“One.” Two.", 2),
        ("At 5 p.m. She left.", 2),
        ("Dr. Smith met J. Jones.", 1),
        ("He asked “really?” and left.", 1),
        ("Well... it was.", 1),
        ("Version 1.2. Next one.", 2),
    ],
)
def test_sentences_end_at_their_marks(text: str, sentences: int) -> None:
    assert len(scanned(text)) == sentences


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Stop!!! Now", "Stop! Now"),
        ("What?!?!", "What?!"),
        ("one ,two", "one, two"),
        ("a -- b", "a — b"),
        ("(see this)", "see this"),
        ("well (see this), go", "well, see this, go"),
        ("wait… now", "wait... now"),
        ("wait . . . now", "wait... now"),
        ("wait. .gitignore", "wait. dot git ignore"),
        ("'tis “so”", "'tis “so”"),
        ("KeyError: 'port'", "key error: port"),
        ("Home › Docs › Use", "Home, Docs, Use"),
        ("« so » it", "“so” it"),
        ('PATH="a b"', "path equals “a b”"),
        ("name: 'Ann', the dogs' owner", "name: Ann, the dogs' owner"),
        ("if a + b == a", "if A plus B equals A"),
        ('say "so"', "say “so”"),
        (", so", "so"),
    ],
)
def test_marks_are_those_of_speech(text: str, result: str) -> None:
    assert said(text) == result


def test_what_has_no_name_is_counted() -> None:
    _, unsayable = scan(clean(Passage((Piece("a \u2e3b\ue000 b", 0, 6),)), "en-us"), verbaliser("en-us"), shipped())
    assert unsayable == 1


def test_a_word_without_end_is_parted_before_espeak_aborts_on_it() -> None:
    assert said("a" * 250) == f"{'a' * 100} {'a' * 100} {'a' * 50}"


def test_a_script_without_spaces_is_one_run_for_its_dictionary() -> None:
    found = words("今天5个人。", language="zh")
    assert "".join(word.text for word in found) == "今天五个人."
    assert all(not word.spaced for word in found[:-2])


def test_words_of_a_script_without_spaces_are_glued_to_names_and_numbers() -> None:
    found = words("5月3日にPythonとHTTPを使う a=b", language="ja")
    assert "".join(word.text + " " * word.spaced for word in found[:-3]) == "五月三日にPythonとHTTPを使う "
    assert said("[x.y]", language="ja") == "x y"


@pytest.mark.parametrize(
    ("language", "text", "sentences"),
    [
        ("ja", "-5度です。次に行く。", [(0, 6), (6, 11)]),
        ("ja", "「はい。」と言った。", [(0, 10)]),
        ("zh", "￥50，10:30。下一个！", [(0, 10), (10, 14)]),
        ("zh", "真的吗？真的。", [(0, 4), (4, 7)]),
    ],
)
def test_sentences_end_at_full_width_marks(language: str, text: str, sentences: list[tuple[int, int]]) -> None:
    found = scanned(text, language=language)
    assert [(sentence.words[0].start, sentence.words[-1].end) for sentence in found] == sentences
    assert all(sentence.complete for sentence in found)


@pytest.mark.parametrize(
    ("language", "text", "result"),
    [
        ("fr-fr", "L'API d'EDF, c'est l'été.", "L'A P I d'E D F, c'est l'été."),
        ("fr-fr", "À 14 h. À demain.", "À quatorze heures. À demain."),
        ("es", "—Hola —dijo—. Adiós.", "Hola — dijo. Adiós."),
    ],
)
def test_articles_units_and_dashes_keep_their_places(language: str, text: str, result: str) -> None:
    assert said(text, language=language) == result


@pytest.mark.parametrize(
    ("language", "text", "result"),
    [
        ("en-us", "Hello there, Bob.", "cap Hello there, cap Bob."),
        ("en-us", "the HTTP server", "the all caps H T T P server"),
        ("en-us", "a GPU is A", "a all caps G P U is cap A"),
        ("en-us", "iPhone parseJSON GitHub", "cap iPhone cap parse jason cap GitHub"),
        ("en-us", "New-York", "cap New-York"),
        ("en-us", "Dr. Who", "cap Doctor cap Who"),
        ("en-us", "5 GB at 5 PM", "five gigabytes at five P M"),
        ("en-us", "no capitals, none", "no capitals, none"),
        ("en-us", "<B>so</B> on", "so on"),
        ("en-us", "Δt and ΞΨ", "cap delta T and"),
        ("es", "Hola HTTP", "mayúscula Hola todo mayúsculas H T T P"),
        ("fr-fr", "Été", "majuscule Été"),
        ("ja", "GNUを使う", "全部大文字 gnuを使う"),
        ("zh", "你好", "你好"),
        ("hi", "नमस्ते", "नमस्ते"),
    ],
)
def test_words_with_a_capital_are_announced(language: str, text: str, result: str) -> None:
    found = scan(_clean(text, language), verbaliser(language), shipped(), capitals="spell")[0]
    assert " ".join(spoken(sentence.words) for sentence in found) == result


def test_an_announcement_has_the_span_of_its_word() -> None:
    ((sentence,), _) = scan(_clean("so The end", "en-us"), verbaliser("en-us"), shipped(), capitals="spell")
    assert [(word.text, word.start, word.end) for word in sentence.words] == [
        ("so", 0, 2),
        ("cap", 3, 6),
        ("The", 3, 6),
        ("end", 7, 10),
    ]


def test_an_icon_is_heard_with_the_first_word_for_a_capital_and_no_word_is_added() -> None:
    ((sentence,), _) = scan(
        _clean("the HTTP Server isOpen, GitHub", "en-us"), verbaliser("en-us"), shipped(), capitals="icon"
    )
    assert spoken(sentence.words) == spoken(words("the HTTP Server isOpen, GitHub"))
    assert [word.text for word in sentence.words if word.icon] == ["HTTP", "Server", "is", "GitHub"]


def test_what_the_source_says_itself_is_announced_by_a_sound_only() -> None:
    pieces = (Piece("See ", 0, 4), Piece("W3C", 4, 7, said="the consortium"), Piece(" now", 7, 11))
    source = clean(Passage(pieces), "en-us")
    for capitals, icons in (("spell", []), ("icon", ["See", "the"])):
        ((sentence,), _) = scan(source, verbaliser("en-us"), shipped(), capitals=capitals)  # type: ignore[arg-type]
        said = "cap See the consortium now" if capitals == "spell" else "See the consortium now"
        assert spoken(sentence.words) == said
        assert [word.text for word in sentence.words if word.icon] == icons


def test_what_is_said_instead_is_kept_whatever_it_stands_for() -> None:
    pieces = (Piece(" ", 0, 1, said="space,"), Piece("中", 1, 2, said="ideograph"), Piece("é", 2, 3, said="E acute"))
    ((sentence,), unsayable) = scan(clean(Passage(pieces), "en-us"), verbaliser("en-us"), shipped())
    assert [(word.text, word.start, word.end) for word in sentence.words] == [
        ("space", 0, 1),
        (",", 0, 1),
        ("ideograph", 1, 2),
        ("E", 2, 3),
        ("acute", 2, 3),
    ]
    assert unsayable == 0
