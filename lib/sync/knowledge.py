"""What the plan knows about the matched records: from the log and, if needed, the dated report."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from lib.addresses import domain_of
from lib.errors import SourceError
from lib.salesforce.access import Access
from lib.store.large import among
from lib.store.memory import Remembered
from lib.sync.after_undo import after_undo
from lib.sync.intake import Intake, Learning, read_dated_report, unsubscribes_of
from lib.sync.plan import Knowledge, entries_in_question
from lib.sync.remembered import recall, was_cleared
from lib.values import Arrival, Fault, Interval, Record


@dataclass(slots=True)
class DatedReport:
    """The dated report of a run: read once, if anything depends on it."""

    learning: Learning
    _intake: Intake | None = None
    _is_read: bool = False

    def read(self) -> tuple[Intake | None, tuple[Fault, ...]]:
        """The report, or `None`. The first time it can't be read, that's a fault."""
        if self._is_read:
            return self._intake, ()
        self._is_read = True
        try:
            self._intake = read_dated_report(self.learning)
        except SourceError as error:
            return None, (Fault(error.code, error.message, error.remedy),)
        return self._intake, ()


def gather(
    learning: Learning,
    intake: Intake,
    records: Sequence[Record],
    rights: Mapping[str, Access],
    arrivals: Mapping[str, Arrival] | None = None,
    report: DatedReport | None = None,
) -> Knowledge:
    """Everything the plan needs. Reads the dated report only if nothing else can settle a box.

    If the report can't be read, those boxes stay cleared (rules.md, 3.2).
    """
    remembered, moved = recall(learning.store, learning.scope, records)
    cleared = _cleared(records, remembered)
    approved = intake.approved_domains
    addresses = {record.address for record in records}
    entries = {known.address for known in cleared.values()}
    entries |= approved & {domain_of(address) for address in entries}
    known = Knowledge(
        remembered=remembered,
        asked=_asked(learning, intake, entries),
        sighted=intake.sighted,
        considered=among(intake.considered, addresses),
        held_domains=intake.held_domains,
        approved_domains=approved,
        unwritable={
            name: problem.code
            for name, right in rights.items()
            if (problem := right.problem()) is not None
        },
        cleared=cleared,
        arrivals=arrivals or {},
        moved=moved,
        undone={
            **after_undo(learning.store, learning.scope, addresses, approved),
            **intake.undone,
        },
    )
    in_question = entries_in_question(records, known)
    if not in_question:
        return known
    return _ask_report(report or DatedReport(learning), known, in_question)


def _asked(
    learning: Learning, intake: Intake, entries: Set[str]
) -> Mapping[str, Sequence[Interval]]:
    """The unsubscribes of these entries; the ledger doesn't show those that wait."""
    waiting = {entry: intake.asked[entry] for entry in entries if entry in intake.asked}
    return {**unsubscribes_of(learning, entries - waiting.keys()), **waiting}


def _ask_report(report: DatedReport, known: Knowledge, entries: set[str]) -> Knowledge:
    learning = report.learning
    dated, faults = report.read()
    if dated is None:
        return replace(known, faults=faults)
    stored = unsubscribes_of(learning, entries)
    asked: dict[str, Sequence[Interval]] = dict(known.asked)
    for entry in entries:
        asked[entry] = (
            *asked.get(entry, ()),
            *stored.get(entry, ()),
            *dated.asked.get(entry, ()),
        )
    again = after_undo(learning.store, learning.scope, entries, known.approved_domains)
    undone = {**known.undone, **again, **dated.undone}
    return replace(known, asked=asked, dated=dated.sighted, undone=undone)


def _cleared(
    records: Sequence[Record], remembered: Mapping[str, Remembered]
) -> dict[str, Remembered]:
    return {
        record.record_id: known
        for record in records
        if (known := remembered.get(record.record_id)) is not None and was_cleared(record, known)
    }
