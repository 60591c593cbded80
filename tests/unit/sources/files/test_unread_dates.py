"""A date that can't be read is reported, and its person still counts."""

from pathlib import Path

import pytest

from lib.sources.files.csv_file import CsvFile


def reading_of(folder: Path, text: str):
    path = folder / "people.csv"
    path.write_text(text)
    return CsvFile(path).reading()


def test_a_column_of_dates_in_no_known_form_is_named_with_samples(tmp_path: Path) -> None:
    lines = "a@x.example,Q3/2026-11\nb@x.example,Q4/2026-12\nc@x.example,\n"
    reading = reading_of(tmp_path, f"Email,Unsubscribed at\n{lines}")

    assert [(one.entry[0], one.asked) for one in reading.sightings] == [("a", None), ("b", None)]
    assert reading.dates_unread == 2
    assert reading.about_dates == (
        "Optback didn't understand the dates in column Unsubscribed at on 2 of 2 lines: "
        "Q3/2026-11, Q4/2026-12"
    )


def test_a_few_odd_dates_among_good_ones_are_counted(tmp_path: Path) -> None:
    lines = "a@x.example,2026-09-30\nb@x.example,2026-13-45\nc@x.example,2026-10-01\n"
    reading = reading_of(tmp_path, f"Email,Date\n{lines}")

    assert [one.asked is None for one in reading.sightings] == [False, True, False]
    assert (reading.dates_unread, "1 of 3 lines" in (reading.about_dates or "")) == (1, True)


@pytest.mark.parametrize("text", ["Email,Date\na@x.example,2026-09-30\n", "Email\na@x.example\n"])
def test_nothing_is_said_where_there_is_nothing_to_say(tmp_path: Path, text: str) -> None:
    assert reading_of(tmp_path, text).about_dates is None
