"""Read the source while Salesforce signs in. Nothing of it is stored before the org is known."""

from dataclasses import dataclass
from datetime import datetime

from lib.errors import SourceError
from lib.sources.protocol import EarlySource, ReadingBegun
from lib.store import connections
from lib.sync import full_when
from lib.sync.findings import OpenRun
from lib.sync.intake import next_since
from lib.sync.request import RunRequest
from lib.values import Reading


@dataclass(frozen=True, slots=True)
class _Begun:
    """A reading under way: for which org's ledger, and since when (`None`: the whole report)."""

    answer: ReadingBegun
    scope: str | None
    since: datetime | None

    def suits(self, scope: str, since: datetime | None) -> bool:
        """Whether it has what a reading for this org has to have."""
        return self.since is None or (self.scope == scope and since is not None)


@dataclass(slots=True)
class EarlyReading:
    """The reading of a run, which begins before the run is signed in if that's possible."""

    run: OpenRun[RunRequest]
    _begun: _Begun | None = None

    def begin(self) -> None:
        """Begin to read for the org that the connection has been for so far."""
        request, store = self.run.request, self.run.store
        source = request.source
        if request.from_file or not isinstance(source, EarlySource):
            return
        known = connections.state(store, request.connection)
        scope = known.scope if known is not None else None
        since = None
        if scope is not None and not full_when.is_wanted(store, scope, request):
            since = next_since(store, scope, source)
        try:
            self._begun = _Begun(source.begin(since), scope, since)
        except SourceError:
            return  # the run says so once it's signed in

    def reading(self, scope: str, since: datetime | None) -> Reading:
        """The reading, for the org that the run is signed in to. Raises SourceError."""
        begun, self._begun = self._begun, None
        if begun is None:
            return self.run.request.source.reading(since)
        if begun.suits(scope, since):
            return begun.answer.reading(self.run.stop_if_asked)
        begun.answer.give_up()
        return self.run.request.source.reading(since)

    def give_up(self) -> None:
        """The run has ended: if it hasn't used the reading, no one needs it any longer."""
        begun, self._begun = self._begun, None
        if begun is not None:
            begun.answer.give_up()
