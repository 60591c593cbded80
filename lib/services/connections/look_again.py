"""One look of a connection that waits for its rights, and what people are told when that ends.

Refused credentials end the waiting and pause the connection, after one attempt. Nothing is written
to Salesforce, and no run starts.
"""

from lib.alerts import waiting_words
from lib.alerts.causes import CauseKind
from lib.alerts.settings import AlertSettings
from lib.errors import CredentialsRefused, PausedError, SalesforceError, SettingsError, WrongOrg
from lib.salesforce.access import access
from lib.salesforce.door import Door
from lib.salesforce.permission_set.rights import is_about_a_right
from lib.services.alerts import watch
from lib.services.connections import checks, waiting
from lib.services.connections.chosen import Chosen
from lib.services.log import Log
from lib.store import alerts, connection_keys, connections
from lib.store import waiting as store_waiting
from lib.store.alerts import Channel, MessageKind
from lib.store.waiting import Ended, Waiting
from lib.sync import pause
from lib.sync.org_check import refuse_other_org

Way = tuple[Channel, str]


def look(log: Log, chosen: Chosen) -> None:
    """Look once, and tell people if that ended the waiting. Raises UsageError, StoreError."""
    found = waiting.of(log, chosen.name)
    if found is None or not found.is_on:
        return
    try:
        missing = _missing_now(log, chosen)
        waiting.note_rights(log, chosen.name, missing)
        if not missing:
            _test_everything(log, chosen)
    except (PausedError, CredentialsRefused):
        store_waiting.end(log.store, chosen.name, Ended.REFUSED)
    except WrongOrg:
        store_waiting.end(log.store, chosen.name, Ended.OTHER_ORG)  # an alert of its own says so
    except SalesforceError as error:
        store_waiting.note_trouble(log.store, chosen.name, error.message)
    _give_up_in_time(log, chosen.name)
    tell_ended(log, chosen.name)


def tell_ended(log: Log, name: str | None = None) -> None:
    """Send what is due about waitings that ended, until it has left; None: of every connection."""
    for each in store_waiting.untold(log.store):
        if name not in (None, each):
            continue
        watch.look_again(log, each)
        if not any(one.next_try_at for one in alerts.messages(log.store, each)):
            store_waiting.told(log.store, each)


def _missing_now(log: Log, chosen: Chosen) -> list[str]:
    """The names of the checks of missing rights: a sign-in, and 1 or 2 API calls.

    Raises PausedError, CredentialsRefused (and pauses), WrongOrg, SalesforceError.
    """
    login = chosen.credentials.salesforce.checked()
    pause.refuse_if_paused(log.store, log.vault, chosen.name, login)
    try:
        with Door.open(login, own_field=chosen.credentials.own_field) as door:
            refuse_other_org(log.store, log.vault, chosen.name, door)
            rights = access(door)
    except CredentialsRefused as error:
        pause.pause(log.store, log.vault, chosen.name, login, error)
        raise
    return [
        needed.name
        for sobject in rights.values()
        for needed in sobject.requirements()
        if not needed.is_held and is_about_a_right(needed.name)
    ]


def _test_everything(log: Log, chosen: Chosen) -> None:
    """All rights seem to be there: a whole test decides, and its result is kept."""
    tried = checks.try_now(log, chosen)
    with log.store.writing():
        checks.keep(log, chosen, tried)
        found = waiting.of(log, chosen.name)
        if found is None or found.is_on:
            return
        store_waiting.tell(log.store, chosen.name)
        if found.ended_as is Ended.READY:
            _queue(log, found)


def _give_up_in_time(log: Log, name: str) -> None:
    found = waiting.of(log, name)
    if found is None or not found.is_on:
        return
    if log.store.now() - found.begun_at < waiting.GIVES_UP_AFTER:
        return
    with log.store.writing():
        is_ours = store_waiting.end(log.store, name, Ended.GAVE_UP)
        ended = waiting.of(log, name)
        if is_ours and ended is not None:
            _queue(log, ended)


def _queue(log: Log, ended: Waiting) -> None:
    """One message to each receiver who doesn't get one from an alert that is over now."""
    settings = watch.settings_now()
    if isinstance(settings, SettingsError):
        return  # the pages say what's wrong with them
    name = ended.connection
    state = connections.state(log.store, name)
    key = connection_keys.key_of(log.store, ended.connection)
    text = waiting_words.text_of(ended, state.org if state else None, settings, key)
    kind = MessageKind.RECOVERED if ended.ended_as is Ended.READY else MessageKind.OPENED
    for way in _ways(log, ended, settings):
        alerts.queue(log.store, name, kind, way, text)


def _ways(log: Log, ended: Waiting, settings: AlertSettings) -> list[Way]:
    ways = watch.receivers_of(log, ended.connection, settings)
    if ended.ended_as is not Ended.READY:
        return ways
    known = alerts.open_alerts(log.store, ended.connection)
    reached = {
        way
        for alert in known
        if alert.cause == CauseKind.PERMISSIONS
        for way in alerts.reached(log.store, alert.id)
    }
    return [way for way in ways if way not in reached]
