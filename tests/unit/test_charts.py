"""Charts as values: what they show, in what order, and on which day."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from lib import charts
from lib.store.day_calls import per_day
from lib.store.figures import DayFigures, DayRead, Operation
from lib.store.waits import RunDelay

MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)
DAYS = [
    DayFigures(MONDAY, records=40, people=37, refused=0, not_written=0),
    DayFigures(TUESDAY, records=0, people=0, refused=2, not_written=3),
    DayFigures(WEDNESDAY, records=5, people=5, refused=0, not_written=0),
]


def operation(day, status="succeeded", *, hour=7, calls=6):
    started = datetime(2026, 3, day, hour, tzinfo=UTC)
    return Operation(f"run{day}", "default", status, started, 1.5, calls)


def rows_of(chart):
    """The rows of the chart's data set that is drawn as data and not as a band."""
    sets = chart.to_dict()["datasets"].values()
    return max(sets, key=lambda rows: len(rows[0]) if rows else 0)


def test_each_day_shows_its_records_and_people():
    rows = rows_of(charts.opted_out(DAYS, []))

    assert [(row["records"], row["people"]) for row in rows] == [(40, 37), (0, 0), (5, 5)]


def test_bars_start_at_zero_and_stay_within_their_day():
    for row in rows_of(charts.opted_out(DAYS, [])):
        assert row["bottom"] == 0
        assert row["from"][:10] == row["to"][:10] == row["day"][:10]


def test_days_have_no_time_zone_so_browsers_do_not_shift_them():
    rows = rows_of(charts.opted_out(DAYS, []))

    assert [row["day"] for row in rows] == [f"2026-03-0{day}T00:00:00" for day in (2, 3, 4)]


def test_refused_and_not_written_are_stacked_and_empty_days_draw_nothing():
    rows = rows_of(charts.unwritten_per_day(DAYS))

    assert [(row["what"], row["bottom"], row["top"]) for row in rows] == [
        ("refused by Salesforce", 0, 2),
        ("not written yet", 2, 5),
    ]


def test_an_outcome_keeps_its_position_among_the_colors_of_the_theme():
    encoding = charts.unwritten_per_day(DAYS).to_dict()["layer"][0]["encoding"]["color"]

    assert encoding["scale"]["domain"].index("refused by Salesforce") == 4
    assert encoding["legend"]["values"] == ["refused by Salesforce", "not written yet"]


def test_sources_have_the_names_people_know():
    read = [
        DayRead(MONDAY, "jangomail:acme@api.jangomail.com", 12),
        DayRead(MONDAY, "file", 8),
    ]
    rows = rows_of(charts.read_per_day(read, DAYS))

    assert [(row["source"], row["top"]) for row in rows] == [
        ("JangoMail (acme@api.jangomail.com)", 12),
        ("Files", 20),
    ]


def test_waits_are_in_hours_and_in_the_viewers_time_zone():
    ended = datetime(2026, 3, 3, 1, tzinfo=UTC)
    delay = RunDelay("r", ended, 3, at_most_s=7200, median_at_most_s=3600, at_least_s=0)
    [row] = rows_of(charts.waits([delay], DAYS, ZoneInfo("America/New_York")))

    assert (row["median"], row["slowest"]) == (1.0, 2.0)
    assert row["ended"].startswith("2026-03-02T20:00")


def test_api_calls_of_a_day_are_added_up_in_the_viewers_zone():
    late = operation(3, hour=2, calls=4)
    calls = per_day([operation(2), late], [day.day for day in DAYS], ZoneInfo("America/New_York"))
    rows = rows_of(charts.api_calls(calls, DAYS, None))

    assert [(row["day"][:10], row["calls"]) for row in rows] == [("2026-03-02", 10)]


def test_calls_of_other_programs_are_what_the_org_used_beyond_our_own():
    ran = replace(operation(2), used=90, limit=1000)
    calls = per_day([ran, operation(2, hour=9)], [MONDAY, TUESDAY], UTC)
    rows = rows_of(charts.api_calls(calls, DAYS, cap=800))

    assert [(row["who"], row["bottom"], row["top"]) for row in rows] == [
        ("Optback's runs", 0, 12),
        ("everything else", 12, 90),
    ]
    assert (calls[1].used, calls[1].limit) == (None, None)


def test_days_without_a_good_run_are_marked_from_the_first_run_until_yesterday():
    days = [figures.day for figures in DAYS]
    ran = [operation(2), operation(3, "failed")]

    assert charts.dark_days(ran, days, UTC) == [TUESDAY]


def test_without_runs_no_day_is_marked():
    assert charts.dark_days([], [MONDAY], UTC) == []


@pytest.mark.parametrize(
    "chart",
    [
        charts.opted_out([], []),
        charts.unwritten_per_day([]),
        charts.read_per_day([], DAYS),
        charts.waits([], DAYS, UTC),
        charts.durations([], DAYS, UTC),
        charts.api_calls([], DAYS, None),
    ],
)
def test_an_empty_chart_is_still_a_chart(chart):
    assert chart.to_dict()["$schema"]


def test_a_day_that_dwarfs_the_others_is_cut_and_says_its_number():
    days = [replace(day, records=count) for day, count in zip(DAYS, (900, 8, 10), strict=True)]
    rows = rows_of(charts.opted_out(days, []))

    assert [row["note"] for row in rows] == ["900 ↑", "", ""]
    assert rows[0]["shown"] < rows[0]["below"] < rows[0]["above"] == charts.cut_at([900, 8, 10])
    assert [row["shown"] for row in rows[1:]] == [8, 10]


def test_days_of_about_the_same_height_are_not_cut():
    assert charts.cut_at([40, 0, 30]) > 40
    assert charts.cut_at([]) == 0
    assert charts.cut_at([7]) > 7
