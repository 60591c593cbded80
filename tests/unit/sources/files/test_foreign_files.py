"""Files that are no tables: never "done", but named for what they are, or read."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tests.unit.sources.files.who_asked.ground_truth import Answer, answer_for

PAGE = "<!DOCTYPE html>\n<html><head><title>x</title></head><body>left@x.example</body></html>\n"
MAIL = (
    "Return-Path: <bounce@x.example>\nReceived: from a by b; Wed, 25 Nov 2026 04:19:32 +0000\n"
    "From: Ann <ann@x.example>\nTo: news@x.example\nSubject: unsubscribe\n"
    "MIME-Version: 1.0\n\nPlease take bob@x.example off the list.\n"
)
FOREIGN = {
    "a web page": PAGE.encode(),
    "a web page without a heading": b"<table><tr><td>left@x.example</td></tr></table>",
    "a web page in UTF-16": PAGE.encode("utf-16"),
    "XML": b'<?xml version="1.0"?>\n<list><email>left@x.example</email></list>\n',
    "XML without a heading": b"<list>\n<email>left@x.example</email>\n</list>\n",
    "JSON, unknown shape": b'{"people": {"left": {"mail": "left@x.example"}}}',
    "JSON, pretty": b'{\n  "users": [\n    {"mail": "left@x.example"}\n  ]\n}\n',
    "JSON lines": b'{"user": "left@x.example"}\n{"user": "gone@x.example"}\n',
    "an old spreadsheet": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"left@x.example",
    "a PDF": b"%PDF-1.7\n1 0 obj\n<< /Author (left@x.example) >>\nendobj\n",
    "a compressed file": gzip.compress(b"Email\nleft@x.example\n"),
    "an email message": MAIL.encode(),
    "a mailbox": b"From ann@x.example Wed Nov 25 04:19:32 2026\n" + MAIL.encode(),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
    "rich text": rb"{\rtf1\ansi left@x.example\par gone@x.example}",
    "SQLite": b"SQLite format 3\x00" + bytes(400),
}


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("unsubscribes.csv", "Email\nleft@x.example\n")
    return packed.getvalue()


def spreadsheet(path: Path, *sheets: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def read(folder: Path, content: bytes, name: str) -> Answer:
    path = folder / name
    path.write_bytes(content)
    return answer_for(path)


@pytest.mark.parametrize("name", ["people.csv", "people.xls", "people.txt", "people"])
@pytest.mark.parametrize("kind", [*FOREIGN, "an archive"])
def test_what_is_no_table_is_refused_under_any_name(tmp_path: Path, kind: str, name: str) -> None:
    content = zipped() if kind == "an archive" else FOREIGN[kind]

    answer = read(tmp_path, content, name)

    assert not answer.asked
    assert answer.refusal is not None
    assert answer.refusal.exit_code == 2
    assert answer.refusal.remedy


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("a web page", "web page"),
        ("XML", "XML"),
        ("JSON, unknown shape", "JSON"),
        ("JSON, pretty", "JSON"),
        ("JSON lines", "JSON"),
        ("an old spreadsheet", "excel"),
        ("a PDF", "PDF"),
        ("an email message", "mail"),
    ],
)
def test_the_refusal_says_what_the_file_is(tmp_path: Path, kind: str, word: str) -> None:
    answer = read(tmp_path, FOREIGN[kind], "people.csv")

    assert answer.refusal is not None
    assert word.lower() in answer.refusal.message.lower()
    assert "CSV" in answer.refusal.message + answer.refusal.remedy


@pytest.mark.parametrize(
    "content",
    [
        b"Email\nnobody\nnothing\n",
        b"Email,Name\n,Ann\n,Bob\n",
        b"Email,Unsubscribed\nnobody,yes\nnothing,yes\n",
        b"",
        b"\n\n\n",
        b"\xef\xbb\xbf",
    ],
)
def test_nothing_read_is_not_success(tmp_path: Path, content: bytes) -> None:
    answer = read(tmp_path, content, "people.csv")

    assert answer.refusal is not None
    assert answer.refusal.exit_code == 2


ROWS: list[list[object]] = [
    ["Email", "Unsubscribed"],
    ["left@x.example", "Yes"],
    ["stay@x.example", "No"],
]


@pytest.mark.parametrize("name", ["people.xlsx", "people.csv", "people.xls"])
def test_a_spreadsheet_is_read_like_a_table_or_refused_as_one(tmp_path: Path, name: str) -> None:
    path = spreadsheet(tmp_path / "book.xlsx", ROWS).rename(tmp_path / name)

    answer = answer_for(path)

    if answer.refusal is not None:
        assert "spreadsheet" in answer.refusal.message.lower()
    else:
        assert set(answer.asked) == {"left@x.example"}
        assert answer.left_out == 1


@pytest.mark.parametrize(
    ("values", "asked"),
    [((True, False), {"left@x.example"}), ((1, 0), {"left@x.example"}), (("x", ""), None)],
)
def test_a_spreadsheets_own_yes_and_no_mean_what_they_show(
    tmp_path: Path, values: tuple[object, object], asked: set[str] | None
) -> None:
    rows: list[list[object]] = [
        ["Email", "Opted out"],
        ["left@x.example", values[0]],
        ["stay@x.example", values[1]],
    ]

    answer = answer_for(spreadsheet(tmp_path / "book.xlsx", rows))

    assert answer.refusal is not None or set(answer.asked) == (asked or {"left@x.example"})


def test_the_first_sheet_with_addresses_counts(tmp_path: Path) -> None:
    cover: list[list[object]] = [["Report of 25 November"], ["Made by the web team"]]

    answer = answer_for(spreadsheet(tmp_path / "book.xlsx", cover, ROWS))

    assert answer.refusal is not None or set(answer.asked) == {"left@x.example"}


def test_several_sheets_of_people_are_asked_about(tmp_path: Path) -> None:
    others: list[list[object]] = [["Email"], ["other@x.example"]]

    answer = answer_for(spreadsheet(tmp_path / "book.xlsx", ROWS, others))

    assert answer.refusal is not None
    assert not answer.asked
