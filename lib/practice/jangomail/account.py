"""The e-mail service's account: who unsubscribed, what bounced, which groups there are.

The unsubscribes are the org's (the made-up people wrote them); what was taken off the list again,
bounces and groups are a note of the org, so that a restart finds them.
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
    """One address that mail came back from."""

    address: str
    bounced: datetime
    smtp_code: int = 550
    definitive: bool = True
    job_id: int = 1001


class MailAccount:
    """The one account of a practice org; changes are made under the org's lock."""

    def __init__(self, org: PracticeOrg) -> None:
        self.org = org

    @property
    def password(self) -> str:
        """The account's password now."""
        return str(self._note().get("password", PASSWORD))

    def change_password(self, password: str) -> None:
        """The old one fails from now on."""
        self._write("password", password)

    @property
    def zone(self) -> timezone:
        """The zone of the service's clock; all its dates are written in it."""
        return timezone(timedelta(hours=float(self._note().get("utc_offset", 0))))

    def set_utc_offset(self, hours: float) -> None:
        """Hours the service's clock is ahead of UTC. Raises ValueError beyond a day."""
        timezone(timedelta(hours=hours))
        self._write("utc_offset", hours)

    def knows(self, username: str, password: str) -> bool:
        """Whether both are those of the account."""
        return username.lower() == USERNAME and password == self.password

    def unsubscribes(self) -> list[Unsubscribe]:
        """Everybody on the list, oldest first; who asked twice is there twice."""
        removed: dict[str, int] = self._note().get("removed", {})
        entries = enumerate(self.org.unsubscribes)
        kept = (entry for place, entry in entries if place >= removed.get(_key(entry.address), 0))
        return sorted(kept, key=lambda entry: entry.asked)

    def unsubscribe(self, entry: str) -> bool:
        """Put an address, or a whole domain, on the list; False when it stood there."""
        if not (is_address(entry) or is_domain(entry)):
            raise MailRefused("InvalidEmailAddressException", "Email address is invalid.")
        if self.is_unsubscribed(entry):
            return False
        self.org.add_unsubscribe(entry, self.org.clock())
        return True

    def is_unsubscribed(self, entry: str) -> bool:
        """Whether this very entry stands on the list."""
        return any(_key(listed.address) == _key(entry) for listed in self.unsubscribes())

    def resubscribe(self, entry: str) -> bool:
        """Take an entry off the list; whether it was there."""
        if not self.is_unsubscribed(entry):
            return False
        # The org's list only grows: what stands before this place in it no longer counts.
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
        """Take an address off the bounce list; whether it was there."""
        bounces = self.bounces()
        kept = [bounce for bounce in bounces if _key(bounce.address) != _key(address)]
        self._write_bounces(kept)
        return len(kept) < len(bounces)

    def groups(self) -> dict[str, "MailGroup"]:
        """The groups (the screens call them lists) by lower-case name, in the order made."""
        groups = self._note().get("groups", {})
        return {name: MailGroup(**group) for name, group in groups.items()}

    def group(self, name: str) -> "MailGroup":
        """The group of this name. Raises MailRefused."""
        group = self.groups().get(name.lower())
        if group is None:
            raise MailRefused("InvalidGroupNameException", "List name is invalid.")
        return group

    def add_group(self, name: str) -> "MailGroup":
        """Make an empty group. Raises MailRefused for a name that is empty or taken."""
        groups = self.groups()
        if not name.strip():
            raise MailRefused("InvalidGroupNameException", "List name is invalid.")
        if name.lower() in groups:
            raise MailRefused("DuplicateGroupNameException", "List name already exists.")
        group = MailGroup(name, 5001 + len(groups), [], {})
        self.put_group(group)
        return group

    def put_group(self, group: "MailGroup") -> None:
        """Keep a group as it is now."""
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
        """The form in which it is noted."""
        return {
            "name": self.name,
            "group_id": self.group_id,
            "fields": self.fields,
            "members": self.members,
        }

    def with_field(self, field: str) -> "MailGroup":
        """The group with one more field. Raises MailRefused for one that is there."""
        if field.lower() in (known.lower() for known in self.fields):
            raise MailRefused("DuplicateGroupFieldException", "List field already exists.")
        return MailGroup(self.name, self.group_id, [*self.fields, field], self.members)

    def with_member(self, address: str, values: dict[str, str]) -> "MailGroup":
        """The group with one more member. Raises MailRefused."""
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
        """The group without this member. Raises MailRefused for one who is not in it."""
        members = dict(self.members)
        if members.pop(_key(address), None) is None:
            raise MailRefused("InvalidEmailAddressException", "Email address is not in List.")
        return MailGroup(self.name, self.group_id, self.fields, members)


def _key(entry: str) -> str:
    return entry.strip().lower()
