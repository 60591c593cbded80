"""The History page: its numbers are those of `history --json`, and a run opens to its balance."""

import csv
import io
import json

import pytest
import requests

import sync
from lib.services.connections.chosen import choose
from lib.services.runs.order import RunOrder, run_once
from lib.services.runs.record_results import csv_of_runs
from lib.store import runs
from lib.sync.safety_limit import Allowance
from tests.pages.conftest import table, text_of

NAME = "default"


@pytest.fixture
def show(visit, connect):
    """The History page of a stored connection."""
    connect(NAME)
    return lambda **query: visit("history", connection=NAME, **query)


@pytest.fixture
def told(home, capsys):
    """What `history --json` prints."""

    def ask(*arguments):
        capsys.readouterr()
        assert sync.main(["history", "--home", str(home), "--json", *arguments]) == 0
        return json.loads(capsys.readouterr().out)

    return ask


def run(log, **order):
    return run_once(log, choose(log, {}, NAME), RunOrder("test", **order))


def act(practice, name, **values):
    answer = requests.post(f"{practice.url}/practice/{name}", json=values, timeout=30)
    assert answer.ok, answer.text
    return answer.json()


def results(at):
    return list(table(at, "Result")["Result"])


def test_without_runs_the_page_says_what_will_appear_and_leads_to_the_preview(show):
    assert "Preview the first run" in text_of(show())


def test_the_sentence_and_the_list_agree_with_history_json(show, log, told):
    run(log, dry_run=True)
    run(log)
    at = show()
    [done, preview] = told()["runs"]

    assert f": {done['updated']} records in 1 run." in at.header[0].value
    assert at.header[0].value.endswith("in 1 run.")  # a preview opts no one out
    assert results(at) == [
        f"{done['updated']} opted out",
        f"{preview['planned']} would be opted out",
    ]
    assert list(table(at, "Result")["Status"]) == [["✓ Done"], ["○ Preview"]]
    assert table(at, "Result")["Opted out"].isna().tolist() == [False, True]


def test_a_period_in_which_no_run_got_through_needs_someone(show, log):
    run(log, allowance=Allowance(max_changes=1))
    at = show()

    assert "warning" in at.header[0].value
    assert "No run opted anyone out: 1 stopped." in text_of(at)


def test_runs_that_found_nothing_are_shown_on_request(show, log):
    first = run(log)
    run(log)
    at = show()
    assert results(at) == [f"{first.updated} opted out"]
    assert at.toggle(key="quiet").label == "Also show 1 that found nothing to do"
    assert at.subheader[-1].value == "2 runs"

    at.toggle(key="quiet").set_value(True).run()

    assert results(at) == ["Nothing new", f"{first.updated} opted out"]


def test_a_chart_is_there_once_it_has_something_to_show(show, log):
    run(log)
    at = show()

    assert [one.value.split(" :gray")[0] for one in at.subheader][:2] == [
        "Records opted out per day",
        "New unsubscribes read per day",
    ]
    assert len(at.get("vega_lite_chart")) == 2
    assert "Salesforce refused nothing, and nothing is open." in text_of(at)


def test_a_year_is_shown_by_week(show, log):
    run(log)
    at = show(period="1 year")

    assert at.subheader[0].value.startswith("Records opted out per week")
    assert len(table(at, "Week from")) == 52
    assert "in the last 52 weeks" in at.header[0].value


def test_a_source_filters_figures_charts_and_runs_alike(show, log):
    done = run(log)
    at = show(source="JangoMail")
    assert f"{done.updated} records" in at.header[0].value
    assert len(results(at)) == 1

    at.selectbox(key="source").set_value("Files").run()

    assert at.header[0].value.endswith("No runs in the last 30 days.")
    assert "all sources" in text_of(at)


def test_a_day_and_a_person_filter_the_runs_alone(show, log):
    run(log)
    at = show()
    before = at.header[0].value
    today, yesterday = at.selectbox(key="day").options[1:3]

    at.selectbox(key="day").set_value(yesterday).run()
    assert "No runs here" in text_of(at)
    at.selectbox(key="day").set_value(today).run()
    at.selectbox(key="by").set_value("test").run()

    assert len(results(at)) == 1
    assert at.header[0].value == before


def test_what_salesforce_still_refuses_is_said_beside_first_refusals(show, log, practice):
    values = {"LastName": "Locked", "Email": "locked@example.org"}
    locked = act(practice, "create-record", sobject="Contact", values=values)["id"]
    act(practice, "unsubscribe", entry="locked@example.org", asked="")
    act(practice, "in-approval", record=locked)
    assert "still refuses" not in text_of(show())
    run(log)
    run(log)

    at = show()

    assert "Salesforce still refuses 1 record." in text_of(at)
    assert len(at.get("vega_lite_chart")) == 3


def test_a_run_opens_with_the_same_sum_as_history_json(show, log, told):
    run_id = run(log).run_id
    one = told("--run", run_id)
    at = show(run=run_id)
    parts = [one["already_opted_out"], one["updated"], one["skipped"], one["kept"], one["failed"]]

    assert f"Read {one['events_read']} unsubscribes" in text_of(at)
    assert f"{one['records']} records = " in text_of(at)
    assert sum(parts) == one["records"]
    assert len(table(at, "outcome")) == one["records"]


def test_records_can_be_filtered_by_outcome(show, log):
    result = run(log)
    at = show(run=result.run_id)
    at.session_state[f"balance_run_{result.run_id}"] = {"picked": "updated"}
    at.run()

    assert {one for [one] in table(at, "outcome")["outcome"]} == {"Opted out"}
    assert len(table(at, "outcome")) == result.updated


def test_the_status_filter_is_kept_in_the_address(show, log):
    run(log, allowance=Allowance(max_changes=0))
    run(log)
    at = show(status="Stopped at the safety limit")

    assert list(table(at, "Result")["Status"]) == [["‖ Stopped"]]


def test_the_filters_stay_while_a_run_is_opened(show, log):
    run_id = run(log).run_id
    at = show(period="7 days", status="Done")
    at.selectbox(key="open_run_0").set_value(0).run()
    assert not at.exception
    assert run_id in at.query_params["run"]
    at.button(key="back").click().run()

    assert at.selectbox(key="status").value == "Done"
    assert "in the last 7 days" in at.header[0].value


def test_all_connections_can_be_shown_together(show, log):
    run_id = runs.start(
        log.store, connection="elsewhere", started_by="cron", dry_run=False, source="jangomail"
    )
    runs.close_dead(log.store, run_id)

    assert "No runs yet" in text_of(show())
    assert list(table(show(of="All connections"), "Result")["Connection"]) == ["elsewhere"]


def test_an_unknown_run_is_reported(show):
    assert "This run isn't in the log" in text_of(show(run="nonsense"))


def test_the_records_of_the_whole_period_are_those_of_its_runs(log, connect):
    connect(NAME)
    preview, done = run(log, dry_run=True), run(log)

    lines = list(
        csv.DictReader(io.StringIO("".join(csv_of_runs(log, [preview.run_id, done.run_id]))))
    )

    assert [line["run_id"] for line in lines].count(done.run_id) == done.records
    assert {line["status"] for line in lines} == {"preview", "done"}
