"""Overview in words: the answer in each state, the figures, and results in a few words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lib.clock import utc_now
from lib.services.alerts.overview import AlertsView
from lib.services.runs.overview import Everyone, Glance
from lib.services.schedules.setting import Upcoming
from lib.store.connections import ConnectionState
from lib.store.domains import OnHold
from lib.store.mass_clearings import ClearedBox
from lib.store.people import RefusedRecord
from lib.store.people_counts import PeopleCounts
from lib.store.run import Run
from lib.store.schedules import Schedule
from lib.ui.frame.answer import Mark
from lib.ui.needs.condition import Kind, condition
from lib.ui.needs.of_connection import needs_of, waiting_need
from lib.ui.overview.answer import answer_of
from lib.ui.overview.figures import next_in_words
from lib.ui.runs.words import short_result
from lib.values import Check, Fault, RunStatus

AT = datetime(2026, 11, 26, 7, 2, tzinfo=UTC)
IDLE = Glance("acme")
RUN = Run(
    id="r1", connection="acme", scope="acme/00D", org_name=None, environment=None,
    status=RunStatus.SUCCEEDED, started_by="cron", source="jangomail", file_name=None,
    dry_run=False, first_run=False, started_at=AT, beat_at=AT, finished_at=AT, phase="",
    phase_done=0, phase_total=0, safety_limit=500, mailable=100, events_read=1, addresses=1,
    records=1, updated=0, planned=None, already_opted_out=0, kept=0, skipped=0, failed=0,
    pending=0, unmatched=0, api_calls=1, duration_s=1.0, errors=(),
)  # fmt: skip


def ended(**values):
    return replace(RUN, **values)


def refused(address, days=8):
    since = utc_now() - timedelta(days=days)
    return RefusedRecord("Contact", f"003{address}", address, "ENTITY_IS_LOCKED", "locked", since)


def now(standing=None, **values):
    return Everyone(utc_now(), PeopleCounts(**(standing or {})), **values)


@pytest.mark.parametrize(
    ("people_now", "mark", "sentence"),
    [
        (
            now({"opted_out": 9, "pending": 1}, held_domains=(OnHold("held.example", 3, 4),)),
            Mark.NEEDS_YOU,
            "4 people who unsubscribed can still be emailed",
        ),
        (
            now({"opted_out": 9}, held_domains=(OnHold("held.example", 3, 4),)),
            Mark.NEEDS_YOU,
            "3 people at held.example can still be emailed until you decide",
        ),
        (
            now({"opted_out": 9}, held_domains=(OnHold("held.example", 0, 0),)),
            Mark.NEEDS_YOU,
            "Everyone who unsubscribed by address is opted out, and held.example needs your "
            "decision",
        ),
        (
            now(
                {"opted_out": 9, "kept": 1},
                cleared_at_once=(ClearedBox("003", "Contact", "a@example.org", AT, "r1"),),
            ),
            Mark.NEEDS_YOU,
            "1 person who unsubscribed can be emailed again, and it's not clear why",
        ),
    ],
)
def test_no_sentence_is_calm_while_a_decision_is_open(people_now, mark, sentence):
    answer = answer_of(IDLE, people_now)

    assert (answer.mark, answer.sentence) == (mark, sentence)


def test_what_was_read_long_ago_is_never_said_as_if_it_were_now():
    old = Everyone(utc_now() - timedelta(days=4), PeopleCounts(opted_out=9))
    well, some = (
        answer_of(IDLE, old),
        answer_of(IDLE, replace(old, standing=PeopleCounts(pending=2))),
    )

    assert well.sentence.startswith("JangoMail was last read 4 days ago.")
    assert some.sentence == "2 people who unsubscribed could still be emailed 4 days ago"


def test_copying_that_is_off_comes_before_everything_else():
    off = Glance("acme", copies_unsubscribes=False)
    answer = answer_of(off, now({"pending": 2}))

    assert (answer.mark, answer.sentence) == (
        Mark.STOPPED,
        "Copying unsubscribes to Salesforce is off",
    )
    assert answer.quiet.startswith("2 people who unsubscribed can still be emailed, as of ")


def test_a_card_of_refused_records_is_about_all_of_them():
    people_now = now({"pending": 3}, refused=tuple(refused(f"{n}@example.org") for n in range(2)))
    [need] = needs_of(IDLE, people_now, AlertsView("acme"))

    assert (need.what, need.button) == (
        "Salesforce has refused 2 people for 8 days",
        "See all 2 records",
    )
    assert [record.address for record in need.records] == ["0@example.org", "1@example.org"]


def test_a_list_of_connections_calls_one_well_only_if_nothing_needs_anyone():
    good = replace(IDLE, latest=RUN, last_good=RUN)
    state = ConnectionState(
        "acme", scope=None, org=None, instance_url=None, paused_at=None, paused_code=None,
        paused_message=None, paused_remedy=None, paused_fingerprint=None, checks=[], checked_at=AT,
    )  # fmt: skip

    def kind(glance, people_now):
        return condition(glance, people_now, needs_of(glance, people_now, AlertsView("acme"))).kind

    failed = Check("Lead: X", ok=False, detail="Hidden")
    follows = Check("Lead: Y", ok=False, detail="Hidden", because="Lead: X")
    assert kind(good, now({"opted_out": 9})) is Kind.FINE
    assert kind(IDLE, now({"opted_out": 9})) is Kind.UNKNOWN
    assert kind(good, Everyone(utc_now() - timedelta(days=4))) is Kind.UNKNOWN
    assert kind(good, now({"pending": 2})) is Kind.WAITING
    assert kind(replace(good, is_paused=True), now()) is Kind.STOPPED
    assert kind(replace(good, copies_unsubscribes=False), now()) is Kind.HALTED
    assert kind(good, now(held_domains=(OnHold("held.example", 3, 4),))) is Kind.NEEDS_YOU
    found = replace(good, state=replace(state, checks=[failed, follows]))
    assert kind(found, now()) is Kind.NEEDS_YOU
    [need] = needs_of(found, now(), AlertsView("acme"))
    assert need.what == "1 check of this connection needs you"


def test_the_card_of_people_who_wait_says_when_the_next_run_comes():
    people_now = now({"pending": 2})
    soon = Upcoming(
        Schedule(at=None, zone="UTC", every_minutes=15), utc_now() + timedelta(minutes=5)
    )

    [alone] = waiting_need(IDLE, people_now, None)
    [scheduled] = waiting_need(IDLE, people_now, soon)
    assert (alone.button, alone.previews) == ("Preview 2 people", True)
    assert "No run is scheduled" in alone.why
    assert "until the next scheduled run opts them out (" in scheduled.why
    ready = replace(IDLE, latest=ended(status=RunStatus.DRY_RUN, planned=2, updated=None))
    [preview] = waiting_need(ready, people_now, soon)
    assert (preview.button, preview.previews) == ("See the preview", False)
    preview = ended(status=RunStatus.DRY_RUN, planned=2, source="file")
    of_a_file = replace(ready, latest=preview)
    assert [need.previews for need in waiting_need(of_a_file, people_now, soon)] == [True]
    live = replace(IDLE, live=RUN)
    [helped] = waiting_need(live, people_now, soon)
    assert (helped.button, helped.previews) == ("Go to Sync", False)
    assert "The run in progress opts them out" in helped.why


def test_the_next_run_is_a_time_a_word_and_a_schedule():
    often = Schedule(at=None, zone="UTC", every_minutes=15)

    assert next_in_words(IDLE, Upcoming(often, utc_now()))[:2] == ("Now", "within a minute")
    assert next_in_words(IDLE, None)[:2] == ("None", "not scheduled")
    assert next_in_words(replace(IDLE, is_paused=True), None)[:2] == ("Paused", "no run writes")
    clock, said, _ = next_in_words(IDLE, Upcoming(often, utc_now() + timedelta(days=1)))
    assert clock.endswith("M")
    assert said == "tomorrow, every 15 minutes"


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (ended(updated=6, failed=1), "6 opted out, 1 refused"),
        (ended(), "nothing new"),
        (ended(finished_at=None), "in progress"),
        (ended(status=RunStatus.DRY_RUN, planned=1204, updated=None), "1,204 would be opted out"),
        (ended(status=RunStatus.DRY_RUN, planned=0, updated=None), "nothing to opt out"),
        (
            ended(
                status=RunStatus.FAILED,
                errors=(Fault("SERVER_UNAVAILABLE", "Salesforce can't answer (HTTP 503)", ""),),
            ),
            "Salesforce can't answer",
        ),
    ],
)
def test_a_result_fits_into_a_few_words(run, words):
    assert short_result(run) == words
