"""The voice catalogue: what is a voice, what is refused, and by what name (E1, E2)."""

import io
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from tests.model.voices.torchfile import torch_file
from ttsmesh.errors import Code, ConfigError, RejectedError
from ttsmesh.languages import BY_LETTER, LANGUAGES
from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.kokoro import STYLE_SIZE
from ttsmesh.model.voices import catalogue as module
from ttsmesh.model.voices.catalogue import Catalogue, VoiceInfo
from ttsmesh.model.voices.pack import PACK_BYTES
from ttsmesh.voice_files import EXTENSIONS, OFFICIAL_NAME


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
    for name in (".af_new.bin", "af_x.unfinished", "two words.bin", "a,b.bin", "a:1.bin", "-v.bin", "x.txt", "é.bin"):
        (catalogue.directory / name).write_bytes(pack())
    (catalogue.directory / "af_directory.bin").mkdir()
    assert catalogue.names() == ("af_bella", "af_heart", "bm_george", "jf_alpha")


def test_a_name_tells_language_and_gender(catalogue: Catalogue) -> None:
    for name, language, gender in (("bm_george", "en-gb", "male"), ("jf_alpha", "ja", "female")):
        path = str(catalogue.directory / f"{name}.bin")
        assert catalogue.info(name) == VoiceInfo(name, language, gender, True, path)


def test_each_language_has_a_default_voice_of_its_own() -> None:
    assert set(module.DEFAULT_VOICES) == set(LANGUAGES)
    for language, name in module.DEFAULT_VOICES.items():
        assert OFFICIAL_NAME.fullmatch(name)
        assert BY_LETTER[name[0]] == language


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
def test_c8_an_unknown_voice_is_refused_with_the_nearest_ones(catalogue: Catalogue, name: str, nearest: str) -> None:
    for ask in (catalogue.find, catalogue.info, catalogue.load):
        with pytest.raises(RejectedError, match=nearest) as caught:
            ask(name)
        assert caught.value.code == Code.VOICE
        assert caught.value.message.isprintable()
        assert len(caught.value.message) < 150


