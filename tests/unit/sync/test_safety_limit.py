"""The safety limit (rules.md, 4.1 and 4.2)."""

import pytest

from lib.sync.safety_limit import Allowance, rule


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
