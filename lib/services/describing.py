"""What the list builder offers, from describe: objects, their fields with labels, campaigns."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from lib import soql
from lib.errors import CredentialsRefused, OptbackError, PermissionMissing, SettingsError
from lib.salesforce.describing import DescribedOrg
from lib.salesforce.door import Door
from lib.salesforce.fields import Described, DescribedField, describe_all
from lib.services.choosing import choose
from lib.services.opening import Log
from lib.settings import OptOutField
from lib.soql.builder_phrases import Kind
from lib.soql.schema import SObject
from lib.soql.tree import Field, Ordering, Query
from lib.sync import pausing

MOST_CAMPAIGNS = 2000
"""The newest ones; an older campaign is still reached by its id, in the text."""

_OBJECTS = ("Contact", "Lead", "Account", "CampaignMember")
_PARENTS = ("Campaign", "User")
_EXPANDED = ("Account", "Contact", "Lead", "Campaign")
_OF_OWNER = ("Name", "Title", "Department", "IsActive")
_HAS_NAME = frozenset((*_OBJECTS, *_PARENTS, "RecordType", "Group", "Individual", "BusinessHours"))
_OPT_OUT = frozenset(("hasoptedoutofemail", "personhasoptedoutofemail"))
_NOISE = frozenset(
    ("isdeleted", "masterrecordid", "photourl", "jigsaw", "jigsawcontactid", "jigsawcompanyid")
)
_NO_COLUMN = frozenset(("address", "location", "base64", "anyType", "complexvalue"))
_NO_CONDITION = frozenset(("time", "encryptedstring", "json"))
_KINDS = {
    "picklist": Kind.CHOICE,
    "multipicklist": Kind.CHOICES,
    "int": Kind.NUMBER,
    "long": Kind.NUMBER,
    "double": Kind.NUMBER,
    "currency": Kind.NUMBER,
    "percent": Kind.NUMBER,
    "boolean": Kind.BOX,
    "date": Kind.DAY,
    "datetime": Kind.MOMENT,
    "id": Kind.ID,
    "reference": Kind.ID,
}
_USUAL_COLUMNS = {
    "contact": ("FirstName", "LastName", "Email", "Account.Name"),
    "lead": ("FirstName", "LastName", "Email", "Company"),
    "account": ("FirstName", "LastName", "PersonEmail"),
    "campaignmember": ("FirstName", "LastName", "Email", "Campaign.Name", "Status"),
}


@dataclass(frozen=True, slots=True)
class OfferedField:
    """A field, or a parent's field by its path, as the builder offers it."""

    path: str
    label: str
    kind: Kind
    choices: tuple[tuple[str, str], ...] = ()  # value and label
    filterable: bool = True
    sortable: bool = True


@dataclass(frozen=True, slots=True)
class OfferedObject:
    """An object with its fields: the usual ones first, then by label, parents' fields last."""

    name: str
    label: str
    label_plural: str
    fields: tuple[OfferedField, ...]
    by_path: Mapping[str, OfferedField] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_path = {one.path.lower(): one for one in self.fields}
        object.__setattr__(self, "by_path", by_path)

    def field(self, path: str) -> OfferedField | None:
        """The field of this path, whatever its case."""
        return self.by_path.get(path.lower())

    @property
    def usual_columns(self) -> tuple[str, ...]:
        """The columns of a new list: who it is, and the address."""
        wanted = _USUAL_COLUMNS.get(self.name.lower(), ())
        return tuple(path for path in wanted if self.field(path)) or ("Id",)


Seen = SObject | OptbackError | None
"""What the guard sees of an sObject: nothing for one that is not there, the error where it may not.
"""


@dataclass(frozen=True, slots=True)
class Offered:
    """What one org offers to its user; `campaigns` are (id, name), the newest first.

    `known` is what the guard sees of the usual sObjects.
    """

    objects: tuple[OfferedObject, ...]
    campaigns: tuple[tuple[str, str], ...]
    statuses: tuple[tuple[str, str], ...]  # of campaign members: value and label
    known: Mapping[str, Seen] = field(default_factory=dict, repr=False)  # by lower-case name

    def object(self, name: str) -> OfferedObject | None:
        """The object of this name, whatever its case; `None` for one the builder has not."""
        return next((one for one in self.objects if one.name.lower() == name.lower()), None)


def offered(log: Log, environment: Mapping[str, str], connection: str) -> Offered:
    """What the builder offers for a connection. Costs a sign-in and 3 API calls.

    Raises PausedError while its credentials stand refused, UsageError and SalesforceError.
    """
    with _signed_in(log, environment, connection) as (door, own):
        return offers_behind(door, own)


def seen(log: Log, environment: Mapping[str, str], connection: str, sobject: str) -> Seen:
    """What the guard sees of one sObject more. Costs a sign-in and 1 API call; raises as above."""
    with _signed_in(log, environment, connection) as (door, own):
        return _seen(DescribedOrg(door, own), sobject)


