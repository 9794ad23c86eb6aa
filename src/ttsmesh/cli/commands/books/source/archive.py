"""The ZIP archive that an EPUB is. It is read with care: it is somebody else's, and may unpack to more than fits."""

import errno
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator

from ttsmesh.errors import Code, RejectedError, os_reason, quoted
from ttsmesh.limits import MIB

MAX_MEMBER = 16 * MIB
"""Bytes of one unpacked document."""

MAX_DIRECTORY = 8 * MIB
"""Bytes of the archive's list of members, which is read into memory as a whole."""

_BLOCK = 64 * 1024
_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\5\6"
_LOCATOR = 20
_LOCATOR_MARK = b"PK\6\7"
_ENCRYPTED = 1


class Archive:
    """An open archive. Every fault in it is a ``RejectedError``."""

    def __init__(self, path: str) -> None:
        """Raises ``RejectedError`` also when the file cannot be read."""
        try:
            with open(path, "rb") as file:
                _check_directory(file.seek(0, os.SEEK_END), _tail(path))
            self._zip = zipfile.ZipFile(path)
        except OSError as error:
            raise _fault(error) from None
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError):
            raise garbled("its archive is damaged") from None

    def has(self, name: str) -> bool:
        try:
            self._zip.getinfo(name)
        except KeyError:
            return False
        return True

    def read(self, name: str, most: int = MAX_MEMBER) -> bytes:
        """The member ``name``, unpacked."""
        return b"".join(self.blocks(name, most))

    def blocks(self, name: str, most: int = MAX_MEMBER) -> Iterator[bytes]:
        """The same, a little at a time. What the archive says of a member's size is not trusted."""
        try:
            member = self._zip.getinfo(name)
        except KeyError:
            raise garbled(f"{quoted(name)} is missing") from None
        if member.flag_bits & _ENCRYPTED:
            raise RejectedError("it is encrypted", Code.TEXT)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # of others a block may be gigabytes
            raise garbled(f"{quoted(name)} is packed in a way that no EPUB may be")
        taken = 0
        try:
            with self._zip.open(member) as file:
                while data := file.read(_BLOCK):
                    taken += len(data)
                    if taken > most:
                        raise garbled(f"{quoted(name)} is larger than {most // MIB} MiB")
                    yield data
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError):
            raise garbled(f"{quoted(name)} is damaged") from None
        except OSError as error:
            raise _fault(error) from None

    def close(self) -> None:
        self._zip.close()


def garbled(reason: str) -> RejectedError:
    """What is wrong with a book."""
    return RejectedError(f"not a valid EPUB: {reason}", Code.TEXT)


def _fault(error: OSError) -> RejectedError:
    if error.errno == errno.EINVAL:  # the archive names a place before its beginning
        return garbled("its archive is damaged")
    return RejectedError(f"cannot read it: {os_reason(error)}", Code.IO)


def _tail(path: str) -> bytes:
    with open(path, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _LOCATOR - _END.size - 0xFFFF))
        return file.read()


def _check_directory(size: int, tail: bytes) -> None:
    """Refuse an archive whose list of members is too long, before ``zipfile`` reads it."""
    place = tail.rfind(_END_MARK)
    if place < 0 or place + _END.size > len(tail):
        raise garbled("it is no ZIP archive")
    if tail[max(0, place - _LOCATOR) : place].startswith(_LOCATOR_MARK):  # it has a second list, which may be longer
        raise garbled("its archive is a ZIP64")
    length = _END.unpack_from(tail, place)[5]
    if length > min(size, MAX_DIRECTORY):
        raise garbled("its archive has too many members, or is damaged")
