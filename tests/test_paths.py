"""The user's home and where files are kept, also where the surroundings say nothing of them."""

import os
import pwd
from collections.abc import Callable
from pathlib import Path

import pytest

from ttsmesh import paths
from ttsmesh.errors import ConfigError
from ttsmesh.host import systemd
from ttsmesh.paths import cache_dir, config_dir, data_dir, state_dir
from ttsmesh.wire import sockets

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


@pytest.fixture
def nobody(private: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user whom the system's list does not know, without HOME."""

    def unknown(uid: int) -> pwd.struct_passwd:
        raise KeyError(uid)

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    return private


def test_home_is_what_the_variable_says(private: Path) -> None:
    assert paths.home() == str(private)


@pytest.mark.parametrize("unusable", [None, "", "relative/path"])
def test_without_a_usable_variable_home_is_what_the_list_of_users_says(
    unusable: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOME")
    if unusable is not None:
        monkeypatch.setenv("HOME", unusable)
    assert paths.home() == pwd.getpwuid(os.getuid()).pw_dir


@pytest.mark.usefixtures("nobody")
def test_without_a_home_directory_the_variables_are_enough() -> None:
    for directory in (cache_dir, config_dir, data_dir, state_dir, systemd.directory, sockets.runtime_dir):
        assert os.path.isabs(directory())


@pytest.mark.usefixtures("nobody")
@pytest.mark.parametrize(
    ("directory", "variable"),
    [
        (cache_dir, "XDG_CACHE_HOME"),
        (config_dir, "XDG_CONFIG_HOME"),
        (data_dir, "XDG_DATA_HOME"),
        (state_dir, "XDG_STATE_HOME"),
        (systemd.directory, "XDG_CONFIG_HOME"),
    ],
)
def test_without_either_the_variable_that_would_help_is_named(
    directory: Callable[[], Path], variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(variable)
    with pytest.raises(ConfigError, match=f"^no home directory; set HOME or {variable}$"):
        directory()


def test_a_tilde_is_the_home_directory(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [paths.expanded(path) for path in ("~", "~/voices", "/a/~/b", "a~")] == [
        str(private),
        f"{private}/voices",
        "/a/~/b",
        "a~",
    ]
    monkeypatch.setenv("HOME", "relative")
    assert paths.expanded("~/voices") == f"{pwd.getpwuid(os.getuid()).pw_dir}/voices"


def test_a_tilde_may_be_another_users() -> None:
    other = pwd.getpwall()[0]
    assert paths.expanded(f"~{other.pw_name}/voices") == os.path.join(other.pw_dir, "voices")
    with pytest.raises(ConfigError, match="no user no-such-user"):
        paths.expanded("~no-such-user/voices")


@pytest.mark.usefixtures("nobody")
def test_a_tilde_without_a_home_directory_is_refused() -> None:
    with pytest.raises(ConfigError, match="no home directory"):
        paths.expanded("~/voices")
