"""The addresses that rows name, in email columns and in any other column that may hold text."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress, count
from operator import itemgetter

from lib.addresses import compared
from lib.lists.column_scan import is_plain, maybe_addresses, plain_addresses
from lib.lists.person_columns import PersonColumns, TextColumns
from lib.lists.table import ListRow, TablePath
from lib.mentions import addresses_in, may_hold_address, undressed
from lib.salesforce.failures import storable

_Columns = tuple[tuple[int, ...], tuple[int, ...]]
"""The email columns of a table, and its other columns that may hold addresses."""


@dataclass(frozen=True, slots=True)
class BatchAddresses:
    """All addresses of a batch of rows, in their compared form.

    `plain` has one list for each email column: the address of each row, "" where the cell isn't a
    plain address. `others` are all further addresses of the rows themselves, with the numbers of
    the rows. `addresses` are these and those of child rows.
    """

    plain: Sequence[Sequence[str]]
    others: Mapping[str, Sequence[int]]
    addresses: set[str]

    def rows_with(self, addresses: set[str]) -> set[int]:
        """The numbers of the rows that name one of the addresses, not counting child rows."""
        found: set[int] = set()
        for column in self.plain:
            found.update(compress(count(), map(addresses.__contains__, column)))
        for address in addresses & self.others.keys():
            found.update(self.others[address])
        return found


@dataclass(slots=True)
class AddressReader:
    """Reads addresses from rows. `unsplit` are texts to look for anywhere in a cell."""

    people: Sequence[PersonColumns]
    texts: TextColumns
    unsplit: Collection[str]
    _people: Mapping[TablePath, Sequence[PersonColumns]] = field(init=False)
    _columns: Mapping[TablePath, _Columns] = field(init=False)

    def __post_init__(self) -> None:
        tables = dict.fromkeys(((), *(person.table for person in self.people), *self.texts))
        self._people = {
            table: [person for person in self.people if person.table == table] for table in tables
        }
        self._columns = {
            table: (
                tuple(dict.fromkeys(email for person in people for email in person.emails)),
                self.texts.get(table, ()),
            )
            for table, people in self._people.items()
        }

    @property
    def reads_children(self) -> bool:
        """Whether child rows can name anyone."""
        return any(table and any(columns) for table, columns in self._columns.items())

    def read(self, rows: Sequence[ListRow]) -> BatchAddresses:
        """All addresses of a batch."""
        cells = [row.cells for row in rows]
        emails, _ = self._columns[()]
        plain = [plain_addresses(_column(cells, email)) for email in emails]
        others = self._other_addresses(cells, plain)
        found = set(others).union(*plain)
        if self.reads_children:
            found.update(address for row in rows for address in self._of_children(row))
        found.discard("")
        return BatchAddresses(plain, others, found)

    def owned(self, row: ListRow, table: TablePath) -> Iterator[tuple[str, str]]:
        """The addresses of one row, each with the ID of the record whose own address it is.

        The ID is "" for an address that is only mentioned.
        """
        owners: dict[str, str] = {}
        for person in self._people.get(table, ()):
            record_id = person.record_id(row)
            for email in person.emails:
                for address in self._in_email(row.cells[email]):
                    owners.setdefault(address, record_id)
                    yield address, record_id
        texts = [row.cells[text] for text in self.texts.get(table, ())]
        if texts and may_hold_address("\n".join(texts)):
            for text in texts:
                for address in self._in_text(text, is_child=bool(table)):
                    yield address, owners.get(address, "")

    def _other_addresses(
        self, cells: Sequence[Sequence[str]], plain: Sequence[Sequence[str]]
    ) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        emails, texts = self._columns[()]
        for email, addresses in zip(emails, plain, strict=True):
            for number in [at for at, address in enumerate(addresses) if not address]:
                for address in self._in_email(cells[number][email]):
                    found.setdefault(address, []).append(number)
        for text in texts:
            column = _column(cells, text)
            for number in maybe_addresses(column):
                for address in self._in_text(column[number]):
                    found.setdefault(address, []).append(number)
        return found

    def _of_children(self, row: ListRow) -> Iterator[str]:
        for table, (emails, texts) in self._columns.items():
            if not table:
                continue
            for child in _children_at(row, table):
                for email in emails:
                    yield from self._in_email(child.cells[email])
                for text in texts:
                    yield from self._in_text(child.cells[text], is_child=True)

    def _in_email(self, cell: str) -> Iterable[str]:
        """The addresses of an email field. Its text is compared even without an @."""
        if is_plain(cell):
            return (cell.lower(),)
        return self._in_any(cell, in_sentences=False) if cell else ()

    def _in_text(self, cell: str, *, is_child: bool = False) -> Iterable[str]:
        """The addresses of any other cell.

        In a child row an address inside a sentence counts too, because removing such a row
        removes no one from the list.
        """
        if not may_hold_address(cell):
            return ()
        if is_plain(cell):
            return (cell.lower(),)
        return self._in_any(cell, in_sentences=is_child)

    def _in_any(self, cell: str, *, in_sentences: bool) -> Iterable[str]:
        """The addresses of a cell, and the whole cell: the unsubscribe list may hold any text."""
        cell = storable(cell)
        found = dict.fromkeys((compared(cell), *addresses_in(cell, in_sentences=in_sentences)))
        if self.unsplit:
            plain = undressed(cell).lower()
            found.update((entry, None) for entry in self.unsplit if _is_in(entry, plain))
        return found


def unsplittable(entries: Iterable[str]) -> list[str]:
    """The unsubscribed texts with an @ that splitting a cell into addresses never finds."""
    return [entry for entry in entries if "@" in entry and entry not in addresses_in(entry)]


def _column(cells: Sequence[Sequence[str]], index: int) -> list[str]:
    return list(map(itemgetter(index), cells))


def _is_in(entry: str, text: str) -> bool:
    """Whether an entry is in a text, and isn't just part of something longer."""
    if entry not in text:
        return False
    pattern = rf"(?<![\w.@+-]){re.escape(entry)}(?![\w@-]|\.\w)"
    return re.search(pattern, text) is not None


def _children_at(row: ListRow, table: TablePath) -> Iterator[ListRow]:
    """The child rows of a table, however deep it is; `()` is the row itself."""
    if not table:
        yield row
        return
    for child in row.children[table[0]]:
        yield from _children_at(child, table[1:])
