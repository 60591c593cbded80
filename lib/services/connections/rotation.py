"""A new key for the stored credentials.

A process that is killed at any moment loses nothing: a key file has the old and the new key until
everything is encrypted with the new one, and that happens in one transaction. Paused connections
stay paused: the marks of refused credentials depend on the key, so they are made again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.errors import OptbackError
from lib.services.connections.chosen import ENVIRONMENT, choose
from lib.services.log import Log
from lib.settings import SalesforceLogin
from lib.store import connections, folder, key_file, made_keys
from lib.sync import org_check, pause


@dataclass(frozen=True, slots=True)
class Rotation:
    """What was done; `in_doubt` are paused connections whose credentials aren't known here."""

    connections: tuple[str, ...]
    made_key_file: bool
    in_doubt: tuple[str, ...] = ()


def rotate(log: Log, environment: Mapping[str, str]) -> Rotation:
    """Encrypt everything again: with the first key of OPTBACK_KEY, or a new key in the key file.

    Raises SecretsUnreadable, and changes nothing, if there's no key for some of the credentials.
    """
    if not log.vault.uses_key_file:
        return _rotated(log, environment)
    home = log.store.home
    with folder.locked(home):
        key_file.add_newest(home)
        done = _rotated(log, environment)
        key_file.keep_newest(home)
    return done


def _rotated(log: Log, environment: Mapping[str, str]) -> Rotation:
    store, vault = log.store, log.vault
    with store.writing():
        names = connections.encrypt_again(store, vault)
        made_keys.encrypt_again(store, vault)
        in_doubt = [
            name
            for name in connections.paused_names(store)
            if not pause.mark_again(store, vault, name, _login(log, environment, name))
            and name == ENVIRONMENT
        ]
        for name in in_doubt:
            connections.mark_paused(store, name, connections.ANY_CREDENTIALS)
        org_check.mark_again(store, vault, ENVIRONMENT, _login(log, environment, ENVIRONMENT))
    store.empty_journal()
    return Rotation(tuple(names), vault.uses_key_file, tuple(in_doubt))


def _login(log: Log, environment: Mapping[str, str], name: str) -> SalesforceLogin | None:
    try:
        return choose(log, environment, name).credentials.salesforce
    except OptbackError:
        return None  # deleted, or variables that only a script has
