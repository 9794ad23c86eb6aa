"""Who speaks a part of a text that is marked up."""

from pathlib import Path

import pytest

from tests.model.voices.test_catalogue import pack
from ttsmesh.errors import Code, ConfigError, RejectedError
from ttsmesh.model.text.markup.markup import Wish
from ttsmesh.model.voices.casting import cast_for
from ttsmesh.model.voices.catalogue import Catalogue


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    for name in ("af_bella", "af_heart", "am_adam", "am_puck", "bf_emma", "bf_lily", "ff_siwis", "jm_kumo", "own"):
        (tmp_path / f"{name}.bin").write_bytes(pack())
    (tmp_path / "am_adam.bin").write_bytes(b"damaged")
    return Catalogue(tmp_path)


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        (Wish(("bf_lily",)), ("bf_lily", "en-gb")),
        (Wish(("nobody", "bf_lily", "af_bella")), ("bf_lily", "en-gb")),
        (Wish(("am_adam", "ff_siwis")), ("ff_siwis", "fr-fr")),
        (Wish(("af_bella:3,bf_emma:1",)), ("af_bella:0.75,bf_emma:0.25", "en-us")),
        (Wish(("own",)), ("own", "en-us")),
        (Wish(("nobody",)), None),
        (Wish(("am_adam",)), None),
        (Wish(("nobody",), "male"), ("am_puck", "en-us")),
        (Wish(("nobody",), "", "fr-CA"), ("ff_siwis", "fr-fr")),
        (Wish((), "female"), ("af_heart", "en-us")),
        (Wish((), "male"), ("am_puck", "en-us")),
        (Wish((), "", "en-GB"), ("bf_emma", "en-gb")),
        (Wish((), "", "en"), ("af_heart", "en-us")),
        (Wish((), "male", "en-GB"), ("bf_emma", "en-gb")),
        (Wish((), "female", "ja"), ("jm_kumo", "ja")),
        (Wish((), "", "it"), None),
    ],
)
def test_a_wish_is_fulfilled_by_name_or_else_by_gender_and_language(
    catalogue: Catalogue, wish: Wish, found: tuple[str, str] | None
) -> None:
    assert cast_for([wish], catalogue, "en-us", strict=False).get(wish) == found


def test_a_gender_is_that_of_a_voice_that_speaks_the_language_of_the_text(catalogue: Catalogue) -> None:
    wish = Wish((), "male")
    assert cast_for([wish], catalogue, "fr-fr", strict=False) == {}
    assert cast_for([wish], catalogue, "ja", strict=False) == {wish: ("jm_kumo", "ja")}


def test_where_names_must_be_right_others_are_refused_with_the_tag(catalogue: Catalogue) -> None:
    with pytest.raises(RejectedError, match=r"'\[voice:af_bela\]': no voice 'af_bela'; nearest: af_bella") as refused:
        cast_for([Wish(("af_bela",))], catalogue, "en-us", strict=True)
    assert refused.value.code is Code.VOICE
    with pytest.raises(ConfigError, match=r"am_adam\.bin"):
        cast_for([Wish(("am_adam",))], catalogue, "en-us", strict=True)
