"""What the names of one FROM mean: aliases, object names as prefixes, paths to parents.

Salesforce reads `Email`, `c.Email` (behind `FROM Contact c`) and `Contact.Email` (FROM Contact)
alike, and `c.Account.Name` like `Account.Name`. Whatever decides by a path must see through that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.soql.advice.mistakes import Mistake
from lib.soql.schema import Schema, SObject
from lib.soql.tree import Field, Source

_OF_EVERY_OBJECT = {"createdby": ("User",), "lastmodifiedby": ("User",)}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field's path ends: which field, of which sObject, by which look-ups.

    `steps` are without alias, in the author's spelling. `targets` are the sObjects the field may
    be of: several where a look-up is polymorphic, none where it is not known. `sobject` is told
    where there is one and it is known. `prefix` is what the author wrote before the name.
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
        """The field as it stands in an answer: dotted, without alias."""
        return ".".join((*self.steps, self.name))


class Scope:
    """The names that one FROM brings.

    `sobject` is what it is about, `None` where that is not known. Raises Mistake for a name that
    Salesforce could read in two ways.
    """

    def __init__(self, schema: Schema, name: str, sources: Sequence[Source]) -> None:
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

    def place(self, field: Field) -> Place:
        """Where a field's path ends."""
        path = field.path
        steps = self._steps(path[:-1])
        targets, sobject = self._walk(steps)
        return Place(path[-1], steps, targets, sobject, ".".join(path[:-1]), field.at)

    def branch(
        self, field: Field, steps: tuple[str, ...], sobject: str | None, at: int | None
    ) -> Place:
        """Where a field of a TYPEOF branch ends: `sobject` is what WHEN names, `None` for ELSE."""
        if sobject is None:
            targets, known = self._walk(steps)
        else:
            targets, known = (sobject,), self._schema.sobject(sobject)
        targets, known = self._onward(targets, known, field.path[:-1])
        prefix = ".".join((*steps, *field.path[:-1]))
        return Place(field.path[-1], (*steps, *field.path[:-1]), targets, known, prefix, at)

    def written(self, name: str) -> str:
        """A field of the row itself, as a query with this FROM writes it."""
        return f"{self.alias}.{name}" if self.alias else name

    def targets(self, steps: Sequence[str]) -> tuple[str, ...]:
        """The sObjects that a path of look-ups may lead to; none where it is not known."""
        return self._walk(tuple(steps))[0]

    def _add(self, source: Source, *, is_base: bool) -> None:
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
            self._refuse_second(name, source, is_base=is_base)
            self._prefixes[name.lower()] = steps

    def _is_known(self, first: str) -> bool:
        """Whether a further name in FROM begins at the row: by its alias, or by a look-up."""
        parents = self.sobject.parents if self.sobject else {}
        return first in self._prefixes or first in parents

    def _refuse_second(self, name: str, source: Source, *, is_base: bool) -> None:
        """A name in FROM stands for one thing; the object's own name is one already."""
        if name.lower() in self._prefixes and not is_base:
            raise Mistake(
                source.at or 0,
                f"{name} already names something else in FROM.",
                "Choose another alias.",
            )

    def _refuse_two_meanings(self, source: Source) -> None:
        """An alias that is also a relationship's name could hide which person a path means."""
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
