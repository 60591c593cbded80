"""The three files of results: matched by ID, whatever their order, and however damaged."""

import pytest

from lib.salesforce.bulk_ingest.jobs import IngestJob
from lib.salesforce.bulk_ingest.results import Results, code_and_message
from lib.values import Verdict
from tests.unit.salesforce.wire import Answer

A, B, C = "003RO0000035WQgYAM", "003RO0000035WQhYAM", "00QRO0000035WQiYAM"
DONE = IngestJob("7508d00000Ihhl5AAB", "JobComplete", processed=3, failed=1)
WRITTEN_HEAD = '"sf__Id","sf__Created",Id,HasOptedOutOfEmail'
REFUSED_HEAD = '"sf__Id","sf__Error",Id,HasOptedOutOfEmail'
CONVERTED = "CANNOT_UPDATE_CONVERTED_LEAD:cannot reference converted lead:--"


def csv(head: str, *rows: str) -> Answer:
    return Answer(200, "".join(f"{line}\n" for line in (head, *rows)))


def written(record_id: str) -> str:
    return f'"{record_id}","false","{record_id}","true"'


def names(results: Results) -> list[str]:
    return [verdict.record_id for verdict in results.written()]


def test_written_and_refused_records_are_told_apart(wire, door):
    refused = csv(REFUSED_HEAD, f'"","{CONVERTED}","{C}","true"')
    wire.on("GET", "/successfulResults$", csv(WRITTEN_HEAD, written(A), written(B)))
    wire.on("GET", "/failedResults$", refused)
    results = Results(door, DONE, [A, B, C])

    assert names(results) == [A, B]
    [verdict] = results.refused()

    assert (verdict.record_id, verdict.ok, verdict.code) == (C, False, CONVERTED.split(":")[0])
    assert verdict.message == "cannot reference converted lead"
    assert results.missing == set()


def test_rows_in_another_order_or_named_twice_count_once(wire, door):
    answer = csv(WRITTEN_HEAD, written(B), written(A), written(B))
    wire.on("GET", "/successfulResults$", answer)

    assert names(Results(door, DONE, [A, B])) == [B, A]


def test_records_that_no_file_names_are_missing(wire, door):
    wire.on("GET", "/successfulResults$", csv(WRITTEN_HEAD, written(A)))
    wire.on("GET", "/failedResults$", csv(REFUSED_HEAD))
    results = Results(door, DONE, [A, B, C])

    assert names(results) == [A]
    assert list(results.refused()) == []
    assert results.missing == {B, C}


def test_no_other_file_is_read_once_all_records_are_known_to_be_written(wire, door):
    wire.on("GET", "/successfulResults$", csv(WRITTEN_HEAD, written(A)))
    results = Results(door, DONE, [A])

    assert names(results) == [A]
    assert list(results.refused()) == []
    assert wire.heard("/failedResults$") == []


def test_a_file_with_fewer_rows_than_the_job_counts_is_read_again(wire, door):
    answers = csv(WRITTEN_HEAD, written(A)), csv(WRITTEN_HEAD, written(A), written(B))
    wire.on("GET", "/successfulResults$", *answers)

    assert list(Results(door, DONE, [A, B]).written()) == [Verdict(A, ok=True), Verdict(B, ok=True)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        WRITTEN_HEAD,
        f"{WRITTEN_HEAD}\n{written(A)[:-1]}",
        f"{WRITTEN_HEAD}\n{written(A)[:30]}",
        f"{WRITTEN_HEAD}\n\x00\x00",
        "<html>busy</html>",
        "[]",
    ],
)
def test_a_damaged_file_names_no_one_it_does_not_name_wholly(wire, door, text):
    wire.on("GET", "/successfulResults$", Answer(200, text))
    results = Results(door, DONE, [A, B])

    assert names(results) == []
    assert results.missing == {A, B}


@pytest.mark.parametrize(
    "text", [f"{WRITTEN_HEAD}\n{written(A)}", f'"sf__Id"\n"{A}"', f"Id,x\n{A},\n"]
)
def test_a_whole_row_counts_whichever_column_has_the_id_and_however_the_file_ends(wire, door, text):
    wire.on("GET", "/successfulResults$", Answer(200, text))

    assert names(Results(door, DONE, [A, B])) == [A]


def test_a_row_that_is_cut_off_after_its_id_does_not_count(wire, door):
    text = f'{WRITTEN_HEAD}\n{written(A)}\n"{B}","false","{B}"'
    wire.on("GET", "/successfulResults$", Answer(200, text))

    assert names(Results(door, DONE, [A, B])) == [A]


