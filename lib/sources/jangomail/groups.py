"""JangoMail's groups, which its screens call lists: making a new one and putting people into it.

Nothing here emails anyone, and nothing empties or replaces an existing group: JangoMail can
only take members out one by one, so a group could be emailed while it is half full.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import requests

from lib import stopping
from lib.addresses import compared, is_address
from lib.errors import ReadingIncomplete, SourceError, SourceUnreachable
from lib.settings import JangoMailLogin
from lib.sources.jangomail.answers import Row, ServiceAnswer, complete_answer
from lib.sources.jangomail.asmx import Asmx, ServiceRefused

ADDRESS_FIELD = "EmailAddress"

# How an import's values are told apart. Each is quoted, so that an empty one at the end of a row
# is seen; whatever could end a value or a row is a blank by then.
_COLUMN, _ROW, _QUALIFIER = "\t", "\n", '"'
_FIELD_SEPARATOR = ","  # between the names of an import's fields
_ENDS_A_VALUE = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")

_NAME_TAKEN = re.compile(r"duplicate\s?(group|list)\s?name|(group|list) name already", re.I)
_FIELD_THERE = re.compile(r"duplicate\s?(group|list)?\s?field|field already exists", re.I)
_NOT_A_MEMBER = re.compile(r"not in (the )?(list|group)|InvalidEmailAddress", re.I)
_ALL_IN_ONE = "Optback doesn't understand the answer"


class GroupNameTaken(SourceError):
    """JangoMail has a group with this name, and Optback adds no one to existing groups."""

    code = "group_name_taken"


class Unanswered(SourceError):
    """A change was sent and its answer was lost: it may or may not have been made."""

    code = "source_unanswered"


@dataclass(frozen=True, slots=True)
class Group:
    """A group as JangoMail lists it; `members` is None if the list doesn't say."""

    name: str
    members: int | None


class Groups:
    """The groups of one JangoMail account."""

    def __init__(
        self,
        login: JangoMailLogin,
        *,
        session: requests.Session | None = None,
        sleep: Callable[[float], None] = stopping.pause,
    ) -> None:
        self._asmx = Asmx(login, session=session, sleep=sleep)

    def find(self, name: str) -> Group | None:
        """The group with this name, upper or lower case. Raises SourceError."""
        answer = self._answer("Groups_GetList_XML", {})
        wanted = name.strip().casefold()
        for row in answer.rows():
            group = _group_in(row)
            if group is not None and group.name.strip().casefold() == wanted:
                return group
        return None

    def make(self, name: str) -> None:
        """Make an empty group. Raises GroupNameTaken, or Unanswered if it may exist."""
        try:
            self._change("AddGroup", {"GroupName": name})
        except ServiceRefused as refusal:
            if _NAME_TAKEN.search(refusal.text):
                raise name_taken(name) from refusal
            raise

    def add_field(self, name: str, field: str) -> None:
        """Give the group a field. A field that it has already stays."""
        try:
            self._said("AddGroupField", {"GroupName": name, "FieldName": field})
        except ServiceRefused as refusal:
            if not _FIELD_THERE.search(refusal.text):
                raise

    def put(self, name: str, fields: Sequence[str], members: Iterable[Sequence[str]]) -> None:
        """Put members into the group: each row is the address, then the values of the fields.

        JangoMail skips an address that is in the group already, or that it takes for invalid.
        Raises Unanswered if it may or may not have been done.
        """
        rows = _ROW.join(_COLUMN.join(map(_quoted, row)) for row in members)
        self._change(
            "ImportGroupMembersFromData",
            {
                "GroupName": name,
                "FieldNames": _FIELD_SEPARATOR.join((ADDRESS_FIELD, *fields)),
                "ImportData": rows,
                "ColumnDelimiter": _COLUMN,
                "RowDelimiter": _ROW,
                "TextQualifier": _QUALIFIER,
            },
        )

    def take_out(self, name: str, address: str) -> None:
        """Take a member out of the group. An address that isn't in it is no error."""
        try:
            self._said("DeleteGroupMember", {"GroupName": name, "EmailAddress": address})
        except ServiceRefused as refusal:
            if not _NOT_A_MEMBER.search(refusal.text):
                raise

    def count(self, name: str) -> int:
        """How many members the group has."""
        answer = self._answer("GetGroupMemberCount", {"GroupName": name})
        text = next(answer.lines(), "").strip()
        if not text.isdigit():
            raise self._asmx.refusal("GetGroupMemberCount", text or _ALL_IN_ONE)
        return int(text)

    def members(self, name: str) -> Iterator[str]:
        """The addresses in the group, in their compared form, as a stream."""
        answer = self._answer("Groups_GetMembers_XML", {"GroupName": name})
        for row in answer.rows():
            address = _address_in(row)
            if address is not None:
                yield compared(address)

    def _change(self, method: str, fields: Mapping[str, str]) -> None:
        """Try a change once, because it must not be made twice; a lost answer raises Unanswered."""
        try:
            self._said(method, fields, tries=1)
        except (SourceUnreachable, ReadingIncomplete) as error:
            raise Unanswered(error.message, remedy=error.remedy) from error

    def _said(self, method: str, fields: Mapping[str, str], *, tries: int = 3) -> None:
        """Raises unless the method's answer starts with the success code."""
        lines = self._answer(method, fields, tries=tries).lines()
        first = next(lines, "").strip()
        if first != "0":
            raise self._asmx.refusal(method, next(lines, first or _ALL_IN_ONE))

    def _answer(self, method: str, fields: Mapping[str, str], *, tries: int = 3) -> ServiceAnswer:
        """A complete answer. One that is cut or garbled is asked for once more, if that's safe."""
        try:
            return complete_answer(self._asmx.call(method, fields, tries=tries))
        except ReadingIncomplete:
            if tries == 1:
                raise
        return complete_answer(self._asmx.call(method, fields, tries=tries))


def name_taken(name: str) -> GroupNameTaken:
    """The error for a group that exists already."""
    return GroupNameTaken(
        f"JangoMail already has a list named {name}",
        remedy="Choose another name. Optback never adds people to an existing list, because "
        "people who opted out may be on it.",
    )


def field_names(titles: Iterable[str]) -> list[str]:
    """A field's name for each column title: ASCII letters, digits, underscores; each name once."""
    taken = {ADDRESS_FIELD.lower()}
    names: list[str] = []
    for title in titles:
        stem = re.sub(r"\W+", "", title, flags=re.ASCII) or "Field"
        name, number = stem, 1
        while name.lower() in taken:
            number += 1
            name = f"{stem}{number}"
        taken.add(name.lower())
        names.append(name)
    return names


def _quoted(value: str) -> str:
    tidy = _ENDS_A_VALUE.sub(" ", value).replace(_QUALIFIER, "'")
    return f"{_QUALIFIER}{tidy}{_QUALIFIER}"


def _group_in(row: Row) -> Group | None:
    values = {name.lower(): value for name, value in row.values.items()}
    name = values.get("groupname") or values.get("listname")
    if not name:
        return None
    count = values.get("membercount", "")
    return Group(name, int(count) if count.isdigit() else None)


def _address_in(row: Row) -> str | None:
    values = {name.lower(): value for name, value in row.values.items()}
    named = values.get(ADDRESS_FIELD.lower())
    if named is not None:
        return named
    return next((value for value in row.values.values() if is_address(value)), None)