@contextmanager
def _signed_in(
    log: Log, environment: Mapping[str, str], connection: str
) -> Iterator[tuple[Door, OptOutField | None]]:
    """The door of a connection and its own opt-out field; refused credentials pause it."""
    credentials = choose(log, environment, connection).credentials
    login = credentials.salesforce.checked()
    pausing.refuse_if_paused(log.store, log.vault, connection, login)
    try:
        with Door.open(login) as door:
            yield door, credentials.own_field
    except CredentialsRefused as error:
        pausing.pause(log.store, log.vault, connection, login, error)
        raise


def offers_behind(door: Door, own: OptOutField | None = None) -> Offered:
    """What the org behind a door offers. Costs 3 API calls."""
    described, rows = describe_all(door, (*_OBJECTS, *_PARENTS), _newest_campaigns())
    campaigns = tuple((str(row.get("Id")), str(row.get("Name"))) for row in rows or ())
    objects = [_object(one, described) for name in _OBJECTS if (one := described.get(name))]
    members = next((one for one in objects if one.name == "CampaignMember"), None)
    status = members.field("Status") if members else None
    org = DescribedOrg(door, own)
    org.ask((*_OBJECTS, *_PARENTS))
    return Offered(
        objects=tuple(
            _with_campaigns(one, campaigns) if one is members else one
            for one in objects
            if one.name != "Account" or _has_persons(one)
        ),
        campaigns=campaigns,
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


def _with_campaigns(
    members: OfferedObject, campaigns: tuple[tuple[str, str], ...]
) -> OfferedObject:
    """A member's campaign is chosen by its name."""
    fields = [
        replace(one, kind=Kind.CHOICE, choices=campaigns) if one.path == "CampaignId" else one
        for one in members.fields
    ]
    return OfferedObject(members.name, members.label, members.label_plural, tuple(fields))


def _has_persons(account: OfferedObject) -> bool:
    return account.field("IsPersonAccount") is not None


def _object(one: Described, described: Mapping[str, Described]) -> OfferedObject:
    usual = [name.lower() for name in _USUAL_COLUMNS.get(one.name.lower(), ())]
    own = sorted(
        (_offer(each) for each in one.fields if _is_offered(each)),
        key=lambda each: (each.path.lower() not in usual, each.label.lower()),
    )
    parents = sorted(
        _parents(one, described), key=lambda each: (each.path.split(".")[0], each.label)
    )
    return OfferedObject(one.name, one.label, one.label_plural, (*own, *parents))


def _is_offered(each: DescribedField) -> bool:
    """The opt-out field has a line of its own, which is always there."""
    name = each.name.lower()
    if each.type in _NO_COLUMN or name in _OPT_OUT or name in _NOISE:
        return False
    return not name.endswith("geocodeaccuracy")


def _offer(each: DescribedField, path: str = "", label: str = "") -> OfferedField:
    kind = Kind.OTHER if each.type in _NO_CONDITION else _KINDS.get(each.type, Kind.TEXT)
    return OfferedField(
        path=path or each.name,
        label=label or each.label,
        kind=kind,
        choices=each.choices,
        filterable=each.filterable and kind is not Kind.OTHER,
        sortable=each.sortable,
    )


def _parents(one: Described, described: Mapping[str, Described]) -> Iterator[OfferedField]:
    """Look-ups by name, and the fields of those parents that lists are made by."""
    for link in one.fields:
        if link.relationship and link.parents:
            yield from _parent(one, link, described)


def _parent(
    one: Described, link: DescribedField, described: Mapping[str, Described]
) -> Iterator[OfferedField]:
    kind = link.parents[0] if len(link.parents) == 1 else ""
    parent = described.get(kind)
    if parent is not None and _is_expanded(one, link, kind):
        fields = [each for each in parent.fields if _is_offered_through(kind, each)]
        for each in fields:
            yield _offer(each, f"{link.relationship}.{each.name}", _label(link, each.label))
    elif kind.endswith("__c") or _HAS_NAME.issuperset(link.parents):
        yield OfferedField(f"{link.relationship}.Name", _label(link, "Name"), Kind.TEXT)


def _is_expanded(one: Described, link: DescribedField, parent: str) -> bool:
    if parent == one.name:
        return False
    return link.relationship == (parent if parent in _EXPANDED else "Owner")


def _is_offered_through(parent: str, each: DescribedField) -> bool:
    if not _is_offered(each) or each.type in ("id", "reference"):
        return False
    return parent != "User" or each.name in _OF_OWNER


def _label(link: DescribedField, label: str) -> str:
    """`Account: Industry`, but plain `Account Name` where the label says whose it is."""
    whose = link.label.removesuffix(" ID")
    return label if label.startswith(f"{whose} ") else f"{whose}: {label}"
