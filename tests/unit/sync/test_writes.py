"""Calls that fail as a whole get smaller until they pass. Only a record that fails alone failed."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.clock import from_text
from lib.errors import OptbackError, RequestRefused, SalesforceUnreachable
from lib.salesforce import boxes
from lib.salesforce.codes import NO_ANSWER
from lib.salesforce.door import Door
from lib.settings import SalesforceLogin
from lib.sync import call_size, collections, throttle
from lib.sync.logbook import Logbook
from lib.sync.lost_answers import Settled
from lib.sync.plan import GONE
from lib.values import Change, Outcome
from tests.unit.salesforce.conftest import Limits
from tests.unit.salesforce.wire import RESET, Answer, Asked, Wire, composite, serving

PATCH = "composite/sobjects$"
TOGETHER = "composite$"
LOOK_UP = "composite/sobjects/(Contact|Lead)$"
THEN = "2026-03-02T12:00:00.000+0000"
CPU = "npsp.TDTM_Contact: System.LimitException: npsp:Apex CPU time limit exceeded"
ACCOUNT = "001000000000007AAA"
WRAPPER = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
TOO_LONG = [
    {"errorCode": "REQUEST_RUNNING_TOO_LONG", "message": "Your request was running for too long."}
]


def contacts(count: int) -> list[Change]:
    return [_change(f"003{number:012}AAA", "Contact") for number in range(count)]


def leads(count: int) -> list[Change]:
    return [_change(f"00Q{number:012}EAA", "Lead") for number in range(count)]


def _change(record_id: str, sobject: str) -> Change:
    when = from_text("2026-03-02T12:00:00Z")
    return Change(sobject, record_id, "ana@example.org", Outcome.PENDING, modified_at=when)


@dataclass
class Book:
    """A logbook that fails if a record gets two answers, or an answer without being sent."""

    settled: dict[str, Settled] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    stopping: bool = False

    def logbook(self) -> Logbook:
        return Logbook(self._sending, self._settle, self._not_sent, lambda: self.stopping)

    def outcomes(self) -> Counter[Outcome]:
        return Counter(answer.outcome for answer in self.settled.values())

    def _sending(self, batch: Sequence[Change]) -> None:
        ids = {change.record_id for change in batch}
        assert not ids & self.sent
        assert not ids & self.settled.keys()
        self.sent |= ids

    def _settle(self, answers: Sequence[Settled]) -> None:
        for answer in answers:
            assert answer.record_id not in self.settled
            self.settled[answer.record_id] = answer
            self.sent.discard(answer.record_id)

    def _not_sent(self, changes: Sequence[Change]) -> None:
        self.sent -= {change.record_id for change in changes}


@dataclass
class Org:
    """What the scripted server does with a write. `opted_out` has the records whose box is set."""

    wire: Wire
    refuses: Callable[[Sequence[str]], Answer | None]
    row: Callable[[str, Sequence[str]], dict[str, Any] | None] = lambda _id, _ids: None
    opted_out: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.wire.on("PATCH", PATCH, lambda asked: self._save(asked.json))
        self.wire.on("POST", TOGETHER, self._save_together)
        self.wire.on("POST", LOOK_UP, self._look_up)

    @property
    def calls(self) -> list[list[int]]:
        """How many records the batches of each write had, in order."""
        return [
            [len(body["records"]) for body in _bodies(each.json)]
            for each in self.wire.heard(f"{PATCH}|{TOGETHER}")
        ]

    @property
    def sizes(self) -> list[int]:
        """How many records each batch had, in order."""
        return [size for call in self.calls for size in call]

    def _save_together(self, asked: Asked) -> Answer:
        answers = []
        for body in _bodies(asked.json):
            answer = self._save(body)
            if not isinstance(answer.body, list):
                return answer  # no answer to a part, but to the whole call
            answers.append((answer.status, answer.body))
        return composite(*answers)

    def _save(self, body: dict[str, Any]) -> Answer:
        ids = [each["id"] for each in body["records"]]
        refused = self.refuses(ids)
        if refused is not None:
            return refused
        return Answer(200, [self._result(each, ids) for each in ids])

    def _result(self, record_id: str, ids: Sequence[str]) -> dict[str, Any]:
        error = self.row(record_id, ids)
        if error is not None:
            return {"success": False, "errors": [{"fields": [], **error}]}
        self.opted_out.append(record_id)
        return {"id": record_id, "success": True, "errors": []}

    def _look_up(self, asked: Asked) -> Answer:
        ids = asked.json["ids"]
        return Answer(200, [None if each in self.gone else self._row(each) for each in ids])

    def _row(self, record_id: str) -> dict[str, Any]:
        return {
            "attributes": {"type": "Lead" if record_id.startswith("00Q") else "Contact"},
            "Id": record_id,
            "Email": "ana@example.org",
            "HasOptedOutOfEmail": record_id in self.opted_out,
            "LastModifiedDate": THEN,
            "IsConverted": False,
        }


def _bodies(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """The Collections of a call, alone or as parts of a composite call."""
    parts = asked.get("compositeRequest")
    return [asked] if parts is None else [part["body"] for part in parts]


def nothing(_ids: Sequence[str]) -> Answer | None:
    return None


def larger_than(most: int, answer: Answer) -> Callable[[Sequence[str]], Answer | None]:
    return lambda ids: answer if len(ids) > most else None


def limit(_record_id: str, ids: Sequence[str]) -> dict[str, Any] | None:
    return {"statusCode": WRAPPER, "message": CPU} if len(ids) > 100 else None


def write(door: Door, changes: Sequence[Change]) -> Book:
    book = Book()
    collections.write(door, changes, book.logbook())
    assert not book.sent
    return book


@pytest.mark.parametrize(
    "answer",
    [
        Answer(400, TOO_LONG),
        Answer(500, TOO_LONG),
        Answer(503, TOO_LONG),
        Answer(400, [{"errorCode": "QUERY_TIMEOUT", "message": "Your query request was running"}]),
        Answer(413, "<html>Request Entity Too Large</html>"),
        Answer(400, [{"errorCode": WRAPPER, "message": CPU}]),
        Answer(500, [{"errorCode": "UNKNOWN_EXCEPTION", "message": "ErrorId: 1-2 (3)"}]),
        Answer(400, [{"errorCode": "EXCEEDED_ID_LIMIT", "message": "record limit reached"}]),
        RESET,
        Answer(504, "<html>Gateway Time-out</html>"),
        Answer(200, None),
    ],
)
def test_a_call_that_fails_as_a_whole_is_halved_until_it_passes(
    wire: Wire, door: Door, answer: Answer
) -> None:
    org = Org(wire, larger_than(100, answer))

    book = write(door, contacts(200))

    assert book.outcomes() == {Outcome.UPDATED: 200}
    assert org.sizes[-2:] == [100, 100]
    assert len(org.opted_out) == 200


def test_if_not_even_one_record_passes_for_its_bytes_the_run_gives_up_soon(
    wire: Wire, door: Door
) -> None:
    org, book = Org(wire, larger_than(0, Answer(413, "<html>Too Large</html>"))), Book()

    with pytest.raises(RequestRefused) as refused:
        collections.write(door, contacts(3000), book.logbook())

    assert "a single record" in refused.value.message
    assert len(org.calls) < 40
    assert (book.outcomes(), book.sent) == ({}, set())


def test_the_size_that_passed_is_kept_for_the_rest_of_the_run(wire: Wire, door: Door) -> None:
    org = Org(wire, larger_than(60, Answer(400, TOO_LONG)))

    book = write(door, contacts(3000))

    assert book.outcomes() == {Outcome.UPDATED: 3000}
    assert sum(max(call) > 50 for call in org.calls) <= 12
    assert len(org.calls) <= 3000 / 50 / 5 + 12


def test_records_that_meet_a_limit_are_sent_again_in_smaller_calls(wire: Wire, door: Door) -> None:
    org = Org(wire, nothing, limit)

    book = write(door, contacts(450))

    assert book.outcomes() == {Outcome.UPDATED: 450}
    assert [size for size in org.sizes if size > 100] == [150, 150, 150]
    assert len(org.opted_out) == 450


def test_records_that_went_through_are_not_sent_again(wire: Wire, door: Door) -> None:
    late = {change.record_id for change in contacts(200)[150:]}
    org = Org(wire, nothing, lambda each, ids: limit(each, ids) if each in late else None)

    book = write(door, contacts(200))

    assert book.outcomes() == {Outcome.UPDATED: 200}
    assert org.sizes == [200, 50]
    assert len(set(org.opted_out)) == len(org.opted_out) == 200


def test_only_a_record_that_fails_alone_is_a_failed_record(wire: Wire, door: Door) -> None:
    bad = contacts(1000)[437].record_id
    message = {"statusCode": WRAPPER, "message": "hed:Too many query rows: 50001"}
    org = Org(wire, nothing, lambda _id, ids: message if bad in ids else None)

    book = write(door, contacts(1000))

    assert book.outcomes() == {Outcome.UPDATED: 999, Outcome.FAILED: 1}
    assert (book.settled[bad].reason, book.settled[bad].message) == (WRAPPER, message["message"])
    assert len(org.sizes) <= 40


@pytest.mark.parametrize(
    "message",
    [
        "MyTrigger: execution of AfterUpdate caused by: System.NullPointerException: null",
        "An unexpected error occurred. Please include this ErrorId: {size}-{each} (-1)",
    ],
)
def test_a_trigger_that_fails_for_one_record_does_not_fail_the_others(
    wire: Wire, door: Door, message: str
) -> None:
    bad = contacts(300)[42].record_id

    def refuse(each: str, ids: Sequence[str]) -> dict[str, Any] | None:
        said = message.format(each=int(each[3:15]), size=len(ids))
        return {"statusCode": WRAPPER, "message": said} if bad in ids else None

    org = Org(wire, nothing, refuse)

    book = write(door, contacts(300))

    assert book.outcomes() == {Outcome.UPDATED: 299, Outcome.FAILED: 1}
    assert book.settled[bad].reason == WRAPPER
    assert len(org.sizes) <= 40


def test_a_trigger_that_fails_for_every_record_costs_few_calls(wire: Wire, door: Door) -> None:
    said = "MyTrigger: execution of AfterUpdate caused by: System.NullPointerException: null"
    org = Org(wire, nothing, lambda _id, _ids: {"statusCode": WRAPPER, "message": said})

    book = write(door, contacts(2000))

    assert book.outcomes() == {Outcome.FAILED: 2000}
    halvings = 2 * 8  # for each call in progress: 200, 100, 50 … 1, both halves
    assert len(org.calls) < 20 + 2000 / call_size.THEN_AT_LEAST + throttle.MOST * 2 * halvings


def test_records_refused_for_their_own_reasons_are_not_sent_again(wire: Wire, door: Door) -> None:
    rule = {"statusCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "Phone is needed"}
    org = Org(wire, nothing, lambda _id, _ids: rule)

    book = write(door, contacts(100))

    assert book.outcomes() == {Outcome.FAILED: 100}
    assert org.sizes == [100]


def test_a_lasting_lock_fails_only_the_locked_record(wire: Wire, door: Door) -> None:
    bad = contacts(8)[5].record_id
    lock = {"statusCode": WRAPPER, "message": "T: first error: UNABLE_TO_LOCK_ROW, x: []"}
    Org(wire, nothing, lambda _id, ids: lock if bad in ids else None)

    book = write(door, contacts(8))

    assert book.outcomes() == {Outcome.UPDATED: 7, Outcome.FAILED: 1}


def test_locked_records_of_an_account_are_tried_again_in_one_call(wire: Wire, door: Door) -> None:
    locked = {change.record_id for change in contacts(450)[::149]}  # in each of the calls
    seen: set[str] = set()

    def lock(record_id: str, _ids: Sequence[str]) -> dict[str, Any] | None:
        if record_id not in locked or record_id in seen:
            return None
        seen.add(record_id)
        return {"statusCode": "UNABLE_TO_LOCK_ROW", "message": f"1 records: {ACCOUNT}"}

    org = Org(wire, nothing, lock)

    book = write(door, contacts(450))

    assert book.outcomes() == {Outcome.UPDATED: 450}
    assert org.calls == [[150], [150], [150], [len(locked)]]


def test_two_calls_never_try_a_locked_account_at_the_same_time(
    wire: Wire, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boxes, "MOST_IN_GROUP", 5)
    monkeypatch.setattr(call_size, "LARGEST", 5)
    tries: Counter[str] = Counter()
    overlaps: list[set[str]] = []

    def lock(record_id: str, _ids: Sequence[str]) -> dict[str, Any] | None:
        tries[record_id] += 1
        locked = {"statusCode": "UNABLE_TO_LOCK_ROW", "message": "locked"}
        return locked if tries[record_id] < 3 else None

    class Watched(Book):
        def _sending(self, batch: Sequence[Change]) -> None:
            if any(tries[change.record_id] for change in batch):
                overlaps.append(set(self.sent))
            super()._sending(batch)

    Org(wire, nothing, lock)
    book = Watched()

    changes = [replace(each, account_id=ACCOUNT) for each in contacts(30)]
    collections.write(door, changes, book.logbook())

    assert book.outcomes() == {Outcome.UPDATED: 30}
    assert len(overlaps) > 2
    assert not any(overlaps)


@pytest.mark.parametrize("answer", [RESET, Answer(400, TOO_LONG)])
def test_an_org_that_becomes_slow_during_a_run_gets_smaller_calls_from_then_on(
    wire: Wire, door: Door, answer: Answer
) -> None:
    org = Org(wire, lambda ids: answer if len(ids) > 100 and len(org.opted_out) >= 200 else None)

    book = write(door, contacts(4000))

    assert book.outcomes() == {Outcome.UPDATED: 4000}
    assert sum(max(call) > 100 for call in org.calls) <= 30


def test_a_call_that_takes_too_long_again_is_halved(wire: Wire, login: SalesforceLogin) -> None:
    has_ended = Event()

    def too_slow(ids: Sequence[str]) -> Answer | None:
        if len(ids) > 2:
            has_ended.wait(30)
            return RESET
        return None

    org = Org(wire, too_slow)
    limits = Limits(connect_s=5, sign_in_s=5, read_s=5, long_s=1)

    with Door.open(login, sleep=lambda _: None, limits=limits) as door:
        book = write(door, contacts(4))
    has_ended.set()

    assert book.outcomes() == {Outcome.UPDATED: 4}
    assert org.sizes == [4, 4, 2, 2]


def test_contacts_that_need_small_calls_do_not_slow_down_leads(wire: Wire, door: Door) -> None:
    org = Org(wire, lambda ids: Answer(400, TOO_LONG) if _contacts_in(ids) > 25 else None)

    book = write(door, [*contacts(400), *leads(1000)])

    assert book.outcomes() == {Outcome.UPDATED: 1400}
    assert org.sizes.count(175) >= 4


def _contacts_in(ids: Sequence[str]) -> int:
    return sum(each.startswith("003") for each in ids)


def test_calls_are_bounded_if_nothing_ever_passes(
    wire: Wire, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_size, "LONE_FAILURES", 20)
    org = Org(wire, lambda _ids: Answer(400, TOO_LONG))

    book = write(door, contacts(2000))

    assert book.outcomes() == {Outcome.FAILED: 2000}
    assert {answer.reason for answer in book.settled.values()} == {"REQUEST_RUNNING_TOO_LONG"}
    halvings = 2 * 8  # for each call in progress: 200, 100, 50 … 1, both halves
    assert len(org.calls) < 20 + 2000 / call_size.THEN_AT_LEAST + throttle.MOST * 2 * halvings


def test_a_service_that_never_answers_stops_the_run_and_leaves_the_rest_for_later(
    wire: Wire, door: Door
) -> None:
    org = Org(wire, lambda _ids: RESET)
    book = Book()

    with pytest.raises(SalesforceUnreachable):
        collections.write(door, contacts(1000), book.logbook())

    assert not book.settled
    assert not book.sent
    assert len(org.sizes) <= 60


def test_an_error_that_no_record_causes_stops_the_run(wire: Wire, door: Door) -> None:
    org = Org(wire, lambda _ids: Answer(404, [{"errorCode": "NOT_FOUND", "message": "no"}]))
    book = Book()

    with pytest.raises(RequestRefused):
        collections.write(door, contacts(1000), book.logbook())

    assert not book.settled
    assert not book.sent
    assert len(org.calls) <= throttle.MOST


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (RESET, NO_ANSWER),
        (Answer(500, [{"errorCode": "UNKNOWN_EXCEPTION", "message": "no"}]), "UNKNOWN_EXCEPTION"),
        (Answer(400, [{"errorCode": "BRAND_NEW", "message": "no"}]), "BRAND_NEW"),
    ],
)
def test_a_record_that_makes_every_call_fail_is_found(
    wire: Wire, door: Door, answer: Answer, reason: str
) -> None:
    bad = contacts(300)[250].record_id
    org = Org(wire, lambda ids: answer if bad in ids else None)

    book = write(door, contacts(300))

    assert book.outcomes() == {Outcome.UPDATED: 299, Outcome.FAILED: 1}
    assert book.settled[bad].reason == reason
    assert len(set(org.opted_out)) == len(org.opted_out) == 299


def test_what_was_written_is_not_sent_again_even_if_its_answer_was_lost(
    wire: Wire, door: Door
) -> None:
    lost: list[int] = []

    def loses_the_first(ids: Sequence[str]) -> Answer | None:
        if lost:
            return None
        lost.append(1)
        org.opted_out.extend(ids[:120])
        return RESET

    org = Org(wire, loses_the_first)

    book = write(door, contacts(200))

    assert book.outcomes() == {Outcome.UPDATED: 200}
    assert org.sizes == [200, 80]


@pytest.mark.parametrize("code", ["INVALID_CROSS_REFERENCE_KEY", "ENTITY_IS_DELETED"])
def test_a_record_is_gone_only_when_it_cannot_be_found(wire: Wire, door: Door, code: str) -> None:
    gone, living, fine = contacts(3)
    error = {"statusCode": code, "message": "invalid cross reference id"}
    org = Org(wire, nothing, lambda each, _ids: None if each == fine.record_id else error)
    org.gone.add(gone.record_id)

    book = write(door, [gone, living, fine])

    found = {each: (answer.outcome, answer.reason) for each, answer in book.settled.items()}
    assert found == {
        gone.record_id: (Outcome.SKIPPED, GONE),
        living.record_id: (Outcome.FAILED, code),
        fine.record_id: (Outcome.UPDATED, None),
    }


@pytest.mark.parametrize("code", ["INVALID_CROSS_REFERENCE_KEY", "ENTITY_IS_DELETED"])
def test_a_record_that_cannot_be_looked_up_is_refused_and_stays_open(
    wire: Wire, door: Door, code: str
) -> None:
    org = Org(wire, nothing, lambda _id, _ids: {"statusCode": code, "message": "no"})
    wire.on("POST", LOOK_UP, Answer(400, [{"errorCode": "BRAND_NEW", "message": "no"}]))

    book = write(door, contacts(1))

    assert book.outcomes() == {Outcome.FAILED: 1}
    assert org.sizes == [1]


def test_a_run_that_is_stopped_sends_no_more_pieces(wire: Wire, door: Door) -> None:
    book = Book()

    def stops(_ids: Sequence[str]) -> Answer | None:
        book.stopping = True
        return Answer(400, TOO_LONG)

    org = Org(wire, stops)

    with pytest.raises(OptbackError, match="Stopped"):
        collections.write(door, contacts(100), book.logbook())

    assert org.sizes == [100]
    assert not book.settled
    assert not book.sent


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    count=st.integers(1, 420),
    of_contacts=st.integers(1, 200),
    of_leads=st.integers(1, 200),
    bad=st.sets(st.integers(0, 419), max_size=3),
    by_row=st.booleans(),
)
def test_each_record_gets_its_own_outcome_no_matter_what_the_limits_are(
    count: int, of_contacts: int, of_leads: int, bad: set[int], by_row: bool
) -> None:
    changes = [*contacts(count // 2), *leads(count - count // 2)]
    poison = {changes[each].record_id for each in bad if each < count}

    def is_over(ids: Sequence[str]) -> bool:
        contacts_in = _contacts_in(ids)
        too_many = contacts_in > of_contacts or len(ids) - contacts_in > of_leads
        return too_many or not poison.isdisjoint(ids)

    def refuse(ids: Sequence[str]) -> Answer | None:
        return Answer(400, TOO_LONG) if is_over(ids) and not by_row else None

    def row(_each: str, ids: Sequence[str]) -> dict[str, Any] | None:
        return {"statusCode": WRAPPER, "message": CPU} if is_over(ids) else None

    with serving() as wire:
        org = Org(wire, refuse, row)
        login = SalesforceLogin(wire.url, "ana@example.org", "secret", "token")
        with Door.open(login, sleep=lambda _: None, limits=Limits(60, 60, 60, 60)) as door:
            book = write(door, changes)

    failed = {each for each, answer in book.settled.items() if answer.outcome is Outcome.FAILED}
    assert failed == poison
    assert sorted(org.opted_out) == sorted(
        change.record_id for change in changes if change.record_id not in poison
    )
