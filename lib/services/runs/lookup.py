"""Look up an address: what Salesforce has now, and everything the log knows about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lib.addresses import compared, domain_of, spellings
from lib.errors import OptbackError, UsageError
from lib.salesforce import matching
from lib.salesforce.access import access
from lib.salesforce.org import is_turkic
from lib.salesforce.record_details import RecordDetails, details_of
from lib.services.connections.chosen import choose
from lib.services.connections.sign_in import signed_in
from lib.services.log import Log
from lib.store import (
    address_lists,
    changes,
    connections,
    domains,
    ledger,
    mass_clearings,
    memory,
    people,
    undone,
)
from lib.store.address_lists import Listed, Sent
from lib.store.changes import LoggedChange
from lib.store.domains import DomainEntry
from lib.store.ledger import Event
from lib.store.mass_clearings import ClearedBox
from lib.store.memory import Remembered
from lib.store.people import RefusedRecord
from lib.values import Record


@dataclass(frozen=True, slots=True)
class AddressHistory:
    """An address: its records now, its unsubscribes, and what each run did, newest first.

    `trouble` says why Salesforce couldn't be asked. Then `records` is empty, but `changes` isn't.
    """

    address: str
    records: tuple[Record, ...]
    events: tuple[Event, ...]
    domain_events: tuple[Event, ...]
    changes: tuple[LoggedChange, ...]
    remembered: Mapping[str, Remembered]
    trouble: OptbackError | None = None
    undone: frozenset[str] = frozenset()  # IDs of records that an undo left mailable
    domain: DomainEntry | None = None  # the whole domain, if it's on the list
    details: Mapping[str, RecordDetails] = field(default_factory=dict)  # by record ID
    cleared: Mapping[str, ClearedBox] = field(
        default_factory=dict
    )  # with many others, by record ID
    refused: Mapping[str, RefusedRecord] = field(default_factory=dict)  # until now, by record ID
    lists: tuple[Listed, ...] = ()
    sent: tuple[Sent, ...] = ()
    instance_url: str = ""  # where its records open in a browser


def look_up(log: Log, environment: Mapping[str, str], connection: str, text: str) -> AddressHistory:
    """Everything about an address. Costs a sign-in, a describe, and two calls.

    Looks up anything with an @, because the unsubscribe list may have odd entries (rules.md, 2).
    Raises UsageError for any other text.
    """
    if "@" not in text.strip().strip("@"):
        raise UsageError(
            f"{text} isn't an email address",
            remedy="Enter the whole address, such as ann@example.org.",
        )
    address = compared(text)
    records, details, trouble = _ask(log, environment, connection, address)
    state = connections.state(log.store, connection)
    if state is None or state.scope is None:
        return AddressHistory(address, records, (), (), (), {}, trouble, details=details)
    store, scope = log.store, state.scope
    return AddressHistory(
        address=address,
        records=records,
        events=tuple(ledger.events_of(store, scope, [address]).get(address, ())),
        domain_events=tuple(ledger.events_of_domain(store, scope, domain_of(address))),
        changes=tuple(changes.of_address(store, scope, address)),
        remembered={
            known.record_id: known for known in memory.of_addresses(store, scope, [address])
        },
        trouble=trouble,
        undone=frozenset(
            mark.record_id
            for mark in undone.of_addresses(store, scope, [address])
            if mark.is_current
        ),
        domain=domains.entry_of(store, scope, domain_of(address)),
        details=details,
        cleared={
            box.record_id: box
            for box in mass_clearings.open_boxes(store, scope)
            if box.address == address
        },
        refused={
            record.record_id: record
            for record in people.refused_now(store, scope)
            if record.address == address
        },
        lists=tuple(address_lists.lists_with(store, connection, address)),
        sent=tuple(address_lists.groups_with(store, connection, address)),
        instance_url=state.instance_url or "",
    )


def _ask(
    log: Log, environment: Mapping[str, str], connection: str, address: str
) -> tuple[tuple[Record, ...], Mapping[str, RecordDetails], OptbackError | None]:
    """The records that have the address now, with their names, or why they aren't known."""
    try:
        with signed_in(log, choose(log, environment, connection)) as door:
            wanted = {address: spellings(address, turkic=is_turkic(door.session.locale))}
            allowed = access(door)
            records = tuple(matching.find(door, wanted, allowed))
            return records, details_of(door, records, allowed), None
    except OptbackError as error:
        return (), {}, error
