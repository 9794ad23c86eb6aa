"""``ttsmesh setup``: complete afterwards, or one line that says what to do; and nothing half done (E1, E2)."""

import io
import stat
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest

from ttsmesh.errors import ConfigError
from ttsmesh.host import files
from ttsmesh.model.build import prepared_model
from ttsmesh.model.install import setup
from ttsmesh.model.install.setup import (
    OFFICIAL,
    ProgressPrinter,
    from_directory,
    from_hub,
    from_npm,
    install,
    read_package,
    run_setup,
)
from ttsmesh.model.voices import catalogue, pack
from ttsmesh.voice_files import default_folder

PACK = np.full(pack.PACK_BYTES // 4, 0.5, "<f4").tobytes()


def quiet(stage: str, fraction: float) -> None:
    pass


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A directory with two voices and a file that is none."""
    directory = tmp_path / "source"
    directory.mkdir()
    (directory / "af_heart.bin").write_bytes(PACK)
    (directory / "bm_george.bin").write_bytes(PACK)
    (directory / "model.bin").write_bytes(b"not a voice")
    return directory


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The directories that would have been prepared."""
    prepared: list[Path] = []
    monkeypatch.setattr(prepared_model, "prepare", lambda directory, progress, builder: prepared.append(directory))
    return prepared


def test_voices_from_a_directory_are_installed_and_the_model_is_prepared(
    private: Path, source: Path, no_model: list[Path]
) -> None:
    run_setup(str(source), "packages", quiet)
    installed = private / "data" / "ttsmesh" / "voices"
    assert sorted(path.name for path in installed.iterdir()) == ["af_heart.bin", "bm_george.bin"]
    assert (installed / "af_heart.bin").read_bytes() == PACK
    assert no_model == [prepared_model.default_directory()]
    assert no_model[0].is_relative_to(private)


def test_e2_one_damaged_voice_is_named_and_none_is_installed(private: Path, source: Path, no_model: list[Path]) -> None:
    (source / "bm_george.bin").write_bytes(PACK[:-4])
    with pytest.raises(ConfigError, match=f"voice {source}/bm_george.bin is damaged") as caught:
        run_setup(str(source), "packages", quiet)
    assert caught.value.exit_status == 78
    assert not (private / "data" / "ttsmesh" / "voices").exists()
    assert not no_model


@pytest.mark.parametrize("name", ["missing", "source/model.bin"])
def test_a_directory_without_voices_is_named(private: Path, source: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=f"no voices in {source.parent / name}"):
        run_setup(str(source.parent / name), "packages", quiet)


def test_nothing_is_fetched_when_all_voices_are_there(
    private: Path, no_model: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = default_folder()
    install([(name, "here", PACK) for name in OFFICIAL], directory, quiet)
    monkeypatch.setattr(setup, "from_npm", lambda progress: pytest.fail("fetched"))
    run_setup(None, "packages", quiet)
    assert len(no_model) == 1
    (directory / "zm_yunyang.bin").write_bytes(PACK[1:])
    monkeypatch.setattr(setup, "from_npm", lambda progress: [("zm_yunyang", "npm", PACK)])
    run_setup(None, "packages", quiet)
    assert setup.all_official(directory)


def test_leftovers_of_an_interrupted_installation_are_swept(tmp_path: Path) -> None:
    (tmp_path / "af_heart.unfinished").write_bytes(PACK[:100])
    install([("bm_george", "here", PACK)], tmp_path, quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["bm_george.bin"]


def test_a_data_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=f"cannot install voices in {tmp_path}/file/voices: Not a directory"):
        install([("bm_george", "here", PACK)], tmp_path / "file" / "voices", quiet)


def archive(path: Path, members: dict[str, bytes], link: str | None = None) -> str:
    """Write a package; its sha256."""
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


def test_without_the_hubs_package_its_extra_is_named(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(ConfigError, match=r"pip install 'ttsmesh\[hub\]'"):
        run_setup("hub", "packages", quiet)


def test_voices_are_read_no_further_than_their_size(source: Path) -> None:
    (source / "am_big.bin").write_bytes(PACK * 3)
    assert {name: len(data) for name, _, data in from_directory(source)}["am_big"] == pack.PACK_BYTES + 1


def test_there_are_54_official_voices_and_every_default_is_one() -> None:
    assert len(set(OFFICIAL)) == 54
    assert set(catalogue.DEFAULT_VOICES.values()) <= set(OFFICIAL)


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
