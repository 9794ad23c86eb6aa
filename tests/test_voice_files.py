"""Which files are voices, by name and place alone."""

from pathlib import Path

from ttsmesh.voice_files import default_folder, scan


def test_voices_are_found_by_name_in_the_order_of_folders_and_formats(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    for path in ("first/b.pt", "second/b.bin", "second/a.npz", "second/a.npy", "second/Grand_pa-2.safetensors"):
        (tmp_path / path).touch()
    found = scan([first, tmp_path / "missing", second])
    assert list(found) == ["Grand_pa-2", "a", "b"]
    assert found["a"] == second / "a.npy"
    assert found["b"] == first / "b.pt"


def test_what_could_be_a_path_an_option_or_a_formula_is_no_voice(tmp_path: Path) -> None:
    for name in ("-v.bin", ".hidden.bin", "a b.bin", "a,b.bin", "a:1.bin", "x" * 65 + ".bin", "a.txt", "a.BIN", "a"):
        (tmp_path / name).touch()
    (tmp_path / "directory.bin").mkdir()
    assert scan([tmp_path]) == {}


def test_the_usual_folder_is_in_the_users_data(private: Path) -> None:
    assert default_folder() == private / "data" / "ttsmesh" / "voices"
