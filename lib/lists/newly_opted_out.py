"""Who has been opted out in Salesforce since a list was pulled: one cheap query per sObject.

SystemModstamp changes with every write and is indexed. So the opted-out records that were written
since then include everyone whose box was ticked since then, and a few others.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from lib import soql
from lib.fields import EMAIL
from lib.salesforce.conditions import opted_out
from lib.salesforce.door import Door
from lib.salesforce.query import records
from lib.salesforce.rows import address_and_id
from lib.soql import Query
from lib.soql.schema import SObject

MARGIN = timedelta(hours=1)
"""A write has the time at which it started, and clocks differ."""

OptedOut = tuple[str, str]  # record ID, compared address


def opted_out_since(
    door: Door, people: Iterable[SObject], since: datetime, *, margin: timedelta = MARGIN
) -> Iterator[OptedOut]:
    """The opted-out records that were written since then, as they arrive.

    `people` are Contact and Lead as the org describes them. Costs 1 API call, and 1 for each
    further page of about 2,000 records. Raises PermissionMissing or RequestRefused.
    """
    queries = [_query(sobject, since - margin) for sobject in people]
    for _, row in records(door, queries):
        address, record_id = address_and_id(row)
        yield record_id, address


def _query(sobject: SObject, since: datetime) -> Query:
    where = soql.all_of(soql.at_least("SystemModstamp", since), opted_out(sobject))
    return soql.select(["Id", EMAIL], sobject.name, where)
