"""A file of all members, with a column that says who is still subscribed, opts nobody out."""

from pathlib import Path

import pytest

from lib.errors import FileUnreadable
from lib.sources.csv_file import CsvFile


def file_of(folder: Path, *lines: str) -> CsvFile:
    path = folder / "members.csv"
    path.write_text("\n".join(lines))
    return CsvFile(path)


def test_a_file_that_names_subscribers_too_is_refused(tmp_path):
    members = file_of(
        tmp_path,
        "Email,Status",
        "a@example.org,Unsubscribed",
        "b@example.org,Subscribed",
    )

    with pytest.raises(FileUnreadable, match="still subscribed"):
        members.reading(None)


def test_a_file_whose_status_is_unsubscribed_throughout_is_read(tmp_path):
    gone = file_of(tmp_path, "Email,Status", "a@example.org,Unsubscribed")

    assert [one.entry for one in gone.reading(None).sightings] == ["a@example.org"]
