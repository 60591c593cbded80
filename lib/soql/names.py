"""What the names of one FROM mean: aliases, object names as prefixes, and paths to parents.

Salesforce reads `Email`, `c.Email` (with `FROM Contact c`), and `Contact.Email` (with
`FROM Contact`) as the same field, and `c.Account.Name` as `Account.Name`. Code that decides by a
path must resolve it here first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lib.soql.advice.mistakes import Mistake
from lib.soql.schema import Schema, SObject
from lib.soql.tree import Field, FromItem, Operand
from lib.soql.walk import fields_in

_OF_EVERY_OBJECT = {"createdby": ("User",), "lastmodifiedby": ("User",)}


@dataclass(frozen=True, slots=True)
class FieldPath:
    """Where a field's path ends: which field, of which sObject, through which lookups.

    `steps` are the lookups as the author spelled them, without an alias. `targets` are the sObjects
    the field may be of: several if a lookup is polymorphic, none if it is unknown. `sobject` is
    given if there is exactly one target and it is known. `prefix` is what the author wrote before
    the name.
    """

    name: str
    steps: tuple[str, ...]
    targets: tuple[str, ...]
    sobject: SObject | None
    prefix: str
    at: int | None

    @property
    def key(self) -> tuple[str, ...]:
        """Equal for two paths to the same record."""
        return tuple(step.lower() for step in self.steps)

    @property
    def column(self) -> str:
        """The field as an answer names it: dotted, without an alias."""
        return ".".join((*self.steps, self.name))

    def is_same_field(self, other: "FieldPath") -> bool:
        """Whether both paths end at the same field of the same record, however they are written."""
        return (self.key, self.name.lower()) == (other.key, other.name.lower())


class FromNames:
    """The names that one FROM defines.

    `sobject` is what the query is about, `None` if it is unknown. Raises Mistake for a name that
    Salesforce could read in two ways.
    """

    def __init__(self, schema: Schema, name: str, sources: Sequence[FromItem]) -> None:
        self._schema = schema
        self.name = name
        self.sobject = schema.sobject(name)
        first = self._first = sources[0]
        self._prefixes: dict[str, tuple[str, ...]] = {
            name.lower(): (),
            first.name.rpartition(".")[2].lower(): (),
        }
        self.alias = first.alias or ""
        for source in sources:
            self._add(source, is_base=source is first)
        for source in sources:
            self._refuse_two_meanings(source)

    def resolve(self, field: Field) -> FieldPath:
        """Where a field's path ends."""
        path = field.path
        steps = self._steps(path[:-1])
        targets, sobject = self._walk(steps)
        return FieldPath(path[-1], steps, targets, sobject, ".".join(path[:-1]), field.at)

    def paths_in(self, operand: Operand) -> Iterator[FieldPath]:
        """Where the paths of all fields in an operand end."""
        return (self.resolve(field) for field, _ in fields_in(operand))

    def resolve_in_branch(
        self, field: Field, steps: tuple[str, ...], sobject: str | None, at: int | None
    ) -> FieldPath:
        """Where a field of a TYPEOF branch ends. `sobject` is what WHEN names, `None` for ELSE."""
        if sobject is None:
            targets, known = self._walk(steps)
        else:
            targets, known = (sobject,), self._schema.sobject(sobject)
        targets, known = self._onward(targets, known, field.path[:-1])
        prefix = ".".join((*steps, *field.path[:-1]))
        return FieldPath(field.path[-1], (*steps, *field.path[:-1]), targets, known, prefix, at)

    def record_behind(self, path: FieldPath) -> FieldPath | None:
        """For the ID in a lookup (`ContactId`, `Guest__c`): the Id of the record it leads to."""
        lower, name = path.name.lower(), path.name
        if lower.endswith("__c"):
            relationship = f"{name[:-3]}__r"
        elif lower.endswith("id") and lower != "id":
            relationship = name[:-2]
        else:
            return None
        prefix = f"{path.prefix}.{relationship}" if path.prefix else relationship
        record = self.resolve(Field(f"{prefix}.Id", path.at))
        if record.targets:
            return record
        # In a branch of TYPEOF, only the branch knows whose field it is.
        targets = path.sobject.parents.get(relationship.lower(), ()) if path.sobject else ()
        return replace(record, targets=targets) if targets else None

    def written(self, name: str) -> str:
        """A field of the row itself, as a query with this FROM writes it."""
        return f"{self.alias}.{name}" if self.alias else name

    def targets(self, steps: Sequence[str]) -> tuple[str, ...]:
        """The sObjects that a path of lookups can lead to; none if that is unknown."""
        return self._walk(tuple(steps))[0]

    def _add(self, source: FromItem, *, is_base: bool) -> None:
        path = source.name.split(".")
        if not is_base and not self._is_known(path[0].lower()):
            raise Mistake(
                source.at or 0,
                f"{source.name} is next to {self.name} in FROM, but nothing connects them.",
                "Use one object, and reach others with a path such as Account.Name.",
            )
        steps = () if is_base else self._steps(path)
        if source.alias or not is_base:
            name = source.alias or path[-1]
            self._refuse_taken(name, source, is_base=is_base)
            self._prefixes[name.lower()] = steps

    def _is_known(self, first: str) -> bool:
        """Whether another name in FROM starts at the row: with its alias, or with a lookup."""
        parents = self.sobject.parents if self.sobject else {}
        return first in self._prefixes or first in parents

    def _refuse_taken(self, name: str, source: FromItem, *, is_base: bool) -> None:
        """A name in FROM has one meaning, and the object's own name is taken from the start."""
        if name.lower() in self._prefixes and not is_base:
            raise Mistake(
                source.at or 0,
                f"{name} already names something else in FROM.",
                "Choose another alias.",
            )

    def _refuse_two_meanings(self, source: FromItem) -> None:
        """An alias that is also the name of a relationship could hide which person a path means."""
        name = source.alias or source.name.rpartition(".")[2]
        alias = name.lower()
        if source is self._first and not source.alias:
            return
        is_relationship = self.sobject is not None and alias in self.sobject.parents
        if (is_relationship or alias.endswith("__r")) and self._prefixes[alias] != (alias,):
            raise Mistake(
                source.at or 0,
                f"{name} is an alias here and also a relationship of {self.name}, so a path that "
                "starts with it could mean either.",
                "Choose another alias.",
            )

    def _steps(self, path: Sequence[str]) -> tuple[str, ...]:
        found = self._prefixes.get(path[0].lower()) if path else None
        return tuple(path) if found is None else (*found, *path[1:])

    def _walk(self, steps: tuple[str, ...]) -> tuple[tuple[str, ...], SObject | None]:
        name = self.sobject.name if self.sobject else self.name
        return self._onward((name,), self.sobject, steps)

    def _onward(
        self, targets: tuple[str, ...], here: SObject | None, steps: tuple[str, ...]
    ) -> tuple[tuple[str, ...], SObject | None]:
        for step in steps:
            known = here.parents if here else {}
            targets = known.get(step.lower(), _OF_EVERY_OBJECT.get(step.lower(), ()))
            here = self._schema.sobject(targets[0]) if len(targets) == 1 else None
        return targets, here
