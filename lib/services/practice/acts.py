"""What can happen outside on the Practice page, and what to look at afterwards."""

import random
from dataclasses import dataclass
from typing import Any

from lib.fields import OPT_OUT, OPT_OUT_LABEL, PERSON_EMAIL
from lib.services.connections.checks import test_connection
from lib.services.connections.chosen import PRACTICE, Chosen
from lib.services.log import Log
from lib.services.practice.process import enter_credentials
from lib.services.practice.world import PracticeError, PracticeWorld
from lib.store import changes, connections, runs
from lib.store.changes import LoggedChange
from lib.values import Outcome
from lib.words import counted, object_in_words

PEOPLE_AT_ONCE = 5
BOXES_AT_ONCE = 80

_RUNS_TO_LOOK_AT = 40


@dataclass(frozen=True, slots=True)
class ActResult:
    """What happened, what to look at next, and on which page: `sync`, `connection`, `history`."""

    happened: str
    next: str
    page: str


def people_unsubscribe(world: PracticeWorld) -> ActResult:
    """Five people who can be emailed unsubscribe in the email service."""
    people = world.act("unsubscribe-some", count=PEOPLE_AT_ONCE)["unsubscribed"]
    if not people:
        raise PracticeError(
            "There's no one left to unsubscribe", remedy="Start over with other people."
        )
    unsubscribed = counted(len(people), "person", "people")
    return ActResult(
        f"{unsubscribed} unsubscribed in JangoMail: {', '.join(people)}",
        "Preview the next run. It finds every Contact and Lead with their addresses.",
        "sync",
    )


def colleague_clears_a_box(log: Log, world: PracticeWorld) -> ActResult:
    """A colleague makes a person mailable again that a run has opted out."""
    opted_out = _opted_out_by_a_run(log)
    if not opted_out:
        raise PracticeError("No run has opted anyone out yet", remedy="Run a sync first.")
    change = random.choice(opted_out).change  # noqa: S311 - it's no secret which made-up person this is
    world.act("clear-box", record=change.record_id)
    name = object_in_words(change.sobject)
    return ActResult(
        f"A colleague cleared {OPT_OUT_LABEL} on the {name} with {change.address}",
        "Run again. The box stays cleared until that person unsubscribes again.",
        "sync",
    )


def someone_is_imported_again(log: Log, world: PracticeWorld) -> ActResult:
    """A purchased list has someone that a run opted out, and becomes Leads."""
    opted_out = _opted_out_by_a_run(log)
    if not opted_out:
        raise PracticeError("No run has opted anyone out yet", remedy="Run a sync first.")
    address = random.choice(opted_out).change.address  # noqa: S311 - as above
    values = {"LastName": "Imported Again", "Company": "Trade Fair", "Email": address}
    world.act("create-record", sobject="Lead", values=values)
    return ActResult(
        f"A colleague imported a list, and {address} is back as a new Lead that can be emailed",
        "Run again. JangoMail has nothing new, but the Lead is opted out too.",
        "sync",
    )


def person_account_appears(world: PracticeWorld) -> ActResult:
    """A customer becomes a person account, and unsubscribes. Turns person accounts on for good."""
    world.act("org-switch", person_accounts=True)
    number = random.randrange(100, 1000)  # noqa: S311 - a made-up address
    address = f"pat.rivera{number}@example.org"
    values = {"FirstName": "Pat", "LastName": "Rivera", PERSON_EMAIL: address}
    world.act("create-record", sobject="Account", values=values)
    world.act("unsubscribe", entry=address)
    return ActResult(
        f"Pat Rivera is a person account now, and unsubscribed in JangoMail: {address}",
        "Preview the next run. It opts them out through their Account, as one record.",
        "sync",
    )


