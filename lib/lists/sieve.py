"""Who of the fetched rows is on the list, and why the others are not (rules.md, 6.2 and 6.4).

Rows come in batches, so that each look-up asks for thousands of addresses at once and memory does
not grow with the list. Every address of a row is judged, also one that somebody typed into a text
field; the first reason that holds counts.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from lib.addresses import compared, domain_of, is_address
from lib.lists.pull_plan import Place, Texts
from lib.lists.table import Row
from lib.lists.values import Options, Removed
from lib.mentions import addresses_in, may_hold_address, undressed
from lib.salesforce.failures import storable
from lib.salesforce.ids import to18

BATCH = 5_000
"""Rows judged at a time."""

_PLAIN = re.compile(r"[A-Za-z0-9][\w.+'-]*@[\w.-]*[A-Za-z0-9]", re.ASCII)
_LONGEST_EMAIL = 320  # characters; no e-mail field holds more

_Cells = tuple[tuple[int, ...], tuple[int, ...]]
"""The e-mail cells of a table, and its other cells that may hold addresses."""

_RANK = {reason: rank for rank, reason in enumerate(Removed)}


class Known(Protocol):
    """What the sieve asks: each for many addresses at once, in their compared form."""

    @property
    def domains(self) -> frozenset[str]:
        """Whole domains that are left out."""

    @property
    def unsplit(self) -> Collection[str]:
        """Unsubscribed texts that no cell is split into: they are looked for anywhere in it."""

    @property
    def kept(self) -> Mapping[str, str]:
        """Records that stay although this address of theirs unsubscribed, by their ids."""

    def unsubscribed(self, addresses: Collection[str]) -> set[str]:
        """Those that an unsubscribe names."""

    def opted_out(self, addresses: Collection[str]) -> dict[str, set[str]]:
        """Those opted out on a record, with the ids of these records."""

    def on_other_lists(self, addresses: Collection[str]) -> set[str]:
        """Those that the options leave out since they are on other lists."""

    def taken(self, addresses: Collection[str]) -> set[str]:
        """Those that are on this list already."""

    def take(self, addresses: Collection[str]) -> None:
        """These are on this list now."""


class Judged(NamedTuple):
    """One person who was fetched; `removed` is why they are not on the list, `None`: they are.

    `shown` is the address as Salesforce has it, `record_id` "" where it is not known.
    """

    sobject: str
    record_id: str
    address: str
    shown: str
    removed: Removed | None


@dataclass(frozen=True, slots=True)
class Sieved:
    """What became of a batch of rows: those that stay, less the children that do not.

    `fates` has the reasons of the others by their number in the batch, `below` the people among
    the child rows of those that stay, by the same number. `below_removed` counts the child rows
    that do not stay, those that are nobody's included.
    """

    fetched: Sequence[Row]
    stay: Sequence[Row]
    fates: Mapping[int, Removed]
    main: Place | None
    below: Mapping[int, Sequence[Judged]]
    below_removed: Mapping[Removed, int]

    def people(self) -> Iterator[Judged]:
        """Everybody who was fetched, in order, those in subqueries behind the row they are of."""
        for number, row in enumerate(self.fetched):
            if self.main is not None:
                yield _judged(row, self.main, self.fates.get(number))
            yield from self.below.get(number, ())


@dataclass(slots=True)
class _Doubts:
    """What is known against the addresses of one batch."""

    unsubscribed: set[str]
    opted_out: dict[str, set[str]]
    domains: frozenset[str]
    listed: set[str]
    taken: set[str]
    newly_taken: set[str] = field(default_factory=set)

    def bad(self, addresses: set[str]) -> set[str]:
        """Those of the addresses that an opt-out or unsubscribe names."""
        found = self.unsubscribed | self.opted_out.keys()
        if self.domains:
            found |= {one for one in addresses if domain_of(one) in self.domains}
        return found


@dataclass(slots=True)
class Sieve:
    """Judges batch after batch of one pull."""

    known: Known
    places: Sequence[Place]
    options: Options
    texts: Texts = field(default_factory=dict)
    tells_all: bool = False  # also the people below rows that go
    _own: tuple[Place, ...] = field(init=False)
    _emails: tuple[int, ...] = field(init=False)
    _main: Place | None = field(init=False)
    _below: tuple[Place, ...] = field(init=False)
    _cells_below: Mapping[tuple[int, ...], _Cells] = field(init=False)
    _judges_below: bool = field(init=False)
    _has_options: bool = field(init=False)

    def __post_init__(self) -> None:
        self._own = tuple(one for one in self.places if not one.table)
        self._emails = tuple(dict.fromkeys(one for place in self._own for one in place.emails))
        self._main = next((one for one in self._own if one.is_main), None)
        self._below = tuple(one for one in self.places if one.table)
        self._cells_below = _cells_below(self._below, self.texts)
        self._judges_below = any(emails or texts for emails, texts in self._cells_below.values())
        self._has_options = self.options != Options()

    def judge(self, rows: Sequence[Row]) -> Sieved:
        """What becomes of each of the rows, in their order."""
        columns = self._plain_columns(rows)
        others = self._other_addresses(rows, columns)
        addresses = {one for column in columns for one in column}
        addresses.update(others)
        if self._judges_below:
            addresses.update(one for row in rows for one in self._addresses_below(row))
        addresses.discard("")
        doubts = self._doubts(addresses)
        bad = doubts.bad(addresses)
        suspects = {number for column in columns for number, one in enumerate(column) if one in bad}
        suspects.update(number for one in bad for number in others.get(one, ()))
        fates: dict[int, Removed] = {}
        for number in range(len(rows)) if self._has_options else sorted(suspects):
            fate = self._fate(rows[number], number in suspects, doubts)
            if fate is not None:
                fates[number] = fate
        sieved = self._without(rows, fates, doubts)
        if self.options.no_duplicates:
            self.known.take(doubts.newly_taken)
        return sieved

    def _plain_columns(self, rows: Sequence[Row]) -> list[list[str]]:
        """The e-mail columns with their addresses, "" where a cell is no plain address."""
        is_plain = _PLAIN.fullmatch
        return [
            [cell.lower() if is_plain(cell := row.cells[email]) else "" for row in rows]
            for email in self._emails
        ]

    def _other_addresses(
        self, rows: Sequence[Row], columns: Sequence[Sequence[str]]
    ) -> dict[str, list[int]]:
        """Every further address in the rows, with the numbers of the rows that have it."""
        found: dict[str, list[int]] = {}
        for cell, plain in zip(self._emails, columns, strict=True):
            for number, row in enumerate(rows):
                if row.cells[cell] and not plain[number]:
                    for one in self._addresses_in(row.cells[cell], is_email=True):
                        found.setdefault(one, []).append(number)
        for cell in self.texts.get((), ()):
            for number, row in enumerate(rows):
                if "@" in row.cells[cell] or may_hold_address(row.cells[cell]):
                    for one in self._addresses_in(row.cells[cell]):
                        found.setdefault(one, []).append(number)
        return found

    def _addresses_in(
        self, cell: str, *, is_email: bool = False, is_below: bool = False
    ) -> Iterable[str]:
        """The addresses of a cell, and the cell as a whole: the source may name any text.

        What stands in an e-mail field is compared even without an @. In a row of a subquery a
        sentence counts too: nobody is lost with such a row.
        """
        if _PLAIN.fullmatch(cell):
            return (cell.lower(),)
        if not cell or not (is_email or may_hold_address(cell)):
            return ()
        cell = storable(cell)
        found = dict.fromkeys((compared(cell), *addresses_in(cell, in_sentences=is_below)))
        if self.known.unsplit:
            plain = undressed(cell).lower()
            found.update((one, None) for one in self.known.unsplit if _stands_in(one, plain))
        return found

    def _without(
        self, rows: Sequence[Row], fates: Mapping[int, Removed], doubts: _Doubts
    ) -> Sieved:
        """The batch without the rows that go, and without the children that do."""
        below: dict[int, Sequence[Judged]] = {}
        removed: Counter[Removed] = Counter()
        stay = rows
        if fates or self._judges_below:
            stay = []
            for number, row in enumerate(rows):
                if number in fates:
                    if self.tells_all:
                        below[number] = self._all_below(row, (), fates[number])
                    continue
                if self._judges_below:
                    told: list[Judged] = []
                    row = Row(row.cells, self._children(row, (), doubts, told, removed))
                    below[number] = told
                stay.append(row)
        return Sieved(rows, stay, fates, self._main, below, removed)

    def _doubts(self, addresses: set[str]) -> _Doubts:
        return _Doubts(
            unsubscribed=self.known.unsubscribed(addresses),
            opted_out=self.known.opted_out(
                {one for one in addresses if len(one) <= _LONGEST_EMAIL}
            ),
            domains=self.known.domains,
            listed=self.known.on_other_lists(addresses) if self._has_options else set(),
            taken=self.known.taken(addresses) if self.options.no_duplicates else set(),
        )

    def _addresses_below(self, row: Row) -> Iterator[str]:
        for table, (emails, texts) in self._cells_below.items():
            for below in _rows_below(row, table):
                for cell in emails:
                    yield from self._addresses_in(below.cells[cell], is_email=True)
                for cell in texts:
                    yield from self._addresses_in(below.cells[cell], is_below=True)

    def _fate(self, row: Row, is_suspect: bool, doubts: _Doubts) -> Removed | None:
        """Why a row goes: by anybody's opt-out in it, else by choice."""
        fate = self._opt_outs(row, (), self._own, doubts) if is_suspect else None
        if fate is None and self._has_options and self._main is not None:
            fate = self._by_option(row, self._main, doubts)
        return fate

    def _children(
        self,
        row: Row,
        table: tuple[int, ...],
        doubts: _Doubts,
        told: list[Judged],
        counted: "Counter[Removed]",
    ) -> tuple[list[Row], ...]:
        """The child rows that stay, table by table; a child that goes takes its own along."""
        stay: list[list[Row]] = []
        for number, rows in enumerate(row.children):
            here = (*table, number)
            places = [one for one in self._below if one.table == here]
            main = next((one for one in places if one.is_main), None)
            left: list[Row] = []
            for one in rows:
                removed = self._opt_outs(one, here, places, doubts)
                if removed is None and main is not None:
                    removed = self._by_option(one, main, doubts)
                if main is not None:
                    told.append(_judged(one, main, removed))
                if removed is None:
                    below = self._children(one, here, doubts, told, counted)
                    left.append(Row(one.cells, below))
                else:
                    counted[removed] += 1
                    if self.tells_all:
                        told.extend(self._all_below(one, here, removed))
            stay.append(left)
        return tuple(stay)

    def _all_below(self, row: Row, table: tuple[int, ...], removed: Removed) -> list[Judged]:
        """Everybody below a row that goes, in the order in which they are told otherwise."""
        told: list[Judged] = []
        for number, rows in enumerate(row.children):
            here = (*table, number)
            main = next((one for one in self._below if one.table == here and one.is_main), None)
            for one in rows:
                if main is not None:
                    told.append(_judged(one, main, removed))
                told.extend(self._all_below(one, here, removed))
        return told

    def _opt_outs(
        self, row: Row, table: tuple[int, ...], places: Sequence[Place], doubts: _Doubts
    ) -> Removed | None:
        """Why a row goes by anybody's word in it, the first reason of all."""
        found: list[Removed] = []
        owners: dict[str, str] = {}
        for place in places:
            record_id = _record_id(row, place)
            for one in place.emails:
                for address in self._addresses_in(row.cells[one], is_email=True):
                    owners.setdefault(address, record_id)
                    found += self._against(address, record_id, doubts)
        for cell in self.texts.get(table, ()):
            for address in self._addresses_in(row.cells[cell], is_below=bool(table)):
                found += self._against(address, owners.get(address, ""), doubts)
        return min(found, key=_RANK.__getitem__, default=None)

    def _against(self, address: str, record_id: str, doubts: _Doubts) -> list[Removed]:
        """All that is known against an address of this record."""
        found: list[Removed] = []
        records = doubts.opted_out.get(address)
        if records:
            found.append(Removed.OPTED_OUT if record_id in records else Removed.ELSEWHERE)
        if address in doubts.unsubscribed and self.known.kept.get(record_id) != address:
            found.append(Removed.UNSUBSCRIBED)
        if doubts.domains and domain_of(address) in doubts.domains:
            found.append(Removed.HELD_DOMAIN)
        return found

    def _by_option(self, row: Row, main: Place, doubts: _Doubts) -> Removed | None:
        """Why a row goes by choice; it takes its address when it stays."""
        address = compared(_shown(row, main))
        reason = self._reason_of_choice(row, main, address, doubts)
        if reason is None and address and self.options.no_duplicates:
            doubts.taken.add(address)
            doubts.newly_taken.add(address)
        return reason

    def _reason_of_choice(
        self, row: Row, main: Place, address: str, doubts: _Doubts
    ) -> Removed | None:
        if any(row.cells[one] == "true" for one in main.converted):
            return Removed.CONVERTED
        if any(row.cells[one] for one in main.bounced):
            return Removed.BOUNCED
        if self.options.no_empty and not address:
            return Removed.EMPTY
        if self.options.no_empty and not is_address(address):
            return Removed.IMPOSSIBLE
        if address in doubts.listed:
            return Removed.ON_A_LIST
        if address in doubts.taken:
            return Removed.DUPLICATE
        return None


