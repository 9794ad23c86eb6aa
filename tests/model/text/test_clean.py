"""The characters of a passage, as the rules read them, and where each came from."""

import pytest

from ttsmesh.model.text.clean import MAX_MARKS, CleanText, Given, clean
from ttsmesh.model.text.passages import Passage, Piece


def cleaned(text: str, language: str = "en-us") -> CleanText:
    """``text`` at character 100 of its source."""
    return clean(Passage((Piece(text, 100, 100 + len(text)),)), language)


@pytest.mark.parametrize(
    "text",
    ["Hello, world!", "It's $5.50 (50%) at 10:30; a_b C:\\x #1 a@b.c", "naïve café — “so”…", "½ x² 5 µm №1 • item 👍"],
)
def test_ordinary_text_passes_unchanged_and_points_home(text: str) -> None:
    found = cleaned(text)
    assert (found.text, found.unsayable) == (text, 0)
    assert list(found.starts) == list(range(100, 100 + len(text)))
    assert list(found.ends) == list(range(101, 101 + len(text)))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("it’s", "it's", id="curly"),
        pytest.param("it‘s it´s it`s", "it's it's it's", id="like one"),
        pytest.param("’tis the ’90s", "'tis the '90s", id="before"),
        pytest.param("the dogs’ bones", "the dogs' bones", id="after a letter"),
        pytest.param("5’ tall", "5' tall", id="feet"),
        pytest.param("‘tis", "“tis", id="opening quote"),
        pytest.param("so.’", "so.”", id="closing quote"),
        pytest.param("'I can't,' he said", "“I can't,” he said", id="quotation"),
        pytest.param("a 'b' c", "a “b” c", id="quoted word"),
        pytest.param("'Tis the dogs' day", "'Tis the dogs' day", id="no quotation"),
        pytest.param("Ca²⁺ Na⁺ Cl⁻ 10⁻³ 2ⁿ", "Ca²⁺ Na+ Cl− 10⁻³ 2^n", id="raised signs"),
        pytest.param("Łódź Ægir", "Lódz Aegir", id="capitals"),
        pytest.param("a: 'b'", "a: 'b'", id="value"),
    ],
)
def test_every_apostrophe_is_the_plain_one_and_a_quote_is_a_quote(text: str, plain: str) -> None:
    assert cleaned(text).text == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("a\u2003b\u3000c\u00a0d", "a b c d", id="spaces"),
        pytest.param("1\u00a0000 and 1\u202f000", "1\u00a0000 and 1\u202f000", id="between digits"),
        pytest.param("5\u00a0kg", "5 kg", id="before a unit"),
        pytest.param("co\u00adoperate", "cooperate", id="soft hyphen"),
        pytest.param("\ufeffhi\u200b", "hi", id="without width"),
    ],
)
def test_a_space_is_a_space_but_between_digits_it_may_group_them(text: str, plain: str) -> None:
    found = cleaned(text)
    assert (found.text, found.unsayable) == (plain, 0)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("Ｆｕｌｌ １２３ ａ＠ｂ．ｃ！", "Full 123 a@b.c! ", id="full width"),
        pytest.param("，：；", ", : ; ", id="wide marks bring their space"),
        pytest.param("ﬁne", "fine", id="ligature"),
        pytest.param("𝐇𝐢", "Hi", id="mathematical"),
        pytest.param("Ⅳ", "IV", id="Roman"),
        pytest.param("٣ ۴ १२", "3 4 12", id="digits of other scripts"),
        pytest.param("「x」。", "“x”. ", id="marks of other scripts"),
        pytest.param("«x» 2‑3", "“x” 2-3", id="marks"),
    ],
)
def test_characters_that_mean_the_same_become_one(text: str, plain: str) -> None:
    found = cleaned(text)
    assert (found.text, found.unsayable) == (plain, 0)


@pytest.mark.parametrize(
    ("language", "text", "plain"),
    [
        ("en-us", "naïve Ñandú", "naïve Ñandú"),
        ("en-us", "Dvořák Nguyễn straße", "Dvorák Nguyen strasse"),
        ("es", "señor à", "señor a"),
        ("fr-fr", "œuvre señor", "œuvre senor"),
        ("it", "è così", "è così"),
        ("pt-br", "não ñ", "não n"),
        ("hi", "naïve", "naive"),
        ("ja", "naïve", "naive"),
    ],
)
def test_accents_stay_where_the_language_knows_them_and_else_the_letter_stays(
    language: str, text: str, plain: str
) -> None:
    found = cleaned(text, language)
    assert (found.text, found.unsayable) == (plain, 0)


