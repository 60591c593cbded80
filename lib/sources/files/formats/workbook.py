"""The sheet of an Excel workbook with the people in it, as delimited text.

What people don't see in Excel isn't skipped: hidden sheets count as sheets, hidden
columns are read, and hidden rows with addresses stop the file, since a filter is how people hide
those who didn't ask.
"""

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import singledispatch

import openpyxl
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from lib.errors import FileUnreadable, OptbackError
from lib.sources.entries import entries_in
from lib.sources.files.formats.delimited_text import DelimitedText
from lib.sources.files.formats.kinds import TO_CSV, FileFormat, refused
from lib.sources.files.formats.sheet_scan import (
    MOST_ROWS,
    Oddities,
    Scan,
    Suspicious,
    TooLarge,
    scan,
)
from lib.sources.spool import Spool

_LARGEST_TEXT = 1 << 29
_MOST_CELLS = 100_000_000
_TOO_LARGE = FileFormat("an Excel workbook that's too large to read", TO_CSV)
_UNREADABLE = FileFormat(
    "an Excel workbook that can't be read",
    f"{TO_CSV} If Excel can't open it either, export it again.",
)
_STRICT = FileFormat(
    "an Excel workbook saved as Strict Open XML",
    "Open it in Excel, choose File > Save As > Excel Workbook (.xlsx) or CSV UTF-8, "
    "and use that file.",
)
# Excel writes control characters of a text in this form, such as the line ends of old programs.
_CONTROL = re.compile(r"_x00[01][0-9A-Fa-f]_")
_SAVE_ALONE = (
    "Open it in Excel, go to the sheet you mean, save only that sheet with File > Save As > "
    "CSV UTF-8, and use that file."
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as text: each of its rows is the line of the same number."""

    title: str
    spool: Spool
    is_hidden: bool
    has_addresses: bool
    hidden_rows: int  # with an address, like those below
    merged_rows: int
    oddities: Oddities


def sheet_of(spool: Spool, name: str) -> Sheet:
    """The only sheet with addresses. Raises FileUnreadable, also where there are several."""
    try:
        with zipfile.ZipFile(spool.open()) as archive:
            scanned = scan(archive)
        sheets = [] if scanned.is_strict else list(_sheets(spool, scanned))
    except TooLarge as error:
        raise refused(_TOO_LARGE, name) from error
    except OptbackError:
        raise
    except Exception as error:  # in a damaged file a reader may trip over anything
        raise refused(_UNREADABLE, name) from error
    if scanned.is_strict:
        raise refused(_STRICT, name)
    sheet = _chosen(sheets, name)
    _check(sheet, scanned, name)
    return sheet


def _sheets(spool: Spool, scanned: Scan) -> Iterator[Sheet]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about colors and other things that say nothing here
        workbook = openpyxl.load_workbook(
            spool.open(), read_only=True, data_only=True, keep_links=False
        )
        if len(workbook.sheetnames) != scanned.sheet_count:
            raise Suspicious  # openpyxl skips a sheet whose part it doesn't find
        for worksheet in workbook.worksheets:
            yield _sheet(worksheet, scanned.sheets[worksheet._worksheet_path])
        workbook.close()


def _sheet(worksheet: ReadOnlyWorksheet, oddities: Oddities) -> Sheet:
    worksheet.reset_dimensions()  # many programs write wrong ones, and rows outside would be missed
    rows = DelimitedText()
    has_addresses, hidden, merged, cells_seen = False, 0, 0, 0
    for number, values in enumerate(worksheet.iter_rows(values_only=True), start=1):
        cells_seen += len(values)
        if number > MOST_ROWS or cells_seen > _MOST_CELLS or rows.size > _LARGEST_TEXT:
            raise TooLarge
        cells = _cells(values)
        rows.add(cells)
        names_somebody = any(map(entries_in, cells))
        has_addresses |= names_somebody
        if names_somebody or any("@" in cell for cell in cells):
            hidden += number in oddities.hidden
            merged += number in oddities.merged
    is_hidden = worksheet.sheet_state != "visible"
    return Sheet(
        worksheet.title, rows.finished(), is_hidden, has_addresses, hidden, merged, oddities
    )


def _cells(values: Iterable[object]) -> list[str]:
    """A row's cells as text, without the empty ones at its end."""
    cells = ["" if value is None else _text(value) for value in values]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _chosen(sheets: list[Sheet], name: str) -> Sheet:
    found = [sheet for sheet in sheets if sheet.has_addresses]
    if len(found) == 1:
        return found[0]
    if not found:
        raise FileUnreadable(
            f"No sheet in {name} has an email address",
            remedy="Use the file with the addresses.",
        )
    titles = ", ".join(
        f"{sheet.title} (hidden)" if sheet.is_hidden else sheet.title for sheet in found
    )
    raise FileUnreadable(
        f"More than one sheet in {name} has email addresses: {titles}", remedy=_SAVE_ALONE
    )


def _check(sheet: Sheet, scanned: Scan, name: str) -> None:
    """Refuse what Excel shows differently from how it's stored."""
    where = f"The sheet {sheet.title} in {name}"
    odd = sheet.oddities
    if sheet.hidden_rows:
        raise FileUnreadable(
            f"{where} has hidden rows with addresses ({sheet.hidden_rows:,})",
            remedy="Show all rows (in Excel: Data > Clear, or unhide them), delete the rows of "
            "people who didn't ask, save the file, and use it again.",
        )
    if sheet.merged_rows:
        raise FileUnreadable(
            f"{where} has cells merged across several rows with addresses",
            remedy="Unmerge them in Excel, fill in each row, save the file, and use it again.",
        )
    if odd.is_out_of_order:
        raise FileUnreadable(f"{where} has rows that are out of order", remedy=TO_CSV)
    if odd.lacks_results or (odd.has_formulas and scanned.to_be_calculated):
        raise FileUnreadable(
            f"{where} has formulas without stored results",
            remedy="Open it in Excel, save it there, and use it again.",
        )


@singledispatch
def _text(value: object) -> str:
    """A cell's value as text."""
    return str(value)


@_text.register
def _(value: str) -> str:
    return _CONTROL.sub(" ", value)


@_text.register
def _(value: bool) -> str:
    return "TRUE" if value else "FALSE"


@_text.register
def _(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


@_text.register
def _(value: date) -> str:
    return value.isoformat()


@_text.register
def _(value: datetime) -> str:
    """A day alone is stored as its midnight, and says no more than the day."""
    if value.time() == time():
        return value.date().isoformat()
    return value.isoformat(sep=" ", timespec="seconds")
