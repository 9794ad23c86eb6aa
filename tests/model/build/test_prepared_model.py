"""The prepared model is whole or absent, whatever happens while it is made or afterwards (E1, E2, E9)."""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults import held_by_a_stopped_process
from ttsmesh.errors import ConfigError
from ttsmesh.model.build import prepared_model
from ttsmesh.model.build.recipe import FILES, MODELS


def quiet(stage: str, fraction: float) -> None:
    pass


MODEL_FILE, WEIGHTS_FILE = FILES[:2]


class FakeBuilder:
    """Writes a tiny stand-in for a model, and counts how often."""

    def __init__(self, during: Callable[[Path], None] = lambda directory: None) -> None:
        self.built = 0
        self._during = during

    def __call__(self, directory: Path, progress: prepared_model.OnProgress) -> None:
        self.built += 1
        for name in FILES[::2]:
            (directory / name).write_text("<net/>")
        self._during(directory)
        for name in FILES[1::2]:
            (directory / name).write_bytes(b"weights" * 100)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "model-1"


def test_a_model_is_made_once_and_then_found(directory: Path) -> None:
    builder = FakeBuilder()
    assert not prepared_model.quick_check(directory)
    for _ in range(2):
        prepared_model.prepare(directory, quiet, builder)
        assert prepared_model.quick_check(directory)
    assert builder.built == 1
    assert (directory / "text.xml").read_text() == "<net/>"
    assert sorted(path.name for path in directory.parent.iterdir()) == ["model-1", "model-1.lock"]


def truncate(directory: Path) -> None:
    os.truncate(directory / WEIGHTS_FILE, 10)


def garble(directory: Path) -> None:
    (directory / WEIGHTS_FILE).write_bytes(b"WEIGHTS" * 100)


def remove(directory: Path) -> None:
    (directory / MODEL_FILE).unlink()


def change_manifest(**changes: object) -> Callable[[Path], None]:
    def change(directory: Path) -> None:
        path = directory / prepared_model.MANIFEST
        path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))

    return change


def spoil_manifest(directory: Path) -> None:
    (directory / prepared_model.MANIFEST).write_text('{"pipeline": 1, "files"')


def nest_manifest(directory: Path) -> None:
    (directory / prepared_model.MANIFEST).write_text("[" * 100_000)


