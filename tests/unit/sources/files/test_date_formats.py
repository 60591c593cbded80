"""One moment as many programs and seven languages write it, read as the date of an unsubscribe."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.sources.files.csv_file import CsvFile
from lib.values import Interval
from tests.unit.sources.files.who_asked.ground_truth import NOW

TICK = timedelta(microseconds=1)
SECOND, MINUTE, DAY = (
    Interval(
        datetime(2026, 11, 25, 4, 19, 32, tzinfo=UTC),
        datetime(2026, 11, 25, 4, 19, 33, tzinfo=UTC) - TICK,
    ),
    Interval(
        datetime(2026, 11, 25, 4, 19, tzinfo=UTC), datetime(2026, 11, 25, 4, 20, tzinfo=UTC) - TICK
    ),
    Interval(datetime(2026, 11, 25, tzinfo=UTC), datetime(2026, 11, 26, tzinfo=UTC) - TICK),
)


def asked(
    folder: Path, texts: list[str], heading: str = "Unsubscribed at"
) -> list[Interval | None]:
    path = folder / "people.csv"
    rows = [f'p{number}@x.example,"{text}"' for number, text in enumerate(texts)]
    path.write_text("\n".join([f"Email,{heading}", *rows]), encoding="utf-8")
    return [one.asked for one in CsvFile(path, clock=lambda: NOW).reading().sightings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-25", DAY),
        ("2026-11-25 04:19", MINUTE),
        ("2026-11-25 04:19:32", SECOND),
        ("2026-11-25T04:19:32Z", SECOND),
        ("2026-11-25T05:19:32+01:00", SECOND),
        ("2026-11-24T23:19:32-0500", SECOND),
        ("2026-11-25 04:19:32 UTC", SECOND),
        ("2026-11-25 04:19:32+00", SECOND),
        ("20261125", DAY),
        ("20261125T041932", SECOND),
        ("20261125T041932Z", SECOND),
        ("1795580372", SECOND),
        ("11/25/2026", DAY),
        ("11/25/26", DAY),
        ("25/11/2026", DAY),
        ("25.11.2026", DAY),
        ("25.11.26", DAY),
        ("25.11.26 04:19", MINUTE),
        ("25-11-2026", DAY),
        ("2026/11/25", DAY),
        ("11/25/2026 4:19 AM", MINUTE),
        ("11/25/2026, 4:19:32 AM", SECOND),
        ("11/25/2026, 4:19:32\u202fAM", SECOND),
        ("11/25/2026\u00a04:19:32\u00a0am", SECOND),
        ("Nov 25, 2026", DAY),
        ("November 25, 2026", DAY),
        ("25 Nov 2026", DAY),
        ("25-Nov-2026", DAY),
        ("25-Nov-26", DAY),
        ("Nov 25, 2026 4:19:32 AM", SECOND),
        ("Wed, 25 Nov 2026 04:19:32 +0000", SECOND),
        ("Wed, 25 Nov 2026 04:19:32 GMT", SECOND),
        ("25 Nov 2026 05:19:32 +0100", SECOND),
        ("Wed Nov 25 2026 05:19:32 GMT+0100 (Central European Standard Time)", SECOND),
        ("25. November 2026", DAY),
        ("25. Nov. 2026", DAY),
        ("25. November 2026, 04:19", MINUTE),
        ("25 novembre 2026", DAY),
        ("25 nov. 2026", DAY),
        ("25 de noviembre de 2026", DAY),
        ("25 noviembre 2026", DAY),
        ("25 de novembro de 2026", DAY),
        ("25 november 2026", DAY),
    ],
)
def test_a_date_is_read_as_wide_as_its_text_says(
    tmp_path: Path, text: str, expected: Interval
) -> None:
    assert asked(tmp_path, [text]) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20261125041932", SECOND),
        ("Wed Nov 25 04:19:32 UTC 2026", SECOND),
        ("Wednesday, November 25, 2026", DAY),
        ("mercredi 25 novembre 2026", DAY),
        ("2026-11-25 04:19:32.000000", SECOND),
        ("25.11.2026 um 04:19 Uhr", MINUTE),
    ],
)
def test_a_rarer_dress_is_read_rightly_or_not_at_all(
    tmp_path: Path, text: str, expected: Interval
) -> None:
    [found] = asked(tmp_path, [text], "created_at")

    assert found is None or (found.touches(expected) and found.not_before is not None)


@pytest.mark.parametrize("text", ["1795580372000", "1795580372123"])
def test_milliseconds_since_1970_are_read(tmp_path: Path, text: str) -> None:
    [found] = asked(tmp_path, [text])

    assert found is not None
    assert found.not_before is not None
    assert SECOND.not_before is not None
    assert found.touches(SECOND)
    assert found.not_after - found.not_before < timedelta(seconds=1)


MONTHS = {
    "English": "January February March April May June July August September October November",
    "German": "Januar Februar März April Mai Juni Juli August September Oktober November",
    "French": "janvier février mars avril mai juin juillet août septembre octobre novembre",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre",
    "Italian": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre "
    "novembre",
    "Portuguese": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro",
    "Dutch": "januari februari maart april mei juni juli augustus september oktober november",
}
DECEMBER = ["December", "Dezember", "décembre", "diciembre", "dicembre", "dezembro", "december"]


@pytest.mark.parametrize("language", MONTHS)
def test_each_month_has_its_name_in_each_language(tmp_path: Path, language: str) -> None:
    names = MONTHS[language].split()

    found = asked(tmp_path, [f"9 {name} 2026" for name in names])

    starts = [one.not_before if one else None for one in found]
    assert starts == [datetime(2026, month, 9, tzinfo=UTC) for month in range(1, 12)]


@pytest.mark.parametrize("name", DECEMBER)
def test_december_too(tmp_path: Path, name: str) -> None:
    [found] = asked(tmp_path, [f"9 {name} 2025"])

    assert found is not None
    assert found.not_before == datetime(2025, 12, 9, tzinfo=UTC)


@pytest.mark.parametrize("turned", [False, True])
def test_one_date_that_only_reads_one_way_decides_the_whole_column(
    tmp_path: Path, turned: bool
) -> None:
    texts = ["03/04/2026", "25/03/2026"] if turned else ["03/04/2026", "03/25/2026"]

    first, second = asked(tmp_path, texts)

    assert first is not None
    assert second is not None
    day = datetime(2026, 4, 3, tzinfo=UTC) if turned else datetime(2026, 3, 4, tzinfo=UTC)
    assert first.not_before == day
    assert second.not_before == datetime(2026, 3, 25, tzinfo=UTC)


def test_a_day_and_month_that_could_be_either_span_both(tmp_path: Path) -> None:
    [found] = asked(tmp_path, ["03/04/2026"])

    early, late = datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 4, 4, tzinfo=UTC) - TICK
    assert found is None or (found.not_before in (None, early) and found.not_after >= late)


@pytest.mark.parametrize(
    "heading", ["created", "created_at", "timestamp", "event date", "Created At", "Event Date"]
)
def test_plain_headings_of_a_date_count_in_a_file_of_unsubscribes(
    tmp_path: Path, heading: str
) -> None:
    assert asked(tmp_path, ["2026-11-25T04:19:32Z"], heading) == [SECOND]


@pytest.mark.parametrize(
    "text", ["soon", "2026-13-45", "25.25.2026", "99999999999999999999", "4:19", "32", "-1", "1e9"]
)
def test_text_that_is_no_date_gives_no_date_and_stops_nothing(tmp_path: Path, text: str) -> None:
    # Next to a date that reads well, so that the column is one of dates.
    first, second = asked(tmp_path, ["2026-11-25", text], "created_at")

    assert first == DAY
    assert second is None


@pytest.mark.parametrize("zone", ["IST", "CST", "BST"])
def test_a_zone_that_could_be_several_never_makes_a_date_too_narrow(
    tmp_path: Path, zone: str
) -> None:
    [found] = asked(tmp_path, [f"2026-11-24 04:19:32 {zone}"])

    narrow = timedelta(hours=1)
    assert found is None or found.not_before is None or found.not_after - found.not_before > narrow
