"""Excel workbooks: the sheet with addresses is read row by row, and in doubt nothing is."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.errors import FileUnreadable
from lib.sources.files.csv_file import CsvFile
from lib.sources.files.snapshot import Snapshot, snapshot_of

Sheets = dict[str, Sequence[Sequence[object]]]
HEAD = ("Email", "Status")
LEFT = ("left@x.example", "unsubscribed")


def saved(path: Path, sheets: Sheets, change: Callable[[openpyxl.Workbook], None] | None = None):
    """A workbook as openpyxl writes it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    if change:
        change(book)
    book.save(path)
    return path


def text_of(path: Path) -> str:
    with snapshot_of(path).open() as file:
        return file.read()


def rewritten(path: Path, part: str, old: str, new: str) -> Path:
    """The workbook with something else in the XML of a part; `part` is the end of its name."""
    content = io.BytesIO()
    found = False
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith(part):
                changed = re.sub(old, new, data.decode(), count=1)
                found = changed != data.decode()
                data = changed.encode()
            target.writestr(name, data)
    assert found
    path.write_bytes(content.getvalue())
    return path


def refusal(path: Path) -> FileUnreadable:
    with pytest.raises(FileUnreadable) as caught:
        snapshot_of(path)
    assert caught.value.exit_code == 2
    return caught.value


@pytest.mark.parametrize("name", ["people.xlsx", "people.csv", "people"])
def test_a_workbook_is_read_whatever_its_name_is(tmp_path: Path, name: str) -> None:
    book = saved(tmp_path / "b.xlsx", {"All": [HEAD, LEFT]}).rename(tmp_path / name)

    snapshot = snapshot_of(book)

    assert text_of(book) == "Email,Status\nleft@x.example,unsubscribed\n"
    assert (snapshot.form, snapshot.delimiter, snapshot.first_number) == ("sheet All", ",", 1)


def test_values_become_the_text_that_a_csv_export_would_hold(tmp_path: Path) -> None:
    values = [
        "left@x.example",
        True,
        False,
        41,
        41.0,
        0.5,
        datetime(2026, 11, 25, 4, 19, 7),
        datetime(2026, 11, 25),
        date(2026, 11, 25),
        time(4, 19),
        timedelta(hours=30),
        'two\nlines, "quoted"',
        "old_x000D_\nends",
    ]

    assert text_of(saved(tmp_path / "b.xlsx", {"All": [values]})) == (
        "left@x.example,TRUE,FALSE,41,41,0.5,2026-11-25 04:19:07,2026-11-25,2026-11-25,04:19:00,"
        '"1 day, 6:00:00","two lines, ""quoted""",old  ends\n'
    )


def test_a_row_keeps_its_number_also_below_blank_rows(tmp_path: Path) -> None:
    rows = [["Unsubscribes"], [], HEAD, [], LEFT, ["nonsense@", "x"], [None, None], LEFT]

    reading = CsvFile(saved(tmp_path / "b.xlsx", {"All": rows})).reading()

    assert [one.line for one in reading.sightings] == [5, 8]
    assert [one.line for one in reading.unreadable] == [6]


def test_a_list_with_semicolons_in_its_cells_is_not_split_at_them(tmp_path: Path) -> None:
    rows = [["Email"], ["a@x.example;b@x.example"], ["c@x.example;d@x.example"]]

    file = CsvFile(saved(tmp_path / "b.xlsx", {"All": rows}))

    assert file.columns() == [("Email", [row[0] for row in rows[1:]])]


def test_the_sheet_with_addresses_is_taken_wherever_it_is(tmp_path: Path) -> None:
    sheets = {"Read me": [["Questions? Mail help@x.example."]], "Totals": [[41]], "P": [HEAD, LEFT]}

    assert snapshot_of(saved(tmp_path / "b.xlsx", sheets)).form == "sheet P"


def test_several_sheets_with_addresses_are_named_and_asked_about(tmp_path: Path) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book["Stay"].sheet_state = "veryHidden"

    sheets = {"Left": [HEAD, LEFT], "Stay": [["a@x.example; b@x.example"]], "Notes": [["hi"]]}

    error = refusal(saved(tmp_path / "b.xlsx", sheets, hide))

    assert error.message.endswith("has email addresses: Left, Stay (hidden)")
    assert "save only that sheet" in error.remedy


