"""Where a page run finds its log: opened for the run, closed at its end."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from lib import settings
from lib.services.log import Log, open_log


def environment() -> Mapping[str, str]:
    """The variables of the dashboard's process."""
    return settings.environment()


def home() -> Path:
    """The folder of the log."""
    return settings.home_from(environment())


@contextmanager
def opened() -> Iterator[Log]:
    """The log of this dashboard. Raises SettingsError and StoreError."""
    with open_log(home(), environment()) as log:
        yield log
