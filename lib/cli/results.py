"""A run's result as JSON and in words."""

from collections.abc import Mapping
from dataclasses import asdict

from lib.clock import to_text
from lib.store.runs import Run
from lib.values import RunResult, RunStatus
from lib.words import ABOUT_LINES, STATUSES, people, records, who_asked

EXIT_CODES: Mapping[RunStatus, int] = {
    RunStatus.SUCCEEDED: 0,
    RunStatus.DRY_RUN: 0,
    RunStatus.FAILED: 1,
    RunStatus.PARTIAL: 3,
    RunStatus.OVER_LIMIT: 4,
    RunStatus.BUSY: 5,
}


def result_json(result: RunResult) -> dict[str, object]:
    """What `run --json` prints (contract.md): `planned` stands for `updated` where nothing was."""
    values = asdict(result)
    absent = "updated" if result.planned is not None else "planned"
    del values[absent], values["who_asked"]
    if result.left_out is None:
        del values["left_out"]
    values["errors"] = [
        {name: fault[name] for name in ("code", "message", "count", "remedy")}
        for fault in values["errors"]
    ]
    return values


def run_json(run: Run) -> dict[str, object]:
    """What `history --json` prints for one run."""
    return {
        **result_json(run.as_result()),
        "started_at": to_text(run.started_at),
        "finished_at": to_text(run.finished_at) if run.finished_at else None,
        "started_by": run.started_by,
        "source": run.file_name or run.source,
    }


def in_words(result: RunResult) -> str:
    """The result in a sentence, then each fault with its remedy."""
    parts = (_headline(result), _details(result), who_asked(result))
    faults = [f"{fault.message}\nWhat to do: {fault.remedy}" for fault in result.errors]
    return "\n".join([" ".join(filter(None, parts)), *faults])


def told_when_quiet(result: RunResult) -> list[str]:
    """A line about a file's lines that were left out, and one about those not understood."""
    if result.left_out is None:
        return []
    lines = [who_asked(result)] if result.left_out else []
    return lines + [one.message for one in result.errors if one.code in ABOUT_LINES]


def _headline(result: RunResult) -> str:
    status = STATUSES[result.status]
    if result.status == RunStatus.BUSY:
        return "Another run of this connection is under way."
    if result.planned is not None:
        return f"{status[0].upper()}{status[1:]}: {records(result.planned)} would be opted out."
    return f"{status[0].upper()}{status[1:]}: {records(result.updated or 0)} opted out."


def _details(result: RunResult) -> str:
    told = [
        (result.already_opted_out, "already opted out"),
        (result.kept, "left mailable (box cleared by hand)"),
        (result.skipped, "skipped"),
        (result.failed, "refused by Salesforce"),
        (result.pending, "not written yet"),
    ]
    parts = [f"{count:,} {words}" for count, words in told if count]
    if result.unmatched:
        parts.append(f"{people(result.unmatched)} on no record")
    return f"{', '.join(parts)}." if parts else ""
