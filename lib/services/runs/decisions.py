"""What people decided about whole domains and about boxes cleared at once, for History."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lib.services.log import Log
from lib.services.started_by import in_words
from lib.store import connections, domains, mass_clearings
from lib.store.domains import Decision, Verdict
from lib.words import counted

_LAST = 50
_VERDICTS = {
    Verdict.APPROVED: "{domain}: everyone there is opted out",
    Verdict.MAILABLE: "{domain}: its people are kept mailable",
}


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision: when, what, who; `run_id` is the run it belongs to, if there is one."""

    at: datetime
    what: str
    by: str
    run_id: str | None = None


def decisions_of(log: Log, connection: str) -> list[Decided]:
    """The decisions of a connection, newest first."""
    state = connections.state(log.store, connection)
    if state is None or state.scope is None:
        return []
    found = [
        one
        for decision in domains.decisions(log.store, state.scope, last=_LAST)
        for one in _of_domain(decision)
    ]
    for done in mass_clearings.confirmations(log.store, state.scope, last=_LAST):
        what = f"{counted(done.boxes, 'box', 'boxes')} cleared at once: meant to be cleared"
        found.append(Decided(done.confirmed_at, what, in_words(done.confirmed_by), done.run_id))
    return sorted(found, key=lambda one: one.at, reverse=True)[:_LAST]


def _of_domain(decision: Decision) -> Iterator[Decided]:
    what = _VERDICTS[decision.verdict].format(domain=decision.domain)
    yield Decided(decision.decided_at, what, in_words(decision.decided_by), decision.run_id)
    if decision.ended_at is not None and not decision.is_replaced:
        taken_back = f"{decision.domain}: taken back, on hold again"
        yield Decided(decision.ended_at, taken_back, in_words(decision.ended_by or ""))
