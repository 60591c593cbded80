"""docs/practice.md and the practice org agree."""

import inspect
from dataclasses import fields
from pathlib import Path

import pytest

from lib.practice.acts.control import ACTS
from lib.practice.faults.calls import CALLS
from lib.practice.faults.fault import InjectedFault
from lib.practice.faults.kinds import AREAS, KINDS
from lib.practice.org_setup import COLLEAGUE, USERNAME
from lib.practice.signin.accounts import Account, Policy

PAGE = (Path(__file__).parents[2] / "docs" / "practice.md").read_text(encoding="utf-8")


def row_of(act: str) -> str:
    """The line of the table in which an act is told."""
    return next(
        (line for line in PAGE.splitlines() if line.startswith("|") and f"`{act}`" in line), ""
    )


@pytest.mark.parametrize("act", ACTS)
def test_the_page_lists_every_act_with_its_parameters(act: str) -> None:
    takes = list(inspect.signature(ACTS[act]).parameters.values())[1:]
    named = [one.name for one in takes if one.kind is not one.VAR_KEYWORD]
    row = row_of(act)

    assert row
    assert [name for name in named if f"`{name}`" not in row and act != "fault"] == []


def test_every_switch_of_the_policy_and_every_fault_is_told() -> None:
    names = [
        *KINDS,
        *AREAS,
        *CALLS,
        *(one.name for one in (*fields(InjectedFault), *fields(Policy))),
    ]

    assert [name for name in names if f"`{name}`" not in PAGE] == []


def test_the_page_lists_the_users_and_their_passwords() -> None:
    told = (USERNAME, COLLEAGUE, Account().password, Account().token)

    assert [one for one in told if f"`{one}`" not in PAGE] == []
