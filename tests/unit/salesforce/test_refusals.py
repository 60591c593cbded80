"""What a refusal is about, also when it's wrapped, and its words. Messages from bug reports."""

import pytest

from lib.salesforce.refusals import Cause, Refusal, cause_of, cause_of_all, words

TRIGGER = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
FLOW = "CANNOT_EXECUTE_FLOW_TRIGGER"
RULE = "FIELD_CUSTOM_VALIDATION_EXCEPTION"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (TRIGGER, "npsp.TDTM_Contact: System.LimitException: npsp:Apex CPU time limit exceeded"),
        (TRIGGER, "dlrs_ContactTrigger: System.LimitException"),
        (TRIGGER, "npsp.TDTM_Contact: System.LimitException: npsp:Too many query rows: 50001"),
        (TRIGGER, "TDTM_Contact: System.LimitException: hed:Too many SOQL queries: 101"),
        (TRIGGER, "MyTrigger: System.LimitException: Too many DML statements: 151"),
        (TRIGGER, "MyTrigger: System.LimitException: Too many DML rows: 10001"),
        (TRIGGER, "MyTrigger: System.LimitException: Apex heap size too large: 6062839"),
        (TRIGGER, "MyTrigger: System.LimitException: Too many callouts: 101"),
        (TRIGGER, "T: System.LimitException: Too many queueable jobs added to the queue: 51"),
        (TRIGGER, "T: System.LimitException: Zu viele SOQL-Abfragen: 101"),
        (RULE, "npsp:Too many SOQL queries: 101"),
        (RULE, "Apex CPU time limit exceeded"),
        (
            FLOW,
            "We can't save this record because the “Contact” process failed. Give your Salesforce "
            "admin these details. This error occurred when the flow tried to update records: "
            f"{TRIGGER}: T: System.LimitException: Apex CPU time limit exceeded.",
        ),
        (FLOW, "This error occurred when the flow tried to look up records: LIMIT_EXCEEDED: x"),
        (FLOW, "Too many SOQL queries: 101. You can look up ExceptionCode values in the guide."),
        (FLOW, "Demasiadas consultas SOQL: 101."),
        (FLOW, "Trop de requêtes SOQL : 101."),
        (FLOW, "The number of iterations exceeded 2000"),
        (FLOW, "Apex CPU 時間制限を超えました"),
        (FLOW, "Limite de temps CPU Apex dépassée"),
        (FLOW, "Apex-Heap-Größe zu groß (heap): 6062839"),
        (FLOW, "APEX_CPU_TIME_LIMIT_EXCEEDED"),
        ("UNKNOWN_EXCEPTION", "Apex CPU time limit exceeded"),
        ("UNKNOWN_EXCEPTION", "Apex-CPU-Zeitlimit überschritten"),
        ("REQUEST_RUNNING_TOO_LONG", "Your request was running for too long."),
        ("REQUEST_RUNNING_TOO_LONG", ""),
        ("", "Your request was running for too long, and has been stopped."),
        ("LIMIT_EXCEEDED", ""),
    ],
)
def test_limits_that_fewer_records_may_avoid(code: str, message: str) -> None:
    assert cause_of(code, message) is Cause.TOO_MUCH


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records"),
        ("UNABLE_TO_LOCK_ROW", ""),
        (
            TRIGGER,
            "dlrs_ContactTrigger: execution of AfterUpdate caused by: System.DmlException: Update "
            "failed. First exception on row 0; first error: UNABLE_TO_LOCK_ROW, unable to obtain "
            "exclusive access to this record: [] (dlrs)",
        ),
        (TRIGGER, "T: System.QueryException: Record Currently Unavailable: The record you are"),
        (
            FLOW,
            "The flow tried to update these records: 003xx. This error occurred: "
            "UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record.",
        ),
        ("UNKNOWN_EXCEPTION", "unable to obtain exclusive access to this record"),
        (RULE, "Update failed. First exception on row 0; first error: UNABLE_TO_LOCK_ROW, x"),
        (TRIGGER, "T: System.DmlException: deadlock detected while waiting for resource"),
        (TRIGGER, "ConcurrentPerOrgLongTxn Limit exceeded."),
        (TRIGGER, "ConcurrentRequests (Concurrent API Requests) Limit exceeded."),
        ("SERVER_UNAVAILABLE", "server too busy"),
        ("UNKNOWN_EXCEPTION", "server too busy"),
        ("CONCURRENT_REQUESTS_LIMIT_EXCEEDED", ""),
        ("TXN_SECURITY_METERING_ERROR", "transaction security policies took too long"),
        ("INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE", ""),
    ],
)
def test_refusals_that_pass_by_themselves(code: str, message: str) -> None:
    assert cause_of(code, message) is Cause.PASSING


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", ""),
        (RULE, "Deadlocked contracts need a manager."),
        (RULE, "The CPU time of this device is missing."),
        (RULE, "You have too many interests: 12"),
        (TRIGGER, "T: execution of BeforeUpdate caused by: System.NullPointerException"),
        (TRIGGER, "first error: STORAGE_LIMIT_EXCEEDED, storage limit exceeded"),
        (FLOW, "first error: SINGLE_EMAIL_LIMIT_EXCEEDED"),
        (FLOW, "An unhandled fault has occurred in this flow"),
        ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
        ("MALFORMED_QUERY", "SELECT Id FROM Lead WHERE Title = 'deadlock UNABLE_TO_LOCK_ROW'"),
        ("INVALID_FIELD", "No such column 'CPU time' … System.LimitException"),
        ("QUERY_TIMEOUT", "Your query request was running for too long."),
        ("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"),
        ("DUPLICATES_DETECTED", "Use one of these records? server busy"),
    ],
)
def test_refusals_that_need_a_person(code: str, message: str) -> None:
    assert cause_of(code, message) is Cause.OTHER


