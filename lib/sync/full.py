"""The full comparison: everyone who ever unsubscribed against everything in Salesforce.

A run does it instead of looking at what changed since the last run: when a person asks for it, and
once a week. It finds what no change shows, such as records that became visible to this user, or
that were missed during an outage.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from lib.addresses import spellings
from lib.errors import PermissionMissing, RequestRefused
from lib.salesforce import costs, everyone, matching
from lib.salesforce.access import Access
from lib.salesforce.costs import Cost
from lib.salesforce.door import Door
from lib.salesforce.org import is_turkic
from lib.store import known_addresses
from lib.store.db import Store
from lib.store.operations import Way
from lib.store.sql_values import chunks
from lib.sync.changed import ChangedRecords
from lib.sync.converted import ConvertedLeads
from lib.sync.mailable import NeedsALook, sift
from lib.sync.ways import decide_nothing, way
from lib.values import Record
from lib.words import counted
from lib.words import records as records_in_words

_LEDGER, _MAILABLE = "ledger", "mailable"  # the ways, as the log of a run names them
_AT_ONCE = 15_000  # addresses looked for at a time


def compare(
    store: Store,
    scope: str,
    door: Door,
    access: Mapping[str, Access],
    *,
    pending: Set[str],
    converted: ConvertedLeads,
    waiting: Callable[[], None],
    deciding: Callable[[str, str, Sequence[Way]], None] = decide_nothing,
) -> ChangedRecords:
    """Records of the whole org that were cleared or are late arrivals (see `sift`).

    Costs 1 API call to count, and then what is cheaper: asking for everyone in the ledger, or
    reading all mailable records (by REST pages or Bulk 2.0). If there can be converted Leads, 1
    more to ask whether they may be edited; if so, they're compared too. `deciding` gets the way
    that was chosen, why, and all ways with their estimates.
    """
    rights = [right for right in access.values() if right.can_match and right.boxes_visible]
    found = NeedsALook()
    try:
        records = _records(store, scope, door, rights, converted, waiting, deciding)
        sift(store, scope, records, pending=pending, into=found)
    except (PermissionMissing, RequestRefused):
        return ChangedRecords(found, is_complete=False)
    return ChangedRecords(found, is_complete=True)


def _records(
    store: Store,
    scope: str,
    door: Door,
    rights: Sequence[Access],
    converted: ConvertedLeads,
    waiting: Callable[[], None],
    deciding: Callable[[str, str, Sequence[Way]], None],
) -> Iterator[Record]:
    has_converted = any(right.has_is_converted for right in rights)
    or_converted = has_converted and converted.may_be_edited()
    counts = everyone.count_mailable(door, rights, or_converted=or_converted)
    addresses = known_addresses.count(store, scope)
    to_ask, to_read = _cost_to_ask(addresses), everyone.cost(counts)
    is_asked = to_ask.weight < to_read.weight
    ways = [way(_LEDGER, to_ask), way(_MAILABLE, to_read)]
    why = f"{counted(addresses, 'address', 'addresses')}, {records_in_words(sum(counts))} mailable."
    deciding(_LEDGER if is_asked else _MAILABLE, why, ways)
    if is_asked:
        return _asked_for(store, scope, door, rights, or_converted=or_converted)
    return everyone.mailable_records(
        door, rights, counts, or_converted=or_converted, waiting=waiting
    )


def _cost_to_ask(addresses: int) -> Cost:
    """Queries for these addresses, and the pages of their records."""
    return costs.asked(addresses) + costs.rest(addresses)


def _asked_for(
    store: Store, scope: str, door: Door, rights: Sequence[Access], *, or_converted: bool
) -> Iterator[Record]:
    """The mailable records of everyone in the ledger and of everyone remembered."""
    turkic = is_turkic(door.session.locale)
    access = {right.sobject: right for right in rights}
    for addresses in chunks(known_addresses.addresses(store, scope), _AT_ONCE):
        wanted = {address: spellings(address, turkic=turkic) for address in addresses}
        for record in matching.find(door, wanted, access):
            if record.opted_out is False and (or_converted or not record.is_converted):
                yield record
