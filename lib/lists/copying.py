"""A copy of a pulled list without those who have opted out since: written beside, then renamed."""

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lib.lists.pulled_file import PulledFile, gone
from lib.store import freshness

_AT_ONCE = 5_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Copied:
    """How many rows the copy has, and how many were left out."""

    rows: int
    left_out: int


def fresh_lines(file: PulledFile) -> Iterator[list[str]]:
    """The lines of everybody who is not noted as opted out since, in flat memory.

    Raises ListGone where lines and people cannot be told apart while somebody has opted out.
    """
    out = freshness.positions(file.store, file.pull_id)
    if not out:
        yield from _lines(file)
        return
    if not file.is_in_step():
        raise gone()
    for page in file.pages(_AT_ONCE):
        yield from (list(line) for row, line in page if row.position not in out)


def write_csv(file: PulledFile, target: Path, *, bom: bool, safe_cells: bool) -> Copied:
    """Write the copy as CSV; there is none under that name until it is whole."""
    draft = target.with_name(f".{target.name}.part")
    handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    rows = 0
    try:
        encoding = "utf-8-sig" if bom else "utf-8"
        with os.fdopen(handle, "w", encoding=encoding, newline="") as out:
            writer = csv.writer(out)
            writer.writerow(file.titles())
            for line in fresh_lines(file):
                writer.writerow([harmless(one) for one in line] if safe_cells else line)
                rows += 1
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return Copied(rows, len(freshness.positions(file.store, file.pull_id)))


def harmless(cell: str) -> str:
    """Text that a spreadsheet shows and does not calculate."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _lines(file: PulledFile) -> Iterator[list[str]]:
    with file.path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines)
        next(reader, None)
        yield from reader
