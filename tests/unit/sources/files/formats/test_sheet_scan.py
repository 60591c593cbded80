"""What a workbook's XML shows that its reader skips, however large its parts are."""

import io
import zipfile

import pytest

from lib.sources.files.formats import sheet_scan
from lib.sources.files.formats.sheet_scan import Oddities, Scan, Suspicious, TooLarge, scan

ROWS = "".join(f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in range(1, 9))
FAR = " " * 300
BOOK = "<workbook><sheet /></workbook>"


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_scan, "_CHUNK", 64)


def scanned(sheet: str | bytes, book: str = BOOK) -> Scan:
    with zipfile.ZipFile(io.BytesIO(), "w") as archive:
        archive.writestr("xl/workbook.xml", book)
        archive.writestr("xl/sheet1.xml", sheet)
        return scan(archive)


def odd(sheet: str) -> Oddities:
    return scanned(sheet).sheets["xl/sheet1.xml"]


@pytest.mark.parametrize(
    ("sheet", "oddities"),
    [
        (ROWS, Oddities()),
        (ROWS.replace('r="3">', 'r="3" hidden="1">', 1), Oddities(hidden={3})),
        (f'<row/><row/><row r="7"/><row ht="0"/>{FAR}', Oddities(hidden={8})),
        (f'<row/>{FAR}<row/>{FAR}<row hidden="1"/>', Oddities(hidden={3})),
        (f'{ROWS}<mergeCell ref="A2:B4"/>', Oddities(merged={3, 4})),
        (f'<row r="2"/><row r="1"/>{FAR}<row r="9"/>', Oddities(is_out_of_order=True)),
        ('<row r="2"/><row r="2"/><row r="3"/>', Oddities(is_out_of_order=True)),
        (
            f'<row r="1"><c><f>A</f><v>1</v></c></row>{FAR}<row r="2"/>',
            Oddities(has_formulas=True),
        ),
        (
            f'<row r="1"><c><f>A</f></c></row>{FAR}<row r="2"/>',
            Oddities(has_formulas=True, lacks_results=True),
        ),
    ],
)
def test_what_is_odd_about_a_sheet_is_found_in_any_of_its_pieces(
    sheet: str, oddities: Oddities
) -> None:
    assert odd(sheet) == oddities


def test_a_workbook_says_whether_its_results_are_old_and_how_many_sheets_it_has() -> None:
    book = f'<workbook fullCalcOnLoad="1"><sheet /><sheet />{FAR}<sheet /></workbook>'

    found = scanned(ROWS, book)

    assert (found.to_be_calculated, found.is_strict, found.sheet_count) == (True, False, 3)


@pytest.mark.parametrize(
    ("sheet", "error"),
    [
        (f"{FAR}<!ENTITY a>", Suspicious),
        (f"<row/>{FAR}<!doctype a>{FAR}<row/>", Suspicious),
        ('<?xml version="1.0" encoding="utf-16"?>', Suspicious),
        ("<row/>".encode("utf-16"), Suspicious),
        (b"a\0b", Suspicious),
        ('<row r="x"/>', Suspicious),
        ('<row r="1048577"/>', TooLarge),
        ('<row r="10000000"/>', TooLarge),
    ],
)
def test_what_no_spreadsheet_program_writes_is_refused(
    sheet: str | bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        scanned(sheet)


def test_a_sheet_may_have_as_many_rows_as_excel() -> None:
    assert odd('<row r="1048576" hidden="1"/>').hidden == {1048576}
