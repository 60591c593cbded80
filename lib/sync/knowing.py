"""What the plan may know of the matched records: from the log and, in doubt, from the report."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lib.salesforce.access import Access
from lib.store import memory
from lib.store.db import Store
from lib.sync.intake import Intake, take_dated, unsubscribes_of
from lib.sync.plan import Knowledge, addresses_in_question
from lib.sync.request import RunRequest
from lib.values import Interval, Record


def gather(
    store: Store,
    scope: str,
    request: RunRequest,
    run_id: str,
    intake: Intake,
    records: Sequence[Record],
    rights: Mapping[str, Access],
) -> Knowledge:
    """All that the plan needs; reads the dated report only where nothing else can tell.

    Raises SourceError when that report is asked for and cannot be read.
    """
    asked = dict(intake.asked)
    not_read = {one.address for one in records} - intake.considered
    asked.update(unsubscribes_of(store, scope, not_read))
    known = Knowledge(
        remembered=memory.recall(store, scope, [one.record_id for one in records]),
        asked=asked,
        sighted=intake.sighted,
        considered=intake.considered,
        held_domains=intake.held_domains,
        unwritable={
            name: problem.code
            for name, one in rights.items()
            if (problem := one.problem()) is not None
        },
    )
    in_question = addresses_in_question(records, known)
    if not in_question:
        return known
    dated = take_dated(store, scope, request, run_id)
    return known if dated is None else _with_report(known, dated, in_question)


def _with_report(known: Knowledge, dated: Intake, addresses: set[str]) -> Knowledge:
    asked: dict[str, Sequence[Interval]] = dict(known.asked)
    for address in addresses:
        asked[address] = (*asked.get(address, ()), *dated.asked.get(address, ()))
    return replace(known, asked=asked, dated=dated.sighted)
