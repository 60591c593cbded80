"""A set of texts that may be too large for memory."""

from collections.abc import Collection, Iterable, Iterator, Set

from lib.store.large import table
from lib.store.large.table import ADD, AT_ONCE, Table
from lib.store.sql_values import chunks


class LargeSet(Set[str]):
    """A set of texts that can grow. Each text has at least one character."""

    def __init__(self, texts: Iterable[str] = (), *, few: int | None = None) -> None:
        self._most = table.FEW if few is None else few
        self._few: set[str] = set()
        self._many: Table | None = None
        self.add(texts)

    @classmethod
    def _from_iterable(cls, it: Iterable[str]) -> "LargeSet":  # type: ignore[override]
        return cls(it)

    def add(self, texts: Iterable[str]) -> None:
        """Add all of these texts."""
        for chunk in chunks(texts, AT_ONCE):
            if self._many is not None:
                self._write(self._many, chunk)
                continue
            self._few.update(chunk)
            if len(self._few) > self._most:
                self._many = Table()
                self._write(self._many, sorted(self._few))
                self._few = set()

    def among(self, texts: Collection[str]) -> Set[str]:
        """Those of these texts that are in the set."""
        if self._many is None:
            return self._few.intersection(texts)
        return {key for chunk in chunks(texts, AT_ONCE) for key, _ in self._many.among(chunk)}

    def pieces(self, size: int = AT_ONCE) -> Iterator[list[str]]:
        """The texts, at most `size` at a time."""
        if self._many is None:
            yield from chunks(self._few, size)
            return
        for page in self._many.pages(size):
            yield [key for key, _ in page]

    def __contains__(self, text: object) -> bool:
        if self._many is None:
            return text in self._few
        return isinstance(text, str) and self._many.get(text) is not None

    def __iter__(self) -> Iterator[str]:
        return (text for piece in self.pieces() for text in piece)

    def __len__(self) -> int:
        return len(self._few if self._many is None else self._many)

    def _write(self, many: Table, texts: Iterable[str]) -> None:
        many.write(ADD, ((text, None) for text in texts))


def among(texts: Set[str], others: Collection[str]) -> Set[str]:
    """Those of the `others` that are among the texts."""
    if isinstance(texts, LargeSet):
        return texts.among(others)
    return {other for other in others if other in texts}