def test_a_workbook_without_addresses_is_an_error_and_no_success(tmp_path: Path) -> None:
    assert "No sheet in b.xlsx" in refusal(saved(tmp_path / "b.xlsx", {"A": [HEAD]})).message


def test_hidden_rows_with_addresses_stop_the_file(tmp_path: Path) -> None:
    def filtered(book: openpyxl.Workbook) -> None:
        book["All"].auto_filter.ref = "A1:B3"
        book["All"].row_dimensions[3].hidden = True

    rows = [HEAD, LEFT, ("stay@x.example", "subscribed")]

    error = refusal(saved(tmp_path / "b.xlsx", {"All": rows}, filtered))

    assert "hidden rows with addresses (1)" in error.message
    assert "Show all rows" in error.remedy


def test_hidden_rows_without_addresses_and_hidden_columns_are_read(tmp_path: Path) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book["All"].row_dimensions[1].hidden = True
        book["All"].column_dimensions["B"].hidden = True

    path = saved(tmp_path / "b.xlsx", {"All": [["Note"], HEAD, LEFT]}, hide)

    assert text_of(path) == "Note\nEmail,Status\nleft@x.example,unsubscribed\n"


def test_a_row_of_no_height_is_hidden_too(tmp_path: Path) -> None:
    path = saved(tmp_path / "b.xlsx", {"All": [HEAD, LEFT]})
    rewritten(path, "sheet1.xml", '<row r="2"', '<row r="2" ht="0" customHeight="1"')

    assert "hidden rows" in refusal(path).message


def test_a_cell_merged_over_several_people_stops_the_file_and_a_merged_title_does_not(
    tmp_path: Path,
) -> None:
    def merge(book: openpyxl.Workbook) -> None:
        book["All"].merge_cells("A1:B2")
        book["All"].merge_cells(place)

    rows = [["People"], [None], HEAD, LEFT, ("b@x.example", None)]

    place = "A3:A3"
    assert snapshot_of(saved(tmp_path / "b.xlsx", {"All": rows}, merge)).form == "sheet All"
    place = "B4:B5"
    assert "merged" in refusal(saved(tmp_path / "c.xlsx", {"All": rows}, merge)).message


def test_rows_outside_the_dimensions_that_a_program_wrote_are_not_missed(tmp_path: Path) -> None:
    path = saved(tmp_path / "b.xlsx", {"All": [HEAD, LEFT, LEFT]})
    rewritten(path, "sheet1.xml", r'<dimension ref="[^"]*"', '<dimension ref="A1:A1"')

    assert text_of(path).count("left@x.example,unsubscribed") == 2


def test_rows_out_of_order_stop_the_file_since_some_would_be_missed(tmp_path: Path) -> None:
    path = saved(tmp_path / "b.xlsx", {"All": [HEAD, LEFT, LEFT, LEFT]})
    rewritten(path, "sheet1.xml", '<row r="3"', '<row r="9"')

    assert "out of order" in refusal(path).message


def test_formulas_are_read_by_their_results(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_formula(1, 0, '="left"&"@x.example"', None, "left@x.example")
        sheet.write(1, 1, "unsubscribed")
    rewritten(tmp_path / "b.xlsx", "workbook.xml", ' fullCalcOnLoad="1"', "")

    assert "left@x.example,unsubscribed" in text_of(tmp_path / "b.xlsx")


@pytest.mark.parametrize("program", ["openpyxl", "xlsxwriter"])
def test_formulas_whose_results_are_not_stored_stop_the_file(tmp_path: Path, program: str) -> None:
    path = tmp_path / "b.xlsx"
    if program == "openpyxl":
        saved(path, {"All": [HEAD, LEFT, ("b@x.example", '=IF(1=1,"subscribed","")')]})
    else:
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, LEFT)
            sheet.write_formula(1, 0, '=A1&""')

    assert "without stored results" in refusal(path).message


def test_a_formula_without_any_result_stops_the_file_also_when_excel_saved_it(
    tmp_path: Path,
) -> None:
    path = saved(tmp_path / "b.xlsx", {"All": [LEFT, ("=A1", "x")]})
    rewritten(path, "workbook.xml", ' fullCalcOnLoad="1"', "")
    rewritten(path, "sheet1.xml", r"</f><v ?/>|</f><v></v>", "</f>")

    assert "without stored results" in refusal(path).message


