"""One SELECT … FROM: the people in its rows, and what Optback can't prove about them."""

from dataclasses import dataclass, replace

from lib.soql.advice.mistakes import Mistake
from lib.soql.guard import person_fields, refusals
from lib.soql.guard.person_paths import (
    PersonPath,
    distinct,
    operands_of,
    people_behind_lookups,
    people_in,
)
from lib.soql.names import FromNames
from lib.soql.schema import Schema
from lib.soql.select_clause import (
    SelectedField,
    children_of,
    field_sets,
    is_figures,
    is_in_field_sets,
    selected_fields,
)
from lib.soql.tree import FromItem, Query

_SINGULAR = {
    "contacts": "Contact",
    "leads": "Lead",
    "campaignmembers": "CampaignMember",
    "accounts": "Account",
}
_HAVE_ADDRESSES = frozenset(("emailmessage", "emailmessagerelation", "group", "listemail"))


@dataclass(frozen=True, slots=True)
class SelectLevel:
    """One SELECT … FROM: its names, the fields it selects, and the people in its rows.

    `children` are the subqueries in SELECT by their position.
    """

    query: Query
    names: FromNames
    selected: tuple[SelectedField, ...]
    people: tuple[PersonPath, ...]
    children: dict[int, "SelectLevel"]

    @property
    def is_figures(self) -> bool:
        """Whether its rows are counts and groups."""
        return is_figures(self.query)

    @property
    def relationship(self) -> str:
        """The child relationship that a subquery in SELECT reads."""
        return self.query.sources[0].name.rpartition(".")[2]

    def has_people(self) -> bool:
        """Whether its rows have people in them, at any depth."""
        return bool(self.people) or any(child.has_people() for child in self.children.values())


def read_level(schema: Schema, query: Query) -> SelectLevel:
    """Read a whole query. Raises Mistake if it hides whose address it returns."""
    level = _read(schema, query, query.sources[0].name, is_known=True)
    if all(person.steps for person in level.people):
        people = (*level.people, *people_behind_lookups(schema, level.names))
        level = replace(level, people=distinct(people))
    if not level.has_people() and not _are_figures_without_people(level):
        raise _no_people(level)
    return level


def _are_figures_without_people(level: SelectLevel) -> bool:
    """Whether these are figures that show no address and no unknown value."""
    shown = [field.path for field in level.selected if field.shows_value]
    return level.is_figures and not any(
        path.sobject is None or person_fields.is_address(path) for path in shown
    )


def _no_people(level: SelectLevel) -> Mistake:
    """Why there is no list for a query that leads to no one who could have opted out."""
    names, source = level.names, level.query.sources[0]
    if names.sobject is None and (singular := _SINGULAR.get(names.name.lower())):
        return refusals.no_object(source, singular)
    shown = [field.path for field in level.selected if field.shows_value]
    unknown = next((path for path in shown if path.steps and not path.targets), None)
    if level.is_figures and unknown is not None:
        return refusals.unknown_path(unknown)
    addresses = [path for path in shown if person_fields.is_address(path)]
    if addresses:
        return refusals.addresses_without_opt_out(names, source, addresses[0])
    own = names.sobject.emails if names.sobject else frozenset()
    if (
        own - {person_fields.address_field(names.name).lower()}
        or names.name.lower() in _HAVE_ADDRESSES
    ):
        return refusals.addresses_without_opt_out(names, source, None)
    return refusals.no_people(names, level.query)


def _read(schema: Schema, query: Query, name: str, *, is_known: bool) -> SelectLevel:
    names = FromNames(schema, name, query.sources)
    _refuse_missing_person_accounts(names, query)
    selected = tuple(selected_fields(names, query))
    for field in selected:
        _refuse_unprovable_address(field, is_known=is_known)
    _refuse_duplicate_fields(selected, query)
    _refuse_duplicate_subqueries(query)
    if not is_known and field_sets(query):
        raise refusals.unknown_child(query.sources[0])
    children = {
        position: _read_child(schema, names, child.query) for position, child in children_of(query)
    }
    people = distinct(people_in(schema, names, query, selected))
    return SelectLevel(query, names, selected, people, children)


def _read_child(schema: Schema, outer: FromNames, query: Query) -> SelectLevel:
    source = query.sources[0]
    found = _child_sobject(outer, source)
    return _read(schema, query, found or source.name, is_known=found is not None)


def _child_sobject(outer: FromNames, source: FromItem) -> str | None:
    name = source.name.rpartition(".")[2].lower()
    return outer.sobject.children.get(name) if outer.sobject else None


def _refuse_unprovable_address(field: SelectedField, *, is_known: bool) -> None:
    """Refuse an address if Optback can't tell whether the person with it opted out."""
    path = field.path
    if not field.shows_value or not person_fields.is_address(path):
        return
    if not is_known and not (path.steps and path.targets):
        raise refusals.unknown_child_address(path)
    if not path.targets:
        raise refusals.unknown_path(path)
    may_be_person = any(_may_be_person(target) for target in path.targets)
    if may_be_person and (len(path.targets) > 1 or field.in_type_of):
        raise refusals.polymorphic_address(path)


def _may_be_person(target: str) -> bool:
    return target.lower() in person_fields.PEOPLE or target.lower() in ("account", "-")


def _refuse_missing_person_accounts(names: FromNames, query: Query) -> None:
    """Refuse fields of person accounts if the org has none."""
    for operand in operands_of(query):
        for path in names.paths_in(operand):
            if person_fields.is_of_missing_person_account(path):
                raise refusals.no_person_accounts(path)


def _refuse_duplicate_fields(selected: tuple[SelectedField, ...], query: Query) -> None:
    """Salesforce refuses a field that is selected twice, however its path is written."""
    sets, seen = field_sets(query), set()
    for field in selected:
        path = field.path
        if not field.is_plain or is_figures(query):
            continue
        same = (path.key, path.name.lower())
        if same in seen or (not path.steps and is_in_field_sets(sets, path.name)):
            raise refusals.duplicate_field(path)
        seen.add(same)


def _refuse_duplicate_subqueries(query: Query) -> None:
    """Refuse a second subquery over the same relationship."""
    seen = set()
    for _, child in children_of(query):
        source = child.query.sources[0]
        name = source.name.rpartition(".")[2].lower()
        if name in seen:
            raise refusals.duplicate_subquery(source)
        seen.add(name)
