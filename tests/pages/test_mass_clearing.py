"""Many boxes cleared at once: the card on Overview, its confirmation, and History."""

import pytest
import requests

from lib.services.connections.chosen import choose
from lib.services.runs.order import RunOrder, run_once
from lib.store import connections, mass_clearings
from tests.pages.conftest import table, text_of

NAME = "default"
COUNT = 25


def act(practice, name, **values):
    answer = requests.post(f"{practice.url}/practice/{name}", json=values, timeout=30)
    assert answer.ok, answer.text
    return answer.json()


def run(log):
    return run_once(log, choose(log, {}, NAME), RunOrder("test"))


@pytest.fixture
def cleared(connect, log, practice):
    """A run opted out many people, a program cleared the boxes, and a run found that."""
    connect(NAME)
    people = [f"many{number}@example.org" for number in range(COUNT)]
    for address in people:
        values = {"LastName": "Made Up", "Email": address}
        act(practice, "create-record", sobject="Contact", values=values)
        act(practice, "unsubscribe", entry=address, asked="2026-01-05T09:00:00Z")
    run(log)
    act(practice, "clear-box", count=COUNT)
    run(log)


def scope(log):
    return connections.state(log.store, NAME).scope


def test_rule_3_5_overview_says_how_many_and_by_whom_and_has_both_answers(cleared, visit):
    at = visit("overview", connection=NAME)

    assert f"cleared on {COUNT} records at once ({COUNT} by Casey Colleague)" in text_of(at)
    assert at.button(key="hand_cleared_button").label == "See the records"
    assert at.button(key="confirm_cleared_confirm").label == f"Confirm {COUNT} cleared boxes"


def test_rule_3_5_the_button_confirms_and_history_says_who(cleared, visit, log):
    at = visit("overview", connection=NAME)
    at.button(key="confirm_cleared_confirm").click().run()

    assert mass_clearings.open_boxes(log.store, scope(log)) == []
    [done] = mass_clearings.confirmations(log.store, scope(log))
    assert (done.boxes, done.confirmed_by) == (COUNT, "dashboard")
    assert "cleared_at_once" not in str(visit("overview", connection=NAME).main)
    [decided] = table(visit("history", connection=NAME), "Who").to_dict("records")
    assert decided["What"] == f"{COUNT} boxes cleared at once: meant to be cleared"
    assert decided["Who"] == "from the dashboard"


def test_rule_3_5_more_boxes_since_the_page_was_drawn_confirm_nothing(
    cleared, visit, log, practice
):
    at = visit("overview", connection=NAME)
    [first, *_] = mass_clearings.open_boxes(log.store, scope(log))
    act(practice, "tick-box", record=first.record_id)
    run(log)

    at.button(key="confirm_cleared_confirm").click().run()

    assert len(mass_clearings.open_boxes(log.store, scope(log))) == COUNT - 1


def test_the_link_of_an_alert_puts_its_card_first(cleared, visit, log, practice):
    act(practice, "unsubscribe", entry="held.example")
    run(log)

    for need, key in (("mass_clearing", "hand_cleared_button"), ("held_domain", "hand_held_")):
        at = visit("overview", connection=NAME, need=need)
        first = next(one for one in at.button if (one.key or "").startswith("hand_"))
        assert first.key.startswith(key)
        assert first.proto.type == "primary"
