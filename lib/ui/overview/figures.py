"""The four figures of Overview: still mailable, opted out, how fast, and what runs next."""

from collections.abc import Iterator, Sequence

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
from lib.ui.marks.spark import draw_spark
from lib.ui.runs.words import short_result
from lib.ui.state_words import who_is_told
from lib.ui.times import clock_and_day, day, day_and_time, is_old
from lib.values import RunStatus
from lib.words import capital, closed, listed, records

DAYS = 30
_NARROWEST = 165  # pixels; two by two on a phone
_NOTHING = "–"


def draw_figures(
    now: Glance,
    people_now: Everyone,
    month: Figures,
    next_run: Upcoming | None,
    alerts: AlertsView,
) -> None:
    """In a row, or two by two."""
    with st.grid(4, min_column_width=_NARROWEST, key="figures"):
        _draw_mailable(people_now)
        _draw_opted_out(month)
        _draw_time(month)
        _draw_runs(now, next_run, alerts)


def _draw_mailable(people_now: Everyone) -> None:
    """Loud only while someone can be emailed; a dash while it isn't known that no one can."""
    count, as_of = people_now.mailable + people_now.at_held_domains, people_now.as_of
    value = f":orange[{count:,}]" if count else "None"
    is_unknown = as_of is None or (is_old(as_of) and not count)
    with st.container(border=True, height="stretch", gap="xxsmall", key="figure_mailable"):
        st.metric(
            "Still mailable",
            _NOTHING if is_unknown else value,
            delta_description=f"{'person' if count == 1 else 'people'} who unsubscribed",
        )
        for words in _about_mailable(people_now):
            st.caption(words)


def _about_mailable(people_now: Everyone) -> Iterator[str]:
    """Who they are, and as of when where that isn't today."""
    if people_now.as_of is None:
        return
    refused = len({record.address for record in people_now.refused})
    parts = [
        f"{people_now.waiting:,} waiting" if people_now.waiting else "",
        f"{refused:,} refused" if refused else "",
        f"{people_now.standing.needing_hand:,} unclear" if people_now.standing.needing_hand else "",
        f"{people_now.at_held_domains:,} at domains on hold" if people_now.at_held_domains else "",
    ]
    if some := listed([part for part in parts if part]):
        yield f"{some}."
    if is_old(people_now.as_of):
        yield f"Not known since {day(people_now.as_of)}."


def _draw_opted_out(month: Figures) -> None:
    """The day of a first import is cut in the small chart, as in the large one."""
    totals, counts = month.totals, [day.records for day in month.per_day]
    known = has_run(month)
    noun = "person" if totals.people == 1 else "people"
    some = f"{noun}, {records(totals.records)}" if totals.records else "people"
    with st.container(border=True, height="stretch", key="figure_opted_out"):
        st.metric(
            f"Opted out, {DAYS} days",
            (f"{totals.people:,}" if totals.people else "None") if known else _NOTHING,
            delta_description=some if known else "after the first run",
        )
        if _is_several(counts):
            shown = [min(count, cut_at(counts)) for count in counts]
            draw_spark(shown, "Records opted out per day", key="opted_out")


def _is_several(counts: Sequence[int]) -> bool:
    return sum(count > 0 for count in counts) > 1


def has_run(month: Figures) -> bool:
    """Whether any run but a preview started in that time."""
    return month.totals.runs > month.totals.runs_by_status.get(RunStatus.DRY_RUN, 0)


def _draw_time(month: Figures) -> None:
    """Upper bounds (rules.md, 8)."""
    waits = month.delay_summary
    medians = [delay.median_at_most_s for delay in month.delays]
    slowest = lasting(waits.slowest_at_most_s) if waits else ""
    with st.container(border=True, height="stretch", key="figure_time"):
        st.metric(
            "Time to opt-out, at most",
            lasting(waits.median_at_most_s) if waits else _NOTHING,
            delta_description=f"median; slowest {slowest}" if waits else "after the second run",
        )
        if len(medians) > 1:
            draw_spark(medians, "Median time to opt-out, run by run", key="time")


def _draw_runs(now: Glance, next_run: Upcoming | None, alerts: AlertsView) -> None:
    value, description, more = next_in_words(now, next_run)
    with st.container(border=True, height="stretch", gap="xxsmall", key="figure_next"):
        st.metric("Next run", value, delta_description=description)
        for words in (more, _last(now), who_is_told(alerts)):
            if words:
                st.caption(plain(words))


def next_in_words(now: Glance, found: Upcoming | None) -> tuple[str, str, str]:
    """The time and the day of the next run, or why there is none; and the schedule."""
    if now.is_paused or (now.state is not None and now.state.halted_at is not None):
        return "Paused", "no run writes", ""
    if found is not None and found.at is not None:
        said = closed(capital(in_words(found.schedule)))
        if found.at <= utc_now():
            return "Now", "within a minute", said
        return *clock_and_day(found.at), said
    if found is not None:
        return "None", "not scheduled now", closed(found.why_not or "")
    if now.next_expected:
        return *clock_and_day(now.next_expected), "Going by earlier runs."
    return "None", "not scheduled", "Set a schedule on Connection."


def _last(now: Glance) -> str:
    run = now.latest
    if run is None:
        return "No run yet."
    what = "Last preview" if run.dry_run else "Last run"
    return closed(f"{what} {day_and_time(run.started_at)}: {short_result(run)}")
