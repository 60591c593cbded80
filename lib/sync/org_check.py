"""A connection is for one org: if it suddenly leads to another, a person says which is meant.

This is found out right after signing in, before anything is stored or written.
"""

from lib.errors import WrongOrg
from lib.salesforce.door import Door
from lib.salesforce.org import read_org
from lib.salesforce.rows import to18
from lib.settings import FROM_VARIABLES, SalesforceLogin
from lib.store import connections, same_org
from lib.store.connections import ConnectionState
from lib.store.db import Store
from lib.store.vault import Vault
from lib.sync import pause
from lib.values import Org


def scope_in(store: Store, vault: Vault, name: str, door: Door) -> tuple[str, Org]:
    """The scope of the org behind the door, and the org. Costs 1 API call.

    Raises WrongOrg, and remembers the other org, if the connection is for another org.
    """
    org = read_org(door)
    url = door.session.instance_url
    marks = pause.fingerprints(vault, door.login)
    known = connections.state(store, name)
    if is_other(name, known, org.org_id, marks):
        connections.note_other_org(store, name, org, url)
        raise wrong_org(name, known, org)
    scope = connections.remember_org(store, name, org, url, marks[0])
    same_org.take_over(store, scope)
    return scope, org


def known_scope(store: Store, name: str, door: Door) -> str | None:
    """The scope, if the session says that this is the org the connection was for before.

    Costs nothing. Until Salesforce says who the user is, it's the user of the last time.
    """
    known, session = connections.state(store, name), door.session
    if known is None or known.org is None or not session.org_id:
        return None
    if known.org.org_id != to18(session.org_id) or known.scope is None:
        return None
    door.set_user(session.username or known.org.username, session.locale or known.org.locale)
    same_org.take_over(store, known.scope)
    return known.scope


def refuse_other_org(store: Store, vault: Vault, name: str, door: Door) -> None:
    """Raise WrongOrg if the session says that this is another org. Costs nothing if it isn't."""
    org_id, known = door.session.org_id, connections.state(store, name)
    marks = pause.fingerprints(vault, door.login)
    if org_id and is_other(name, known, to18(org_id), marks):
        scope_in(store, vault, name, door)


def mark_again(store: Store, vault: Vault, name: str, login: SalesforceLogin | None) -> None:
    """Mark the credentials that led to the connection's org with the newest key."""
    known = connections.state(store, name)
    marks = pause.fingerprints(vault, login) if login else []
    if known is not None and known.org_fingerprint in marks:
        connections.mark_org(store, name, marks[0])


def is_other(name: str, known: ConnectionState | None, org_id: str, marks: list[str]) -> bool:
    """Whether this isn't the org that the connection is for.

    Only new variables may lead the `environment` elsewhere: a person has set them.
    """
    if known is None or known.org is None or not known.org.org_id or known.org.org_id == org_id:
        return False
    return name != FROM_VARIABLES or known.org_fingerprint in marks


def wrong_org(name: str, known: ConnectionState | None, found: Org) -> WrongOrg:
    """The refusal in words: both orgs, why it may be so, and how to say which is meant."""
    before = f"{known.org.name} ({known.org.org_id})" if known and known.org else "another org"
    refreshed = (
        "A sandbox gets a new ID each time it's refreshed. "
        if found.environment == "sandbox"
        else ""
    )
    if name == FROM_VARIABLES:
        how = (
            "store these credentials under a name of their own with sync.py connect NAME, or "
            'choose "Use this org" on the Connection page'
        )
    else:
        how = f'run sync.py connect {name}, or choose "Use this org" on the Connection page'
    return WrongOrg(
        f"{name} now leads to {found.name} ({found.org_id}, {found.environment}). Until now, it "
        f"was {before}",
        remedy=f"Nothing was read or changed, and no one is opted out until this is settled. "
        f"{refreshed}If the new org is right, {how}. If not, enter the credentials of the org "
        "you mean.",
    )
