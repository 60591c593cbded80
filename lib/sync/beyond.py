"""What a run looks at beyond its own addresses: what changed since the last run, or everything."""

from collections.abc import Callable, Mapping, Sequence, Set

from lib.salesforce.access import Access
from lib.salesforce.door import Door
from lib.store.operations import Way
from lib.sync import changed, full, full_when
from lib.sync.changed import ChangedRecords
from lib.sync.converted import ConvertedLeads
from lib.sync.findings import OpenRun
from lib.sync.intake import Intake
from lib.sync.mailable import NeedsALook
from lib.sync.request import RunRequest
from lib.sync.ways import decide_nothing
from lib.values import Fault, Progress


def look_beyond(
    run: OpenRun[RunRequest],
    scope: str,
    door: Door,
    intake: Intake,
    rights: Mapping[str, Access],
    converted: ConvertedLeads,
    deciding: Callable[[str, str, Sequence[Way]], None] = decide_nothing,
) -> ChangedRecords:
    """Cleared boxes and late arrivals. A run with a file looks at no one else (rules.md, 1.8)."""
    if run.request.from_file:
        return ChangedRecords(NeedsALook(), is_complete=True)
    if run.found.is_full:
        compared = _compare(run, scope, door, intake, rights, converted, deciding)
        if compared.is_complete:
            return compared
        run.found.is_full = False
        run.found.faults.append(_UNFINISHED)
        if not run.request.dry_run:
            full_when.note_unfinished(run.store, scope)
    return changed.look(
        run.store,
        scope,
        door,
        rights,
        pending=_not_late(intake),
        converted=converted,
        waiting=run.stop_if_asked,
    )


def _compare(
    run: OpenRun[RunRequest],
    scope: str,
    door: Door,
    intake: Intake,
    rights: Mapping[str, Access],
    converted: ConvertedLeads,
    deciding: Callable[[str, str, Sequence[Way]], None],
) -> ChangedRecords:
    run.hooks.report("Comparing everyone who ever unsubscribed with everything in Salesforce.")
    run.show(Progress("comparing"))
    return full.compare(
        run.store,
        scope,
        door,
        rights,
        pending=_not_late(intake),
        converted=converted,
        waiting=run.stop_if_asked,
        deciding=deciding,
    )


def _not_late(intake: Intake) -> Set[str]:
    """Addresses that are looked for anyway, or that this reading no longer has (rules.md, 1.5)."""
    return intake.pending | intake.resubscribed if intake.resubscribed else intake.pending


_UNFINISHED = Fault(
    code="comparison_unfinished",
    message="Salesforce didn't answer the full comparison, so this run only looked at what's new",
    remedy="Nothing is lost. A run tries again tomorrow. If this keeps happening, give the user "
    "access to Bulk API 2.0, or set OPTBACK_FULL_EVERY=never.",
)
