"""Who follows a pull while it works: the log, or no one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lib.lists.decisions import FetchedPerson, Sieved
from lib.lists.values import PullResult
from lib.store import pull_rows, pulls
from lib.store.db import Store
from lib.store.pull_rows import PullRow
from lib.store.pulls import PullNumbers
from lib.values import Progress


@dataclass(frozen=True, slots=True)
class PullState:
    """Where a pull is, and its numbers so far; they are named as in `PullResult`."""

    step: Progress
    guarded: str
    as_of: datetime | None
    matching: int | None
    fetched: int
    rows: int
    api_calls: int


class Listener(Protocol):
    """Follows a pull: how far it is, and everyone who was fetched."""

    def show(self, state: PullState) -> None:
        """Where the pull is."""

    def people(self, sieved: Sieved) -> None:
        """These people were fetched, and this is what was decided about them."""

    def people_again(self, sieved: Sieved) -> None:
        """The people who stayed, in the same order, decided about again."""


class Silent:
    """The listener of a pull that no one follows."""

    def show(self, state: PullState) -> None:
        """Nothing."""

    def people(self, sieved: Sieved) -> None:
        """Nothing."""

    def people_again(self, sieved: Sieved) -> None:
        """Nothing."""


@dataclass(slots=True)
class LoggedPull:
    """The listener of a pull that has a row in the log."""

    store: Store
    pull_id: str
    _position: int = 0
    _again: int = 0

    def show(self, state: PullState) -> None:
        """Write the progress, which also shows that the pull is alive."""
        pulls.progress(
            self.store,
            self.pull_id,
            state.step,
            guarded=state.guarded,
            as_of=state.as_of,
            matching=state.matching,
            fetched=state.fetched,
            rows=state.rows,
            api_calls=state.api_calls,
        )

    def people(self, sieved: Sieved) -> None:
        """Note everyone who was fetched."""
        pull_rows.add(self.store, self.pull_id, map(self._row, sieved.people()))

    def people_again(self, sieved: Sieved) -> None:
        """Note why some people who were noted as staying go after all."""
        judged = list(sieved.people())
        rows = pull_rows.listed(self.store, self.pull_id, after=self._again, limit=len(judged))
        if rows:
            self._again = rows[-1].position
        gone = [
            (row.position, person.removed.value)
            for row, person in zip(rows, judged, strict=True)
            if person.removed is not None
        ]
        if gone:
            pull_rows.leave_out(self.store, self.pull_id, gone)

    def _row(self, person: FetchedPerson) -> PullRow:
        self._position += 1
        removed = person.removed.value if person.removed else None
        return PullRow(
            self._position, person.sobject, person.record_id, person.address, person.shown, removed
        )


def numbers_of(result: PullResult) -> PullNumbers:
    """The numbers of a pull, as its row in the log has them."""
    return PullNumbers(
        guarded=result.guarded,
        as_of=result.as_of,
        matching=result.matching,
        opted_out=result.opted_out,
        fetched=result.fetched,
        rows=result.rows,
        removed={reason.value: count for reason, count in result.removed.items()},
        api_calls=result.api_calls,
        duration_s=result.duration_s,
        warnings=result.warnings,
    )
