"""The values that an org's records have in a field, the most frequent first, to suggest them."""

from collections.abc import Mapping

from lib import soql
from lib.errors import SalesforceError
from lib.salesforce.query import records
from lib.services.connections.chosen import choose
from lib.services.connections.sign_in import signed_in
from lib.services.log import Log

MOST_VALUES = 200


def values_of(
    log: Log, environment: Mapping[str, str], connection: str, sobject: str, path: str
) -> tuple[str, ...]:
    """The values; none if the field can't be grouped. Costs a sign-in and 1 API call.

    Raises PausedError if Salesforce has refused these credentials, and UsageError.
    """
    text = "SELECT {0} value, COUNT(Id) people FROM {1} WHERE {0} != null GROUP BY {0}"
    query = soql.parse(f"{text} ORDER BY COUNT(Id) DESC LIMIT {MOST_VALUES}".format(path, sobject))
    with signed_in(log, choose(log, environment, connection)) as door:
        try:
            rows = [row for _, row in records(door, [query])]
        except SalesforceError:
            return ()
    found = (row.get("value") for row in rows)
    return tuple(value for value in found if isinstance(value, str) and value)
