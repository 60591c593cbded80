"""The email service's account: its unsubscribes, bounces and groups.

The org holds the unsubscribes. Removals from the list, bounces and groups are a note in the org, so
that they survive a restart.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from lib.addresses import is_address, is_domain
from lib.clock import from_text, to_text
from lib.practice.org import PracticeOrg, Unsubscribe

USERNAME = "practice"
PASSWORD = "practice"
CAMPAIGNS = {1001: "Spring Newsletter", 1002: "Summer Newsletter"}
"""Job id → subject of the campaigns that were sent."""

_NOTE = "mail"


class MailRefused(Exception):
    """A refused call: the name of a documented exception, and its message."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message


@dataclass(frozen=True, slots=True)
class Bounce:
    """An address that bounced."""

    address: str
    bounced: datetime
    smtp_code: int = 550
    definitive: bool = True
    job_id: int = 1001


class MailAccount:
    """The only account of a practice org; changes are made under the org's lock."""

    def __init__(self, org: PracticeOrg) -> None:
        self.org = org

    @property
    def password(self) -> str:
        """The current password."""
        return str(self._note().get("password", PASSWORD))

    def change_password(self, password: str) -> None:
        """Change the password; the old password stops working at once."""
        self._write("password", password)

    @property
    def zone(self) -> timezone:
        """The time zone of the service's clock, in which it writes all its dates."""
        return timezone(timedelta(hours=float(self._note().get("utc_offset", 0))))

    def set_utc_offset(self, hours: float) -> None:
        """Set the hours that the clock is ahead of UTC. Raises ValueError beyond a day."""
        timezone(timedelta(hours=hours))
        self._write("utc_offset", hours)

    def knows(self, username: str, password: str) -> bool:
        """Whether user name and password are correct."""
        return username.lower() == USERNAME and password == self.password

    def unsubscribes(self) -> list[Unsubscribe]:
        """All entries of the list, oldest first; people who asked twice are there twice."""
        removed: dict[str, int] = self._note().get("removed", {})
        entries = enumerate(self.org.unsubscribes)
        kept = (entry for place, entry in entries if place >= removed.get(_key(entry.address), 0))
        return sorted(kept, key=lambda entry: entry.asked)

    def unsubscribe(self, entry: str) -> bool:
        """Put an address or a whole domain on the list; False if it was there already."""
        if not (is_address(entry) or is_domain(entry)):
            raise MailRefused("InvalidEmailAddressException", "Email address is invalid.")
        if self.is_unsubscribed(entry):
            return False
        self.org.add_unsubscribe(entry, self.org.clock())
        return True

    def is_unsubscribed(self, entry: str) -> bool:
        """Whether exactly this entry is on the list."""
        return any(_key(listed.address) == _key(entry) for listed in self.unsubscribes())

    def resubscribe(self, entry: str) -> bool:
        """Take an entry off the list; returns whether it was there."""
        if not self.is_unsubscribed(entry):
            return False
        # The org's list only grows: entries before this place no longer count.
        removed = {**self._note().get("removed", {}), _key(entry): len(self.org.unsubscribes)}
        self._write("removed", removed)
        return True

    def bounces(self) -> list[Bounce]:
        """Every address that bounced, oldest first."""
        rows = self._note().get("bounces", [])
        return [Bounce(row[0], from_text(row[1]), *row[2:]) for row in rows]

    def add_bounce(self, bounce: Bounce) -> None:
        """Put an address on the bounce list. Raises MailRefused."""
        if not is_address(bounce.address):
            raise MailRefused("InvalidEmailAddressException", "Email address is invalid.")
        self._write_bounces([*self.bounces(), bounce])

    def delete_bounce(self, address: str) -> bool:
        """Take an address off the bounce list; returns whether it was there."""
        bounces = self.bounces()
        kept = [bounce for bounce in bounces if _key(bounce.address) != _key(address)]
        self._write_bounces(kept)
        return len(kept) < len(bounces)

    def groups(self) -> dict[str, "MailGroup"]:
        """The groups (JangoMail's screens call them lists) by lower-case name, oldest first."""
        groups = self._note().get("groups", {})
        return {name: MailGroup(**group) for name, group in groups.items()}

    def group(self, name: str) -> "MailGroup":
        """The group of this name. Raises MailRefused."""
        group = self.groups().get(name.lower())
        if group is None:
            raise MailRefused("InvalidGroupNameException", "List name is invalid.")
        return group

    def add_group(self, name: str) -> "MailGroup":
        """Create an empty group. Raises MailRefused if the name is empty or taken."""
        groups = self.groups()
        if not name.strip():
            raise MailRefused("InvalidGroupNameException", "List name is invalid.")
        if name.lower() in groups:
            raise MailRefused("DuplicateGroupNameException", "List name already exists.")
        group = MailGroup(name, 5001 + len(groups), [], {})
        self.put_group(group)
        return group

    def put_group(self, group: "MailGroup") -> None:
        """Store a group."""
        groups = {**self._note().get("groups", {}), group.name.lower(): group.to_json()}
        self._write("groups", groups)

    def _write_bounces(self, bounces: Iterable[Bounce]) -> None:
        rows = [
            [
                bounce.address,
                to_text(bounce.bounced),
                bounce.smtp_code,
                bounce.definitive,
                bounce.job_id,
            ]
            for bounce in bounces
        ]
        self._write("bounces", rows)

    def _note(self) -> dict[str, Any]:
        return self.org.tables.note(_NOTE) or {}

    def _write(self, name: str, value: Any) -> None:
        with self.org.transaction():
            self.org.tables.put_note(_NOTE, {**self._note(), name: value})


@dataclass(frozen=True, slots=True)
class MailGroup:
    """One group: `members` is lower-case address → field → value."""

    name: str
    group_id: int
    fields: list[str]
    members: dict[str, dict[str, str]]

    def to_json(self) -> dict[str, Any]:
        """The form in which the org stores it."""
        return {
            "name": self.name,
            "group_id": self.group_id,
            "fields": self.fields,
            "members": self.members,
        }

    def with_field(self, field: str) -> "MailGroup":
        """The group with another field. Raises MailRefused if the field exists."""
        if field.lower() in (known.lower() for known in self.fields):
            raise MailRefused("DuplicateGroupFieldException", "List field already exists.")
        return MailGroup(self.name, self.group_id, [*self.fields, field], self.members)

    def with_member(self, address: str, values: dict[str, str]) -> "MailGroup":
        """The group with another member. Raises MailRefused."""
        if not is_address(address):
            raise MailRefused("InvalidEmailAddressException", "Email address is invalid.")
        if _key(address) in self.members:
            raise MailRefused(
                "DuplicateEmailAddressException",
                "Email address already in List. List does not allow duplicate email addresses.",
            )
        unknown = {value.lower() for value in values} - {field.lower() for field in self.fields}
        if unknown - {"emailaddress"}:
            raise MailRefused("InvalidFieldNameException", "List field does not exist.")
        members = {**self.members, _key(address): {"EmailAddress": address, **values}}
        return MailGroup(self.name, self.group_id, self.fields, members)

    def without_member(self, address: str) -> "MailGroup":
        """The group without this member. Raises MailRefused if they are not in it."""
        members = dict(self.members)
        if members.pop(_key(address), None) is None:
            raise MailRefused("InvalidEmailAddressException", "Email address is not in List.")
        return MailGroup(self.name, self.group_id, self.fields, members)


def _key(entry: str) -> str:
    return entry.strip().lower()
