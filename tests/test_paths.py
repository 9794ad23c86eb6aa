"""Where files go, by the XDG base directory rules."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ttsmesh.paths import cache_dir, config_dir, data_dir, state_dir

EACH = [
    (cache_dir, "XDG_CACHE_HOME", ".cache"),
    (config_dir, "XDG_CONFIG_HOME", ".config"),
    (data_dir, "XDG_DATA_HOME", ".local/share"),
    (state_dir, "XDG_STATE_HOME", ".local/state"),
]


@pytest.mark.parametrize(("directory", "variable", "fallback"), EACH)
def test_each_follows_its_variable_and_falls_back_to_its_place_at_home(
    directory: Callable[[], Path], variable: str, fallback: str, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "/somewhere")
    assert directory() == Path("/somewhere/ttsmesh")
    for unusable in ("", "relative/path", "./here"):
        monkeypatch.setenv(variable, unusable)
        assert directory() == private / fallback / "ttsmesh"
    monkeypatch.delenv(variable)
    assert directory() == private / fallback / "ttsmesh"


@pytest.mark.parametrize(("directory", "variable", "fallback"), EACH)
def test_asking_makes_nothing(directory: Callable[[], Path], variable: str, fallback: str, private: Path) -> None:
    assert not directory().exists()
