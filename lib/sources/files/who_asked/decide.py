"""Who in a file asked not to be emailed, decided once from the whole file (rules.md, 1.8).

The file is either understood for certain, decided by a person, or refused. Nothing is guessed.
"""

from collections.abc import Callable, Sequence

from lib.errors import FileUnreadable
from lib.sources.files.headings import plain
from lib.sources.files.who_asked import sentences
from lib.sources.files.who_asked.choice import Choice, Where
from lib.sources.files.who_asked.column_roles import Role, role_of
from lib.sources.files.who_asked.column_votes import ColumnSeen
from lib.sources.files.who_asked.file_kinds import (
    FileKind,
    kind_by_headings,
    kind_by_name,
    telling_part,
)
from lib.sources.files.who_asked.heading_votes import Says
from lib.sources.files.who_asked.verdict import FileVerdict

_MUST_BE_CLEAR = frozenset({Says.OPTED_OUT, Says.COMPLAINED})
_SAYS_TOO_LITTLE = frozenset({Says.COMPLAINED, Says.BOUNCED})
_OTHER_PEOPLE = {Role.OPT_IN_DATE: FileKind.STAYED, Role.BOUNCES: FileKind.BOUNCED}
_SAYS_SO_BESIDE = frozenset({Says.STATUS, Says.UNKNOWN, Says.OPTED_IN, Says.CONSENTED})


def decide(
    columns: Sequence[ColumnSeen],
    choice: Choice,
    *,
    file_name: str,
    has_lines: bool,
    address: str = "",
    titles: Sequence[str] = (),
) -> FileVerdict:
    """The verdict on a file whose every line has been seen.

    `address` is the heading over the addresses, `titles` are the texts above the headings.
    Raises WhoAskedUnclear, with the columns and their values, where a person has to decide.
    """
    if choice.everyone or not has_lines:
        return FileVerdict(chosen=choice.everyone)
    if choice.where:
        return FileVerdict(where=_places(columns, choice.where, file_name), chosen=True)
    roles = [(column, role_of(column)) for column in columns]
    unclear = _with_role(roles, Role.UNCLEAR)
    deciding = _with_role(roles, Role.DECIDES)
    if broken := [column for column in unclear if column.says in _MUST_BE_CLEAR]:
        raise sentences.unclear(file_name, broken)
    if back := [column for column in unclear if column.says is Says.CAME_BACK]:
        raise sentences.unclear(file_name, [*deciding, *back])
    if media := [column for column in unclear if column.names_media]:
        raise sentences.several_media(file_name, media[0], deciding)
    if unclear and all(column.says in _SAYS_TOO_LITTLE for column in deciding):
        raise sentences.unclear(file_name, unclear)
    if deciding:
        beside = tuple(column for column in unclear if column.says in _SAYS_SO_BESIDE)
        sign_ups = tuple(_with_role(roles, Role.OPT_IN_DATE))
        return FileVerdict(tuple(deciding), beside, sign_ups=sign_ups)
    _refuse_other_people(columns, roles, file_name, address, titles)
    return FileVerdict()


def _refuse_other_people(
    columns: Sequence[ColumnSeen],
    roles: Sequence[tuple[ColumnSeen, Role]],
    file_name: str,
    address: str,
    titles: Sequence[str],
) -> None:
    """A file of people who bounced, signed up or were emailed opts no one out."""
    by_name = kind_by_name(file_name)
    if by_name is FileKind.ASKED:
        return
    shape = kind_by_headings([address, *(column.heading for column in columns)])
    if shape is FileKind.PARTS:
        tags = [column for column in columns if plain(column.heading).startswith("tag")]
        if tags:
            raise sentences.unclear(file_name, tags)
    for role, kind in _OTHER_PEOPLE.items():
        if found := _with_role(roles, role):
            raise sentences.other_people(file_name, kind, found[0])
    if shape is not None:
        raise sentences.other_file(file_name, shape, "its columns")
    if by_name is not None:
        raise sentences.other_file(file_name, by_name, "its name")
    _refuse_by_title(file_name, address, titles)
    if details := _with_role(roles, Role.DETAIL):
        raise sentences.unclear(file_name, details)


def _refuse_by_title(file_name: str, address: str, titles: Sequence[str]) -> None:
    """The text above the lines may say which people they name, as a file's name may."""
    kinds = {kind_by_name(title): title for title in titles}
    kinds[kind_by_name(telling_part(address))] = address
    if FileKind.ASKED in kinds:
        return
    for kind, title in kinds.items():
        if kind is not None:
            raise sentences.other_file(file_name, kind, f'the words "{title}"')


def _with_role(roles: Sequence[tuple[ColumnSeen, Role]], role: Role) -> list[ColumnSeen]:
    return [column for column, its_role in roles if its_role is role]


def _places(
    columns: Sequence[ColumnSeen], where: Sequence[Where], file_name: str
) -> tuple[tuple[ColumnSeen, Where], ...]:
    merged: dict[int, tuple[ColumnSeen, Where]] = {}
    for wanted in where:
        column = _column_named(columns, wanted.column, file_name)
        before = merged[column.place][1].values if column.place in merged else ()
        merged[column.place] = column, Where(column.name, (*before, *wanted.values))
    return tuple(merged.values())


def _column_named(columns: Sequence[ColumnSeen], name: str, file_name: str) -> ColumnSeen:
    spelt: tuple[Callable[[ColumnSeen], bool], ...] = (
        lambda column: column.heading == name,
        lambda column: plain(column.heading) == plain(name) != "",
        lambda column: f"column {column.place + 1}" == name.casefold(),
    )
    for fits in spelt:
        found = [column for column in columns if fits(column)]
        if len(found) == 1:
            return found[0]
        if found:
            places = " or ".join(f"Column {column.place + 1}" for column in found)
            raise FileUnreadable(
                f"{file_name} has {len(found)} columns called {found[0].heading}",
                remedy=f"Choose a column by its place: {places}.",
            )
    names = ", ".join(column.name for column in columns[:12])
    raise FileUnreadable(f"{file_name} has no column {name}", remedy=f"Its columns are: {names}.")
