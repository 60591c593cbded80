"""The words for runs that take another run back, and for what they leave as it is and why.

Their records have the same outcomes as those of a sync, but the box goes the other way.
"""

from collections.abc import Mapping

from lib.values import Outcome, RunStatus
from lib.words import (
    REASONS,
    STATUSES,
    RunNumbers,
    by_count,
    cause,
    outcome_counts,
    people,
    records,
)

ALSO_UNSUBSCRIBED = "also_unsubscribed"
STILL_LISTED = "still_listed"

OUTCOMES: Mapping[str, str] = {
    Outcome.UPDATED: "made mailable again",
    Outcome.PLANNED: "would be made mailable again",
    Outcome.SKIPPED: "left as is",
    Outcome.FAILED: "refused by Salesforce",
    Outcome.PENDING: "not changed yet",
}

_STAYS = "Stay opted out"
_GROUPS: Mapping[str, str] = {
    ALSO_UNSUBSCRIBED: f"{_STAYS} because they also unsubscribed otherwise",
    "perhaps_unsubscribed": f"{_STAYS} because they may have unsubscribed again",
    "set_by_other": f"{_STAYS} because someone else opted them out",
    "set_before": f"{_STAYS} because someone had set one of two opt-out fields before",
    "set_again": f"{_STAYS} because a later run opted them out again",
    "changed_since": f"{_STAYS} because the record was changed since then",
    "converted": f"{_STAYS} because Salesforce doesn't allow edits of converted Leads",
    "gone": "Gone: deleted in Salesforce",
    "cleared_since": "Can be emailed already: someone cleared the box",
    "undone": "Can be emailed already: taken back before",
    "never_written": "Were never opted out by this run, and won't be",
}
_BACK: Mapping[Outcome, tuple[str, str]] = {
    Outcome.PLANNED: ("Go back", "Go back, but stay off lists (still on JangoMail's list)"),
    Outcome.UPDATED: (
        "Made mailable again",
        "Made mailable again, but off lists (still on JangoMail's list)",
    ),
    Outcome.PENDING: ("Not changed yet", "Not changed yet"),
    Outcome.FAILED: ("Refused by Salesforce", "Refused by Salesforce"),
}


def why_left(reason: str, message: str | None) -> str:
    """Why a record is as it is, such as `also unsubscribed on Mar 3, 2026`."""
    if reason == ALSO_UNSUBSCRIBED and message:
        return message
    return REASONS.get(reason, reason)


def group(outcome: Outcome, reason: str | None, people_: int, records_: int) -> str:
    """`Go back: 40 people (42 records)`, or why they stay."""
    count = people(people_) if people_ == records_ else f"{people(people_)} ({records(records_)})"
    if outcome in _BACK:
        plain, listed = _BACK[outcome]
        return f"{listed if reason == STILL_LISTED else plain}: {count}"
    return f"{_GROUPS.get(reason or '', 'Left as they are')}: {count}"


def headline(run: RunNumbers) -> str:
    """The result of an undo in a sentence; no period."""
    status = STATUSES[run.status].capitalize()
    if run.status == RunStatus.BUSY:
        return "Another run was in progress, so nothing was taken back"
    if run.status == RunStatus.FAILED:
        return f"Failed{_before(run)}: {cause(run)}"
    if run.planned is not None:
        return f"{status}: {records(run.planned)} would be made mailable again"
    refused = f", {run.failed:,} {OUTCOMES[Outcome.FAILED]}" if run.failed else ""
    waiting = f", {run.pending:,} {OUTCOMES[Outcome.PENDING]}" if run.pending else ""
    left = f", {run.skipped:,} {OUTCOMES[Outcome.SKIPPED]}" if run.skipped else ""
    in_part = " in part" if run.failed or run.pending else ""
    done = f"Taken back{in_part}: {records(run.updated or 0)} made mailable again"
    return f"{done}{refused}{waiting}{left}"


def balance(run: RunNumbers) -> str:
    """The undo's records as a sum of their outcomes."""
    parts = [f"{count:,} {OUTCOMES[outcome]}" for outcome, count in reversed(outcome_counts(run))]
    return f"{records(run.records)} = {' + '.join(parts)}." if parts else ""


def _before(run: RunNumbers) -> str:
    return by_count(
        run.updated or 0,
        "",
        " after 1 record was made mailable again",
        " after {n} records were made mailable again",
    )
