"""Texts in the order of others, however many there are."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from lib.store.large import table
from lib.store.large.table import no_room, temporary

_TABLE = "create table item (place text not null, text text not null) strict"
_ADD = "insert into item (place, text) values (?, ?)"
_IN_ORDER = "select text from item order by place"


def in_order(pairs: Iterable[tuple[str, str]], *, few: int | None = None) -> Iterator[str]:
    """The second text of each pair, in the order of the first."""
    iterator = iter(pairs)
    most = table.FEW if few is None else few
    first = list(islice(iterator, most))
    if len(first) < most:
        yield from (text for _, text in sorted(first, key=lambda pair: pair[0]))
        return
    database = temporary(_TABLE)
    try:
        database.executemany(_ADD, chain(first, iterator))
        yield from (text for (text,) in database.execute(_IN_ORDER))
    except sqlite3.OperationalError as error:
        raise no_room() from error
