"""The source of unsubscribes that a connection's credentials name, and its mailing groups.

Runs, lists, and tests of a connection all get their source here.
"""

from dataclasses import dataclass
from datetime import datetime

from lib.clock import Clock, utc_now
from lib.errors import SourceCredentialsRefused
from lib.services.connections.chosen import Chosen
from lib.services.log import Log
from lib.settings import Credentials, JangoMailLogin
from lib.sources.jangomail.groups import Groups
from lib.sources.jangomail.source import JangoMail
from lib.sources.protocol import Source
from lib.store import refused_sources
from lib.store.refused_sources import RefusedSource
from lib.sync import pause
from lib.values import Reading

_NOT_TRIED = (
    "Optback didn't try the same account again, so that JangoMail doesn't lock it. Change it, or "
    "test the connection once it's right."
)


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
    source = source_of(chosen.credentials, clock=log.store.clock)
    return _CarefulSource(source, log, chosen.name, chosen.credentials.jangomail)


@dataclass(frozen=True, slots=True)
class _CarefulSource:
    source: JangoMail
    log: Log
    connection: str
    login: JangoMailLogin

    @property
    def name(self) -> str:
        return self.source.name

    def reading(self, since: datetime | None) -> Reading:
        """As the source's own; raises what it raised before if it refused this account."""
        marks = pause.fingerprints(self.log.vault, self.login)
        known = refused_sources.get(self.log.store, self.connection)
        if known is not None and known.fingerprint in marks:
            remedy = f"{known.remedy} {_NOT_TRIED}"
            raise SourceCredentialsRefused(known.message, remedy=remedy)
        try:
            return self.source.reading(since)
        except SourceCredentialsRefused as error:
            refused = RefusedSource(marks[0], error.message, error.remedy)
            refused_sources.note(self.log.store, self.connection, refused)
            raise
