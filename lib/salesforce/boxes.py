"""The only write Optback makes: the opt-out boxes of up to 1,000 records in a call.

A group is one request to sObject Collections, with at most 200 records. Up to five groups go into a
composite call, which counts once against the daily limit; Salesforce saves them one after the
other, each on its own.
Source: REST API Developer Guide, "sObject Collections" (at most 200; at most 10 runs of types) and
"Send Multiple Requests Using Composite" (at most 5 Collections; `allOrNone` of both must be false).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lib.errors import (
    PermissionMissing,
    RequestRefused,
    SalesforceError,
    WriteUnanswered,
)
from lib.fields import fields_of
from lib.salesforce.ahead import Part
from lib.salesforce.codes import Meaning, entry, means
from lib.salesforce.composite import patch_together
from lib.salesforce.door import Door
from lib.salesforce.failures import FailureKind, refusals_in, unanswered
from lib.salesforce.refusals import Cause, Refusal, cause_of, cause_of_all
from lib.salesforce.rows import to18
from lib.values import Change, Verdict

MOST_IN_GROUP = 200
MOST_GROUPS = 5

_COLLECTIONS = "composite/sobjects"
_MISMATCH = "Salesforce's answer to a change doesn't match the records Optback sent"
_NO_ASSIGNMENT = {"Sforce-Auto-Assign": "FALSE"}  # else a rule may change a Lead's owner


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """Salesforce's answer for one group: a verdict for each change in order, or an error.

    A group with an error certainly wasn't written, unless the error is WriteUnanswered. `passes`:
    the same group may go through after a pause.
    """

    verdicts: Sequence[Verdict] = ()
    error: SalesforceError | None = None
    passes: bool = False


def set_boxes(
    door: Door, groups: Sequence[Sequence[Change]], *, to: bool = True
) -> list[GroupAnswer]:
    """Set every opt-out box of the records in up to five groups of 200, in 1 API call.

    Nothing else is written in this program. Only an undo sets boxes back: `to` False (rules.md,
    invariant 1). The answers are in the order of the groups. A refused record has a Verdict with
    ok=False, so the others go through. Raises an error if the whole call failed: TooMuchAtOnce if
    a smaller call may work, WriteUnanswered if its answer was lost or can't be read.
    """
    sizes = [len(group) for group in groups]
    if len(groups) > MOST_GROUPS or not all(0 < size <= MOST_IN_GROUP for size in sizes):
        raise ValueError(f"{sizes} records in the groups of a call, which Salesforce doesn't take")
    writes = [_Group(door, group, to) for group in groups]
    if len(writes) < 2:
        return [GroupAnswer(write.verdicts(write.send_alone())) for write in writes]
    bodies = [write.body for write in writes]
    parts = patch_together(door, _COLLECTIONS, bodies, _NO_ASSIGNMENT)
    return [write.of_part(part) for write, part in zip(writes, parts, strict=True)]


def cause(verdict: Verdict) -> Cause:
    """What the verdict of a refused record is about."""
    return cause_of(verdict.code or "", verdict.message or "")


def for_people(door: Door, error: RequestRefused, sobjects: Iterable[str]) -> SalesforceError:
    """The error for people: a hidden opt-out field is a missing permission."""
    if not means(error.vendor_code, Meaning.HIDDEN_FIELD):
        return error
    known = entry(error.vendor_code)
    names = dict.fromkeys(
        name for each in sorted(sobjects) for name in fields_of(each, door.own_field).opt_outs
    )
    return PermissionMissing(f"{known.text}: {', '.join(names)}", remedy=known.remedy)


class _Group:
    """A request to sObject Collections, in the order Salesforce wants: each type together."""

    def __init__(self, door: Door, changes: Sequence[Change], to: bool) -> None:
        self._door = door
        self._given = [to18(change.record_id) for change in changes]
        self._types = {
            record_id: change.sobject
            for record_id, change in zip(self._given, changes, strict=True)
        }
        self._ids = sorted(self._types, key=self._types.__getitem__)
        boxes = {
            sobject: dict.fromkeys(fields_of(sobject, door.own_field).opt_outs, to)
            for sobject in set(self._types.values())
        }
        self.body = {
            "allOrNone": False,
            "records": [self._record(each, boxes) for each in self._ids],
        }

    def send_alone(self) -> object:
        """Send it in a call of its own, and return the answer."""
        try:
            return self._door.patch(_COLLECTIONS, self.body, _NO_ASSIGNMENT)
        except RequestRefused as error:
            raise self._for_people(error) from error

    def of_part(self, part: Part) -> GroupAnswer:
        """The answer, if it was part of a composite call."""
        failure = part.failure
        try:
            if failure is None:
                return GroupAnswer(self.verdicts(part.body))
            if failure.kind is FailureKind.LOST:
                raise unanswered(failure.error.message)
        except WriteUnanswered as lost:
            return GroupAnswer(error=lost)
        error = failure.error
        if isinstance(error, RequestRefused):
            error = self._for_people(error)
        return GroupAnswer(error=error, passes=failure.kind is not FailureKind.FINAL)

    def verdicts(self, answer: object) -> list[Verdict]:
        """A verdict for each change, in the order given. Raises WriteUnanswered."""
        if not isinstance(answer, list) or len(answer) != len(self._ids):
            raise unanswered(_MISMATCH)
        found = {
            record_id: _verdict(record_id, row)
            for record_id, row in zip(self._ids, answer, strict=True)
        }
        return [found[record_id] for record_id in self._given]

    def _record(
        self, record_id: str, boxes: Mapping[str, Mapping[str, object]]
    ) -> dict[str, object]:
        sobject = self._types[record_id]
        return {"attributes": {"type": sobject}, "id": record_id, **boxes[sobject]}

    def _for_people(self, error: RequestRefused) -> SalesforceError:
        return for_people(self._door, error, set(self._types.values()))


def _verdict(record_id: str, row: Any) -> Verdict:
    """A row of the answer; a refused row may come without its ID."""
    if not isinstance(row, dict) or not isinstance(row.get("success"), bool):
        raise unanswered(_MISMATCH)
    named = row.get("id") or row.get("Id")
    if (named or row["success"]) and to18(str(named)) != record_id:
        raise unanswered(_MISMATCH)
    if row["success"]:
        return Verdict(record_id, ok=True)
    refusals = refusals_in(row.get("errors") or [])
    if not refusals:
        return Verdict(record_id, ok=False, code="UNKNOWN_EXCEPTION", message="")
    refusal = _deciding(refusals)
    return Verdict(record_id, ok=False, code=refusal.code, message=refusal.message)


def _deciding(refusals: Sequence[Refusal]) -> Refusal:
    """The refusal that decides: a refusal that needs a person, before those that pass."""
    decisive = cause_of_all(refusals)
    return next(
        refusal for refusal in refusals if cause_of(refusal.code, refusal.message) is decisive
    )
