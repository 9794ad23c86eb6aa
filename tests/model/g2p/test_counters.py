"""How Japanese numbers are read with the counter behind them, by the real dictionary."""

from collections.abc import Callable
from functools import cache

import pytest

from tests.reading import segments
from ttsmesh.model.g2p.phonemes import Phonemes
from ttsmesh.model.g2p.pronounce import pronouncer
from ttsmesh.model.g2p.words import SpokenWord

pytestmark = pytest.mark.filterwarnings("ignore:open_text is deprecated:DeprecationWarning")  # reason: misaki's own


@cache
def japanese() -> Callable[[list[SpokenWord]], Phonemes]:
    return pronouncer("ja")


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        ("5月3日", "ɡoɡaʦɨ mʲiʔka"),
        ("1月1日", "iʨiɡaʦɨ ʦɨitaʨi"),
        ("20日", "haʦɨka"),
        ("3個", "saɴ ko"),
        ("2人", "ɸɯtaɾʲi"),
        ("6本", "ɾoʔpoɴ"),
        ("300円", "sambʲakɯ eɴ"),
        ("20歳", "hataʨi"),
        ("9:30", "kɯʥi saɲʥɨʔpɯɴ"),
    ],
)
def test_a_number_and_its_counter_are_read_as_one(text: str, phonemes: str) -> None:
    words = [word for segment in segments(text, "ja") for word in segment.words]
    said = japanese()([SpokenWord(word.text, word.kind, word.phonemes, word.spaced) for word in words])
    assert said.text == phonemes
