"""Queries as a person hands them over: an argument, standard input, or a file of one a line.

No letter is ever replaced on the way in, since one letter changes who is on a list.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from lib.cli import output
from lib.errors import FileUnreadable, SoqlError, UsageError
from lib.sources.files.encoding import Encodings, called, decoded
from lib.sources.spool import Spool

_CHUNK = 1 << 18
_LONGEST_INPUT = 4 << 20
_SECOND_MARK = re.compile(r"(?m)^\ufeff+")
_LOST = re.compile(r"[\0\ufffd\ud800-\udfff]")
_STDIN = "Standard input"


def from_argument(text: str) -> str:
    """The query of the command line. Raises SoqlError where the shell passed no whole letters."""
    check_letters(text)
    return text


def from_standard_input(*, quiet: bool) -> str:
    """The one query on standard input. Raises FileUnreadable, naming an encoding it cannot read."""
    content = _standard_input().read(_LONGEST_INPUT + 1)
    if len(content) > _LONGEST_INPUT:
        raise UsageError(
            "Standard input holds more than any query", remedy="Pass one query of text."
        )
    text, encoding = decoded(content, _STDIN)
    _tell(_STDIN, encoding, quiet=quiet)
    text = _SECOND_MARK.sub("", text)
    check_letters(text)
    return text


def lines(path: str, *, quiet: bool) -> Iterator[str]:
    """Each line of a file, or of standard input for `-`, that is not blank; without its line end.

    Raises FileUnreadable before the first line when a letter of any line cannot be read.
    """
    what = _STDIN if path == "-" else path
    spool, encoding, line_end = _copied(path, what)
    _tell(what, called(encoding), quiet=quiet)
    with io.TextIOWrapper(spool.open(), encoding=encoding, newline=line_end) as file:
        for line in file:
            text = line.rstrip("\r\n").lstrip("\ufeff")
            if text.strip():
                yield text


def check_letters(soql: str) -> None:
    """Raise SoqlError at the first letter that some program before us could not read or write."""
    lost = _LOST.search(soql)
    if lost is None:
        return
    before = soql[: lost.start()]
    raise SoqlError(
        "A letter was lost here before the query came to Optback, "
        "and without it the list could hold other people",
        remedy="Type the letter again, and save or pass the query as UTF-8.",
        line=before.count("\n") + 1,
        column=lost.start() - before.rfind("\n"),
    )


def _copied(path: str, what: str) -> tuple[Spool, str, str]:
    """All bytes, their encoding, and what ends a line: a lone CR only where there is no LF."""
    spool, encodings, has_line_feed = Spool(), Encodings(), False
    for chunk in _chunks(path):
        spool.write(chunk)
        encodings.look_at(chunk)
        has_line_feed = has_line_feed or b"\n" in chunk
    return spool, encodings.sure(what), "\n" if has_line_feed else "\r"


def _chunks(path: str) -> Iterator[bytes]:
    try:
        with _opened(path) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no possible path"
        raise FileUnreadable(
            f"{path} cannot be read: {reason}",
            remedy="Give the path of a file with one query a line, or - to read standard input.",
        ) from error


def _opened(path: str) -> IO[bytes]:
    return _standard_input() if path == "-" else Path(path).open("rb")


def _standard_input() -> IO[bytes]:
    if sys.stdin is None:
        raise UsageError("There is no standard input", remedy="Give the query as an argument.")
    return sys.stdin.buffer


def _tell(what: str, encoding: str, *, quiet: bool) -> None:
    if encoding == "Windows-1252" and not quiet:
        output.note(f"Note: {what} is not UTF-8 and was read as Windows-1252.")
