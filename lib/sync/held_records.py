"""Records that got no answer even alone: on hold until it's clear whether they are the cause."""

from lib.errors import OptbackError, RequestRefused
from lib.salesforce.codes import NO_ANSWER
from lib.sync.lost_answers import Settled
from lib.values import Change, Outcome

_AT_MOST = 3
"""If this many records in a row get no answer, the cause is Salesforce, not a record."""


class HeldRecords:
    """The records of one run that failed alone, since Salesforce last answered another call."""

    def __init__(self) -> None:
        self._held: list[tuple[Change, OptbackError]] = []
        self._answers = 0

    def hold(self, change: Change, error: OptbackError) -> bool:
        """Keep a record. False if there are too many: then Salesforce is the cause."""
        self._held.append((change, error))
        return len(self._held) < _AT_MOST

    def release(self) -> list[Settled]:
        """Salesforce has answered a call, so the records are the cause: they failed."""
        self._answers += 1
        return self._failed()

    def judge(self) -> tuple[list[Settled], OptbackError | None]:
        """At the end, the records are the cause if Salesforce answered other calls."""
        if self._held and not self._answers:
            return [], self._held[0][1]
        return self._failed(), None

    def _failed(self) -> list[Settled]:
        held, self._held = self._held, []
        return [_failed(change, error) for change, error in held]


def _failed(change: Change, error: OptbackError) -> Settled:
    code = getattr(error, "vendor_code", "") or NO_ANSWER
    said = error.said if isinstance(error, RequestRefused) else ""
    return Settled(change.record_id, Outcome.FAILED, code, said)