def test_c8_no_file_outside_the_catalogue_is_opened(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    (catalogue.directory.parent / "af_outside.bin").write_bytes(pack())
    opened: list[Path] = []

    def read_pack(path: Path) -> Floats:
        opened.append(path)
        raise ConfigError("opened")

    monkeypatch.setattr(module, "read_pack", read_pack)
    for name in ("../af_outside", str(catalogue.directory.parent / "af_outside"), "./af_heart"):
        with pytest.raises(RejectedError):
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
        np.random.default_rng(1).bytes(PACK_BYTES),
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


def saved(save: Any, table: Any) -> bytes:
    file = io.BytesIO()
    save(file, table)
    return file.getvalue()


FORMATS: dict[str, Callable[[Any], bytes]] = {
    ".bin": lambda table: bytes(table.tobytes()),
    ".npy": lambda table: saved(np.save, table),
    ".npz": lambda table: saved(np.savez, table),
    ".safetensors": lambda table: save({"voice": table}),
    ".pt": torch_file,
}


class Canary:
    """Unpickling it creates a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.path), "w")


def test_e2_a_pickle_in_a_voice_file_is_not_executed(catalogue: Catalogue, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    data = pickle.dumps(Canary(canary))
    for content in (data, data.ljust(PACK_BYTES, b"\x00")):
        (catalogue.directory / "af_heart.bin").write_bytes(content)
        with pytest.raises(ConfigError, match="damaged"):
            catalogue.load("af_heart")
    assert not canary.exists()


def test_e1_without_voices_setup_is_what_to_run(tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path / "missing"):
        with pytest.raises(ConfigError, match=f"no voices in {directory}; run: ttsmesh setup") as caught:
            Catalogue(directory).find("af_heart")
        assert caught.value.exit_status == 78


def test_voices_that_come_and_go_are_noticed(catalogue: Catalogue) -> None:
    (catalogue.directory / "af_sky.bin").write_bytes(pack())
    assert catalogue.load("af_sky").any()
    (catalogue.directory / "af_sky.bin").unlink()
    with pytest.raises(RejectedError):
        catalogue.load("af_sky")


def test_a_voice_is_read_again_only_when_it_has_changed(catalogue: Catalogue) -> None:
    first = catalogue.load("af_heart")
    assert catalogue.load("af_heart") is first
    changed = catalogue.directory / "af_new.tmp"
    changed.write_bytes(pack(0.25))
    changed.replace(catalogue.directory / "af_heart.bin")
    assert catalogue.load("af_heart")[0, 0] == 0.25


def test_a_voice_that_was_found_is_not_looked_for_again(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    found = catalogue.find("af_heart,bm_george")
    monkeypatch.setattr(module, "scan", lambda _: pytest.fail("the folders were listed again"))
    for ask in (
        catalogue.find,
        catalogue.info,
        catalogue.load,
        catalogue.speaker,
        catalogue.version,
        catalogue.loudness,
    ):
        ask(found)


def test_only_so_many_packs_are_kept_in_memory(catalogue: Catalogue) -> None:
    first = catalogue.load("af_heart")
    for number in range(module.PACKS_KEPT):
        name = f"am_{number}"
        (catalogue.directory / f"{name}.bin").write_bytes(pack())
        catalogue.load(name)
    assert catalogue.load("af_heart") is not first


def test_the_catalogue_is_in_the_users_data_directory(private: Path) -> None:
    assert Catalogue().directory == private / "data" / "ttsmesh" / "voices"


# --- the user's own ------------------------------------------------------------------------------------------------


def test_own_voices_are_found_in_both_folders_and_the_settings_folder_goes_first(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "Grandma-2.bin").write_bytes(pack(0.1))
    (folder / "af_heart.bin").write_bytes(pack(0.2))
    (catalogue.directory / "grandpa.bin").write_bytes(pack(0.3))
    both = Catalogue(catalogue.directory, folder, {"grandpa": "it"})
    assert {"Grandma-2", "grandpa", "af_heart", "bm_george"} <= set(both.names())
    assert both.load("af_heart")[0, 0] == np.float32(0.2)
    assert not both.info("af_heart").official
    assert both.info("Grandma-2") == VoiceInfo("Grandma-2", "", "", False, str(folder / "Grandma-2.bin"))
    assert both.info("grandpa").language == "it"


def test_every_format_gives_the_same_table(catalogue: Catalogue) -> None:
    table = np.random.default_rng(1).normal(size=(MAX_PHONEMES, 1, STYLE_SIZE)).astype(np.float32)
    files = {
        "one.bin": table.tobytes(),
        "two.npy": saved(np.save, table),
        "three.npz": saved(np.savez, table[:, 0]),
        "four.safetensors": save({"voice": table}, {"language": "fr-fr"}),
        "five.pt": torch_file(table),
        "six.npy": saved(np.save, table.astype(np.float64)),
    }
    for file, data in files.items():
        (catalogue.directory / file).write_bytes(data)
        assert np.array_equal(catalogue.load(file.partition(".")[0]), table[:, 0]), file
    assert catalogue.info("four").language == "fr-fr"


@pytest.mark.parametrize(
    ("said", "language", "gender"),
    [
        ({"language": "pt_BR", "gender": "male"}, "pt-br", "male"),
        ({"language": "klingon", "gender": "\x1b[31m"}, "", ""),
        ({"language": "x" * 5000, "gender": "y" * 5000}, "", ""),
    ],
)
def test_what_a_file_says_of_itself_counts_where_it_makes_sense(
    catalogue: Catalogue, said: dict[str, str], language: str, gender: str
) -> None:
    table = np.full((MAX_PHONEMES, 1, STYLE_SIZE), 0.5, np.float32)
    (catalogue.directory / "mine.safetensors").write_bytes(save({"voice": table}, said))
    info = catalogue.info("mine")
    assert (info.language, info.gender) == (language, gender)


def test_a_file_that_says_too_deeply_nested_things_of_itself_is_named_and_the_rest_is_listed(
    catalogue: Catalogue,
) -> None:
    deep = b'{"__metadata__": ' + b"[" * 20_000
    (catalogue.directory / "mine.safetensors").write_bytes(len(deep).to_bytes(8, "little") + deep)
    listed = {info.name: fault for info, fault in catalogue.entries()}
    assert "mine.safetensors is damaged" in str(listed.pop("mine"))
    assert set(listed.values()) == {None}


def test_of_one_name_in_several_formats_one_is_taken(catalogue: Catalogue) -> None:
    (catalogue.directory / "af_heart.npy").write_bytes(b"nothing")
    assert catalogue.load("af_heart").any()
    assert catalogue.names().count("af_heart") == 1


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_e2_damaged_files_of_every_format_are_named_and_the_rest_is_listed(
    catalogue: Catalogue, extension: str, tmp_path: Path
) -> None:
    good = np.full((MAX_PHONEMES, 1, STYLE_SIZE), 0.5, np.float32)
    whole = FORMATS[extension](good)
    wrong = {
        "empty": b"",
        "short": whole[: len(whole) // 2],
        "shape": FORMATS[extension](good[:509]),
        "nan": FORMATS[extension](np.full_like(good, np.nan)),
        "pickle": pickle.dumps(Canary(tmp_path / "canary")),
        "text": b"hello" * 100_000,
    }
    for name, data in wrong.items():
        (catalogue.directory / f"{name}{extension}").write_bytes(data)
    listed = {info.name: fault for info, fault in catalogue.entries()}
    for name in wrong:
        path = catalogue.directory / f"{name}{extension}"
        assert str(path) in str(listed[name]), name
        with pytest.raises(ConfigError, match=str(path)):
            catalogue.load(name)
    assert not (tmp_path / "canary").exists()
    assert [name for name, fault in listed.items() if fault is None] == [
        "af_bella",
        "af_heart",
        "bm_george",
        "jf_alpha",
    ]


def test_a_file_that_was_mended_is_listed_again(catalogue: Catalogue) -> None:
    (catalogue.directory / "mine.bin").write_bytes(b"")
    assert {info.name: fault for info, fault in catalogue.entries()}["mine"]
    (catalogue.directory / "mine.bin").write_bytes(pack())
    assert {info.name: fault for info, fault in catalogue.entries()}["mine"] is None


# --- blends ----------------------------------------------------------------------------------------------------------


def test_a_blend_is_the_weighted_mean_and_speaks_its_heaviest_voices_language(catalogue: Catalogue) -> None:
    (catalogue.directory / "af_bella.bin").write_bytes(pack(0.1))
    (catalogue.directory / "bm_george.bin").write_bytes(pack(0.6))
    formula = "bm_george:3, af_bella:2"
    assert np.allclose(catalogue.load(formula), 0.6 * 0.6 + 0.4 * 0.1)
    found = catalogue.find(formula)
    assert found.name == "bm_george:0.6,af_bella:0.4"
    assert catalogue.info(formula) == catalogue.info(found) == VoiceInfo(found.name, "en-gb", "", False)
    assert catalogue.info("af_bella,af_heart").gender == "female"


@pytest.mark.parametrize("formula", ["af_heart:0.6,../../etc/passwd:0.4", "af_heart,nobody", "af_heart,/tmp/x.pt"])
def test_c8_a_blend_of_a_voice_that_is_not_there_is_refused(catalogue: Catalogue, formula: str) -> None:
    for ask in (catalogue.find, catalogue.info, catalogue.load):
        with pytest.raises(RejectedError) as caught:
            ask(formula)
        assert caught.value.code == Code.VOICE


@pytest.mark.parametrize(
    ("voice", "shares"),
    [
        ("af_heart", {"af_heart": 1.0}),
        ("bm_george:3,af_bella:2", {"bm_george": 0.6, "af_bella": 0.4}),
        ("mine", {}),
        ("mine,af_heart", {}),
    ],
)
def test_engines_are_told_of_which_official_voices_a_voice_is_made(
    catalogue: Catalogue, voice: str, shares: dict[str, float]
) -> None:
    (catalogue.directory / "mine.bin").write_bytes(pack(0.3))
    speaker = catalogue.speaker(voice)
    assert speaker.shares == shares
    assert np.array_equal(speaker.table, catalogue.load(voice))


def test_a_file_of_ones_own_with_an_official_name_is_no_official_voice(catalogue: Catalogue, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "af_heart.bin").write_bytes(pack(0.2))
    assert Catalogue(catalogue.directory, folder).speaker("af_heart").shares == {}
