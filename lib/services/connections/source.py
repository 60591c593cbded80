"""The source of unsubscribes that a connection's credentials name, and its mailing groups.

Runs, lists, and tests of a connection all get their source here.
"""

from lib.clock import Clock, utc_now
from lib.settings import Credentials
from lib.sources.jangomail.groups import Groups
from lib.sources.jangomail.source import JangoMail


def source_of(credentials: Credentials, *, clock: Clock = utc_now) -> JangoMail:
    """The source to read. Raises SettingsError with what is missing of its account."""
    return JangoMail(credentials.jangomail.checked(), clock=clock)


def groups_of(credentials: Credentials) -> Groups:
    """The groups a list can be sent to. Raises SettingsError, like `source_of`."""
    return Groups(credentials.jangomail.checked())
