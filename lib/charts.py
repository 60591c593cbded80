"""The charts of History: values in, `alt.Chart` out, without Streamlit.

Days are naive dates in the viewer's zone. Otherwise a browser west of UTC would shift them. Colors
come from the theme (`chartCategoricalColors`): an outcome keeps its position in the list, and so
its color, in light and dark.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo

import altair as alt
import pandas as pd

from lib.store.day_calls import DayCalls
from lib.store.delays import RunDelay
from lib.store.figures import DayFigures, DayRead, Operation
from lib.values import CARRIED_OUT, Outcome
from lib.words import OUTCOMES, source_in_words

_THEME_ORDER = [
    OUTCOMES[outcome]
    for outcome in (
        Outcome.UPDATED,
        Outcome.ALREADY,
        Outcome.KEPT,
        Outcome.SKIPPED,
        Outcome.FAILED,
        Outcome.PENDING,
    )
]
_CALLERS = ["Optback's runs", "everything else"]
_TALL, _THIN, _WITH_LEGEND = 220, 180, 240
_MONTH = 282
_PADDING = {"left": 2, "right": 6, "top": 6, "bottom": 2}
_DWARFS = 4  # times the second highest day
_BELOW_CUT, _ABOVE_CUT = 0.82, 0.87  # of the height: the gap in a bar that is cut
_LEAST = 5  # the axis goes up to this many at least
_INSET = timedelta(hours=2)  # leaves a gap of the background between two days
_DAY_FORMAT = "%b %-d"
_MOMENT_FORMAT = "%b %-d, %-I:%M %p"
_HOUR_S = 3600


def opted_out_per_day(
    days: Sequence[DayFigures], dark: Iterable[date]
) -> alt.LayerChart | alt.FacetChart:
    """Records as bars, people as ticks, and a gray band on the days in `dark`: no good run."""
    frame = _day_frame(
        [
            {"day": day.day, "records": day.records, "people": day.people, "what": _THEME_ORDER[0]}
            for day in days
        ],
        ["records", "people", "what"],
        height="records",
    )
    base = alt.Chart(frame)
    tooltip = [_day_tooltip(), _number("records", "Records opted out"), _number("people", "People")]
    bars = base.mark_rect().encode(
        x=_x("from", days),
        x2="to",
        y=_count("top"),
        y2="bottom",
        color=_outcome_color(legend=False),
        tooltip=tooltip,
    )
    with_people = base.transform_filter("datum.people > 0")
    ticks = with_people.mark_rule(strokeWidth=2, color="currentColor").encode(
        x=_x("from", days), x2="to", y=_count("people"), tooltip=tooltip
    )
    title = "Records opted out per day"
    return alt.layer(_bands(dark, days), bars, ticks, title=title, height=_TALL)


def month_of_opt_outs(
    days: Sequence[DayFigures], dark: Iterable[date]
) -> alt.LayerChart | alt.FacetChart:
    """Records per day, without a title; dotted lines on the days in `dark`: no good run.

    A day that dwarfs all others, such as a first import, is cut: its bar has a gap, and its number.
    """
    limit = cut_at([day.records for day in days])
    rows: list[dict[str, object]] = [
        {
            "day": day.day,
            "records": day.records,
            "people": day.people,
            "shown": min(day.records, limit) * (_BELOW_CUT if day.records > limit else 1),
            "above": limit if day.records > limit else None,
            "below": limit * _ABOVE_CUT,
            "note": f"{day.records:,} ↑" if day.records > limit else "",
            "what": _THEME_ORDER[0],
        }
        for day in days
    ]
    columns = ["records", "people", "shown", "above", "below", "note", "what"]
    base = alt.Chart(_day_frame(rows, columns, height="records"))
    tooltip = [_day_tooltip(), _number("records", "Records opted out"), _number("people", "People")]
    scale = alt.Scale(domain=[0, max(limit, _LEAST)], nice=False)
    y = alt.Y("shown:Q", title=None, axis=_y_axis(), scale=scale)
    bars = base.mark_rect().encode(
        x=_x("from", days),
        x2="to",
        y=y,
        y2=alt.datum(0),
        color=_outcome_color(legend=False),
        tooltip=tooltip,
    )
    cut = base.transform_filter("datum.above !== null")
    tops = cut.mark_rect().encode(
        x=_x("from", days),
        x2="to",
        y=alt.Y("below:Q", title=None),
        y2="above",
        color=_outcome_color(legend=False),
        tooltip=tooltip,
    )
    notes = cut.mark_text(
        align="left", baseline="top", dx=4, fontSize=12, color="currentColor"
    ).encode(x=_x("to", days), y=alt.value(0), text="note:N")
    return alt.layer(_dotted(dark, days), bars, tops, notes, height=_MONTH, padding=_PADDING)


def cut_at(counts: Sequence[int]) -> float:
    """Where a bar chart ends: above the highest bar, or above the second if the first dwarfs it."""
    low, high = [0, 0, *sorted(counts)][-2:]
    return low * 1.3 if high > _DWARFS * low > 0 else high * 1.05


def unwritten_per_day(days: Sequence[DayFigures]) -> alt.Chart:
    """Refused records, and records not written yet."""
    rows = []
    for day in days:
        rows.append({"day": day.day, "what": OUTCOMES[Outcome.FAILED], "records": day.refused})
        rows.append({"day": day.day, "what": OUTCOMES[Outcome.PENDING], "records": day.not_written})
    frame = _day_frame(
        [row for row in rows if row["records"]], ["what", "records"], height="records"
    )
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_rect()
        .encode(
            x=_x("from", days),
            x2="to",
            y=_count("top"),
            y2="bottom",
            color=_outcome_color(legend=True, shown=_THEME_ORDER[4:]),
            tooltip=[_day_tooltip(), _text("what", "Result"), _number("records", "Records")],
        )
    )
    return _titled(chart, "Records newly refused or not written yet", _WITH_LEGEND)


def read_per_day(read: Sequence[DayRead], days: Sequence[DayFigures]) -> alt.Chart:
    """New unsubscribes, by source."""
    frame = _day_frame(
        [
            {
                "day": reading.day,
                "source": source_in_words(reading.source),
                "events": reading.events,
            }
            for reading in read
        ],
        ["source", "events"],
        height="events",
    )
    sources = list(frame.groupby("source")["events"].sum().sort_values(ascending=False).index)
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_rect()
        .encode(
            x=_x("from", days),
            x2="to",
            y=_count("top"),
            y2="bottom",
            color=alt.Color(
                "source:N", title=None, scale=alt.Scale(domain=sources), legend=_legend()
            ),
            tooltip=[_day_tooltip(), _text("source", "Source"), _number("events", "Unsubscribes")],
        )
    )
    return _titled(chart, "New unsubscribes read per day", _WITH_LEGEND)


def waits(
    delays: Sequence[RunDelay], days: Sequence[DayFigures], zone: tzinfo
) -> alt.LayerChart | alt.FacetChart:
    """Hours from unsubscribe to opt-out, by the run that opted people out; upper bounds."""
    frame = pd.DataFrame(
        {
            "ended": _naive([delay.ended_at for delay in delays], zone),
            "median": [delay.median_at_most_s / _HOUR_S for delay in delays],
            "slowest": [delay.at_most_s / _HOUR_S for delay in delays],
            "records": [delay.records for delay in delays],
        }
    ).astype({"median": float, "slowest": float, "records": int})
    tooltip = [
        _moment("ended", "Opted out"),
        alt.Tooltip("median:Q", title="Median, hours at most", format=",.1f"),
        alt.Tooltip("slowest:Q", title="Slowest, hours at most", format=",.1f"),
        _number("records", "Records"),
    ]
    base = alt.Chart(frame).encode(x=_x("ended", days), tooltip=tooltip)
    lines = base.mark_rule(color="currentColor").encode(y=_hours("median"), y2="slowest")
    dots = base.mark_point(filled=True, size=50, opacity=1).encode(y=_hours("median"))
    title = "Hours from unsubscribe to opt-out, at most"
    return alt.layer(lines, dots, title=title, height=_TALL)


def durations(
    operations: Sequence[Operation], days: Sequence[DayFigures], zone: tzinfo
) -> alt.Chart:
    """Seconds per run."""
    chart: alt.Chart = (
        alt.Chart(_operations_frame(operations, zone))
        .mark_point(filled=True, size=40, opacity=1)
        .encode(
            x=_x("started", days),
            y=alt.Y("duration_s:Q", title=None, axis=_y_axis()),
            tooltip=[
                _moment("started", "Run started"),
                alt.Tooltip("duration_s:Q", title="Seconds", format=",.1f"),
                _text("run", "Run"),
            ],
        )
    )
    return _titled(chart, "Seconds per run", _THIN)


def api_calls(
    calls: Sequence[DayCalls], days: Sequence[DayFigures], cap: int | None
) -> alt.Chart | alt.LayerChart | alt.FacetChart:
    """The calls of each day, by runs and by everyone else; `cap` is a line, in calls."""
    rows: list[dict[str, object]] = [
        {"day": each.day, "who": who, "calls": count}
        for each in calls
        for who, count in zip(_CALLERS, (each.ours, each.others), strict=True)
        if count
    ]
    bars: alt.Chart = (
        alt.Chart(_day_frame(rows, ["who", "calls"], height="calls"))
        .mark_rect()
        .encode(
            x=_x("from", days),
            x2="to",
            y=_count("top"),
            y2="bottom",
            color=alt.Color(
                "who:N", title=None, scale=alt.Scale(domain=_CALLERS), legend=_legend()
            ),
            tooltip=[_day_tooltip(), _text("who", "By"), _number("calls", "API calls")],
        )
    )
    title = "Salesforce API calls per day"
    if cap is None:
        return _titled(bars, title, _WITH_LEGEND)
    rule = (
        alt.Chart(pd.DataFrame({"cap": [cap]}))
        .mark_rule(strokeDash=[5, 4], color="currentColor")
        .encode(y="cap:Q", tooltip=[_number("cap", "Cap")])
    )
    return alt.layer(bars, rule, title=f"{title}; the line is the cap", height=_WITH_LEGEND)


def dark_days(operations: Iterable[Operation], days: Sequence[date], zone: tzinfo) -> list[date]:
    """The days without a good run since the first run; not today, which isn't over yet."""
    ran = [(run.started_at.astimezone(zone).date(), run.status) for run in operations]
    if not ran:
        return []
    first = min(day for day, _ in ran)
    good = {day for day, status in ran if status in CARRIED_OUT}
    return [day for day in days if first <= day < days[-1] and day not in good]


