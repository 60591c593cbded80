"""Texts that come in many rows, kept once and named by a number; and times as numbers.

The largest tables of the log (event, change, memory, and file_sighting, each with `_row` at the end
of its name) have such numbers in the place of the text of a scope, a source, a run's id, and an
address, and microseconds since 1970 in the place of a time. For reading, there is a view of the
plain name for each of them with all texts and times written out.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from lib.store.db import Store
from lib.store.sql_values import json_list

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_ADD_TERMS = "insert or ignore into term (text) select value from json_each(:texts)"
_NUMBERS = "select text, id from term where text in (select value from json_each(:texts))"
_ADD_ADDRESSES = "insert or ignore into address (text) select value from json_each(:texts)"


def add_terms(store: Store, texts: Iterable[str]) -> None:
    """Give a number to each of these texts that has none yet, in the caller's transaction."""
    store.execute(_ADD_TERMS, {"texts": json_list(set(texts))})


def numbered(store: Store, texts: Iterable[str]) -> dict[str, int]:
    """The numbers of these texts, given to them now if they had none; in the caller's transaction.

    For statements that are run for very many rows: looking the numbers up in each takes long.
    """
    wanted = set(texts)
    add_terms(store, wanted)
    rows = store.query(_NUMBERS, {"texts": json_list(wanted)})
    return {row["text"]: row["id"] for row in rows}


def add_addresses(store: Store, texts: Iterable[str]) -> None:
    """The same for addresses and domains, in the order given."""
    store.execute(_ADD_ADDRESSES, {"texts": json_list(texts)})


def to_number(moment: datetime) -> int:
    """A time as microseconds since 1970."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_number(number: int) -> datetime:
    """The time that `to_number` made a number of."""
    return _EPOCH + number * _MICROSECOND  # half the time of timedelta(microseconds=number)


def number_of(moment: datetime | None) -> int | None:
    """A time that may be absent, for a column that may be null."""
    return None if moment is None else to_number(moment)


def moment_of(number: int | None) -> datetime | None:
    """The time in a column that may be null."""
    return None if number is None else from_number(number)
