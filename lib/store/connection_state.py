"""What the log knows about a connection, apart from its credentials: org, last test, pause."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.store.sql_values import moment
from lib.values import Check, Org

ANY_CREDENTIALS = "any"
"""A `paused_fingerprint` in doubt: the key changed, and nobody knew the refused credentials."""

_BE_THERE = "insert into connection_state (name) values (:name) on conflict do nothing"
_REMEMBER_ORG = """
    update connection_state
    set scope = :scope, org_id = :org_id, org_name = :org_name, environment = :environment,
        username = :username, locale = :locale, edition = :edition, instance_url = :instance_url,
        org_fingerprint = coalesce(:fingerprint, org_fingerprint),
        other_org = null, other_seen_at = null
    where name = :name
"""
_NOTE_OTHER_ORG = """
    update connection_state
    set other_org = :other_org, other_seen_at = :now
    where name = :name
"""
_MARK_ORG = "update connection_state set org_fingerprint = :fingerprint where name = :name"
_HALT = """
    update connection_state
    set halted_at = coalesce(halted_at, :now), halted_by = coalesce(halted_by, :by)
    where name = :name
"""
_RESUME = """
    update connection_state
    set halted_at = null, halted_by = null, resumed_at = :now
    where name = :name and halted_at is not null
"""
_PAUSE = """
    update connection_state
    set paused_at = :now, paused_code = :code, paused_message = :message,
        paused_remedy = :remedy, paused_fingerprint = :fingerprint
    where name = :name
"""
_UNPAUSE = """
    update connection_state
    set paused_at = null, paused_code = null, paused_message = null,
        paused_remedy = null, paused_fingerprint = null
    where name = :name
"""
_PAUSED_NAMES = "select name from connection_state where paused_at is not null order by name"
_MARK_PAUSED = """
    update connection_state
    set paused_fingerprint = :fingerprint
    where name = :name and paused_at is not null
"""
_KEEP_CHECKS = """
    update connection_state
    set checks = :checks, checked_at = :now
    where name = :name
"""
_STATE = "select * from connection_state where name = :name"


@dataclass(frozen=True, slots=True)
class OtherOrg:
    """An org that a connection led to, other than the org it is for, and when that was."""

    org: Org
    instance_url: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class ConnectionState:
    """A connection as it was last seen; the `paused_…` fields are None unless it is paused."""

    name: str
    scope: str | None  # "NAME/00D…", the org of the last sign-in
    org: Org | None
    instance_url: str | None
    paused_at: datetime | None
    paused_code: str | None
    paused_message: str | None
    paused_remedy: str | None
    paused_fingerprint: str | None  # of the credentials that were refused
    checks: list[Check]  # of the last test
    checked_at: datetime | None
    org_fingerprint: str | None = None  # of the credentials that led to `org`
    other: "OtherOrg | None" = None  # another org that the credentials suddenly lead to
    halted_at: datetime | None = None  # when a person paused it
    halted_by: str | None = None
    resumed_at: datetime | None = None  # when a person last ended such a pause

    def pauses(self, fingerprints: Sequence[str]) -> bool:
        """Whether the credentials with these fingerprints aren't to be used."""
        mark = self.paused_fingerprint
        return mark is not None and (mark == ANY_CREDENTIALS or mark in fingerprints)


def scope_of(name: str, org_id: str) -> str:
    """What is learned about this org through this connection is stored under this name."""
    return f"{name}/{org_id}"


def remember_org(
    store: Store, name: str, org: Org, instance_url: str, fingerprint: str | None = None
) -> str:
    """Note which org the connection signs in to. Returns the scope for everything learned there.

    `fingerprint` is that of the credentials. Ends the question which of two orgs is meant.
    """
    scope = scope_of(name, org.org_id)
    row = {
        "scope": scope,
        "org_id": org.org_id,
        "org_name": org.name,
        "environment": org.environment,
        "username": org.username,
        "locale": org.locale,
        "edition": org.edition,
        "instance_url": instance_url,
        "fingerprint": fingerprint,
    }
    _update(store, name, _REMEMBER_ORG, row)
    return scope


