"""Jobs that are created while the log takes the run's changes. They get no rows before it has."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from lib.background import Background
from lib.errors import OptbackError
from lib.salesforce.bulk_ingest import jobs
from lib.salesforce.bulk_ingest.jobs import IngestJob
from lib.salesforce.door import Door

_LAST_WAIT_S = 1.0


@dataclass(frozen=True, slots=True)
class EarlyJobs:
    """A job for each of some sObjects, under way or created; each is used once."""

    door: Door
    _begun: dict[str, Background[IngestJob]] = field(default_factory=dict)

    def create(self, sobject: str) -> IngestJob:
        """The job for an sObject, or another one. Costs 1 API call, and raises as that does."""
        begun = self._begun.pop(sobject, None)
        return jobs.create(self.door, sobject) if begun is None else begun.result()

    def give_up(self) -> None:
        """Abort those that weren't used. One whose answer doesn't come stays open: no harm done."""
        while self._begun:
            _, begun = self._begun.popitem()
            if begun.wait(_LAST_WAIT_S):
                _abandon(self.door, begun)


@contextmanager
def early_jobs(door: Door, sobjects: Iterable[str]) -> Iterator[EarlyJobs]:
    """Begin to create jobs for these sObjects; at the end, those that weren't used are aborted."""
    begun = {name: Background(partial(jobs.create, door, name), "bulk") for name in sobjects}
    early = EarlyJobs(door, begun)
    try:
        yield early
    finally:
        early.give_up()


def _abandon(door: Door, begun: Background[IngestJob]) -> None:
    try:
        job = begun.result()
    except OptbackError:
        return
    jobs.abandon(door, job.id)
