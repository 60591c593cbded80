"""What a column contributes to the question of who asked, by its heading and all of its values."""

import pytest

from lib.sources.files.who_asked.column_roles import Role, role_of
from lib.sources.files.who_asked.column_votes import ColumnSeen

DAY = "2026-01-02"
OTHERS = [f"v{number}" for number in range(32)]
MANY = [OTHERS[number % 25] for number in range(101)]


def is_day(text: str) -> bool | None:
    return True if text == DAY else None


@pytest.mark.parametrize(
    ("heading", "cells", "role"),
    [
        # About leaving: an empty cell means that the person didn't ask.
        ("Unsubscribed", [""], Role.DECIDES),
        ("Unsubscribed", ["yes", "perhaps"], Role.UNCLEAR),
        ("Complained", ["", ""], Role.NONE),
        ("Complained", ["yes", ""], Role.DECIDES),
        # About staying: an empty cell next to a yes may mean either.
        ("Subscribed", ["yes", ""], Role.UNCLEAR),
        ("Subscribed", ["yes", "no", ""], Role.DECIDES),
        ("Subscribed", ["", ""], Role.NONE),
        ("Subscribed", [DAY, "yes"], Role.OPT_IN_DATE),
        ("Subscribed", [DAY, "yes", "no"], Role.DECIDES),
        ("Consent", [""], Role.NONE),
        ("Consent", ["yes", "no"], Role.UNCLEAR),
        ("Consent", [DAY, "yes"], Role.OPT_IN_DATE),
        ("Consent", [DAY, "yes", "no"], Role.UNCLEAR),
        ("Consent", OTHERS, Role.NONE),
        ("Confirmed on", [DAY, "x"], Role.NONE),
        ("Confirmed on", [DAY, DAY, "x"], Role.OPT_IN_DATE),
        ("Resubscribed", ["no", "no"], Role.NONE),
        ("Resubscribed", ["yes", "no"], Role.UNCLEAR),
        ("Resubscribed", ["", ""], Role.NONE),
        # A status, and what isn't one.
        ("Status", [""], Role.NONE),
        ("Status", ["unsubscribed", "active"], Role.DECIDES),
        ("Status", ["blocked"], Role.UNCLEAR),
        ("Kind", ["unsubscribed", "active"], Role.DECIDES),
        ("Kind", ["unsubscribed", *OTHERS[:20]], Role.UNCLEAR),
        ("Kind", ["active", *OTHERS[:21]], Role.NONE),
        ("Kind", ["active"] * 10 + MANY[:90], Role.UNCLEAR),
        ("Kind", ["active"] * 9 + MANY[:91], Role.NONE),
        ("Kind", ["unsubscribed", *MANY[:99]], Role.UNCLEAR),
        ("Kind", ["unsubscribed", *MANY[:101]], Role.NONE),
        ("Tags", ["*", "news"], Role.DECIDES),
        # Bounces, and what a mail server said.
        ("Bounced", ["", ""], Role.NONE),
        ("Bounced", ["no", "no"], Role.UNCLEAR),
        ("Bounced", ["yes"], Role.BOUNCES),
        ("Bounced", ["hard"], Role.BOUNCES),
        ("Bounced", [DAY], Role.BOUNCES),
        ("Bounced", ["550 user unknown"], Role.BOUNCES),
        ("Bounced", ["unsubscribed", ""], Role.DECIDES),
        ("Message", ["550 user unknown", "x"], Role.BOUNCES),
        ("Message", ["550 user unknown", "x", "y"], Role.UNCLEAR),
        # Details of leaving.
        ("Unsubscribe reason", ["yes", "no"], Role.UNCLEAR),
        ("Unsubscribe reason", ["yes", ""], Role.DETAIL),
        ("Unsubscribe reason", ["yes", "yes"], Role.NONE),
        ("Unsubscribe reason", ["1", "0"], Role.NONE),
        ("Channel", ["SMS", "email"], Role.UNCLEAR),
        ("Channel", ["email", "email"], Role.NONE),
        # Columns about something else.
        ("Town", ["unsubscribed", "Ulm"], Role.UNCLEAR),
        ("Town", ["unsubscribed"], Role.NONE),
        ("Town", ["Ulm"], Role.NONE),
        ("State", ["yes", "no"], Role.NONE),
        ("Etat", ["NO", "NO"], Role.NONE),
        # Yes and no, words, or codes that no heading explains.
        ("Flag", ["yes", "no"], Role.UNCLEAR),
        ("Flag", ["yes", "no", "a", "b"], Role.UNCLEAR),
        ("Flag", ["yes", "a", "b", "c"], Role.NONE),
        ("Flag", ["1", "0", "1,000"], Role.NONE),
        ("Flag", ["1", "0", "+7.5"], Role.NONE),
        ("Wish", ["stop please", "keep"], Role.UNCLEAR),
        ("Wish", ["stop please", ""], Role.UNCLEAR),
        ("Wish", ["stop please", "stop please"], Role.NONE),
        ("Reason code", ["1", "2", "3"], Role.UNCLEAR),
        ("Reason code", ["1", "22"], Role.NONE),
        ("Reason code", ["a", "b"], Role.NONE),
    ],
)
def test_a_columns_heading_and_values_say_what_it_contributes(
    heading: str, cells: list[str], role: Role
) -> None:
    column = ColumnSeen(1, heading, is_day)
    for cell in cells:
        column.look_at(cell)

    assert role_of(column) is role
