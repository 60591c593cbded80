"""What the Practice page can let happen in the world outside, and what to look at then."""

import random
from dataclasses import dataclass
from typing import Any

from lib.services.connections.checks import test_connection
from lib.services.connections.chosen import Chosen
from lib.services.connections.offered import PRACTICE
from lib.services.log import Log
from lib.services.practice.process import enter_credentials
from lib.services.practice.world import PracticeError, PracticeWorld
from lib.store import changes, connections, runs
from lib.store.changes import LoggedChange
from lib.values import Outcome

PEOPLE_AT_ONCE = 5

_RUNS_TO_LOOK_AT = 40


@dataclass(frozen=True, slots=True)
class Told:
    """What happened, what to look at next, and on which page: `sync`, `connection`, `history`."""

    happened: str
    next: str
    page: str


def people_unsubscribe(world: PracticeWorld) -> Told:
    """Five people who could be mailed unsubscribe in the e-mail service."""
    people = world.act("unsubscribe-some", count=PEOPLE_AT_ONCE)["unsubscribed"]
    if not people:
        raise PracticeError(
            "Nobody is left who could unsubscribe", remedy="Start afresh with other people."
        )
    return Told(
        f"{len(people)} people unsubscribed in JangoMail: {', '.join(people)}",
        "Preview the next run: it finds every Contact and Lead that bears their addresses.",
        "sync",
    )


def colleague_clears_a_box(log: Log, world: PracticeWorld) -> Told:
    """A colleague makes one person mailable again whom a run has opted out."""
    ticked = _ticked_by_a_run(log)
    if not ticked:
        raise PracticeError(
            "No run has opted anybody out yet", remedy="Run the synchronisation first."
        )
    change = random.choice(ticked).change  # noqa: S311 - which made-up person is no secret
    world.act("clear-box", record=change.record_id)
    return Told(
        f"A colleague cleared Email Opt Out of the {change.sobject} with {change.address}",
        "Run again: the box stays cleared, since a colleague's word stands until that person "
        "unsubscribes anew.",
        "sync",
    )


def hide_opt_out(world: PracticeWorld) -> Told:
    """The administrator hides the opt-out field of Leads."""
    world.act("field-access", access="hidden", sobject="Lead")
    return Told(
        "Email Opt Out on Lead is hidden from the user",
        "Test the connection: it names the place to click in Salesforce. A run still opts out "
        "Contacts, and says what is wrong with Leads.",
        "connection",
    )


def show_opt_out(world: PracticeWorld) -> Told:
    """The administrator shows it again."""
    world.act("field-access", access="editable")
    return Told("Email Opt Out can be edited again", "Test the connection.", "connection")


def change_password(world: PracticeWorld) -> Told:
    """The user's password changes, and the security token with it."""
    fresh = world.act("change-password")
    return Told(
        f"Salesforce's password is now {fresh['password']}, the security token {fresh['token']}",
        "Preview a run: it is refused once, and the connection pauses so that the user is not "
        "locked. Then enter both on the Connection page.",
        "sync",
    )


def enter_new_password(log: Log, world: PracticeWorld) -> Told:
    """The passwords that are right now are stored and tested, as a person would."""
    enter_credentials(log, world)
    test_connection(log, Chosen(PRACTICE, world.credentials))
    return Told("The new password is stored, and Salesforce took it", "Run again.", "sync")


def stop_jangomail(world: PracticeWorld) -> Told:
    """The e-mail service answers no more."""
    world.act("mail-outage")
    return Told(
        "JangoMail does not answer any more",
        "Preview a run: it fails, says so, and loses nobody.",
        "sync",
    )


def restart_jangomail(world: PracticeWorld) -> Told:
    """The e-mail service answers again."""
    world.act("clear-faults")
    return Told("JangoMail answers again", "Run: what was missed is taken up.", "sync")


def forbid_leads(world: PracticeWorld) -> Told:
    """A validation rule refuses every opt-out on Leads."""
    world.act("validation-rule", sobject="Lead", field="HasOptedOutOfEmail", value=True)
    return Told(
        "A validation rule refuses opt-outs on Leads",
        "Let people unsubscribe and run: Contacts go through, Leads are refused with the reason.",
        "sync",
    )


def allow_leads(world: PracticeWorld) -> Told:
    """The validation rule is gone."""
    world.act("drop-rules")
    return Told("The validation rule is gone", "Run: the refused Leads are opted out now.", "sync")


def broken(log: Log, world: PracticeWorld) -> dict[str, bool]:
    """What is broken at the moment: `field`, `password`, `jangomail`, `rule`."""
    state = world.state
    return {
        "field": any(access != "editable" for access in state["field_access"].values()),
        "password": _stored_password(log) != state["password"],
        "jangomail": any(fault["area"] == "jangomail" for fault in state["faults"]),
        "rule": any(_forbids_leads(rule) for rule in state["rules"]),
    }


def _forbids_leads(rule: dict[str, Any]) -> bool:
    return rule["sobject"] == "Lead" and not rule["record_id"]


def _stored_password(log: Log) -> str:
    stored = connections.load(log.store, log.vault, PRACTICE)
    return stored.salesforce.password if stored else ""


def _ticked_by_a_run(log: Log) -> list[LoggedChange]:
    """The records that the latest run which opted anybody out has ticked."""
    for run in runs.latest(log.store, connection=PRACTICE, last=_RUNS_TO_LOOK_AT):
        if run.updated:
            return changes.of_run(log.store, run.id, outcomes=[Outcome.UPDATED])
    return []
