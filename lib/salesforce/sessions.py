"""Sign in over a connection of its own, and how long to wait for Salesforce.

Importing this module also loads requests, which is slow, so only the door imports it, when it
opens.
"""

from dataclasses import dataclass

from lib.salesforce.patience import Patience
from lib.salesforce.signin import Session, sign_in
from lib.settings import SalesforceLogin
from lib.transport import Transport


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to wait for a connection, and for the next piece of an answer.

    A query may run two minutes. What is sent by POST or PATCH may take longer: five queries one
    after the other, or five groups of 200 records through the triggers of an org.
    """

    connect_s: float = 10.0
    sign_in_s: float = 30.0
    read_s: float = 130.0
    long_s: float = 330.0


def signed_in(login: SalesforceLogin, patience: Patience, limits: Limits) -> Session:
    """Sign in over a separate connection, which is then closed."""
    with Transport((limits.connect_s, limits.sign_in_s)) as http:
        return sign_in(login, http=http, patience=patience)
