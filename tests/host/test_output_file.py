"""Output paths that cannot become a file are refused with a reason, before anything is rendered."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import with_mount
from ttsmesh.errors import Code, RejectedError
from ttsmesh.host.output_file import check_target


def refusal(path: object, *, force: bool = False) -> RejectedError:
    with pytest.raises(RejectedError) as caught:
        check_target(str(path), force)
    return caught.value


def test_a_new_name_in_a_writable_directory_will_do(tmp_path: Path) -> None:
    check_target(str(tmp_path / "new.wav"), False)
    check_target(str(tmp_path / "new.wav"), True)
    assert list(tmp_path.iterdir()) == []


def test_d2_an_existing_file_needs_force(tmp_path: Path) -> None:
    there = tmp_path / "there.wav"
    there.write_bytes(b"mine")
    assert refusal(there).code is Code.EXISTS
    check_target(str(there), True)
    assert there.read_bytes() == b"mine"


def test_d2_a_symbolic_link_exists_even_if_it_dangles(tmp_path: Path) -> None:
    link = tmp_path / "link.wav"
    link.symlink_to(tmp_path / "nowhere.wav")
    assert refusal(link).code is Code.EXISTS
    check_target(str(link), True)


@pytest.mark.parametrize("force", [False, True])
def test_d3_only_plain_files_are_replaced(tmp_path: Path, force: bool) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "directory").mkdir()
    (tmp_path / "to directory").symlink_to(tmp_path / "directory")
    (tmp_path / "to device").symlink_to("/dev/null")
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(tmp_path / "socket"))
    for special in tmp_path.iterdir():
        assert refusal(special, force=force).code is Code.OUTPUT, special
    for advised in (tmp_path / "fifo", tmp_path / "to device", "/dev/null"):
        assert "say -o - writes to the standard output" in refusal(advised, force=force).message


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing/new.wav", "does not exist"),
        ("file/new.wav", "not a directory"),
        ("x" * 256 + ".wav", "too long"),
        ("x/" * 3000 + "new.wav", "too long"),
        ("sub/", "names a directory"),
        ("sub/.", "names a directory"),
        ("sub/..", "names a directory"),
        ("loop/new.wav", "symbolic links"),
        ("nul\0.wav", "absolute"),
    ],
)
def test_d4_the_reason_is_given(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "sub").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    refused = refusal(f"{tmp_path}/{name}")
    assert refused.code is Code.OUTPUT
    assert reason in refused.message
    assert "\n" not in refused.message
    assert str(tmp_path) not in refused.message


@pytest.mark.parametrize("path", ["", "new.wav", "./new.wav", "~/new.wav"])
def test_a_relative_path_is_refused(path: str) -> None:
    assert refusal(path).code is Code.OUTPUT


def test_d4_a_directory_that_is_not_ours_to_write_to(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o555)
    assert "not writable" in refusal_as_nobody(tmp_path / "locked" / "new.wav")


def test_d4_a_directory_that_may_not_be_entered(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o600)
    assert "permission denied" in refusal_as_nobody(tmp_path / "locked" / "new.wav")


def test_d4_a_read_only_file_system() -> None:
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    read_only = [mount[1] for mount in mounts if "ro" in mount[3].split(",") and os.access(mount[1], os.X_OK)]
    if directories := [path for path in read_only if Path(path).is_dir()]:
        assert "read-only" in refusal(f"{directories[0]}/new.wav").message
        return
    check = "from ttsmesh.host.output_file import check_target; check_target('/mnt/new.wav', False)"
    command = [*with_mount("ro", "/mnt"), sys.executable, "-c", check]
    run = subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=20, check=False)
    assert "read-only" in run.stderr


def refusal_as_nobody(path: Path) -> str:
    """What a user is told to whom permissions apply: root is turned into nobody for it."""
    for directory in path.parents:
        if directory.is_relative_to("/tmp") and directory.name and directory != path.parent:
            directory.chmod(directory.stat().st_mode | 0o011)
    become = "import os\nif os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"
    check = (
        "import sys\nfrom ttsmesh.errors import RejectedError\nfrom ttsmesh.host.output_file import check_target\n"
        f"{become}"
        "try: check_target(sys.argv[1], False)\n"
        "except RejectedError as refused: print(refused.code, refused.message)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", check, str(path)], capture_output=True, text=True, check=True, cwd="/", timeout=20
    )
    assert run.stdout.startswith(Code.OUTPUT)
    return run.stdout
