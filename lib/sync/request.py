"""What one run is asked to do, and the few things from outside it needs to do it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from lib.settings import SalesforceLogin
from lib.sources.protocol import Source
from lib.sync.safety_limit import Allowance


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One synchronisation of one connection.

    `source` is read for unsubscribes; `dated_source` gives the dated report when a cleared box
    can be judged only by it (the same JangoMail account, or `None` where there is none).
    `run_id` is given when the dashboard wrote the run's row before it started the process.
    """

    connection: str
    salesforce: SalesforceLogin
    source: Source
    dated_source: Source | None
    started_by: str
    dry_run: bool = False
    allowance: Allowance = field(default_factory=Allowance)
    run_id: str | None = None
    file_name: str | None = None

    @property
    def from_file(self) -> bool:
        """Whether the unsubscribes come from a file: its events wait with their run."""
        return self.source.name == "file"


def never() -> bool:
    """The answer of nobody asking to stop."""
    return False


def say_nothing(_line: str) -> None:
    """The listener of a run that tells nothing while it works."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a run may be asked to stop, and where it tells what it does and why."""

    stop: Callable[[], bool] = never
    tell: Callable[[str], None] = say_nothing
