"""What needs attention now, and what is over: pure, from what the log says about a connection.

What needs a person is a cause at once. What may pass by itself (a service that's down, maintenance,
limits) is a cause at the third failing run in a row, or an hour after the first of them.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lib.alerts.lateness import LATE_BY
from lib.salesforce.failures import LATER
from lib.salesforce.permission_set.rights import failed_rights
from lib.salesforce.signin_remedies import HOURS
from lib.store.alert_lookups import Overdue
from lib.store.connections import ConnectionState
from lib.store.domains import OnHold
from lib.store.mass_clearings import ClearedBox, Confirmation
from lib.store.people import RefusedRecord
from lib.store.run import Run
from lib.values import CARRIED_OUT, Fault, RunStatus
from lib.words import SIGN_IN

FAILING_RUNS = 3
PASSES_WITHIN = timedelta(hours=1)
_PINGPONG = 3  # records that came back again and again; one or two can be people
_NUMBER = re.compile(r"\d[\d,.]*")
_LIMITS = ("api_limit_reached", "call_cap")


class CauseKind(StrEnum):
    """Why someone is told; stored, so a word stays what it is."""

    CREDENTIALS = "credentials"
    JANGOMAIL = "jangomail"  # JangoMail refused its user name or password
    WRONG_ORG = "wrong_org"
    PERMISSIONS = "permissions"
    SAFETY_LIMIT = "safety_limit"
    MASS_CLEARING = "mass_clearing"
    CLEARED_AGAIN = "cleared_again"  # another program clears what we set
    REFUSED = "refused"
    HELD = "held_domain"
    LIST_SHRANK = "list_shrank"  # many people are missing from JangoMail's list at once
    FAILING = "failing"
    SILENCE = "silence"
    DEADLINE = "deadline"


ALWAYS_TOLD = frozenset(
    {CauseKind.CREDENTIALS, CauseKind.JANGOMAIL, CauseKind.PERMISSIONS, CauseKind.DEADLINE}
)
"""Kinds of alerts that can't be switched off: without someone, no one is opted out in time."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A problem that needs attention; another `mark` means that it has changed since."""

    kind: CauseKind
    mark: str = ""
    fault: Fault | None = None  # what the run said, where a run said it


@dataclass(frozen=True, slots=True)
class Situation:
    """A connection as its log has it; previews and runs that another run kept away don't count.

    `latest` is the last run to end; `failing` are the failed runs in a row up to it, newest first.
    `signed_in_at` is when a run last got into Salesforce. `vanished`: how many entries of the
    source's list are missing at once, and how many there were. `confirmed` is the last time someone
    confirmed boxes that were cleared at once. `mailable` counts people who unsubscribed and can
    still be emailed. `expected_every` is how often a run should finish; None: no schedule.
    `link_key` is for links to the connection. `unreadable`: another key is needed for its stored
    credentials.
    """

    connection: str
    now: datetime
    state: ConnectionState | None = None
    latest: Run | None = None
    failing: tuple[Run, ...] = ()
    signed_in_at: datetime | None = None
    refused: tuple[RefusedRecord, ...] = ()
    held_domains: tuple[OnHold, ...] = ()
    vanished: tuple[int, int] = (0, 0)
    cleared_at_once: tuple[ClearedBox, ...] = ()
    confirmed: Confirmation | None = None
    cleared_again: int = 0
    overdue: Overdue | None = None
    mailable: int = 0
    expected_every: timedelta | None = None
    link_key: str = ""
    unreadable: Fault | None = None


def causes_of(seen: Situation) -> list[Cause]:
    """Every problem that needs attention now, the most serious first."""
    found = [
        _credentials(seen),
        _other_org(seen),
        *_of_the_run(seen),
        _mass_clearing(seen),
        _cleared_again(seen),
        _refused(seen),
        _held(seen),
        Cause(CauseKind.LIST_SHRANK) if seen.vanished[0] else None,
        _failing(seen),
        _silence(seen),
        Cause(CauseKind.DEADLINE) if seen.overdue else None,
    ]
    return [cause for cause in found if cause is not None]


