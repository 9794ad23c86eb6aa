"""Tensors out of torch's files: numbers, and nothing that runs (E2)."""

import io
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.model.voices.torchfile import torch_file
from ttsmesh.model.voices.torch_file import MAX_PICKLE, read_tensor

TABLE = np.arange(24, dtype=np.float32).reshape(2, 3, 4)


def test_a_tensor_is_read_as_torch_wrote_it() -> None:
    assert np.array_equal(read_tensor(torch_file(TABLE)), TABLE)
    assert np.array_equal(read_tensor(torch_file(TABLE.astype(np.float16), "HalfStorage")), TABLE)


class Canary:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.path), "w")


@pytest.mark.parametrize("protocol", range(6))
def test_e2_a_program_in_its_place_is_not_executed(tmp_path: Path, protocol: int) -> None:
    canary = tmp_path / "canary"
    with pytest.raises(ValueError, match=r"more than a tensor|no pickle"):
        read_tensor(torch_file(TABLE, program=pickle.dumps(Canary(canary), protocol)))
    assert not canary.exists()


@pytest.mark.parametrize(
    "program",
    [
        b"\x80\x02cos\nsystem\n(X\x02\x00\x00\x00idtR.",
        b"\x80\x02ctorch._utils\n_rebuild_tensor\n)R.",
        b"\x80\x02cbuiltins\neval\n(X\x01\x00\x00\x001tR.",
        b"\x80\x02ccollections\nOrderedDict\n)R.",
        b"\x80\x02K\x01r\xff\xff\xff\xff.",
        b"\x80\x02K\x01.",
        b"\x80\x02",
        b"",
        b"\x80\x02X\x00\x10\x00\x00" + b"a" * 4096 + b".",
    ],
    ids=["system", "other name", "eval", "dict", "memo bomb", "number", "cut off", "empty", "long"],
)
def test_e2_whatever_is_no_tensor_is_refused(program: bytes) -> None:
    with pytest.raises(Exception, match=r".+") as caught:
        read_tensor(torch_file(TABLE, program=program))
    assert isinstance(caught.value, ValueError | EOFError | pickle.UnpicklingError)


def test_numbers_that_are_missing_or_too_few_are_noticed() -> None:
    data = torch_file(TABLE)
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        for wrong in ({"voice/data/0": b""}, {"voice/data/0": None}, {"voice/byteorder": b"big"}):
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w") as archive:
                for name in whole.namelist():
                    content = wrong.get(name, whole.read(name))
                    if content is not None:
                        archive.writestr(name, content)
            with pytest.raises(ValueError, match=r"size|missing|byte order"):
                read_tensor(file.getvalue())


def test_a_compressed_archive_and_no_archive_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("voice/data.pkl", b"0" * MAX_PICKLE)
    for data in (file.getvalue(), b"", b"PK\x03\x04"):
        with pytest.raises(ValueError, match=r"compressed|archive"):
            read_tensor(data)
