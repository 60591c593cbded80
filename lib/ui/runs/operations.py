"""What a run took, step by step: the ways there were, the estimate, and what it really was."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from lib.call_words import STEPS, WAYS, calls, estimates, expected, forecast
from lib.clock import time_of_day, utc_now
from lib.services.log import Log
from lib.store import operations
from lib.store.operations import Operation
from lib.store.run import Run
from lib.ui.errors import plain
from lib.ui.times import viewer_zone

_WIDTHS = {"Step": 215, "Calls": 60, "Estimate": 75, "Records": 75, "Seconds": 75, "How": 260}


def draw_operations(log: Log, run: Run, *, key: str) -> None:
    """The forecast and the steps, folded; nothing for a run of which no steps were kept."""
    steps = operations.of_run(log.store, run.id)
    if not steps:
        return
    with st.expander("Operations", key=f"{key}_operations"):
        if run.forecast is not None:
            st.caption(expected(run.forecast))
        st.dataframe(
            _frame(steps),
            hide_index=True,
            column_config={name: _column(name) for name in _WIDTHS},
            key=f"{key}_steps",
            alt="The steps of this run",
        )
        for step in steps:
            if len(step.ways) > 1:
                st.caption(plain(_considered(step)))
        st.caption(
            f"{calls(run.api_calls)} in all. A call counts for one step only, and a step without "
            "calls isn't shown."
        )


def draw_forecast(run: Run) -> None:
    """What the run takes and what the org has left, and when calls come back if they don't do."""
    found = run.forecast
    if found is not None:
        is_short = found.fits < found.records
        found = found if is_short else replace(found, frees_at=None)
        st.caption(" ".join(forecast(found, _clock, of_undo=run.undoes is not None)))


def forecast_in_full(run: Run) -> str:
    """The same, always with when calls come back; empty without a forecast."""
    return " ".join(forecast(run.forecast, _clock)) if run.forecast is not None else ""


def _clock(moment: datetime) -> str:
    """`4:39 PM tomorrow`; calls come back within a day."""
    here, today = moment.astimezone(viewer_zone()), utc_now().astimezone(viewer_zone())
    return time_of_day(here) if here.date() == today.date() else f"{time_of_day(here)} tomorrow"


def _frame(steps: Sequence[Operation]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Step": STEPS.get(step.step, step.step),
                "Calls": f"{step.calls:,}",
                "Estimate": f"{step.estimate.calls:,}" if step.estimate else "–",
                "Records": f"{step.records:,}" if step.records else "–",
                "Seconds": f"{step.seconds:,.1f}",
                "How": WAYS.get(step.way, step.way) or "–",
            }
            for step in steps
        ]
    )


def _column(name: str) -> ColumnConfig:
    alignment: Literal["left", "right"] = "left" if name in ("Step", "How") else "right"
    return st.column_config.TextColumn(width=_WIDTHS[name], alignment=alignment)


def _considered(step: Operation) -> str:
    """`Finding the addresses: …`, each way with its estimate, and why this one."""
    name = STEPS.get(step.step, step.step)
    return f"{name}: {estimates(step.ways)}. {step.why}".strip()
