"""The log and the key that reads its secrets, opened together."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lib.clock import Clock, utc_now
from lib.store.db import LargeUpdate, Store
from lib.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Log:
    """The SQLite log of a home folder, and its vault."""

    store: Store
    vault: Vault


@contextmanager
def open_log(
    home: Path,
    environment: Mapping[str, str],
    *,
    clock: Clock = utc_now,
    large_update: LargeUpdate | None = None,
) -> Iterator[Log]:
    """The log of a home folder, created if there is none, and closed at the end.

    `large_update` is called before a new version takes a while to bring it up to date.

    Raises SettingsError for an unusable OPTBACK_KEY before anything is created, and StoreError.
    """
    vault = Vault(home, environment.get("OPTBACK_KEY"))
    with Store.open(home, clock=clock, large_update=large_update) as store:
        yield Log(store, vault)
