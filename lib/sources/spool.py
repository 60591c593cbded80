"""A nameless temporary file: keeps a whole answer out of memory, and leaves nothing behind.

Each reader has its own place in it, so that one pass can look while another reads.
"""

import io
import os
import tempfile
import weakref

from lib.errors import StoreUnwritable


class Spool:
    """Bytes written once, and read from the start as often as needed."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="optback-")  # noqa: SIM115 - closed by finalize
        weakref.finalize(self, self._file.close)

    def write(self, part: bytes) -> None:
        """Append. Raises StoreUnwritable when the disk of temporary files is full."""
        try:
            self._file.write(part)
        except OSError as error:
            raise _no_room(error) from error

    def open(self) -> io.BufferedReader:
        """A new reader, at the start of what has been written so far."""
        try:
            self._file.flush()
        except OSError as error:
            raise _no_room(error) from error
        return io.BufferedReader(_View(self), buffer_size=1 << 16)

    def size(self) -> int:
        """How many bytes have been written so far."""
        self._file.flush()
        return os.fstat(self._file.fileno()).st_size

    def read_at(self, size: int, offset: int) -> bytes:
        """Up to `size` bytes from a place, without moving any reader."""
        return os.pread(self._file.fileno(), size, offset)


class _View(io.RawIOBase):
    """One reader's place in a spool; keeps the spool alive as long as it is used."""

    def __init__(self, spool: Spool) -> None:
        super().__init__()
        self._spool = spool
        self._offset = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._offset, os.SEEK_END: self._spool.size()}
        place = start[whence] + offset
        if place < 0:
            raise ValueError("a place before the beginning")
        self._offset = place
        return place

    def readinto(self, buffer: "memoryview[int]") -> int:  # type: ignore[override]
        part = self._spool.read_at(len(buffer), self._offset)
        buffer[: len(part)] = part
        self._offset += len(part)
        return len(part)


def _no_room(error: OSError) -> StoreUnwritable:
    return StoreUnwritable(
        f"Optback can't keep the answer in {tempfile.gettempdir()}: {error.strerror}",
        remedy="Free up space there, or set TMPDIR to a folder on a disk with free space.",
    )
