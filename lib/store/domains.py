"""Whole domains on the unsubscribe list, and what a person decided about each (rules.md, 4.4).

A domain is on hold until a person approves it or keeps it mailable. Keeping it mailable counts
until the domain is certainly listed again after that: then it's on hold again.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lib.clock import from_text, to_text
from lib.store.db import Store
from lib.store.sql_values import moment


class Verdict(StrEnum):
    """What a person decided about a domain; stored, so a word stays what it is."""

    APPROVED = "approved"  # everyone there is opted out
    MAILABLE = "kept_mailable"  # the entry is passed over


_LISTED = """
    select entry,
        min(shown) as shown,
        max(coalesce(not_before, '')) as listed_from,
        min(first_seen_at) as first_seen_at
    from event
    where scope = :scope and state = 'held' and is_domain and resubscribed_at is null
    group by entry
"""
_ENTRIES = f"""
    with listed as ({_LISTED})
    select entry, shown, first_seen_at, verdict, decided_at, decided_by
    from listed
    left join domain_decision as decision
        on decision.scope = :scope and decision.domain = entry and decision.ended_at is null
        and not (verdict = 'kept_mailable' and listed_from > decided_at)
    order by entry
"""  # noqa: S608 - our own text
_NOT_SEARCHED = """
    select domain from domain_decision as decision
    where scope = :scope and verdict = 'approved' and ended_at is null
      and not exists (
          select 1 from watermark
          where watermark.scope = decision.scope and stream = 'domain:' || domain
            and moment >= decided_at
      )
"""
_END = """
    update domain_decision
    set ended_at = :now, ended_by = :by
    where scope = :scope and domain = :domain and ended_at is null
"""
_DECIDE = """
    insert into domain_decision (scope, domain, verdict, decided_at, decided_by, run_id)
    values (:scope, :domain, :verdict, :now, :by, :run_id)
"""
_DECISIONS = """
    select domain, verdict, decided_at, decided_by, run_id, ended_at, ended_by, exists (
        select 1 from domain_decision as later
        where later.scope = domain_decision.scope and later.domain = domain_decision.domain
          and later.id > domain_decision.id and later.decided_at = domain_decision.ended_at
    ) as is_replaced
    from domain_decision
    where scope = :scope
    order by id desc
    limit :last
"""
# The run that last looked for a domain's records says how many people there can still be emailed.
_ON_HOLD = """
    with last as (
        select max(run_id) as run_id from change
        where scope = :scope and reason = 'held' and substr(address, -length(:at)) = :at
    )
    select count(*) as records, count(distinct address) as people
    from change, last
    where scope = :scope and reason = 'held' and substr(address, -length(:at)) = :at
      and change.run_id = last.run_id
      and not exists (  -- who asked by address since then is waiting for a run, not for a decision
          select 1 from event_row as event indexed by event_by_entry
          join address as entry on entry.id = event.entry
          where event.scope = (select id from term where text = :scope)
            and entry.text = change.address and event.state = 'pending' and not event.is_domain
      )
"""


@dataclass(frozen=True, slots=True)
class DomainEntry:
    """A whole domain on the unsubscribe list; `verdict` is None while it's on hold."""

    domain: str  # in the compared form
    shown: str  # in the source's spelling
    first_seen_at: datetime
    verdict: Verdict | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a domain once; `ended_at` is None while it counts."""

    domain: str
    verdict: Verdict
    decided_at: datetime
    decided_by: str
    run_id: str | None  # the run with which it was approved
    ended_at: datetime | None
    ended_by: str | None
    is_replaced: bool = False  # it ended because of another decision


@dataclass(frozen=True, slots=True)
class OnHold:
    """A domain on hold, and who there could still be emailed when its records were last read."""

    domain: str
    people: int
    records: int


def entries(store: Store, scope: str) -> list[DomainEntry]:
    """All domains on the list, by name."""
    return [_entry(row) for row in store.query(_ENTRIES, {"scope": scope})]


def entry_of(store: Store, scope: str, domain: str) -> DomainEntry | None:
    """A domain on the list; None if it isn't there."""
    return next((entry for entry in entries(store, scope) if entry.domain == domain), None)


def held(store: Store, scope: str) -> list[str]:
    """The domains that wait for a person's decision."""
    return [entry.domain for entry in entries(store, scope) if entry.verdict is None]


def approved(store: Store, scope: str) -> list[str]:
    """The domains on the list whose people are opted out, because a person approved it."""
    found = entries(store, scope)
    return [entry.domain for entry in found if entry.verdict is Verdict.APPROVED]


def left_out_of_lists(store: Store, scope: str) -> frozenset[str]:
    """The domains whose people stay off lists: on hold or approved (rules.md, 6.2)."""
    found = entries(store, scope)
    return frozenset(entry.domain for entry in found if entry.verdict is not Verdict.MAILABLE)


def on_hold(store: Store, scope: str) -> list[OnHold]:
    """The domains on hold with their people; those with most people first."""
    found = [_with_people(store, scope, domain) for domain in held(store, scope)]
    return sorted(found, key=lambda each: (-each.people, each.domain))


def not_searched(store: Store, scope: str) -> frozenset[str]:
    """Approved domains whose records no run has searched since the approval."""
    rows = store.query(_NOT_SEARCHED, {"scope": scope})
    return frozenset(row["domain"] for row in rows)


def stream_of(domain: str) -> str:
    """The name of the mark that says when a domain's records were searched."""
    return f"domain:{domain}"


def decide(
    store: Store, scope: str, domain: str, verdict: Verdict, by: str, *, run_id: str | None = None
) -> None:
    """Store a decision; it takes the place of an earlier one."""
    row = {"scope": scope, "domain": domain, "by": by, "now": to_text(store.now())}
    with store.writing():
        store.execute(_END, row)
        store.execute(_DECIDE, {**row, "verdict": verdict.value, "run_id": run_id})


def withdraw(store: Store, scope: str, domain: str, by: str) -> bool:
    """Take a decision back: the domain is on hold again. False if there was none."""
    row = {"scope": scope, "domain": domain, "by": by, "now": to_text(store.now())}
    with store.writing():
        return store.execute(_END, row) > 0


def decisions(store: Store, scope: str, *, last: int = 50) -> Sequence[Decision]:
    """The decisions about domains, newest first."""
    return [_decision(row) for row in store.query(_DECISIONS, {"scope": scope, "last": last})]


def _with_people(store: Store, scope: str, domain: str) -> OnHold:
    row = store.first_row(_ON_HOLD, {"scope": scope, "at": f"@{domain}"})
    return OnHold(domain, row["people"], row["records"]) if row else OnHold(domain, 0, 0)


def _entry(row: sqlite3.Row) -> DomainEntry:
    return DomainEntry(
        domain=row["entry"],
        shown=row["shown"],
        first_seen_at=from_text(row["first_seen_at"]),
        verdict=Verdict(row["verdict"]) if row["verdict"] else None,
        decided_at=moment(row["decided_at"]),
        decided_by=row["decided_by"],
    )


def _decision(row: sqlite3.Row) -> Decision:
    return Decision(
        domain=row["domain"],
        verdict=Verdict(row["verdict"]),
        decided_at=from_text(row["decided_at"]),
        decided_by=row["decided_by"],
        run_id=row["run_id"],
        ended_at=moment(row["ended_at"]),
        ended_by=row["ended_by"],
        is_replaced=bool(row["is_replaced"]),
    )
