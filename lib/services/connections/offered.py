"""Which connections a person can choose, the likeliest first."""

from collections.abc import Mapping

from lib.services.connections.chosen import DEFAULT, ENVIRONMENT
from lib.services.log import Log
from lib.settings import names_salesforce
from lib.store import connections

PRACTICE = "practice"


def offered(log: Log, environment: Mapping[str, str]) -> list[str]:
    """Stored connections, those that only ran, and the environment's where it names an org.

    The stored `default` comes first and the practice org last, so that real people come before
    made-up ones.
    """
    names = set(connections.all_names(log.store))
    if names_salesforce(environment):
        names.add(ENVIRONMENT)
    return sorted(names, key=_order)


def _order(name: str) -> tuple[int, str]:
    places = {DEFAULT: 0, ENVIRONMENT: 2, PRACTICE: 3}
    return places.get(name, 1), name
