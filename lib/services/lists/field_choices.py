"""What the builder offers of one sObject: its fields with labels, and those one look-up away.

Pure: describe's fields in, offered ones out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lib.salesforce.fields import Described, DescribedField
from lib.soql.builder.phrases import FieldType

Choices = tuple[tuple[str, str], ...]
"""Value and label of each."""

_EXPANDED = ("Account", "Contact", "Lead", "Campaign")
_OF_OWNER = ("Name", "Title", "Department", "IsActive")
_HAS_NAME = frozenset((*_EXPANDED, "User", "Group", "RecordType", "Individual", "BusinessHours"))
_OPT_OUT = frozenset(("hasoptedoutofemail", "personhasoptedoutofemail"))
_NOISE = frozenset(
    ("isdeleted", "masterrecordid", "photourl", "jigsaw", "jigsawcontactid", "jigsawcompanyid")
)
_NO_COLUMN = frozenset(("address", "location", "base64", "anyType", "complexvalue"))
_NO_CONDITION = frozenset(("time", "encryptedstring", "json"))
_KINDS = {
    "picklist": FieldType.CHOICE,
    "multipicklist": FieldType.CHOICES,
    "int": FieldType.NUMBER,
    "long": FieldType.NUMBER,
    "double": FieldType.NUMBER,
    "currency": FieldType.NUMBER,
    "percent": FieldType.NUMBER,
    "boolean": FieldType.BOX,
    "date": FieldType.DAY,
    "datetime": FieldType.MOMENT,
    "id": FieldType.ID,
    "reference": FieldType.ID,
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
    kind: FieldType
    choices: Choices = ()
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


@dataclass(frozen=True, slots=True)
class Names:
    """What a field is chosen from although describe does not tell: names of records."""

    users: Choices = ()
    campaigns: Choices = ()
    sobjects: frozenset[str] = frozenset()  # that the user may see


def offered_object(
    one: Described, described: Mapping[str, Described], names: Names
) -> OfferedObject:
    """The fields of an sObject; `described` are its parents."""
    usual = [name.lower() for name in _USUAL_COLUMNS.get(one.name.lower(), ())]
    own = sorted(
        (_offer(each) for each in one.fields if _is_offered(each)),
        key=lambda each: (each.path.lower() not in usual, each.label.lower()),
    )
    parents = sorted(
        _parents(one, described, names), key=lambda each: (each.path.split(".")[0], each.label)
    )
    fields = (_by_name(one, each, names) for each in (*own, *parents))
    return OfferedObject(one.name, one.label, one.label_plural, tuple(fields))


def _by_name(one: Described, each: OfferedField, names: Names) -> OfferedField:
    """Users, record types and a member's campaign are chosen from those there are."""
    if one.name == "CampaignMember" and each.path == "CampaignId":
        return replace(each, kind=FieldType.RECORD, choices=names.campaigns)
    look_up, _, name = each.path.rpartition(".")
    if name != "Name" or not look_up:
        return each
    choices = _names_behind(one, look_up, names)
    return replace(each, kind=FieldType.CHOICE, choices=choices) if choices else each


def _names_behind(one: Described, look_up: str, names: Names) -> Choices:
    if look_up == "RecordType":
        return tuple((name, name) for name in one.record_types)
    [parents] = [set(link.parents) for link in one.fields if link.relationship == look_up]
    return names.users if {"User"} <= parents <= {"User", "Group"} else ()


def _is_offered(each: DescribedField) -> bool:
    """The opt-out field has a line of its own, which is always there."""
    name = each.name.lower()
    if each.type in _NO_COLUMN or name in _OPT_OUT or name in _NOISE:
        return False
    return not name.endswith("geocodeaccuracy")


def _offer(each: DescribedField, path: str = "", label: str = "") -> OfferedField:
    kind = FieldType.OTHER if each.type in _NO_CONDITION else _KINDS.get(each.type, FieldType.TEXT)
    return OfferedField(
        path=path or each.name,
        label=label or each.label,
        kind=kind,
        choices=each.choices,
        filterable=each.filterable and kind is not FieldType.OTHER,
        sortable=each.sortable,
    )


def _parents(
    one: Described, described: Mapping[str, Described], names: Names
) -> Iterator[OfferedField]:
    """Look-ups by name, and the fields of those parents that lists are made by."""
    for link in one.fields:
        kind = link.parents[0] if len(link.parents) == 1 else ""
        parent = described.get(kind)
        if parent is not None and _is_expanded(one, link, kind):
            yield from _of_parent(link, parent)
        elif link.parents and _has_name(link, names):
            yield OfferedField(f"{link.relationship}.Name", _label(link, "Name"), FieldType.TEXT)


def _of_parent(link: DescribedField, parent: Described) -> Iterator[OfferedField]:
    for each in parent.fields:
        if _is_offered_through(parent.name, each):
            yield _offer(each, f"{link.relationship}.{each.name}", _label(link, each.label))


def _has_name(link: DescribedField, names: Names) -> bool:
    """Whether every sObject a look-up may lead to can be seen, and has a Name."""
    if not link.relationship or not names.sobjects.issuperset(link.parents):
        return False
    return all(kind in _HAS_NAME or kind.endswith("__c") for kind in link.parents)


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
