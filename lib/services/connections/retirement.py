"""The note that Salesforce retires sign-in with a password: at each test, and monthly in a run.

No one reads a note that comes with every command, and cron would email it every night.
"""

from datetime import timedelta

from lib.services.connections.chosen import Chosen
from lib.services.log import Log
from lib.settings import SalesforceLogin
from lib.store import ledger

EVERY = timedelta(days=30)
SOAP_ENDS = (
    "Salesforce retires sign-in by password and security token with Summer '27. Switch to a "
    "consumer key before then (client credentials or a private key)"
)
_STREAM = "note:soap_retirement"


def note_of(login: SalesforceLogin) -> str | None:
    """The note for a connection that signs in with a password; None for all others."""
    return SOAP_ENDS if login.flow == "password" else None


def monthly_note(log: Log, chosen: Chosen) -> str | None:
    """The note, if no run has given it for a month. The log remembers that it was given.

    Raises StoreError.
    """
    note = note_of(chosen.credentials.salesforce)
    if note is None:
        return None
    scope, now = f"connection:{chosen.name}", log.store.now()
    given = ledger.marked(log.store, scope, _STREAM)
    if given is not None and now < given + EVERY:
        return None
    ledger.mark(log.store, scope, _STREAM, now)
    return note