def test_a_limit_outranks_the_lock_in_the_same_message() -> None:
    said = "UNABLE_TO_LOCK_ROW … System.LimitException: Apex CPU time limit exceeded"

    assert cause_of(TRIGGER, said) is Cause.TOO_MUCH


def test_a_refusal_that_needs_a_person_decides_for_the_record() -> None:
    lock = Refusal("UNABLE_TO_LOCK_ROW", "")
    limit = Refusal("REQUEST_RUNNING_TOO_LONG", "")
    rule = Refusal(RULE, "no")

    assert cause_of_all([lock, limit]) is Cause.TOO_MUCH
    assert cause_of_all([lock, limit, rule]) is Cause.OTHER
    assert cause_of_all([]) is Cause.OTHER


def test_a_known_code_has_words_its_message_and_a_remedy() -> None:
    text, remedy = words("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Phone is needed")

    assert text == "A validation rule in your org refuses the record (Phone is needed)"
    assert "Validation Rules" in remedy


def test_a_wrapped_cause_has_its_own_words() -> None:
    said = "T: System.LimitException: Apex CPU time limit exceeded"
    lock = "T: first error: UNABLE_TO_LOCK_ROW, x"

    limit, remedy = words("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", said)
    passing, nothing_to_do = words("CANNOT_EXECUTE_FLOW_TRIGGER", lock)

    assert limit == f"Automation in Salesforce hit a limit when the record was saved ({said})"
    assert "more than Salesforce allows" in remedy
    assert "at the same time" in passing
    assert nothing_to_do.startswith("Nothing to do")


def test_a_record_with_a_bad_reference_says_what_to_check() -> None:
    text, remedy = words("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")

    assert "points to something" in text
    assert "owner, account" in remedy


def test_an_unknown_code_shows_salesforces_own_text() -> None:
    assert words("BRAND_NEW", "Something new happened")[0] == "Something new happened"
    assert words("BRAND_NEW", "")[0] == "BRAND_NEW"
    assert words("", "")[0] == "no reason given"


def test_a_long_message_is_cut_to_one_line() -> None:
    text, _ = words("BRAND_NEW", "a\nb " * 500)

    assert "\n" not in text
    assert len(text) == 300
