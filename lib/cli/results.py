"""A run's result as JSON and in words."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from lib import call_words, undo_words
from lib.clock import to_text
from lib.exit_codes import ExitCode
from lib.store.operations import Operation
from lib.store.runs import Run
from lib.values import ONLY_PLANNED, Forecast, Outcome, RunResult, RunStatus
from lib.words import (
    ABOUT_LINES,
    OUTCOMES,
    by_count,
    opted_out,
    outcome_counts,
    people,
    records,
    who_asked,
)

EXIT_CODES: Mapping[RunStatus, ExitCode] = {
    RunStatus.SUCCEEDED: ExitCode.DONE,
    RunStatus.DRY_RUN: ExitCode.DONE,
    RunStatus.FAILED: ExitCode.FAILED,
    RunStatus.PARTIAL: ExitCode.PARTIAL,
    RunStatus.OVER_LIMIT: ExitCode.OVER_LIMIT,
    RunStatus.BUSY: ExitCode.BUSY,
}


def result_json(result: RunResult) -> dict[str, object]:
    """What `run --json` prints (contract.md): `planned` instead of `updated` if nothing was."""
    values = asdict(result)
    absent = "updated" if result.planned is not None else "planned"
    del values[absent], values["who_asked"]
    for name in ("left_out", "domain", "forecast"):
        if values[name] is None:
            del values[name]
    if result.forecast is not None:
        values["forecast"] = forecast_json(result.forecast)
    values["errors"] = [
        {name: fault[name] for name in ("code", "message", "count", "remedy")}
        for fault in values["errors"]
    ]
    return values


def forecast_json(forecast: Forecast) -> dict[str, object]:
    """The forecast of a run's API calls, with what the org has left."""
    frees_at = to_text(forecast.frees_at) if forecast.frees_at else None
    return {**asdict(forecast), "left": forecast.left, "frees_at": frees_at}


def operation_json(step: Operation) -> dict[str, object]:
    """What `history --run ID --json` prints for each step."""
    values = asdict(step)
    del values["counts"]
    values["ways"] = [
        {
            **way,
            "why_not": way["why_not"] or None,
            "calls": None if way["why_not"] else way["calls"],
        }
        for way in values["ways"]
    ]
    return values


def run_json(run: Run) -> dict[str, object]:
    """What `history --json` prints for each run."""
    return {
        **result_json(run.as_result()),
        "started_at": to_text(run.started_at),
        "finished_at": to_text(run.finished_at) if run.finished_at else None,
        "started_by": run.started_by,
        "source": run.file_name or run.source,
        "undoes": run.undoes,
    }


def in_words(result: RunResult) -> str:
    """The result in a sentence, then each error with its remedy."""
    full = "Compared everything." if result.full else ""
    headline = f"{opted_out(result)}."
    parts = (headline, of_domain(result), _details(result), full, who_asked(result), _calls(result))
    faults = [f"{fault.message}\nWhat to do: {fault.remedy}" for fault in result.errors]
    return "\n".join([" ".join(filter(None, parts)), *faults])


def of_domain(result: RunResult) -> str:
    """How many of them are at the domain that the run is to approve."""
    part = result.domain
    if part is None:
        return ""
    return by_count(
        part.records,
        f"None of them is at {part.name}.",
        f"1 of them is at {part.name}.",
        f"Of these, {records(part.records)} of {people(part.people)} are at {part.name}.",
    )


def _calls(result: RunResult, *, of_undo: bool = False) -> str:
    """A preview says what the run will take."""
    if result.forecast is None or result.status not in ONLY_PLANNED:
        return ""
    return " ".join(call_words.forecast(result.forecast, moment_in_words, of_undo=of_undo))


def moment_in_words(moment: datetime) -> str:
    """A time as the terminal shows it."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def undo_in_words(result: RunResult) -> str:
    """The result of an undo in a sentence, then each error with its remedy."""
    faults = [f"{fault.message}\nWhat to do: {fault.remedy}" for fault in result.errors]
    headline = f"{undo_words.headline(result)}. {_calls(result, of_undo=True)}".rstrip()
    return "\n".join([headline, *faults])


def lines_when_quiet(result: RunResult) -> list[str]:
    """What even --quiet says of a file: lines that were left out, and lines not understood."""
    if result.left_out is None:
        return []
    lines = [who_asked(result)] if result.left_out else []
    return lines + [fault.message for fault in result.errors if fault.code in ABOUT_LINES]


def _details(result: RunResult) -> str:
    """What the headline doesn't say yet: the other outcomes, and people without a record."""
    parts = [
        f"{count:,} {OUTCOMES[outcome]}"
        for outcome, count in reversed(outcome_counts(result))
        if outcome not in (Outcome.PLANNED, Outcome.UPDATED)
    ]
    if result.unmatched:
        parts.append(f"{people(result.unmatched)} without a record")
    return f"{', '.join(parts)}." if parts else ""