@pytest.mark.parametrize(
    ("language", "text", "plain", "unsayable"),
    [
        ("en-us", "hi 你好 there", "hi  there", 2),
        ("en-us", "привет", "", 6),
        ("en-us", "\u0301\u0302", "", 2),
        ("es", "नमस्ते hola", " hola", 6),
        ("hi", "नमस्ते दुनिया", "नमस्ते दुनिया", 0),
        ("hi", "привет", "", 6),
        ("ja", "今日は、ハイ。", "今日は, ハイ. ", 0),
        ("ja", "안녕", "", 2),
        ("zh", "你好 はい", "你好 ", 2),
    ],
)
def test_letters_of_scripts_that_the_language_is_not_written_in_are_left_out_and_counted(
    language: str, text: str, plain: str, unsayable: int
) -> None:
    found = cleaned(text, language)
    assert (found.text, found.unsayable) == (plain, unsayable)


def test_a_letter_of_greek_is_left_to_the_rules_which_know_its_name() -> None:
    assert cleaned("π").text == "π"


def test_letters_in_pieces_are_put_together_and_still_point_home() -> None:
    found = cleaned("cafe\u0301 x")
    assert found.text == "café x"
    assert list(zip(found.starts, found.ends, strict=True))[2:] == [(102, 103), (103, 105), (105, 106), (106, 107)]


def test_characters_that_become_several_all_point_to_the_one_they_were() -> None:
    found = cleaned("aﬁ，")
    assert found.text == "afi, "
    assert list(zip(found.starts, found.ends, strict=True))[1:] == [(101, 102)] * 2 + [(102, 103)] * 2


def test_any_number_of_marks_on_a_letter_is_bounded() -> None:
    found = cleaned("क" + "\u093f" * 2000 + "e" + "\u0301" * 2000, "hi")
    assert len(found.text) <= 2 + MAX_MARKS
    assert found.text[-1] == "e"


def test_a_piece_in_other_words_stands_as_a_whole_for_its_source() -> None:
    found = clean(Passage((Piece("see ", 0, 4), Piece("link, ‘x’", 4, 40), Piece(".", 40, 41))), "en-us")
    assert found.text.startswith("see link, “x")
    places = list(zip(found.starts, found.ends, strict=True))
    assert places[3:5] == [(3, 4), (4, 40)]
    assert set(places[4:-1]) == {(4, 40)}
    assert places[-1] == (40, 41)


def test_pieces_are_one_text_so_an_apostrophe_may_stand_between_them() -> None:
    assert clean(Passage((Piece("Mary", 2, 6), Piece("’s", 8, 10))), "en-us").text == "Mary's"


def test_phonemes_that_the_source_gives_are_kept_with_their_place() -> None:
    passage = Passage((Piece("say ", 0, 4), Piece("Kokoro", 5, 11, "kˈOkəɹO"), Piece(" now", 24, 28)))
    assert clean(passage, "en-us").given == (Given(4, 10, "kˈOkəɹO", ""),)


def test_what_the_format_left_out_is_counted_too() -> None:
    assert clean(Passage((Piece("你 a", 0, 3),), unsayable=5), "en-us").unsayable == 6


def test_a_part_has_its_own_places_and_phonemes_and_no_losses() -> None:
    whole = clean(Passage((Piece("你 a ", 0, 4), Piece("b", 5, 6, "bˈi"), Piece(" c", 9, 11))), "en-us")
    part = whole.part(3, 5)
    assert (part.text, list(part.starts), list(part.ends)) == ("b ", [5, 9], [6, 10])
    assert (part.given, part.unsayable) == ((Given(0, 1, "bˈi", ""),), 0)
    assert whole.part(0, 3).given == ()


@pytest.mark.parametrize(
    ("language", "text", "expected", "unsayable"),
    [
        ("ja", "20㎡", "20m²", 0),
        ("ja", "㈱", "株", 0),
        ("ja", "㋿元年", "令和元年", 0),
        ("ja", "五㌔", "五キロ", 0),
        ("en-us", "5㎏", "5kg", 0),
        ("en-us", "㊙", "", 1),
        ("zh", "⼾", "戶", 0),
        ("zh", "䷥", "", 1),
        ("en-us", "❷", "②", 0),
        ("en-us", "৴", "", 1),
        ("ja", "カール・マルクス", "カール・マルクス", 0),
        ("zh", "・", " ", 0),
    ],
)
def test_letters_in_squares_and_circles_are_those_letters(
    language: str, text: str, expected: str, unsayable: int
) -> None:
    found = cleaned(text, language)
    assert (found.text, found.unsayable) == (expected, unsayable)
