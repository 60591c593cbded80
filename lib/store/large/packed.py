"""Values as bytes, for a temporary database that only this process reads."""

import marshal
from collections.abc import Mapping

from lib.store.terms import from_number, moment_of, number_of, to_number
from lib.values import Arrival, Change, Interval, Outcome, Record

_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_INTENDED = {**_OUTCOMES, Outcome.PLANNED.value: Outcome.PENDING}


def pack_interval(asked: Interval) -> bytes:
    """An interval as bytes."""
    return marshal.dumps((number_of(asked.not_before), to_number(asked.not_after)))


def unpack_interval(packed: bytes) -> Interval:
    """The interval in these bytes."""
    not_before, not_after = marshal.loads(packed)  # noqa: S302 - our own bytes
    return Interval(moment_of(not_before), from_number(not_after))


def pack_intervals(intervals: tuple[Interval, ...]) -> bytes:
    """Several intervals as bytes."""
    return marshal.dumps([pack_interval(asked) for asked in intervals])


def unpack_intervals(packed: bytes) -> tuple[Interval, ...]:
    """The intervals in these bytes."""
    return tuple(map(unpack_interval, marshal.loads(packed)))  # noqa: S302 - our own bytes


def pack_record(record: Record) -> bytes:
    """A record as bytes."""
    return marshal.dumps(
        (
            record.sobject,
            record.record_id,
            record.address,
            record.opted_out,
            to_number(record.modified_at),
            record.is_converted,
            record.is_person_account,
            number_of(record.created_at),
            record.contact_id,
            record.modified_by,
            record.account_id,
            tuple(record.unset),
            record.is_partly_set,
        )
    )


def unpack_record(packed: bytes) -> Record:
    """The record in these bytes."""
    record = marshal.loads(packed)  # noqa: S302 - our own bytes
    sobject, record_id, address, opted_out, modified, converted, person, created, *rest = record
    contact_id, modified_by, account_id, unset, is_partly_set = rest
    return Record(
        sobject,
        record_id,
        address,
        opted_out,
        from_number(modified),
        converted,
        person,
        moment_of(created),
        contact_id,
        modified_by,
        account_id,
        frozenset(unset),
        is_partly_set,
    )


def pack_change(change: Change) -> bytes:
    """A change as bytes."""
    arrival = change.arrival
    return marshal.dumps(
        (
            change.sobject,
            change.record_id,
            change.address,
            change.outcome.value,
            change.reason,
            change.message,
            number_of(change.modified_at),
            (to_number(arrival.at), arrival.is_new) if arrival else None,
            change.contact_id,
            change.account_id,
            change.was_partly_set,
        )
    )


def unpack_change(packed: bytes) -> Change:
    """The change in these bytes."""
    return _change(packed, _OUTCOMES)


def unpack_intent(packed: bytes) -> Change:
    """The change in these bytes, pending if it's planned."""
    return _change(packed, _INTENDED)


def _change(packed: bytes, outcomes: Mapping[str, Outcome]) -> Change:
    change = marshal.loads(packed)  # noqa: S302 - our own bytes
    sobject, record_id, address, outcome, reason, message, modified, arrival, *rest = change
    contact_id, account_id, was_partly_set = rest
    return Change(
        sobject,
        record_id,
        address,
        outcomes[outcome],
        reason,
        message,
        moment_of(modified),
        Arrival(from_number(arrival[0]), arrival[1]) if arrival else None,
        contact_id,
        account_id,
        was_partly_set,
    )