def is_over(kind: CauseKind, opened_at: datetime, seen: Situation) -> bool:
    """Whether a cause that isn't there any more is surely gone, and not only out of sight."""
    if kind is CauseKind.SILENCE:
        return seen.latest is not None and _ended(seen.latest) >= opened_at
    if kind is CauseKind.CREDENTIALS:
        return _has_signed_in(seen, opened_at)
    if kind is CauseKind.PERMISSIONS and _has_its_rights(seen, opened_at):
        return True
    if kind in _TOLD_BY_RUNS:
        run = seen.latest
        return run is not None and run.status in CARRIED_OUT and _ended(run) >= opened_at
    return True


_TOLD_BY_RUNS = frozenset(
    {
        CauseKind.JANGOMAIL,
        CauseKind.WRONG_ORG,
        CauseKind.PERMISSIONS,
        CauseKind.SAFETY_LIMIT,
        CauseKind.FAILING,
    }
)
_BY_CODE = {
    "source_credentials_refused": CauseKind.JANGOMAIL,
    "wrong_org": CauseKind.WRONG_ORG,
    "permission_missing": CauseKind.PERMISSIONS,
}


def has_failed(run: Run) -> bool:
    """Whether it counts among failing runs: it failed, or ran into a limit of API calls."""
    is_short = run.status is RunStatus.PARTIAL and any(one.code in _LIMITS for one in run.errors)
    return run.status is RunStatus.FAILED or is_short


def needs_hand(fault: Fault) -> CauseKind | None:
    """The cause that a fault of a run is at once; None if it may pass by itself."""
    if fault.code == "sign_in_refused":  # limits and login hours pass; a switched-off API doesn't
        return None if fault.remedy in (LATER, HOURS) else CauseKind.PERMISSIONS
    return _BY_CODE.get(fault.code)


def _credentials(seen: Situation) -> Cause | None:
    state = seen.state
    if state is None or state.paused_at is None:
        return None
    if seen.signed_in_at is not None and seen.signed_in_at > state.paused_at:
        return None  # other credentials work
    fault = Fault("paused", state.paused_message or "", state.paused_remedy or "")
    return Cause(CauseKind.CREDENTIALS, fault=fault)


def _of_the_run(seen: Situation) -> list[Cause]:
    run = seen.latest
    if run is None:
        return []
    if run.status is RunStatus.OVER_LIMIT:
        return [Cause(CauseKind.SAFETY_LIMIT)]
    if run.status is not RunStatus.FAILED or _passed_a_test(seen, _ended(run)):
        return []
    found: dict[CauseKind, list[Fault]] = {}
    has_its_rights = _has_its_rights(seen, _ended(run))
    for fault in run.errors:
        kind = needs_hand(fault)
        if kind is not None and not (kind is CauseKind.PERMISSIONS and has_its_rights):
            found.setdefault(kind, []).append(fault)
    if _other_org(seen):
        found.pop(CauseKind.WRONG_ORG, None)
    return [Cause(kind, _mark_of(kind, all_), all_[0]) for kind, all_ in found.items()]


def _other_org(seen: Situation) -> Cause | None:
    """Another org than before, whether a run, a list, or a test met it."""
    state = seen.state
    if state is None or state.other is None:
        return None
    other, before = state.other.org, state.org
    was = f". Until now, it was {before.name} ({before.org_id})" if before else ""
    message = f"{seen.connection} now leads to {other.name} ({other.org_id}){was}"
    remedy = (
        'If the new org is right, choose "Use this org" on the Connection page. If not, enter the '
        "credentials of the org you mean."
    )
    return Cause(CauseKind.WRONG_ORG, fault=Fault("wrong_org", message, remedy))