def note_other_org(store: Store, name: str, org: Org, instance_url: str) -> None:
    """Note that the connection led to another org than before: a person says which is meant."""
    text = json.dumps({"org": asdict(org), "instance_url": instance_url}, ensure_ascii=False)
    _update(store, name, _NOTE_OTHER_ORG, {"other_org": text, "now": to_text(store.now())})


def mark_org(store: Store, name: str, fingerprint: str) -> None:
    """Note again which credentials led to the org, after the key changed."""
    _update(store, name, _MARK_ORG, {"fingerprint": fingerprint})


def halt(store: Store, name: str, by: str) -> None:
    """A person pauses the connection; the first to do so is remembered."""
    _update(store, name, _HALT, {"now": to_text(store.now()), "by": by})


def resume(store: Store, name: str) -> None:
    """A person lets the connection run again."""
    _update(store, name, _RESUME, {"now": to_text(store.now())})


def state(store: Store, name: str) -> ConnectionState | None:
    """What is known about a connection; None if it never signed in, paused or was tested."""
    row = store.first_row(_STATE, {"name": name})
    return _state(row) if row else None


def pause(
    store: Store, name: str, *, fingerprint: str, code: str, message: str, remedy: str
) -> None:
    """Note that Salesforce refused these credentials, so that they aren't sent again."""
    row = {"fingerprint": fingerprint, "code": code, "message": message, "remedy": remedy}
    _update(store, name, _PAUSE, {**row, "now": to_text(store.now())})


def unpause(store: Store, name: str) -> None:
    """Let the connection work again."""
    _update(store, name, _UNPAUSE, {})


def is_paused(store: Store, name: str, fingerprints: Sequence[str]) -> ConnectionState | None:
    """The state of the connection if these very credentials were refused, else None.

    `fingerprints` are those of the credentials under each key.
    """
    known = state(store, name)
    return known if known is not None and known.pauses(fingerprints) else None


def paused_names(store: Store) -> list[str]:
    """The connections whose credentials Salesforce refused."""
    return [row["name"] for row in store.query(_PAUSED_NAMES)]


def mark_paused(store: Store, name: str, fingerprint: str) -> None:
    """Note again which credentials are paused, after the key changed."""
    _update(store, name, _MARK_PAUSED, {"fingerprint": fingerprint})


def keep_checks(store: Store, name: str, checks: Iterable[Check]) -> None:
    """Store the checks of a test."""
    text = json.dumps([asdict(check) for check in checks], ensure_ascii=False)
    _update(store, name, _KEEP_CHECKS, {"checks": text, "now": to_text(store.now())})


def _update(store: Store, name: str, statement: str, row: Mapping[str, object]) -> None:
    with store.writing():
        store.execute(_BE_THERE, {"name": name})
        store.execute(statement, {**row, "name": name})


def _state(row: sqlite3.Row) -> ConnectionState:
    return ConnectionState(
        name=row["name"],
        scope=row["scope"],
        org=_org(row),
        instance_url=row["instance_url"],
        paused_at=moment(row["paused_at"]),
        paused_code=row["paused_code"],
        paused_message=row["paused_message"],
        paused_remedy=row["paused_remedy"],
        paused_fingerprint=row["paused_fingerprint"],
        checks=[Check(**check) for check in json.loads(row["checks"])],
        checked_at=moment(row["checked_at"]),
        org_fingerprint=row["org_fingerprint"],
        other=_other(row),
        halted_at=moment(row["halted_at"]),
        halted_by=row["halted_by"],
        resumed_at=moment(row["resumed_at"]),
    )


def _other(row: sqlite3.Row) -> OtherOrg | None:
    if row["other_org"] is None:
        return None
    other = json.loads(row["other_org"])
    return OtherOrg(Org(**other["org"]), other["instance_url"], from_text(row["other_seen_at"]))


def _org(row: sqlite3.Row) -> Org | None:
    if row["org_id"] is None:
        return None
    return Org(
        org_id=row["org_id"],
        name=row["org_name"],
        environment=row["environment"],
        username=row["username"],
        locale=row["locale"],
        edition=row["edition"] or "",
    )
