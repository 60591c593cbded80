"""Sign in to the org of a connection: not while it is paused, and refused credentials pause it."""

from collections.abc import Iterator
from contextlib import contextmanager

from lib.errors import CredentialsRefused, WrongOrg
from lib.salesforce.door import Door
from lib.services.alerts import watch
from lib.services.connections.chosen import Chosen
from lib.services.log import Log
from lib.sync import pause
from lib.sync.org_check import refuse_other_org


@contextmanager
def signed_in(log: Log, chosen: Chosen) -> Iterator[Door]:
    """The door to the org, closed at the end. Costs a sign-in.

    Raises SettingsError for incomplete credentials and PausedError before anything is contacted,
    SalesforceError, and WrongOrg if this is another org than before. Credentials that Salesforce
    refuses, now or later on, pause the connection.
    """
    login = chosen.credentials.salesforce.checked()
    pause.refuse_if_paused(log.store, log.vault, chosen.name, login)
    try:
        with Door.open(login, own_field=chosen.credentials.own_field) as door:
            refuse_other_org(log.store, log.vault, chosen.name, door)
            yield door
    except CredentialsRefused as error:
        pause.pause(log.store, log.vault, chosen.name, login, error)
        watch.after_test(log, chosen.name)
        raise
    except WrongOrg:
        watch.after_test(log, chosen.name)
        raise
