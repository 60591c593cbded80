"""One SELECT … FROM of a query, read for the people in it: whom its rows yield, by which paths.

The rules: rows of Contact, Lead, CampaignMember and person accounts are people. Elsewhere people
are reached by look-ups: the object's own, whether selected or not (a Case copies the phone of its
Contact), and every path that is selected. On a row that is a person already, a path counts where
it brings somebody's e-mail address.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lib.soql.advice.mistakes import Mistake
from lib.soql.guard import person_fields, refusals
from lib.soql.names import Place, Scope
from lib.soql.schema import Schema, SObject
from lib.soql.tree import Field, Operand, Query, Source
from lib.soql.uses import (
    Use,
    brought_by_fields,
    children_of,
    is_brought,
    is_figures,
    uses_of,
)
from lib.soql.walk import fields_in, operands_in

_ASKED_APART = "leadorcontact"  # of a campaign member: its Contact and its Lead are asked
_SINGULAR = {
    "contacts": "Contact",
    "leads": "Lead",
    "campaignmembers": "CampaignMember",
    "accounts": "Account",
}
_HOLD_ADDRESSES = frozenset(("emailmessage", "emailmessagerelation", "group", "listemail"))


@dataclass(frozen=True, slots=True)
class Point:
    """Somebody whom each row yields: the row itself (no steps), or one whom a path leads to.

    `prefix` begins the fields of that record, as the query writes them: "" or `c.Contact`.
    """

    steps: tuple[str, ...]
    prefix: str
    sobject: str

    @property
    def key(self) -> tuple[str, ...]:
        """Equal for two paths to the same record."""
        return tuple(step.lower() for step in self.steps)

    def written(self, field: str) -> str:
        """A field of that record, as the query writes it."""
        return f"{self.prefix}.{field}" if self.prefix else field

    def column(self, field: str) -> str:
        """A field of that record, as the answer names it."""
        return ".".join((*self.steps, field))


@dataclass(frozen=True, slots=True)
class Level:
    """One SELECT … FROM: its names, what it hands out, whom it yields; `children` by position."""

    query: Query
    scope: Scope
    uses: tuple[Use, ...]
    points: tuple[Point, ...]
    children: dict[int, "Level"]

    @property
    def is_figures(self) -> bool:
        """Whether its rows are counts and groups."""
        return is_figures(self.query)

    @property
    def relationship(self) -> str:
        """The child relationship it asks, for a subquery in SELECT."""
        return self.query.sources[0].name.rpartition(".")[2]

    def yields_people(self) -> bool:
        """Whether somebody is in it, at any depth."""
        return bool(self.points) or any(one.yields_people() for one in self.children.values())


def read_level(schema: Schema, query: Query) -> Level:
    """Read a whole query. Raises Mistake for what hides whose address it brings."""
    level = _read(schema, query, query.sources[0].name, is_known=True)
    if all(point.steps for point in level.points):
        points = (*level.points, *_known_lookups(schema, level.scope))
        level = replace(level, points=_once(points))
    if not level.yields_people() and not _names_nobody(level):
        raise _nobody(level)
    return level


def _names_nobody(level: Level) -> bool:
    """Whether these are figures without persons: no address and no unknown value among them."""
    shown = [use.place for use in level.uses if use.hands_out_value]
    return level.is_figures and not any(
        place.sobject is None or person_fields.is_address(place) for place in shown
    )


def _nobody(level: Level) -> Mistake:
    """Why a query that leads to nobody who could have opted out is no list to mail."""
    scope, source = level.scope, level.query.sources[0]
    if scope.sobject is None and (singular := _SINGULAR.get(scope.name.lower())):
        return refusals.no_object(source, singular)
    shown = [use.place for use in level.uses if use.hands_out_value]
    unknown = next((one for one in shown if one.steps and not one.targets), None)
    if level.is_figures and unknown is not None:
        return refusals.unknown_path(unknown)
    selected = [place for place in shown if person_fields.is_address(place)]
    if selected:
        return refusals.addresses_of_nobody(scope, source, selected[0])
    own = scope.sobject.emails if scope.sobject else frozenset()
    if (
        own - {person_fields.address_field(scope.name).lower()}
        or scope.name.lower() in _HOLD_ADDRESSES
    ):
        return refusals.addresses_of_nobody(scope, source, None)
    return refusals.nobody(scope, level.query)


def _read(schema: Schema, query: Query, name: str, *, is_known: bool) -> Level:
    scope = Scope(schema, name, query.sources)
    _check_accounts(scope, query)
    uses = tuple(uses_of(scope, query))
    for use in uses:
        _check(use, is_known=is_known)
    _check_once(uses, query)
    _check_children_once(query)
    if not is_known and brought_by_fields(query):
        raise refusals.unknown_child(query.sources[0])
    children = {
        position: _read_child(schema, scope, child.query) for position, child in children_of(query)
    }
    points = _once(_points(schema, scope, query, uses)) if is_known else ()
    return Level(query, scope, uses, points, children)


def _once(points: Iterable[Point]) -> tuple[Point, ...]:
    found: dict[tuple[str, ...], Point] = {}
    for one in points:
        found.setdefault(one.key, one)
    return tuple(found.values())


def _read_child(schema: Schema, outer: Scope, query: Query) -> Level:
    source = query.sources[0]
    found = _child_sobject(outer, source)
    return _read(schema, query, found or source.name, is_known=found is not None)


def _child_sobject(outer: Scope, source: Source) -> str | None:
    name = source.name.rpartition(".")[2].lower()
    return outer.sobject.children.get(name) if outer.sobject else None


def _check(use: Use, *, is_known: bool) -> None:
    """Refuse an address of which nobody can tell whether its owner opted out."""
    place = use.place
    if not use.hands_out_value or not person_fields.is_address(place):
        return
    if not is_known and not (place.steps and place.targets):
        raise refusals.unknown_child_address(place)
    if not place.targets:
        raise refusals.unknown_path(place)
    may_be_person = any(_may_be_person(target) for target in place.targets)
    if may_be_person and (len(place.targets) > 1 or use.in_type_of):
        raise refusals.polymorphic(place)


def _check_accounts(scope: Scope, query: Query) -> None:
    """Refuse fields of person accounts where the org has none."""
    for operand in _operands(query):
        for field, _ in fields_in(operand):
            place = scope.place(field)
            if person_fields.is_nowhere(place):
                raise refusals.no_person_accounts(place)


def _check_once(uses: tuple[Use, ...], query: Query) -> None:
    """Salesforce takes no field twice, however its path is written."""
    brought, seen = brought_by_fields(query), set()
    for use in uses:
        place = use.place
        if not use.is_plain or is_figures(query):
            continue
        same = (place.key, place.name.lower())
        if same in seen or (not place.steps and is_brought(brought, place.name)):
            raise refusals.named_twice(place)
        seen.add(same)


def _check_children_once(query: Query) -> None:
    """Refuse a second subquery over the same relationship."""
    seen = set()
    for _, child in children_of(query):
        source = child.query.sources[0]
        name = source.name.rpartition(".")[2].lower()
        if name in seen:
            raise refusals.child_twice(source)
        seen.add(name)


def _may_be_person(target: str) -> bool:
    return target.lower() in person_fields.PEOPLE or target.lower() in ("account", "-")


def _points(schema: Schema, scope: Scope, query: Query, uses: tuple[Use, ...]) -> Iterator[Point]:
    base = Point((), scope.alias, scope.name)
    if person_fields.holds_people(scope.name, scope.sobject) or _asks_persons_fields(scope, query):
        yield base
        yield from _named_twice(schema, scope, base)
        _refuse_polymorphic(_persons_ids(scope, uses), scope, query)
        yield from _by_paths(use.place for use in uses if _brings_address(use))
        yield from _by_paths(_ids(scope, uses))
        return
    _refuse_polymorphic(_of_several(scope, query, uses), scope, query)
    yield from _by_paths(_places(scope, query, uses))
    own_address = any(_brings_address(use) and not use.place.steps for use in uses)
    if own_address or brought_by_fields(query):
        yield from _known_lookups(schema, scope)


def _ids(scope: Scope, uses: tuple[Use, ...]) -> Iterator[Place]:
    """The records whose ids a query hands out: an id alone is enough to mail somebody by."""
    for use in uses:
        if use.hands_out_value and not use.in_type_of and (place := _id_in(scope, use)):
            yield place


def _id_in(scope: Scope, use: Use) -> Place | None:
    """The id of a record, where a field holds one: its own, or that of a look-up."""
    return use.place if use.place.name.lower() == "id" else lookup_of(scope, use.place)


def _of_several(scope: Scope, query: Query, uses: tuple[Use, ...]) -> Iterator[Place]:
    """What a row that is no person itself names behind look-ups of several kinds."""
    for use in uses:
        if use.hands_out_value and not use.in_type_of:
            led_to = lookup_of(scope, use.place)
            yield from (one for one in (use.place, led_to) if one and len(one.targets) > 1)
    yield from (use.place for use in uses if use.in_type_of)
    if brought_by_fields(query) and scope.sobject is not None:
        for name in _lookups_of_several(scope.sobject):
            yield scope.place(Field(f"{name}.Id"))


def _persons_ids(scope: Scope, uses: tuple[Use, ...]) -> Iterator[Place]:
    """The same of a row that is a person: ids alone, without the look-up that is asked apart."""
    for use in uses:
        place = _id_in(scope, use) if use.hands_out_value else None
        if place is None or place.key == (_ASKED_APART,):
            continue
        if use.in_type_of or len(place.targets) > 1:
            yield place


def _refuse_polymorphic(places: Iterable[Place], scope: Scope, query: Query) -> None:
    """People behind a look-up of several kinds can be told by their id or name as well."""
    source = query.sources[0]
    is_child = source.name.rpartition(".")[2].lower() != scope.name.lower()
    for place in places:
        if place.steps and any(target.lower() in person_fields.PEOPLE for target in place.targets):
            raise refusals.nobody_behind(place, source, is_child=is_child)


def _lookups_of_several(sobject: SObject) -> Iterator[str]:
    for relationship, targets in sobject.parents.items():
        if len(targets) > 1:
            yield sobject.spelled.get(relationship, relationship)


def _asks_persons_fields(scope: Scope, query: Query) -> bool:
    """Whether a query over Account speaks of person accounts, where nobody told of them."""
    if scope.name.lower() != "account":
        return False
    return any(
        place.targets == ("Account",) and person_fields.is_persons_field(place.name)
        for operand in _operands(query)
        for place in (scope.place(field) for field, _ in fields_in(operand))
    )


def _operands(query: Query) -> Iterator[Operand]:
    for column in query.columns:
        operand = getattr(column, "operand", None)
        if operand is not None:
            yield operand
    yield from operands_in(query.where)
    if query.group:
        yield from query.group.operands
    yield from (one.operand for one in query.order)


def _named_twice(schema: Schema, scope: Scope, base: Point) -> Iterator[Point]:
    """A campaign member is a copy: the Contact or Lead behind it must be asked as well."""
    if scope.name.lower() != "campaignmember":
        return
    yield from (Point((name,), base.written(name), name) for name in ("Contact", "Lead"))
    account = schema.sobject("Account")
    if scope.targets(("Account",)) and account is not None and account.has_person_accounts:
        yield Point(("Account",), base.written("Account"), "Account")


def _brings_address(use: Use) -> bool:
    return use.hands_out_value and person_fields.is_address(use.place)


def _places(scope: Scope, query: Query, uses: tuple[Use, ...]) -> Iterator[Place]:
    """What a query selects or groups by, a look-up's id standing for whom it leads to."""
    grouped = query.group.operands if query.group else ()
    found = [use.place for use in uses if not use.in_type_of]
    found += [scope.place(field) for operand in grouped for field, _ in fields_in(operand)]
    for place in found:
        yield place
        if (led_to := lookup_of(scope, place)) is not None:
            yield led_to


