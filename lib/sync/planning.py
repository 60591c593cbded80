"""The plan of a run: a change for each record found, made piece by piece."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lib.salesforce.access import Access
from lib.store.large import LargeChanges, LargeMap, LargeSet
from lib.store.memory import Move, Remembered, remembered_records
from lib.sync import search
from lib.sync.knowledge import DatedReport, gather
from lib.sync.plan import Knowledge, plan_changes
from lib.sync.search import Matched
from lib.sync.showing import Showing
from lib.sync.signed_in import SignedInRun
from lib.values import Change, Outcome, Record

PIECE = 5_000
"""Records that are planned, and later logged, at a time."""


@dataclass(slots=True)
class Planned:
    """The changes by record ID, and what the log needs to know about their records.

    `to_write` counts the records to opt out by sObject. `cleared` has what was remembered of
    records whose box is off now and stays off. `approved_domains` are those that count as approved.
    `matched` are the addresses of the run that have a record, and `others` those that have one too.
    """

    unwritable: Mapping[str, str] = field(default_factory=dict)
    approved_domains: frozenset[str] = frozenset()
    changes: LargeChanges = field(default_factory=LargeChanges)
    counts: Counter[Outcome] = field(default_factory=Counter)
    to_write: Counter[str] = field(default_factory=Counter)
    cleared: LargeMap[Remembered] = field(default_factory=remembered_records)
    matched: LargeSet = field(default_factory=LargeSet)
    others: LargeSet = field(default_factory=LargeSet)
    moved: dict[str, Move] = field(default_factory=dict)  # by the ID of the Account

    @property
    def intents(self) -> int:
        """How many changes are pending once the run is to make them."""
        return self.counts[Outcome.PLANNED] + self.counts[Outcome.PENDING]

    def add(self, changes: Sequence[Change], known: Knowledge) -> None:
        """Add the changes of some records."""
        self.matched.add(known.considered)
        self.others.add(
            {change.address for change in changes if change.address not in known.considered}
        )
        self.changes.put((change.record_id, change) for change in changes)
        self.counts.update(change.outcome for change in changes)
        self.to_write.update(
            change.sobject for change in changes if change.outcome is Outcome.PLANNED
        )
        self.moved.update((move.account_id, move) for move in known.moved)
        if known.cleared:
            self.cleared.put(
                (change.record_id, known.cleared[change.record_id])
                for change in changes
                if change.record_id in known.cleared and change.outcome in _STAY
            )


_STAY = frozenset({Outcome.KEPT, Outcome.SKIPPED})


def plan(signed: SignedInRun, matched: Matched, rights: Mapping[str, Access]) -> Planned:
    """Plan a change for each record found. Raises SalesforceError or StoppedError."""
    intake = search.with_late(signed, signed.found.intake, matched)
    planned = Planned(_unwritable(rights), intake.approved_domains)
    report = DatedReport(signed.learning)
    showing = Showing(signed.run.show, "planning", len(matched.records))
    for records in matched.records.pieces(PIECE):
        known = gather(signed.learning, intake, records, rights, matched.changed.arrivals, report)
        signed.found.faults.extend(known.faults)
        known = replace(known, edits_converted=_edits_converted(signed, records))
        planned.add(plan_changes(records, known), known)
        showing.step(len(records))
        signed.run.stop_if_asked()
    return planned


def _unwritable(rights: Mapping[str, Access]) -> dict[str, str]:
    """The sObjects whose box this user may not set, with the reason."""
    problems = {name: right.problem() for name, right in rights.items()}
    return {name: problem.code for name, problem in problems.items() if problem is not None}


def _edits_converted(signed: SignedInRun, records: Sequence[Record]) -> bool:
    """Whether converted Leads may be edited, which is asked only if it matters (rules.md, 3.6)."""
    matters = any(record.is_converted and not record.opted_out for record in records)
    return matters and signed.converted.may_be_edited()
