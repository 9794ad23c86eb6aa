"""Engines that others bring, in a real mesh: one as docs/engines.md has it, and one whose device fails."""

import json
import re
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.mesh import Mesh

DOCUMENT = Path(__file__).parents[2] / "docs" / "engines.md"

FAKE_GPU = """
from ttsmesh.model.engine.protocol import DeviceFailed
from ttsmesh.model.engine.spare import WithSpare
from ttsmesh.model.engine.tone import CHECKS, ToneEngine, install


class FakeGpuEngine(ToneEngine):
    \"\"\"A GPU that does not exist. It has memory for the first chunk only.\"\"\"

    name = "fake-gpu"
    begun = 0

    def begin(self, phonemes, speaker, speed):
        self.begun += 1
        if self.begun > 1:
            raise DeviceFailed("fake-gpu failed: out of memory")
        return super().begin(phonemes, speaker, speed)


def make(environment, settings):
    return WithSpare(FakeGpuEngine(), ToneEngine)
"""


@pytest.fixture
def mesh() -> Iterator[Mesh]:
    with Mesh() as mesh:
        yield mesh


def bring(mesh: Mesh, name: str, module: str) -> None:
    """Install a package with an engine in ``module`` for the mesh, and choose it."""
    packages = mesh.directory / "packages"
    info = packages / f"{name}_engine-1.0.dist-info"
    info.mkdir(parents=True)
    (packages / f"{name}_engine.py").write_text(module)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-engine\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[ttsmesh.engines]\n{name} = {name}_engine\n")
    mesh.env |= {"PYTHONPATH": str(packages), "TTSMESH_ENGINE": name}


def documented() -> str:
    """The engine in the document."""
    (module,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    return str(module)


def said(mesh: Mesh, text: str, name: str) -> Any:
    """The samples of ``text``, saved."""
    run = mesh.run("say", "-o", name, "--wait", text)
    assert run.returncode == 0, run
    with wave.open(str(mesh.work / name)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def status(mesh: Mesh) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(mesh.run("status", "--json").stdout)
    return found


def test_the_engine_in_the_document_speaks_and_is_asked_by_status_doctor_and_setup(mesh: Mesh) -> None:
    bring(mesh, "chime", documented())
    samples = said(mesh, "Hello.", "hello.wav")
    assert np.abs(samples).max() > 1000
    assert status(mesh)["engine"] == "chime"
    assert b"(chime)" in mesh.run("status").stdout.splitlines()[0]
    checks = {check["check"]: check for check in json.loads(mesh.run("doctor", "--json").stdout)["checks"]}
    assert (checks["engine"]["message"], checks["chime"]["message"]) == ("chime", "it chimes")
    assert "model" not in checks, "OpenVINO was not asked"
    setup = mesh.run("setup", "--engine", "chime")
    assert setup.returncode == 0, setup
    assert setup.stderr.decode().splitlines()[-1].startswith("ready")


def test_e11_a_fake_gpu_that_fails_costs_no_word_and_says_so_in_the_log_and_in_status(mesh: Mesh) -> None:
    bring(mesh, "fakegpu", FAKE_GPU)
    first = said(mesh, "The first sentence is here.", "first.wav")
    assert status(mesh)["engine"] == "fake-gpu"
    twice = said(mesh, "The first sentence is here. The first sentence is here.", "twice.wav")
    assert status(mesh)["engine"] == "tone, since fake-gpu failed: out of memory"
    assert 2 * first.size < twice.size < 2.5 * first.size, "each sentence is there once"
    assert status(mesh)["failed"] == 0
    log = (mesh.state / "ttsmesh.log").read_text()
    assert log.count("fake-gpu: fake-gpu failed: out of memory; from now on tone renders") == 1


def test_serve_takes_the_engine_that_it_is_told_to(mesh: Mesh) -> None:
    del mesh.env["TTSMESH_ENGINE"]
    run = mesh.run("serve", "--engine", "espeak")
    assert run.returncode == 78
    assert run.stderr.decode() == "ttsmesh: unknown engine 'espeak' (want auto, kokoro, openvino, tone)\n"


def test_a_mesh_with_kokoro_and_without_its_packages_refuses_texts_and_says_what_to_install(mesh: Mesh) -> None:
    mesh.env["TTSMESH_ENGINE"] = "kokoro"
    run = mesh.run("say", "Hello.")
    assert run.returncode == 78
    assert run.stderr.decode().startswith("ttsmesh: the packages of the engine kokoro are not installed; run: pip ")
