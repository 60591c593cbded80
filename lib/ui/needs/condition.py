"""Whether a connection is well, in a few words: one rule for every place that lists connections."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from lib.services.alerts.overview import view
from lib.services.connections.chosen import is_deleted
from lib.services.log import Log
from lib.services.runs.overview import Everyone, Glance, glance
from lib.ui.cached import everyone_of
from lib.ui.needs.need import Need
from lib.ui.needs.of_connection import CHECKS, failed_checks, needs_of
from lib.ui.times import day, is_old, when
from lib.words import by_count, records


class Kind(Enum):
    """What sort of condition it is, the quiet ones first."""

    FINE = auto()
    RUNNING = auto()
    UNKNOWN = auto()
    HALTED = auto()  # because a person wanted it
    WAITING = auto()
    NEEDS_YOU = auto()
    STOPPED = auto()


@dataclass(frozen=True, slots=True)
class Condition:
    """A few words, such as `Fine`; `more` has details, where there's room for them."""

    kind: Kind
    words: str
    more: str = ""
    last_good: str = ""


_UNTESTED = Condition(Kind.UNKNOWN, "Not tested yet")
_ALONE: Mapping[str, str] = {"failed": "Last run failed", "guarded": "At its safety limit"}


def condition_of(log: Log, environment: Mapping[str, str], name: str) -> Condition:
    """How a stored connection is, from the log alone."""
    if is_deleted(log, name):
        return Condition(Kind.HALTED, "No credentials")
    now, people_now = glance(log, environment, name), everyone_of(log, name)
    return condition(now, people_now, needs_of(now, people_now, view(log, name)))


def condition(now: Glance, people_now: Everyone, needs: list[Need]) -> Condition:
    """The most urgent first: what stops all runs, what a person has to do, and then people."""
    found = _stopped(now) or _needing(now, needs) or _of_runs(now) or _of_people(people_now)
    last = now.last_good
    good = f"last good run {when(last.finished_at or last.started_at)}" if last else ""
    return replace(found, last_good=good)


def _stopped(now: Glance) -> Condition | None:
    """Why no run writes."""
    state = now.state
    if state is not None and state.other is not None:
        return Condition(Kind.STOPPED, "Another org")
    if now.is_paused:
        return Condition(Kind.STOPPED, "Sign-in refused")
    if state is not None and state.halted_at is not None:
        return Condition(Kind.HALTED, "Paused by a person")
    return None if now.copies_unsubscribes else Condition(Kind.HALTED, "Copying is off")


def _needing(now: Glance, needs: list[Need]) -> Condition | None:
    """A single thing has its own words if it's about checks or the last run."""
    if not needs:
        return None
    words = by_count(len(needs), "", "1 thing needs you", "{n} things need you")
    if len(needs) == 1 and needs[0].key == CHECKS:
        count = len(failed_checks(now))
        words = by_count(count, "", "1 check needs you", "{n} checks need you")
    if len(needs) == 1:
        words = _ALONE.get(needs[0].key, words)
    return Condition(Kind.NEEDS_YOU, words)


def _of_runs(now: Glance) -> Condition | None:
    """While a run is in progress, and before the first one has opted anyone out."""
    if now.live is not None:
        return Condition(Kind.RUNNING, "Running")
    if now.latest is None:
        is_tested = now.state is not None and now.state.checked_at is not None
        return Condition(Kind.UNKNOWN, "No runs yet") if is_tested else _UNTESTED
    if now.last_good is None and now.latest.planned:
        planned = f"{records(now.latest.planned)} would be opted out"
        return Condition(Kind.WAITING, "Preview ready", planned)
    return Condition(Kind.UNKNOWN, "No good run yet") if now.last_good is None else None


def _of_people(people_now: Everyone) -> Condition:
    waiting = people_now.mailable
    if waiting:
        words = by_count(waiting, "", "1 person is waiting", "{n} people are waiting")
        return Condition(Kind.WAITING, words)
    as_of = people_now.as_of
    if as_of is None:
        return Condition(Kind.UNKNOWN, "Not known yet")
    if is_old(as_of):
        return Condition(Kind.UNKNOWN, f"Not known since {day(as_of)}")
    return Condition(Kind.FINE, "Fine")
