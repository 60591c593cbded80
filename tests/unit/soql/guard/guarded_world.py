"""Small orgs, and queries over their people in every form that the guard must understand."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from lib.soql import Query, all_of, render
from lib.soql.guard.guarded import Guarded, Person
from lib.soql.tree import Child, Field, In, Text
from tests.unit.practice.soql.soql_world import Row, World, record_id

NAMES = st.sampled_from(["a", "b", "c"])
ADDRESSES = st.sampled_from(["a@example.org", "B@example.org", "b@example.org", None])
CONTACTS = st.fixed_dictionaries(
    {"LastName": NAMES, "Email": ADDRESSES, "HasOptedOutOfEmail": st.booleans()},
    optional={
        "AccountId": st.integers(1, 2).map(lambda number: record_id("001", number)),
        "ReportsToId": st.integers(1, 5).map(lambda number: record_id("003", number)),
    },
)
LEADS = st.fixed_dictionaries(
    {"LastName": NAMES, "Email": ADDRESSES, "HasOptedOutOfEmail": st.booleans()},
    optional={"ConvertedContactId": st.integers(1, 5).map(lambda number: record_id("003", number))},
)
# A copy may be out of step with the person it was made of.
MEMBERS = st.fixed_dictionaries(
    {"Status": NAMES, "Email": ADDRESSES, "HasOptedOutOfEmail": st.booleans()},
    optional={
        "ContactId": st.integers(1, 5).map(lambda number: record_id("003", number)),
        "LeadId": st.integers(1, 3).map(lambda number: record_id("00Q", number)),
    },
)


@dataclass(frozen=True)
class Rows:
    """The people of an org. A World is too large to show when a test fails; this isn't."""

    contacts: list[Row]
    leads: list[Row]
    members: list[Row]

    def world(self) -> World:
        world = World()
        for name in ("a", "b"):
            world.add("Account", Name=name)
        tables = (
            ("Contact", self.contacts),
            ("Lead", self.leads),
            ("CampaignMember", self.members),
        )
        for sobject, rows in tables:
            for row in rows:
                world.add(sobject, **row)
        return world


ROWS = st.builds(
    Rows,
    st.lists(CONTACTS, max_size=5),
    st.lists(LEADS, max_size=3),
    st.lists(MEMBERS, max_size=4),
)

COLUMNS = {
    "Contact": ["Id", "LastName", "Email", "ReportsTo.Email", "ReportsTo.LastName", "Account.Name",
                "HasOptedOutOfEmail", "ReportsTo.ReportsTo.Email"],
    "Lead": ["Id", "LastName", "Email", "ConvertedContact.Email", "ConvertedContact.Account.Name"],
    "CampaignMember": ["Id", "Status", "Email", "Contact.Email", "Lead.Email", "Contact.LastName"],
}  # fmt: skip
CONDITIONS = {
    "Contact": ["LastName = 'a'", "LastName != 'b'", "HasOptedOutOfEmail = true", "Email = null",
                "HasOptedOutOfEmail = false", "ReportsTo.HasOptedOutOfEmail = true",
                "HasOptedOutOfEmail != null", "Email LIKE '%@example.org'", "Account.Name = 'a'",
                "LastName IN ('a', 'HasOptedOutOfEmail = false')", "HasOptedOutOfEmail IN (true)"],
    "Lead": ["LastName = 'a'", "HasOptedOutOfEmail = true", "HasOptedOutOfEmail != true",
             "ConvertedContact.HasOptedOutOfEmail = true", "Email != null"],
    "CampaignMember": ["Status = 'a'", "HasOptedOutOfEmail = true", "ContactId != null",
                       "Contact.HasOptedOutOfEmail = true", "Lead.HasOptedOutOfEmail = false"],
}  # fmt: skip
JOINS = {
    "Contact": ["Id IN (SELECT ContactId FROM CampaignMember WHERE Status = 'a' OR Status = 'b')",
                "Id NOT IN (SELECT ContactId FROM CampaignMember WHERE ContactId != null)",
                "AccountId NOT IN (SELECT Id FROM Account WHERE Name = 'a')"],
    "Lead": ["Id IN (SELECT LeadId FROM CampaignMember WHERE HasOptedOutOfEmail = true)"],
    "CampaignMember": [],
}  # fmt: skip
GROUPS = [
    "SELECT COUNT() FROM {0}{1}",
    "SELECT COUNT(Id) n, MIN(Email) least FROM {0}{1}",
    "SELECT LastName, COUNT(Id) n FROM {0}{1} GROUP BY LastName",
    "SELECT Email, MAX(LastName) top FROM {0}{1} GROUP BY Email HAVING COUNT(Id) > 0",
    "SELECT Id, COUNT(Email) n FROM {0}{1} GROUP BY Id",
    "SELECT LastName, COUNT(Id) n FROM {0}{1} GROUP BY ROLLUP(LastName)",
]


