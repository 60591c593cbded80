"""Widgets that keep their value during a visit to another page.

A widget starts with the draft's value and keeps its own for the session: what was typed just
before a click on another page arrives when the widget is no longer drawn.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any

import streamlit as st

from lib.services.lists.field_choices import OfferedField, OfferedObject
from lib.soql.builder.date_periods import PERIODS, DatePeriod
from lib.soql.builder.phrases import Entered, Input
from lib.ui.times import viewer_zone

_NOT_LETTERS = re.compile(r"[^\w]")
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
_USUAL_COUNT = 30
KEPT: Any = "session"  # for every widget's persist_state
_PERIOD_WIDTH = 190
_WIDTH = 150  # leaves room for the remove button, also on a phone


def seed(key: str, value: object) -> str:
    """Give this widget its first value; returns the key."""
    if key not in st.session_state:
        st.session_state[key] = value
    return key


def choose(label: str, options: Sequence[str], chosen: str, key: str, **more: Any) -> str:
    """A choice among options, "" for none yet; what is chosen already is always among them."""
    known = list(options) if not chosen or chosen in options else [chosen, *options]
    if st.session_state.get(key) not in (None, *known):
        del st.session_state[key]
    seed(key, chosen or None)
    more = {"label_visibility": "collapsed", "index": None, "persist_state": KEPT, **more}
    picked = st.selectbox(label, known, key=key, **more)
    return picked or ""


def choose_one(label: str, options: Mapping[str, str], chosen: str, key: str, **more: Any) -> str:
    """A choice that always has a value, by its label."""
    return choose(label, list(options), chosen, key, index=0, format_func=options.get, **more)


def choose_several(
    label: str, labels: Mapping[str, str], chosen: Sequence[str], key: str, **more: Any
) -> tuple[str, ...]:
    """A choice of several values, by their labels; what is chosen already is among them."""
    options = [*labels, *(value for value in chosen if value not in labels)]
    seed(key, list(chosen))
    if any(value not in options for value in st.session_state[key]):
        options += [value for value in st.session_state[key] if value not in options]
    more = {"label_visibility": "collapsed", "wrap": True, "persist_state": KEPT, **more}
    picked = st.multiselect(
        label, options, format_func=lambda value: labels.get(value, value), key=key, **more
    )
    return tuple(picked)


def field_label(offer: OfferedObject, path: str) -> str:
    """Salesforce's label, and the API name if that's another name; only the name if not offered."""
    found = offer.field(path)
    if found is None:
        return path
    is_same = _NOT_LETTERS.sub("", found.label).lower() == path.replace(".", "").lower()
    return found.label if is_same else f"{found.label} · {path}"


def ask(
    field: OfferedField,
    how: Input,
    entered: Entered,
    label: str,
    key: str,
    *,
    known: Sequence[str] = (),
) -> Entered:
    """The input for a value; returns what it holds now. `known` values are suggested."""
    match how:
        case Input.TEXT | Input.NUMBER | Input.PATTERN:
            return _text(how, entered, label, key)
        case Input.TEXTS:
            return choose_several(
                label,
                {value: value for value in known},
                entered if isinstance(entered, tuple) else (),
                key,
                accept_new_options=True,
                placeholder="Type a value, press Enter",
                width=_WIDTH,
            )
        case Input.CHOICES:
            chosen = entered if isinstance(entered, tuple) else ()
            return choose_several(
                label,
                dict(field.choices),
                chosen,
                key,
                accept_new_options=True,  # records may have values that are no longer offered
                placeholder="Choose values",
                width=_WIDTH,
            )
        case Input.CHOICE:
            labels = dict(field.choices)
            chosen_one = entered if isinstance(entered, str) else ""
            return choose(
                label,
                list(labels),
                chosen_one,
                key,
                format_func=lambda value: labels.get(value, value),
                placeholder="Choose a value",
                width=_WIDTH,
            )
        case Input.DAY:
            return _day(entered, label, key)
        case Input.MOMENT:
            return _moment(entered, label, key, viewer_zone())
        case Input.PERIOD:
            return _period(entered, label, key)
        case Input.NOTHING:
            return None


def _text(how: Input, entered: Entered, label: str, key: str) -> str:
    hints = {Input.NUMBER: "1500", Input.PATTERN: "A%"}
    seed(key, entered if isinstance(entered, str) else "")
    typed = st.text_input(
        label,
        key=key,
        label_visibility="collapsed",
        persist_state=KEPT,
        placeholder=hints.get(how, "Text"),
        width=_WIDTH,
    )
    return typed or ""


def _day(entered: Entered, label: str, key: str) -> date | None:
    seed(key, entered if type(entered) is date else None)
    chosen = st.date_input(
        label,
        value=None,
        min_value=min(_FIRST_DAY, entered) if type(entered) is date else _FIRST_DAY,
        max_value=max(_LAST_DAY, entered) if type(entered) is date else _LAST_DAY,
        format="YYYY-MM-DD",
        key=key,
        label_visibility="collapsed",
        persist_state=KEPT,
        width=_WIDTH,
    )
    return chosen if isinstance(chosen, date) else None


def _moment(entered: Entered, label: str, key: str, zone: tzinfo) -> datetime | None:
    """Shown in the viewer's zone to the minute; an unchanged moment keeps its seconds."""
    known = entered if isinstance(entered, datetime) else None
    shown = known.astimezone(zone).replace(tzinfo=None, second=0) if known else None
    seed(key, shown)
    chosen = st.datetime_input(
        label,
        value=None,
        min_value=datetime.combine(_FIRST_DAY, datetime.min.time()),
        max_value=datetime.combine(_LAST_DAY, datetime.min.time()),
        format="YYYY-MM-DD",
        key=key,
        label_visibility="collapsed",
        persist_state=KEPT,
        width=_WIDTH,
    )
    if chosen is None or chosen == shown:
        return known if chosen else None
    return chosen.replace(tzinfo=zone).astimezone(UTC)


def _period(entered: Entered, label: str, key: str) -> DatePeriod | None:
    known = entered if isinstance(entered, DatePeriod) else DatePeriod("LAST_N_DAYS", _USUAL_COUNT)
    name = choose(
        label,
        list(PERIODS),
        known.name,
        key,
        format_func=lambda name: PERIODS.get(name, name),
        placeholder="Choose a period",
        width=_PERIOD_WIDTH,
    )
    if not name:
        return None
    if not DatePeriod(name).is_counted:
        return DatePeriod(name)
    seed(f"{key}_count", known.count or _USUAL_COUNT)
    number = st.number_input(
        f"Number in {PERIODS[name]}",
        min_value=0,
        max_value=99_999,
        step=1,
        key=f"{key}_count",
        label_visibility="collapsed",
        persist_state=KEPT,
        width=110,
    )
    return DatePeriod(name, int(number))
