"""Read records by their IDs, and the only write Optback makes: the opt-out boxes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from lib import soql
from lib.errors import (
    PermissionMissing,
    RequestRefused,
    SalesforceError,
    TooMuchAtOnce,
    WriteUnanswered,
)
from lib.fields import LEAD, PersonFields, fields_of
from lib.salesforce import query
from lib.salesforce.codes import Meaning, entry, means
from lib.salesforce.door import Door
from lib.salesforce.failures import broken, refusals_in
from lib.salesforce.refusals import Cause, Refusal, cause_of, cause_of_all
from lib.salesforce.rows import to18, to_record
from lib.values import Change, Record, Verdict

MOST_WRITES = 200
MOST_READS = 2000

_NO_ASSIGNMENT = {"Sforce-Auto-Assign": "FALSE"}  # else a rule may change a Lead's owner


def opt_out(door: Door, changes: Sequence[Change], *, to: bool = True) -> list[Verdict]:
    """Set every opt-out box of up to 200 records in a single call; nothing else is written here.

    Only an undo sets it back: `to` False (rules.md, invariant 1).

    Returns a Verdict for each change, in the order given. A refused record has a Verdict with
    ok=False, so the others go through. Records with a passing refusal are tried again, also if the
    cause is wrapped in another error. Costs 1 API call per try. Raises TooMuchAtOnce if a smaller
    call may work, WriteUnanswered if the answer was lost or doesn't match the records.
    Source: REST API Developer Guide, "sObject Collections" (at most 200; at most 10 runs of types).
    """
    if len(changes) > MOST_WRITES:
        raise ValueError(
            f"{len(changes)} records in one call, but at most {MOST_WRITES} are allowed"
        )
    if not changes:
        return []
    types = {to18(change.record_id): change.sobject for change in changes}
    verdicts = _set_boxes(door, types, to)
    for attempt in count():
        again = {
            record_id: types[record_id]
            for record_id, verdict in verdicts.items()
            if _passes(verdict)
        }
        if not again or attempt + 1 >= door.patience.tries:
            break
        door.patience.pause(attempt)
        verdicts |= _set_boxes_again(door, again, verdicts, to)
    return [verdicts[to18(change.record_id)] for change in changes]


def look_up(
    door: Door,
    sobject: str,
    record_ids: Sequence[str],
    columns: Sequence[str] = (),
) -> dict[str, Record | None]:
    """The records as they are now, by the given IDs; `None` for a record that is gone or hidden.

    Costs 1 API call for 2,000 IDs. `columns` are extra columns the user can see. Raises
    PermissionMissing if the opt-out field is hidden.
    """
    found: dict[str, Record | None] = dict.fromkeys(record_ids)
    person = fields_of(sobject, door.own_field)
    fields = _fields(person, sobject, columns)
    given = {to18(record_id): record_id for record_id in record_ids}
    for row in _retrieve(door, sobject, list(given), fields):
        record = to_record(sobject, row, person)
        if record.record_id in given:
            found[given[record.record_id]] = record
    return found


def look_up_many(
    door: Door, ids: Mapping[str, Sequence[str]], columns: Sequence[str] = ()
) -> Iterator[dict[str, Record]]:
    """The records with these IDs by sObject, as they are now and as they arrive.

    A record that is gone or hidden isn't among them. Costs 1 API call for 10,000 IDs, or for 2,000
    if Salesforce refuses such queries. Raises PermissionMissing if a column is hidden.
    """
    parts = [
        (sobject, record_ids[start : start + MOST_READS])
        for sobject, record_ids in sorted(ids.items())
        for start in range(0, len(record_ids), MOST_READS)
    ]
    people = {sobject: fields_of(sobject, door.own_field) for sobject in ids}
    queries = [
        soql.select(_fields(people[sobject], sobject, columns), sobject, soql.any_of("Id", part))
        for sobject, part in parts
    ]
    for answer in query.pages(door, queries):
        sobject, part = parts[answer.index]
        if answer.error is None:
            rows = (to_record(sobject, row, people[sobject]) for row in answer.rows)
            yield {record.record_id: record for record in rows}
        elif query.needs_smaller_queries(answer.error):
            found = look_up(door, sobject, part, columns)
            yield {key: record for key, record in found.items() if record is not None}
        else:
            raise query.error_to_raise(answer.error)


def _fields(person: PersonFields, sobject: str, columns: Sequence[str]) -> list[str]:
    needed = ["Id", person.email, *person.opt_outs, "LastModifiedDate", *columns]
    if sobject == LEAD:
        needed.append("IsConverted")
    return list(dict.fromkeys(needed))


def cause(verdict: Verdict) -> Cause:
    """What the verdict of a refused record is about."""
    return cause_of(verdict.code or "", verdict.message or "")


def _passes(verdict: Verdict) -> bool:
    return not verdict.ok and cause(verdict) is Cause.PASSING


def _set_boxes(door: Door, types: Mapping[str, str], to: bool) -> dict[str, Verdict]:
    """A single call; `types` maps IDs to their sObject. Sorted to keep each type together."""
    ids = sorted(types, key=lambda record_id: types[record_id])
    body = {
        "allOrNone": False,
        "records": [_with_boxes(door, types[record_id], record_id, to) for record_id in ids],
    }
    try:
        answer = door.patch("composite/sobjects", body, _NO_ASSIGNMENT)
    except RequestRefused as error:
        raise _for_people(door, error, set(types.values())) from error
    return dict(zip(ids, _verdicts(ids, answer), strict=True))


def _set_boxes_again(
    door: Door, types: Mapping[str, str], before: Mapping[str, Verdict], to: bool
) -> dict[str, Verdict]:
    """Another try. If the whole call fails, the refusals from before still count."""
    try:
        return _set_boxes(door, types, to)
    except WriteUnanswered:
        raise
    except TooMuchAtOnce as error:
        code, said = error.vendor_code, error.said
        return {key: Verdict(key, ok=False, code=code, message=said) for key in types}
    except SalesforceError:
        return {record_id: before[record_id] for record_id in types}


def _with_boxes(door: Door, sobject: str, record_id: str, to: bool) -> dict[str, object]:
    boxes = dict.fromkeys(fields_of(sobject, door.own_field).opt_outs, to)
    return {"attributes": {"type": sobject}, "id": record_id, **boxes}


def _verdicts(ids: Sequence[str], answer: object) -> list[Verdict]:
    if not isinstance(answer, list) or len(answer) != len(ids):
        raise _mismatch()
    return [_verdict(record_id, row) for record_id, row in zip(ids, answer, strict=True)]


def _verdict(record_id: str, row: object) -> Verdict:
    """A row of the answer; a refused row may come without its ID."""
    if not isinstance(row, dict) or not isinstance(row.get("success"), bool):
        raise _mismatch()
    named = row.get("id") or row.get("Id")
    if (named or row["success"]) and to18(str(named)) != record_id:
        raise _mismatch()
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


def _mismatch() -> WriteUnanswered:
    return WriteUnanswered(
        "Salesforce's answer to a change doesn't match the records Optback sent",
        remedy="The next run checks these records in Salesforce before it does anything else.",
    )


def _for_people(door: Door, error: RequestRefused, sobjects: Iterable[str]) -> SalesforceError:
    if means(error.vendor_code, Meaning.HIDDEN_FIELD):
        known = entry(error.vendor_code)
        names = dict.fromkeys(
            name for each in sorted(sobjects) for name in fields_of(each, door.own_field).opt_outs
        )
        return PermissionMissing(f"{known.text}: {', '.join(names)}", remedy=known.remedy)
    return error


def _retrieve(
    door: Door, sobject: str, ids: Sequence[str], fields: Sequence[str]
) -> Iterator[Mapping[str, Any]]:
    for start in range(0, len(ids), MOST_READS):
        body = {"ids": ids[start : start + MOST_READS], "fields": fields}
        try:
            answer = door.ask(f"composite/sobjects/{sobject}", body)
        except RequestRefused as error:
            raise _for_people(door, error, (sobject,)) from error
        if answer is not None and not isinstance(answer, list):
            raise broken("it has no list of records")
        yield from (row for row in answer or [] if isinstance(row, dict))
