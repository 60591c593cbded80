"""How many records could be emailed before the run, which the safety limit may depend on."""

from collections.abc import Iterable

from lib import soql
from lib.salesforce import query
from lib.salesforce.access import Access
from lib.salesforce.conditions import mailable
from lib.salesforce.door import Door
from lib.soql import Query


def count_mailable(door: Door, rights: Iterable[Access]) -> int:
    """Records with an address and a cleared box that aren't converted. Costs 1 API call."""
    return sum(query.count(door, count_queries(rights)))


def count_queries(rights: Iterable[Access]) -> list[Query]:
    """What `count_mailable` asks, to ask it ahead."""
    return [soql.count(right.sobject, mailable(right)) for right in rights if right.can_write]
