"""A run's search in Salesforce: the records of its addresses and domains, and those beyond."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from lib.addresses import spellings
from lib.salesforce.access import Access
from lib.salesforce.door import Door
from lib.salesforce.org import is_turkic
from lib.store.large import LargeMap
from lib.sync import domains, estimator
from lib.sync.beyond import look_beyond
from lib.sync.intake import Intake
from lib.sync.mailable import NeedsALook
from lib.sync.noticed import together
from lib.sync.operations import operation
from lib.sync.signed_in import SignedInRun
from lib.values import Progress, Record
from lib.words import by_count, counted


@dataclass(frozen=True, slots=True)
class Matched:
    """The records found, by ID, and whether any could be missing.

    `is_all`: every record of every address was found. `shows_boxes`: every cleared box and late
    arrival was too. `changed` has these two. `at` is Salesforce's time before the search.
    `searched`: the domains of which every record was found.
    """

    records: LargeMap[Record]
    is_all: bool
    shows_boxes: bool
    at: datetime
    changed: NeedsALook = field(default_factory=NeedsALook)
    searched: frozenset[str] = frozenset()


def match(signed: SignedInRun, intake: Intake, rights: Mapping[str, Access]) -> Matched:
    """Every record that the run is about, once each."""
    _show(signed, intake)
    at = signed.at or signed.door.server_now or signed.store.now()
    with operation(signed.run, signed.door, "matching") as doing:
        found = estimator.find(signed, intake.considered, rights, doing)
    with operation(signed.run, signed.door, "domains") as doing:
        of_domains = domains.find(signed.run, signed.scope, signed.door, intake, rights)
        doing.records = len(of_domains.records)
    step = "comparing" if signed.found.is_full else "changed"
    with operation(signed.run, signed.door, step) as doing:
        beyond = look_beyond(
            signed.run,
            signed.scope,
            signed.door,
            intake,
            rights,
            signed.converted,
            doing.decide,
        )
        doing.records = len(beyond.found.records)
    for more in (of_domains.records, beyond.found.records):
        found.put_new((record.record_id, record) for record in more)
    signed.run.hooks.report(_records_found(len(found)))
    boxes_seen = all(right.can_match and right.boxes_visible for right in rights.values())
    is_all = all(right.can_match for right in rights.values())
    return Matched(
        found,
        is_all=is_all,
        shows_boxes=boxes_seen and beyond.is_complete,
        at=at,
        changed=beyond.found,
        searched=of_domains.searched if is_all else frozenset(),
    )


def spelled(door: Door, addresses: Set[str]) -> dict[str, tuple[str, ...]]:
    """The addresses to look for, each with all its spellings, always in the same order."""
    turkic = is_turkic(door.session.locale)
    return {address: spellings(address, turkic=turkic) for address in sorted(addresses)}


def with_late(signed: SignedInRun, intake: Intake, matched: Matched) -> Intake:
    """From here on, the addresses of late arrivals are among those that the run is about."""
    late = matched.changed.arrived()
    if late:
        signed.run.hooks.report(
            f"{counted(len(matched.changed.arrivals), 'record', 'records')} came to have "
            "an address that unsubscribed before."
        )
        intake = replace(intake, considered=together(intake.considered, late.keys()))
    signed.found.intake = intake
    return intake


def _show(signed: SignedInRun, intake: Intake) -> None:
    signed.run.show(
        Progress("matching", 0, len(intake.considered)),
        who_asked=intake.who_asked,
        events_read=intake.events_read,
        addresses=len(intake.considered),
        left_out=intake.left_out,
    )


def _records_found(count: int) -> str:
    return by_count(
        count,
        "No records have any of these addresses.",
        "1 record has one of these addresses.",
        "{n} records have one of these addresses.",
    )
