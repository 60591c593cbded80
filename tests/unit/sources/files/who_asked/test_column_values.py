"""Each value of a file that a person is shown can be chosen, and means the lines it shows."""

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st

from lib.errors import WhoAskedUnclear
from lib.sources.files.csv_file import CsvFile
from lib.sources.files.who_asked.choice import Choice, Where, parse_where, where_text

WORDS = (
    *("", " ", "(empty)", "(a date)", "blocked", "Blocked ", "BLOCKED", "Straße", "STRASSE"),
    *("a,b", 'say "no"', "a=b", '"', "2026-03-01", "1.3.2026", "yes", "no", "-", "null", "*"),
    *("café", "cafe\u0301", "unsubscribed", "x" * 300, "line\nbreak", "\u00a0gone\u200b", "0", "1"),
)
CELLS = st.lists(
    st.one_of(st.sampled_from(WORDS), st.text("ab ,;\"'=\n\t*(é", max_size=5)),
    min_size=2,
    max_size=12,
)
HEADINGS = st.sampled_from(
    ["Status", "Unsubscribed", "Opt=out", "Tags", "Subscribed on", "", "Notes", "Status, new"]
)


@given(HEADINGS, CELLS)
@example("Unsubscribed", ["(a date)", "2026-03-01"])
def test_each_value_that_is_shown_can_be_chosen_and_counts_the_lines_it_shows(heading, cells):
    with TemporaryDirectory() as folder:
        path = _written(Path(folder), heading, cells)
        for column in CsvFile(path, column="Email").answers(_in_question(path)):
            assert column.lines == len(cells)
            for value, count in column.values:
                where = Where(column.name, (value,))
                for one in (where, parse_where(where_text(where))):
                    reading = CsvFile(path, column="Email", choice=Choice((one,))).reading()
                    assert reading.left_out == len(cells) - count
                    assert len(list(reading.sightings)) == count


@given(CELLS)
def test_a_column_in_question_is_always_offered(cells):
    with TemporaryDirectory() as folder:
        path = _written(Path(folder), "Status", cells)
        asked = _in_question(path)
        offered = CsvFile(path, column="Email").answers(asked)

    assert set(asked) <= {column.name for column in offered}


def _in_question(path):
    try:
        CsvFile(path, column="Email").reading()
    except WhoAskedUnclear as error:
        return tuple(name for name, _ in error.columns)
    return ()


def _written(folder, heading, cells):
    path = folder / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["Email", heading, "Town"])
        writer.writerows([f"p{n}@example.org", cell, "Ulm"] for n, cell in enumerate(cells))
    return path
