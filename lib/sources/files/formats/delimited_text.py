"""Rows written as delimited text, so that workbooks and JSON are judged like any other file."""

import csv
import io
import re
from collections.abc import Sequence

from lib.sources.spool import Spool

DELIMITER = ","
ENCODING = "utf-8"
_BUFFERED = 1 << 16
_LINE_ENDS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029\0]+")
_HALVES = re.compile(r"[\ud800-\udfff]")


class DelimitedText:
    """A text that grows row by row: each row is one line of it, whatever its cells hold."""

    def __init__(self) -> None:
        self.size = 0
        self._spool = Spool()
        self._text = io.StringIO()
        self._writer = csv.writer(self._text, delimiter=DELIMITER, lineterminator="\n")

    def add(self, cells: Sequence[str]) -> None:
        """One row; without cells a blank line. Line ends inside a cell become blanks."""
        self._writer.writerow([_in_one_line(cell) for cell in cells])
        if self._text.tell() > _BUFFERED:
            self._flush()

    def finished(self) -> Spool:
        """The text so far, in ENCODING."""
        self._flush()
        return self._spool

    def _flush(self) -> None:
        content = self._text.getvalue().encode(ENCODING)
        self._spool.write(content)
        self.size += len(content)
        self._text.seek(0)
        self._text.truncate()


def _in_one_line(cell: str) -> str:
    """A cell without line ends; half a character becomes U+FFFD."""
    if cell.isascii() and cell.isprintable():
        return cell
    return _HALVES.sub("\ufffd", _LINE_ENDS.sub(" ", cell))