def _day_frame(
    rows: Sequence[dict[str, object]], columns: Sequence[str], *, height: str
) -> pd.DataFrame:
    """The rows as rectangles, stacked within a day. Empty columns have their types too.

    They aren't bars, because Vega-Lite draws a bar with two x values horizontally.
    """
    frame = pd.DataFrame(rows, columns=["day", *columns]).astype({height: int})
    midnight = pd.to_datetime(frame["day"])
    frame["day"] = midnight
    frame["from"] = midnight + _INSET
    frame["to"] = midnight + timedelta(days=1) - _INSET
    frame["top"] = frame.groupby("day")[height].cumsum()
    frame["bottom"] = frame["top"] - frame[height]
    return frame


def _operations_frame(operations: Sequence[Operation], zone: tzinfo) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "started": _naive([run.started_at for run in operations], zone),
            "duration_s": [run.duration_s for run in operations],
            "run": [run.run_id for run in operations],
        }
    ).astype({"duration_s": float, "run": str})


def _naive(moments: Iterable[datetime], zone: tzinfo) -> pd.Series:
    return pd.to_datetime(
        pd.Series([moment.astimezone(zone).replace(tzinfo=None) for moment in moments])
    )


def _bands(dark: Iterable[date], days: Sequence[DayFigures]) -> alt.Chart:
    midnights = pd.to_datetime(pd.Series(list(dark), dtype="object"))
    frame = pd.DataFrame({"day": midnights, "next": midnights + timedelta(days=1)})
    frame["what"] = "no good run"
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_rect(opacity=0.18, color="currentColor")
        .encode(x=_x("day", days), x2="next", tooltip=[_day_tooltip(), _text("what", "That day")])
    )
    return chart


