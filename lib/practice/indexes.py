"""Finds the rows with a text in a field without reading all rows.

An index is built when it is first needed, and updated with each row.
"""

from collections.abc import Iterable, Mapping

from lib.practice.rows import Row


class Index:
    """The ids of an sObject's rows by the value of a field, in lower case."""

    def __init__(self, field: str, rows: Mapping[str, Row]) -> None:
        self._field = field
        self._ids: dict[str, str | list[str]] = {}  # a single id is stored as text, to save memory
        for row in rows.values():
            self._add(row)

    def move(self, old: Row | None, new: Row | None) -> None:
        """Update the index for a row that is added, changed or removed."""
        if old is not None:
            self._remove(old)
        if new is not None:
            self._add(new)

    def ids(self, texts: Iterable[str]) -> set[str]:
        """The ids of the rows that hold any of these texts (given in lower case)."""
        found: set[str] = set()
        for text in texts:
            known = self._ids.get(text, [])
            found.update([known] if isinstance(known, str) else known)
        return found

    def _key(self, row: Row) -> str | None:
        value = row.get(self._field)
        return value.lower() if isinstance(value, str) else None

    def _add(self, row: Row) -> None:
        key = self._key(row)
        if key is None:
            return
        there = self._ids.setdefault(key, row["Id"])
        if there != row["Id"]:
            self._ids[key] = [there, row["Id"]] if isinstance(there, str) else [*there, row["Id"]]

    def _remove(self, row: Row) -> None:
        key = self._key(row)
        if key is None:
            return
        there = self._ids.pop(key, [])
        left = [] if isinstance(there, str) else [row_id for row_id in there if row_id != row["Id"]]
        if left:
            self._ids[key] = left
