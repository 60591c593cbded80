"""The dashboard without any configuration: a choice, and a preview within seconds."""

from lib.store import connections, runs


def test_without_any_connection_the_first_page_offers_practice_and_salesforce(visit):
    at = visit()

    assert at.button(key="look_around").proto.type == "primary"
    assert at.button(key="connect_salesforce").proto.type == "secondary"
    assert not at.selectbox


def test_looking_around_makes_a_preview_and_lands_on_sync(visit, log):
    at = visit()

    at.button(key="look_around").click().run()

    assert not at.exception
    [run] = runs.latest(log.store)
    assert (run.connection, run.status, run.dry_run) == ("practice", "dry_run", True)
    assert run.planned
    assert connections.names(log.store) == ["practice"]
    assert at.title[0].value == "Sync"
    assert at.selectbox(key="connection").value == "practice"
    [badge] = [one for one in at.markdown if "-badge[" in one.value]
    assert badge.help == "Made-up people. Nothing leaves this computer."


def test_connecting_leads_to_an_empty_form(visit):
    at = visit()

    at.button(key="connect_salesforce").click().run()

    assert not at.exception
    assert at.title[0].value == "Connect Salesforce"
