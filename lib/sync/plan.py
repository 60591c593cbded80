"""What to do with each matched record. Pure functions, so that each rule can be tested alone.

No network, no database, no clock: everything known comes in as one value. Each record gets
exactly one change, so a run's numbers always add up (contract.md).
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from lib.addresses import domain_of
from lib.store.memory import UNSURE, Move, Remembered
from lib.sync.after_undo import AfterUndo
from lib.sync.remembered import was_cleared
from lib.values import Arrival, Change, Fault, Interval, Outcome, Record

CONVERTED = "converted"
PERSON_ACCOUNT = "person_account"
HELD = "held"
GONE = "gone"
UNDONE = "undone"
CHANGED_SINCE = "changed_since"
CLEARED = "cleared_by_hand"
CLEARED_UNSETTLED = "cleared_by_hand_unsettled"

STAYS_OPEN = frozenset({PERSON_ACCOUNT, HELD, UNSURE})
"""Skipped for these reasons, the person can still be emailed, so the unsubscribe stays pending."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything the plan knows, by compared address or by record ID.

    `asked` has the ledger's unsubscribes, including this run's reading. `sighted` is what that
    reading says, and `dated` what the dated report says (`None` if it wasn't read). `unwritable`
    has the sObjects whose box this user may not set, with the reason. `cleared` has the remembered
    records whose box is off now, and `arrivals` the late arrivals (rules.md, 3.4). `undone` has the
    records that an undo left mailable. `moved` has what
    was remembered of Contacts and is now about their person accounts. `edits_converted`: the user
    may edit converted Leads. `faults` is what went wrong while gathering all this.
    """

    remembered: Mapping[str, Remembered] = field(default_factory=dict)
    asked: Mapping[str, Sequence[Interval]] = field(default_factory=dict)
    sighted: Mapping[str, Interval] = field(default_factory=dict)
    dated: Mapping[str, Interval] | None = None
    considered: Set[str] = frozenset()
    held_domains: frozenset[str] = frozenset()
    approved_domains: frozenset[str] = frozenset()
    unwritable: Mapping[str, str] = field(default_factory=dict)
    cleared: Mapping[str, Remembered] = field(default_factory=dict)
    arrivals: Mapping[str, Arrival] = field(default_factory=dict)
    edits_converted: bool = False
    moved: Sequence[Move] = ()
    undone: Mapping[str, AfterUndo] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def plan_changes(records: Iterable[Record], known: Knowledge) -> list[Change]:
    """One change per record, in the order given. Records to opt out have `Outcome.PLANNED`."""
    return [_with_arrival(_decide(record, known), known) for record in records]


def entries_in_question(records: Iterable[Record], known: Knowledge) -> set[str]:
    """Addresses and domains of boxes that only the dated report settles (rules.md, 3.2 and 5).

    They are cleared or undone, and a newer unsubscribe may have come after that.
    """
    return {entry for record in records for entry in _in_question(record, known)}


def _in_question(record: Record, known: Knowledge) -> list[str]:
    undone = _undone(record, known)
    if undone is not None:
        return [record.address] if _may_have_asked_again(undone, known) else []
    cleared_at = _cleared_at(record, known)
    if cleared_at is None or _asked_since(cleared_at, record, known):
        return []
    return [entry for entry in _entries(record, known) if _may_be_newer(cleared_at, entry, known)]


def _with_arrival(change: Change, known: Knowledge) -> Change:
    arrival = known.arrivals.get(change.record_id)
    return change if arrival is None else replace(change, arrival=arrival)


def _decide(record: Record, known: Knowledge) -> Change:
    if record.opted_out:
        return _change(record, Outcome.ALREADY)
    reason = _reason_to_skip(record, known)
    if reason is not None:
        return _change(record, Outcome.SKIPPED, reason)
    undone = _undone(record, known)
    if undone is not None and not undone.asked_again:
        return _change(record, Outcome.SKIPPED, UNDONE)
    cleared_at = _cleared_at(record, known) if undone is None else None
    if cleared_at is not None:
        kept = _kept_unless_newer(record, cleared_at, known)
        if kept is not None:
            return kept
    if record.sobject in known.unwritable:
        return _change(record, Outcome.PENDING, known.unwritable[record.sobject])
    return _change(record, Outcome.PLANNED)


def _reason_to_skip(record: Record, known: Knowledge) -> str | None:
    """Why a record is skipped no matter when someone asked (rules.md, 3.6, 3.7, 4.4)."""
    if record.is_converted and not known.edits_converted:
        return CONVERTED
    if record.is_part_of_person_account:
        return PERSON_ACCOUNT  # its Account can't be seen, and nothing else may be written
    only_by_domain = record.address not in known.considered
    if only_by_domain and domain_of(record.address) in known.held_domains:
        return HELD
    return None


def _undone(record: Record, known: Knowledge) -> AfterUndo | None:
    """What is known about a record that an undo left mailable under the address it has now."""
    undone = known.undone.get(record.record_id)
    return undone if undone is not None and undone.address == record.address else None


def _may_have_asked_again(undone: AfterUndo, known: Knowledge) -> bool:
    """Whether this reading names the address, without a date that says that it's an old entry."""
    sighted = known.sighted.get(undone.address)
    return (
        not undone.asked_again and sighted is not None and (sighted.not_after > undone.known_until)
    )


def _kept_unless_newer(record: Record, cleared_at: datetime, known: Knowledge) -> Change | None:
    """The change of a record whose box stays cleared, or `None` if a newer unsubscribe sets it.

    Source: rules.md, 3.2. If in doubt, the box stays cleared, and the record is shown as unsettled.
    """
    if _asked_since(cleared_at, record, known):
        return None
    if known.remembered[record.record_id].verdict == UNSURE:
        return _change(record, Outcome.SKIPPED, UNSURE)
    newer = [entry for entry in _entries(record, known) if _may_be_newer(cleared_at, entry, known)]
    if not all(_report_settles(cleared_at, entry, known) for entry in newer):
        return _change(record, Outcome.KEPT, CLEARED_UNSETTLED)
    return _change(record, Outcome.KEPT, CLEARED)


def _entries(record: Record, known: Knowledge) -> tuple[str, ...]:
    """What an unsubscribe of this record's person can name: the address, or an approved domain."""
    domain = domain_of(record.address)
    return (record.address, domain) if domain in known.approved_domains else (record.address,)


def _report_settles(cleared_at: datetime, entry: str, known: Knowledge) -> bool:
    """Whether the dated report shows that there was no newer unsubscribe.

    A date wholly after the clearing also shows it. A newer unsubscribe would be an event of its own
    in the ledger, so this is a known event, read when the time zone was set differently.
    """
    report = (known.dated or {}).get(entry)
    if report is None:
        return False
    return report.not_after < cleared_at or report.is_wholly_after(cleared_at)


def _cleared_at(record: Record, known: Knowledge) -> datetime | None:
    """When a person cleared the box, or `None` if it was never seen set for this address."""
    remembered = known.remembered.get(record.record_id)
    if remembered is None or not was_cleared(record, remembered):
        return None
    return remembered.cleared_at or record.modified_at


def _asked_since(cleared_at: datetime, record: Record, known: Knowledge) -> bool:
    """Whether the ledger has an unsubscribe that is certainly newer than the clearing."""
    return any(
        when.is_wholly_after(cleared_at)
        for entry in _entries(record, known)
        for when in known.asked.get(entry, ())
    )


def _may_be_newer(cleared_at: datetime, entry: str, known: Knowledge) -> bool:
    """Whether an unsubscribe in the ledger or in this reading could be newer than the clearing."""
    asked = known.asked.get(entry, ())
    sighted = known.sighted.get(entry)
    return any(when.not_after >= cleared_at for when in [*asked, *([sighted] if sighted else [])])


def _change(record: Record, outcome: Outcome, reason: str | None = None) -> Change:
    return Change(
        sobject=record.sobject,
        record_id=record.record_id,
        address=record.address,
        outcome=outcome,
        reason=reason,
        modified_at=record.modified_at,
        contact_id=record.contact_id,
        account_id=record.account_id,
        was_partly_set=record.is_partly_set,
    )