def domain_is_listed(world: PracticeWorld) -> ActResult:
    """A company whose people are in Salesforce goes onto the unsubscribe list as a whole."""
    domain = f"partner{random.randrange(1000, 10_000)}.example"  # noqa: S311 - a made-up name
    for number in range(1, PEOPLE_AT_ONCE + 1):
        values = {"LastName": f"Partner {number}", "Email": f"person{number}@{domain}"}
        world.act("create-record", sobject="Contact", values=values)
    world.act("unsubscribe", entry=domain)
    return ActResult(
        f"The whole domain {domain} is on JangoMail's unsubscribe list, and "
        f"{counted(PEOPLE_AT_ONCE, 'person', 'people')} in Salesforce are there",
        "Run, then look at Overview. The domain is on hold until you decide about it by name.",
        "sync",
    )


def program_clears_boxes(world: PracticeWorld) -> ActResult:
    """An import with an old column clears many boxes at once."""
    cleared = world.act("clear-box", count=BOXES_AT_ONCE)["records"]
    if not cleared:
        raise PracticeError("No run has opted anyone out yet", remedy="Run a sync first.")
    return ActResult(
        f"An import with an old column cleared {OPT_OUT_LABEL} on "
        f"{counted(len(cleared), 'record', 'records')}",
        "Run again, then look at Overview. Many at once weren't people, so someone has to confirm.",
        "sync",
    )


def hide_opt_out(world: PracticeWorld) -> ActResult:
    """The administrator hides the opt-out field of Leads."""
    world.act("field-access", access="hidden", sobject="Lead")
    return ActResult(
        f"{OPT_OUT_LABEL} on Lead is hidden from the user",
        "Test the connection. The test shows where to click in Salesforce. A run still opts out "
        "Contacts, and says what's wrong with Leads.",
        "connection",
    )


def show_opt_out(world: PracticeWorld) -> ActResult:
    """The administrator shows it again."""
    world.act("field-access", access="editable")
    return ActResult(f"{OPT_OUT_LABEL} can be edited again", "Test the connection.", "connection")


def change_password(world: PracticeWorld) -> ActResult:
    """The user's password changes, and the security token with it."""
    fresh = world.act("change-password")
    return ActResult(
        f"The Salesforce password is now {fresh['password']}, "
        f"and the security token is {fresh['token']}",
        "Preview a run. Salesforce refuses it once, and the connection pauses so that the user "
        "isn't locked. Then enter both on the Connection page.",
        "sync",
    )


def enter_new_password(log: Log, world: PracticeWorld) -> ActResult:
    """Store and test the current passwords, as a person would."""
    enter_credentials(log, world)
    test_connection(log, Chosen(PRACTICE, world.credentials))
    return ActResult("The new password is stored, and Salesforce accepted it", "Run again.", "sync")


def stop_jangomail(world: PracticeWorld) -> ActResult:
    """The email service goes down."""
    world.act("mail-outage")
    return ActResult(
        "JangoMail no longer answers",
        "Preview a run. It fails, says so, and loses no one.",
        "sync",
    )


def restart_jangomail(world: PracticeWorld) -> ActResult:
    """The email service answers again."""
    world.act("clear-faults")
    return ActResult(
        "JangoMail answers again", "Run a sync. It catches up on what was missed.", "sync"
    )


def forbid_leads(world: PracticeWorld) -> ActResult:
    """A validation rule refuses every opt-out on Leads."""
    world.act("validation-rule", sobject="Lead", field=OPT_OUT, value=True)
    return ActResult(
        "A validation rule refuses opt-outs on Leads",
        "Unsubscribe people and run a sync. Contacts are opted out, and Leads are refused with "
        "the reason.",
        "sync",
    )


def allow_leads(world: PracticeWorld) -> ActResult:
    """The validation rule is gone."""
    world.act("drop-rules")
    return ActResult(
        "The validation rule is gone", "Run a sync. The refused Leads are opted out now.", "sync"
    )


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


def _opted_out_by_a_run(log: Log) -> list[LoggedChange]:
    """The records that were set by the latest run that opted anyone out."""
    for run in runs.latest(log.store, connection=PRACTICE, limit=_RUNS_TO_LOOK_AT):
        if run.updated:
            return changes.of_run(log.store, run.id, outcomes=[Outcome.UPDATED])
    return []
