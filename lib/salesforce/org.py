"""Which org this is and which user is signed in: what the org says, otherwise the sign-in."""

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lib import soql
from lib.errors import RequestRefused
from lib.salesforce.ahead import Part
from lib.salesforce.composite import query_path, read_together
from lib.salesforce.hosts import is_sandbox_address
from lib.salesforce.rows import to18
from lib.settings import is_loopback
from lib.values import Org

if TYPE_CHECKING:
    from lib.salesforce.door import Door

_PRACTICE_INSTANCE = re.compile(r"PRA\d+")  # no real Salesforce instance has this name
_TURKIC = ("tr", "az")


def read_org(door: "Door") -> Org:
    """The org behind a door. Costs 1 API call; what the user can't see comes from the sign-in.

    Also sets the user name and locale of the door's session, which OAuth sign-in doesn't return.
    """
    session = door.session
    org, user = _ask(door)
    found = Org(
        org_id=to18(str(org.get("Id") or session.org_id or _org_in(session.token))),
        name=str(org.get("Name") or urlsplit(session.instance_url).hostname),
        environment=_environment(org, session.instance_url, door.login.login_url),
        username=str(user.get("Username") or session.username),
        locale=str(user.get("LocaleSidKey") or session.locale),
        edition=str(org.get("OrganizationType") or ""),
    )
    door.set_user(found.username, found.locale)
    return found


def org_paths(door: "Door") -> list[str]:
    """What `read_org` asks, to ask it ahead."""
    columns = ["Id", "Name", "IsSandbox", "OrganizationType", "InstanceName"]
    paths = [query_path(soql.select(columns, "Organization"))]
    if user_id := door.session.user_id:
        me = soql.equals("Id", user_id)
        paths.append(query_path(soql.select(["Username", "LocaleSidKey"], "User", me)))
    return paths


def is_turkic(locale: str) -> bool:
    """Whether Salesforce treats I and i as different letters for a user with this locale."""
    return locale.lower().startswith(_TURKIC)


def _ask(door: "Door") -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        org, *user = map(_row, read_together(door, org_paths(door)))
    except RequestRefused:
        return {}, {}
    return org, user[0] if user else {}


def _row(part: Part) -> dict[str, Any]:
    """The only row of an answer, or nothing if the user can't see it."""
    rows = part.body.get("records") if isinstance(part.body, dict) else None
    return rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}


def _environment(org: dict[str, Any], instance_url: str, login_url: str) -> str:
    is_here = is_loopback(urlsplit(instance_url).hostname)
    if is_here and _PRACTICE_INSTANCE.fullmatch(str(org.get("InstanceName"))):
        return "practice"
    is_sandbox = org.get("IsSandbox", is_sandbox_address(login_url))
    return "sandbox" if is_sandbox else "production"


def _org_in(token: str) -> str:
    """The org's ID, which is how Salesforce's tokens start."""
    found = re.match(r"(00D[0-9A-Za-z]{12,15})!", token)
    return found[1] if found else ""
