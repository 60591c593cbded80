"""The orgs that a connection has ever worked on."""

from lib.store.column_values import json_list
from lib.store.db import Store

_SCOPES = """
    select distinct scope from run
    where scope is not null and (:connection is null or connection = :connection)
"""


def scopes_of(store: Store, connection: str | None) -> str:
    """The scopes of a connection (None: of all) as a bound parameter for json_each."""
    rows = store.query(_SCOPES, {"connection": connection})
    return json_list(row["scope"] for row in rows)
