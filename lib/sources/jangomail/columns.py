"""Which of JangoMail's values are the address and the date, going by the values themselves.

The report's names are not documented (`EmailAddress` and `UnsubscribeDateTime` or the like), so a
name only decides between values that look alike.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lib.addresses import is_address, is_domain
from lib.sources.dates import is_date
from lib.sources.jangomail.answers import Row

_VALUES_LOOKED_AT = 200

Place = tuple[str, str]  # a row's tag, and the column in it


@dataclass(slots=True)
class _Seen:
    values: int = 0
    addresses: int = 0
    domains: int = 0
    dates: int = 0

    def look_at(self, text: str) -> None:
        self.values += 1
        self.addresses += is_address(text)
        self.domains += is_domain(text)
        self.dates += is_date(text)


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows of `tag` have an address under `address`, and a date under `date`, if any."""

    tag: str
    address: str
    date: str | None


def find_columns(rows: Iterable[Row]) -> tuple[Columns | None, bool]:
    """The columns of a report, and whether it held any value at all.

    An empty report has neither; values without columns are an answer that we don't understand.
    """
    seen: dict[Place, _Seen] = {}
    for row in rows:
        for column, text in row.values.items():
            found = seen.setdefault((row.tag, column), _Seen())
            if text and found.values < _VALUES_LOOKED_AT:
                found.look_at(text)
    place = _address_place(seen)
    if place is None:
        return None, any(column.values for column in seen.values())
    tag, address = place
    return Columns(tag, address, _date_column(seen, tag)), True


def _address_place(seen: dict[Place, _Seen]) -> Place | None:
    """The likeliest of the columns that name people, by address or domain."""
    fitting = [place for place, found in seen.items() if _names_people(place[1], found)]
    return max(
        fitting,
        key=lambda place: (
            seen[place].addresses > 0,
            _address_rank(place[1]),
            seen[place].addresses,
        ),
        default=None,
    )


def _names_people(column: str, seen: _Seen) -> bool:
    """Whether most values name people, or some do under a suitable heading: lists may have junk."""
    naming = seen.addresses + seen.domains
    return 2 * naming > seen.values or (naming > 0 and _address_rank(column) > 0)


def _address_rank(name: str) -> int:
    plain = name.lower().replace("_", "").replace("-", "")
    return 2 * (plain in ("email", "emailaddress")) + ("email" in plain)


def _date_column(seen: dict[Place, _Seen], tag: str) -> str | None:
    dated = [
        column
        for (its_tag, column), found in seen.items()
        if its_tag == tag and found.values and 2 * found.dates > found.values
    ]
    return max(dated, key=lambda name: "unsub" in name.lower(), default=None)
