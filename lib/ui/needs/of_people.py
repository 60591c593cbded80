"""Needs about people: boxes cleared at once, refused records, unclear ones, domains on hold."""

from dataclasses import replace
from itertools import groupby

from lib.alerts.causes import CauseKind
from lib.services.runs.overview import Everyone
from lib.services.runs.record_results import why
from lib.store.domains import OnHold
from lib.store.mass_clearings import by_whom
from lib.store.people import RefusedRecord
from lib.ui.frame.answer import Mark
from lib.ui.needs.need import AffectedRecord, Need
from lib.ui.times import distance
from lib.values import Outcome
from lib.words import by_count, people, records, whose


def cleared_at_once(people_now: Everyone) -> list[Need]:
    """Boxes that were cleared together, most likely by a program."""
    boxes = people_now.cleared_at_once
    if not boxes:
        return []
    what = f"Email Opt Out was cleared on {records(len(boxes))} at once{whose(by_whom(boxes))}"
    words = (
        "That was most likely a program. Optback leaves the boxes as they are and keeps these "
        "people off lists. If it wasn't meant, set the boxes again in Salesforce. The next run "
        "sees that."
    )
    cause = CauseKind.MASS_CLEARING
    return [Need("cleared", what, words, "See the records", cleared=boxes, cause=cause)]


def refused(people_now: Everyone) -> list[Need]:
    """Refused records by cause: the same record counts once, however often it was tried."""
    found = []
    for reason, group in groupby(people_now.refused, key=lambda record: record.reason):
        refused = list(group)
        cause, remedy = why(Outcome.FAILED, reason, refused[0].message)
        addresses = {record.address for record in refused}
        lasting = distance(min(record.since for record in refused)).removesuffix(" ago")
        how_long = "" if lasting == "just now" else f" for {lasting}"
        more = f" ({records(len(refused))})" if len(refused) > len(addresses) else ""
        what = f"Salesforce has refused {people(len(addresses))}{more}{how_long}"
        who = f"{refused[0].address}\n\n" if len(addresses) == 1 else ""
        need = Need(
            f"refused_{reason}",
            what,
            f"{who}{cause.removesuffix('.')}. {remedy}",
            _see(len(refused)),
            Mark.REFUSED,
            records=tuple(_affected(record) for record in refused),
        )
        found.append(replace(need, cause=CauseKind.REFUSED))
    return found


def _affected(refused: RefusedRecord) -> AffectedRecord:
    words = why(Outcome.FAILED, refused.reason, refused.message)[0]
    return AffectedRecord(refused.sobject, refused.record_id, refused.address, refused.since, words)


def _see(count: int) -> str:
    return by_count(count, "", "See the record", "See all {n} records")


def in_question(people_now: Everyone) -> list[Need]:
    """People whose box was cleared, and nothing says what came first."""
    if not people_now.in_question:
        return []
    asked = {record.address for record in people_now.in_question}
    what = f"It isn't clear whether {people(len(asked))} should be opted out"
    words = (
        "Someone cleared the box, and Optback can't tell whether a newer unsubscribe came after "
        "that. Ask your colleague, then set Email Opt Out in Salesforce the way it should be."
    )
    affected = tuple(
        AffectedRecord(one.sobject, one.record_id, one.address, one.cleared_at)
        for one in people_now.in_question
    )
    return [Need("in_question", what, words, _see(len(affected)), records=affected)]


def held(people_now: Everyone) -> list[Need]:
    """Each domain by itself: it's decided about by name."""
    return [_of_domain(on_hold) for on_hold in people_now.held_domains]


def _of_domain(on_hold: OnHold) -> Need:
    domain = on_hold.domain
    what = by_count(
        on_hold.people,
        f"{domain}: no one in Salesforce, as far as Optback has looked",
        f"{domain}: 1 person",
        f"{domain}: {{n}} people",
    )
    words = (
        "The whole domain is on the unsubscribe list. No one is opted out because of that, and "
        "people there stay off lists, until you decide."
    )
    label = "Preview opting them out"
    return Need(f"held_{domain}", what, words, label, domain=on_hold, cause=CauseKind.HELD)
