"""The rows of a practice org, changed in transactions."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from lib.practice.indexes import Index
from lib.practice.rows import Row
from lib.practice.state_file import StateFile

_ROW = "row:"
_NOTE = "note"


class Tables:
    """Rows by sObject and id, and notes: other values that must survive a restart.

    Hold `lock` to read more than one row.
    """

    def __init__(self, sobjects: Iterable[str], state: Path | None) -> None:
        self.lock = RLock()
        self.versions: Counter[str] = Counter()
        """Lower-case sObject name → a number that increases whenever one of its rows changes."""
        self._rows: dict[str, dict[str, Row]] = {name.lower(): {} for name in sobjects}
        self._indexes: dict[str, dict[str, Index]] = {name: {} for name in self._rows}
        self._notes: dict[str, Any] = {}
        self._before: dict[tuple[str, str], Any] = {}
        self._depth = 0
        self._state_file = StateFile(state) if state else None
        self._load()

    def rows(self, sobject: str) -> Mapping[str, Row]:
        """Id → row, including deleted rows, in the order of creation."""
        return self._rows[sobject.lower()]

    def with_texts(self, sobject: str, field: str, texts: Iterable[str]) -> list[Row]:
        """The rows whose field holds one of these lower-case texts in whatever case.

        In the order of creation, deleted ones too.
        """
        indexes = self._indexes[sobject.lower()]
        if field not in indexes:
            indexes[field] = Index(field, self.rows(sobject))
        rows = self.rows(sobject)
        return [rows[record_id] for record_id in sorted(indexes[field].ids(texts))]

    def put(self, sobject: str, row: Row) -> None:
        """Add a row, or put it in the stead of the one with its id."""
        self._set(_ROW + sobject.lower(), row["Id"], row)

    def drop(self, sobject: str, record_id: str) -> None:
        """Take a row away for good; Setup rows have no recycle bin."""
        self._set(_ROW + sobject.lower(), record_id, None)

    def note(self, name: str) -> Any:
        """The note with this name (a JSON value), or `None`."""
        return self._notes.get(name)

    def put_note(self, name: str, value: Any) -> None:
        """Store a JSON value as a note; `None` removes the note."""
        self._set(_NOTE, name, value)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A block whose changes are kept when it ends, and undone when it raises.

        Blocks nest: an inner block that raises undoes only its own changes.
        """
        with self.lock:
            outer, self._before = self._before, {}
            self._depth += 1
            try:
                yield
            except BaseException:
                self._take_back()
                self._before = outer
                raise
            else:
                for key, value in self._before.items():
                    outer.setdefault(key, value)
                self._before = outer
            finally:
                self._depth -= 1
            if self._depth == 0:
                self._keep()

    def close(self) -> None:
        """Close the file."""
        if self._state_file:
            self._state_file.close()

    def _table(self, kind: str) -> dict[str, Any]:
        return self._notes if kind == _NOTE else self._rows[kind.removeprefix(_ROW)]

    def _set(self, kind: str, key: str, value: Any) -> None:
        if not self._depth:
            raise RuntimeError("rows change inside a transaction only")
        self._before.setdefault((kind, key), self._table(kind).get(key))
        self._place(kind, key, value)

    def _place(self, kind: str, key: str, value: Any) -> None:
        for index in self._indexes.get(kind.removeprefix(_ROW), {}).values():
            index.move(self._table(kind).get(key), value)
        if value is None:
            self._table(kind).pop(key, None)
        else:
            self._table(kind)[key] = value
        self.versions[kind.removeprefix(_ROW)] += 1

    def _take_back(self) -> None:
        for (kind, key), value in self._before.items():
            self._place(kind, key, value)

    def _keep(self) -> None:
        changed, self._before = self._before, {}
        if self._state_file and changed:
            self._state_file.put((kind, key, self._table(kind).get(key)) for kind, key in changed)

    def _load(self) -> None:
        if not self._state_file:
            return
        for kind in [_NOTE, *(_ROW + name for name in self._rows)]:
            self._table(kind).update(self._state_file.read(kind))
