"""Queries come in letter for letter, or are refused: a changed letter changes who is on a list."""

import io
import json
import sys
from pathlib import Path

import pytest

import sync

QUERY = "SELECT Email FROM Contact WHERE FirstName != 'Jürgen'"
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch):
    """A function that puts bytes on standard input."""

    def put(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="ascii"))

    return put


def explained(tmp_path: Path, argument: str = "-") -> int:
    return sync.main(["list", argument, "--explain", "--home", str(tmp_path)])


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_query_on_standard_input_keeps_its_letters(tmp_path, stdin, capsys, encoding):
    stdin(f"{QUERY}\r\n".encode(encoding))

    assert explained(tmp_path) == 0
    assert "FirstName != 'Jürgen'" in capsys.readouterr().out


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_of_queries_keeps_its_letters(tmp_path, capsys, encoding):
    path = tmp_path / "queries.soql"
    path.write_bytes(f"{QUERY}\r\n\r\n{QUERY}".encode(encoding))

    assert sync.main(["lint", str(path)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["soql"] for line in lines] == [QUERY, QUERY]


CASES = {"query_cp1252.soql": "FirstName != 'Jürgen'", "utf16.soql": "SELECT Id FROM Lead"}


@pytest.mark.parametrize(("name", "text"), CASES.items())
def test_each_file_of_queries_as_people_have_them_keeps_its_letters(capsys, name, text):
    path = Path(__file__).parents[2] / "cases" / name

    assert sync.main(["lint", str(path)]) == 0
    assert any(text in json.loads(line)["soql"] for line in capsys.readouterr().out.splitlines())


def test_reading_a_query_as_windows_1252_is_noted_unless_quiet(tmp_path, capsys):
    path = tmp_path / "queries.soql"
    path.write_bytes(QUERY.encode("cp1252"))

    sync.main(["lint", str(path)])
    told = capsys.readouterr().err
    sync.main(["lint", str(path), "--quiet"])

    assert "Windows-1252" in told
    assert capsys.readouterr().err == ""


BROKEN = [
    QUERY.encode() + b"\xfc",
    QUERY.encode("utf-16")[:-1],
    b"SELECT Email FROM Contact WHERE Name = '\x8d'",
]


@pytest.mark.parametrize("content", BROKEN)
def test_bytes_that_are_not_letters_are_a_usage_error_and_print_no_query(
    tmp_path, stdin, capsys, content
):
    path = tmp_path / "queries.soql"
    path.write_bytes(b"SELECT Id FROM Lead\n".decode().encode(_encoding_of(content)) + content)
    stdin(content)

    codes = [sync.main(["lint", str(path)]), explained(tmp_path)]

    assert codes == [2, 2]
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "UTF-" in printed.err
    assert "What to do:" in printed.err


def _encoding_of(content: bytes) -> str:
    """An encoding in which a text can come before this content."""
    return "utf-16" if content.startswith(b"\xff\xfe") else "utf-8"


@pytest.mark.parametrize("number", [0xFFFD, 0, 0xDCFC])
def test_a_lost_letter_is_refused_at_its_place(tmp_path, capsys, number):
    query = f"SELECT Email\nFROM Contact WHERE FirstName != 'J{chr(number)}rgen'"

    assert explained(tmp_path, query) == 2
    assert "Line 2, column 35: A letter was lost" in capsys.readouterr().err


def test_lint_refuses_the_line_with_a_lost_letter_and_goes_on(tmp_path, capsys):
    path = tmp_path / "queries.soql"
    path.write_text(
        "SELECT Id FROM Lead WHERE Name = '\ufffd'\nSELECT Id FROM Lead", encoding="utf-8"
    )

    assert sync.main(["lint", str(path)]) == 3
    refused, fine = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (refused["error"]["column"], fine["ok"]) == (35, True)


def test_a_second_mark_of_glued_files_is_not_part_of_a_query(tmp_path, stdin, capsys):
    glued = f"\ufeff{QUERY}\r\n\ufeff{QUERY}".encode()
    path = tmp_path / "queries.soql"
    path.write_bytes(glued)
    stdin("\ufeffSELECT Id\n\ufeffFROM Lead".encode())

    assert sync.main(["lint", str(path)]) == 0
    assert explained(tmp_path) == 0
    assert "\\ufeff" not in capsys.readouterr().out


def test_a_lone_carriage_return_ends_a_line_only_if_nothing_else_does(tmp_path, capsys):
    old, new = tmp_path / "old.soql", tmp_path / "new.soql"
    old.write_bytes(b"SELECT Id FROM Lead\rSELECT Id FROM Contact\r")
    new.write_bytes(b"SELECT Id\rFROM Lead\nSELECT Id FROM Contact")

    codes = [sync.main(["lint", str(path)]) for path in (old, new)]

    assert codes == [0, 0]
    assert len(capsys.readouterr().out.splitlines()) == 4


def test_standard_input_that_never_ends_is_refused(tmp_path, stdin, capsys):
    stdin(b" " * (5 << 20))

    assert explained(tmp_path) == 2
    assert "too long for a query" in capsys.readouterr().err
