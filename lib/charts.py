"""The charts of History: values in, `alt.Chart` out, without Streamlit.

Days are naive dates in the viewer's zone. Otherwise a browser west of UTC would shift them. Colors
come from the theme (`chartCategoricalColors`): an outcome keeps its position in the list, and so
its color, in light and dark.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo

import altair as alt
import pandas as pd

from lib.store.day_calls import DayCalls
from lib.store.figures import DayFigures, DayRead, Operation
from lib.store.waits import RunDelay
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
LOW, MONTH = 165, 282  # pixels
PICK = "pick"
"""The name of what is picked by a click: a list of points, each with its `key`, a day."""
_PADDING = {"left": 2, "right": 6, "top": 6, "bottom": 2}
_DWARFS = 4  # times the second highest day
_BELOW_CUT, _ABOVE_CUT = 0.82, 0.87  # of the height: the gap in a bar that is cut
_LEAST = 5  # the axis goes up to this many at least
_INSET = 1 / 12  # of a day or a week: leaves a gap of the background between two bars
_AXIS = 38  # pixels for its numbers, so that the days of two charts are below each other
_PALE, _FAINT = 0.3, 0.4
_DAY_FORMAT = "%b %-d"
_LONG = "%A, %b %-d, %Y"
_MOMENT_FORMAT = "%b %-d, %-I:%M %p"
_HOUR_S = 3600


def opted_out(
    days: Sequence[DayFigures],
    dark: Iterable[date],
    *,
    height: int = LOW,
    chosen: date | None = None,
    can_pick: bool = False,
) -> alt.LayerChart | alt.FacetChart:
    """Records per day or week; dotted lines on the days in `dark`: no good run.

    A day that dwarfs all others, such as a first import, is cut: its bar has a gap, and its number.
    A click anywhere above or on a bar picks its `key`; the other bars than `chosen` are pale.
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
            "key": day.day.isoformat(),
            "ink": 1 if chosen in (None, day.day) else _PALE,
        }
        for day in days
    ]
    columns = ["records", "people", "shown", "above", "below", "note", "what", "key", "ink"]
    frame = _day_frame(rows, columns, days, height="records").astype({"above": float})
    base = alt.Chart(frame)
    tooltip = [
        _day_tooltip(days),
        _number("records", "Records opted out"),
        _number("people", "People"),
    ]
    ink = alt.Opacity("ink:Q", scale=None, legend=None)
    scale = alt.Scale(domain=[0, max(limit, _LEAST)], nice=False)
    y = alt.Y("shown:Q", title=None, axis=_y_axis(), scale=scale)
    bars = base.mark_rect().encode(
        x=_x("from", days),
        x2="to",
        y=y,
        y2=alt.datum(0),
        color=_outcome_color(legend=False),
        opacity=ink,
        tooltip=tooltip,
    )
    cut = base.transform_filter("datum.above !== null")
    tops = cut.mark_rect().encode(
        x=_x("from", days),
        x2="to",
        y=alt.Y("below:Q", title=None),
        y2="above",
        color=_outcome_color(legend=False),
        opacity=ink,
        tooltip=tooltip,
    )
    notes = cut.mark_text(
        align="left", baseline="top", dx=4, fontSize=12, color="currentColor"
    ).encode(x=_x("to", days), y=alt.value(0), text="note:N")
    layers = [_dotted(dark, days), bars, tops, notes]
    if can_pick:
        layers.append(_targets(base, days, tooltip))
    return alt.layer(*layers, height=height, padding=_PADDING)


def _targets(
    base: alt.Chart, days: Sequence[DayFigures], tooltip: Sequence[alt.Tooltip]
) -> alt.Chart:
    """What can be clicked: each day from top to bottom, also where its bar is low."""
    pick = alt.selection_point(name=PICK, fields=["key"])
    targets: alt.Chart = (
        base.mark_rect(opacity=0, cursor="pointer")
        .encode(
            x=_x("day", days),
            x2="next",
            y=alt.value(0),
            y2=alt.value("height"),
            tooltip=list(tooltip),
        )
        .add_params(pick)
    )
    return targets


def cut_at(counts: Sequence[int]) -> float:
    """Where a bar chart ends: above the highest bar, or above the second if the first dwarfs it."""
    low, high = [0, 0, *sorted(counts)][-2:]
    return low * 1.3 if high > _DWARFS * low > 0 else high * 1.05