def _mark_of(kind: CauseKind, faults: Iterable[Fault]) -> str:
    return "" if kind is CauseKind.WRONG_ORG else _mark(_said(faults))


def _said(faults: Iterable[Fault]) -> list[str]:
    """The messages without their numbers: "37 people" and "38 people" are the same cause."""
    return [_NUMBER.sub("#", fault.message) for fault in faults]


def _mass_clearing(seen: Situation) -> Cause | None:
    """More boxes found by a later run are another state of it; boxes set again aren't."""
    found_by = {box.run_id for box in seen.cleared_at_once}
    return Cause(CauseKind.MASS_CLEARING, _mark(found_by)) if found_by else None


def _cleared_again(seen: Situation) -> Cause | None:
    return Cause(CauseKind.CLEARED_AGAIN) if seen.cleared_again >= _PINGPONG else None


def _refused(seen: Situation) -> Cause | None:
    ids = [record.record_id for record in seen.refused]
    return Cause(CauseKind.REFUSED, _mark(ids)) if ids else None


def _held(seen: Situation) -> Cause | None:
    names = [each.domain for each in seen.held_domains]
    return Cause(CauseKind.HELD, _mark(names)) if names else None


def _failing(seen: Situation) -> Cause | None:
    if seen.unreadable is not None:  # no run can begin, and it doesn't pass by itself
        return Cause(CauseKind.FAILING, fault=seen.unreadable)
    if not seen.failing or not seen.failing[0].errors:
        return None
    in_a_row = 0
    for run in seen.failing:
        if _is_for_a_person(run):
            break
        in_a_row += 1
    if not in_a_row:
        return None
    first = seen.failing[in_a_row - 1]
    lasts = seen.now - _ended(first)
    if in_a_row < FAILING_RUNS and lasts < PASSES_WITHIN:
        return None
    return Cause(CauseKind.FAILING, fault=seen.failing[0].errors[0])


def _is_for_a_person(run: Run) -> bool:
    return any(one.code in _CREDENTIALS or needs_hand(one) for one in run.errors)


_CREDENTIALS = ("paused", "credentials_refused")


def _silence(seen: Situation) -> Cause | None:
    """No run finished for longer than the schedule allows, plus an hour, and no one paused it."""
    if seen.expected_every is None or seen.latest is None:
        return None
    since, state = _ended(seen.latest), seen.state
    if state is not None and state.halted_at is not None:
        return None  # a person wants it so
    if state is not None and state.resumed_at is not None:
        since = max(since, state.resumed_at)
    is_late = seen.now - since > seen.expected_every + LATE_BY
    return Cause(CauseKind.SILENCE) if is_late else None


def _has_signed_in(seen: Situation, after: datetime) -> bool:
    """New credentials that no one has tried yet are no proof."""
    if seen.signed_in_at is not None and seen.signed_in_at > after:
        return True
    return seen.state is not None and _has_tested_sign_in(seen.state, after)


def _has_tested_sign_in(state: ConnectionState, after: datetime) -> bool:
    if state.checked_at is None or state.checked_at <= after:
        return False
    return any(check.ok and check.name == SIGN_IN for check in state.checks)


def _has_its_rights(seen: Situation, after: datetime) -> bool:
    """Whether a test got into Salesforce and missed no right, whatever else it found."""
    state = seen.state
    if state is None or not _has_tested_sign_in(state, after):
        return False
    return not failed_rights(state.checks)


def _passed_a_test(seen: Situation, after: datetime) -> bool:
    state = seen.state
    if state is None or state.checked_at is None or state.checked_at <= after:
        return False
    return all(check.ok for check in state.checks)


def _ended(run: Run) -> datetime:
    return run.finished_at or run.beat_at


def _mark(parts: Iterable[str]) -> str:
    """What tells one set from another, without its members."""
    text = "\n".join(sorted(parts))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
