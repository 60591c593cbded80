"""What the builder offers of an sObject: its fields with labels, and its parents' fields.

Pure: describe's fields in, offered fields out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lib.fields import EMAIL, OPT_OUT, PERSON_EMAIL, PERSON_OPT_OUT
from lib.salesforce.described_fields import Described, DescribedField
from lib.soql.builder.phrases import FieldType

Choices = tuple[tuple[str, str], ...]
"""The value and label of each choice."""

_EXPANDED = ("Account", "Contact", "Lead", "Campaign")
_OF_OWNER = ("Name", "Title", "Department", "IsActive")
_HAS_NAME = frozenset((*_EXPANDED, "User", "Group", "RecordType", "Individual", "BusinessHours"))
_OPT_OUT = frozenset((OPT_OUT.lower(), PERSON_OPT_OUT.lower()))
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
    "contact": ("FirstName", "LastName", EMAIL, "Account.Name"),
    "lead": ("FirstName", "LastName", EMAIL, "Company"),
    "account": ("FirstName", "LastName", PERSON_EMAIL),
    "campaignmember": ("FirstName", "LastName", EMAIL, "Campaign.Name", "Status"),
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
    """An object with its fields: usual fields first, then by label, parents' fields last."""

    name: str
    label: str
    label_plural: str
    fields: tuple[OfferedField, ...]
    by_path: Mapping[str, OfferedField] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_path = {each.path.lower(): each for each in self.fields}
        object.__setattr__(self, "by_path", by_path)

    def field(self, path: str) -> OfferedField | None:
        """The field with this path, in any case."""
        return self.by_path.get(path.lower())

    @property
    def usual_columns(self) -> tuple[str, ...]:
        """The columns of a new list: the person's name and address."""
        wanted = _USUAL_COLUMNS.get(self.name.lower(), ())
        return tuple(path for path in wanted if self.field(path)) or ("Id",)


@dataclass(frozen=True, slots=True)
class Names:
    """Names of records to choose from, which describe doesn't know."""

    users: Choices = ()
    campaigns: Choices = ()
    sobjects: frozenset[str] = frozenset()  # that the user may see


def offered_object(
    sobject: Described, described: Mapping[str, Described], names: Names
) -> OfferedObject:
    """The fields of an sObject; `described` are its parents."""
    usual = [name.lower() for name in _USUAL_COLUMNS.get(sobject.name.lower(), ())]
    own = sorted(
        (_offer(each) for each in sobject.fields if _is_offered(each)),
        key=lambda each: (each.path.lower() not in usual, each.label.lower()),
    )
    parents = sorted(
        _parents(sobject, described, names), key=lambda each: (each.path.split(".")[0], each.label)
    )
    fields = (_by_name(sobject, each, names) for each in (*own, *parents))
    return OfferedObject(sobject.name, sobject.label, sobject.label_plural, tuple(fields))


def _by_name(sobject: Described, each: OfferedField, names: Names) -> OfferedField:
    """Users, record types, and a member's campaign are chosen from the existing records."""
    if sobject.name == "CampaignMember" and each.path == "CampaignId":
        return replace(each, kind=FieldType.RECORD, choices=names.campaigns)
    look_up, _, name = each.path.rpartition(".")
    if name != "Name" or not look_up:
        return each
    choices = _names_behind(sobject, look_up, names)
    return replace(each, kind=FieldType.CHOICE, choices=choices) if choices else each


def _names_behind(sobject: Described, look_up: str, names: Names) -> Choices:
    if look_up == "RecordType":
        return tuple((name, name) for name in sobject.record_types)
    [parents] = [set(link.parents) for link in sobject.fields if link.relationship == look_up]
    return names.users if {"User"} <= parents <= {"User", "Group"} else ()


def _is_offered(each: DescribedField) -> bool:
    """The opt-out field isn't offered: it has a line of its own, which is always there."""
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
    sobject: Described, described: Mapping[str, Described], names: Names
) -> Iterator[OfferedField]:
    """Lookups by name, and the fields of the parents that people filter lists by."""
    for link in sobject.fields:
        kind = link.parents[0] if len(link.parents) == 1 else ""
        parent = described.get(kind)
        if parent is not None and _is_expanded(sobject, link, kind):
            yield from _of_parent(link, parent)
        elif link.parents and _has_name(link, names):
            yield OfferedField(f"{link.relationship}.Name", _label(link, "Name"), FieldType.TEXT)


def _of_parent(link: DescribedField, parent: Described) -> Iterator[OfferedField]:
    for each in parent.fields:
        if _is_offered_through(parent.name, each):
            yield _offer(each, f"{link.relationship}.{each.name}", _label(link, each.label))


def _has_name(link: DescribedField, names: Names) -> bool:
    """Whether every sObject that a lookup may lead to can be seen, and has a Name."""
    if not link.relationship or not names.sobjects.issuperset(link.parents):
        return False
    return all(kind in _HAS_NAME or kind.endswith("__c") for kind in link.parents)


def _is_expanded(sobject: Described, link: DescribedField, parent: str) -> bool:
    if parent == sobject.name:
        return False
    return link.relationship == (parent if parent in _EXPANDED else "Owner")


def _is_offered_through(parent: str, each: DescribedField) -> bool:
    if not _is_offered(each) or each.type in ("id", "reference"):
        return False
    return parent != "User" or each.name in _OF_OWNER


def _label(link: DescribedField, label: str) -> str:
    """`Account: Industry`, but plain `Account Name` if the label already says whose it is."""
    whose = link.label.removesuffix(" ID")
    return label if label.startswith(f"{whose} ") else f"{whose}: {label}"