def test_what_is_drawn_on_a_sheet_is_no_formula_and_no_trouble(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.add_table("A1:B2", {"columns": [{"header": "Email"}, {"header": "Status"}]})
        sheet.write_row(1, 0, LEFT)
        sheet.add_sparkline("D2", {"range": "Sheet1!A2:B2"})
        sheet.conditional_format("B2:B3", {"type": "formula", "criteria": "=A2>1"})
        sheet.data_validation("B2:B3", {"validate": "list", "source": ["in", "out"]})
        sheet.write_comment("A2", "asked by phone")
        sheet.protect("secret")
        chart = book.add_chart({"type": "pie"})
        chart.add_series({"values": "=Sheet1!$B$2:$B$3"})
        book.add_chartsheet().set_chart(chart)

    assert text_of(tmp_path / "b.xlsx").endswith("left@x.example,unsubscribed\n")


@pytest.mark.parametrize(
    ("row", "words"), [("1048577", "too large"), ("9" * 30, "too large"), ("1e9", "can't be read")]
)
def test_a_row_beyond_what_excel_has_is_refused_before_anything_is_read(
    tmp_path: Path, row: str, words: str
) -> None:
    path = saved(tmp_path / "b.xlsx", {"All": [HEAD, LEFT]})
    rewritten(path, "sheet1.xml", "</sheetData>", f'<row r="{row}"><c/></row></sheetData>')

    assert words in refusal(path).message


def test_entities_that_unfold_without_end_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "b.xlsx", {"All": [HEAD, LEFT]})
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    rewritten(path, "sheet1.xml", "<worksheet", f"{bomb}<worksheet")

    assert "workbook that can't be read" in refusal(path).message


def test_a_workbook_that_unpacks_without_end_is_refused_before_it_is_unpacked(
    tmp_path: Path,
) -> None:
    path = saved(tmp_path / "b.xlsx", {"All": [HEAD, LEFT]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b"<worksheet/>")
        archive.getinfo("xl/worksheets/sheet2.xml").file_size = 1 << 30

    assert "too large" in refusal(path).message


@pytest.mark.parametrize("part", ["sheet1.xml", "workbook.xml", "styles.xml", "sharedStrings.xml"])
def test_a_workbook_with_a_damaged_part_is_refused(tmp_path: Path, part: str) -> None:
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, LEFT)
    rewritten(path, part, r"</\w+>\s*$", "<oops")

    assert "workbook that can't be read" in refusal(path).message


def test_a_workbook_whose_sheet_is_not_in_it_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "b.xlsx", {"All": [HEAD, LEFT], "More": [HEAD, LEFT]})
    rewritten(path, "workbook.xml.rels", "worksheets/sheet2.xml", "worksheets/sheet7.xml")

    assert "workbook that can't be read" in refusal(path).message


def test_a_workbook_that_is_cut_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "b.xlsx", {"All": [HEAD, LEFT]})
    path.write_bytes(path.read_bytes()[:-300])

    assert "zip archive that can't be opened" in refusal(path).message


OTHERS = [
    ("[Content_Types].xml", b"application/vnd.ms-excel.sheet.macroEnabled.main+xml", ".xlsm"),
    ("[Content_Types].xml", b"application/vnd.ms-excel.sheet.binary.macroEnabled.main", ".xlsb"),
    ("[Content_Types].xml", b"application/x.wordprocessingml.document.main+xml", "Word"),
    ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet", "OpenDocument spreadsheet"),
    ("Index/Document.iwa", b"", "Numbers"),
    ("unsubscribed_members_export_1.csv", b"a@x.example", "(unsubscribed_members_export_1.csv)"),
]


@pytest.mark.parametrize(("name", "content", "words"), OTHERS)
def test_other_zips_are_refused_by_name(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, content)

    error = refusal(path)

    assert words in error.message
    assert "not CSV" in error.message


CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), max_size=8)


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(st.lists(CELLS, max_size=4), max_size=6))
def test_no_row_is_dropped_and_no_address_is_made_up(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([*rows, LEFT]):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell)

    lines = text_of(path).split("\n")

    assert len(lines) == len(rows) + 2
    for row, line in zip(rows, lines, strict=False):
        assert line.count("@") == sum(cell.count("@") for cell in row)


def test_the_hash_is_of_the_file_itself(tmp_path: Path) -> None:
    path = saved(tmp_path / "b.xlsx", {"All": [HEAD, LEFT]})
    first: Snapshot = snapshot_of(path)

    assert snapshot_of(path.rename(tmp_path / "c.csv")).sha256 == first.sha256