def _dotted(dark: Iterable[date], days: Sequence[DayFigures]) -> alt.Chart:
    noons = pd.to_datetime(pd.Series(list(dark), dtype="object")) + timedelta(hours=12)
    frame = pd.DataFrame({"noon": noons, "what": "no good run"})
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_rule(strokeDash=[2, 3], opacity=0.5, color="currentColor")
        .encode(
            x=_x("noon", days),
            tooltip=[
                alt.Tooltip("noon:T", title="Day", format="%A, %b %-d, %Y"),
                _text("what", "That day"),
            ],
        )
    )
    return chart


def _titled(chart: alt.Chart, title: str, height: int) -> alt.Chart:
    titled: alt.Chart = chart.properties(title=title, height=height)
    return titled


def _x(field: str, days: Sequence[DayFigures]) -> alt.X:
    """The days of the period, the same on every chart."""
    scale = alt.Scale(domain=_ends(days)) if days else alt.Scale()
    axis = alt.Axis(format=_DAY_FORMAT, tickCount=6, labelOverlap=True, grid=False)
    return alt.X(f"{field}:T", title=None, scale=scale, axis=axis)


def _ends(days: Sequence[DayFigures]) -> list[alt.DateTime]:
    ends = (days[0].day, days[-1].day + timedelta(days=1))
    moments = [datetime.combine(end, time()) for end in ends]
    return [
        alt.DateTime(year=moment.year, month=moment.month, date=moment.day) for moment in moments
    ]


