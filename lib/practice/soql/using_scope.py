"""USING SCOPE: which rows each scope allows for a user.

Nobody is on a team here, and no scoping rule is active.
Source: SOQL and SOSL Reference, "USING SCOPE".
"""

from collections.abc import Callable
from typing import Any

from lib.practice.rows import Row
from lib.practice.schema import SObjectType
from lib.practice.soql.query_request import QueryRequest
from lib.soql import tree

Test = Callable[[Row], bool]

_USER, _GROUP = "005", "00G"


def scope_test(request: QueryRequest, kind: SObjectType, using: tree.Using) -> Test:
    """A test of rows. Raises Refusal if the sObject does not have the scope."""
    name = using.name.lower()
    offered = {scope[0].lower() for scope in kind.traits.get("scopes", ())} | {"everything"}
    if kind.field("OwnerId"):
        offered.add("mine")
    make = _SCOPES.get(name) if using.kind == "SCOPE" and name in offered else None
    if make is None:
        message = f"{using.kind} {using.name} is not supported for {kind.name}"
        raise request.malformed(message)
    return make(request.view.user["Id"])


def _everything(_user: str) -> Test:
    return lambda _row: True


def _nothing(_user: str) -> Test:
    return lambda _row: False


def _owned_by(prefix: str) -> Callable[[str], Test]:
    return lambda _user: lambda row: _owner(row).startswith(prefix)


def _mine(user: str) -> Test:
    return lambda row: _owner(row) == user


def _delegated(user: str) -> Test:
    """Rows the user created for someone else."""
    return lambda row: row.get("CreatedById") == user != _owner(row)


def _owner(row: Row) -> str:
    owner: Any = row.get("OwnerId")
    return owner or ""


_SCOPES: dict[str, Callable[[str], Test]] = {
    "everything": _everything,
    "scopingrule": _everything,
    "mine": _mine,
    "delegated": _delegated,
    "queue_owned": _owned_by(_GROUP),
    "user_owned": _owned_by(_USER),
    "team": _nothing,
    "genericteam": _nothing,
    "team_by_role": _nothing,
}
