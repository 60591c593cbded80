"""A copy of a pulled list without people who opted out since."""

import csv

import pytest

from lib.lists.pulled_file import ListGone, PulledFile, write_copy
from lib.store import freshness
from lib.store.db import Store

PULL = "p1"
PEOPLE = ["ann@x.org", "bob@x.org", "gone@x.org", "cat@x.org", "ann@x.org"]


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def file(store, tmp_path):
    """Five rows, the third of them removed; the names hold what CSV and spreadsheets trip over."""
    store.execute(
        "insert into pull (id, connection, soql, status, pulled_by, started_at, beat_at)"
        " values (?, 'default', 'SELECT Email FROM Contact', 'running', 'Ann', 'now', 'now')",
        [PULL],
    )
    store.execute_many(
        "insert into pull_row (pull_id, position, sobject, record_id, address, shown, removed)"
        " values (?, ?, 'Contact', ?, ?, ?, ?)",
        [
            (PULL, place, f"003{place}", one, one, "bounced" if "gone" in one else None)
            for place, one in enumerate(PEOPLE, start=1)
        ],
    )
    path = tmp_path / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["Email", "Name"])
        names = iter(['A "quoted", name', "=1+1", "two\nlines", "-3"])
        writer.writerows([one, next(names)] for one in PEOPLE if "gone" not in one)
    return PulledFile(store, PULL, path)


def read(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def test_the_copy_is_the_whole_list_if_no_one_opted_out(file, tmp_path):
    copied = write_copy(file, tmp_path / "copy.csv", bom=False, safe_cells=False)

    assert copied == 4
    assert (tmp_path / "copy.csv").read_bytes() == file.path.read_bytes()


def test_people_who_opted_out_since_have_no_row_in_the_copy(file, store, tmp_path):
    freshness.note_opted_out(store, PULL, [("", "ann@x.org")])

    copied = write_copy(file, tmp_path / "copy.csv", bom=False, safe_cells=False)

    assert copied == 2
    assert read(tmp_path / "copy.csv") == [
        ["Email", "Name"],
        ["bob@x.org", "=1+1"],
        ["cat@x.org", "two\nlines"],
    ]


def test_for_a_spreadsheet_formulas_are_disarmed_and_the_file_says_that_it_is_utf_8(file, tmp_path):
    write_copy(file, tmp_path / "copy.csv", bom=True, safe_cells=True)

    assert (tmp_path / "copy.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert [row[1] for row in read(tmp_path / "copy.csv")[1:]] == [
        'A "quoted", name',
        "'=1+1",
        "two\nlines",
        "'-3",
    ]


def test_nothing_is_written_if_lines_and_people_do_not_match(file, store, tmp_path):
    freshness.note_opted_out(store, PULL, [("", "ann@x.org")])
    file.path.write_text("Email,Name\nann@x.org,Ann\n", encoding="utf-8")

    with pytest.raises(ListGone):
        write_copy(file, tmp_path / "copy.csv", bom=False, safe_cells=False)

    assert not list(tmp_path.glob("*copy*"))