def _stands_in(entry: str, text: str) -> bool:
    """Whether an entry is in a text, and not just the beginning or end of something longer."""
    if entry not in text:
        return False
    pattern = rf"(?<![\w.@+-]){re.escape(entry)}(?![\w@-]|\.\w)"
    return re.search(pattern, text) is not None


def _cells_below(places: Sequence[Place], texts: Texts) -> Mapping[tuple[int, ...], _Cells]:
    """The cells of each child table that may hold addresses."""
    tables = dict.fromkeys((*(place.table for place in places), *(one for one in texts if one)))
    return {
        table: (
            tuple(email for place in places if place.table == table for email in place.emails),
            texts.get(table, ()),
        )
        for table in tables
    }


def _judged(row: Row, main: Place, removed: Removed | None) -> Judged:
    shown = _shown(row, main)
    return Judged(main.sobject, _record_id(row, main), compared(shown), shown, removed)


def _shown(row: Row, place: Place) -> str:
    """The first address of a person that is not empty."""
    return next((row.cells[one] for one in place.emails if row.cells[one]), "")


def _record_id(row: Row, place: Place) -> str:
    return to18(row.cells[place.record]) if place.record is not None else ""


def _rows_below(row: Row, table: tuple[int, ...]) -> Iterator[Row]:
    if not table:
        yield row
        return
    for one in row.children[table[0]]:
        yield from _rows_below(one, table[1:])
