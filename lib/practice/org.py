"""The practice org: its rows, its settings, and what each user sees.

It knows no HTTP and no rules for saving: saving/save.py changes rows as Salesforce would, and the
rest folder turns requests into such calls. All state belongs to a `PracticeOrg`.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock

from lib.clock import Clock, from_text, to_text
from lib.practice.access import (
    OWN_PERMISSIONS,
    PERMISSION_TABLES,
    Granted,
    granted,
    own_permissions,
    visible_types,
)
from lib.practice.custom_fields import schema_with
from lib.practice.ids import IdMaker
from lib.practice.org_settings import CallMeter, OrgSettings
from lib.practice.people import Population
from lib.practice.refusal import Refusal
from lib.practice.rows import Row, stamp
from lib.practice.schema import SCHEMA, SCHEMA_WITH_PERSON_ACCOUNTS, SObjectType
from lib.practice.tables import Tables

_UNSUBSCRIBE = "Unsubscribe"
_MANY = 100_000


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """An entry of the email service's list: the address as typed, and when."""

    address: str
    asked: datetime


@dataclass(frozen=True, slots=True)
class UserView:
    """What one user sees. Hold the org's lock while reading rows."""

    user: Row
    rights: Granted
    types: Mapping[str, SObjectType]
    """By lower-case name, without what the user cannot see (access.py)."""
    tables: Tables
    since: datetime
    """When the view last changed, in whole seconds; no two views of a user share a time."""

    def as_of(self, version: int) -> "UserView":
        """The view in an API version, without the fields that came later."""
        return replace(self, types={name: kind.as_of(version) for name, kind in self.types.items()})

    def type(self, name: str) -> SObjectType | None:
        """The sObject with this name, in any case; `None` if unknown or hidden."""
        return self.types.get(name.lower())

    def rows(self, name: str) -> Iterable[Row]:
        """All rows of an sObject in the order of creation; deleted rows have `IsDeleted`."""
        if name == OWN_PERMISSIONS:
            return [own_permissions(self.rights, self.since)]
        return self.tables.rows(name).values()


class PracticeOrg:
    """A made-up Salesforce org and the unsubscribe list of its email service.

    `refused` says which of the records that are about to be saved together a fault refuses, and
    `refused_whole` whether it refuses their collection.
    With `state`, it is stored in that file and found there again. The numbers and the seed matter
    only when the file is new.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        seed: int = 1,
        contacts: int = 2000,
        leads: int = 1000,
        unsubscribes: int = 150,
        state: Path | None = None,
    ) -> None:
        self.clock = clock
        self.tables = Tables([*SCHEMA, _UNSUBSCRIBE], state)
        self.meter = CallMeter(clock)
        self.refused: Callable[[Sequence[str]], Mapping[str, Refusal]] = _no_refusals
        self.refused_whole: Callable[[Sequence[str]], Refusal | None] = _no_refusal
        self._views: dict[str, tuple[tuple[bool, int, int], UserView]] = {}
        if self.tables.note("seed") is None:
            with self.transaction():
                self._begin(seed, contacts, leads, unsubscribes)
        else:
            self._find_again()

    def _begin(self, seed: int, contacts: int, leads: int, unsubscribes: int) -> None:
        self.seed = seed
        self.ids = IdMaker(seed)
        self.settings = OrgSettings()
        self.tables.put_note("seed", seed)
        population = Population(self.tables, self.ids, seed, self.clock(), contacts, leads)
        with _uncollected(contacts + leads):
            for address, asked in population.create(unsubscribes):
                self.add_unsubscribe(address, asked)

    def _find_again(self) -> None:
        self.seed = self.tables.note("seed")
        self.ids = IdMaker(self.seed)
        self.settings = OrgSettings.from_json(self.tables.note("switches"))
        for name in SCHEMA:
            for record_id in self.tables.rows(name):
                self.ids.skip(record_id)

    @property
    def id(self) -> str:
        """The org's 18-character id."""
        return next(iter(self.tables.rows("Organization")))

    @property
    def lock(self) -> RLock:
        """Held by every transaction; hold it while reading more than one row."""
        return self.tables.lock

    @property
    def schema(self) -> Mapping[str, SObjectType]:
        """All sObjects of the org by lower-case name, regardless of permissions."""
        settings = self.settings
        if settings.custom_fields:
            return schema_with(tuple(settings.custom_fields), settings.person_accounts)
        return SCHEMA_WITH_PERSON_ACCOUNTS if settings.person_accounts else SCHEMA

    def now(self) -> str:
        """The current time in the form that rows use."""
        return stamp(self.clock())

    def user_named(self, username: str) -> Row | None:
        """The user with this user name, in any case."""
        users = self.tables.rows("User").values()
        return next((user for user in users if user["Username"].lower() == username.lower()), None)

    def view(self, user_id: str) -> UserView:
        """What this user sees now. Raises KeyError for an unknown user."""
        with self.lock:
            version = self._rights_version()
            known = self._views.get(user_id)
            if known is None or known[0] != version:
                since = self._since(known[1] if known else None)
                self._views[user_id] = (version, self._look(user_id, since))
            return self._views[user_id][1]

    def _rights_version(self) -> tuple[bool, int, int]:
        seen = (*PERMISSION_TABLES, "RecordType")
        moves = sum(self.tables.versions[name.lower()] for name in seen)
        return self.settings.person_accounts, len(self.settings.custom_fields), moves

    def _since(self, before: UserView | None) -> datetime:
        now = self.clock().replace(microsecond=0)
        return max(now, before.since + timedelta(seconds=1)) if before else now

    def _look(self, user_id: str, since: datetime) -> UserView:
        user = self.tables.rows("User")[user_id]
        rights = granted(user, self.tables)
        return UserView(user, rights, visible_types(self.schema, rights), self.tables, since)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A block whose changes (rows, settings, unsubscribes) are saved together or not at all."""
        with self.tables.transaction():
            yield
            self.tables.put_note("switches", self.settings.to_json())

    @property
    def unsubscribes(self) -> list[Unsubscribe]:
        """The email service's list, in the order it was written."""
        rows = self.tables.rows(_UNSUBSCRIBE).values()
        return [Unsubscribe(row["Address"], from_text(row["Asked"])) for row in rows]

    def add_unsubscribe(self, address: str, asked: datetime) -> None:
        """Put an address, as typed, on the email service's list."""
        with self.transaction():
            row_id = f"{len(self.tables.rows(_UNSUBSCRIBE)):09}"
            row = {"Id": row_id, "Address": address, "Asked": to_text(asked)}
            self.tables.put(_UNSUBSCRIBE, row)

    def close(self) -> None:
        """Close the state file."""
        self.tables.close()


def _no_refusals(_ids: Sequence[str]) -> Mapping[str, Refusal]:
    """Without faults, no record is refused."""
    return {}


def _no_refusal(_ids: Sequence[str]) -> Refusal | None:
    return None


@contextmanager
def _uncollected(people: int) -> Iterator[None]:
    """A block without garbage collection, which would double the time to create a world.

    The objects of a large world are never collected.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if people >= _MANY:
            gc.freeze()
        if was_on:
            gc.enable()
