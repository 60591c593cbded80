"""What people do outside Optback: people unsubscribe, and colleagues edit records.

Each act takes the world and plain values, and returns what it did as JSON.
"""

from random import Random
from typing import Any

from lib.clock import from_text
from lib.practice.jangomail.account import Bounce
from lib.practice.org_setup import COLLEAGUE, USERNAME
from lib.practice.people import mailable
from lib.practice.refusal import Refusal
from lib.practice.rows import Row
from lib.practice.saving import record_lives
from lib.practice.saving.person_accounts import is_within_person_account
from lib.practice.saving.save import Writer
from lib.practice.world import World

OPT_OUT = "HasOptedOutOfEmail"
PEOPLE = ("Contact", "Lead")


class ActRefused(Exception):
    """An act that is not possible; the message says why."""


def unsubscribe_some(world: World, count: int = 5) -> dict[str, Any]:
    """Unsubscribe this many people who can still be emailed, chosen by the seed."""
    listed = {entry.address.strip().lower() for entry in world.mail.unsubscribes()}
    people = mailable(row for name in PEOPLE for row in world.org.tables.rows(name).values())
    left = sorted({row["Email"] for row in people if row["Email"].strip().lower() not in listed})
    draw = Random(f"{world.org.seed} {len(world.org.unsubscribes)}")
    chosen = draw.sample(left, min(count, len(left)))
    for address in chosen:
        world.mail.unsubscribe(address)
    return {"unsubscribed": chosen}


def unsubscribe(world: World, entry: str, asked: str = "") -> dict[str, Any]:
    """Put an address or a whole domain on the unsubscribe list, now or at the ISO time `asked`."""
    world.org.add_unsubscribe(entry, from_text(asked) if asked else world.clock())
    return {"unsubscribed": [entry]}


def resubscribe(world: World, entry: str) -> dict[str, Any]:
    """Take an address or domain off the email service's list."""
    return {"removed": world.mail.resubscribe(entry)}


def bounce(world: World, address: str, smtp_code: int = 550) -> dict[str, Any]:
    """Make email to an address bounce now."""
    definitive = smtp_code >= 500
    world.mail.add_bounce(Bounce(address, world.clock(), smtp_code, definitive=definitive))
    return {"bounced": [address]}


def clear_box(
    world: World, record: str = "", address: str = "", count: int = 1, user: str = COLLEAGUE
) -> dict[str, Any]:
    """A colleague clears Email Opt Out on a record, an address, or the records ticked last."""
    named = bool(record or address)
    chosen = _chosen(world, record, address) if named else _last_ticked(world)[:count]
    return _set_box(world, chosen, user, ticked=False)


def tick_box(
    world: World, record: str = "", address: str = "", user: str = COLLEAGUE
) -> dict[str, Any]:
    """A colleague ticks Email Opt Out on a record, or on all records of an address."""
    return _set_box(world, _chosen(world, record, address), user, ticked=True)


def edit_email(world: World, record: str, email: str, user: str = COLLEAGUE) -> dict[str, Any]:
    """A colleague changes the email address of a record."""
    row = _record(world, record)
    if not row.get("IsPersonAccount"):
        return update_record(world, record, {"Email": email}, user)
    account = row["AccountId"] if is_within_person_account(row) else row["Id"]
    return update_record(world, account, {"PersonEmail": email}, user)


def create_record(
    world: World, sobject: str, values: dict[str, Any], user: str = COLLEAGUE
) -> dict[str, Any]:
    """A colleague creates a record."""
    return {"id": _writer(world, user).create(sobject, values)}


def update_record(
    world: World, record: str, values: dict[str, Any], user: str = COLLEAGUE
) -> dict[str, Any]:
    """A colleague changes fields of a record."""
    row = _record(world, record)
    _writer(world, user).update(_sobject(world, row), row["Id"], values)
    return {"records": [row["Id"]]}


def delete_record(world: World, record: str, user: str = USERNAME) -> dict[str, Any]:
    """Move a record to the recycle bin."""
    row = _record(world, record)
    _writer(world, user).delete(_sobject(world, row), row["Id"])
    return {"records": [row["Id"]]}


def undelete_record(world: World, record: str, user: str = USERNAME) -> dict[str, Any]:
    """Take a record out of the recycle bin."""
    row = _record(world, record)
    record_lives.undelete(_writer(world, user), _sobject(world, row), row["Id"])
    return {"records": [row["Id"]]}


def merge_records(
    world: World,
    winner: str,
    loser: str,
    values: dict[str, Any] | None = None,
    user: str = USERNAME,
) -> dict[str, Any]:
    """Merge a record into another of its kind; `values` are what a colleague picks for fields."""
    row, gone = _record(world, winner), _record(world, loser)
    writer = _writer(world, user)
    record_lives.merge(writer, _sobject(world, row), row["Id"], gone["Id"], values or {})
    return {"records": [row["Id"]], "deleted": [gone["Id"]]}


def convert_lead(world: World, record: str, user: str = COLLEAGUE) -> dict[str, Any]:
    """A colleague converts a Lead to a Contact of a new Account."""
    row = _record(world, record)
    return {"contact": record_lives.convert(_writer(world, user), row["Id"])}


def _set_box(world: World, rows: list[Row], user: str, *, ticked: bool) -> dict[str, Any]:
    writer = _writer(world, user)
    done, refused = [], []
    for row in rows:
        try:
            _tick(world, writer, row, ticked)
            done.append(row["Id"])
        except Refusal as refusal:
            refused.append({"id": row["Id"], "code": refusal.error_code})
    return {"records": done, "refused": refused}


def _tick(world: World, writer: Writer, row: Row, ticked: bool) -> None:
    if row.get("IsPersonAccount"):
        account = row["AccountId"] if is_within_person_account(row) else row["Id"]
        writer.update("Account", account, {f"Person{OPT_OUT}": ticked})
    else:
        writer.update(_sobject(world, row), row["Id"], {OPT_OUT: ticked})


def _chosen(world: World, record: str, address: str) -> list[Row]:
    if record:
        return [_record(world, record)]
    wanted = address.strip().lower()
    return [
        row
        for name in PEOPLE
        for row in world.org.tables.rows(name).values()
        if wanted and not row["IsDeleted"] and (row.get("Email") or "").strip().lower() == wanted
    ]


def _last_ticked(world: World) -> list[Row]:
    ticked = [
        row
        for name in PEOPLE
        for row in world.org.tables.rows(name).values()
        if row[OPT_OUT] and not row["IsDeleted"] and not row.get("IsConverted")
    ]
    return sorted(ticked, key=lambda row: (row["SystemModstamp"], row["Id"]), reverse=True)


def _record(world: World, record: str) -> Row:
    for kind in world.org.schema.values():
        row = world.org.tables.rows(kind.name).get(record)
        if row is not None:
            return row
    raise ActRefused(f"there is no record {record}")


def _sobject(world: World, row: Row) -> str:
    prefix = row["Id"][:3]
    return next(kind.name for kind in world.org.schema.values() if kind.key_prefix == prefix)


def _writer(world: World, user: str) -> Writer:
    row = world.org.user_named(user)
    if row is None:
        raise ActRefused(f"there is no user {user}")
    # People who save on the screen leave the assignment rule's box unticked.
    return Writer(world.org, row["Id"], auto_assign=False)
