"""Which rows of a batch stay on the list: a decision for each row, and the results."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lib.addresses import compared
from lib.lists.person_columns import PersonColumns
from lib.lists.table import ListRow, TablePath
from lib.lists.values import Removed


class Decision(NamedTuple):
    """What happens to a row: `removed` is why it isn't on the list, `None` if it is.

    `children` has the decisions on its child rows, table by table. It's empty if they weren't
    checked; then they stay or are removed with their row.
    """

    row: ListRow
    removed: Removed | None = None
    children: tuple[list["Decision"], ...] = ()


class FetchedPerson(NamedTuple):
    """A person who was fetched; `removed` is why they aren't on the list, `None` if they are.

    `shown` is the address as Salesforce has it. `record_id` is "" if it isn't known.
    """

    sobject: str
    record_id: str
    address: str
    shown: str
    removed: Removed | None


@dataclass(frozen=True, slots=True)
class Sieved:
    """The results of a batch.

    `fetched` is how many rows it had, and `decisions` returns the decisions on them. `stay` are the
    rows of the list, without their removed child rows. `removed` has the reasons for the other
    rows, by their number in the batch. `removed_below` counts the child rows that were removed
    from rows that stay.
    """

    fetched: int
    decisions: Callable[[], Iterable[Decision]]
    stay: Sequence[ListRow]
    removed: Mapping[int, Removed]
    removed_below: Mapping[Removed, int]
    mains: Mapping[TablePath, PersonColumns]

    def people(self) -> Iterator[FetchedPerson]:
        """Everyone who was fetched, in order; people in child rows follow their row."""
        for decision in self.decisions():
            yield from self._people(decision, ())

    def _people(self, decision: Decision, table: TablePath) -> Iterator[FetchedPerson]:
        main = self.mains.get(table)
        if main is not None:
            shown = main.shown(decision.row)
            yield FetchedPerson(
                main.sobject,
                main.record_id(decision.row),
                compared(shown),
                shown,
                decision.removed,
            )
        for number, children in enumerate(decision.children):
            for child in children:
                yield from self._people(child, (*table, number))


def carry_out(decisions: Sequence[Decision], mains: Mapping[TablePath, PersonColumns]) -> Sieved:
    """Apply the decisions to their rows; `mains` is the person each table's rows are about."""
    staying = [decision for decision in decisions if decision.removed is None]
    return Sieved(
        len(decisions),
        lambda: decisions,
        stay=[_row_of(decision) for decision in staying],
        removed=_by_number([decision.removed for decision in decisions]),
        removed_below=Counter(reason for decision in staying for reason in _below(decision)),
        mains=mains,
    )


def carry_out_whole(
    rows: Sequence[ListRow],
    reasons: Sequence[Removed | None],
    mains: Mapping[TablePath, PersonColumns],
) -> Sieved:
    """The same for rows whose child rows weren't checked: each stays or goes as a whole."""
    return Sieved(
        len(rows),
        lambda: map(Decision, rows, reasons),
        stay=[row for row, reason in zip(rows, reasons, strict=True) if reason is None],
        removed=_by_number(reasons),
        removed_below={},
        mains=mains,
    )


def _by_number(reasons: Sequence[Removed | None]) -> dict[int, Removed]:
    return {number: reason for number, reason in enumerate(reasons) if reason is not None}


def _row_of(decision: Decision) -> ListRow:
    """A row that stays, without its removed child rows."""
    if not decision.children:
        return decision.row
    children = [
        [_row_of(child) for child in children if child.removed is None]
        for children in decision.children
    ]
    return ListRow(decision.row.cells, tuple(children))


def _below(decision: Decision) -> Iterator[Removed]:
    """The reason for each child row that is removed from a row that stays."""
    for children in decision.children:
        for child in children:
            if child.removed is None:
                yield from _below(child)
            else:
                yield child.removed
