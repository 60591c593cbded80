"""Who of the fetched rows is on the list, and why the others are not (rules.md, 6.2 and 6.4).

Rows come in batches, so that each look-up asks for thousands of addresses at once and memory does
not grow with the list. Every address of a row is judged, also one that somebody typed into a text
field; the first reason that holds counts.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from lib.addresses import addresses_in, compared, domain_of, is_address
from lib.lists.layout import Row
from lib.lists.plan import Place, Texts
from lib.lists.values import Options, Removed
from lib.salesforce.ids import to18

BATCH = 5_000
"""Rows judged at a time."""

_RANK = {reason: rank for rank, reason in enumerate(Removed)}


class Known(Protocol):
    """What the sieve asks: each for many addresses at once, in their compared form."""

    @property
    def domains(self) -> frozenset[str]:
        """Whole domains that are left out."""

    @property
    def kept(self) -> frozenset[str]:
        """Ids of records that stay although their address unsubscribed."""

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
    """One person who was fetched; `removed` is why he is not on the list, `None`: he is.

    `shown` is his address as Salesforce has it, `record_id` "" where it is not known.
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
    the child rows of those that stay, by the same number.
    """

    fetched: Sequence[Row]
    stay: Sequence[Row]
    fates: Mapping[int, Removed]
    main: Place | None
    below: Mapping[int, Sequence[Judged]]

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
    _own: tuple[Place, ...] = field(init=False)
    _main: Place | None = field(init=False)
    _below: tuple[Place, ...] = field(init=False)
    _has_options: bool = field(init=False)

    def __post_init__(self) -> None:
        self._own = tuple(one for one in self.places if not one.table)
        self._main = next((one for one in self._own if one.is_main), None)
        self._below = tuple(one for one in self.places if one.table)
        self._has_options = self.options != Options()

    def judge(self, rows: Sequence[Row]) -> Sieved:
        """What becomes of each of the rows, in their order."""
        columns = [
            [compared(row.cells[email]) for row in rows]
            for place in self._own
            for email in place.emails
        ]
        loose = _loose(rows, self.texts.get((), ()))
        addresses = {one for column in columns for one in column}
        addresses.update(one for found in loose.values() for one in found)
        addresses.update(one for row in rows for one in self._addresses_below(row))
        addresses.discard("")
        doubts = self._doubts(addresses)
        bad = doubts.bad(addresses)
        suspects = {number for column in columns for number, one in enumerate(column) if one in bad}
        suspects.update(number for number, found in loose.items() if not bad.isdisjoint(found))
        fates: dict[int, Removed] = {}
        for number in range(len(rows)) if self._has_options else sorted(suspects):
            fate = self._fate(rows[number], number in suspects, doubts)
            if fate is not None:
                fates[number] = fate
        sieved = self._without(rows, fates, doubts)
        if self.options.no_duplicates:
            self.known.take(doubts.newly_taken)
        return sieved

    def _without(
        self, rows: Sequence[Row], fates: Mapping[int, Removed], doubts: _Doubts
    ) -> Sieved:
        """The batch without the rows that go, and without the children that do."""
        below: dict[int, Sequence[Judged]] = {}
        stay = rows
        if fates or self._below:
            stay = []
            for number, row in enumerate(rows):
                if number in fates:
                    continue
                if self._below:
                    told: list[Judged] = []
                    row = Row(row.cells, self._children(row, (), doubts, told))
                    below[number] = told
                stay.append(row)
        return Sieved(rows, stay, fates, self._main, below)

    def _doubts(self, addresses: set[str]) -> _Doubts:
        return _Doubts(
            unsubscribed=self.known.unsubscribed(addresses),
            opted_out=self.known.opted_out(addresses),
            domains=self.known.domains,
            listed=self.known.on_other_lists(addresses) if self._has_options else set(),
            taken=self.known.taken(addresses) if self.options.no_duplicates else set(),
        )

    def _addresses_below(self, row: Row) -> Iterator[str]:
        for place in self._below:
            for below in _rows_below(row, place.table):
                for one in place.emails:
                    yield compared(below.cells[one])
        for table, texts in self.texts.items():
            for below in _rows_below(row, table) if table and texts else ():
                yield from _addresses_in(below, texts)

    def _fate(self, row: Row, is_suspect: bool, doubts: _Doubts) -> Removed | None:
        """Why a row goes: by anybody's opt-out in it, else by choice."""
        fate = self._opt_outs(row, (), self._own, doubts) if is_suspect else None
        if fate is None and self._has_options and self._main is not None:
            fate = self._by_option(row, self._main, doubts)
        return fate

    def _children(
        self, row: Row, table: tuple[int, ...], doubts: _Doubts, told: list[Judged]
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
                    left.append(Row(one.cells, self._children(one, here, doubts, told)))
            stay.append(left)
        return tuple(stay)

    def _opt_outs(
        self, row: Row, table: tuple[int, ...], places: Sequence[Place], doubts: _Doubts
    ) -> Removed | None:
        """Why a row goes by anybody's word in it, the first reason of all."""
        found: list[Removed] = []
        owners: dict[str, str] = {}
        for place in places:
            record_id = _record_id(row, place)
            for one in place.emails:
                if row.cells[one]:
                    address = compared(row.cells[one])
                    owners.setdefault(address, record_id)
                    found += self._against(address, record_id, doubts)
        for address in _addresses_in(row, self.texts.get(table, ())):
            found += self._against(address, owners.get(address, ""), doubts)
        return min(found, key=_RANK.__getitem__, default=None)

    def _against(self, address: str, record_id: str, doubts: _Doubts) -> list[Removed]:
        """All that is known against an address of this record."""
        found: list[Removed] = []
        records = doubts.opted_out.get(address)
        if records:
            found.append(Removed.OPTED_OUT if record_id in records else Removed.ELSEWHERE)
        if address in doubts.unsubscribed and record_id not in self.known.kept:
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


def _loose(rows: Sequence[Row], texts: Sequence[int]) -> dict[int, list[str]]:
    """Addresses in other cells than an Email, by the row's number."""
    found: dict[int, list[str]] = {}
    for cell in texts:
        for number, row in enumerate(rows):
            if "@" in row.cells[cell]:
                found.setdefault(number, []).extend(addresses_in(row.cells[cell]))
    return found


def _addresses_in(row: Row, texts: Sequence[int]) -> Iterator[str]:
    for cell in texts:
        if "@" in row.cells[cell]:
            yield from addresses_in(row.cells[cell])


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
