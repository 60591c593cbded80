"""The four figures of Overview: still mailable, opted out, how fast, and what runs next."""

from collections.abc import Iterator

import streamlit as st

from lib.charts import cut_at
from lib.clock import utc_now
from lib.services.alerts.overview import AlertsView
from lib.services.runs.overview import Everyone, Glance
from lib.services.runs.periods import Figures
from lib.services.schedules.setting import Upcoming
from lib.services.schedules.timetable import in_words
from lib.ui.errors import plain
from lib.ui.history_charts import lasting
from lib.ui.marks.balance import Part, draw_bar
from lib.ui.marks.component import Color
from lib.ui.marks.spark import draw_spark
from lib.ui.state_words import who_is_told
from lib.ui.times import clock_and_day, day, is_old, viewer_zone
from lib.values import RunStatus
from lib.words import closed, listed, people, records

DAYS = 30
_NARROWEST = 165  # pixels; two by two on a phone
_NOTHING = "–"
_NO_ALERTS = "No one gets alerts."


def draw_figures(
    now: Glance,
    people_now: Everyone,
    month: Figures,
    next_run: Upcoming | None,
    alerts: AlertsView,
) -> None:
    """In a row, or two by two; before the first run, there are no small charts."""
    has_charts = people_now.as_of is not None or has_run(month)
    with st.grid(4, min_column_width=_NARROWEST, key="figures" if has_charts else "first_figures"):
        _draw_mailable(people_now)
        _draw_opted_out(month)
        _draw_time(month)
        _draw_next(now, next_run, alerts)


def _draw_mailable(people_now: Everyone) -> None:
    """Loud only while someone can be emailed; a dash while it isn't known that no one can."""
    count, as_of = people_now.mailable + people_now.at_held_domains, people_now.as_of
    value = f":orange[{count:,}]" if count else "None"
    is_unknown = as_of is None or (is_old(as_of) and not count)
    with st.container(border=True, height="stretch", gap="xsmall", key="figure_mailable"):
        st.metric(
            "Still mailable",
            _NOTHING if is_unknown else value,
            delta_description=f"{'person' if count == 1 else 'people'} who unsubscribed",
        )
        if as_of is not None:
            draw_bar(_parts(people_now), key="everyone")
            st.caption(_about_mailable(people_now))


def _parts(people_now: Everyone) -> list[Part]:
    """Everyone who unsubscribed; those at domains on hold aren't known one by one."""
    standing, refused = people_now.standing, _refused(people_now)
    return [
        Part("opted_out", standing.opted_out, "opted out", Color.OPTED_OUT),
        Part("waiting", people_now.waiting, "waiting", Color.PENDING),
        Part("refused", refused, "refused by Salesforce", Color.REFUSED),
        Part("unclear", standing.needing_hand, "unclear", Color.PENDING),
        Part("mailable", standing.kept + standing.undone, "made mailable again", Color.KEPT),
        Part("unmatched", standing.unmatched, "on no record", Color.ALREADY),
    ]


def _refused(people_now: Everyone) -> int:
    return len({record.address for record in people_now.refused})


def _about_mailable(people_now: Everyone) -> str:
    """Who they are, or how many are opted out; and as of when where that isn't today."""
    refused, standing = _refused(people_now), people_now.standing
    parts = [
        f"{people_now.waiting:,} waiting" if people_now.waiting else "",
        f"{refused:,} refused" if refused else "",
        f"{standing.needing_hand:,} unclear" if standing.needing_hand else "",
        f"{people_now.at_held_domains:,} at domains on hold" if people_now.at_held_domains else "",
    ]
    known = listed([part for part in parts if part])
    known = known or f"{standing.opted_out:,} of {people(standing.people)} opted out"
    since = people_now.as_of
    return f"Not known since {day(since)}: {known}." if since and is_old(since) else f"{known}."


def _draw_opted_out(month: Figures) -> None:
    """The day of a first import is cut in the small chart, as in the large one."""
    totals = month.totals
    known = has_run(month)
    noun = "person" if totals.people == 1 else "people"
    some = f"{noun}, {records(totals.records)}" if totals.records else "people"
    with st.container(border=True, height="stretch", key="figure_opted_out"):
        st.metric(
            f"Opted out, {DAYS} days",
            (f"{totals.people:,}" if totals.people else "None") if known else _NOTHING,
            delta_description=some if known else "after the first run",
        )
        if known:
            words = "Records opted out, day by day"
            _draw_days([one.records for one in month.per_day], words, "opted_out")


def _draw_days(counts: list[int], words: str, key: str) -> None:
    draw_spark([min(count, cut_at(counts)) for count in counts], words, key=key)


def has_run(month: Figures) -> bool:
    """Whether any run but a preview started in that time."""
    return month.totals.runs > month.totals.runs_by_status.get(RunStatus.DRY_RUN, 0)


def _draw_time(month: Figures) -> None:
    """Upper bounds (rules.md, 8)."""
    waits = month.delay_summary
    slowest = lasting(waits.slowest_at_most_s) if waits else ""
    known, first = has_run(month), "after the second run"
    with st.container(border=True, height="stretch", key="figure_time"):
        st.metric(
            "Time to opt-out, at most",
            lasting(waits.median_at_most_s) if waits else _NOTHING,
            delta_description=f"median; slowest {slowest}" if waits else first,
        )
        if known:
            _draw_days(list(_waits_by_day(month)), "Median time to opt-out, day by day", "time")


def _waits_by_day(month: Figures) -> Iterator[int]:
    """The median of each day in seconds, of its slowest run; 0 for a day without one."""
    zone = viewer_zone()
    by_day: dict[object, float] = {}
    for delay in month.delays:
        ended = delay.ended_at.astimezone(zone).date()
        by_day[ended] = max(by_day.get(ended, 0), delay.median_at_most_s)
    return (round(by_day.get(one.day, 0)) for one in month.per_day)


def _draw_next(now: Glance, next_run: Upcoming | None, alerts: AlertsView) -> None:
    value, description, more = next_in_words(now, next_run)
    with st.container(border=True, height="stretch", gap="xsmall", key="figure_next"):
        st.metric("Next run", value, delta_description=description)
        told = who_is_told(alerts) if alerts.receivers or alerts.problem else _NO_ALERTS
        st.caption(plain(f"{more} {told}".strip()))


def next_in_words(now: Glance, found: Upcoming | None) -> tuple[str, str, str]:
    """The time of the next run and its day and schedule, or why there is none; and what to do."""
    if now.is_paused or (now.state is not None and now.state.halted_at is not None):
        return "Paused", "no run writes", ""
    if found is not None and found.at is not None:
        if found.at <= utc_now():
            return "Now", "within a minute", ""
        clock, on_day = clock_and_day(found.at)
        return clock, f"{on_day}, {_often(in_words(found.schedule))}", ""
    if found is not None:
        return "None", "not scheduled now", closed(found.why_not or "")
    if now.next_expected:
        clock, on_day = clock_and_day(now.next_expected)
        return clock, f"{on_day}, going by earlier runs", ""
    return "None", "not scheduled", "Set a schedule on Connection."


def _often(schedule: str) -> str:
    """`every day`: the time is there already."""
    return schedule.partition(" at ")[0]
