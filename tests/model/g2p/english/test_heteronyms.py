"""Which of two words that are written alike is meant, from its neighbours and the tagger's tags."""

import pytest

from ttsmesh.model.g2p.english.heteronyms import reading


@pytest.mark.parametrize(
    ("tagged", "index", "expected"),
    [
        ("i/PRP read/VBP books/NNS every/DT day/NN", 1, ("read", "VB")),
        ("i/PRP read/VBP it/PRP yesterday/NN", 1, ("read", "VBD")),
        ("i/PRP read/VBP it/PRP and/CC laughed/VBD", 1, ("read", "VBD")),
        ("have/VBP you/PRP read/VB it/PRP", 2, ("read", "VBN")),
        ("i/PRP will/MD read/VB it/PRP", 2, ("read", "VB")),
        ("lead/NN is/VBZ heavy/JJ", 0, ("led", "NN")),
        ("lead/JJ pipes/NNS", 0, ("led", "JJ")),
        ("made/VBN of/IN lead/NN", 2, ("led", "NN")),
        ("in/IN the/DT lead/NN", 2, ("lead", "NN")),
        ("the/DT lead/NN singer/NN", 1, ("lead", "NN")),
        ("they/PRP lead/VBP us/PRP", 1, ("lead", "VBP")),
        ("a/DT tear/NN in/IN the/DT fabric/NN", 1, ("tear", "VB")),
        ("a/DT tear/NN in/IN her/PRP$ eye/NN", 1, ("tear", "NN")),
        ("take/VB a/DT bow/NN", 2, ("bow", "VB")),
        ("a/DT bow/NN and/CC arrow/NN", 1, ("bow", "NN")),
        ("the/DT bass/NN guitar/NN", 1, ("bass", "JJ")),
        ("a/DT bass/NN in/IN the/DT lake/NN", 1, ("bass", "NN")),
        ("my/PRP$ resume/NN", 1, ("résumé", "NN")),
        ("resume/VB it/PRP", 0, ("resume", "VB")),
        ("the/DT object/NN", 1, ("object", "NN")),
    ],
)
def test_a_heteronym_is_looked_up_as_the_one_that_is_meant(tagged: str, index: int, expected: tuple[str, str]) -> None:
    pairs = [pair.split("/") for pair in tagged.split()]
    assert reading([word for word, _ in pairs], [tag for _, tag in pairs], index) == expected
