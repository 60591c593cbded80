"""What the list builder offers, from describe: objects, their fields with labels, campaigns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lib import soql
from lib.errors import OptbackError, PermissionMissing, SettingsError
from lib.fields import OptOutField
from lib.salesforce.described_fields import describe_all
from lib.salesforce.described_org import DescribedOrg
from lib.salesforce.door import Door
from lib.services.connections.chosen import choose
from lib.services.connections.sign_in import signed_in
from lib.services.lists.field_choices import Choices, Names, OfferedObject, offered_object
from lib.services.log import Log
from lib.soql.schema import SObject
from lib.soql.tree import Field, Ordering, Query

MOST_CAMPAIGNS = 2000
"""The newest campaigns; an older campaign can still be typed by its ID, in the query."""

MOST_USERS = 1000
"""The active users, by name; others can be typed."""

_OBJECTS = ("Contact", "Lead", "Account", "CampaignMember")
_PARENTS = ("Campaign", "User")

Seen = SObject | OptbackError | None
"""What the opt-out filter sees of an sObject: None if it doesn't exist, an error if it's hidden."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What an org offers to its user; `campaigns` are (ID, name), the newest first.

    `known` is what the opt-out filter sees of the usual sObjects.
    """

    objects: tuple[OfferedObject, ...]
    campaigns: Choices
    statuses: Choices  # of campaign members
    known: Mapping[str, Seen] = field(default_factory=dict, repr=False)  # by lower-case name

    def object(self, name: str) -> OfferedObject | None:
        """The object with this name, in any case; `None` if the builder doesn't have it."""
        wanted = name.lower()
        return next((each for each in self.objects if each.name.lower() == wanted), None)


def offered(log: Log, environment: Mapping[str, str], connection: str) -> Offered:
    """What the builder offers for a connection. Costs a sign-in and 3 API calls.

    Raises PausedError if Salesforce has refused these credentials, UsageError, and SalesforceError.
    """
    chosen = choose(log, environment, connection)
    with signed_in(log, chosen) as door:
        return offers_behind(door, chosen.credentials.own_field)


def seen(log: Log, environment: Mapping[str, str], connection: str, sobject: str) -> Seen:
    """What the filter sees of another sObject. Costs a sign-in and 1 API call; raises as above."""
    chosen = choose(log, environment, connection)
    with signed_in(log, chosen) as door:
        return _seen(DescribedOrg(door, chosen.credentials.own_field), sobject)


def offers_behind(door: Door, own: OptOutField | None = None) -> Offered:
    """What the org behind a door offers. Costs 3 API calls."""
    asked = (_newest_campaigns(), _active_users())
    described, sobjects, (campaigns, users) = describe_all(door, (*_OBJECTS, *_PARENTS), asked)
    names = Names(
        users=tuple((str(row.get("Name")),) * 2 for row in users),
        campaigns=tuple((str(row.get("Id")), str(row.get("Name"))) for row in campaigns),
        sobjects=sobjects,
    )
    objects = {
        name: offered_object(described[name], described, names)
        for name in _OBJECTS
        if name in described
    }
    members = objects.get("CampaignMember")
    status = members.field("Status") if members else None
    if "Account" in objects and objects["Account"].field("IsPersonAccount") is None:
        del objects["Account"]
    org = DescribedOrg(door, own)
    org.ask((*_OBJECTS, *_PARENTS))
    return Offered(
        objects=tuple(objects.values()),
        campaigns=names.campaigns,
        statuses=status.choices if status else (),
        known={name.lower(): _seen(org, name) for name in (*_OBJECTS, *_PARENTS)},
    )


def _seen(org: DescribedOrg, name: str) -> Seen:
    try:
        return org.sobject(name)
    except (PermissionMissing, SettingsError) as error:
        return error


def _newest_campaigns() -> Query:
    plain = soql.select(["Id", "Name"], "Campaign", limit=MOST_CAMPAIGNS)
    order = (Ordering(Field("CreatedDate"), "DESC"), Ordering(Field("Name")))
    return Query(plain.columns, plain.sources, order=order, limit=plain.limit)


def _active_users() -> Query:
    active = soql.equals("IsActive", True)
    return soql.select(["Name"], "User", active, order_by=["Name"], limit=MOST_USERS)
