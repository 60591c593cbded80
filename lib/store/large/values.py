"""Values by key that may be too many for memory."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, ValuesView
from typing import Generic, TypeVar

from lib.store.large import table
from lib.store.large.table import ADD, AT_ONCE, PUT, Table
from lib.store.sql_values import chunks

Value = TypeVar("Value")


class LargeMap(Mapping[str, Value], Generic[Value]):
    """Values by key, in no order. `pack` and `unpack` turn a value into bytes and back."""

    def __init__(
        self,
        pack: Callable[[Value], bytes],
        unpack: Callable[[bytes], Value],
        *,
        few: int | None = None,
    ) -> None:
        self._pack = pack
        self._unpack = unpack
        self._most = table.FEW if few is None else few
        self._few: dict[str, Value] = {}
        self._many: Table | None = None

    @property
    def is_few(self) -> bool:
        """Whether all of it is in memory."""
        return self._many is None

    def put(self, items: Iterable[tuple[str, Value]]) -> None:
        """Set these values; a key that is there gets the new one."""
        for chunk in chunks(items, AT_ONCE):
            if self._many is not None:
                self._write(self._many, PUT, chunk)
                continue
            self._few.update(chunk)
            self._spill_if_many()

    def put_new(self, items: Iterable[tuple[str, Value]]) -> None:
        """Set these values; a key that is there keeps the one it has."""
        for chunk in chunks(items, AT_ONCE):
            if self._many is not None:
                self._write(self._many, ADD, chunk)
                continue
            for key, value in chunk:
                self._few.setdefault(key, value)
            self._spill_if_many()

    def clear(self) -> None:
        """Forget everything."""
        self._few, self._many = {}, None

    def among(self, keys: Collection[str]) -> dict[str, Value]:
        """The values of those of these keys that are there."""
        if self._many is None:
            few = self._few
            return {key: few[key] for key in keys if key in few}
        unpack = self._unpack
        return {
            key: unpack(value)
            for chunk in chunks(keys, AT_ONCE)
            for key, value in self._many.among(chunk)
        }

    def pieces(self, size: int = AT_ONCE) -> Iterator[list[Value]]:
        """The values, at most `size` at a time. They may be replaced meanwhile."""
        if self._many is None:
            yield from chunks(list(self._few.values()), size)
            return
        for page in self._many.pages(size):
            yield [self._unpack(value) for _, value in page]

    def values(self) -> "LargeValues[Value]":
        """All values, a piece of them in memory at a time."""
        return LargeValues(self)

    def __getitem__(self, key: str) -> Value:
        if self._many is None:
            return self._few[key]
        row = self._many.get(key)
        if row is None or row[0] is None:
            raise KeyError(key)
        return self._unpack(row[0])

    def __contains__(self, key: object) -> bool:
        if self._many is None:
            return key in self._few
        return isinstance(key, str) and self._many.get(key) is not None

    def __iter__(self) -> Iterator[str]:
        if self._many is None:
            yield from list(self._few)
            return
        for page in self._many.pages(AT_ONCE):
            yield from (key for key, _ in page)

    def __len__(self) -> int:
        return len(self._few if self._many is None else self._many)

    def _spill_if_many(self) -> None:
        if len(self._few) > self._most:
            self._many = Table()
            self._write(self._many, ADD, sorted(self._few.items(), key=lambda item: item[0]))
            self._few = {}

    def _write(self, many: Table, statement: str, items: Iterable[tuple[str, Value]]) -> None:
        pack = self._pack
        many.write(statement, ((key, pack(value)) for key, value in items))


class LargeValues(ValuesView[Value]):
    """The values of a large mapping, which can be gone through again and again."""

    def __init__(self, of: LargeMap[Value]) -> None:
        super().__init__(of)
        self._of = of

    def __iter__(self) -> Iterator[Value]:
        return (value for piece in self._of.pieces() for value in piece)
