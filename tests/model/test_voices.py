"""The voice catalogue: what is a voice, what is refused, and by what name (E1, E2)."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from ttsmesh.errors import Code, ConfigError, Rejected
from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model import voices
from ttsmesh.model.engine import STYLE_SIZE, Floats
from ttsmesh.model.voices import Catalogue


def pack(value: float = 0.5) -> bytes:
    return np.full((MAX_PHONEMES, 1, STYLE_SIZE), value, "<f4").tobytes()


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    directory = tmp_path / "voices"
    directory.mkdir()
    for name in ("af_heart", "af_bella", "bm_george", "jf_alpha"):
        (directory / f"{name}.bin").write_bytes(pack())
    return Catalogue(directory)


def test_names_are_the_voice_files_in_order(catalogue: Catalogue) -> None:
    for name in ("README.bin", "xf_alien.bin", "af_Heart.bin", "af_heart.pt", ".af_new.bin", "af_x.unfinished"):
        (catalogue.directory / name).write_bytes(pack())
    (catalogue.directory / "af_directory.bin").mkdir()
    assert catalogue.names() == ("af_bella", "af_heart", "bm_george", "jf_alpha")


def test_a_name_tells_language_and_gender(catalogue: Catalogue) -> None:
    assert catalogue.info("bm_george") == voices.VoiceInfo("bm_george", "en-gb", "male")
    assert catalogue.info("jf_alpha") == voices.VoiceInfo("jf_alpha", "ja", "female")


def test_each_language_has_a_default_voice_of_its_own() -> None:
    assert set(voices.DEFAULT_VOICES) == set(voices.LANGUAGES.values())
    for language, name in voices.DEFAULT_VOICES.items():
        assert voices.NAME.fullmatch(name)
        assert voices.LANGUAGES[name[0]] == language


def test_a_pack_has_a_row_of_style_for_each_number_of_phonemes(catalogue: Catalogue) -> None:
    table = np.arange(MAX_PHONEMES * STYLE_SIZE, dtype="<f4").reshape(MAX_PHONEMES, 1, STYLE_SIZE) / 1e6
    (catalogue.directory / "af_heart.bin").write_bytes(table.tobytes())
    loaded = catalogue.load("af_heart")
    assert loaded.dtype == np.float32
    assert np.array_equal(loaded, table[:, 0])
    assert not loaded.flags.writeable


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("af_hart", "af_heart"),
        ("heart", "af_heart"),
        ("", "af_heart"),
        ("af_heart.bin", "af_heart"),
        ("../../etc/passwd", "af_heart"),
        ("/etc/passwd", "af_heart"),
        ("../voices/af_heart", "af_heart"),
        ("a" * 300, "af_heart"),
        ("af_heart\x00", "af_heart"),
        ("af_he\x1b[31m", "af_heart"),
        ("bm_gorge", "bm_george"),
    ],
)
def test_an_unknown_voice_is_refused_with_the_nearest_ones(catalogue: Catalogue, name: str, nearest: str) -> None:
    for ask in (catalogue.check, catalogue.info, catalogue.load):
        with pytest.raises(Rejected, match=nearest) as caught:
            ask(name)
        assert caught.value.code == Code.VOICE
        assert caught.value.message.isprintable()
        assert len(caught.value.message) < 150


def test_no_file_outside_the_catalogue_is_opened(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    (catalogue.directory.parent / "af_outside.bin").write_bytes(pack())
    opened: list[Path] = []

    def read_pack(path: Path) -> Floats:
        opened.append(path)
        raise ConfigError("opened")

    monkeypatch.setattr(voices, "read_pack", read_pack)
    for name in ("../af_outside", str(catalogue.directory.parent / "af_outside"), "./af_heart"):
        with pytest.raises(Rejected):
            catalogue.load(name)
    assert opened == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        pack()[:-1],
        pack() + b"\x00",
        pack(float("nan")),
        pack(float("inf")),
        pack(-101.0),
        pack(0.0),
        np.random.default_rng(1).bytes(voices.PACK_BYTES),
    ],
    ids=["empty", "short", "long", "nan", "inf", "absurd", "zeros", "random"],
)
def test_e2_a_damaged_voice_is_named_and_refused(catalogue: Catalogue, data: bytes) -> None:
    path = catalogue.directory / "af_heart.bin"
    path.write_bytes(data)
    with pytest.raises(ConfigError, match=f"voice {path} is damaged: .*; run: ttsmesh setup$") as caught:
        catalogue.load("af_heart")
    assert caught.value.exit_status == 78
    assert catalogue.load("af_bella").any(), "the other voices still work"


class Canary:
    """Unpickling it creates a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.path), "w")


def test_e2_a_pickle_in_a_voice_file_is_not_executed(catalogue: Catalogue, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    data = pickle.dumps(Canary(canary))
    for content in (data, data.ljust(voices.PACK_BYTES, b"\x00")):
        (catalogue.directory / "af_heart.bin").write_bytes(content)
        with pytest.raises(ConfigError, match="damaged"):
            catalogue.load("af_heart")
    assert not canary.exists()


def test_e1_without_voices_setup_is_what_to_run(tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path / "missing"):
        with pytest.raises(ConfigError, match=f"no voices in {directory}; run: ttsmesh setup") as caught:
            Catalogue(directory).check("af_heart")
        assert caught.value.exit_status == 78


def test_voices_that_come_and_go_are_noticed(catalogue: Catalogue) -> None:
    (catalogue.directory / "af_sky.bin").write_bytes(pack())
    assert catalogue.load("af_sky").any()
    (catalogue.directory / "af_sky.bin").unlink()
    with pytest.raises(Rejected):
        catalogue.load("af_sky")


def test_a_voice_is_read_again_only_when_it_has_changed(catalogue: Catalogue) -> None:
    first = catalogue.load("af_heart")
    assert catalogue.load("af_heart") is first
    changed = catalogue.directory / "af_new.tmp"
    changed.write_bytes(pack(0.25))
    changed.replace(catalogue.directory / "af_heart.bin")
    assert catalogue.load("af_heart")[0, 0] == 0.25


def test_only_so_many_packs_are_kept_in_memory(catalogue: Catalogue) -> None:
    first = catalogue.load("af_heart")
    for number in range(voices.PACKS_KEPT):
        name = f"am_{number}"
        (catalogue.directory / f"{name}.bin").write_bytes(pack())
        catalogue.load(name)
    assert catalogue.load("af_heart") is not first


def test_the_catalogue_is_in_the_users_data_directory(private: Path) -> None:
    assert Catalogue().directory == private / "data" / "ttsmesh" / "voices"
