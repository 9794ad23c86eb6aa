"""A blend is saved as a file like any other, whole or not at all, and never over another voice."""

from pathlib import Path

import numpy as np
import pytest

from ttsmesh.errors import Code, RejectedError
from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.kokoro import STYLE_SIZE
from ttsmesh.model.voices.catalogue import Catalogue
from ttsmesh.model.voices.save import save_voice


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    for name, value in (("af_heart", 0.5), ("bf_emma", 0.1), ("mine", 0.2)):
        table = np.full((MAX_PHONEMES, 1, STYLE_SIZE), value, "<f4")
        (tmp_path / f"{name}.bin").write_bytes(table.tobytes())
    return Catalogue(tmp_path)


def test_a_saved_blend_sounds_like_the_formula_and_says_so(catalogue: Catalogue) -> None:
    formula = "bf_emma:3,af_heart:1"
    path = save_voice(catalogue, "Atlantic-2", formula, force=False)
    assert path == catalogue.directory / "Atlantic-2.safetensors"
    assert np.array_equal(catalogue.load("Atlantic-2"), catalogue.load(formula))
    info = catalogue.info("Atlantic-2")
    assert (info.language, info.gender, info.official) == ("en-gb", "female", False)
    assert [file.name for file in catalogue.directory.iterdir() if "unfinished" in file.name] == []


def test_an_own_voice_is_replaced_only_by_force(catalogue: Catalogue) -> None:
    save_voice(catalogue, "blend", "af_heart", force=False)
    with pytest.raises(RejectedError, match="--force") as refusal:
        save_voice(catalogue, "blend", "bf_emma", force=False)
    assert (refusal.value.code, refusal.value.exit_status) == (Code.EXISTS, 73)
    assert catalogue.load("blend")[0, 0] == np.float32(0.5)
    save_voice(catalogue, "blend", "bf_emma", force=True)
    assert catalogue.load("blend")[0, 0] == np.float32(0.1)


@pytest.mark.parametrize("name", ["af_heart", "mine"])
def test_official_voices_and_other_files_are_never_replaced(catalogue: Catalogue, name: str) -> None:
    before = (catalogue.directory / f"{name}.bin").read_bytes()
    with pytest.raises(RejectedError) as refusal:
        save_voice(catalogue, name, "bf_emma", force=True)
    assert refusal.value.code == Code.EXISTS
    assert (catalogue.directory / f"{name}.bin").read_bytes() == before
    assert not (catalogue.directory / f"{name}.safetensors").exists()


@pytest.mark.parametrize("name", ["", "../up", "a/b", "two words", "a,b", "a:1", "-x", "x" * 65, "é"])
def test_c8_what_is_no_name_is_refused(catalogue: Catalogue, name: str) -> None:
    with pytest.raises(RejectedError) as refusal:
        save_voice(catalogue, name, "af_heart", force=True)
    assert refusal.value.code == Code.VOICE


def test_a_blend_of_an_unknown_voice_leaves_no_file(catalogue: Catalogue) -> None:
    before = set(catalogue.directory.iterdir())
    with pytest.raises(RejectedError):
        save_voice(catalogue, "new", "af_heart,nobody", force=False)
    assert set(catalogue.directory.iterdir()) == before
