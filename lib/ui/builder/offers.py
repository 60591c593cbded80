"""What the builder offers and the opt-out filter knows about an org; kept for 15 minutes."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from lib.errors import OptbackError
from lib.services.connections.chosen import choose
from lib.services.lists.builder_choices import Offered, Seen, offered, seen
from lib.services.lists.field_values import values_of
from lib.services.log import Log, open_log
from lib.soql.schema import SObject
from lib.sync import pause
from lib.ui import session

_KEPT_S = 900
_NOT_ASKED_AGAIN_S = 60
_PERSONAL = re.compile(r"email|phone|fax|(first|last|^|contact\.|lead\.)name$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The usual objects as they were described, without asking Salesforce for others."""

    seen: Mapping[str, Seen]

    def sobject(self, name: str) -> SObject | None:
        """The sObject, `None` if it isn't described yet, or hidden."""
        found = self.seen.get(name.lower())
        return found if isinstance(found, SObject) else None


@dataclass(frozen=True, slots=True)
class OrgSchema:
    """The opt-out filter's view of a connection's org; equal values give equal answers.

    `mark` stands for the credentials: after a change, Salesforce is asked again.
    """

    home: Path
    connection: str
    mark: str

    def sobject(self, name: str) -> SObject | None:
        """The sObject as the user sees it; asks Salesforce if it is an unusual object."""
        known = _offers(self.home, self.connection, self.mark).known
        key = name.lower()
        found = known[key] if key in known else _seen(self.home, self.connection, self.mark, key)
        if isinstance(found, OptbackError):
            raise found
        return found

    def known(self) -> KnownNames:
        """What is described already: enough to find wrong names while someone types."""
        return KnownNames(_offers(self.home, self.connection, self.mark).known)


@dataclass(frozen=True, slots=True)
class BuilderOrg:
    """What the builder offers, and the same org for the opt-out filter."""

    offers: Offered
    schema: OrgSchema


def org_of(log: Log, connection: str) -> BuilderOrg | OptbackError:
    """The org of a connection, or why Salesforce can't be asked; then not again for a minute."""
    name = f"builder_trouble_{connection}"
    at, trouble = st.session_state.get(name, (0.0, None))
    if isinstance(trouble, OptbackError) and time.monotonic() - at < _NOT_ASKED_AGAIN_S:
        return trouble
    try:
        credentials = choose(log, session.environment(), connection).credentials
        mark = f"{pause.fingerprint(log.vault, credentials.salesforce)} {credentials.own_field}"
        found = _offers(log.store.home, connection, mark)
    except OptbackError as error:
        st.session_state[name] = (time.monotonic(), error)
        return error
    st.session_state.pop(name, None)
    return BuilderOrg(found, OrgSchema(log.store.home, connection, mark))


def values_in(schema: OrgSchema, sobject: str, path: str) -> tuple[str, ...]:
    """The values that records have in a field, to suggest them; none for addresses and phones."""
    if _PERSONAL.search(path):
        return ()
    return _values(schema.home, schema.connection, schema.mark, sobject, path)


def ask_again(connection: str) -> None:
    """Ask Salesforce again at the next page run."""
    st.session_state.pop(f"builder_trouble_{connection}", None)


def read_again(schema: OrgSchema) -> None:
    """Read the org's fields again at the next page run, such as one that was just created."""
    _offers.clear(schema.home, schema.connection, schema.mark)


@st.cache_resource(ttl=_KEPT_S, max_entries=8, show_spinner="Loading fields from Salesforce")
def _offers(home: Path, connection: str, mark: str) -> Offered:  # noqa: ARG001 - the key
    environment = session.environment()
    with open_log(home, environment) as log:
        return offered(log, environment, connection)


@st.cache_resource(ttl=_KEPT_S, max_entries=64, show_spinner="Loading fields from Salesforce")
def _seen(home: Path, connection: str, mark: str, sobject: str) -> Seen:  # noqa: ARG001 - the key
    environment = session.environment()
    with open_log(home, environment) as log:
        return seen(log, environment, connection, sobject)


@st.cache_resource(ttl=_KEPT_S, max_entries=256, show_spinner=False)
def _values(
    home: Path,
    connection: str,
    mark: str,  # noqa: ARG001 - the key
    sobject: str,
    path: str,
) -> tuple[str, ...]:
    environment = session.environment()
    try:
        with open_log(home, environment) as log:
            return values_of(log, environment, connection, sobject, path)
    except OptbackError:
        return ()  # typed without suggestions