@dataclass(frozen=True)
class Spelling:
    """How a query names its fields: bare, after an alias, or after the object's name."""

    alias: str
    prefix: str

    def of(self, field: str) -> str:
        return f"{self.prefix}{field}"


def _spellings(sobject: str) -> st.SearchStrategy[Spelling]:
    return st.sampled_from([Spelling("", ""), Spelling(" k", "k."), Spelling("", f"{sobject}.")])


@st.composite
def _conditions(draw: st.DrawFn, sobject: str, spelling: Spelling) -> str:
    """A condition with prefixed fields. Text in quotes stays as it is."""
    simple = st.sampled_from(CONDITIONS[sobject]).map(spelling.of)
    tree = st.recursive(
        simple,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(lambda all_: f"({' AND '.join(all_)})"),
            st.lists(inner, min_size=2, max_size=3).map(lambda any_: f"({' OR '.join(any_)})"),
            inner.map(lambda condition: f"(NOT {condition})"),
        ),
        max_leaves=5,
    )
    parts = [draw(tree) for _ in range(draw(st.integers(0, 2)))]
    if JOINS[sobject] and draw(st.booleans()):
        parts.append(spelling.of(draw(st.sampled_from(JOINS[sobject]))))
    if len(parts) == 1 and parts[0].startswith("(") and draw(st.booleans()):
        parts = [parts[0][1:-1]]  # an OR or a NOT at the top level
    return f" WHERE {' AND '.join(parts)}" if parts else ""


@st.composite
def _lists(draw: st.DrawFn) -> str:
    sobject = draw(st.sampled_from(sorted(COLUMNS)))
    spelling = draw(_spellings(sobject))
    columns = draw(st.lists(st.sampled_from(COLUMNS[sobject]), min_size=1, max_size=4, unique=True))
    where = draw(_conditions(sobject, spelling))
    order = f" ORDER BY {spelling.of('Id')}" + draw(st.sampled_from(["", " DESC"]))
    rest = draw(st.sampled_from(["", order, f"{order} LIMIT 2", f"{order} LIMIT 2 OFFSET 1"]))
    named = ", ".join(map(spelling.of, columns))
    return f"SELECT {named} FROM {sobject}{spelling.alias}{where}{rest}"  # noqa: S608 - our words


@st.composite
def _groups(draw: st.DrawFn) -> str:
    sobject = draw(st.sampled_from(["Contact", "Lead"]))
    where = draw(_conditions(sobject, Spelling("", "")))
    head, by, tail = draw(st.sampled_from(GROUPS)).partition(" GROUP BY")
    return f"{head.format(sobject, where)}{by}{tail}"


