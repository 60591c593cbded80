"""What a run is asked to do, how to stop it, and where it reports what it does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from lib.call_cap import USUAL, CallCap
from lib.fields import OptOutField
from lib.settings import FULL_EVERY, SalesforceLogin
from lib.sources.protocol import Source
from lib.store.run import Run
from lib.sync.safety_limit import Allowance


class Request(Protocol):
    """What every run is asked: a sync, or an undo. `undoes` is the run that an undo takes back."""

    @property
    def connection(self) -> str: ...
    @property
    def salesforce(self) -> SalesforceLogin: ...
    @property
    def own_field(self) -> OptOutField | None: ...
    @property
    def started_by(self) -> str: ...
    @property
    def dry_run(self) -> bool: ...
    @property
    def run_id(self) -> str | None: ...
    @property
    def file_name(self) -> str | None: ...
    @property
    def from_file(self) -> bool: ...
    @property
    def source_kind(self) -> str: ...
    @property
    def undoes(self) -> str | None: ...
    @property
    def approve_domain(self) -> str | None: ...
    @property
    def call_cap(self) -> CallCap: ...


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A sync of one connection.

    `source` is read for unsubscribes. `dated_source` has the dated report, which is read only if
    nothing else can settle a cleared box (the same JangoMail account, or `None`). `run_id` is set
    if the dashboard wrote the run's row before it started the process. `full` compares everything,
    which also happens when the last time was `full_every` ago (`None`: only on request).
    `approve_domain` is a domain that a person approves with this run. `copying_off`: a person has
    turned copying off for the connection, so the run is a dry run.
    """

    connection: str
    salesforce: SalesforceLogin
    source: Source
    dated_source: Source | None
    started_by: str
    dry_run: bool = False
    allowance: Allowance = field(default_factory=Allowance)
    own_field: OptOutField | None = None
    run_id: str | None = None
    file_name: str | None = None
    full: bool = False
    full_every: timedelta | None = FULL_EVERY
    approve_domain: str | None = None
    copying_off: bool = False
    call_cap: CallCap = USUAL

    @property
    def from_file(self) -> bool:
        """Whether the unsubscribes come from a file."""
        return self.source.name == "file"

    @property
    def source_kind(self) -> str:
        """What the run's row has as its source."""
        return "file" if self.from_file else "jangomail"

    @property
    def undoes(self) -> str | None:
        """A sync takes no other run back."""
        return None


@dataclass(frozen=True, slots=True)
class UndoRequest:
    """Take back the run `undone`: make the people mailable again that it opted out.

    `confirmed` is the number of records that a person confirmed, `None` for however many there
    are. `run_id` is as in a RunRequest.
    """

    connection: str
    salesforce: SalesforceLogin
    undone: Run
    started_by: str
    dry_run: bool = False
    confirmed: int | None = None
    run_id: str | None = None
    call_cap: CallCap = USUAL

    @property
    def own_field(self) -> OptOutField | None:
        """The opt-out field of the run that is taken back, whatever the connection's is by now."""
        return OptOutField.of(self.undone.opt_out_field)

    @property
    def from_file(self) -> bool:
        """An undo reads no file, whatever the other run did."""
        return False

    @property
    def file_name(self) -> str | None:
        """The file of the run that is taken back."""
        return self.undone.file_name

    @property
    def source_kind(self) -> str:
        """The source of the run that is taken back."""
        return self.undone.source

    @property
    def undoes(self) -> str | None:
        """The run that is taken back."""
        return self.undone.id

    @property
    def approve_domain(self) -> str | None:
        """An undo approves nothing."""
        return None


def never() -> bool:
    """No one can stop this run."""
    return False


def say_nothing(_line: str) -> None:
    """Report nothing while the run works."""


@dataclass(frozen=True, slots=True)
class RunHooks:
    """How a run finds out that it should stop, and where it reports what it does.

    `warn` gets what went wrong outside the run, such as an alert that couldn't be sent. The modules
    in `load_ahead` are needed after the run; they're loaded while it waits for an answer.
    """

    stop: Callable[[], bool] = never
    report: Callable[[str], None] = say_nothing
    warn: Callable[[str], None] = say_nothing
    load_ahead: Sequence[str] = ()
