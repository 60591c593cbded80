"""The copy of a file: what was hashed is what is read, in the encoding that its bytes show."""

import hashlib
import os
import threading
from pathlib import Path

import pytest
import xlsxwriter

from lib.sources.files.csv_file import CsvFile
from lib.sources.files.snapshot import snapshot_of


def read(path: Path) -> tuple[list[str], list[str]]:
    """The entries of a file, and the text of the lines that were not understood."""
    reading = CsvFile(path).reading()
    return [one.entry for one in reading.sightings], [one.text for one in reading.unreadable]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_wide_text_without_a_mark_names_the_right_people(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("Email,Name\nőri@x.example,Őri\nb@x.example,Łukasz\n".encode(encoding))

    assert read(path) == (["őri@x.example", "b@x.example"], [])


def test_a_file_cut_in_a_letter_names_the_same_people_and_reports_the_cut_line(
    tmp_path: Path,
) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("Email\nmüller@x.example\nöü".encode()[:-1])

    entries, unreadable = read(path)

    assert entries == ["müller@x.example"]
    assert unreadable == ["ö\ufffd"]


def test_one_broken_letter_among_whole_ones_does_not_turn_people_into_others(
    tmp_path: Path,
) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("Email,Name\nmüller@x.example,Zoë\n".encode() + b"b@x.example,Andr\xe9\n")

    assert read(path) == (["müller@x.example", "b@x.example"], [])


def test_a_workbook_comes_through_a_pipe_and_is_hashed_as_it_is(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        book.add_worksheet().write_row(0, 0, ["left@x.example", "x"])
    content = (tmp_path / "b.xlsx").read_bytes()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(content,))
    writer.start()

    snapshot = snapshot_of(pipe)
    writer.join()

    assert snapshot.open().read() == "left@x.example,x\n"
    assert snapshot.sha256 == hashlib.sha256(content).hexdigest()
