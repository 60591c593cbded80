"""A pull as the log shows it: how far it is, and everybody who was fetched."""

from dataclasses import dataclass

from lib.lists.decisions import FetchedPerson, Sieved
from lib.lists.values import PullResult
from lib.store import pulls
from lib.store.db import Store
from lib.store.pulls import PullNumbers, PullRow
from lib.values import Progress


@dataclass(slots=True)
class LoggedPull:
    """The listener of a pull that has a row in the log."""

    store: Store
    pull_id: str
    _position: int = 0
    _again: int = 0

    def show(self, step: Progress, **numbers: object) -> None:
        """Write the progress, which is a sign of life too."""
        pulls.progress(self.store, self.pull_id, step, **numbers)  # type: ignore[arg-type]

    def people(self, sieved: Sieved) -> None:
        """Note everybody who was fetched."""
        pulls.add_rows(self.store, self.pull_id, map(self._row, sieved.people()))

    def people_again(self, sieved: Sieved) -> None:
        """Note why some of those go who were noted as staying, in the order of that."""
        judged = list(sieved.people())
        rows = pulls.rows_of(self.store, self.pull_id, after=self._again, last=len(judged))
        if rows:
            self._again = rows[-1].position
        gone = [
            (row.position, one.removed.value)
            for row, one in zip(rows, judged, strict=True)
            if one.removed is not None
        ]
        if gone:
            pulls.remove_rows(self.store, self.pull_id, gone)

    def _row(self, one: FetchedPerson) -> PullRow:
        self._position += 1
        removed = one.removed.value if one.removed else None
        return PullRow(self._position, one.sobject, one.record_id, one.address, one.shown, removed)


def numbers_of(result: PullResult) -> PullNumbers:
    """What a pull came to, as its row holds it."""
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
