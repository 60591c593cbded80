"""Which connection is meant: a stored connection, or the variables in the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from lib.errors import UsageError
from lib.services.log import Log
from lib.settings import (
    FROM_VARIABLES,
    Credentials,
    credentials_from,
    is_loopback,
    names_salesforce,
)
from lib.store import connections

DEFAULT = "default"
ENVIRONMENT = FROM_VARIABLES
PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A connection with its credentials, as far as they are filled in.

    `hides_environment`: it is a stored connection, and SALESFORCE_* is set but not used.
    """

    name: str
    credentials: Credentials
    hides_environment: bool = False


def choose(log: Log, environment: Mapping[str, str], wanted: str | None = None) -> Chosen:
    """The connection with that name; without a name, the stored `default` or the environment.

    Raises UsageError for a name that isn't stored, SettingsError for unusable variables, and
    SecretsUnreadable if the key has changed.
    """
    name = wanted or DEFAULT
    if name != ENVIRONMENT:
        stored = connections.load(log.store, log.vault, name)
        if stored is not None:
            return Chosen(name, stored, hides_environment=names_salesforce(environment))
    if wanted not in (None, ENVIRONMENT):
        raise _unknown(wanted or "", connections.names(log.store))
    return Chosen(ENVIRONMENT, credentials_from(environment))


def connection_names(log: Log, environment: Mapping[str, str]) -> list[str]:
    """Connections to choose from: stored, known from runs only, or in the environment.

    The stored `default` comes first and the practice org near the end, so that real people come
    before made-up people. Deleted connections come last: no one chose to look at them.
    """
    names = set(connections.all_names(log.store))
    if names_salesforce(environment):
        names.add(ENVIRONMENT)
    places = {DEFAULT: 0, ENVIRONMENT: 2, PRACTICE: 3}
    stored = connections.names(log.store)
    return sorted(names, key=lambda name: (_is_gone(name, stored), places.get(name, 1), name))


def is_deleted(log: Log, name: str) -> bool:
    """Whether only a connection's history is left."""
    return _is_gone(name, connections.names(log.store))


def check_name(name: str) -> str:
    """The name, if a connection can have it. Raises UsageError."""
    if not name.strip() or name != name.strip() or name == ENVIRONMENT or not name.isprintable():
        raise UsageError(
            f"You can't name a connection {name!r}",
            remedy="Choose a plain name such as default, production, or sandbox. "
            f"The name {ENVIRONMENT} is reserved for environment variables.",
        )
    return name


def check_practice(name: str, credentials: Credentials) -> None:
    """The connection `practice` stays on this computer, as the pages say. Raises UsageError."""
    addresses = (credentials.salesforce.login_url, credentials.jangomail.url)
    if name == PRACTICE and not all(is_loopback(urlsplit(one).hostname) for one in addresses):
        raise UsageError(
            f"The connection {PRACTICE} is for the practice org on this computer",
            remedy="Connect your own Salesforce and JangoMail under another name. Both addresses "
            f"of {PRACTICE} begin with http://127.0.0.1.",
        )


def _unknown(wanted: str, stored: list[str]) -> UsageError:
    known = (
        f"Stored connections: {', '.join(stored)}." if stored else "No connections are stored yet."
    )
    return UsageError(
        f"There's no connection named {wanted}",
        remedy=f"{known} To store it: sync.py connect {wanted}",
    )


def _is_gone(name: str, stored: list[str]) -> bool:
    return name != ENVIRONMENT and name not in stored
