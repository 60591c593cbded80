"""A practice org that notes each save, and a command line whose statements can fail."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from unittest.mock import patch

from lib.lists import hand_over
from lib.practice.rest import query
from lib.practice.saving.save import Writer
from lib.practice.tls import Certificate
from lib.practice.world import World
from lib.salesforce import bulk_query, sessions
from lib.salesforce.patience import Patience
from lib.salesforce.sessions import Limits
from lib.sources.jangomail import asmx
from lib.store.ledger import readings
from lib.transport import Transport
from tests.model.death import Death, Killed
from tests.model.house import House, open_house

_PAGE_ROWS = 3
"""So that a few records already take several pages."""
_LONG_S = 60.0
_SILENCE_S = 1.0
"""How long an answer is waited for if none comes."""

Row = dict[str, Any]
Rows = dict[str, Row]


class Strike(Death):
    """Like Death, but at the step it can do something else than kill.

    `what` is called with the statement, or REQUEST or ANSWER, at that step and at each after it.
    """

    what: Callable[[str], None] | None = None
    came = False

    def expect(self, at: int) -> None:
        super().expect(at)
        self.came = self.came and not at

    def _come(self, what: str) -> None:
        self.came = True
        if self.what is None:
            raise Killed
        self.what(what)


@dataclass(frozen=True, slots=True)
class Save:
    """A change that the org made for our user: it isn't one of a colleague, or refused."""

    record_id: str
    values: Row


@dataclass
class Place:
    """A house, what was saved in its org, and the fault of its log."""

    house: House
    strike: Strike
    saves: list[Save] = field(default_factory=list)
    asked_to_wait_s: list[float] = field(default_factory=list)
    waits_s: float = _LONG_S
    """How long an answer is waited for."""
    url: str = ""
    """Where the command line finds the practice org, if not at its own address."""

    @property
    def world(self) -> World:
        return self.house.world

    def start_over(self) -> None:
        self.house.start_over()
        self.use_credentials()
        self.saves.clear()
        self.asked_to_wait_s.clear()
        self.waits_s = _LONG_S

    def use_credentials(self) -> None:
        """The command line uses the credentials that the practice org has now."""
        own, given = self.house.practice.url, self.house.practice.environment
        os.environ.update(
            {name: text.replace(own, self.url or own) for name, text in given.items()}
        )

    def expect_silence(self) -> None:
        """Don't wait long for answers, because there won't be one."""
        self.waits_s = _SILENCE_S

    def limits(self) -> Limits:
        return Limits(sign_in_s=self.waits_s, read_s=self.waits_s, long_s=self.waits_s)

    def rows(self) -> Rows:
        """Every person record, by id."""
        found: Rows = {}
        for sobject in ("Contact", "Lead"):
            found.update({name: dict(row) for name, row in self.house.rows(sobject).items()})
        return found


@contextlib.contextmanager
def open_place(certificate: Certificate | None = None) -> Iterator[Place]:
    """A place, until the block ends. It never waits for time to pass."""
    strike = Strike()
    with contextlib.ExitStack() as stack:
        place = Place(stack.enter_context(open_house(strike, certificate)), strike)
        for owner, name, value in (
            (query, "_PAGE", _PAGE_ROWS),
            (readings, "_PIECE", _PAGE_ROWS),
            (bulk_query, "PAGE_ROWS", _PAGE_ROWS),
            (bulk_query, "FIRST_LOOK_S", 0.0),
            (hand_over, "BATCH", _PAGE_ROWS),
            (sessions, "Limits", place.limits),
            (asmx, "Transport", lambda _timeouts: Transport((10, place.waits_s))),
            (Patience, "pause", partial(_pause, place)),
        ):
            stack.enter_context(patch.object(owner, name, value))
        stack.enter_context(_noted(place))
        yield place


def _pause(place: Place, _attempt: int, asked_s: float | None = None) -> None:
    """Instead of a pause between two tries."""
    place.asked_to_wait_s.append(asked_s or 0.0)


@contextlib.contextmanager
def _noted(place: Place) -> Iterator[None]:
    """Note each save through the API, where the org makes it."""
    update = Writer.update

    def noting(writer: Writer, sobject: str, record_id: str, values: Row) -> None:
        update(writer, sobject, record_id, values)
        if writer.auto_assign is False:  # the header of our client; colleagues don't send it
            given = {name: value for name, value in values.items() if name not in _NOT_FIELDS}
            place.saves.append(Save(record_id, given))

    with patch.object(Writer, "update", noting):
        yield


_NOT_FIELDS = ("attributes", "id", "Id")


def sqlite_error(code: int, text: str) -> sqlite3.OperationalError:
    """The error that SQLite raises with this code."""
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error