def _count(field: str) -> alt.Y:
    return alt.Y(f"{field}:Q", title=None, axis=_y_axis(), scale=alt.Scale(zero=True))


def _hours(field: str) -> alt.Y:
    return alt.Y(f"{field}:Q", title=None, axis=_y_axis(), scale=alt.Scale(zero=True))


def _y_axis() -> alt.Axis:
    return alt.Axis(format=",~f", tickCount=4, tickMinStep=1)


def _outcome_color(*, legend: bool, shown: Sequence[str] = ()) -> alt.Color:
    return alt.Color(
        "what:N",
        title=None,
        scale=alt.Scale(domain=_THEME_ORDER),
        legend=_legend(shown) if legend else None,
    )


def _legend(values: Sequence[str] = ()) -> alt.Legend:
    """The legend is on top, because the server doesn't know how wide the screen is."""
    return alt.Legend(
        orient="top",
        symbolType="square",
        labelLimit=300,
        columns=2,
        values=list(values) or alt.Undefined,
    )


def _day_tooltip() -> alt.Tooltip:
    return alt.Tooltip("day:T", title="Day", format="%A, %b %-d, %Y")


def _moment(field: str, title: str) -> alt.Tooltip:
    return alt.Tooltip(f"{field}:T", title=title, format=_MOMENT_FORMAT)


def _number(field: str, title: str) -> alt.Tooltip:
    return alt.Tooltip(f"{field}:Q", title=title, format=",d")


def _text(field: str, title: str) -> alt.Tooltip:
    return alt.Tooltip(f"{field}:N", title=title)
