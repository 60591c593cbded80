"""The names of records, from Salesforce: the log keeps none."""

from collections.abc import Iterable, Mapping

from lib.clock import utc_now
from lib.salesforce.access import access
from lib.salesforce.record_details import RecordDetails, details_of
from lib.services.connections.chosen import choose
from lib.services.connections.sign_in import signed_in
from lib.services.log import Log
from lib.values import Change, Record


def names_of(
    log: Log, environment: Mapping[str, str], connection: str, changes: Iterable[Change]
) -> dict[str, str]:
    """By record ID; empty where the user can't see it. Costs a sign-in, a describe, and a call.

    Raises what `signed_in` does.
    """
    now = utc_now()
    wanted = [
        Record(change.sobject, change.record_id, change.address, None, change.modified_at or now)
        for change in changes
    ]
    with signed_in(log, choose(log, environment, connection)) as door:
        found = details_of(door, wanted, access(door))
    unknown = RecordDetails()
    return {one.record_id: found.get(one.record_id, unknown).name for one in wanted}
