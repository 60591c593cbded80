"""A copy of a pulled list without those who have opted out since: written beside, then renamed."""

import csv
from collections.abc import Iterator
from pathlib import Path

from lib.lists.list_file import file_at
from lib.lists.pulled_file import PulledFile, gone
from lib.store import freshness
from lib.store.column_values import chunks

_AT_ONCE = 5_000


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


def write_copy(file: PulledFile, target: Path, *, bom: bool, safe_cells: bool) -> int:
    """Write the copy, as Excel where `target` ends in .xlsx; how many rows it has.

    There is no file of that name until it is whole. Raises ListGone and FileUnwritable.
    """
    rows = 0
    with file_at(target, file.titles(), bom=bom, safe_cells=safe_cells) as writer:
        for lines in chunks(fresh_lines(file), _AT_ONCE):
            writer.write(lines)
            rows += len(lines)
    return rows


def _lines(file: PulledFile) -> Iterator[list[str]]:
    with file.path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines)
        next(reader, None)
        yield from reader
