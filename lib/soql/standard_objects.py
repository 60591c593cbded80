"""The standard objects from which a known path leads to a person: what the guard knows unconnected.

One line for each sObject in standard_objects.tsv: its name, its email fields, its relationships to
parents (`Name>Target`, several targets being polymorphic), its child relationships. Source: Object
Reference for the Salesforce Platform. What is missing there is unknown, and refused where it
selects an e-mail address.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from lib.soql.schema import Schema, SObject

_OPT_OUT = {
    "Contact": "HasOptedOutOfEmail",
    "Lead": "HasOptedOutOfEmail",
    "CampaignMember": "HasOptedOutOfEmail",
    "Account": "PersonHasOptedOutOfEmail",
}
_OF_EVERY_OBJECT = {
    "createdby": ("User",),
    "lastmodifiedby": ("User",),
    "owner": ("Group", "User"),
    "recordtype": ("RecordType",),
}
_OWNED_BY_USERS = {"Contact", "Account", "Campaign", "Opportunity", "Contract"}


class _Standard:
    """Known by name alone; asks nobody."""

    def sobject(self, name: str) -> SObject | None:
        return _known().get(name.lower())


STANDARD: Schema = _Standard()


@cache
def _known() -> Mapping[str, SObject]:
    text = Path(__file__).with_name("standard_objects.tsv").read_text(encoding="utf-8")
    found = [_read(line) for line in text.splitlines()]
    return {one.name.lower(): one for one in found}


def _read(line: str) -> SObject:
    name, emails, parents, children = line.split("\t")
    opt_out = _OPT_OUT.get(name)
    owner = {"owner": ("User",)} if name in _OWNED_BY_USERS else {}
    named = {key.lower(): tuple(target.split(",")) for key, target in _pairs(parents)}
    return SObject(
        name=name,
        opt_out=(opt_out,) if opt_out else (),
        emails=frozenset(() if emails == "-" else emails.split(",")),
        parents={**_OF_EVERY_OBJECT, **owner, **named},
        children={key.lower(): target for key, target in _pairs(children)},
        spelled={key.lower(): key for key, _ in _pairs(parents)},
    )


def _pairs(column: str) -> list[tuple[str, str]]:
    return [
        (key, target)
        for key, _, target in (one.partition(">") for one in column.split("; "))
        if target
    ]