def unwritten_per_day(days: Sequence[DayFigures]) -> alt.LayerChart | alt.FacetChart:
    """Refused records, and records not written yet."""
    rows = []
    for day in days:
        rows.append({"day": day.day, "what": OUTCOMES[Outcome.FAILED], "records": day.refused})
        rows.append({"day": day.day, "what": OUTCOMES[Outcome.PENDING], "records": day.not_written})
    frame = _day_frame(
        [row for row in rows if row["records"]], ["what", "records"], days, height="records"
    )
    limit = cut_at(list(frame.groupby("day")["records"].sum()))
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_rect(clip=True)
        .encode(
            x=_x("from", days),
            x2="to",
            y=_count("top", limit),
            y2="bottom",
            color=_outcome_color(legend=True, shown=_THEME_ORDER[4:]),
            tooltip=[_day_tooltip(days), _text("what", "Result"), _number("records", "Records")],
        )
    )
    return _cut(chart, frame, days, "records", limit)


def read_per_day(
    read: Sequence[DayRead], days: Sequence[DayFigures]
) -> alt.LayerChart | alt.FacetChart:
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
        days,
        height="events",
    )
    sources = list(frame.groupby("source")["events"].sum().sort_values(ascending=False).index)
    limit = cut_at(list(frame.groupby("day")["events"].sum()))
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_rect(clip=True)
        .encode(
            x=_x("from", days),
            x2="to",
            y=_count("top", limit),
            y2="bottom",
            color=alt.Color(
                "source:N", title=None, scale=alt.Scale(domain=sources), legend=_legend()
            ),
            tooltip=[
                _day_tooltip(days),
                _text("source", "Source"),
                _number("events", "Unsubscribes"),
            ],
        )
    )
    return _cut(chart, frame, days, "events", limit)


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
    lines = base.mark_rule(color="currentColor", opacity=_FAINT).encode(
        y=_amount("median", frame["slowest"]), y2="slowest"
    )
    dots = base.mark_point(filled=True, size=30, opacity=1).encode(
        y=_amount("median", frame["slowest"])
    )
    return alt.layer(lines, dots, height=LOW, padding=_PADDING)


def durations(
    operations: Sequence[Operation], days: Sequence[DayFigures], zone: tzinfo
) -> alt.Chart:
    """Seconds per run."""
    frame = _operations_frame(operations, zone)
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_point(filled=True, size=40, opacity=1)
        .encode(
            x=_x("started", days),
            y=_amount("duration_s", frame["duration_s"]),
            tooltip=[
                _moment("started", "Run started"),
                alt.Tooltip("duration_s:Q", title="Seconds", format=",.1f"),
                _text("run", "Run"),
            ],
        )
    )
    return _low(chart)


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
        alt.Chart(_day_frame(rows, ["who", "calls"], days, height="calls"))
        .mark_rect()
        .encode(
            x=_x("from", days),
            x2="to",
            y=_count("top"),
            y2="bottom",
            color=alt.Color(
                "who:N", title=None, scale=alt.Scale(domain=_CALLERS), legend=_legend()
            ),
            tooltip=[_day_tooltip(days), _text("who", "By"), _number("calls", "API calls")],
        )
    )
    if cap is None:
        return alt.layer(bars, height=LOW, padding=_PADDING)
    rule = (
        alt.Chart(pd.DataFrame({"cap": [cap]}))
        .mark_rule(strokeDash=[5, 4], color="currentColor")
        .encode(y="cap:Q", tooltip=[_number("cap", "Cap")])
    )
    return alt.layer(bars, rule, height=LOW, padding=_PADDING)


def dark_days(operations: Iterable[Operation], days: Sequence[date], zone: tzinfo) -> list[date]:
    """The days or weeks without a good run since the first run; not the last, which isn't over."""
    ran = [(_begin(days, run.started_at.astimezone(zone).date()), run.status) for run in operations]
    if not ran:
        return []
    first = min(day for day, _ in ran)
    good = {day for day, status in ran if status in CARRIED_OUT}
    return [day for day in days if first <= day < days[-1] and day not in good]


def _begin(days: Sequence[date], moment: date) -> date:
    """The first day of the week that a day belongs to, or the day itself where days are shown."""
    return days[max(0, bisect_right(days, moment) - 1)]


def is_weekly(days: Sequence[DayFigures]) -> bool:
    """Whether each of these figures is for a week."""
    return _length(days) > timedelta(days=1)


def _length(days: Sequence[DayFigures]) -> timedelta:
    """A day or a week; told by the last two, because a first week may be shorter."""
    return days[-1].day - days[-2].day if len(days) > 1 else timedelta(days=1)


