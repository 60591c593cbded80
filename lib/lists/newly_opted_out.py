"""Who has been opted out in Salesforce since a list was pulled: one cheap query an sObject.

SystemModstamp moves with every write, by whomever, and is indexed; so the records that are opted
out and were written since hold everybody whose box was ticked since, and a few others.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from lib import soql
from lib.addresses import compared
from lib.salesforce.composite import broken
from lib.salesforce.door import Door
from lib.salesforce.failures import storable
from lib.salesforce.ids import to18
from lib.salesforce.query import records
from lib.soql import Condition, Query
from lib.soql.schema import SObject

MARGIN = timedelta(hours=1)
"""A write bears the time at which it began, and clocks differ."""

Opted = tuple[str, str]  # record id, address as it is compared


def opted_out_since(
    door: Door, people: Iterable[SObject], since: datetime, *, margin: timedelta = MARGIN
) -> Iterator[Opted]:
    """The opted-out records that were written since, as they arrive.

    `people` are Contact and Lead as the org describes them. Costs 1 API call, and 1 for each
    further page of about 2,000 records. Raises PermissionMissing or RequestRefused.
    """
    queries = [_query(one, since - margin) for one in people]
    for _, row in records(door, queries):
        try:
            yield to18(str(row["Id"])), compared(storable(str(row.get("Email") or "")))
        except (KeyError, ValueError) as error:
            raise broken("a record has no ID") from error


def _query(sobject: SObject, since: datetime) -> Query:
    ticked: list[Condition] = [soql.equals(field, True) for field in sobject.opt_out]
    where = soql.all_of(soql.at_least("SystemModstamp", since), soql.one_of(*ticked))
    return soql.select(["Id", "Email"], sobject.name, where)
