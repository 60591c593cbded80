"""Which connection a command means: a stored one, or what the environment says."""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.errors import UsageError
from lib.services.log import Log
from lib.settings import Credentials, credentials_from, names_salesforce
from lib.store import connections

DEFAULT = "default"
ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A connection with its credentials, as far as they are filled in.

    `hides_environment`: it is stored, while SALESFORCE_* is set and not used.
    """

    name: str
    credentials: Credentials
    hides_environment: bool = False


def choose(log: Log, environment: Mapping[str, str], wanted: str | None = None) -> Chosen:
    """The connection of that name; without one the stored `default`, else the environment.

    Raises UsageError for a name that is not stored, SettingsError for unusable variables, and
    SecretsUnreadable when the key is another one.
    """
    name = wanted or DEFAULT
    if name != ENVIRONMENT:
        stored = connections.load(log.store, log.vault, name)
        if stored is not None:
            return Chosen(name, stored, hides_environment=names_salesforce(environment))
    if wanted not in (None, ENVIRONMENT):
        raise _unknown(wanted or "", connections.names(log.store))
    return Chosen(ENVIRONMENT, credentials_from(environment))


def check_name(name: str) -> str:
    """A name that a connection may bear. Raises UsageError."""
    if not name.strip() or name != name.strip() or name == ENVIRONMENT or not name.isprintable():
        raise UsageError(
            f"You can't name a connection {name!r}",
            remedy="Choose a plain name such as default, production, or sandbox. "
            f"The name {ENVIRONMENT} is reserved for environment variables.",
        )
    return name


def _unknown(wanted: str, stored: list[str]) -> UsageError:
    known = (
        f"Stored connections: {', '.join(stored)}." if stored else "No connections are stored yet."
    )
    return UsageError(
        f"There's no connection named {wanted}",
        remedy=f"{known} To store it: sync.py connect {wanted}",
    )
