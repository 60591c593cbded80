"""Each value of a file that a person is shown can be chosen, and means the lines it shows."""

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lib.errors import WhoAskedUnclear
from lib.sources.files.csv_file import CsvFile
from lib.sources.files.who_asked.choice import Choice, Where, parse_where, where_text
from lib.sources.files.who_asked.column_values import Answers

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


MANY = [f"n{number}" for number in range(1003)]
DAYS = [f"2026-01-{day}" for day in range(10, 19)]


@pytest.mark.parametrize(
    ("heading", "cells", "values"),
    [
        ("Status", ["out", "in", "in"], (("in", 2), ("out", 1))),
        ("Status", [" Out", "out", "OUT ", "in"], (("Out", 3), ("in", 1))),
        ("Status", ["out"] * 3, (("out", 3),)),
        ("Town", ["Ulm", "Bonn", "Bonn"], (("Bonn", 2), ("Ulm", 1))),
        ("Status", MANY[:12] * 2, tuple((one, 2) for one in MANY[:12])),
        ("Left on", ["2026-01-02", "", ""], (("", 2), ("2026-01-02", 1))),
        ("Unsubscribed on", ["", *DAYS[:6], ""], (("", 2), *((day, 1) for day in DAYS[:6]))),
        ("Unsubscribed on", [*DAYS, "", ""], (("(a date)", 9), ("", 2))),
        ("Unsubscribed on", [*DAYS, "", "(a date)"], (("(a date)", 10), ("", 1))),
        # All alike, all different, or too many values of a column say nothing about the wish.
        ("Town", ["Ulm"] * 3, None),
        ("Town", ["Ulm", "Bonn", "Rom"], None),
        ("Status", MANY[:13] * 2, None),
    ],
)
def test_the_columns_that_could_say_who_asked_are_offered_with_their_values(
    tmp_path, heading, cells, values
):
    path = tmp_path / "people.csv"
    lines = [f"p{number}@x.example,{cell}" for number, cell in enumerate(cells)]
    path.write_text("\n".join([f"Email,{heading}", *lines]))

    offered = CsvFile(path).answers()

    wanted = () if values is None else (Answers(heading, heading, values),)
    assert offered == wanted


def test_of_a_column_in_question_a_thousand_values_are_told_apart(tmp_path):
    path = tmp_path / "people.csv"
    lines = [f"p{number}@x.example,{cell}" for number, cell in enumerate([*MANY, "n1"])]
    path.write_text("\n".join(["Email,Note", *lines]))

    [note] = CsvFile(path).answers(["Note"])

    assert note.values == (("n1", 2), ("n0", 1), *((one, 1) for one in MANY[2:1000]))
    assert (note.more, note.lines) == (3, 1004)


def test_a_column_without_a_heading_of_its_own_is_named_by_its_number(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Email,,X,X\n" + "a@x.example,yes,out,1\nb@x.example,no,in,0\n" * 2)

    file = CsvFile(path)

    names = [(answers.name, answers.heading) for answers in file.answers()]
    assert names == [("Column 2", ""), ("Column 3", "X"), ("Column 4", "X")]
    assert [heading for heading, _ in file.columns()] == ["Email", "Column 2", "X", "X"]
    assert file.headings() == ("Email", "", "X", "X")
    assert file.columns()[1][1] == ["yes", "no", "yes"]


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
