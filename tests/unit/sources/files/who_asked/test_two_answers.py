"""A person on several lines: the last answer counts where dates tell which it is."""

from pathlib import Path

import pytest

from lib.errors import WhoAskedUnclear
from lib.sources.files.csv_file import CsvFile

HEADINGS = "Email,Event,Timestamp"


def file_of(folder: Path, *lines: str) -> CsvFile:
    path = folder / "log.csv"
    path.write_text("\n".join((HEADINGS, *lines)))
    return CsvFile(path)


def asked(file: CsvFile) -> list[tuple[str, int | None]]:
    return [(one.entry, one.line) for one in file.reading().sightings]


def test_someone_who_signed_up_and_left_later_counts(tmp_path: Path) -> None:
    file = file_of(
        tmp_path,
        "Ann@x.example,subscribed,2024-01-01",
        "ann@x.example,unsubscribed,2024-05-06",
        "bo@x.example,subscribed,2024-01-01",
    )

    assert asked(file) == [("ann@x.example", 3)]
    assert file.reading().left_out == 2


def test_someone_who_left_and_signed_up_again_does_not_count(tmp_path: Path) -> None:
    file = file_of(
        tmp_path,
        "ann@x.example,unsubscribed,2024-01-01",
        "ann@x.example,subscribed,2024-05-06",
        "bo@x.example,unsubscribed,2024-01-01",
    )

    assert asked(file) == [("bo@x.example", 4)]


@pytest.mark.parametrize("date", ["", "2024-01-01", "some day"])
def test_two_answers_without_an_order_refuse_the_file(tmp_path: Path, date: str) -> None:
    file = file_of(
        tmp_path, f"ann@x.example,unsubscribed,{date}", "ann@x.example,subscribed,2024-01-01"
    )

    with pytest.raises(WhoAskedUnclear, match=r"ann@x\.example") as caught:
        file.reading()
    assert [heading for heading, _ in caught.value.columns] == ["Event"]
    assert "--where" in caught.value.remedy


def test_a_message_to_someone_who_left_is_no_second_answer(tmp_path: Path) -> None:
    file = file_of(
        tmp_path, "ann@x.example,unsubscribed,2024-01-01", "ann@x.example,delivered,2024-05-06"
    )

    assert asked(file) == [("ann@x.example", 2)]


def test_a_sign_up_after_the_unsubscribe_takes_it_back(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    headings = "Email,Unsubscribed at,Subscribed at"
    path.write_text(f"{headings}\nann@x.example,2024-05-06,2020-01-01\nbo@x.example,,2020-01-01\n")
    assert asked(CsvFile(path)) == [("ann@x.example", 2)]

    path.write_text(f"{headings}\nann@x.example,2024-05-06,2025-01-01\nbo@x.example,,2020-01-01\n")
    with pytest.raises(WhoAskedUnclear, match="contradict") as caught:
        CsvFile(path).reading()
    assert "Subscribed at" in caught.value.message
