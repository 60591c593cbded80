"""What is remembered about records, also under the ID of a person account's Contact."""

from collections.abc import Sequence
from dataclasses import replace

from lib.fields import OptOutField, fields_of
from lib.store import memory
from lib.store.db import Store
from lib.store.memory import Move, OptedOutRecord, Remembered
from lib.values import Change, Record


def seen_set(found: Record | Change, own: OptOutField | None) -> OptedOutRecord:
    """A record whose every box was seen set: those of the connection, as they're now."""
    boxes = tuple(name.lower() for name in fields_of(found.sobject, own).opt_outs)
    return OptedOutRecord(found.sobject, found.record_id, found.address, boxes, found.contact_id)


def was_cleared(record: Record, known: Remembered | None) -> bool:
    """Whether a box that was seen set under this address is off now: a person cleared it.

    A field that counts only since then isn't cleared: the connection's setting has changed.
    """
    if known is None or known.address != record.address or record.opted_out is not False:
        return False
    standard = frozenset(name.lower() for name in fields_of(record.sobject).opt_outs)
    seen, off = known.boxes or standard, record.unset or standard
    return known.cleared_at is not None or not seen.isdisjoint(off)


def recall(
    store: Store, scope: str, records: Sequence[Record]
) -> tuple[dict[str, Remembered], list[Move]]:
    """What is remembered, by record ID, and what has to move from a Contact to its Account.

    Before person accounts were written, their Contacts were remembered. A box that someone cleared
    then stays cleared (rules.md, 3.2).
    """
    parts = {record.contact_id: record for record in records if record.contact_id}
    ids = [record.record_id for record in records]
    found = memory.recall(store, scope, [*ids, *parts])
    moves = []
    for contact_id in parts.keys() & found.keys():
        account = parts[contact_id]
        known = found.pop(contact_id)
        found.setdefault(
            account.record_id,
            replace(
                known,
                record_id=account.record_id,
                sobject=account.sobject,
                boxes=frozenset(),
                contact_id=contact_id,
            ),
        )
        moves.append(Move(contact_id, account.record_id))
    return found, moves