@st.composite
def _families(draw: st.DrawFn) -> str:
    """Accounts with their Contacts in a subquery."""
    spelling = draw(st.sampled_from([Spelling("", ""), Spelling(" k", "k.")]))
    columns = draw(
        st.lists(st.sampled_from(COLUMNS["Contact"][:6]), min_size=1, max_size=3, unique=True)
    )
    where = draw(_conditions("Contact", spelling).filter(lambda text: " IN (SELECT" not in text))
    named = ", ".join(map(spelling.of, columns))
    limit = draw(st.sampled_from(["", f" ORDER BY {spelling.of('Id')} LIMIT 1"]))
    inner = f"SELECT {named} FROM Contacts{spelling.alias}{where}{limit}"  # noqa: S608 - our words
    return f"SELECT Name, ({inner}) FROM Account"  # noqa: S608


QUERIES = st.one_of(_lists(), _groups(), _families())


def over_mailable_people(world: World, guarded: Guarded, query: Query) -> Query:
    """The original query over the org without its opted-out people.

    Rows that lead to an opted-out person through a guarded path are left out too. They are found
    row by row and left out by their IDs, so that lookups in other rows still show the same values.
    """
    base = query.sources[0].name
    paths = [condition.removesuffix(" = false").split(".")[:-1] for condition in guarded.conditions]
    is_family = any(person.child for person in guarded.people)
    rows = world.tables.rows("Contact" if is_family else base)
    gone = [
        key
        for key, row in rows.items()
        if any(_opted_out(world, row, _bare(path, base)) for path in paths)
    ]
    if not gone:
        return query
    if not is_family:
        return _without(query, gone)
    columns = tuple(
        replace(column, query=_without(column.query, gone)) if isinstance(column, Child) else column
        for column in query.columns
    )
    return replace(query, columns=columns)


def _without(query: Query, record_ids: list[str]) -> Query:
    others = In(Field("Id"), tuple(map(Text, record_ids)), negated=True)
    where = others if query.where is None else all_of(query.where, others)
    return replace(query, where=where)


def _bare(path: list[str], base: str) -> list[str]:
    """The path without an alias or object name."""
    return path[1:] if path and path[0] in ("k", base) else path


def _opted_out(world: World, row: Row, path: list[str]) -> bool:
    found = _behind(world, row, path)
    return found is not None and bool(found.get("HasOptedOutOfEmail"))


def _behind(world: World, row: Row, path: list[str]) -> Row | None:
    here: Row | None = row
    for step in path:
        if here is None:
            return None
        found = here.get(f"{step}Id") or ""
        tables = ("contact", "lead", "account")
        here = next(
            (rows[found] for table in tables if found in (rows := world.tables.rows(table))), None
        )
    return here


def opted_out_in(world: World, guarded: Guarded) -> Iterator[str]:
    """The IDs of opted-out people that the guarded query still returns."""
    answer = world.ask(render(guarded.query))
    for person in guarded.people:
        for record in answer.records:
            for found in _down(record, person.child):
                yield from _opted_out_id(world, found, person)


def _down(record: Any, child: tuple[str, ...]) -> Iterator[Any]:
    if not child:
        yield record
        return
    inner = record.get(child[0]) or {"records": []}
    for record in inner["records"]:
        yield from _down(record, child[1:])


def _opted_out_id(world: World, record: Any, person: Person) -> Iterator[str]:
    if person.record_id is None:
        return
    value = record
    for step in person.record_id.split("."):
        value = (value or {}).get(step)
    for table in ("contact", "lead"):
        row = world.tables.rows(table).get(value or "")
        if row and row["HasOptedOutOfEmail"]:
            yield row["Id"]


def told(world: World, query: Query) -> tuple[int, list[Any]]:
    """The answer: how many, and the records (none for COUNT())."""
    answer = world.ask(render(query))
    return answer.total_size, list(answer.records)


def covers(record: Any, wanted: Any) -> bool:
    """Whether a record has everything another record has, except fields that the guard added."""
    match wanted:
        case dict():
            return isinstance(record, dict) and all(
                key in record and covers(record[key], value) for key, value in wanted.items()
            )
        case list():
            return len(record) == len(wanted) and all(map(covers, record, wanted))
        case _:
            return bool(record == wanted)
