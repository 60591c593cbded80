"""A connection opened for lists: signed in, with its org known, and not while it is paused."""

from collections.abc import Iterator
from contextlib import contextmanager

from lib.lists.news import ListContext
from lib.lists.pull import Work
from lib.lists.values import Options
from lib.salesforce.access import describe_paths
from lib.salesforce.composite import ask_ahead
from lib.salesforce.described_org import DescribedOrg
from lib.salesforce.door import Door
from lib.salesforce.org import org_paths
from lib.services.connections.chosen import Chosen
from lib.services.connections.sign_in import signed_in
from lib.services.connections.source import careful_source_of
from lib.services.log import Log
from lib.store import connections
from lib.store.runs import new_id
from lib.sync.org_check import scope_in


@contextmanager
def at_work(
    log: Log, chosen: Chosen, options: Options, *, reads_news: bool, pull_id: str | None = None
) -> Iterator[Work]:
    """Sign in, and yield what lists need. Costs a sign-in, and 1 API call for a new org.

    With `reads_news`, JangoMail must be set up. Raises UsageError before anything is contacted,
    PausedError, and whatever signing in raises.
    """
    chosen.credentials.salesforce.checked()  # reported before a missing JangoMail account
    own = chosen.credentials.own_field
    source = careful_source_of(log, chosen) if reads_news else None
    with signed_in(log, chosen) as door:
        context = ListContext(
            store=log.store,
            scope=_scope(log, chosen.name, door),
            connection=chosen.name,
            source=source,
            pull_id=pull_id or new_id(log.store.now()),
        )
        yield Work(door, DescribedOrg(door, own), context, options)


def _scope(log: Log, connection: str, door: Door) -> str:
    """The scope of the org; writes to the log only if something is new."""
    session = door.session
    known = connections.state(log.store, connection)
    is_known = (
        known is not None
        and known.org is not None
        and known.instance_url == session.instance_url
        and known.org.org_id == session.org_id
        and known.org.username == session.username
    )
    if is_known and known is not None and known.org is not None and known.scope is not None:
        door.set_user(known.org.username, known.org.locale)
        return known.scope
    ask_ahead(door, [*describe_paths(has_person_accounts=True), *org_paths(door)])
    return scope_in(log.store, log.vault, connection, door)[0]
