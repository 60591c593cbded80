"""Decides which fetched rows are on the list, and why the others aren't (rules.md, 6.2 and 6.4).

Rows come in batches, so that each lookup asks about thousands of addresses at once and memory use
doesn't grow with the list. Every address of a row is checked, including addresses that someone
typed into a text field. The first reason that applies counts.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lib.addresses import compared, domain_of, is_address
from lib.lists.decisions import Decision, Sieved, carry_out, carry_out_whole
from lib.lists.person_columns import PersonColumns, TextColumns
from lib.lists.row_addresses import AddressReader
from lib.lists.table import ListRow, TablePath
from lib.lists.values import Options, Removed

BATCH = 5_000
"""Rows judged at a time."""

_LONGEST_EMAIL = 320  # characters; no email field holds more

_RANK = {reason: rank for rank, reason in enumerate(Removed)}


class Known(Protocol):
    """What the sieve asks about many addresses at once, in their compared form."""

    @property
    def domains(self) -> frozenset[str]:
        """Whole domains that are left out."""

    @property
    def approved_domains(self) -> frozenset[str]:
        """Those of them that a person approved: a record that is kept may stay."""

    @property
    def unsplit(self) -> Collection[str]:
        """Unsubscribed texts that splitting a cell never finds, so they are searched for in it."""

    @property
    def kept(self) -> Mapping[str, str]:
        """Records that stay although this address of theirs unsubscribed, by their IDs."""

    def unsubscribed(self, addresses: Collection[str]) -> set[str]:
        """The addresses that an unsubscribe names."""

    def opted_out(self, addresses: Collection[str]) -> dict[str, set[str]]:
        """The addresses that are opted out on a record, with the IDs of those records."""

    def on_other_lists(self, addresses: Collection[str]) -> set[str]:
        """The addresses that the options leave out because they are on other lists."""

    def taken(self, addresses: Collection[str]) -> set[str]:
        """The addresses that are already on this list."""

    def take(self, addresses: Collection[str]) -> None:
        """These addresses are now on this list."""


@dataclass(slots=True)
class _Findings:
    """What is known about a batch's addresses; `taken` grows as rows stay."""

    unsubscribed: set[str]
    opted_out: dict[str, set[str]]
    domains: frozenset[str]
    approved_domains: frozenset[str]
    listed: set[str]
    taken: set[str]
    newly_taken: set[str] = field(default_factory=set)

    def opted_out_or_unsubscribed(self, addresses: set[str]) -> set[str]:
        """The addresses that any opt-out or unsubscribe is about."""
        found = self.unsubscribed | self.opted_out.keys()
        if self.domains:
            found |= {address for address in addresses if domain_of(address) in self.domains}
        return found

    def domain_leaves_out(self, address: str, *, is_kept: bool) -> bool:
        """Whether the domain is on hold, or approved and a run didn't keep this record."""
        domain = domain_of(address)
        return domain in self.domains and not (is_kept and domain in self.approved_domains)


