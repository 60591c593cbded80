"""Take care of a scheduled time: a single transaction decides, writes the run's row, and claims.

So two schedulers never run a connection twice for a scheduled time, and one that is killed leaves
what the next one needs in the log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from lib.errors import OptbackError
from lib.services.connections.chosen import choose
from lib.services.log import Log
from lib.services.runs.overview import is_paused
from lib.services.schedules import timetable
from lib.services.schedules.due import Past, due_now, is_from_the_future
from lib.services.started_by import SCHEDULE
from lib.store import claims, connection_settings, connections, leases, runs
from lib.store.schedules import Schedule


@dataclass(frozen=True, slots=True)
class Turn:
    """A connection and its schedule, as one host sees them.

    `at_once`: without jitter, because a timer looks only every few minutes.
    """

    connection: str
    schedule: Schedule
    host: str
    at_once: bool = False

    @property
    def jitter(self) -> timedelta:
        """How long after the scheduled time the run starts."""
        return timedelta(0) if self.at_once else timetable.jitter(self.connection)


def begin(log: Log, turn: Turn) -> None:
    """Let a daily schedule begin now, unless the log knows of earlier times: those are caught up.

    A schedule of every N minutes begins with a run.
    """
    with log.store.writing():
        if turn.schedule.at is not None and claims.find(log.store, turn.connection) is None:
            claims.put(log.store, turn.connection, log.store.now(), host=turn.host)


def claim_if_due(log: Log, environment: Mapping[str, str], turn: Turn) -> str | None:
    """The ID of a run to start now, or None if none is due or the connection is left out."""
    if not _is_due(log, turn) or why_left_out(log, environment, turn.connection) is not None:
        return None
    return _claimed(log, environment, turn)


def why_left_out(log: Log, environment: Mapping[str, str], connection: str) -> str | None:
    """Why no run of the connection may start by itself, or None; contacts nothing.

    Nothing is claimed meanwhile, so the time is caught up once the connection works again.
    """
    try:
        choose(log, environment, connection).credentials.salesforce.checked()
    except OptbackError as error:
        return error.message
    if is_paused(log, environment, connection):
        return "Paused: Salesforce refused the credentials"
    return why_it_rests(log, connection)


def why_it_rests(log: Log, connection: str) -> str | None:
    """How a person said that no run shall start now, so that none is missing; or None."""
    state = connections.state(log.store, connection)
    if state is not None and state.halted_at is not None:
        return f"Paused by {state.halted_by}"
    if not connection_settings.get(log.store, connection).copies_unsubscribes:
        return "Copying unsubscribes is off"
    return None


def past_of(log: Log, connection: str) -> Past:
    """What the log knows of a connection's scheduled runs."""
    claim = claims.find(log.store, connection)
    if claim is None:
        return Past(has_lease=leases.is_alive(log.store, connection))
    return Past(
        claim,
        runs.get(log.store, claim.run_id) if claim.run_id else None,
        has_lease=leases.is_alive(log.store, connection),
        was_done=claims.was_done_since(log.store, connection, claim.claimed_at),
        last_done=claims.start_of_last_done(log.store, connection),
    )


def _is_due(log: Log, turn: Turn) -> bool:
    """Whether it is worth a transaction: a reader never keeps the log busy."""
    past, now = past_of(log, turn.connection), log.store.now()
    if past.claim is not None and is_from_the_future(past.claim, turn.host, now):
        return True
    return due_now(turn.schedule, past, now, turn.jitter) is not None


def _claimed(log: Log, environment: Mapping[str, str], turn: Turn) -> str | None:
    store = log.store
    with store.writing():
        past, now = past_of(log, turn.connection), store.now()
        if past.claim is not None and is_from_the_future(past.claim, turn.host, now):
            claims.put(store, turn.connection, now, host=turn.host)
            return None
        due = due_now(turn.schedule, past, now, turn.jitter)
        if due is None or why_left_out(log, environment, turn.connection) is not None:
            return None
        run_id = runs.start(
            store,
            connection=turn.connection,
            started_by=SCHEDULE,
            dry_run=False,
            source="jangomail",
        )
        claims.put(store, turn.connection, due.at, host=turn.host, tries=due.tries, run_id=run_id)
        return run_id