def _day_frame(
    rows: Sequence[dict[str, object]],
    columns: Sequence[str],
    days: Sequence[DayFigures],
    *,
    height: str,
) -> pd.DataFrame:
    """The rows as rectangles, stacked within a day. Empty columns have their types too.

    They aren't bars, because Vega-Lite draws a bar with two x values horizontally, and because the
    theme's gap between bars leaves nothing of the bars of many days on a phone.
    """
    frame = pd.DataFrame(rows, columns=["day", *columns]).astype({height: int})
    midnight, length = pd.to_datetime(frame["day"]), _length(days)
    frame["day"] = midnight
    frame["from"] = midnight + length * _INSET
    frame["to"] = midnight + length * (1 - _INSET)
    frame["next"] = midnight + length
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


def _dotted(dark: Iterable[date], days: Sequence[DayFigures]) -> alt.Chart:
    noons = pd.to_datetime(pd.Series(list(dark), dtype="object")) + _length(days) / 2
    frame = pd.DataFrame({"noon": noons, "what": "no good run"})
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_rule(strokeDash=[2, 3], opacity=0.5, color="currentColor")
        .encode(
            x=_x("noon", days),
            tooltip=[
                alt.Tooltip("noon:T", title="Around" if is_weekly(days) else "Day", format=_LONG),
                _text("what", "Then"),
            ],
        )
    )
    return chart


def _cut(
    bars: alt.Chart, frame: pd.DataFrame, days: Sequence[DayFigures], height: str, limit: float
) -> alt.LayerChart | alt.FacetChart:
    """The bars of a card, which has their title; one that is cut has its number beside it."""
    sums = frame.groupby("day", as_index=False)[height].sum()
    high = sums[sums[height] > limit]
    notes = [f"{count:,} ↑" for count in high[height]]
    above = pd.DataFrame({"at": high["day"] + _length(days), "note": pd.Series(notes, dtype=str)})
    texts = (
        alt.Chart(above)
        .mark_text(align="left", baseline="top", dx=4, fontSize=12, color="currentColor")
        .encode(x=_x("at", days), y=alt.value(0), text="note:N")
    )
    return alt.layer(bars, texts, height=LOW, padding=_PADDING)


def _low(chart: alt.Chart) -> alt.Chart:
    """The chart of a card, which has its title."""
    low: alt.Chart = chart.properties(height=LOW, padding=_PADDING)
    return low


def _x(field: str, days: Sequence[DayFigures]) -> alt.X:
    """The days of the period, the same on every chart."""
    scale = alt.Scale(domain=_ends(days)) if days else alt.Scale()
    axis = alt.Axis(format=_DAY_FORMAT, tickCount=6, labelOverlap=True, grid=False)
    return alt.X(f"{field}:T", title=None, scale=scale, axis=axis)


def _ends(days: Sequence[DayFigures]) -> list[alt.DateTime]:
    ends = (days[0].day, days[-1].day + _length(days))
    moments = [datetime.combine(end, time()) for end in ends]
    return [
        alt.DateTime(year=moment.year, month=moment.month, date=moment.day) for moment in moments
    ]


def _count(field: str, limit: float = 0) -> alt.Y:
    scale = alt.Scale(domain=[0, limit], nice=False) if limit else alt.Scale(zero=True)
    return alt.Y(f"{field}:Q", title=None, axis=_y_axis(), scale=scale)


def _amount(field: str, values: "pd.Series[float]") -> alt.Y:
    """Up to 1 at least: an axis with nothing but a 0 says nothing."""
    is_small = not values.empty and values.max() < 1
    scale = alt.Scale(domain=[0, 1]) if is_small else alt.Scale(zero=True)
    return alt.Y(f"{field}:Q", title=None, axis=_y_axis(), scale=scale)


def _y_axis() -> alt.Axis:
    return alt.Axis(format=",~f", tickCount=4, tickMinStep=1, minExtent=_AXIS)


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


def _day_tooltip(days: Sequence[DayFigures]) -> alt.Tooltip:
    return alt.Tooltip("day:T", title="Week from" if is_weekly(days) else "Day", format=_LONG)


def _moment(field: str, title: str) -> alt.Tooltip:
    return alt.Tooltip(f"{field}:T", title=title, format=_MOMENT_FORMAT)


def _number(field: str, title: str) -> alt.Tooltip:
    return alt.Tooltip(f"{field}:Q", title=title, format=",d")


def _text(field: str, title: str) -> alt.Tooltip:
    return alt.Tooltip(f"{field}:N", title=title)
