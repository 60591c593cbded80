"""A running practice org: the org, its sign-in, its email service, and the waiting faults."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from lib.practice.bulk.all_jobs import BulkJobs
from lib.practice.clock import PracticeClock
from lib.practice.faults.waiting import Faults
from lib.practice.jangomail.account import MailAccount
from lib.practice.org import PracticeOrg
from lib.practice.pace import AT_ONCE, Pace
from lib.practice.signin.accounts import SignIn
from lib.practice.signin.connected_app import ConnectedApp
from lib.practice.signin.sessions import Sessions

_CLOCK = "clock"
_SIZE = "size"


@dataclass(frozen=True, slots=True)
class Size:
    """How many made-up people, and their seed."""

    seed: int = 1
    contacts: int = 2000
    leads: int = 1000
    unsubscribes: int = 150


@dataclass(slots=True)
class World:
    """Everything a practice server holds. Create it with `new_world`."""

    org: PracticeOrg
    clock: PracticeClock
    size: Size
    state: Path | None = None
    pace: Pace = AT_ONCE
    sessions: Sessions = field(init=False)
    signin: SignIn = field(init=False)
    app: ConnectedApp = field(init=False)
    mail: MailAccount = field(init=False)
    jobs: BulkJobs = field(init=False)
    faults: Faults = field(default_factory=Faults)
    replace: Callable[[Size, datetime | None], None] | None = None
    """Replaces the world with a new world that starts at that time or now; the server sets it."""

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.org.id, self.clock)
        self.signin = SignIn(self.org, self.sessions)
        self.app = ConnectedApp(self.org)
        self.mail = MailAccount(self.org)
        self.org.refused = self.faults.refused
        self.org.refused_whole = self.faults.refused_whole
        self.jobs = BulkJobs.of(self.clock, self.faults.take_for_job, self.pace)

    def close(self) -> None:
        """Stop the threads of Bulk jobs and close the state file."""
        self.jobs.close()
        self.org.close()

    def save_clock(self) -> None:
        """Store the clock's moves, so that time does not go back after a restart."""
        with self.org.transaction():
            self.org.tables.put_note(_CLOCK, self.clock.to_json())


def new_world(
    size: Size | None = None,
    *,
    clock: PracticeClock | None = None,
    state: Path | None = None,
    pace: Pace = AT_ONCE,
) -> World:
    """A world of this size; if `state` has a world, that world, whatever its size."""
    size = size or Size()
    clock = clock or PracticeClock()
    org = PracticeOrg(
        clock=clock,
        seed=size.seed,
        contacts=size.contacts,
        leads=size.leads,
        unsubscribes=size.unsubscribes,
        state=state,
    )
    if (moves := org.tables.note(_CLOCK)) is not None:
        clock.restore(moves)
    return World(org, clock, _first_size(org, size), state, pace)


def _first_size(org: PracticeOrg, asked: Size) -> Size:
    """The size the org was created with; stored when it is new."""
    noted = org.tables.note(_SIZE)
    if noted is not None:
        return Size(**noted)
    with org.transaction():
        org.tables.put_note(_SIZE, asdict(asked))
    return asked
