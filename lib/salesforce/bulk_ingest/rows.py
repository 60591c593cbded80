"""The CSV that a job uploads: the ID and the opt-out fields of each record, and nothing else.

Source: Bulk API 2.0 and Bulk API Developer Guide, "Prepare CSV Files": UTF-8 without a mark at the
start, a row of API names, and lines that end as the job says. An upload may have 150 MB when it's
encoded in base64, so 100 MB as it's sent.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import islice, pairwise
from typing import IO, TypeVar

from lib.fields import fields_of
from lib.salesforce import costs
from lib.salesforce.door import Door

MOST_BYTES = 100_000_000
_ID_BYTES = 18
_AT_ONCE = 5_000  # rows written
_LONGEST_VALUE = len(",false")

T = TypeVar("T")


def rows_a_job(door: Door, sobject: str) -> int:
    """How many records of an sObject fit into a job."""
    fields = fields_of(sobject, door.own_field).opt_outs
    row = _ID_BYTES + len(fields) * _LONGEST_VALUE + 1
    head = len(_head(fields))
    return max(1, min(costs.INGEST_MOST_ROWS, (MOST_BYTES - head) // row))


def portions(items: Sequence[T], most: int) -> list[Sequence[T]]:
    """The items in portions of nearly the same size, none larger than `most`."""
    count = -(-len(items) // most)
    bounds = [len(items) * number // count for number in range(count + 1)]
    return [items[start:end] for start, end in pairwise(bounds)]


def csv_of(door: Door, sobject: str, record_ids: Iterable[str], *, to: bool) -> IO[bytes]:
    """The upload for these records, at its start. `to` is what the boxes are set to."""
    fields = fields_of(sobject, door.own_field).opt_outs
    end = f",{'true' if to else 'false'}" * len(fields) + "\n"
    rows = BytesIO()
    rows.write(_head(fields))
    ids = iter(record_ids)
    while some := list(islice(ids, _AT_ONCE)):
        rows.write("".join(f"{record_id}{end}" for record_id in some).encode())
    rows.seek(0)
    return rows


def _head(fields: Sequence[str]) -> bytes:
    return f"{','.join(['Id', *fields])}\n".encode()
