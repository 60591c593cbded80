"""Queries as a person passes them: an argument, standard input, or a file with one per line.

No letter is ever replaced on the way in, because a single letter changes who is on a list.
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
    """The query from the command line. Raises SoqlError if the shell passed broken letters."""
    check_letters(text)
    return text


def from_standard_input(*, quiet: bool) -> str:
    """The query on standard input. Raises FileUnreadable for an encoding that it can't read."""
    content = _standard_input().read(_LONGEST_INPUT + 1)
    if len(content) > _LONGEST_INPUT:
        raise UsageError("Standard input is too long for a query", remedy="Pass a single query.")
    text, encoding = decoded(content, _STDIN)
    _note_encoding(_STDIN, encoding, quiet=quiet)
    text = _SECOND_MARK.sub("", text)
    check_letters(text)
    return text


def lines(path: str, *, quiet: bool) -> Iterator[str]:
    """Each line of a file, or of standard input for `-`, without line ends and blank lines.

    Raises FileUnreadable before the first line when a letter of any line can't be read.
    """
    what = _STDIN if path == "-" else path
    spool, encoding, line_end = _copied(path, what)
    _note_encoding(what, called(encoding), quiet=quiet)
    with io.TextIOWrapper(spool.open(), encoding=encoding, newline=line_end) as file:
        for line in file:
            text = line.rstrip("\r\n").lstrip("\ufeff")
            if text.strip():
                yield text


def check_letters(soql: str) -> None:
    """Raise SoqlError at the first letter that another program lost before us."""
    lost = _LOST.search(soql)
    if lost is None:
        return
    before = soql[: lost.start()]
    raise SoqlError(
        "A letter was lost here before the query reached Optback. "
        "Without it, the list could include other people",
        remedy="Type the letter again, and save or pass the query as UTF-8.",
        line=before.count("\n") + 1,
        column=lost.start() - before.rfind("\n"),
    )


def _copied(path: str, what: str) -> tuple[Spool, str, str]:
    """All bytes, their encoding, and what ends a line: a lone CR only if there is no LF."""
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
        reason = error.strerror if isinstance(error, OSError) else "not a valid path"
        raise FileUnreadable(
            f"{path} can't be read: {reason}",
            remedy="Give the path of a file with one query per line, or - to read standard input.",
        ) from error


def _opened(path: str) -> IO[bytes]:
    return _standard_input() if path == "-" else Path(path).open("rb")


def _standard_input() -> IO[bytes]:
    if sys.stdin is None:
        raise UsageError("There's no standard input", remedy="Give the query as an argument.")
    return sys.stdin.buffer


def _note_encoding(what: str, encoding: str, *, quiet: bool) -> None:
    if encoding == "Windows-1252" and not quiet:
        output.note(f"Note: {what} isn't UTF-8, so it was read as Windows-1252.")
