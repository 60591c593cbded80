"""The times of a schedule over a whole year, also when clocks are changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.services.schedules import timetable
from lib.store.schedules import Schedule

ZONES = (
    "UTC",
    "Europe/Zurich",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Africa/Casablanca",  # changes its clocks around Ramadan
    "Pacific/Auckland",
)
YEAR = datetime(2026, 1, 1, tzinfo=UTC)

zones = some.sampled_from(ZONES)
times = some.builds(time, some.integers(0, 23), some.integers(0, 59))
moments = some.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=some.just(UTC))


def daily(at: time, zone: str) -> Schedule:
    return Schedule(at, zone)


def year_of(schedule: Schedule) -> list[datetime]:
    found = [timetable.next_time(schedule, YEAR)]
    while found[-1] < YEAR + timedelta(days=365):
        found.append(timetable.next_time(schedule, found[-1]))
    return found


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", [time(0), time(1, 30), time(2, 30), time(3), time(7), time(23, 59)])
def test_in_a_year_each_day_has_one_time(zone, at):
    found = year_of(daily(at, zone))
    days = [moment.astimezone(ZoneInfo(zone)).date() for moment in found]

    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]


@pytest.mark.parametrize("zone", ZONES)
def test_the_clock_on_the_wall_shows_the_time_on_each_day_that_has_it(zone):
    shown = {f"{one.astimezone(ZoneInfo(zone)):%H:%M}" for one in year_of(daily(time(7), zone))}

    assert shown == {"07:00"}


def test_a_time_that_does_not_exist_counts_an_hour_later():
    spring = datetime(2026, 3, 28, 12, tzinfo=UTC)

    found = timetable.next_time(daily(time(2, 30), "Europe/Zurich"), spring)

    assert found.astimezone(ZoneInfo("Europe/Zurich")).strftime("%d %H:%M") == "29 03:30"


def test_a_time_that_exists_twice_counts_once_and_it_is_the_first():
    schedule = daily(time(2, 30), "Europe/Zurich")
    first = timetable.next_time(schedule, datetime(2026, 10, 24, 12, tzinfo=UTC))

    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert timetable.next_time(schedule, first) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_a_day_that_a_zone_left_out_has_no_time_of_its_own():
    # Samoa went from 29 December 2011 to 31 December.
    found = [datetime(2011, 12, 28, tzinfo=UTC)]
    for _ in range(4):
        found.append(timetable.next_time(daily(time(7), "Pacific/Apia"), found[-1]))

    days = [one.astimezone(ZoneInfo("Pacific/Apia")).date() for one in found[1:]]
    assert days == [date(2011, 12, 28), date(2011, 12, 29), date(2011, 12, 31), date(2012, 1, 1)]


@given(times, zones, moments, some.timedeltas(timedelta(0), timedelta(days=400)))
def test_what_is_newest_now_was_next_before(at, zone, after, passed):
    schedule, now = daily(at, zone), after + passed
    newest = timetable.newest_time(schedule, after=after, until=now)

    if newest is None:
        assert timetable.next_time(schedule, after) > now
    else:
        assert after < newest <= now < timetable.next_time(schedule, newest)


@given(some.integers(1, 20_000), moments, some.timedeltas(timedelta(0), timedelta(days=400)))
def test_every_n_minutes_never_drifts_and_catches_up_once(minutes, after, passed):
    schedule = Schedule(None, "UTC", minutes)
    newest = timetable.newest_time(schedule, after=after, until=after + passed)

    if newest is None:
        assert passed < timedelta(minutes=minutes)
    else:
        assert (newest - after) % timedelta(minutes=minutes) == timedelta(0)
        assert newest <= after + passed < timetable.next_time(schedule, newest)


@given(times, zones, moments)
def test_the_gap_is_never_shorter_than_what_the_schedule_leaves(at, zone, now):
    schedule = daily(at, zone)
    upcoming = timetable.next_time(schedule, now)
    before = timetable.newest_time(schedule, after=now - timedelta(days=3), until=now)

    assert before is not None
    assert upcoming - before <= timetable.gap(schedule, now) <= timedelta(days=2)


@given(some.text(min_size=1))
def test_jitter_is_less_than_a_minute_and_stays_the_same(name):
    assert timedelta(0) <= timetable.jitter(name) < timedelta(minutes=1)
    assert timetable.jitter(name) == timetable.jitter(name)


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (Schedule(time(7), "Europe/Zurich"), "every day at 7:00 AM in Europe/Zurich"),
        (Schedule(time(18, 5), "UTC"), "every day at 6:05 PM in UTC"),
        (Schedule(None, "UTC", 1), "every minute"),
        (Schedule(None, "UTC", 1440), "every 1,440 minutes"),
    ],
)
def test_it_says_when_it_runs(schedule, words):
    assert timetable.in_words(schedule) == words


@pytest.mark.parametrize(("at", "minutes"), [(None, None), (time(7), 15)])
def test_a_schedule_is_daily_or_every_n_minutes(at, minutes):
    with pytest.raises(ValueError, match="either"):
        Schedule(at, "UTC", minutes)
