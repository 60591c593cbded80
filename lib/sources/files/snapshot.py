"""A file as it was at one moment: its bytes in a temporary copy, their hash, and their text.

Thanks to the copy, the same bytes are hashed, previewed and read, and a pipe works like a file.
Workbooks and JSON lists become delimited text here. Any other kind of file is refused by its name.
"""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lib.errors import FileUnreadable
from lib.sources.files.encoding import Encodings
from lib.sources.files.formats import containers, delimited_text, json_list, kinds
from lib.sources.files.formats.kinds import FileFormat, refused
from lib.sources.spool import Spool

_CHUNK = 1 << 18
# Control characters that no text holds; NUL is counted apart: some programs end values with it.
_CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\v\f\r\x1a\x1b"))
_MOST_CONTROLS = 0.02
_MOST_ZEROS = 0.3
_BINARY = FileFormat("a binary file (not text)", kinds.EXPORT)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copied file; `sha256` is of its own bytes, in hexadecimal.

    `form` says what it was: "CSV", "sheet Left", "SendGrid list". What was turned into delimited
    text has a known `delimiter`; `first_number` is the number of its first row, so that the rows of
    a sheet and the entries of a list are counted as they were.
    """

    spool: Spool
    sha256: str
    encoding: str
    form: str = "CSV"
    delimiter: str | None = None
    first_number: int = 1

    def open(self) -> io.TextIOWrapper:
        """The text from its beginning, with its own line ends; what can't be decoded is U+FFFD."""
        return io.TextIOWrapper(
            self.spool.open(), encoding=self.encoding, errors="replace", newline=""
        )


def snapshot_of(path: Path) -> Snapshot:
    """Copy a file. Raises FileUnreadable when it is missing, empty, or can't be read."""
    spool, digest, encodings = Spool(), hashlib.sha256(), Encodings()
    beginning = b""
    for chunk in _chunks(path):
        beginning = beginning or chunk
        if not encodings.begun and (kind := kinds.of_bytes(chunk)):
            raise refused(kind, path.name)
        spool.write(chunk)
        digest.update(chunk)
        encodings.look_at(chunk)
    if not encodings.begun:
        raise FileUnreadable(f"{path.name} is empty", remedy="Use the file with the addresses.")
    if beginning.startswith(containers.OLE):
        raise refused(containers.of_ole(spool), path.name)
    if beginning.startswith(containers.ZIPS):
        return _from_zip(spool, digest.hexdigest(), path.name)
    if not encodings.is_wide and _is_binary(beginning):
        raise refused(_BINARY, path.name)
    return _from_text(Snapshot(spool, digest.hexdigest(), encodings.found()), path.name)


def _from_zip(spool: Spool, sha256: str, name: str) -> Snapshot:
    with containers.opened(spool, name) as archive:
        kind = containers.of_zip(archive)
    if kind is not None:
        raise refused(kind, name)
    # Loaded for workbooks alone: openpyxl takes longer to import than most files to read.
    from lib.sources.files.formats import workbook

    sheet = workbook.sheet_of(spool, name)
    return Snapshot(
        sheet.spool,
        sha256,
        delimited_text.ENCODING,
        form=f"sheet {sheet.title}",
        delimiter=delimited_text.DELIMITER,
    )


def _from_text(snapshot: Snapshot, name: str) -> Snapshot:
    with snapshot.open() as file:
        beginning = file.read(kinds.LETTERS)
    if kind := kinds.of_text(beginning):
        raise refused(kind, name)
    if not kinds.is_json(beginning):
        return snapshot
    found = json_list.list_of(snapshot.open, name)
    return Snapshot(
        found.spool,
        snapshot.sha256,
        delimited_text.ENCODING,
        form=f"{found.service} list",
        delimiter=delimited_text.DELIMITER,
        first_number=0,  # above the first entry stand the headings
    )


def _chunks(path: Path) -> Iterator[bytes]:
    if path.is_dir():
        raise FileUnreadable(f"{path} is a folder", remedy="Give the path of a file in it.")
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except FileNotFoundError as error:
        raise FileUnreadable(f"There's no file {path}", remedy="Check the path.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a valid path"
        raise FileUnreadable(
            f"{path} can't be read: {reason}",
            remedy="Check the path, and make sure this user can read the file.",
        ) from error


def _is_binary(beginning: bytes) -> bool:
    controls = len(beginning) - len(beginning.translate(None, _CONTROLS))
    zeros = beginning.count(0)
    size = len(beginning)
    return controls > _MOST_CONTROLS * size or zeros > _MOST_ZEROS * size
