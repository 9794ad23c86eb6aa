"""The user's home and base directories, also where the surroundings say nothing of them."""

import os
import pwd
from collections.abc import Callable
from pathlib import Path

import pytest

from ttsmesh import xdg
from ttsmesh.errors import ConfigError
from ttsmesh.host import systemd
from ttsmesh.paths import cache_dir, config_dir, data_dir, state_dir
from ttsmesh.wire import sockets


@pytest.fixture
def nobody(private: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user whom the system's list does not know, without HOME."""

    def unknown(uid: int) -> pwd.struct_passwd:
        raise KeyError(uid)

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    return private


def test_home_is_what_the_variable_says(private: Path) -> None:
    assert xdg.home() == str(private)


@pytest.mark.parametrize("unusable", [None, "", "relative/path"])
def test_without_a_usable_variable_home_is_what_the_list_of_users_says(
    unusable: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOME")
    if unusable is not None:
        monkeypatch.setenv("HOME", unusable)
    assert xdg.home() == pwd.getpwuid(os.getuid()).pw_dir


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
    assert [xdg.expanded(path) for path in ("~", "~/voices", "/a/~/b", "a~")] == [
        str(private),
        f"{private}/voices",
        "/a/~/b",
        "a~",
    ]
    monkeypatch.setenv("HOME", "relative")
    assert xdg.expanded("~/voices") == f"{pwd.getpwuid(os.getuid()).pw_dir}/voices"


def test_a_tilde_may_be_another_users() -> None:
    other = pwd.getpwall()[0]
    assert xdg.expanded(f"~{other.pw_name}/voices") == os.path.join(other.pw_dir, "voices")
    with pytest.raises(ConfigError, match="no user no-such-user"):
        xdg.expanded("~no-such-user/voices")


@pytest.mark.usefixtures("nobody")
def test_a_tilde_without_a_home_directory_is_refused() -> None:
    with pytest.raises(ConfigError, match="no home directory"):
        xdg.expanded("~/voices")
