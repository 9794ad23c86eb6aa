"""Blends: what a formula means, and the one way to write it."""

import math

import pytest

from ttsmesh.errors import Code, RejectedError
from ttsmesh.limits import MAX_NAME
from ttsmesh.model.voices.blend import MAX_VOICES, canonical, is_formula, parse


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        ("af_heart:0.6,bf_emma:0.4", "af_heart:0.6,bf_emma:0.4"),
        ("bf_emma:2, af_heart:3", "af_heart:0.6,bf_emma:0.4"),
        ("a,b", "a:0.5,b:0.5"),
        ("b,a", "b:0.5,a:0.5"),
        ("a:1,b:2,a:1", "a:0.5,b:0.5"),
        ("a,b,c", "a:0.3333,b:0.3333,c:0.3333"),
        ("a:7", "a"),
        ("a:1,a:2", "a"),
        ("a:1,b:0.000001", "a"),
        ("a:1e-3,b:3e-3", "b:0.75,a:0.25"),
    ],
)
def test_weights_are_shares_and_every_formula_has_one_canonical_form(formula: str, meant: str) -> None:
    blend = parse(formula)
    assert canonical(blend) == meant
    assert math.isclose(sum(share for _, share in blend), 1)
    assert canonical(parse(meant)) == meant


@pytest.mark.parametrize(
    "formula",
    [",", ":", "a,", ",a", "a:,b", "a:x,b", "a:0,b", "a:-1,b", "a:nan,b", "a:inf,b", "a:1e9,b", "a:1:2", ""],
)
def test_what_is_no_blend_is_refused_with_an_example(formula: str) -> None:
    with pytest.raises(RejectedError, match=r"af_heart:0\.6,bf_emma:0\.4") as caught:
        parse(formula)
    assert caught.value.code is Code.VOICE


def test_voices_and_length_are_bounded() -> None:
    names = [f"v{number}" for number in range(MAX_VOICES + 1)]
    assert len(parse(",".join(names[:MAX_VOICES]))) == MAX_VOICES
    with pytest.raises(RejectedError, match=f"more than {MAX_VOICES}"):
        parse(",".join(names))
    with pytest.raises(RejectedError, match="too long"):
        parse("a," + "b" * MAX_NAME)


def test_a_voices_name_is_no_formula() -> None:
    assert not is_formula("af_heart")
    assert is_formula("af_heart:1")
    assert is_formula("af_heart,bf_emma")
