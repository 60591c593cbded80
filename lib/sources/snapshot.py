"""A file as it was at one moment: its bytes in a temporary copy, their hash, and their encoding.

The copy makes what was hashed, previewed and read the same bytes, and a pipe as good as a file.
"""

import codecs
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lib.errors import FileUnreadable
from lib.sources.spool import Spool

_CHUNK = 1 << 18
_BINARY = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_MARKS = (  # UTF-32's mark begins with UTF-16's, so it is asked first
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNDEFINED_IN_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
# Control characters that no text holds; NUL is left out, since some programs end values with it.
_CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\v\f\r\x1a\x1b"))
_MOST_CONTROLS = 0.02
_TO_CSV = "Save it as CSV (in Excel: File > Save As > CSV UTF-8), then take that file."


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copied file; `sha256` is of its bytes, in hexadecimal."""

    spool: Spool
    sha256: str
    encoding: str

    def open(self) -> io.TextIOWrapper:
        """The text from its beginning, with its own line ends; what cannot be decoded is U+FFFD."""
        return io.TextIOWrapper(
            self.spool.open(), encoding=self.encoding, errors="replace", newline=""
        )


def snapshot_of(path: Path) -> Snapshot:
    """Copy a file. Raises FileUnreadable when it is missing, empty, or no text."""
    spool, digest, encodings = Spool(), hashlib.sha256(), _Encodings()
    for chunk in _chunks(path):
        if not encodings.begun:
            _refuse_binary(path, chunk)
        spool.write(chunk)
        digest.update(chunk)
        encodings.look_at(chunk)
    if not encodings.begun:
        raise FileUnreadable(f"{path} is empty", remedy="Take the file that holds the addresses.")
    return Snapshot(spool, digest.hexdigest(), encodings.found())


class _Encodings:
    """Rules encodings out as the bytes go by: a byte-order mark, UTF-8, Windows, Latin-1."""

    def __init__(self) -> None:
        self.begun = False
        self._marked: str | None = None
        self._utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
        self._is_cp1252 = True

    def look_at(self, chunk: bytes) -> None:
        if not self.begun:
            self.begun = True
            self._marked = next((name for mark, name in _MARKS if chunk.startswith(mark)), None)
        if self._utf8 is not None:
            self._try_utf8(chunk, final=False)
        self._is_cp1252 = self._is_cp1252 and _UNDEFINED_IN_CP1252.isdisjoint(chunk)

    def found(self) -> str:
        if self._marked is not None:
            return self._marked
        self._try_utf8(b"", final=True)
        if self._utf8 is not None:
            return "utf-8"
        return "cp1252" if self._is_cp1252 else "latin-1"

    def _try_utf8(self, chunk: bytes, *, final: bool) -> None:
        try:
            if self._utf8 is not None:
                self._utf8.decode(chunk, final)
        except UnicodeDecodeError:
            self._utf8 = None


def _chunks(path: Path) -> Iterator[bytes]:
    if path.is_dir():
        raise FileUnreadable(f"{path} is a folder", remedy="Name a file inside it.")
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except FileNotFoundError as error:
        raise FileUnreadable(f"There is no file {path}", remedy="Check the path.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no possible path"
        raise FileUnreadable(
            f"{path} cannot be read: {reason}",
            remedy="Check the path, and that this user may read the file.",
        ) from error


def _refuse_binary(path: Path, beginning: bytes) -> None:
    kind = next((kind for mark, kind in _BINARY.items() if beginning.startswith(mark)), None)
    if kind is None and not beginning.startswith(tuple(mark for mark, _ in _MARKS)):
        controls = len(beginning) - len(beginning.translate(None, _CONTROLS))
        kind = "no text" if controls > _MOST_CONTROLS * len(beginning) else None
    if kind is not None:
        raise FileUnreadable(f"{path} is {kind}, not a CSV file", remedy=_TO_CSV)