def lookup_of(scope: Scope, place: Place) -> Place | None:
    """For a look-up's id (`ContactId`, `Guest__c`), the id of the record it leads to."""
    lower, name = place.name.lower(), place.name
    if lower.endswith("__c"):
        relationship = f"{name[:-3]}__r"
    elif lower.endswith("id") and lower != "id":
        relationship = name[:-2]
    else:
        return None
    prefix = f"{place.prefix}.{relationship}" if place.prefix else relationship
    led_to = scope.place(Field(f"{prefix}.Id", place.at))
    if led_to.targets:
        return led_to
    # In a branch of TYPEOF only the branch knows whose field it is.
    targets = place.sobject.parents.get(relationship.lower(), ()) if place.sobject else ()
    return replace(led_to, targets=targets) if targets else None


def _by_paths(places: Iterator[Place]) -> Iterator[Point]:
    taken: set[tuple[str, ...]] = set()
    for place in places:
        if place.steps and place.key not in taken and person_fields.is_of_person(place):
            taken.add(place.key)
            yield Point(place.steps, place.prefix, place.targets[0])


def _known_lookups(schema: Schema, scope: Scope) -> Iterator[Point]:
    """The people whom the object's own look-ups lead to, one step away.

    Not from Account: a person account is a person himself, and a company's are its children.
    """
    parents = scope.sobject.parents if scope.sobject and scope.name.lower() != "account" else {}
    spelled = scope.sobject.spelled if scope.sobject else {}
    for relationship, targets in parents.items():
        target = schema.sobject(targets[0]) if len(targets) == 1 else None
        if target is not None and person_fields.holds_people(target.name, target):
            name = spelled.get(relationship, relationship)
            yield Point((name,), scope.written(name), target.name)
