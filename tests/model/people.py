"""The people of the model: few addresses with several spellings, so that things collide."""

from dataclasses import dataclass

from lib.practice.rows import Row
from tests.model.boxes import boxes_of

PEOPLE = {
    "anna": ("anna@example.org", "ANNA@Example.org"),
    "bob": ("bob@example.org", "Bob@example.ORG"),
    "cleo": ("cleo+news@example.org",),
    "dora": ("dora@corp.test", "Dora@CORP.test"),
    "emil": ("emil@corp.test",),
    "lina": ("lina@sub.corp.test",),
    "juri": ("juri@bücher.example", "juri@xn--bcher-kva.example"),
}
"""A person → the spellings of their address. All spellings of a person are one address."""

NAMES = tuple(PEOPLE)
DOMAIN = "corp.test"
MOST = 60
CROWD = tuple(f"crowd{number}" for number in range(MOST))

_BY_SPELLING = {spelling: name for name, spellings in PEOPLE.items() for spelling in spellings}
_BY_SPELLING |= {f"{name}@crowd.test": name for name in CROWD}


def spelled(who: str, how: int = 0) -> str:
    """One of the spellings of a person's address."""
    spellings = PEOPLE.get(who, (f"{who}@crowd.test",))
    return spellings[how % len(spellings)]


def person(address: str | None) -> str | None:
    """Whose address it is."""
    return _BY_SPELLING[address] if address else None


def is_at(who: str | None, domain: str) -> bool:
    """Whether a person's address is at exactly this domain."""
    return who is not None and spelled(who).lower().endswith(f"@{domain}")


@dataclass(frozen=True, slots=True)
class Record:
    """What the rules look at in a record.

    `box`: whether each of the connection's opt-out fields is set. `is_out`: whether any is (3.8).
    """

    id: str
    sobject: str
    who: str | None
    box: bool
    is_out: bool
    is_deleted: bool
    is_converted: bool
    modified: str


def record_of(sobject: str, row: Row) -> Record | None:
    """A row of the practice org as the rules see it; `None` for businesses.

    A person account is one record, its Account (3.7), so the Contact in it is none.
    """
    if (sobject == "Account") != bool(row.get("IsPersonAccount")):
        return None
    boxes = [row[name] for name in boxes_of(sobject)]
    return Record(
        id=row["Id"],
        sobject=sobject,
        who=person(row["PersonEmail" if sobject == "Account" else "Email"]),
        box=all(boxes),
        is_out=any(boxes),
        is_deleted=row["IsDeleted"],
        is_converted=bool(row.get("IsConverted")),
        modified=row["LastModifiedDate"],
    )
