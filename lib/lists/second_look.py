"""People who opt out while a list is fetched: asked about once more when its last page is in.

The rows that stay wait in a temporary file without a name, so that they can be judged again, in
memory that does not grow with the list, and without asking Salesforce for them a second time.
"""

import marshal
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lib.errors import SourceError, StoreUnwritable
from lib.lists.newly_opted_out import opted_out_since
from lib.lists.news import Asking, News, kept_and_settled, learn
from lib.lists.table import ListRow
from lib.mentions import addresses_in
from lib.salesforce.door import Door
from lib.soql import SObject
from lib.store import list_lookups

_MARGIN = timedelta(minutes=10)  # clocks differ, and a write bears the time at which it began


@dataclass(frozen=True, slots=True)
class Late:
    """What was learned since the first look; a sieve asks it as it asked for the first look.

    `as_of` is when the unsubscribes were last read completely.
    """

    as_of: datetime | None
    warnings: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    kept: Mapping[str, str] = field(default_factory=dict)
    ticked: Mapping[str, set[str]] = field(default_factory=dict)

    @property
    def is_news(self) -> bool:
        """Whether anybody is known to have opted out since."""
        return bool(self.named or self.domains or self.ticked)

    @property
    def unsplit(self) -> Collection[str]:
        return [one for one in self.named if "@" in one and one not in addresses_in(one)]

    def unsubscribed(self, addresses: Collection[str]) -> set[str]:
        return set(self.named.intersection(addresses))

    def opted_out(self, addresses: Collection[str]) -> dict[str, set[str]]:
        return {one: self.ticked[one] for one in addresses if one in self.ticked}

    def on_other_lists(self, addresses: Collection[str]) -> set[str]:  # noqa: ARG002 - settled
        return set()

    def taken(self, addresses: Collection[str]) -> set[str]:  # noqa: ARG002 - settled
        return set()

    def take(self, addresses: Collection[str]) -> None:
        """Nothing: duplicates were told at the first look."""


@dataclass(frozen=True, slots=True)
class First:
    """What the first look knew: `unsubscribed` is everybody, `None` where they are too many."""

    began: datetime
    news: News
    kept: Mapping[str, str]
    unsubscribed: frozenset[str] | None


def look_again(asking: Asking, door: Door, people: Sequence[SObject], first: First) -> Late:
    """Ask JangoMail and Salesforce who opted out since a moment. Costs 1 call to each.

    JangoMail is not asked again where it could not be reached before: then the list says how old
    its knowledge is. Raises SalesforceError, StoreError.
    """
    ticked: dict[str, set[str]] = {}
    for record_id, address in opted_out_since(door, people, first.began, margin=_MARGIN):
        if address:
            ticked.setdefault(address, set()).add(record_id)
    news = _read_again(asking, first)
    named = _named(asking, first, news)
    kept = kept_and_settled(asking, news) if named.intersection(first.kept.values()) else first.kept
    return Late(
        as_of=news.as_of,
        warnings=news.warnings,
        named=named,
        domains=news.domains - first.news.domains,
        kept=kept,
        ticked=ticked,
    )


def _read_again(asking: Asking, first: First) -> News:
    known = first.news
    if asking.source is None or known.as_of is None or known.as_of < first.began:
        return known
    try:
        return learn(asking)
    except SourceError as error:
        said = f"JangoMail couldn't be read again at the end ({error.message})."
        return News(known.as_of, known.unstored, known.domains, known.intake, (said,))


def _named(asking: Asking, first: First, news: News) -> frozenset[str]:
    """Who is named since: a kept record's own address counts again when it is named again."""
    since = list_lookups.unsubscribed_since(asking.store, asking.scope, first.began)
    known = (first.unsubscribed or frozenset()) | first.news.unstored
    return (since | news.unstored) - (known - frozenset(first.kept.values()))


class KeptRows:
    """Rows on disk, batch after batch, in a file that is gone with the process."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()

    def keep(self, rows: Sequence[ListRow]) -> None:
        """Add rows. Raises StoreUnwritable."""
        try:
            marshal.dump([_plain(row) for row in rows], self._file)
        except OSError as error:
            raise StoreUnwritable(
                "Optback can't keep the rows of the list while pulling it",
                remedy="Free up space on the disk for temporary files (TMPDIR), then try again.",
            ) from error

    def batches(self) -> Iterator[list[ListRow]]:
        """All rows, in the batches and the order in which they were kept."""
        self._file.seek(0)
        while True:
            try:
                kept = marshal.load(self._file)  # noqa: S302 - our own file, which has no name
            except EOFError:
                return
            yield [_row(plain) for plain in kept]

    def close(self) -> None:
        """Throw everything away."""
        self._file.close()


_Plain = list[str] | tuple[list[str], list[list["_Plain"]]]
"""A row that marshal can write. A row without children, as nearly all are, is just its cells."""


def _plain(row: ListRow) -> _Plain:
    if not row.children:
        return row.cells
    return (row.cells, [[_plain(child) for child in children] for children in row.children])


def _row(plain: _Plain) -> ListRow:
    if isinstance(plain, list):
        return ListRow(plain)
    cells, children = plain
    return ListRow(cells, tuple([_row(child) for child in rows] for rows in children))
