"""Memory that is not needed is given back, and nothing is lost by it."""

import mmap
import subprocess
import sys
from pathlib import Path

from ttsmesh.host.memory import LARGE, drop_mapped

SIZE = 64 * mmap.PAGESIZE


def resident(path: Path) -> int:
    """Bytes of the mapping of ``path`` that are in memory."""
    lines = iter(Path("/proc/self/smaps").read_text().splitlines())
    assert any(line.endswith(str(path)) for line in lines)
    rss = next(line for line in lines if line.startswith("Rss:"))
    return int(rss.split()[1]) * 1024


def test_pages_of_files_below_the_directory_go_and_come_back_when_they_are_read(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "with us" / "a blob", tmp_path / "b"
    ours.parent.mkdir()
    content = bytes(range(256)) * (SIZE // 256)
    for path in (ours, theirs):
        path.write_bytes(content)
    with ours.open("rb") as a, theirs.open("rb") as b:
        inside, outside = (mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) for file in (a, b))
        with inside, outside:
            assert inside[:] == outside[:] == content
            assert resident(ours) == SIZE
            drop_mapped(ours.parent)
            assert resident(ours) == 0
            assert resident(theirs) == SIZE
            assert inside[:] == content


def test_what_may_have_been_written_to_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(SIZE))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as private:
        private[:3] = b"new"
        drop_mapped(tmp_path)
        assert private[:3] == b"new"


def test_what_was_freed_between_blocks_that_are_kept_goes_back() -> None:
    """Run in a process of its own, whose heap has no other holes."""
    program = f"""
from pathlib import Path
from ttsmesh.host.memory import return_freed
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * {mmap.PAGESIZE}
blocks = [bytearray(b"x" * 60000) for _ in range(1000)]
kept = blocks[::10]
del blocks
before = resident()
return_freed()
assert before - resident() > 30e6, before - resident()
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_a_large_block_that_is_freed_goes_back_although_a_later_one_is_kept() -> None:
    """Run in a process of its own: the limit is a process's, and blocks freed before have raised it."""
    program = f"""
from pathlib import Path
from ttsmesh.host.memory import keep_no_holes
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
keep_no_holes()
bytearray(16 * {LARGE})
before = resident()
first = [bytearray(b"x" * (4 * {LARGE})) for _ in range(20)]
kept = bytearray(b"x" * (4 * {LARGE}))
del first
assert resident() - before < 20 * {LARGE}, (resident() - before) / {LARGE}
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