def test_short_ids_other_line_ends_and_a_mark_at_the_start_are_understood(wire, door):
    text = f'\ufeff"sf__Id","sf__Created","ID"\r\n"{A}","false","{A[:15]}"\r\n'
    wire.on("GET", "/successfulResults$", Answer(200, text))

    assert names(Results(door, DONE, [A])) == [A]


def test_unreached_records_come_from_a_file_with_the_uploaded_columns_only(wire, door):
    wire.on("GET", "/unprocessedrecords$", csv("Id,HasOptedOutOfEmail", f'"{B}","true"'))

    assert list(Results(door, DONE, [A, B]).unreached()) == [B]
    assert len(wire.asked) == 2  # the sign-in, and once this file


def test_a_file_is_asked_for_as_csv_and_read_again_only_if_rows_are_missing(wire, door):
    wire.on("GET", "/successfulResults$", csv(WRITTEN_HEAD, written(A), written(B)))
    wire.on("GET", "/failedResults$", csv(REFUSED_HEAD))
    results = Results(door, DONE, [A, B, C])

    assert names(results) == [A, B]
    assert list(results.refused()) == []

    good, bad = wire.heard("successful"), wire.heard("failed")
    assert (len(good), len(bad)) == (1, 3)  # the job counts 2 written and 1 refused
    assert {asked.headers["accept"] for asked in good + bad} == {"text/csv"}


def test_a_file_that_stays_short_is_read_three_times(wire, door, slept):
    wire.on("GET", "/successfulResults$", csv(WRITTEN_HEAD))

    assert names(Results(door, DONE, [A, B])) == []
    assert len(wire.heard("successful")) == 3
    assert slept == [0.5, 1.0]


def test_no_one_says_how_many_rows_a_file_of_a_job_that_failed_should_have(wire, door):
    failed = IngestJob(DONE.id, "Failed", processed=3, failed=1)
    wire.on("GET", "Results$", csv(WRITTEN_HEAD))
    wire.on("GET", "/unprocessedrecords$", csv("Id,HasOptedOutOfEmail"))
    results = Results(door, failed, [A, B, C])

    assert [*results.written(), *results.refused(), *results.unreached()] == []
    assert len(wire.heard("jobs")) == 3


def test_a_byte_that_is_not_utf_8_hides_no_row(wire, door):
    row = written(A).replace("false", "f\xffalse").encode("latin-1")
    wire.on("GET", "/successfulResults$", Answer(200, WRITTEN_HEAD.encode() + b"\n" + row + b"\n"))

    assert names(Results(door, DONE, [A])) == [A]


def test_nul_bytes_and_letters_of_any_language_are_read(wire, door):
    row = f'"","X_Y:Zürich\0 ist zu:--","{C}","true"'
    wire.on("GET", "/failedResults$", csv(REFUSED_HEAD, row))

    (verdict,) = Results(door, DONE, [C]).refused()

    assert (verdict.code, verdict.message) == ("X_Y", "Zürich ist zu")


@pytest.mark.parametrize(
    ("said", "code", "message"),
    [
        (CONVERTED, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead"),
        (
            "REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --",
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [Name]",
        ),
        (
            "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record or 1 records: "
            "001RO0000035WQgYAM:--",
            "UNABLE_TO_LOCK_ROW",
            "unable to obtain exclusive access to this record or 1 records: 001RO0000035WQgYAM",
        ),
        (
            "FIELD_CUSTOM_VALIDATION_EXCEPTION:Note: don't:HasOptedOutOfEmail LeadSource --",
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "Note: don't",
        ),
        (
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:T: execution of BeforeUpdate\n\ncaused by: x:--",
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            "T: execution of BeforeUpdate\n\ncaused by: x",
        ),
        ("INVALID_EMAIL_ADDRESS:a: b", "INVALID_EMAIL_ADDRESS", "a: b"),
        ("X_Y:no fields --", "X_Y", "no fields"),
        ("X_Y:Note: not (yet) --", "X_Y", "Note: not (yet)"),
        ("something else", "UNKNOWN_EXCEPTION", "something else"),
        ("", "UNKNOWN_EXCEPTION", ""),
    ],
)
def test_code_and_message_are_those_that_collections_give(said, code, message):
    assert code_and_message(said) == (code, message)
