"""How the dates of a column are written, which decides how an ambiguous date in it is read."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from lib.sources.dates.reader import (
    DateOrder,
    DateReader,
    Unit,
    days_of,
    is_number,
    proven_order,
    unit_of,
)
from lib.sources.dates.shapes import written_in

_SAMPLES = 3
# What programs write where there is no date.
_NO_DATE = frozenset(
    (
        *("", "-", "--", "0", "null", "none", "nil", "nan", "nat", "n/a", "na", "\\n", "n.a."),
        *("0000-00-00", "0000-00-00 00:00:00", "0000-00-00t00:00:00z", "00.00.0000", "00/00/0000"),
    )
)


@dataclass(slots=True)
class DateColumn:
    """Looks at every value of a column, and keeps only counts and a few samples.

    Nothing after `latest` can be when someone unsubscribed.
    """

    latest: datetime | None = None
    _dates: int = 0
    _orders: Counter[DateOrder] = field(default_factory=Counter)
    _units: Counter[Unit] = field(default_factory=Counter)
    _other_numbers: int = 0
    _unread: int = 0
    _samples: list[tuple[str, bool]] = field(default_factory=list)  # with whether it has a unit

    def look_at(self, text: str) -> None:
        """Note how one value is written; a cell that holds nothing is skipped."""
        if text.strip().lower() in _NO_DATE:
            return
        written = written_in(text)
        if written is not None and days_of(written, DateOrder.UNKNOWN):
            self._dates += 1
            self._orders[proven_order(written)] += 1
        elif unit := unit_of(text, self.latest):
            self._units[unit] += 1
            self._sample(text, has_unit=True)
        else:
            self._unread += 1
            self._other_numbers += is_number(text)
            self._sample(text, has_unit=False)

    def reader(self, utc_offset: float = 0.0) -> DateReader:
        """A reader of this column's dates, once it has looked at all of them."""
        return DateReader(utc_offset, self.order, self.latest, self.unit)

    @property
    def order(self) -> DateOrder:
        """Whether the month comes first; unknown if nothing proves it, or if both are proven."""
        proven = [
            order for order in (DateOrder.MONTH_FIRST, DateOrder.DAY_FIRST) if self._orders[order]
        ]
        return proven[0] if len(proven) == 1 else DateOrder.UNKNOWN

    @property
    def unit(self) -> Unit | None:
        """What the column's numbers count since 1970, if all of them can be such times.

        Ids may look the same, so believe it only under a heading that speaks of a time.
        """
        return (
            next(iter(self._units)) if len(self._units) == 1 and not self._other_numbers else None
        )

    @property
    def read_count(self) -> int:
        """How many values are understood as dates."""
        return self._dates + (self._units.total() if self.unit else 0)

    @property
    def unread_count(self) -> int:
        """How many values are there but not understood."""
        return self._unread + (0 if self.unit else self._units.total())

    @property
    def unread_samples(self) -> list[str]:
        """The first three values that are not understood."""
        return [text for text, has_unit in self._samples if not (has_unit and self.unit)][:_SAMPLES]

    @property
    def holds_dates(self) -> bool:
        """Whether most of the values are dates."""
        return self.read_count > self.unread_count

    def _sample(self, text: str, *, has_unit: bool) -> None:
        if sum(1 for _, alike in self._samples if alike == has_unit) < _SAMPLES:
            self._samples.append((text, has_unit))
