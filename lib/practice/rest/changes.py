"""Which records changed or were deleted between two times."""

from datetime import UTC, datetime, timedelta

from lib.practice.refusal import Refusal
from lib.practice.rest.calls import ApiResponse, Call
from lib.practice.rest.records import kind_of
from lib.practice.rows import Row, stamp

_UPDATED_BACK = timedelta(days=30)
_DELETED_BACK = timedelta(days=15)


def updated(call: Call, sobject: str) -> ApiResponse:
    """Ids of the records changed or created in the period, and how far the answer reaches."""
    start, end = _span(call, _UPDATED_BACK)
    rows = [row for row in _changed(call, sobject, start, end) if not row.get("IsDeleted")]
    ids = [row["Id"] for row in rows]
    return ApiResponse(body={"ids": ids, "latestDateCovered": _covered(call, end)})


def deleted(call: Call, sobject: str) -> ApiResponse:
    """Ids of the records deleted in the period, each with its time."""
    start, end = _span(call, _DELETED_BACK)
    rows = [row for row in _changed(call, sobject, start, end) if row.get("IsDeleted")]
    return ApiResponse(
        body={
            "deletedRecords": [
                {"id": row["Id"], "deletedDate": row["SystemModstamp"]} for row in rows
            ],
            "earliestDateAvailable": stamp(call.org.clock() - _DELETED_BACK),
            "latestDateCovered": _covered(call, end),
        }
    )


def _changed(call: Call, sobject: str, start: datetime, end: datetime) -> list[Row]:
    kind = kind_of(call, sobject)
    first, last = stamp(start), stamp(end)
    with call.org.lock:
        rows = call.org.tables.rows(kind.name).values()
        found = [row for row in rows if first <= row["SystemModstamp"] < last]
    return sorted(found, key=lambda row: (row["SystemModstamp"], row["Id"]))


def _span(call: Call, reach: timedelta) -> tuple[datetime, datetime]:
    now = call.org.clock()
    start, end = (_minute(call, name) for name in ("start", "end"))
    if start >= end:
        raise Refusal("INVALID_REPLICATION_DATE", "startDate must be before endDate")
    if start < now - reach - timedelta(minutes=1):
        message = f"startDate cannot be more than {reach.days} days ago"
        raise Refusal("INVALID_REPLICATION_DATE", message)
    return start, end


def _covered(call: Call, end: datetime) -> str:
    return stamp(min(end, call.org.clock().replace(second=0, microsecond=0)))


def _minute(call: Call, name: str) -> datetime:
    """A time from the address, without its seconds. An unencoded `+` arrives as a space."""
    text = call.query.get(name)
    if text is None:
        raise Refusal("MISSING_ARGUMENT", f"{name} parameter is required")
    try:
        moment = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError:
        raise Refusal("MALFORMED_QUERY", f"invalid date: {text}") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
