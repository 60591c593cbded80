"""Dates as intervals: as wide as the text says, and none where the text isn't sure."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.sources.dates import DateOrder, DateReader, is_date
from lib.values import Interval

LEAST = timedelta(microseconds=1)


def between(start: str, width: timedelta) -> Interval:
    begin = datetime.fromisoformat(start).replace(tzinfo=UTC)
    return Interval(begin, begin + width - LEAST)


@pytest.mark.parametrize(
    ("text", "start", "width"),
    [
        ("9/30/2026", "2026-09-30", timedelta(days=1)),
        ("2026-09-30", "2026-09-30", timedelta(days=1)),
        ("2026/09/30", "2026-09-30", timedelta(days=1)),
        ("30.9.2026", "2026-09-30", timedelta(days=1)),
        ("30 Sep 2026", "2026-09-30", timedelta(days=1)),
        ("September 30th, 2026", "2026-09-30", timedelta(days=1)),
        ("9/30/2026 4:05 PM", "2026-09-30 16:05", timedelta(minutes=1)),
        ("2026-09-30 16:05", "2026-09-30 16:05", timedelta(minutes=1)),
        ("9/30/2026 4:05:00 PM", "2026-09-30 16:05", timedelta(seconds=1)),
        ("9/30/2026 12:05:00 a.m.", "2026-09-30 00:05", timedelta(seconds=1)),
        ("9/30/2026 12:05:00 PM", "2026-09-30 12:05", timedelta(seconds=1)),
        ("2026-09-30T16:05:00", "2026-09-30 16:05", timedelta(seconds=1)),
        ("2026-09-30T16:05:00.25", "2026-09-30 16:05:00.25", timedelta(milliseconds=10)),
        ("2026-09-30T16:05:00.1234567", "2026-09-30 16:05:00.123456", LEAST),
        ("2026-09-30T16:05:00Z", "2026-09-30 16:05", timedelta(seconds=1)),
        ("2026-09-30T16:05:00.5-04:00", "2026-09-30 20:05:00.5", timedelta(milliseconds=100)),
        ("2026-09-30 16:05:00 UTC", "2026-09-30 16:05", timedelta(seconds=1)),
        ("Wed, 30 Sep 2026 16:05:00 +0200", "2026-09-30 14:05", timedelta(seconds=1)),
        ("  2026-09-30  ", "2026-09-30", timedelta(days=1)),
    ],
)
def test_a_date_is_as_wide_as_its_text_says(text: str, start: str, width: timedelta) -> None:
    assert DateReader().read(text) == between(start, width)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yes",
        "42",
        "1700000000",
        "16:05",
        "2026-02-30",
        "13/13/2026",
        "30/9/2026",  # a day first, where the month comes first
        "30-9-26",  # the year may be the 30th or the 26th
        "2026-09-30T24:00:00",
        "2026-09-30T16:60",
        "2026-09-30T16:05:61",
        "9/30/2026 16:05:00 PM",
        "2026-09-30 16:05 CST",  # a zone that means several
        "2026-09-30T16:05:00+99:99",
        "1/1/1900",  # SQL Server's word for nothing
        "0001-01-01T00:00:00",  # and that of .NET
        "2026-09-30 and more",
        "\u0663/\u0663/\u0662\u0660\u0662\u0666",
    ],
)
def test_a_text_that_is_not_sure_is_no_date(text: str) -> None:
    assert DateReader().read(text) is None


def test_hours_ahead_of_utc_are_taken_off_where_the_text_has_no_zone() -> None:
    assert DateReader(utc_offset=-5).read("9/30/2026 4:05:00 PM") == between(
        "2026-09-30 21:05", timedelta(seconds=1)
    )
    assert DateReader(utc_offset=5.5).read("2026-09-30") == between(
        "2026-09-29 18:30", timedelta(days=1)
    )
    assert DateReader(utc_offset=-5).read("2026-09-30T16:05:00Z") == between(
        "2026-09-30 16:05", timedelta(seconds=1)
    )


def test_a_date_after_the_latest_possible_one_is_none() -> None:
    reader = DateReader(latest=datetime(2026, 9, 30, 12, tzinfo=UTC))

    assert reader.read("2026-09-30") is not None
    assert reader.read("2026-10-01") is None


def test_a_date_of_unknown_order_covers_both_readings() -> None:
    reader = DateReader(order=DateOrder.UNKNOWN)

    assert reader.read("3/4/2026") == Interval(
        datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 4, 4, tzinfo=UTC) - LEAST
    )
    assert reader.read("30/9/2026") == between("2026-09-30", timedelta(days=1))
    assert reader.read("9/30/2026") == between("2026-09-30", timedelta(days=1))
    assert reader.read("5/5/2026 16:05") == between("2026-05-05 16:05", timedelta(minutes=1))


def test_a_reading_that_lies_in_the_future_is_not_meant() -> None:
    reader = DateReader(order=DateOrder.UNKNOWN, latest=datetime(2026, 11, 26, tzinfo=UTC))

    assert reader.read("12/11/2026") == between("2026-11-12", timedelta(days=1))


def test_a_weekday_decides_between_day_and_month_and_contradicts_a_wrong_day() -> None:
    reader = DateReader(order=DateOrder.UNKNOWN)

    assert reader.read("Mon, 4/3/2026") is None
    assert reader.read("Fri, 4/3/2026") == between("2026-04-03", timedelta(days=1))
    assert reader.read("Wed, 4/3/2026") == between("2026-03-04", timedelta(days=1))
    assert reader.read("Thu, 25 Nov 2026") is None  # it was a Wednesday


SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("11/25/2026, 4:19:32\u202fAM", SECOND),
        ("11/25/2026 4:19:32\u00a0am", SECOND),
        ("\u200e11/25/2026 4:19:32 a.\u00a0m.", SECOND),
        ("11/25/26 4:19 AM", MINUTE),
        ("20261125T041932", SECOND),
        ("20261125T041932Z", SECOND),
        ("20261125041932", SECOND),
        ("20261125", DAY),
        ("2026-11-25T05:19:32.000000+01:00", LEAST),
        ("2026-11-25 05:19:32 +0100 CET", SECOND),
        ("2026-11-25T05:19:32+01:00[Europe/Berlin]", SECOND),
        ("2026-11-25 05:19:32 MEZ", SECOND),
        ("2026-11-24 23:19:32 EST", SECOND),
        ("2026-11-25 04:19:32 (UTC)", SECOND),
        ("2026-11-24 23:49:32 -4:30", SECOND),
        ("2026.11.25 04:19", MINUTE),
        ("25.11.26 04:19", MINUTE),
        ("25. 11. 2026, 4.19 Uhr", MINUTE),
        ("25. November 2026", DAY),
        ("Mittwoch, 25. November 2026 um 04:19 Uhr", MINUTE),
        ("Mi., 25. Nov. 2026, 04:19", MINUTE),
        ("25 novembre 2026 à 04:19", MINUTE),
        ("mercredi 25 novembre 2026 à 04h19", MINUTE),
        ("le 25 nov. 2026", DAY),
        ("25 de noviembre de 2026", DAY),
        ("miércoles, 25 de noviembre de 2026, 4:19:32 a. m.", SECOND),
        ("25 de nov. de 2026 04:19", MINUTE),
        ("quarta-feira, 25 de novembro de 2026 às 04:19", MINUTE),
        ("mercoledì 25 novembre 2026 alle ore 04:19", MINUTE),
        ("woensdag 25 november 2026 om 04:19", MINUTE),
        ("Nov 25, 2026 4:19 AM", MINUTE),
        ("November 25th, 2026 at 4:19 a.m.", MINUTE),
        ("25th of November, 2026", DAY),
        ("25-NOV-26", DAY),
        ("25Nov2026", DAY),
        ("2026-Nov-25", DAY),
        ("Nov 25 2026  4:19AM", MINUTE),
        ("25/Nov/2026:04:19:32 +0000", SECOND),
        ("Wed Nov 25 2026 04:19:32 GMT+0000 (Coordinated Universal Time)", SECOND),
        ("Wed Nov 25 2026 05:19:32 GMT+0100 (Mitteleuropäische Normalzeit)", SECOND),
        ("Wed, 25 Nov 2026 04:19:32 +0000", SECOND),
        ("Wed, 25 Nov 2026 04:19:32 GMT", SECOND),
        ("Wed Nov 25 04:19:32 2026", SECOND),
        ("Wed Nov 25 04:19:32 UTC 2026", SECOND),
        ('="2026-11-25"', DAY),
    ],
)
def test_one_moment_is_read_in_every_dress(text: str, width: timedelta) -> None:
    starts = {DAY: "2026-11-25", MINUTE: "2026-11-25 04:19"}

    found = DateReader(order=DateOrder.UNKNOWN).read(text)

    assert found == between(starts.get(width, "2026-11-25 04:19:32"), width)


@pytest.mark.parametrize(
    "text",
    [
        *("1er mars 2026", "1º de marzo de 2026", "1° marzo 2026", "1 maart 2026", "1. März 2026"),
        *("1 mrt. 2026", "1 de março de 2026", "1 mars 2026", "March 1, 2026", "1/Mar/2026"),
    ],
)
def test_the_first_of_a_month_is_written_in_many_ways(text: str) -> None:
    assert DateReader().read(text) == between("2026-03-01", DAY)


@pytest.mark.parametrize(
    "text",
    [
        *("25 Nov 2026 16", "25 Nov 04:19", "Nov 2026", "25 Foo 2026", "Foo, 25 Nov 2026"),
        *("2026-11-25 04:19 CST", "2026-11-25 04:19 IST", "2026-11-25 04:19 BST", "20261325"),
        *("2026-11-25 04:19 Europe/Berlin", "2026-11-25 04:19 +15:00", "9999-12-31", "00.00.0000"),
        *("1795580372", "1795580372000", "46351.18", "1.2.3", "192.168.1.26", "(555) 123-4567"),
    ],
)
def test_what_is_not_surely_a_date_is_none(text: str) -> None:
    assert not is_date(text)


def test_a_date_is_one_in_either_order() -> None:
    assert is_date("13/4/2026")
    assert is_date("4/13/2026")
    assert not is_date("13/13/2026")
    assert not is_date("Smith")


@given(
    st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2199, 12, 30)),
    st.sampled_from([-14.0, -5.0, 0.0, 5.5, 12.75, 14.0]),
    st.sampled_from(["%m/%d/%Y %I:%M:%S %p", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d", "%m/%d/%Y"]),
)
def test_the_true_moment_lies_in_the_interval_of_its_text(
    moment: datetime, offset: float, form: str
) -> None:
    found = DateReader(utc_offset=offset).read(moment.strftime(form))

    true_moment = moment.replace(tzinfo=UTC) - timedelta(hours=offset)
    assert found is not None
    assert found.not_before is not None
    assert found.not_before <= true_moment <= found.not_after


MONTHS = {
    "{day}. {month} {year} um {hour:02}:{minute:02} Uhr": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September"),
        *("Oktober", "November", "Dezember"),
    ),
    "{month} {day}, {year}, {half_hour}:{minute:02} {half}": (
        *("January", "February", "March", "April", "May", "June", "July", "August"),
        *("September", "October", "November", "December"),
    ),
    "{day} {month} {year} à {hour}h{minute:02}": (
        *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
        *("septembre", "octobre", "novembre", "décembre"),
    ),
    "{day} de {month} de {year}, {hour}:{minute:02}": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto"),
        *("septiembre", "octubre", "noviembre", "diciembre"),
    ),
    "{day} {month} {year} alle ore {hour}:{minute:02}": (
        *("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto"),
        *("settembre", "ottobre", "novembre", "dicembre"),
    ),
    "{day} de {month}. de {year} às {hour}:{minute:02}": (
        *("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"),
    ),
    "{day} {month} {year} om {hour}:{minute:02}": (
        *("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus"),
        *("september", "oktober", "november", "december"),
    ),
}


@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2199, 12, 31)),
    st.sampled_from(sorted(MONTHS)),
)
def test_every_moment_is_read_in_every_language(moment: datetime, form: str) -> None:
    text = form.format(
        year=moment.year,
        month=MONTHS[form][moment.month - 1],
        day=moment.day,
        hour=moment.hour,
        minute=moment.minute,
        half_hour=moment.hour % 12 or 12,
        half="PM" if moment.hour > 11 else "AM",
    )

    found = DateReader().read(text)

    assert found == between(f"{moment:%Y-%m-%d %H:%M}".zfill(16), MINUTE)


PARTS = st.lists(
    st.sampled_from(
        [
            *("25", "11", "04", "12", "2026", "26", "31", "nov", "Nov.", "mars", "de", "Wed", "T"),
            *("-", "/", ".", ":", " ", ",", "+01", "Z", "CET", "AM", "h", "(", ")", "04:19", "uhr"),
        ]
    ),
    min_size=3,
    max_size=10,
).map("".join)


@given(PARTS, st.sampled_from(DateOrder))
def test_a_date_names_no_day_whose_numbers_are_not_in_its_text(text: str, order: DateOrder) -> None:
    found = DateReader(order=order).read(text)

    if found is not None and found.not_before is not None:
        texts = re.findall(r"\d+", text)
        texts += [part for one in texts if len(one) >= 8 for part in (one[:4], one[6:8])]
        numbers = {int(one) for one in texts}
        middle = found.not_before + timedelta(hours=2)  # some zones are an hour ahead
        assert {middle.day, found.not_before.day, found.not_after.day} & numbers
        assert middle.year in numbers or middle.year % 100 in numbers


@given(st.text() | PARTS | st.from_regex(r"[0-9/:.+ TZapm-]{1,30}"), st.sampled_from(DateOrder))
def test_no_text_breaks_the_reader(text: str, order: DateOrder) -> None:
    found = DateReader(order=order).read(text)

    assert found is None or (found.not_before is not None and found.not_before <= found.not_after)
