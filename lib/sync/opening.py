"""The beginning of a run that is signed in: which org this is, and what its source says.

What the run needs from Salesforce is asked for as soon as it's known, and not only when its turn
comes. `lib/salesforce/ahead.py` keeps the answers until then.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lib.errors import SalesforceError, SourceError
from lib.salesforce import access, matching
from lib.salesforce.access import Access
from lib.salesforce.composite import MOST_QUERIES, ask_ahead, query_path
from lib.salesforce.costs import SPELLINGS_A_QUERY
from lib.salesforce.doctor.permissions import converted_paths
from lib.salesforce.org import org_paths
from lib.soql import Query
from lib.store import memory
from lib.sync import (
    budget,
    changed,
    estimator,
    mailable_count,
    reading,
    resume,
    safety_limit,
    search,
)
from lib.sync.foreseen import Foreseen
from lib.sync.intake import Intake
from lib.sync.operations import operation
from lib.sync.signed_in import SignedInRun, ask_who_is_here, enter
from lib.values import Org
from lib.words import counted

_MOST_AHEAD = 8 * MOST_QUERIES
"""Queries in eight calls; what is left is asked when its turn comes."""
_MOST_ADDRESSES = _MOST_AHEAD * SPELLINGS_A_QUERY
"""The most that these can hold. For more, asking ahead gains nothing."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The org, what to look for there, and what this user may do."""

    org: Org
    intake: Intake
    rights: Mapping[str, Access]


def begin(signed: SignedInRun) -> Opening:
    """Read the source, and enter the org. Raises WrongOrg, SalesforceError, or SourceError."""
    signed.found.is_full = reading.is_full(signed)
    has_person_accounts = memory.has_person_accounts(signed.store, signed.scope)
    # What dead runs left behind is settled before any record is read, and where there are person
    # accounts, queries depend on the rights.
    if signed.org is not None or has_person_accounts or _has_unanswered(signed):
        return _one_by_one(signed, has_person_accounts=has_person_accounts)
    expected = access.expected(signed.door.own_field)
    ask_ahead(signed.door, list(_first(signed, expected)))
    second = _Second(signed, expected, converted_paths(signed.door)[1:])
    try:
        intake = reading.read(signed, second.foresee)
    except SourceError:
        enter(signed)  # if Salesforce has an error too, it counts first
        raise
    second.read(intake)
    return Opening(enter(signed), intake, access.access(signed.door))


def _one_by_one(signed: SignedInRun, *, has_person_accounts: bool) -> Opening:
    if signed.org is None:
        ask_who_is_here(signed.door, has_person_accounts=has_person_accounts)
    org = enter(signed)
    _resume(signed)
    rights = _rights_with_org(signed)
    second = _Second(signed, rights or {})
    intake = reading.read(signed, second.foresee if rights else reading.look_at_nothing)
    signed.run.stop_if_asked()
    second.rights = rights = rights or access.access(signed.door)
    second.read(intake, list(_changes(signed, rights)))
    return Opening(org, intake, rights)


def _rights_with_org(signed: SignedInRun) -> Mapping[str, Access] | None:
    """The rights, if they were asked for together with the org; `None` if they're asked later.

    The source is read also if there is an error: it's raised when the rights are asked again.
    """
    if signed.org is None:
        return None
    try:
        return access.access(signed.door)
    except SalesforceError:
        return None


def _has_unanswered(signed: SignedInRun) -> bool:
    return not signed.request.dry_run and resume.is_needed(signed.store, signed.scope)


def _resume(signed: SignedInRun) -> None:
    if not signed.request.dry_run and budget.has_room(signed.door):
        with operation(signed.run, signed.door, "looking_up") as doing:
            looked_up = resume.resume(
                signed.store, signed.scope, signed.door, signed.run.stop_if_asked
            )
            doing.records = looked_up
        if looked_up:
            changes = counted(looked_up, "unanswered change", "unanswered changes")
            signed.run.hooks.report(f"Looked up {changes} of earlier runs.")


def _first(signed: SignedInRun, expected: Mapping[str, Access]) -> Iterator[str]:
    """What every run asks, and the records that changed since the last run."""
    yield from access.describe_paths()
    yield from org_paths(signed.door)
    yield from _changes(signed, expected)
    yield converted_paths(signed.door)[0]  # the fifth query, so it takes no call of its own


def _changes(signed: SignedInRun, rights: Mapping[str, Access]) -> Iterator[str]:
    """The records that changed since the last run."""
    if not (signed.found.is_full or signed.request.from_file or signed.at is None):
        asked = changed.queries(signed.store, signed.scope, signed.door, rights)
        yield from map(query_path, asked)


@dataclass(slots=True)
class _Second:
    """What is asked once it's known what the reading says, with these rights.

    `fillers` are paths to ask if that takes no call of its own.
    """

    signed: SignedInRun
    rights: Mapping[str, Access]
    fillers: Sequence[str] = ()
    _told: Foreseen | None = None
    _asked: frozenset[str] = frozenset()

    def foresee(self, told: Foreseen) -> None:
        """Ask while the reading is put into the ledger."""
        if told.addresses:
            self._told = told
            self._ask(list(self._paths(told)))

    def read(self, intake: Intake, others: Sequence[str] = ()) -> None:
        """Ask what wasn't foreseen, and these others."""
        known = Foreseen(frozenset(intake.considered), len(intake.pending))
        paths = [] if known == self._told else list(self._paths(known))
        self._ask([*paths, *others])

    def _ask(self, paths: Sequence[str]) -> None:
        left = [path for path in paths if path not in self._asked]
        if len(left) % MOST_QUERIES:  # there is room for one more
            left += self.fillers
            self.fillers = ()
        self._asked |= frozenset(left)
        ask_ahead(self.signed.door, left)

    def _paths(self, told: Foreseen) -> Iterator[str]:
        """The records of the run's addresses, and what the safety limit may need to know."""
        request, asked = self.signed.request, list[Query]()
        if 0 < len(told.addresses) <= _MOST_ADDRESSES:
            wanted = search.spelled(self.signed.door, told.addresses)
            if estimator.is_small(estimator.asked_of(wanted)):
                asked += matching.queries(wanted, self.rights)
        pending = 0 if request.dry_run else told.pending
        if safety_limit.may_count(pending, request.allowance):
            asked += mailable_count.count_queries(self.rights.values())
        yield from map(query_path, asked[:_MOST_AHEAD])
