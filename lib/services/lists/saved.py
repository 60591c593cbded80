"""The saved lists of a connection as the Lists page shows them, and how they're saved."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from lib.lists.values import Options
from lib.services.log import Log
from lib.services.runs.overview import is_paused
from lib.services.started_by import user
from lib.store import connections, freshness, hand_overs, leases, lists, pulls
from lib.store.connections import ConnectionState
from lib.store.freshness import LastCheck
from lib.store.hand_overs import HandOver
from lib.store.ledger import last_complete_reading
from lib.store.lists import SavedList
from lib.store.pulls import Pull

OLD = timedelta(days=1)
"""If the last reading of unsubscribes is older than this, the page says so."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How many people on a pulled list are known to have opted out since.

    `as_of` is when the unsubscribes behind it were read. `check` is when Salesforce was last
    asked, or None if it wasn't asked since the pull.
    """

    people_out: int
    rows_out: int
    as_of: datetime | None
    check: LastCheck | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved list with its last two complete pulls; `fresh` is about the newer one.

    `sent_at` is when it was last handed over, whichever pull that was.
    """

    saved: SavedList
    last: Pull | None = None
    before: Pull | None = None
    fresh: Freshness | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListsNow:
    """The lists of a connection, from the log alone.

    `as_of` is the last complete reading of unsubscribes, None before the first. `people_out`: how
    many people on saved lists are known to have opted out since, each counted once.
    """

    connection: str
    state: ConnectionState | None
    is_paused: bool
    kept: tuple[Kept, ...]
    deleted: tuple[SavedList, ...]
    pulling: Pull | None
    handing: HandOver | None
    has_pulled: bool
    as_of: datetime | None
    is_old: bool
    people_out: int


def lists_now(log: Log, environment: Mapping[str, str], connection: str) -> ListsNow:
    """All that the page says about saved lists, pulls, and hand-overs; contacts nothing."""
    store = log.store
    state = connections.state(store, connection)
    scope = state.scope if state else None
    as_of = last_complete_reading(store, scope) if scope else None
    sent = hand_overs.last_of_lists(store, connection)
    kept = tuple(
        replace(_kept(log, saved), sent_at=sent.get(saved.id))
        for saved in lists.of_connection(store, connection)
    )
    pulled = [one.last.id for one in kept if one.last is not None]
    return ListsNow(
        connection=connection,
        state=state,
        is_paused=is_paused(log, environment, connection),
        kept=kept,
        deleted=tuple(lists.recently_deleted(store, connection)),
        pulling=live_pull(log, connection),
        handing=live_hand_over(log, connection),
        has_pulled=bool(pulls.latest(store, connection, limit=1)),
        as_of=as_of,
        is_old=as_of is not None and store.now() - as_of > OLD,
        people_out=freshness.count_on_any(store, pulled),
    )


def freshness_of(log: Log, pull: Pull) -> Freshness:
    """Who on a pull is known to have opted out since; looks through the ledger first."""
    store = log.store
    if pull.scope is not None:
        freshness.note_unsubscribed(store, pull.scope, pull.id, pull.started_at)
    people, rows = freshness.count(store, pull.id)
    read_at = last_complete_reading(store, pull.scope) if pull.scope else None
    known = [moment for moment in (pull.as_of, read_at) if moment is not None]
    check = freshness.last_check(store, pull.id)
    return Freshness(people, rows, max(known, default=None), check)


def live_pull(log: Log, connection: str) -> Pull | None:
    """The pull that is running, unless its process seems to be dead."""
    since = log.store.now() - pulls.SILENCE
    living = [pull for pull in pulls.unfinished(log.store, connection) if pull.beat_at >= since]
    return living[-1] if living else None


def live_hand_over(log: Log, connection: str) -> HandOver | None:
    """The hand-over that is running: its process still renews its lease, or is just starting."""
    newest = hand_overs.of_connection(log.store, connection, limit=1)
    if not newest or newest[0].is_finished:
        return None
    is_beginning = log.store.now() - newest[0].beat_at < _BEGINS_WITHIN
    if is_beginning or leases.is_alive(log.store, lease_of(connection)):
        return newest[0]
    return None


def lease_of(connection: str) -> str:
    """The name of the lease that allows only one hand-over of a connection at a time."""
    return f"{connection}/hand-over"


def save(log: Log, connection: str, name: str, soql: str, options: Options) -> str:
    """Save a query under a name, and return its ID; its recent pulls become pulls of the list.

    Raises NameTaken, and UsageError for a name that isn't readable.
    """
    list_id = lists.save(log.store, connection, name, soql, options=asdict(options), by=user())
    for pull in pulls.latest(log.store, connection, limit=10):
        if pull.list_id is None and is_of(pull, soql, options):
            lists.take_in(log.store, list_id, pull.id)
    return list_id


def save_over(log: Log, list_id: str, soql: str, options: Options) -> None:
    """Replace the query of a list."""
    lists.change(log.store, list_id, soql, options=asdict(options), by=user())


def options_of(noted: Mapping[str, object]) -> Options:
    """Options from the log; options that this version doesn't know are skipped."""
    usual = asdict(Options())
    known: dict[str, Any] = {name: value for name, value in noted.items() if name in usual}
    if "not_on_lists" in known:
        known["not_on_lists"] = tuple(known["not_on_lists"])
    return replace(Options(), **known)


def is_of(pull: Pull, soql: str, options: Options) -> bool:
    """Whether a pull has this query and these options."""
    return pull.soql.strip() == soql.strip() and options_of(pull.options) == options


def latest_of(log: Log, connection: str, soql: str, options: Options) -> Pull | None:
    """The newest pull of this query that ended: it failed, or its file is still there."""
    for pull in pulls.latest(log.store, connection, limit=20):
        if pull.is_finished and is_of(pull, soql, options):
            return pull if pull.status == "failed" or pull.file else None
    return None


_BEGINS_WITHIN = timedelta(seconds=15)


def _kept(log: Log, saved: SavedList) -> Kept:
    done = pulls.of_list(log.store, saved.id, limit=2, done_only=True)
    if not done:
        return Kept(saved)
    before = done[1] if len(done) > 1 and done[1].file else None
    return Kept(saved, done[0], before, freshness_of(log, done[0]))
