"""`sync.py lint`: a JSON line for each query, whatever the bytes, and no network."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import sync

ROOT = Path(__file__).resolve().parents[3]
GOOD = "SELECT Email FROM Contact"
BAD = "SELECT Email FROM Contact WHERE Name == 'x'"


def lint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, *options: str
) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and the lines for a file of these bytes."""
    path = tmp_path / "queries.soql"
    path.write_bytes(content)
    code = sync.main(["lint", str(path), *options])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_fine_query_comes_guarded_and_exits_with_0(tmp_path, capsys):
    code, (line,) = lint(tmp_path, capsys, GOOD.encode())

    assert code == 0
    assert line == {
        "ok": True,
        "soql": GOOD,
        "guarded": "SELECT Email, Id FROM Contact WHERE HasOptedOutOfEmail = false",
        "error": None,
    }


def test_a_refused_query_says_where_and_exits_with_3(tmp_path, capsys):
    code, (fine, refused) = lint(tmp_path, capsys, f"{GOOD}\n{BAD}\n".encode())

    assert (code, fine["ok"], refused["ok"], refused["guarded"]) == (3, True, False, None)
    assert (refused["error"]["line"], refused["error"]["column"]) == (1, 39)
    assert set(refused["error"]) == {"message", "line", "column", "remedy"}


def test_blank_lines_are_skipped_and_windows_line_ends_are_not_part_of_a_query(tmp_path, capsys):
    content = f"\ufeff{GOOD}\r\n\r\n   \t\r\n{GOOD}".encode()

    _, lines = lint(tmp_path, capsys, content)

    assert [line["soql"] for line in lines] == [GOOD, GOOD]


@pytest.mark.parametrize(
    "content",
    [
        b"\0\0\0",
        "SELECT \u2028 FROM \x85 \ud83d".encode("utf-8", "surrogatepass"),
        b"(" * 20_000,
        b"SELECT Id FROM Contact WHERE " + b"NOT " * 5_000 + b"A = 1",
        b"'" * 999,
        "🙂".encode() * 500,
    ],
)
def test_any_bytes_give_one_line_each(tmp_path, capsys, content):
    code, lines = lint(tmp_path, capsys, content + b"\n" + GOOD.encode())

    assert (code, [line["ok"] for line in lines]) == (3, [False, True])


def test_quiet_prints_only_what_is_refused(tmp_path, capsys):
    _, lines = lint(tmp_path, capsys, f"{GOOD}\n{BAD}".encode(), "--quiet")

    assert [line["ok"] for line in lines] == [False]


def test_standard_input_is_read_for_a_dash(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD.encode())))

    assert sync.main(["lint", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"]


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path, capsys):
    assert sync.main(["lint", str(tmp_path / "nothing"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["errors"][0]["code"] == "file_unreadable"


def test_a_reader_that_goes_away_is_not_an_error(tmp_path):
    path = tmp_path / "many.soql"
    path.write_text(f"{GOOD}\n" * 5_000)

    done = subprocess.run(  # noqa: S602 - the pipe is what is tested
        f"{sys.executable} sync.py lint {path} | head -1",
        cwd=ROOT,
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout)["ok"]
    assert done.stderr == ""


def test_lint_loads_nothing_that_uses_the_network(tmp_path):
    path = tmp_path / "one.soql"
    path.write_text(GOOD)
    blocked = ("requests", "simple_salesforce", "sqlite_utils", "sqlite3", "pandas", "streamlit")
    probe = (
        f"import sys; sys.modules.update(dict.fromkeys({blocked!r})); "
        f"import sync; sys.exit(sync.main(['lint', {str(path)!r}]))"
    )

    subprocess.run([sys.executable, "-c", probe], cwd=ROOT, check=True, capture_output=True)
