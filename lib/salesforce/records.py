"""Read records by their IDs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lib import soql
from lib.errors import RequestRefused
from lib.fields import LEAD, PersonFields, fields_of
from lib.salesforce import query
from lib.salesforce.boxes import for_people
from lib.salesforce.door import Door
from lib.salesforce.failures import broken
from lib.salesforce.rows import to18, to_record
from lib.values import Record

MOST_READS = 2000


def look_up(
    door: Door,
    sobject: str,
    record_ids: Sequence[str],
    columns: Sequence[str] = (),
) -> dict[str, Record | None]:
    """The records as they are now, by the given IDs; `None` for a record that is gone or hidden.

    Costs 1 API call for 2,000 IDs. `columns` are extra columns the user can see. Raises
    PermissionMissing if the opt-out field is hidden.
    """
    found: dict[str, Record | None] = dict.fromkeys(record_ids)
    person = fields_of(sobject, door.own_field)
    fields = _fields(person, sobject, columns)
    given = {to18(record_id): record_id for record_id in record_ids}
    for row in _retrieve(door, sobject, list(given), fields):
        record = to_record(sobject, row, person)
        if record.record_id in given:
            found[given[record.record_id]] = record
    return found


def look_up_many(
    door: Door, ids: Mapping[str, Sequence[str]], columns: Sequence[str] = ()
) -> Iterator[dict[str, Record]]:
    """The records with these IDs by sObject, as they are now and as they arrive.

    A record that is gone or hidden isn't among them. Costs 1 API call for 10,000 IDs, or for 2,000
    if Salesforce refuses such queries. Raises PermissionMissing if a column is hidden.
    """
    parts = [
        (sobject, record_ids[start : start + MOST_READS])
        for sobject, record_ids in sorted(ids.items())
        for start in range(0, len(record_ids), MOST_READS)
    ]
    people = {sobject: fields_of(sobject, door.own_field) for sobject in ids}
    queries = [
        soql.select(_fields(people[sobject], sobject, columns), sobject, soql.any_of("Id", part))
        for sobject, part in parts
    ]
    for answer in query.pages(door, queries):
        sobject, part = parts[answer.index]
        if answer.error is None:
            rows = (to_record(sobject, row, people[sobject]) for row in answer.rows)
            yield {record.record_id: record for record in rows}
        elif query.needs_smaller_queries(answer.error):
            found = look_up(door, sobject, part, columns)
            yield {key: record for key, record in found.items() if record is not None}
        else:
            raise query.error_to_raise(answer.error)


def _fields(person: PersonFields, sobject: str, columns: Sequence[str]) -> list[str]:
    needed = ["Id", person.email, *person.opt_outs, "LastModifiedDate", *columns]
    if sobject == LEAD:
        needed.append("IsConverted")
    return list(dict.fromkeys(needed))


def _retrieve(
    door: Door, sobject: str, ids: Sequence[str], fields: Sequence[str]
) -> Iterator[Mapping[str, Any]]:
    for start in range(0, len(ids), MOST_READS):
        body = {"ids": ids[start : start + MOST_READS], "fields": fields}
        try:
            answer = door.ask(f"composite/sobjects/{sobject}", body)
        except RequestRefused as error:
            raise for_people(door, error, (sobject,)) from error
        if not isinstance(answer, list) or len(answer) != len(body["ids"]):
            raise broken("it hasn't a place for each record")  # a record that is gone has a null
        yield from (row for row in answer if isinstance(row, dict))