@dataclass(slots=True)
class Sieve:
    """Decides about a pull's rows, batch after batch.

    With `tells_all` the people below a row that goes are decided too, all for its reason.
    """

    known: Known
    people: Sequence[PersonColumns]
    options: Options
    texts: TextColumns = field(default_factory=dict)
    tells_all: bool = False
    _addresses: AddressReader = field(init=False)
    _mains: Mapping[TablePath, PersonColumns] = field(init=False)
    _judges_children: bool = field(init=False)
    _has_options: bool = field(init=False)

    def __post_init__(self) -> None:
        self._addresses = AddressReader(self.people, self.texts, self.known.unsplit)
        mains = [person for person in self.people if person.is_main]
        self._mains = {person.table: person for person in reversed(mains)}
        self._judges_children = self._addresses.reads_children
        self._has_options = self.options != Options()

    def judge(self, rows: Sequence[ListRow]) -> Sieved:
        """Decide about each of the rows, in their order."""
        batch = self._addresses.read(rows)
        findings = self._ask(batch.addresses)
        suspects = batch.rows_with(findings.opted_out_or_unsubscribed(batch.addresses))
        reasons: list[Removed | None] = [None] * len(rows)
        for number in range(len(rows)) if self._has_options else sorted(suspects):
            is_suspect = number in suspects
            reasons[number] = self._reason(rows[number], (), findings, is_suspect=is_suspect)
        sieved = self._carried_out(rows, reasons, findings)
        if self.options.no_duplicates:
            self.known.take(findings.newly_taken)
        return sieved

    def _carried_out(
        self, rows: Sequence[ListRow], reasons: Sequence[Removed | None], findings: _Findings
    ) -> Sieved:
        if not self._judges_children:
            return carry_out_whole(rows, reasons, self._mains)
        decisions = [
            self._decide(row, (), reason, findings)
            for row, reason in zip(rows, reasons, strict=True)
        ]
        return carry_out(decisions, self._mains)

    def _ask(self, addresses: set[str]) -> _Findings:
        askable = addresses
        if max(map(len, addresses), default=0) > _LONGEST_EMAIL:
            askable = {address for address in addresses if len(address) <= _LONGEST_EMAIL}
        return _Findings(
            unsubscribed=self.known.unsubscribed(addresses),
            opted_out=self.known.opted_out(askable),
            domains=self.known.domains,
            approved_domains=self.known.approved_domains,
            listed=self.known.on_other_lists(addresses) if self._has_options else set(),
            taken=self.known.taken(addresses) if self.options.no_duplicates else set(),
        )

    def _decide(
        self, row: ListRow, table: TablePath, removed: Removed | None, findings: _Findings
    ) -> Decision:
        """The decision on a row whose own reason is known, and on its child rows."""
        if removed is not None and not self.tells_all:
            return Decision(row, removed)
        children = []
        for number, rows in enumerate(row.children):
            here = (*table, number)
            children.append(
                [
                    self._decide(
                        child, here, removed or self._reason(child, here, findings), findings
                    )
                    for child in rows
                ]
            )
        return Decision(row, removed, tuple(children))

    def _reason(
        self, row: ListRow, table: TablePath, findings: _Findings, *, is_suspect: bool = True
    ) -> Removed | None:
        """Why a row is removed: someone in it opted out, or else because of an option."""
        reason = self._by_opt_out(row, table, findings) if is_suspect else None
        main = self._mains.get(table)
        if reason is None and main is not None:
            reason = self._by_option(row, main, findings)
        return reason

    def _by_opt_out(self, row: ListRow, table: TablePath, findings: _Findings) -> Removed | None:
        """Why a row is removed because someone in it opted out: the first such reason."""
        found = [
            reason
            for address, record_id in self._addresses.owned(row, table)
            for reason in self._against(address, record_id, findings)
        ]
        return min(found, key=_RANK.__getitem__, default=None)

    def _against(self, address: str, record_id: str, findings: _Findings) -> list[Removed]:
        """Every reason against an address of this record."""
        found: list[Removed] = []
        records = findings.opted_out.get(address)
        if records:
            found.append(Removed.OPTED_OUT if record_id in records else Removed.ELSEWHERE)
        is_kept = self.known.kept.get(record_id) == address
        if address in findings.unsubscribed and not is_kept:
            found.append(Removed.UNSUBSCRIBED)
        if findings.domains and findings.domain_leaves_out(address, is_kept=is_kept):
            found.append(Removed.HELD_DOMAIN)
        return found

    def _by_option(self, row: ListRow, main: PersonColumns, findings: _Findings) -> Removed | None:
        """Why a row is removed by an option. If it stays, its address is now on the list."""
        address = compared(main.shown(row))
        reason = self._option_against(row, main, address, findings)
        if reason is None and address and self.options.no_duplicates:
            findings.taken.add(address)
            findings.newly_taken.add(address)
        return reason

    def _option_against(
        self, row: ListRow, main: PersonColumns, address: str, findings: _Findings
    ) -> Removed | None:
        if any(row.cells[column] == "true" for column in main.converted):
            return Removed.CONVERTED
        if any(row.cells[column] for column in main.bounced):
            return Removed.BOUNCED
        if self.options.no_empty and not address:
            return Removed.EMPTY
        if self.options.no_empty and not is_address(address):
            return Removed.IMPOSSIBLE
        if address in findings.listed:
            return Removed.ON_A_LIST
        if address in findings.taken:
            return Removed.DUPLICATE
        return None
