"""The source of unsubscribes that a connection's credentials name, and its mailing groups.

Runs, lists, and tests of a connection all get their source here.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Event

from lib.background import Background
from lib.clock import Clock, utc_now
from lib.errors import (
    SourceCredentialsRefused,
    SourceError,
    SourceUnreachable,
    StoppedError,
    StoreError,
)
from lib.services.connections.chosen import Chosen
from lib.services.log import Log
from lib.settings import Credentials, JangoMailLogin
from lib.sources.jangomail.groups import Groups
from lib.sources.jangomail.source import JangoMail
from lib.sources.protocol import ReadingBegun, Source
from lib.store import refused_sources
from lib.store.refused_sources import RefusedSource
from lib.sync import foreseen, pause
from lib.values import Reading

_NOT_TRIED = (
    "Optback didn't try the same account again, so that JangoMail doesn't lock it. Change it, or "
    "test the connection once it's right."
)
_LAST_WAIT_S = 1.0


def source_of(credentials: Credentials, *, clock: Clock = utc_now) -> JangoMail:
    """The source to read. Raises SettingsError with what is missing of its account."""
    return JangoMail(credentials.jangomail.checked(), clock=clock)


def groups_of(credentials: Credentials) -> Groups:
    """The groups a list can be sent to. Raises SettingsError, like `source_of`."""
    return Groups(credentials.jangomail.checked())


def careful_source_of(log: Log, chosen: Chosen) -> Source:
    """The source that runs and lists read: an account that was refused isn't tried again.

    New credentials are tried, and so is the same account once a test has succeeded with it
    (rules.md, 7). Raises SettingsError, like `source_of`.
    """
    login, clock = chosen.credentials.jangomail.checked(), log.store.clock
    return CarefulSource(JangoMail(login, clock=clock), log, chosen.name, login)


@dataclass(frozen=True, slots=True)
class CarefulSource:
    """JangoMail, with what the log knows about refusals of its account."""

    source: JangoMail
    log: Log
    connection: str
    login: JangoMailLogin

    @property
    def name(self) -> str:
        """As the source's own."""
        return self.source.name

    def reading(self, since: datetime | None) -> Reading:
        """As the source's own; raises what it raised before if it refused this account."""
        self._refuse_if_refused()
        return self._noting(lambda: self.source.reading(since))

    def begin(self, since: datetime | None) -> ReadingBegun:
        """Begin to read in the background; only this thread uses the log."""
        self._refuse_if_refused()
        gave_up = Event()
        source = JangoMail(self.login, clock=self.log.store.clock, sleep=_pausing(gave_up))
        under_way = Background(lambda: _read(source, since), "JangoMail")
        return _Begun(under_way, gave_up, self._noting)

    def _refuse_if_refused(self) -> None:
        marks = pause.fingerprints(self.log.vault, self.login)
        known = refused_sources.get(self.log.store, self.connection)
        if known is not None and known.fingerprint in marks:
            remedy = f"{known.remedy} {_NOT_TRIED}"
            raise SourceCredentialsRefused(known.message, remedy=remedy)

    def _noting(self, read: Callable[[], Reading]) -> Reading:
        """Read, and note if the account is refused."""
        try:
            return read()
        except SourceCredentialsRefused as error:
            mark = pause.fingerprints(self.log.vault, self.login)[0]
            refused = RefusedSource(mark, error.message, error.remedy)
            refused_sources.note(self.log.store, self.connection, refused)
            raise


def _read(source: JangoMail, since: datetime | None) -> Reading:
    """A reading whose sightings are read too, unless they're very many."""
    reading = source.reading(since)
    reading.few(foreseen.MOST)
    return reading


@dataclass(frozen=True, slots=True)
class _Begun:
    under_way: Background[Reading]
    gave_up: Event
    noting: Callable[[Callable[[], Reading]], Reading]

    def reading(self, while_waiting: Callable[[], None]) -> Reading:
        try:
            return self.noting(lambda: self.under_way.result(while_waiting))
        except StoppedError:
            self.gave_up.set()  # or it would try again after its pause
            raise

    def give_up(self) -> None:
        """Also notes a refusal, so that the account isn't tried again by the next run."""
        self.gave_up.set()
        if self.under_way.wait(_LAST_WAIT_S):
            with suppress(SourceError, StoreError, StoppedError):
                self.noting(self.under_way.result)


def _pausing(gave_up: Event) -> Callable[[float], None]:
    """How to pause between two tries, unless someone gave up in the meantime."""

    def pause_for(seconds: float) -> None:
        if gave_up.wait(seconds):
            raise SourceUnreachable("JangoMail isn't asked again", remedy="The next run asks it.")

    return pause_for
