"""Reading records by their ids, and the one write there is: ticking the opt-out box."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from lib.errors import (
    PermissionMissing,
    RequestRefused,
    SalesforceError,
    TooMuchAtOnce,
    WriteUnanswered,
)
from lib.fields import EMAIL, OPT_OUT
from lib.salesforce.codes import Meaning, entry, means
from lib.salesforce.composite import broken
from lib.salesforce.door import Door
from lib.salesforce.failures import refusals_in
from lib.salesforce.refusals import Cause, Refusal, cause_of, cause_of_all
from lib.salesforce.rows import to18, to_record
from lib.values import Change, Record, Verdict

MOST_WRITES = 200
MOST_READS = 2000

_WRITABLE = frozenset({"Contact", "Lead"})
_NO_ASSIGNMENT = {"Sforce-Auto-Assign": "FALSE"}  # else an active rule may change a Lead's owner


def opt_out(door: Door, changes: Sequence[Change]) -> list[Verdict]:
    """Tick the opt-out box of up to 200 records in one call; nothing else can be written here.

    Returns one Verdict per change, in the order given; a refused record is a Verdict with
    ok=False, so that the others go through. Rows refused in passing are tried again, whatever the
    cause is wrapped in. Costs 1 API call a try. Raises TooMuchAtOnce when a smaller call may pass,
    WriteUnanswered when the answer was lost or does not fit the records.
    Source: REST API Developer Guide, "sObject Collections" (at most 200; at most 10 runs of types).
    """
    if len(changes) > MOST_WRITES:
        raise ValueError(
            f"{len(changes)} records in one call, but at most {MOST_WRITES} are allowed"
        )
    if not changes:
        return []
    types = {to18(change.record_id): change.sobject for change in changes}
    verdicts = _tick(door, types)
    for attempt in count():
        again = {each: types[each] for each, verdict in verdicts.items() if _passes(verdict)}
        if not again or attempt + 1 >= door.patience.tries:
            break
        door.patience.pause(attempt)
        verdicts |= _tick_again(door, again, verdicts)
    return [verdicts[to18(change.record_id)] for change in changes]


def look_up(
    door: Door,
    sobject: str,
    record_ids: Sequence[str],
    columns: Sequence[str] = (),
) -> dict[str, Record | None]:
    """The records as they are now, by the ids given; `None` for one that is gone or hidden.

    Costs 1 API call for 2,000 ids. `columns` are further ones that the user may see. Raises
    PermissionMissing where the opt-out field is hidden.
    """
    found: dict[str, Record | None] = dict.fromkeys(record_ids)
    fields = list(dict.fromkeys(["Id", EMAIL, OPT_OUT, "LastModifiedDate", *columns]))
    if sobject == "Lead" and "IsConverted" not in fields:
        fields.append("IsConverted")
    given = {to18(record_id): record_id for record_id in record_ids}
    for row in _retrieve(door, sobject, list(given), fields):
        record = to_record(sobject, row)
        if record.record_id in given:
            found[given[record.record_id]] = record
    return found


def cause(verdict: Verdict) -> Cause:
    """What a refused record's verdict is about."""
    return cause_of(verdict.code or "", verdict.message or "")


def _passes(verdict: Verdict) -> bool:
    return not verdict.ok and cause(verdict) is Cause.PASSING


def _tick(door: Door, types: Mapping[str, str]) -> dict[str, Verdict]:
    """One call; `types` maps ids to their sObject. Sorted, since each change of type is a run."""
    ids = sorted(types, key=lambda each: types[each])
    body = {"allOrNone": False, "records": [_ticked(types[each], each) for each in ids]}
    try:
        answer = door.patch("composite/sobjects", body, _NO_ASSIGNMENT)
    except RequestRefused as error:
        raise _for_people(error) from error
    return dict(zip(ids, _verdicts(ids, answer), strict=True))


def _tick_again(
    door: Door, types: Mapping[str, str], before: Mapping[str, Verdict]
) -> dict[str, Verdict]:
    """Another try; when the call as a whole fails, the refusals known before stand."""
    try:
        return _tick(door, types)
    except WriteUnanswered:
        raise
    except TooMuchAtOnce as error:
        code, said = error.vendor_code, error.said
        return {each: Verdict(each, ok=False, code=code, message=said) for each in types}
    except SalesforceError:
        return {each: before[each] for each in types}


def _ticked(sobject: str, record_id: str) -> dict[str, object]:
    if sobject not in _WRITABLE:
        raise ValueError(f"{sobject} is never written")
    return {"attributes": {"type": sobject}, "id": record_id, OPT_OUT: True}


def _verdicts(ids: Sequence[str], answer: object) -> list[Verdict]:
    if not isinstance(answer, list) or len(answer) != len(ids):
        raise _unfit()
    return [_verdict(record_id, row) for record_id, row in zip(ids, answer, strict=True)]


def _verdict(record_id: str, row: object) -> Verdict:
    """One row of the answer; a refused row may come without its id."""
    if not isinstance(row, dict) or not isinstance(row.get("success"), bool):
        raise _unfit()
    named = row.get("id") or row.get("Id")
    if (named or row["success"]) and to18(str(named)) != record_id:
        raise _unfit()
    if row["success"]:
        return Verdict(record_id, ok=True)
    refusals = refusals_in(row.get("errors") or [])
    if not refusals:
        return Verdict(record_id, ok=False, code="UNKNOWN_EXCEPTION", message="")
    telling = _telling(refusals)
    return Verdict(record_id, ok=False, code=telling.code, message=telling.message)


def _telling(refusals: Sequence[Refusal]) -> Refusal:
    """The refusal that decides: what needs a person, before what passes by itself."""
    decisive = cause_of_all(refusals)
    return next(each for each in refusals if cause_of(each.code, each.message) is decisive)


def _unfit() -> WriteUnanswered:
    return WriteUnanswered(
        "Salesforce's answer to a change doesn't match the records Optback sent",
        remedy="The next run checks these records in Salesforce before it does anything else.",
    )


def _for_people(error: RequestRefused) -> SalesforceError:
    if means(error.vendor_code, Meaning.HIDDEN_FIELD):
        known = entry(error.vendor_code)
        return PermissionMissing(f"{known.text}: {OPT_OUT}", remedy=known.remedy)
    return error


def _retrieve(
    door: Door, sobject: str, ids: Sequence[str], fields: Sequence[str]
) -> Iterator[Mapping[str, Any]]:
    for start in range(0, len(ids), MOST_READS):
        body = {"ids": ids[start : start + MOST_READS], "fields": fields}
        try:
            answer = door.ask(f"composite/sobjects/{sobject}", body)
        except RequestRefused as error:
            raise _for_people(error) from error
        if answer is not None and not isinstance(answer, list):
            raise broken("it has no list of records")
        yield from (row for row in answer or [] if isinstance(row, dict))
