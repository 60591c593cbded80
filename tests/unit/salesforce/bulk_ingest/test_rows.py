"""The CSV of an upload: IDs and opt-out fields, and never more than Salesforce takes."""

import pytest

from lib.fields import OptOutField
from lib.salesforce import costs
from lib.salesforce.bulk_ingest import rows

ID = "003RO0000035WQgYAM"
MOST = 100_000_000


def test_invariant_1_a_row_has_the_id_and_the_opt_out_field_and_nothing_else(door):
    assert rows.csv_of(door, "Contact", [ID], to=True).read() == (
        f"Id,HasOptedOutOfEmail\n{ID},true\n".encode()
    )
    assert rows.csv_of(door, "Account", [ID], to=False).read() == (
        f"Id,PersonHasOptedOutOfEmail\n{ID},false\n".encode()
    )


def test_each_record_has_a_line(door):
    text = rows.csv_of(door, "Contact", [ID, "003RO0000035WQhYAM"], to=True).read()

    assert text == f"Id,HasOptedOutOfEmail\n{ID},true\n003RO0000035WQhYAM,true\n".encode()


def test_a_row_has_the_orgs_own_field_too(door):
    door.own_field = OptOutField.of("No_Mail__c")

    assert rows.csv_of(door, "Lead", [ID], to=True).read() == (
        f"Id,HasOptedOutOfEmail,No_Mail__c\n{ID},true,true\n".encode()
    )


def test_a_full_job_is_smaller_than_100_mb(door, monkeypatch):
    monkeypatch.setattr(costs, "INGEST_MOST_ROWS", 10**9)
    most = rows.rows_a_job(door, "Contact")
    row = len(rows.csv_of(door, "Contact", [ID], to=False).read().split(b"\n")[1]) + 1

    assert MOST - 100 < len("Id,HasOptedOutOfEmail\n") + most * row <= MOST
    door.own_field = OptOutField.of("No_Mail__c")
    assert rows.rows_a_job(door, "Contact") < most


@pytest.mark.parametrize(("count", "sizes"), [(1, [1]), (4, [4]), (5, [2, 3]), (9, [3, 3, 3])])
def test_a_jobs_portions_are_nearly_the_same_size(count, sizes):
    portions = rows.portions(list(range(count)), 4)

    assert [len(portion) for portion in portions] == sizes
    assert [each for portion in portions for each in portion] == list(range(count))
