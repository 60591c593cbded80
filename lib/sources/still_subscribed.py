"""A file of all members is no list of people who asked not to be mailed: refused, not guessed.

An export of everybody with a column "Status" would opt out the very people who still want mail.
"""

from collections.abc import Iterable

from lib.sources.headings import plain
from lib.sources.layout import Column

_STATUS = frozenset(
    (
        *("status", "state", "subscription", "subscriptionstatus", "memberstatus", "emailstatus"),
        *("contactstatus", "subscriberstatus", "marketingstatus", "optinstatus", "abostatus"),
    )
)
_STILL_MAILED = frozenset(
    (
        *("subscribed", "subscriber", "active", "confirmed", "optedin", "optin", "angemeldet"),
        *("aktiv", "abonne", "actif", "suscrito", "activo", "iscritto", "attivo"),
        *("geabonneerd", "actief"),
    )
)


def subscribers_in(columns: Iterable[Column]) -> str | None:
    """The heading of a column that says of some people that they are still subscribed."""
    for column in columns:
        if plain(column.heading) in _STATUS:
            values = {plain(value) for value in column.values}
            if values & _STILL_MAILED:
                return column.heading
    return None
