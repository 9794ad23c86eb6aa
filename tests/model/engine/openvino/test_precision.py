"""What the model computes in, on each kind of CPU."""

import platform
from collections.abc import Collection

import pytest

from ttsmesh.errors import ConfigError
from ttsmesh.model.build.recipe import MODELS
from ttsmesh.model.engine.openvino.precision import (
    Models,
    choose_models,
    choose_precision,
    compile_settings,
    cpu_flags,
)


@pytest.mark.parametrize(
    ("wanted", "flags", "has_bf16", "used"),
    [
        ("auto", {"avx2", "avx512_bf16", "amx_bf16", "amx_int8"}, True, "int8-bf16"),
        ("auto", {"avx2", "avx512_vnni", "avx512_bf16", "amx_bf16"}, True, "int8"),
        ("auto", {"avx2", "avx512_vnni"}, False, "int8"),
        ("auto", {"avx2"}, True, "f32"),
        ("auto", {"avx2", "avx_vnni"}, False, "int8"),
        ("auto", {"avx2"}, False, "f32"),
        ("auto", {"sse4_2"}, False, "f32"),
        ("auto", {}, True, "bf16"),
        ("auto", {}, False, "f32"),
        ("bf16", {"avx2"}, True, "bf16"),
        ("int8-bf16", {"avx2"}, True, "int8-bf16"),
        ("int8", {"avx2", "amx_bf16", "amx_int8"}, True, "int8"),
        ("f32", {"avx2"}, True, "f32"),
    ],
)
def test_the_precision_is_the_wanted_one_or_the_best_that_the_cpu_has(
    wanted: str, flags: Collection[str], has_bf16: bool, used: str
) -> None:
    assert choose_precision(wanted, flags, lambda: has_bf16) == used


@pytest.mark.parametrize("wanted", ["auto", "int8", "f32"])
def test_the_runtime_is_not_waited_for_where_the_flags_tell(wanted: str) -> None:
    choose_precision(wanted, {"avx2"}, lambda: pytest.fail("asked"))


def test_each_cpu_gets_the_models_that_are_quickest_there() -> None:
    windows = {8: "window_int8_8", 16: "window_int8_16"}
    int8 = Models("text_int8", "source", "trunk_int8", windows, "exact_int8")
    assert choose_models("int8", {"avx2", "avx_vnni"}) == choose_models("int8", {"avx512_vnni"}) == int8
    assert choose_models("int8", {"avx2"}) == int8._replace(text="text")
    assert choose_models("int8-bf16", {"avx512_vnni", "amx_int8", "amx_bf16"}) == int8._replace(text="text")
    plain = Models("text", "source", "trunk", {8: "window_8", 12: "window_12"}, "exact")
    assert choose_models("f32", {"avx512_vnni"}) == choose_models("bf16", {"avx512_vnni"}) == plain


@pytest.mark.parametrize("precision", ["f32", "int8"])
def test_every_model_to_run_is_made_and_has_settings(precision: str) -> None:
    models = choose_models(precision, {"avx512_vnni"})
    names = {models.text, models.source, models.trunk, *models.windows.values(), models.exact}
    assert names <= set(MODELS)
    assert set(compile_settings(precision, models)) == names


@pytest.mark.parametrize(
    ("precision", "rest"),
    [("int8-bf16", "bf16"), ("bf16", "bf16"), ("int8", "f32"), ("f32", "f32")],
)
def test_the_source_is_float32_whatever_the_rest_is(precision: str, rest: str) -> None:
    """Phases of a hundred thousand radians in bfloat16 make a voice hoarse."""
    made = compile_settings(precision, choose_models("f32", {"avx2"}))
    precisions = {model: one["INFERENCE_PRECISION_HINT"] for model, one in made.items()}
    assert precisions.pop("source") == "f32"
    assert set(precisions.values()) == {rest}


def test_this_cpus_flags_are_known_where_it_is_x86() -> None:
    assert ("sse2" in cpu_flags()) == (platform.machine() == "x86_64")


@pytest.mark.parametrize("wanted", ["bf16", "int8-bf16"])
def test_a_precision_that_the_cpu_does_not_compute_in_is_refused(wanted: str) -> None:
    with pytest.raises(
        ConfigError, match=r'^this CPU does not compute in bf16; set precision to "auto", "int8" or "f32"$'
    ):
        choose_precision(wanted, {"avx2"}, lambda: False)
