"""What a run notes about its Bulk jobs, each before the call to Salesforce it's about."""

from collections.abc import Callable
from dataclasses import dataclass

from lib.store import bulk_jobs
from lib.store.db import Store


def show_nothing(_rows: int) -> None:
    """No one looks."""


@dataclass(frozen=True, slots=True)
class JobLog:
    """The jobs of one run. `fence` raises StoppedError once the run has lost its lease.

    `under_way` gets the rows that jobs have gone through, and `sending` those that are noted as
    sent, for the progress.
    """

    store: Store
    scope: str
    run_id: str
    fence: Callable[[], None]
    under_way: Callable[[int], None]
    sending: Callable[[int], None] = show_nothing

    def created(self, job_id: str, sobject: str) -> None:
        """A job was created. Its rows are uploaded after this."""
        with self.store.writing():
            self.fence()
            bulk_jobs.note(self.store, self.run_id, self.scope, job_id, sobject)

    def starting(self, job_id: str) -> None:
        """A job's rows are uploaded. It's started after this."""
        with self.store.writing():
            self.fence()
            bulk_jobs.starting(self.store, job_id)

    def over(self, job_id: str) -> None:
        """Nothing more is to be learned from a job."""
        with self.store.writing():
            bulk_jobs.over(self.store, job_id)
