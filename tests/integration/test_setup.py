"""A user without the packages of the weights: what still works, and what ``ttsmesh setup`` is for."""

import json
import os
from collections.abc import Iterator

import pytest

from tests.mesh import Mesh
from ttsmesh.model.build import prepared_model, weights_packages

HIDE = "".join(f"import sys; sys.modules[{part.module!r}] = None\n" for part in weights_packages.PACKAGES)


@pytest.fixture
def bare() -> Iterator[Mesh]:
    """A mesh whose processes find no package of the weights, and in place of pip a file that says when it is run."""
    with Mesh(engine="openvino") as mesh:
        site = mesh.directory / "site"
        site.mkdir()
        (site / "sitecustomize.py").write_text(HIDE)
        (site / "pip.py").write_text(f"open({str(mesh.directory / 'fetched')!r}, 'w').close(); raise SystemExit(1)")
        mesh.env["PYTHONPATH"] = os.pathsep.join([str(site), *filter(None, [mesh.env.get("PYTHONPATH")])])
        yield mesh


@pytest.fixture
def unprepared(bare: Mesh) -> Mesh:
    bare.env["XDG_CACHE_HOME"] = str(bare.directory / "cache")
    return bare


def fetched(mesh: Mesh) -> bool:
    return (mesh.directory / "fetched").exists()


def finding(mesh: Mesh) -> tuple[str, str]:
    """What doctor says of the weights."""
    report = json.loads(mesh.run("doctor", "--json").stdout)
    (prepared,) = [check for check in report["checks"] if check["check"] == "weights"]
    return prepared["state"], prepared["message"]


def test_e1_without_weights_a_text_is_refused_and_only_setup_fetches(unprepared: Mesh) -> None:
    missing = "the model's weights are not installed; run: ttsmesh setup"
    said = unprepared.run("say", "--print-id", "hello", "-o", "a.wav")
    assert (said.returncode, said.stdout) == (78, b""), said
    assert said.stderr.decode() == f"ttsmesh: {missing}\n"
    assert finding(unprepared) == ("FAIL", missing)
    assert not fetched(unprepared)

    setup = unprepared.run("setup")
    assert setup.returncode == 78
    assert setup.stderr.decode().splitlines()[-1].startswith("ttsmesh: pip could not fetch the weights: ")
    assert fetched(unprepared)


def test_e1_a_file_given_to_setup_that_is_not_the_weights_is_named(unprepared: Mesh) -> None:
    (unprepared.work / "model.onnx").write_bytes(b"other")
    setup = unprepared.run("setup", "--weights-from", "model.onnx")
    assert setup.returncode == 78
    last = setup.stderr.decode().splitlines()[-1]
    assert last == "ttsmesh: model.onnx is not the expected kokoro-v1.0.int8.onnx (its sha256 differs)"
    assert os.listdir(unprepared.directory / "cache" / "ttsmesh") == [f"{prepared_model.default_directory().name}.lock"]
    assert not fetched(unprepared)


@pytest.mark.model
def test_e1_once_the_model_is_prepared_no_weights_are_needed(bare: Mesh) -> None:
    prepared_model.prepare(prepared_model.default_directory(), lambda stage, fraction: None)
    bare.say("--wait", "Hello.", "-o", "a.wav")
    assert (bare.work / "a.wav").stat().st_size > 10_000
    assert finding(bare) == ("ok", "the model's weights are not installed; not needed, since the model is prepared")
    assert bare.run("setup").returncode == 0
    assert not fetched(bare)
