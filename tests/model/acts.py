"""What colleagues do in Salesforce. An act that Salesforce refuses changes nothing."""

import contextlib
from collections.abc import Mapping

from lib.practice.acts import administration, people
from lib.practice.refusal import Refusal
from lib.practice.world import World
from tests.model.boxes import boxes_of
from tests.model.people import Record


def create(world: World, sobject: str, email: str, *, box: bool = False) -> str:
    """Someone comes in as a Contact, Lead, or person account."""
    boxes = dict.fromkeys(boxes_of(sobject), box)
    values = {"LastName": "Made Up", email_of(sobject): email, **boxes}
    if sobject == "Lead":
        values["Company"] = "Example"
    return str(people.create_record(world, sobject, values)["id"])


def email_of(sobject: str) -> str:
    """The field with the address."""
    return "PersonEmail" if sobject == "Account" else "Email"


def edit(world: World, record: Record, email: str) -> None:
    """A colleague changes the address."""
    _change(world, record, {email_of(record.sobject): email})


def touch(world: World, record: Record, text: str) -> None:
    """A colleague changes something else."""
    _change(world, record, {"Phone": text})


def set_box(world: World, record: Record, box: bool) -> None:
    """A colleague clears or checks the box."""
    _change(world, record, dict.fromkeys(boxes_of(record.sobject), box))


def _change(world: World, record: Record, values: Mapping[str, object]) -> None:
    with contextlib.suppress(Refusal):
        people.update_record(world, record.id, values)


def delete(world: World, record_id: str) -> None:
    """A record goes to the recycle bin."""
    with contextlib.suppress(Refusal):
        people.delete_record(world, record_id)


def undelete(world: World, record_id: str) -> None:
    """A record comes back from the recycle bin, as it was."""
    with contextlib.suppress(Refusal):
        people.undelete_record(world, record_id)


def merge(world: World, winner: Record, loser: Record, *, with_address: bool) -> None:
    """The winner's own box counts. A colleague may pick the loser's address."""
    row = world.org.tables.rows(loser.sobject)[loser.id]
    with contextlib.suppress(Refusal):
        field = email_of(loser.sobject)
        values = {field: row[field]} if with_address else {}
        people.merge_records(world, winner.id, loser.id, values)


def convert(world: World, lead: str) -> None:
    """A Lead becomes a Contact, which has its address and its box."""
    with contextlib.suppress(Refusal):
        people.convert_lead(world, lead)


def forbid_box(world: World, record: Record) -> None:
    """A validation rule refuses to check the box of this record."""
    box, *_ = boxes_of(record.sobject)
    administration.validation_rule(world, record.sobject, box, True, record=record.id)
