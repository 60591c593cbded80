"""The file of a list, CSV or Excel: it gets its name only when it's complete.

Until then it has no name at all, if the system can do that, so that even a killed process
leaves nothing behind. Source: RFC 4180; "CSV Injection" (OWASP) for what a cell must not start
with in a spreadsheet.
"""

import csv
import errno
import io
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Protocol

from lib.errors import FileUnwritable, UsageError
from lib.spreadsheet_cells import disarmed, is_formula

EXCEL = ".xlsx"
MOST_EXCEL_ROWS = 1_048_576
LONGEST_EXCEL_CELL = 32_767  # characters

_BYTE_ORDER_MARK = "\ufeff"
_OPEN_FILES = Path("/proc/self/fd")
_MODE = 0o666  # minus the umask
_REMEDY = "Free up disk space or choose another folder, then pull the list again."


class Writer(Protocol):
    """Writes the titles, then the lines."""

    def write(self, lines: Iterable[Sequence[str]]) -> None:
        """Write lines of as many cells as there are titles."""

    def close(self) -> None:
        """Write what is still buffered."""

    def abandon(self) -> None:
        """Clean up, because the file won't be used."""


def check_place(out: Path) -> None:
    """Refuse a path where no file can be created. Contacts nothing. Raises UsageError."""
    folder = out.parent
    if not folder.is_dir():
        raise UsageError(
            f"There's no folder {folder}", remedy="Create it, or give --out another path."
        )
    if out.exists() and not out.is_file():
        kind = "a folder" if out.is_dir() else "a device, not a file"
        raise UsageError(
            f"{out} is {kind}",
            remedy="Give --out the path of a file, or leave out --out to write to standard output.",
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(
            f"You can't create files in {folder}",
            remedy="Give --out a path in a folder you can write to.",
        )


@contextmanager
def file_at(
    out: Path, titles: Sequence[str], *, bom: bool = False, safe_cells: bool | None = None
) -> Iterator[Writer]:
    """A writer whose file is at `out` once the block ends without an error, and never otherwise.

    If `out` ends in .xlsx it's Excel, else CSV. Raises FileUnwritable.
    """
    with _draft_of(out) as file:
        writer: Writer
        if out.suffix.lower() == EXCEL:
            writer = _Excel(file, titles, safe_cells=safe_cells is not False)
        else:
            writer = Csv(file, titles, bom=bom, safe_cells=bool(safe_cells))
        try:
            yield writer
            writer.close()
        except BaseException:
            writer.abandon()
            raise


class Csv:
    """CSV in UTF-8, with CR LF at line ends, and quotes only where cells need them."""

    def __init__(
        self, file: IO[bytes], titles: Sequence[str], *, bom: bool = False, safe_cells: bool = False
    ) -> None:
        self._file = file
        self._is_safe = safe_cells
        if bom:
            with _disk_errors_translated():
                file.write(_BYTE_ORDER_MARK.encode())
        self.write([titles])

    def write(self, lines: Iterable[Sequence[str]]) -> None:
        """Write lines. With safe cells, a formula gets a leading apostrophe."""
        if self._is_safe:
            lines = ([disarmed(cell) for cell in line] for line in lines)
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(lines)
        with _disk_errors_translated():
            self._file.write(text.getvalue().encode("utf-8", "replace"))

    def close(self) -> None:
        """Nothing is buffered."""

    def abandon(self) -> None:
        """There's nothing to clean up."""


class _Excel:
    """A single sheet with every cell as text, so that no formula runs. Needs little memory."""

    def __init__(self, file: IO[bytes], titles: Sequence[str], *, safe_cells: bool) -> None:
        import xlsxwriter  # here, because importing it is slow

        # xlsxwriter keeps the rows in temporary files until the sheet is put together.
        self._aside = tempfile.TemporaryDirectory(prefix=".list-")
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "tmpdir": self._aside.name,
        }
        self._book: Any = xlsxwriter.Workbook(file, options)
        self._sheet = self._book.add_worksheet("List")
        # Excel's own way to keep text that looks like a formula as text, even when it's edited.
        self._quoted = self._book.add_format({"quote_prefix": True}) if safe_cells else None
        self._row = 0
        bold = self._book.add_format({"bold": True})
        self._sheet.freeze_panes(1, 0)
        self._line(titles, bold)

    def write(self, lines: Iterable[Sequence[str]]) -> None:
        """Write lines. Raises FileUnwritable for more rows than Excel can hold."""
        with _disk_errors_translated():
            for line in lines:
                self._line(line, None)

    def close(self) -> None:
        """Put the sheet together."""
        from xlsxwriter.exceptions import XlsxFileError

        try:
            with _disk_errors_translated():
                self._book.close()
        except XlsxFileError as error:
            raise FileUnwritable(
                "Optback can't write the list: the disk is full or missing", remedy=_REMEDY
            ) from error
        self._aside.cleanup()

    def abandon(self) -> None:
        """Throw the rows away."""
        with suppress(OSError):
            self._sheet.row_data_fh.close()
        self._aside.cleanup()

    def _line(self, line: Sequence[str], look: Any) -> None:
        if self._row >= MOST_EXCEL_ROWS:
            raise FileUnwritable(
                f"Excel allows at most {MOST_EXCEL_ROWS - 1:,} rows, and this list has more",
                remedy="Give --out a path that ends in .csv, or narrow the query.",
            )
        for column, cell in enumerate(line):
            form = look or (self._quoted if is_formula(cell) else None)
            self._sheet.write_string(self._row, column, cell[:LONGEST_EXCEL_CELL], form)
        self._row += 1


@contextmanager
def _draft_of(out: Path) -> Iterator[IO[bytes]]:
    """A file that gets the name `out` when the block ends without an error."""
    draft = out.with_name(f".{out.name[:100]}.{secrets.token_hex(6)}")
    with _disk_errors_translated():
        handle, has_name = _opened(draft)
    try:
        with _disk_errors_translated(), os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(handle)
            if not has_name:
                _name(handle, draft)
                has_name = True
            draft.replace(out)
    except BaseException:
        if has_name:
            draft.unlink(missing_ok=True)
        raise


def _opened(draft: Path) -> tuple[int, bool]:
    """A new file, and whether it has a name: not every file system allows files without one."""
    nameless = getattr(os, "O_TMPFILE", None)
    if nameless is not None and _OPEN_FILES.is_dir():
        with suppress(OSError):
            return os.open(draft.parent, nameless | os.O_RDWR, _MODE), False
    return os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, _MODE), True


def _name(handle: int, draft: Path) -> None:
    folder = os.open(draft.parent, os.O_RDONLY)
    try:
        # Python follows the link to the file itself only if a folder is given.
        os.link(_OPEN_FILES / str(handle), draft, src_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


@contextmanager
def _disk_errors_translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        said = "the disk is full" if full else str(error.strerror or "the file isn't writable")
        raise FileUnwritable(f"Optback can't write the list: {said}", remedy=_REMEDY) from error
