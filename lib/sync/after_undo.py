"""Records that an undo left mailable: does a newer unsubscribe opt them out again? (rules.md, 5)"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from lib.addresses import domain_of
from lib.store import ledger, undone
from lib.store.db import Store
from lib.store.ledger import Event
from lib.store.undone import UndoneRecord


@dataclass(frozen=True, slots=True)
class AfterUndo:
    """An undone record's address, and whether someone asked again under it since then.

    What was known until `known_until` doesn't count as asking again.
    """

    address: str
    asked_again: bool
    known_until: datetime


def after_undo(
    store: Store, scope: str, addresses: Iterable[str], approved: Set[str]
) -> dict[str, AfterUndo]:
    """The records with these addresses that are undone, by record ID.

    `approved` are the domains on the list that a person approved.
    """
    if undone.is_empty(store, scope):
        return {}
    marks = undone.of_addresses(store, scope, addresses)
    current = {mark.record_id for mark in marks if mark.is_current}
    by_record: dict[str, list[UndoneRecord]] = {}
    for mark in marks:
        if mark.record_id in current:
            by_record.setdefault(mark.record_id, []).append(mark)
    events = about(store, scope, {mark.address for mark in marks}, approved)
    return {
        record_id: _after_undo(found, events.get(found[-1].address, ()))
        for record_id, found in by_record.items()
    }


def about(
    store: Store, scope: str, addresses: Set[str], approved: Set[str]
) -> dict[str, Sequence[Event]]:
    """The unsubscribes of each address, and those of its whole domain if that's approved.

    Those that were taken off the source's list don't count (rules.md, 1.5).
    """
    domains = {domain_of(address) for address in addresses} & approved
    found = {
        entry: [event for event in events if event.counts]
        for entry, events in ledger.events_of(store, scope, addresses | domains).items()
    }
    return {
        address: (
            *found.get(address, ()),
            *(found.get(domain_of(address), ()) if domain_of(address) in domains else ()),
        )
        for address in addresses
    }


def _after_undo(marks: Sequence[UndoneRecord], events: Sequence[Event]) -> AfterUndo:
    """Asked again: an unsubscribe counts, and is also newer than any clearing before the run."""
    cleared = [mark.cleared_at for mark in marks if mark.cleared_at is not None]
    asked_again = any(
        all(event.asked.is_wholly_after(moment) for moment in cleared)
        for event in undone.counting(events, marks)
    )
    return AfterUndo(marks[-1].address, asked_again, max(mark.known_until for mark in marks))
