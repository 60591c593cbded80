"""The guard over generated schemas: an org's own objects, lookups, and opt-out field."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.errors import SoqlError
from lib.practice.schema import SCHEMA, Field, SObjectType
from lib.soql import Guarded, SObject, guard, parse, render
from tests.unit.practice.soql.soql_world import World, record_id

OWN_OPT_OUT = "NoMail__c"
TARGETS = {"Contact": "003", "Lead": "00Q", "User": "005"}
LOOKUPS = st.dictionaries(
    st.sampled_from(["Guest", "Host", "Friend"]), st.sampled_from(sorted(TARGETS)), min_size=1
)
FLAGS = st.booleans()
PEOPLE = st.lists(st.tuples(FLAGS, FLAGS), min_size=1, max_size=3)


def _box(name: str) -> Field:
    return Field(name, name, "boolean", custom=True, nillable=False)


def _types(lookups: Mapping[str, str], has_own: bool) -> dict[str, SObjectType]:
    """The practice org's sObjects, a custom object with these lookups, a custom opt-out field."""
    types = dict(SCHEMA)
    fields = {name: types["contact"].fields[name] for name in ("id", "createddate", "isdeleted")}
    fields["mail__c"] = Field("Mail__c", "Mail", "email", custom=True)
    for name, target in lookups.items():
        lookup = Field(
            f"{name}__c", name, "reference", reference_to=(target,), relationship_name=f"{name}__r"
        )
        fields[lookup.name.lower()] = lookup
    types["invite__c"] = replace(
        types["contact"], name="Invite__c", key_prefix="a00", fields=fields, custom=True
    )
    if has_own:
        for sobject in ("contact", "lead"):
            widened = {**types[sobject].fields, OWN_OPT_OUT.lower(): _box(OWN_OPT_OUT)}
            types[sobject] = replace(types[sobject], fields=widened)
    return types


class Told:
    """What a describe would say of these sObjects."""

    def __init__(self, types: Mapping[str, SObjectType]) -> None:
        self._types = types

    def sobject(self, name: str) -> SObject | None:
        kind = self._types.get(name.lower())
        if kind is None:
            return None
        fields = kind.fields.values()
        boxes = ("HasOptedOutOfEmail", OWN_OPT_OUT)
        lookups = {
            field.relationship_name: field.reference_to
            for field in fields
            if field.relationship_name
        }
        return SObject(
            name=kind.name,
            opt_out=tuple(box for box in boxes if kind.field(box)),
            emails=frozenset(field.name.lower() for field in fields if field.type == "email"),
            fields=frozenset(kind.fields),
            parents={key.lower(): targets for key, targets in lookups.items()},
            spelled={key.lower(): key for key in lookups},
            is_whole=True,
        )


def _world(lookups: Mapping[str, str], has_own: bool, people: list[tuple[bool, bool]]) -> World:
    types = _types(lookups, has_own)
    world = World(types=types)
    for sobject in ("Contact", "Lead"):
        for opted_out, own in people:
            boxes = {"HasOptedOutOfEmail": opted_out, **({OWN_OPT_OUT: own} if has_own else {})}
            world.add(sobject, LastName="x", Email=f"{sobject}@example.org", **boxes)
    world.stored["user"] = {record_id("005", 1): {"Id": record_id("005", 1), "Email": "u@x.test"}}
    rows = world.stored.setdefault("invite__c", {})
    for number in range(1, len(people) + 2):  # the last number leads to no one
        links = {f"{name}__c": record_id(TARGETS[to], number) for name, to in lookups.items()}
        key = record_id("a00", number)
        rows[key] = {"Id": key, "Mail__c": "m@example.org", **links}
    return world


@st.composite
def _queries(draw: st.DrawFn, lookups: Mapping[str, str]) -> str:
    columns = ["Id", "Mail__c", *(f"{name}__c" for name in sorted(lookups))]
    columns += [
        f"{name}__r.{field}" for name in sorted(lookups) for field in ("Email", "Id", "LastName")
    ]
    chosen = draw(st.lists(st.sampled_from(columns), min_size=1, max_size=4, unique=True))
    alias = draw(st.sampled_from(["", "i"]))
    prefix = f"{alias}." if alias else ""
    named = ", ".join(prefix + name for name in chosen)
    return " ".join(["SELECT", named, "FROM Invite__c", alias]).strip()


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), LOOKUPS, FLAGS, PEOPLE)
def test_no_opted_out_person_comes_back_through_an_orgs_own_lookups(
    data: st.DataObject, lookups: dict[str, str], has_own: bool, people: list[tuple[bool, bool]]
) -> None:
    world = _world(lookups, has_own, people)
    text = data.draw(_queries(lookups))
    if set(lookups.values()) == {"User"}:
        with pytest.raises(SoqlError, match=r"no known path|no field that says"):
            guard(parse(text), Told(world.types), text)
        return

    guarded = guard(parse(text), Told(world.types), text)
    answer = world.ask(render(guarded.query))

    persons = [person for person in guarded.people if person.sobject in ("Contact", "Lead")]
    assert persons
    for record in answer.records:
        for person in persons:
            assert not _opted_out(world, _value(record, person.record_id))
    assert answer.total_size == _mailable(world, lookups, guarded)


def _value(record: Any, column: str | None) -> str | None:
    value = record
    for step in (column or "").split("."):
        value = (value or {}).get(step)
    return value


def _opted_out(world: World, record_id: str | None) -> bool:
    rows = {**world.tables.rows("contact"), **world.tables.rows("lead")}
    row = rows.get(record_id or "", {})
    return bool(row.get("HasOptedOutOfEmail") or row.get(OWN_OPT_OUT))


def _mailable(world: World, lookups: Mapping[str, str], guarded: Guarded) -> int:
    """How many rows lead to no opted-out person through the paths that the guard checks."""
    guarded_by = {
        condition.partition("__r.")[0].removeprefix("i.") for condition in guarded.conditions
    }
    return sum(
        not any(_opted_out(world, row[f"{name}__c"]) for name in guarded_by)
        for row in world.tables.rows("invite__c").values()
    )
