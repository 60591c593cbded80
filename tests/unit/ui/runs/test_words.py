"""A run in words: headline and balance say what `history --json` says."""

import pytest

from lib.store import runs
from lib.store.db import Store
from lib.ui.runs.words import headline, late, read
from lib.values import Fault, Outcome, RunResult
from lib.words import balance, closed, outcome_counts


@pytest.fixture
def ended(tmp_path):
    """A run with these numbers, as the log gives it back."""
    with Store.open(tmp_path / "home") as store:

        def add(status, **counts):
            dry = status == "dry_run"
            run_id = runs.start(
                store, connection="default", started_by="cron", dry_run=dry, source="jangomail"
            )
            runs.finish(store, run_id, RunResult(run_id, "default", status, **counts))
            return runs.get(store, run_id)

        yield add


def test_a_balance_adds_up_to_the_records(ended):
    run = ended("partial", records=36, updated=2, already_opted_out=33, failed=1)

    assert sum(count for _, count in outcome_counts(run)) == run.records
    assert balance(run) == (
        "36 records = 33 already opted out + 2 opted out + 1 refused by Salesforce."
    )


def test_what_needs_a_hand_comes_first(ended):
    run = ended("partial", records=4, updated=1, failed=1, pending=1, kept=1)

    assert [outcome for outcome, _ in outcome_counts(run)] == [
        Outcome.FAILED,
        Outcome.PENDING,
        Outcome.KEPT,
        Outcome.UPDATED,
    ]


@pytest.mark.parametrize(
    ("status", "counts", "words"),
    [
        ("succeeded", {"updated": 1_204}, "Done: 1,204 records opted out"),
        ("succeeded", {}, "Done: no records to opt out"),
        ("succeeded", {"kept": 1}, "Done: no records to opt out"),
        (
            "partial",
            {"failed": 1, "pending": 3},
            "Partly done: no records opted out, 1 refused by Salesforce, 3 not written yet",
        ),
        (
            "partial",
            {"updated": 1, "failed": 2},
            "Partly done: 1 record opted out, 2 refused by Salesforce",
        ),
        ("dry_run", {"updated": None, "planned": 7}, "Preview: 7 records would be opted out"),
        ("dry_run", {"updated": None, "planned": 0}, "Preview: no records to opt out"),
        (
            "guarded",
            {"updated": None, "planned": 612},
            "Stopped at the safety limit: 612 records would be opted out",
        ),
        ("busy", {}, "Another run was in progress, so this run did nothing"),
        (
            "failed",
            {"updated": 1, "errors": (Fault("x", "No answer", "Wait"),)},
            "Failed after 1 record was opted out: No answer",
        ),
    ],
)
def test_a_headline_says_what_came_of_the_run(ended, status, counts, words):
    assert headline(ended(status, **counts)) == words


def test_a_run_that_ended_early_makes_no_statement_about_records(ended):
    run = ended("failed")

    assert read(run) == "The run ended before it read anything."
    assert balance(run) == ""


@pytest.mark.parametrize("text", ["Done.", 'It said "locked out."', "Look at them first?"])
def test_a_sentence_gets_no_second_full_stop(text):
    assert closed(text) == text


def test_late_arrivals_have_a_sentence_of_their_own(ended):
    run, preview = ended("succeeded", records=1, updated=1), ended("dry_run", planned=2)

    assert late(run, 0) == ""
    assert late(run, 1) == (
        "1 person who had unsubscribed before came back and was opted out again."
    )
    assert late(preview, 2) == (
        "2 people who had unsubscribed before came back and would be opted out again."
    )
