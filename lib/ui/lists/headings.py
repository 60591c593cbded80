"""The headings of a list's first rows: Salesforce's labels, and how the file calls each column."""

from collections.abc import Mapping, Sequence

from lib.services.lists.column_labels import Labels

Headings = Mapping[str, str]
"""The columns in their order: the heading of each, and its title in the file."""


def headings_of(titles: Sequence[str], labels: Labels | None) -> Headings:
    """No two are the same: a table can't have two columns with the same name."""
    found: dict[str, str] = {}
    for title in titles:
        label, number = labels.of(title) if labels else title, 1
        heading = label
        while heading in found:
            number += 1
            heading = f"{label} ({number})"
        found[heading] = title
    return found
