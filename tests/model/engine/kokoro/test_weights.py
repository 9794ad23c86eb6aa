"""Which weights the engine kokoro takes: the user's file, the official one in the hub's cache, or the shipped ones."""

from pathlib import Path

import pytest

from ttsmesh.errors import ConfigError
from ttsmesh.host import files
from ttsmesh.model.build import download, weights_packages
from ttsmesh.model.build.weights_packages import WeightsError, find_installed, read_weights
from ttsmesh.model.engine.kokoro import device, kind, weights
from ttsmesh.model.engine.openvino import kind as openvino_kind


def quiet(activity: str, fraction: float) -> None:
    pass


@pytest.fixture
def no_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> list[Path]:
        raise WeightsError(dict.fromkeys((each.distribution for each in weights_packages.PACKAGES), "missing"))

    monkeypatch.setattr(weights, "find_installed", missing)


def hub_file(hub: Path, revision: str) -> Path:
    """A file in the hub client's cache, as that client lays it out."""
    path = hub / "models--hexgrad--Kokoro-82M" / "snapshots" / revision / "kokoro-v1_0.pth"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"weights")
    return path


def test_the_shipped_weights_are_found_where_nothing_else_is(private: Path) -> None:
    found = weights.find()
    assert found.paths == find_installed()
    assert not found.official
    assert str(found) == "shipped, from 8 bits: the installed packages"


def test_the_official_file_in_the_hubs_cache_comes_first(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.delenv(variable, raising=False)
    path = hub_file(private / "cache" / "huggingface" / "hub", "0123abc")
    assert weights.find() == weights.Weights([path], official=True)
    monkeypatch.setenv("HF_HUB_CACHE", str(private / "elsewhere"))
    assert not weights.find().official
    path = hub_file(private / "elsewhere", "4567def")
    assert weights.find().paths == [path]


def test_the_file_in_the_settings_comes_before_all(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(private))
    hub_file(private, "0123abc")
    (private / "mine.pth").write_bytes(b"weights")
    assert weights.find("~/mine.pth") == weights.Weights([private / "mine.pth"], official=True)
    with pytest.raises(ConfigError, match=r"no file .*/yours\.pth; it is kokoro_weights in config\.toml"):
        weights.find("~/yours.pth")


def test_without_any_the_advice_is_to_set_up(private: Path, no_packages: None) -> None:
    with pytest.raises(ConfigError, match="weights are not installed; run: ttsmesh setup --engine kokoro"):
        weights.find()


def test_set_up_without_the_packages_of_kokoro_says_what_to_install(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "PACKAGES", ("no_such_package",))
    with pytest.raises(ConfigError, match=r"run: pip install 'ttsmesh\[kokoro\]'"):
        kind.install(None, quiet)


@pytest.fixture
def packages_of_kokoro(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if they were installed, on a machine without a GPU."""
    monkeypatch.setattr(device, "PACKAGES", ("json",))
    monkeypatch.setattr(device, "NODES", ())


def test_set_up_keeps_weights_that_are_not_installed(
    private: Path, no_packages: None, packages_of_kokoro: None
) -> None:
    whole = private / "kokoro.onnx"
    whole.write_bytes(read_weights(find_installed()))
    kind.install(str(whole), quiet)
    found = weights.find()
    assert found.paths == [private / "cache" / "ttsmesh" / "kokoro-v1.0.int8.onnx"]
    assert files.sha256(found.paths[0]) == weights_packages.WEIGHTS_SHA256
    assert [path.name for path in found.paths[0].parent.iterdir()] == [found.paths[0].name], "nothing else is left"


def test_weights_that_set_up_keeps_are_fetched_anew_when_they_are_damaged(
    private: Path, no_packages: None, packages_of_kokoro: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights.kept().parent.mkdir(parents=True)
    weights.kept().write_bytes(b"cut")
    with pytest.raises(ConfigError, match="their sha256 differs"):
        list(kind.check_weights())
    fetched: list[str] = []
    monkeypatch.setattr(kind, "_fetch", lambda source, progress: fetched.append(source))
    kind.install(None, quiet)
    assert fetched == ["packages"]


def test_a_cut_file_that_would_be_used_before_all_others_is_named_and_nothing_is_fetched(
    private: Path, packages_of_kokoro: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(private))
    path = hub_file(private, "0123abc")
    monkeypatch.setattr(kind, "_fetch", lambda source, progress: pytest.fail("fetched"))
    for use in (lambda: list(kind.check_weights()), lambda: kind.install(None, quiet)):
        with pytest.raises(ConfigError, match=f"{path} is not a file of Kokoro's weights, or it is cut short"):
            use()


def test_set_up_fetches_nothing_when_weights_are_there(
    private: Path, packages_of_kokoro: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kind, "_fetch", lambda source, progress: pytest.fail("fetched"))
    kind.install(None, quiet)


def test_set_up_for_a_gpu_gives_openvino_the_kept_weights_and_never_kokoros_from_the_hub(
    private: Path, packages_of_kokoro: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "has_gpu_node", lambda: True)
    given: list[str | None] = []
    monkeypatch.setattr(openvino_kind, "install", lambda source, progress: given.append(source))
    monkeypatch.setattr(download, "hub_client", lambda: lambda repository, name: str(private))
    kind.install("hub:somebody/copy", quiet)
    kind.install("hub", quiet)
    whole = private / "kokoro.onnx"
    whole.write_bytes(read_weights(find_installed()))
    kind.install(str(whole), quiet)
    kind.install("hub", quiet)
    assert given == [None, None, str(weights.kept()), str(weights.kept())]


def test_set_up_asks_the_hub_for_the_official_file_when_it_is_told_to(
    private: Path, packages_of_kokoro: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fake_client(repository: str, name: str) -> str:
        asked.append((repository, name))
        return str(private)

    monkeypatch.setattr(download, "hub_client", lambda: fake_client)
    kind.install("hub", quiet)
    kind.install("hub:somebody/copy", quiet)
    assert asked == [("hexgrad/Kokoro-82M", "kokoro-v1_0.pth"), ("somebody/copy", "kokoro-v1_0.pth")]
