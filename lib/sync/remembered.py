"""What is remembered about records, also under the ID of a person account's Contact."""

from collections.abc import Sequence
from dataclasses import replace

from lib.store import memory
from lib.store.db import Store
from lib.store.memory import Move, Remembered
from lib.values import Record


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
