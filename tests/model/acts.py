"""What colleagues do in Salesforce. An act that Salesforce refuses changes nothing."""

import contextlib

from lib.practice.acts import administration, people
from lib.practice.refusal import Refusal
from lib.practice.world import World
from tests.model.people import Record

BOX = "HasOptedOutOfEmail"


def create(world: World, sobject: str, email: str, *, box: bool = False) -> str:
    """Someone comes in as a Contact or Lead."""
    values = {"LastName": "Made Up", "Email": email, BOX: box}
    if sobject == "Lead":
        values["Company"] = "Example"
    return str(people.create_record(world, sobject, values)["id"])


def change(world: World, record_id: str, **values: object) -> None:
    """A colleague changes fields of a record."""
    with contextlib.suppress(Refusal):
        people.update_record(world, record_id, values)


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
        values = {"Email": row["Email"]} if with_address else {}
        people.merge_records(world, winner.id, loser.id, values)


def convert(world: World, lead: str) -> None:
    """A Lead becomes a Contact, which has its address and its box."""
    with contextlib.suppress(Refusal):
        people.convert_lead(world, lead)


def forbid_box(world: World, sobject: str, record_id: str) -> None:
    """A validation rule refuses to check the box of this record."""
    administration.validation_rule(world, sobject, BOX, True, record=record_id)
