"""What the plan knows about the matched records: from the log and, if needed, the dated report."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lib.addresses import domain_of
from lib.errors import SourceError
from lib.salesforce.access import Access
from lib.store.memory import Remembered
from lib.sync.after_undo import after_undo
from lib.sync.intake import Intake, Learning, read_dated_report, unsubscribes_of
from lib.sync.plan import Knowledge, entries_in_question
from lib.sync.remembered import recall, was_cleared
from lib.values import Arrival, Fault, Interval, Record


def gather(
    learning: Learning,
    intake: Intake,
    records: Sequence[Record],
    rights: Mapping[str, Access],
    arrivals: Mapping[str, Arrival] | None = None,
) -> Knowledge:
    """Everything the plan needs. Reads the dated report only if nothing else can settle a box.

    If the report can't be read, those boxes stay cleared (rules.md, 3.2).
    """
    remembered, moved = recall(learning.store, learning.scope, records)
    cleared = _cleared(records, remembered)
    approved = intake.approved_domains
    not_read = {known.address for known in cleared.values()}
    not_read |= approved & {domain_of(address) for address in not_read}
    not_read -= intake.asked.keys()
    addresses = {record.address for record in records}
    known = Knowledge(
        remembered=remembered,
        asked={**intake.asked, **unsubscribes_of(learning, not_read)},
        sighted=intake.sighted,
        considered=intake.considered,
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
    return _ask_report(learning, known, in_question) if in_question else known


def _ask_report(learning: Learning, known: Knowledge, entries: set[str]) -> Knowledge:
    try:
        dated = read_dated_report(learning)
    except SourceError as error:
        return replace(known, faults=(Fault(error.code, error.message, error.remedy),))
    if dated is None:
        return known
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
