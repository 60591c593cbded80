"""What the log says about a connection, gathered for lib/alerts/causes.py."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import takewhile

from lib.alerts.causes import Situation, has_failed
from lib.alerts.settings import Deadline
from lib.services.alerts.silence import rhythm
from lib.store import (
    alert_lookups,
    connection_keys,
    connections,
    domains,
    ledger,
    mass_clearings,
    people,
    people_counts,
)
from lib.store.db import Store
from lib.store.mass_clearings import Confirmation
from lib.store.run import Run

_DAY = timedelta(days=1)


def situation_of(
    store: Store, connection: str, deadline: Deadline, expected_every: timedelta | None
) -> Situation:
    """The connection as it is now. Without `expected_every`, earlier runs say what to expect."""
    state = connections.state(store, connection)
    scope = state.scope if state else None
    ended = alert_lookups.ended_runs(store, connection)
    expected = expected_every or rhythm(store, connection)
    seen = Situation(
        connection,
        now=store.now(),
        state=state,
        latest=ended[0] if ended else None,
        failing=_failing(ended),
        signed_in_at=alert_lookups.signed_in_at(store, connection),
        expected_every=expected,
        link_key=connection_keys.key_of(store, connection),
    )
    return _with_people(store, seen, scope, deadline) if scope else seen


def _with_people(store: Store, seen: Situation, scope: str, deadline: Deadline) -> Situation:
    counts = people_counts.count(store, scope)
    ahead = min(seen.expected_every or _DAY, deadline.shortest / 2)
    return Situation(
        seen.connection,
        now=seen.now,
        state=seen.state,
        latest=seen.latest,
        failing=seen.failing,
        signed_in_at=seen.signed_in_at,
        refused=tuple(people.refused_now(store, scope)),
        held_domains=tuple(domains.on_hold(store, scope)),
        vanished=ledger.vanished(store, scope),
        cleared_at_once=tuple(mass_clearings.open_boxes(store, scope)),
        confirmed=_last(mass_clearings.confirmations(store, scope, last=1)),
        cleared_again=alert_lookups.cleared_again(store, scope),
        overdue=alert_lookups.overdue(store, scope, deadline.latest_start(seen.now + ahead)),
        mailable=counts.pending + counts.needing_hand,
        expected_every=seen.expected_every,
        link_key=seen.link_key,
    )


def _last(found: Sequence[Confirmation]) -> Confirmation | None:
    return found[0] if found else None


def _failing(ended: Sequence[Run]) -> tuple[Run, ...]:
    return tuple(takewhile(has_failed, ended))