DAMAGES = [
    truncate,
    remove,
    spoil_manifest,
    nest_manifest,
    change_manifest(pipeline=0),
    change_manifest(openvino="2024.0"),
    change_manifest(source_sha256="0"),
    change_manifest(files={}),
    change_manifest(files={"/etc/passwd": {"size": 1, "sha256": ""}}),
    change_manifest(files=[]),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_e2_a_damaged_or_outdated_model_is_noticed_at_a_glance_and_made_again(
    directory: Path, damage: Callable[[Path], None]
) -> None:
    builder = FakeBuilder()
    prepared_model.prepare(directory, quiet, builder)
    damage(directory)
    assert not prepared_model.quick_check(directory)
    prepared_model.prepare(directory, quiet, builder)
    assert builder.built == 2
    assert prepared_model.quick_check(directory)
    assert len(list(directory.parent.iterdir())) == 2


def test_e2_garbled_weights_of_the_right_size_are_made_again(directory: Path) -> None:
    builder = FakeBuilder()
    prepared_model.prepare(directory, quiet, builder)
    garble(directory)
    prepared_model.prepare(directory, quiet, builder)
    assert builder.built == 2
    assert (directory / WEIGHTS_FILE).read_bytes() == b"weights" * 100


def test_only_the_models_that_are_wanted_are_read(directory: Path) -> None:
    builder = FakeBuilder()
    prepared_model.prepare(directory, quiet, builder)
    garble(directory)
    prepared_model.prepare(directory, quiet, builder, models=MODELS[1:])
    assert builder.built == 1
    prepared_model.prepare(directory, quiet, builder, models=MODELS[:1])
    assert builder.built == 2


def test_what_earlier_versions_made_goes_when_this_ones_is_there_and_nothing_else(tmp_path: Path) -> None:
    for name in ("model-8", "model-9", "model-11", "model-x", "model-9.lock", "voices"):
        (tmp_path / name / "inside").mkdir(parents=True)
    prepared_model.prepare(tmp_path / "model-10", quiet, FakeBuilder())
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["model-10", "model-10.lock", "model-11", "model-9.lock", "model-x", "voices"]


def test_leftovers_of_an_interrupted_build_are_swept_and_never_used(directory: Path) -> None:
    for name in ("model-1.build-abc", "model-1.build-abc.damaged"):
        leftover = directory.with_name(name)
        leftover.mkdir(parents=True)
        (leftover / WEIGHTS_FILE).write_bytes(b"half")
    other = directory.with_name("model-2")
    other.mkdir()
    prepared_model.prepare(directory, quiet, FakeBuilder())
    assert sorted(path.name for path in directory.parent.iterdir()) == ["model-1", "model-1.lock", "model-2"]


def test_a_build_that_fails_leaves_nothing(directory: Path) -> None:
    def fail(_: Path) -> None:
        raise ConfigError("no good")

    with pytest.raises(ConfigError, match="no good"):
        prepared_model.prepare(directory, quiet, FakeBuilder(fail))
    assert [path.name for path in directory.parent.iterdir()] == ["model-1.lock"]


def test_a_process_killed_while_it_builds_leaves_no_model_and_no_lock(directory: Path) -> None:
    program = (
        "import sys, signal; from pathlib import Path; from ttsmesh.model.build import prepared_model\n"
        "def build(directory, progress):\n"
        "    (directory / 'model.xml').write_text('half'); print('building', flush=True); signal.pause()\n"
        "prepared_model.prepare(Path(sys.argv[1]), lambda *_: None, build)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(directory)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"building\n"
        child.send_signal(signal.SIGKILL)
    assert not prepared_model.quick_check(directory)
    builder = FakeBuilder()
    prepared_model.prepare(directory, quiet, builder)
    assert builder.built == 1
    assert len(list(directory.parent.iterdir())) == 2


def test_two_that_prepare_at_once_make_one_model(directory: Path) -> None:
    together = threading.Barrier(8)
    builder = FakeBuilder()

    def prepare() -> None:
        together.wait(10)
        prepared_model.prepare(directory, quiet, builder)

    with ThreadPoolExecutor(8) as pool:
        for job in [pool.submit(prepare) for _ in range(8)]:
            job.result(30)
    assert builder.built == 1


def test_a_set_up_that_is_stopped_is_told_of_and_not_waited_for_without_end(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared_model, "PREPARING_TIMEOUT", 0.1)
    directory.parent.mkdir()
    lock, stages = directory.with_name("model-1.lock"), []
    with held_by_a_stopped_process(lock):
        with pytest.raises(ConfigError, match=f"another set-up has not finished within 0.1 s.*{lock}"):
            prepared_model.prepare(directory, lambda stage, fraction: stages.append(stage), FakeBuilder())
        assert stages == ["waiting for another set-up"]
    prepared_model.prepare(directory, quiet, FakeBuilder())


def test_e9_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "cache"
    blocked.write_text("a file, where a directory should be")
    with pytest.raises(ConfigError, match=str(blocked)):
        prepared_model.prepare(blocked / "model-1", quiet, FakeBuilder())


def test_e9_a_prepared_model_needs_no_writable_cache(directory: Path) -> None:
    prepared_model.prepare(directory, quiet, FakeBuilder())
    directory.with_name("model-1.lock").unlink()
    prepared_model.prepare(directory, quiet, FakeBuilder())
    assert not directory.with_name("model-1.lock").exists(), "nothing was locked, so nothing was written"


def test_a_full_disk_is_named_before_anything_is_built(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared_model, "BUILD_BYTES", 2**60)
    monkeypatch.setattr(prepared_model, "find_installed", lambda read: [])
    with pytest.raises(ConfigError, match=f"no space in {directory.parent}"):
        prepared_model.prepare(directory, quiet)


def test_the_reason_why_the_child_could_not_build_is_passed_on(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "part.bin").write_bytes(b"no model")
    monkeypatch.setattr(prepared_model, "find_installed", lambda read: [tmp_path / "part.bin"])
    with pytest.raises(ConfigError, match=r"weights are not the expected kokoro-v1\.0\.int8\.onnx"):
        prepared_model.prepare(directory, quiet)
    assert [path.name for path in directory.parent.iterdir()] == ["model-1.lock"]


def test_the_build_executes_no_module_of_the_current_directory(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("onnx", "numpy", "openvino"):
        (tmp_path / f"{name}.py").write_text("open('executed', 'w').close()")
    (tmp_path / "part.bin").write_bytes(b"no model")
    monkeypatch.setattr(prepared_model, "find_installed", lambda read: [tmp_path / "part.bin"])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError):
        prepared_model.prepare(directory, quiet)
    assert not (tmp_path / "executed").exists()


@pytest.mark.model
def test_a_disk_that_fills_up_during_the_build_is_named(directory: Path) -> None:
    """A limit on the size of files, which the child inherits, stands in for a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50 * 2**20, hard))
    try:
        with pytest.raises(ConfigError, match=str(directory.parent)):
            prepared_model.prepare(directory, quiet)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not prepared_model.quick_check(directory)


def test_the_child_that_builds_leaves_when_nobody_waits_for_it(tmp_path: Path) -> None:
    never = tmp_path / "fifo"
    os.mkfifo(never)  # reading it blocks the build for ever
    command = [sys.executable, "-m", "ttsmesh.model.build.pipeline", str(tmp_path), str(never)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None and child.stdin is not None
        assert child.stdout.readline().startswith(b"0.00 ")
        child.stdin.close()
        assert child.wait(30) == 1
