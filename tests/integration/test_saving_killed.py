"""The whole mesh killed at any moment of a save: whole files or none, and nothing beside them for long."""

import json
import os
import random
import time
from pathlib import Path

import pytest

from tests.decoded import decoded
from tests.faults import gone, kill, leftovers, until
from tests.mesh import PATIENCE, Mesh

TEXT = "Una frase corta. " * 100
"""Some minutes of tones: they are saved in a second, and their captions at its end."""

NO_NAMELESS_FILES = """
import errno, os
_open = os.open

def _fake_open(path, flags, *arguments, **more):
    if flags & os.O_TMPFILE == os.O_TMPFILE:
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))
    return _open(path, flags, *arguments, **more)

os.open = _fake_open
"""
"""Run first in every process, it makes all file systems such as do not know O_TMPFILE."""


class Save:
    """``TEXT`` on its way into a file of sound and one of captions, by a mesh all of whose processes are up."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh
        assert mesh.run("say", "--wait", "-o", "before.wav", "hola").returncode == 0
        (mesh.work / "before.wav").unlink()
        assert os.listdir(mesh.work) == [], "what was left goes with the next start and the next save"
        self._pids = list(mesh.processes())
        self._client = mesh.start("say", "--wait", "-o", "a.flac", "--captions", "a.json", TEXT)

    def kill_all(self) -> None:
        """Kill the mesh, and not the client."""
        for pid in self._pids:
            kill(pid)
        for pid in self._pids:
            until(lambda: gone(pid), "it is dead")  # noqa: B023

    def end(self) -> int:
        """The exit status of its client."""
        self._client.communicate(timeout=PATIENCE)
        return self._client.returncode


def found(directory: Path) -> dict[str, int]:
    """What the files of the save hold that are there: samples, and captions."""
    counts = {}
    if (sound := directory / "a.flac").exists():
        counts[sound.name] = decoded(sound).size
    if (captions := directory / "a.json").exists():
        counts[captions.name] = len(json.loads(captions.read_text()))
    return counts


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("naming", "moments"),
    [("hidden", 1), *(pytest.param(*more, marks=pytest.mark.long) for more in (("nameless", 3), ("hidden", 4)))],
)
def test_d6_a_mesh_that_is_killed_at_any_moment_of_a_save_leaves_whole_files_or_none(naming: str, moments: int) -> None:
    moment = random.Random(moments)
    unfinished = 0
    with Mesh() as mesh:
        mesh.settings('default_voice = "ef_dora"\n')
        if naming == "hidden":
            (mesh.directory / "sitecustomize.py").write_text(NO_NAMELESS_FILES)
            mesh.env["PYTHONPATH"] = str(mesh.directory)
        save = Save(mesh)
        begun = time.monotonic()
        assert save.end() == 0
        whole_s = time.monotonic() - begun
        whole = found(mesh.work)
        while unfinished < moments:
            for name in whole:
                (mesh.work / name).unlink(missing_ok=True)
            save = Save(mesh)
            time.sleep(moment.uniform(0, whole_s))  # reason: it may be any moment
            save.kill_all()
            finished = save.end() == 0
            saved = found(mesh.work)
            assert saved.items() <= whole.items()
            assert saved == whole or not finished
            if saved == whole:  # too late: this save was quicker
                whole_s *= 0.9
            else:
                unfinished += 1
            if naming == "nameless":
                assert set(os.listdir(mesh.work)) == set(saved)
        assert mesh.run("say", "--wait", "-o", "next.wav", "hola").returncode == 0
        assert set(os.listdir(mesh.work)) - set(whole) == {"next.wav"}
        assert mesh.run("kill").returncode == 0
        assert leftovers(mesh) == []
