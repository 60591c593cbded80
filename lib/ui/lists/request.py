"""The query that the page is about, and what is known of it: a look, a pull, or why it failed."""

from dataclasses import dataclass, field
from datetime import datetime

import streamlit as st

from lib.errors import OptbackError
from lib.lists.values import Look, Options
from lib.services.lists import pulls
from lib.services.lists.column_labels import Labels
from lib.services.lists.saved import ListsNow, is_of, options_of
from lib.services.log import Log
from lib.store.lists import SavedList
from lib.store.pulls import Pull
from lib.ui import session

_LOOK = "lists_look"


@dataclass(frozen=True, slots=True)
class ListRequest:
    """The query in the builder; `opened` is the saved list that the page is about.

    `labels` are Salesforce's for the columns, if it could be asked.
    """

    connection: str
    soql: str
    options: Options
    opened: SavedList | None = None
    labels: Labels | None = field(default=None, compare=False)

    @property
    def list_id(self) -> str | None:
        """The list that a pull belongs to: the opened list, as long as nothing in it is changed."""
        saved = self.opened
        if saved is None or saved.soql.strip() != self.soql.strip():
            return None
        return saved.id if options_of(saved.options) == self.options else None

    @property
    def title(self) -> str:
        """What a file or a group of it is called."""
        return self.opened.name if self.opened else "List"


@dataclass(frozen=True, slots=True)
class Counted:
    """What a look found for a query, and when; kept in this tab only."""

    request: tuple[str, str, Options]
    at: datetime
    found: Look | OptbackError


@dataclass(frozen=True, slots=True)
class Pulling:
    """A pull of this query is running, and nothing else is known about it."""


Result = Counted | Pull | Pulling | None
"""What is shown for a query: a look or why it failed, a finished pull, or a pull that runs."""


def result_of(now: ListsNow, request: ListRequest, pull: Pull | None) -> Result:
    """The newer of the look and the last pull, if that pull is done."""
    counted = _counted(request)
    done = pull if pull is not None and pull.status == "done" else None
    if counted is not None and (done is None or done.started_at <= counted.at):
        return counted
    if done is not None:
        return done
    return Pulling() if is_live(now, request) else None


def is_live(now: ListsNow, request: ListRequest) -> bool:
    """Whether the running pull is for exactly this query."""
    return now.pulling is not None and is_of(now.pulling, request.soql, request.options)


def count(log: Log, request: ListRequest) -> Counted:
    """Ask Salesforce how many there are, and for the first rows; keeps what it says."""
    found: Look | OptbackError
    with st.spinner("Counting in Salesforce"):
        try:
            found = pulls.look(
                log, session.environment(), request.connection, request.soql, request.options
            )
        except OptbackError as error:
            found = error
    counted = Counted(_key(request), log.store.now(), found)
    st.session_state[_LOOK] = counted
    return counted


def _counted(request: ListRequest) -> Counted | None:
    """The look at exactly this query, if it was the last one in this tab."""
    known: Counted | None = st.session_state.get(_LOOK)
    return known if known is not None and known.request == _key(request) else None


def _key(request: ListRequest) -> tuple[str, str, Options]:
    return request.connection, request.soql, request.options
