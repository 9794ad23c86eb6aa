"""``ttsmesh setup`` makes the installation complete, or says in one line what to do (E1, E2)."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest

from ttsmesh.errors import ConfigError
from ttsmesh.model.build import prepared_model
from ttsmesh.model.engine.openvino import kind
from ttsmesh.model.setup import ProgressPrinter, run_setup
from ttsmesh.model.voices import install as voices, pack
from ttsmesh.model.voices.catalogue import OFFICIAL
from ttsmesh.model.voices.install import install
from ttsmesh.voice_files import default_folder

PACK = np.full(pack.PACK_BYTES // 4, 0.5, "<f4").tobytes()


def quiet(stage: str, fraction: float) -> None:
    pass


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A directory with two voices and another file."""
    directory = tmp_path / "source"
    directory.mkdir()
    (directory / "af_heart.bin").write_bytes(PACK)
    (directory / "bm_george.bin").write_bytes(PACK)
    (directory / "model.bin").write_bytes(b"not a voice")
    return directory


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The directories of the models that set-up has asked for. None is made."""
    prepared: list[Path] = []
    monkeypatch.setattr(prepared_model, "prepare", lambda directory, progress, builder: prepared.append(directory))
    return prepared


def test_voices_from_a_directory_are_installed_and_the_model_is_prepared(
    private: Path, source: Path, no_model: list[Path]
) -> None:
    run_setup(str(source), None, kind, quiet)
    installed = private / "data" / "ttsmesh" / "voices"
    assert sorted(path.name for path in installed.iterdir()) == ["af_heart.bin", "bm_george.bin"]
    assert (installed / "af_heart.bin").read_bytes() == PACK
    assert no_model == [prepared_model.default_directory()]
    assert no_model[0].is_relative_to(private)


def test_e2_one_damaged_voice_is_named_and_none_is_installed(private: Path, source: Path, no_model: list[Path]) -> None:
    (source / "bm_george.bin").write_bytes(PACK[:-4])
    with pytest.raises(ConfigError, match=f"voice {source}/bm_george.bin is damaged") as caught:
        run_setup(str(source), None, kind, quiet)
    assert caught.value.exit_status == 78
    assert not (private / "data" / "ttsmesh" / "voices").exists()
    assert not no_model


@pytest.mark.parametrize("name", ["missing", "source/model.bin"])
def test_a_directory_without_voices_is_named(private: Path, source: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=f"no voices in {source.parent / name}"):
        run_setup(str(source.parent / name), None, kind, quiet)


def test_nothing_is_fetched_when_all_voices_are_there(
    private: Path, no_model: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = default_folder()
    install([(name, "here", PACK) for name in OFFICIAL], directory, quiet)
    monkeypatch.setattr(voices, "from_npm", lambda progress: pytest.fail("fetched"))
    run_setup(None, None, kind, quiet)
    assert len(no_model) == 1
    (directory / "zm_yunyang.bin").write_bytes(PACK[1:])
    monkeypatch.setattr(voices, "from_npm", lambda progress: [("zm_yunyang", "npm", PACK)])
    run_setup(None, None, kind, quiet)
    assert voices.all_official(directory)


def test_without_the_hubs_package_its_extra_is_named(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(ConfigError, match=r"pip install 'ttsmesh\[hub\]'"):
        run_setup("hub", None, kind, quiet)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_percentage_changes_in_place() -> None:
    stream = Terminal()
    progress = ProgressPrinter(stream)
    progress("building", 0.25)
    progress("ready", 1.0)
    assert stream.getvalue() == "\r\x1b[Kbuilding 25%\r\x1b[Kready 100%\n"


def test_in_a_pipe_a_stage_is_one_line_and_then_one_every_two_seconds() -> None:
    stream, now = io.StringIO(), [0.0]
    progress = ProgressPrinter(stream, lambda: now[0])
    for at, stage, fraction in [
        (0, "a", 0),
        (1, "a", 0.1),
        (1.9, "a", 0.2),
        (2, "a", 0.3),
        (3, "a", 0.4),
        (3, "b", 0.5),
    ]:
        now[0] = at
        progress(stage, fraction)
    assert stream.getvalue() == "a\na 30%\nb\n"
