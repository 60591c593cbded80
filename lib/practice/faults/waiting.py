"""The faults that are waiting in one practice org, and how often each kind of call was made."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

from lib.practice.faults.fault import InjectedFault
from lib.practice.faults.kinds import JOB_KINDS
from lib.practice.faults.responses import UNKNOWN, refusal_of
from lib.practice.refusal import Refusal


@dataclass(slots=True)
class Faults:
    """The faults waiting in one practice org, oldest first; safe to use from several threads."""

    waiting: list[InjectedFault] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    """Requests so far by kind of call, to find the one to strike."""
    clears: int = 0
    """How often the faults were cleared; a request that is held back then goes on."""
    _lock: Lock = field(default_factory=Lock, repr=False)

    def add(self, fault: InjectedFault) -> None:
        """Add a fault; it starts with the next request."""
        with self._lock:
            self.waiting.append(fault)

    def clear(self) -> int:
        """Clear all faults; returns how many were waiting."""
        with self._lock:
            self.clears += 1
            count = len(self.waiting)
            self.waiting.clear()
            return count

    def count_call(self, call: str) -> None:
        """Count a request of this kind."""
        with self._lock:
            self.calls[call] += 1

    @property
    def are_about_records(self) -> bool:
        """Whether any waiting fault depends on the records of a request."""
        with self._lock:
            return any(fault.is_about_records for fault in self.waiting)

    def take(
        self, method: str, path: str, call: str, ids: Sequence[str] = ()
    ) -> InjectedFault | None:
        """The first fault that affects a request; counts it as happened."""
        return self._take(lambda fault: fault.concerns(method, path, call, ids))

    def take_for_job(self, kind: str, call: str = "") -> InjectedFault | None:
        """The first fault of a kind from `JOB_KINDS`; counts it as happened.

        `call` is what creates the job: `query_job` or `ingest_job`.
        """
        assert kind in JOB_KINDS  # noqa: S101  # the names are ours
        return self._take(lambda fault: fault.kind == kind and fault.call in ("", call))

    def refused(self, ids: Sequence[str]) -> dict[str, Refusal]:
        """The records of one save that a fault refuses, each with its refusal."""
        fault = self._take(
            lambda fault: fault.kind == "rows" and bool(ids) and fault.concerns_records(ids)
        )
        if fault is None:
            return {}
        refusal = Refusal(fault.code or "UNKNOWN_EXCEPTION", fault.message or UNKNOWN, [])
        return {
            record_id: refusal
            for place, record_id in enumerate(ids, start=1)
            if fault.names(record_id) and place % fault.every == 0
        }

    def refused_whole(self, ids: Sequence[str]) -> Refusal | None:
        """Why a fault refuses the whole collection that saves these records."""
        fault = self._take(
            lambda fault: fault.kind == "collection" and bool(ids) and fault.concerns_records(ids)
        )
        return Refusal(*refusal_of(fault), status=fault.status) if fault else None

    def _take(self, is_meant: Callable[[InjectedFault], bool]) -> InjectedFault | None:
        with self._lock:
            for fault in self.waiting:
                if is_meant(fault) and not self._passes(fault):
                    self._count_down(fault)
                    return fault
        return None

    def _passes(self, fault: InjectedFault) -> bool:
        if fault.after == 0:
            return False
        fault.after -= 1
        return True

    def _count_down(self, fault: InjectedFault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times == 0:
            self.waiting.remove(fault)
