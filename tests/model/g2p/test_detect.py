"""The language of a sentence is detected with certainty, or not at all."""

from collections.abc import Callable

import pytest

from ttsmesh.model.g2p.detect import by_script, detector

Detect = Callable[[str], str | None]


@pytest.fixture(scope="module")
def detect() -> Detect:
    return detector()


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("The old ship left the harbour early in the morning.", "en-us"),
        ("La reunión del lunes es a las tres de la tarde.", "es"),
        ("Pouvez-vous me dire à quelle heure part le train ?", "fr-fr"),
        ("La vecchia nave lasciò il porto la mattina presto.", "it"),
        ("O velho navio deixou o porto cedo pela manhã.", "pt-br"),
        ("क्या आप मुझे बता सकते हैं?", "hi"),
        ("月曜日の会議には三百四十人が来ました。", "ja"),
        ("星期一有三百四十个人来参加会议。", "zh"),
    ],
)
def test_a_sentence_in_each_language_is_known(detect: Detect, sentence: str, language: str) -> None:
    assert detect(sentence) == language


@pytest.mark.parametrize("sentence", ["", "OK.", "42", "...", "Dr. No", "x = 1"])
def test_what_is_too_short_is_unsure(detect: Detect, sentence: str) -> None:
    assert detect(sentence) is None


@pytest.mark.parametrize(
    "sentence",
    ["Guten Morgen, wie geht es dir heute?", "De oude boot verliet de haven.", "kubectl get pods -n kube-system"],
)
def test_other_languages_are_none_of_ours(detect: Detect, sentence: str) -> None:
    assert detect(sentence) is None


def test_a_script_tells_by_the_most_of_its_letters() -> None:
    assert by_script("私はPythonを書く。") == "ja"
    assert by_script("我用Python写代码。") == "zh"
    assert by_script("The word 猫 means cat, as everybody knows.") is None
