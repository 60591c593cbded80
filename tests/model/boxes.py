"""Which fields say that a record is opted out, by the connection's setting (rules.md, 3.8)."""

import os

_SETTING = "SALESFORCE_OPT_OUT_FIELD"
OWN = "Own__c"
SETTINGS = ("", OWN, f"={OWN}")
"""Email Opt Out alone, both fields, the own field alone."""


def choose(setting: str) -> None:
    """From now on, commands work with these fields."""
    os.environ[_SETTING] = setting


def boxes_of(sobject: str) -> tuple[str, ...]:
    """The fields, all of which are set when a record is opted out."""
    is_person = sobject == "Account"
    usual = "PersonHasOptedOutOfEmail" if is_person else "HasOptedOutOfEmail"
    own = "Own__pc" if is_person else OWN
    return {"": (usual,), OWN: (usual, own)}.get(os.environ.get(_SETTING, ""), (own,))
