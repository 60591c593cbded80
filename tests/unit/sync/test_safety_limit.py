"""The safety limit (rules.md, 4.1 and 4.2)."""

import pytest

from lib.sync.safety_limit import (
    Allowance,
    Ruling,
    copying_off_fault,
    limit_fault,
    limit_of,
    may_count,
    rule,
)


def never_asked() -> int:
    raise AssertionError("the mailable records were counted for nothing")


def is_allowed(planned: int, mailable: int, allowance: Allowance | None = None) -> bool:
    return rule(planned, allowance or Allowance(), lambda: mailable).allowed


@pytest.mark.parametrize(
    ("planned", "mailable", "allowed"),
    [
        (500, 2_000, True),
        (501, 2_000, False),
        (501, 20_000, True),
        (1_000, 20_000, True),
        (1_001, 20_000, False),
        (50, 100, True),
        (51, 100, False),
        (49, 49, True),
        (50, 50, False),
        (50, 99, False),
        (400, 600, False),
    ],
)
def test_rule_4_1_more_than_500_and_5_percent_or_half_is_stopped(planned, mailable, allowed):
    assert is_allowed(planned, mailable) is allowed


@pytest.mark.parametrize(
    ("usual", "planned", "allowed"),
    [(10, 10, True), (10, 11, False), (0, 1, False), (0, 0, True), (9_000, 9_000, True)],
)
def test_rule_4_1_a_connections_own_limit_replaces_the_usual_rule(usual, planned, allowed):
    ruling = rule(planned, Allowance(usual=usual), never_asked)

    assert (ruling.allowed, ruling.limit) == (allowed, usual)


def test_rule_4_1_a_runs_own_number_goes_before_the_connections_limit():
    assert rule(20, Allowance(max_changes=20, usual=10), never_asked).allowed
    assert not rule(20, Allowance(max_changes=5, usual=100), never_asked).allowed
    assert rule(20, Allowance(allow_large=True, usual=10), never_asked).allowed
    assert Allowance(max_changes=5, usual=10).limit_source == "run"
    assert Allowance(usual=10).limit_source == "connection"
    assert Allowance().limit_source is None


def test_fewer_than_50_changes_cost_no_count():
    assert rule(49, Allowance(), never_asked).allowed


def test_rule_4_2_an_approval_covers_at_most_its_number():
    assert is_allowed(612, 2_000, Allowance(max_changes=612))
    assert not is_allowed(613, 2_000, Allowance(max_changes=612))


def test_max_changes_sets_the_limit_lower_too():
    ruling = rule(4, Allowance(max_changes=3), never_asked)

    assert not ruling.allowed
    assert ruling.limit == 3


def test_allow_large_lifts_the_limit():
    assert rule(100_000, Allowance(allow_large=True), never_asked).allowed


@pytest.mark.parametrize(
    ("mailable", "limit"),
    [(0, 49), (99, 49), (100, 50), (999, 499), (1_000, 500), (10_019, 500), (10_020, 501)],
)
def test_rule_4_1_the_limit_follows_from_the_number_of_mailable_records(mailable, limit):
    assert limit_of(mailable) == limit
    assert rule(limit + 1, Allowance(), lambda: mailable) == Ruling(False, limit, mailable)


@pytest.mark.parametrize(
    ("planned", "allowance", "needed"),
    [
        (49, Allowance(), False),
        (50, Allowance(), True),
        (50, Allowance(allow_large=True), False),
        (50, Allowance(max_changes=0), False),
        (50, Allowance(usual=0), False),
    ],
)
def test_the_mailable_records_are_counted_only_if_it_depends_on_them(planned, allowance, needed):
    asked = []
    rule(planned, allowance, lambda: asked.append(1) or 10_000)

    assert may_count(planned, allowance) is needed
    assert bool(asked) is needed


def test_a_ruling_has_the_numbers_it_compared():
    assert rule(600, Allowance(), lambda: 4_000) == Ruling(False, 500, 4_000)
    assert rule(10, Allowance(usual=9), never_asked) == Ruling(False, 9)
    assert rule(10, Allowance(max_changes=10), never_asked) == Ruling(True, 10)
    assert rule(10, Allowance(allow_large=True), never_asked) == Ruling(True)
    assert rule(10, Allowance(), never_asked) == Ruling(True)


def test_a_run_that_was_stopped_says_the_number_the_limit_and_how_to_approve_it():
    fault = limit_fault(612, Ruling(False, 500, 4_000), from_file=False)
    of_file = limit_fault(612, Ruling(False, None), from_file=True, approve_domain="example.org")

    assert (fault.code, fault.count) == ("guarded", 612)
    assert fault.message == "612 records would be opted out. The limit for one run is 500"
    assert fault.remedy == (
        "Check who is on the list, then run again with --max-changes 612 or --allow-large."
    )
    assert "The limit for one run is 0" in of_file.message
    assert of_file.remedy.startswith(
        "Check who is in the file, then run again with "
        "--approve-domain example.org and --max-changes 612"
    )


def test_a_run_while_copying_is_off_names_its_connection_and_what_to_do():
    fault = copying_off_fault("north")

    assert fault.code == "copying_off"
    assert "is off for north" in fault.message
    assert "Connection page" in fault.remedy
