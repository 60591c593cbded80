"""What a list leaves out by option, counted by reason, and what files look like."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.journeys.lists.conftest import CONTACTS, LEADS, Lists

ROOT = Path(__file__).resolve().parents[3]
ANNA = "anna@example.org"
BERT = "bert@example.org"


def test_each_option_counts_under_its_own_reason(lists: Lists) -> None:
    lead = lists.house.lead
    lead(ANNA)
    lead(ANNA.upper())
    lead("")
    bounced = lead("bounced@example.org")
    values = {"EmailBouncedDate": "2026-01-05T10:00:00.000+0000", "EmailBouncedReason": "550"}
    lists.house.act("update-record", record=bounced, values=values)
    lead("converted@example.org", IsConverted=True)

    pulled = lists.pull(LEADS, "--no-duplicates", "--no-empty", "--no-bounced", "--no-converted")

    assert pulled.addresses == [ANNA]
    assert pulled.told["removed"] == {
        "converted": 1,
        "bounced": 1,
        "empty_address": 1,
        "duplicate_address": 1,
    }
    assert list((pulled.lines or [{}])[0]) == ["Id", "Email"]


def test_without_options_everyone_is_listed(lists: Lists) -> None:
    lists.house.lead(ANNA)
    lists.house.lead(ANNA)
    lists.house.lead("")
    lists.house.lead("converted@example.org", IsConverted=True)

    pulled = lists.pull(LEADS)

    assert pulled.addresses == ["", ANNA, ANNA, "converted@example.org"]
    assert pulled.told["removed"] == {}


@pytest.mark.usefixtures("in_bulk")
def test_the_first_row_of_duplicates_stays(lists: Lists) -> None:
    ids = [lists.house.contact(ANNA) for _ in range(25)]

    pulled = lists.pull(CONTACTS, "--no-duplicates")

    assert [line["Id"] for line in pulled.lines or []] == ids[:1]
    assert pulled.told["removed"] == {"duplicate_address": 24}


def test_an_unsubscribed_duplicate_does_not_push_out_another_row(lists: Lists) -> None:
    lists.house.contact(BERT)
    lists.house.contact(BERT)
    lists.house.contact(ANNA)
    lists.house.unsubscribe(BERT)

    pulled = lists.pull(CONTACTS, "--no-duplicates")

    assert pulled.told["removed"] == {"unsubscribed": 2}
    assert pulled.addresses == [ANNA]


def test_a_limit_that_gives_fewer_rows_says_why(lists: Lists) -> None:
    for address in (ANNA, BERT):
        lists.house.contact(address)
    lists.house.unsubscribe(ANNA)

    pulled = lists.pull(f"{CONTACTS} ORDER BY Email LIMIT 1")

    assert (pulled.told["matching"], pulled.told["fetched"], pulled.told["rows"]) == (None, 1, 0)
    assert "no others take their place" in lists.house.errors


def test_figures_cannot_leave_out_bounces(lists: Lists) -> None:
    pulled = lists.pull("SELECT COUNT() FROM Lead", "--no-bounced")

    assert (pulled.code, pulled.told["errors"][0]["code"]) == (2, "usage")


def test_a_csv_is_utf_8_with_crlf_and_a_mark_if_asked(lists: Lists) -> None:
    lists.house.contact(ANNA, FirstName='Anna "Å", 🙂', LastName="two\nlines")

    lists.pull("SELECT FirstName, LastName FROM Contact", "--bom")

    written = lists.out.read_bytes()
    assert written == ('\ufeffFirstName,LastName\r\n"Anna ""Å"", 🙂","two\nlines"\r\n').encode()


@pytest.mark.parametrize("name", ["=1+1", "+49 30", "-1", "@SUM(A1)", "\t=1"])
def test_an_option_disarms_formulas(lists: Lists, name: str) -> None:
    lists.house.contact(ANNA, FirstName=name)

    plain = lists.pull("SELECT FirstName FROM Contact")
    safe = lists.pull("SELECT FirstName FROM Contact", "--safe-cells")

    (was,), (became,) = plain.lines or [], safe.lines or []
    assert (became["FirstName"]) == f"'{was['FirstName']}" or not was["FirstName"].startswith(
        ("=", "+", "-", "@", "\t")
    )


def test_excel_gets_every_cell_as_text(lists: Lists) -> None:
    lists.house.contact(ANNA, FirstName="=1+1", LastName="🙂 <b>")
    out = lists.out.with_suffix(".xlsx")

    code, told = lists.house.sync(
        "list", "SELECT FirstName, LastName, Email FROM Contact", "--out", str(out)
    )

    assert (code, told["rows"]) == (0, 1)
    with zipfile.ZipFile(out) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1" in sheet
    assert "🙂 &lt;b&gt;" in sheet


def test_standard_output_has_only_the_rows(lists: Lists) -> None:
    lists.house.contact(ANNA)

    done = subprocess.run(
        [sys.executable, "sync.py", "list", "SELECT Email FROM Contact"],
        cwd=ROOT,
        env={**os.environ, "OPTBACK_HOME": str(lists.house.home)},
        capture_output=True,
        check=True,
    )

    assert done.stdout == f"Email\r\n{ANNA}\r\n".encode()
    assert "1 match − 0 opted out in Salesforce = 1 row" in done.stderr.decode()
    assert [path.name for path in lists.house.home.iterdir() if path.is_dir()] == []


def test_json_needs_a_file_for_the_rows(lists: Lists) -> None:
    code, told = lists.house.sync("list", CONTACTS)

    assert (code, told["errors"][0]["code"]) == (2, "usage")
