"""Installs kokoro-onnx in a virtual environment of its own, with the weights and the voice that we use."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from bench.run import Run
from ttsmesh.model.build.weights_packages import WEIGHTS_SHA256, find_installed
from ttsmesh.model.voices.catalogue import Catalogue

ROOT = Path(__file__).parent.parent
ENVIRONMENT = ROOT / ".bench-venv"
REQUIREMENTS = ["kokoro-onnx==0.6.1", "sounddevice==0.5.6"]


def command(run: Run, voice: str, warm_up: str, worker: str = "bench.render_rival") -> list[str]:
    """The command that runs the module ``worker``. Its environment is made at first use."""
    python = ENVIRONMENT / "bin" / "python"
    installed = ENVIRONMENT / ".installed"
    if not installed.exists() or installed.read_text() != str(REQUIREMENTS):
        run.say(f"making {ENVIRONMENT.name} with {REQUIREMENTS[0]} (a minute)")
        subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-q", "--no-input", *REQUIREMENTS]
        subprocess.run(pip, check=True, stdout=sys.stderr)
        installed.write_text(str(REQUIREMENTS))
    return [str(python), "-m", worker, voice, warm_up, str(_model()), str(voices(voice))]


def _model() -> Path:
    """The int8 ONNX file, joined from the four packages that bring it."""
    path = ENVIRONMENT / "kokoro-v1.0.int8.onnx"
    if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != WEIGHTS_SHA256:
        path.write_bytes(b"".join(part.read_bytes() for part in find_installed()))
    return path


def voices(voice: str) -> Path:
    path = ENVIRONMENT / f"{voice}.npz"
    pack = Catalogue().load(voice)
    packs: dict[str, Any] = {voice: pack.reshape(len(pack), 1, -1)}
    np.savez(path, **packs)
    return path
