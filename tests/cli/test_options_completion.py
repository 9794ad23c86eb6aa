"""Completion, as a shell asks for it: names only, and nothing is started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ttsmesh.languages import LANGUAGES


@pytest.fixture
def voices(private: Path) -> Path:
    folder = private / "data" / "ttsmesh" / "voices"
    folder.mkdir(parents=True)
    for name in ("af_heart.bin", "af_bella.bin", "Mine.pt"):
        (folder / name).touch()
    return folder


def completed(line: str) -> list[str]:
    """What bash is offered at the end of ``line``."""
    run = subprocess.run(
        [Path(sys.executable).with_name("ttsmesh")],
        env=os.environ
        | {"_TTSMESH_COMPLETE": "bash_complete", "COMP_LINE": line, "COMP_REPLACED": line.rpartition(" ")[2]},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert run.stderr == b""
    return [item.partition(",")[2] for item in run.stdout.decode().splitlines()]


@pytest.mark.usefixtures("voices")
def test_commands_voices_and_languages_are_completed_and_no_server_is_started(private: Path) -> None:
    assert {"say", "status", "stop"} <= set(completed("ttsmesh s"))
    assert completed("ttsmesh say -v af") == ["af_bella", "af_heart"]
    assert completed("ttsmesh say --voice M") == ["Mine"]
    assert set(completed("ttsmesh say -l ")) == {*LANGUAGES, "auto"}
    assert completed("ttsmesh voices demo --lang p") == ["pt-br"]
    assert not (private / "runtime" / "ttsmesh").exists()


@pytest.mark.usefixtures("voices")
def test_of_a_blend_the_last_voice_is_completed() -> None:
    assert completed("ttsmesh say -v af_heart,af") == ["af_heart,af_bella", "af_heart,af_heart"]


def test_a_folder_of_the_settings_counts_and_bad_settings_do_not_matter(voices: Path, private: Path) -> None:
    own = private / "own"
    own.mkdir()
    (own / "zoe.npy").touch()
    settings = private / "config" / "ttsmesh" / "config.toml"
    settings.parent.mkdir()
    settings.write_text(f'voices_folder = "{own}"')
    assert completed("ttsmesh say -v z") == ["zoe"]
    settings.write_text("nonsense = ")
    assert completed("ttsmesh say -v af") == ["af_bella", "af_heart"]
