"""Salesforce's labels of the columns of a query."""

from dataclasses import dataclass

from lib.services.lists.field_choices import OfferedObject
from lib.soql.tree import FromItem


@dataclass(frozen=True, slots=True)
class Labels:
    """`offer` is None while Salesforce can't be asked, or for objects the builder doesn't have."""

    offer: OfferedObject | None
    source: FromItem

    def of(self, title: str) -> str:
        """The label of a field, also of `c.City`; any other column keeps its title."""
        first, _, rest = title.partition(".")
        names = {self.source.name.lower(), (self.source.alias or "").lower()}
        found = self.offer and self.offer.field(rest if first.lower() in names else title)
        return found.label if found else title
