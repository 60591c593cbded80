"""The file of a list: complete under its name, or not there."""

import csv
import resource
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import FileUnwritable, UsageError
from lib.lists import list_file
from lib.lists.list_file import check_place, file_at

LINES = [[f"line {number}", "x" * 100] for number in range(10_000)]


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file of this process can grow beyond 64 KiB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 10, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def aside(tmp_path_factory, monkeypatch) -> Path:
    """Where temporary files go."""
    folder: Path = tmp_path_factory.mktemp("aside")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def write(out: Path, titles: list[str], lines: Iterable[list[str]]) -> None:
    """Write line by line."""
    with file_at(out, titles) as file:
        for line in lines:
            file.write([line])


def breaking_off() -> Iterator[list[str]]:
    """One line, and then an error."""
    yield ["1"]
    raise KeyError


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
@pytest.mark.usefixtures("small_disk")
def test_a_full_disk_leaves_nothing_behind(tmp_path, name):
    with pytest.raises(FileUnwritable) as raised:
        write(tmp_path / name, ["A", "B"], LINES)

    assert "disk" in raised.value.message
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_a_pull_that_breaks_off_leaves_the_old_file_and_nothing_else(tmp_path, aside, name):
    out = tmp_path / name
    out.write_text("old")

    with pytest.raises(KeyError):
        write(out, ["A"], breaking_off())

    assert (names_in(tmp_path), out.read_text()) == ([name], "old")
    assert list(aside.iterdir()) == []


def test_a_file_system_without_nameless_files_works_too(tmp_path, monkeypatch):
    monkeypatch.setattr(list_file, "_OPEN_FILES", tmp_path / "nowhere")
    out = tmp_path / "list.csv"

    with file_at(out, ["A"]) as file:
        file.write([["1"]])
    with pytest.raises(KeyError):
        write(tmp_path / "other.csv", ["A"], breaking_off())

    assert (names_in(tmp_path), out.read_bytes()) == (["list.csv"], b"A\r\n1\r\n")


@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2))
)
def test_any_cells_come_back_as_they_were(tmp_path_factory, lines):
    out = tmp_path_factory.mktemp("cells") / "list.csv"

    with file_at(out, ["A", "B"]) as file:
        file.write(lines)

    with out.open(encoding="utf-8", newline="") as written:
        assert list(csv.reader(written)) == [["A", "B"], *lines]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "＝1", "－1"])
def test_safe_cells_never_start_like_a_formula(tmp_path, cell):
    out = tmp_path / "list.csv"

    with file_at(out, ["A"], safe_cells=True) as file:
        file.write([[cell], ["fine = 1"]])

    with out.open(encoding="utf-8", newline="") as written:
        assert list(csv.reader(written)) == [["A"], [f"'{cell}"], ["fine = 1"]]


def test_excel_marks_what_looks_like_a_formula_as_text(tmp_path):
    out = tmp_path / "list.xlsx"

    with file_at(out, ["A"]) as file:
        file.write([["=1+1"], ["https://example.org"], ["0123"]])

    with zipfile.ZipFile(out) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert 'quotePrefix="1"' in styles


def test_more_rows_than_excel_allows_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(list_file, "MOST_EXCEL_ROWS", 3)

    with (
        pytest.raises(FileUnwritable, match="at most 2 rows"),
        file_at(tmp_path / "list.xlsx", ["A"]) as file,
    ):
        file.write([["1"], ["2"], ["3"]])

    assert names_in(tmp_path) == []


def test_a_path_is_checked_before_anything_is_contacted(tmp_path):
    check_place(tmp_path / "list.csv")
    for out in (tmp_path, tmp_path / "no" / "list.csv"):
        with pytest.raises(UsageError):
            check_place(out)
