"""People who opt out while a list is fetched: checked again once its last page is in.

The rows that stay wait in a temporary file without a name. So they can be judged again without
fetching them a second time, and memory use doesn't grow with the list.
"""

import marshal
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lib.background import Background
from lib.errors import SourceError, StoreUnwritable
from lib.lists.newly_opted_out import opted_out_since
from lib.lists.news import ListContext, News, kept_and_settled, learn
from lib.lists.row_addresses import unsplittable
from lib.lists.table import ListRow
from lib.salesforce.door import Door
from lib.soql import SObject
from lib.store import list_lookups

_MARGIN = timedelta(minutes=10)  # clocks differ, and a write has the time at which it started


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What was learned since the first look, for a sieve to ask.

    `as_of` is when the unsubscribes were last read completely.
    """

    as_of: datetime | None
    warnings: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    approved_domains: frozenset[str] = frozenset()
    kept: Mapping[str, str] = field(default_factory=dict)
    ticked: Mapping[str, set[str]] = field(default_factory=dict)

    @property
    def is_news(self) -> bool:
        """Whether anyone is known to have opted out since then."""
        return bool(self.named or self.domains or self.ticked)

    @property
    def unsplit(self) -> Collection[str]:
        return unsplittable(self.named)

    def unsubscribed(self, addresses: Collection[str]) -> set[str]:
        return set(self.named.intersection(addresses))

    def opted_out(self, addresses: Collection[str]) -> dict[str, set[str]]:
        return {address: self.ticked[address] for address in addresses if address in self.ticked}

    def on_other_lists(self, addresses: Collection[str]) -> set[str]:  # noqa: ARG002 - settled
        return set()

    def taken(self, addresses: Collection[str]) -> set[str]:  # noqa: ARG002 - settled
        return set()

    def take(self, addresses: Collection[str]) -> None:
        """Nothing, because duplicates were found at the first look."""


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What the first look knew. `unsubscribed` is everyone, `None` if they are too many."""

    began: datetime
    news: News
    kept: Mapping[str, str]
    unsubscribed: frozenset[str] | None


def look_again(
    context: ListContext, door: Door, people: Sequence[SObject], first: FirstLook
) -> SecondLook:
    """Ask JangoMail and Salesforce who opted out since the first look. Costs 1 call to each.

    If JangoMail couldn't be reached before, it isn't asked again, and the list says how old its
    knowledge is. Raises SalesforceError, StoreError.
    """
    asking = Background(lambda: _ticked(door, people, first), "list")
    news = _read_again(context, first)
    ticked = asking.result()
    named = _named(context, first, news)
    kept = (
        kept_and_settled(context, news) if named.intersection(first.kept.values()) else first.kept
    )
    return SecondLook(
        as_of=news.as_of,
        warnings=news.warnings,
        named=named,
        domains=news.domains - first.news.domains,
        approved_domains=news.intake.approved_domains,
        kept=kept,
        ticked=ticked,
    )


def _ticked(door: Door, people: Sequence[SObject], first: FirstLook) -> dict[str, set[str]]:
    """The addresses that Salesforce says were opted out since then, with their records."""
    ticked: dict[str, set[str]] = {}
    for record_id, address in opted_out_since(door, people, first.began, margin=_MARGIN):
        if address:
            ticked.setdefault(address, set()).add(record_id)
    return ticked


def _read_again(context: ListContext, first: FirstLook) -> News:
    known = first.news
    if context.source is None or known.as_of is None or known.as_of < first.began:
        return known
    try:
        return learn(context)
    except SourceError as error:
        said = f"JangoMail couldn't be read again at the end ({error.message})."
        return News(known.as_of, known.unstored, known.domains, known.intake, (said,))


def _named(context: ListContext, first: FirstLook, news: News) -> frozenset[str]:
    """Addresses named since then. A kept record's own address counts if it's named again."""
    since = list_lookups.unsubscribed_since(context.store, context.scope, first.began)
    known = (first.unsubscribed or frozenset()) | first.news.unstored
    return (since | news.unstored) - (known - frozenset(first.kept.values()))


class KeptRows:
    """Rows on disk, batch after batch, in a file that disappears with the process."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()

    def keep(self, rows: Sequence[ListRow]) -> None:
        """Add rows. Raises StoreUnwritable."""
        try:
            plain = [_plain(row) if row.children else row.cells for row in rows]
            marshal.dump(plain, self._file)
        except OSError as error:
            raise StoreUnwritable(
                "Optback can't keep the rows of the list while pulling it",
                remedy="Free up space on the disk for temporary files (TMPDIR), then try again.",
            ) from error

    def batches(self) -> Iterator[list[ListRow]]:
        """All rows, in the batches and order in which they were kept."""
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
