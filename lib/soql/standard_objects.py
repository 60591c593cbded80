"""The standard objects with a known path to a person, for the guard without a connection.

standard_objects.tsv has a line for each sObject: its name, its email fields, its relationships to
parents (`Name>Target`; several targets if polymorphic), and its child relationships. What is
missing there is unknown, so the guard refuses to select email addresses from it. Source: Object
Reference for the Salesforce Platform.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from lib.fields import OPT_OUT, PERSON_OPT_OUT
from lib.soql.schema import Schema, SObject

_OPT_OUT = {
    "Contact": OPT_OUT,
    "Lead": OPT_OUT,
    "CampaignMember": OPT_OUT,
    "Account": PERSON_OPT_OUT,
}
_OF_EVERY_OBJECT = {
    "createdby": ("User",),
    "lastmodifiedby": ("User",),
    "owner": ("Group", "User"),
    "recordtype": ("RecordType",),
}
_OWNED_BY_USERS = {"Contact", "Account", "Campaign", "Opportunity", "Contract"}


class _Standard:
    """Knows sObjects by name, without asking Salesforce."""

    def sobject(self, name: str) -> SObject | None:
        return _known().get(name.lower())


STANDARD: Schema = _Standard()


@cache
def _known() -> Mapping[str, SObject]:
    text = Path(__file__).with_name("standard_objects.tsv").read_text(encoding="utf-8")
    found = [_read(line) for line in text.splitlines()]
    return {sobject.name.lower(): sobject for sobject in found}


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
        for key, _, target in (pair.partition(">") for pair in column.split("; "))
        if target
    ]
