"""Converting values to and from what a column holds."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

from lib.clock import from_text, to_text

Item = TypeVar("Item")


def moment(text: str | None) -> datetime | None:
    """The time in a column that may be null."""
    return from_text(text) if text is not None else None


def text_of(moment_: datetime | None) -> str | None:
    """A time that may be absent, for a column that may be null."""
    return to_text(moment_) if moment_ is not None else None


def json_list(values: Iterable[str]) -> str:
    """Many values as a single bound parameter, for `in (select value from json_each(:name))`."""
    return json.dumps(list(values), ensure_ascii=False)


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of at most `size`, with only one list in memory at a time."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
