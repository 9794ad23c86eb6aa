"""The packages of the weights are found and checked without being imported, and each fault is named (E1, E2)."""

from hashlib import sha256
from pathlib import Path

import pytest

from ttsmesh.errors import ConfigError
from ttsmesh.model.build.weights_packages import PACKAGES, WeightsError, WeightsPackage, find_installed, read_weights


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[WeightsPackage, ...]:
    """Two parts of a few bytes, installed as packages."""
    made = []
    for number in (1, 2):
        package = tmp_path / "site" / f"ttsmesh_tiny_part_{number}"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("raise SystemExit('imported')")
        (package / "part.bin").write_bytes(b"part%d" % number)
        made.append(
            WeightsPackage(f"ttsmesh-tiny-part-{number}", 5, sha256(b"part%d" % number).hexdigest(), wheel_sha256="")
        )
    monkeypatch.syspath_prepend(tmp_path / "site")
    return tuple(made)


def test_parts_are_found_without_importing_them(tiny: tuple[WeightsPackage, ...]) -> None:
    paths = find_installed(tiny, read=True)
    assert read_weights(paths, sha256(b"part1part2").hexdigest()) == b"part1part2"


def test_e1_missing_parts_are_named_with_what_to_run(tiny: tuple[WeightsPackage, ...]) -> None:
    gone = WeightsPackage("ttsmesh-no-such-part", 5, "", "")
    with pytest.raises(
        WeightsError, match=r"^model part ttsmesh-no-such-part is missing; run: ttsmesh setup$"
    ) as caught:
        find_installed((*tiny, gone))
    assert caught.value.exit_status == 78


def test_e2_a_part_of_the_wrong_size_is_named_without_reading_it(tiny: tuple[WeightsPackage, ...]) -> None:
    path = tiny[1].path
    assert path is not None
    path.write_bytes(b"part")
    with pytest.raises(WeightsError, match=r"ttsmesh-tiny-part-2 is damaged \(wrong size\); run: ttsmesh setup$"):
        find_installed(tiny)


def test_e2_a_part_with_the_wrong_hash_is_named(tiny: tuple[WeightsPackage, ...]) -> None:
    path = tiny[0].path
    assert path is not None
    path.write_bytes(b"PART1")
    assert find_installed(tiny)
    with pytest.raises(WeightsError, match=r"ttsmesh-tiny-part-1 is damaged \(wrong sha256\); run: ttsmesh setup$"):
        find_installed(tiny, read=True)
    with pytest.raises(ConfigError, match="not the expected kokoro"):
        read_weights(find_installed(tiny[1:], read=True), sha256(b"part1part2").hexdigest())


def test_the_installed_parts_are_the_pinned_ones() -> None:
    paths = find_installed(read=True)
    assert [path.stat().st_size for path in paths] == [package.size for package in PACKAGES]
