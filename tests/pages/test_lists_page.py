"""The Lists page: from a template to a list, its freshness, its download and its hand-over."""

import csv
import re
import zipfile
from datetime import timedelta

import pytest
import requests

from lib.addresses import compared
from lib.lists.values import Options
from lib.services.connections.chosen import choose
from lib.services.lists import saved as service
from lib.services.lists.download_links import LINKS
from lib.services.lists.freshness import NotFresh
from lib.services.lists.hand_over import carry_out
from lib.services.lists.pulls import PullOrder, pull_once
from lib.services.runs.order import RunOrder, run_once
from lib.store import freshness, hand_overs, lists, pull_rows, pulls
from lib.sync.safety_limit import Allowance
from lib.ui.lists.waterfall import steps_of_pull
from lib.values import Fault
from tests.pages.conftest import table, text_of
from tests.waiting import wait_until

NAME = "default"
QUERY = "SELECT FirstName, LastName, Email FROM Contact WHERE Email != null"
TIDY = Options(no_duplicates=True, no_empty=True)


@pytest.fixture
def show(visit, connect):
    """The Lists page of a stored connection."""
    connect(NAME)
    return lambda **query: visit("lists", connection=NAME, **query)


@pytest.fixture
def pull(log, connect):
    """Pulls a query as the page's process does; `list_id` says of which list."""
    connect(NAME)

    def pull_one(soql=QUERY, list_id=None):
        noted = {"no_duplicates": True, "no_empty": True}
        pull_id = pulls.start(
            log.store,
            connection=NAME,
            soql=soql,
            options=noted,
            pulled_by="Ann",
            list_id=list_id,
        )
        pull_once(log, choose(log, {}, NAME), PullOrder("", "", pull_id=pull_id))
        return pulls.get(log.store, pull_id)

    return pull_one


@pytest.fixture
def saved(log, pull):
    """The id of a saved list that was pulled."""
    list_id = service.save(log, NAME, "Spring newsletter", QUERY, TIDY)
    pull(list_id=list_id)
    return list_id


def act(practice, name, **values):
    answer = requests.post(f"{practice.url}/practice/{name}", json=values, timeout=30)
    assert answer.ok, answer.text
    return answer.json()


def anna(log, list_id):
    """The first person on the last pull of a list."""
    [last] = pulls.of_list(log.store, list_id, limit=1)
    return pull_rows.listed(log.store, last.id, limit=1)[0].shown


def ended(log):
    """The newest pull once it has ended."""
    wait_until(lambda: pulls.latest(log.store, NAME, limit=1)[0].is_finished)
    return pulls.latest(log.store, NAME, limit=1)[0]


def state_of(at):
    """The chip of the only list in the table."""
    assert list(table(at, "State")["Who is on it"]) == ["All Contacts with an email address"]
    [[chip]] = table(at, "State")["State"]
    return chip


def keys(at):
    return {one.key for one in at.button}


def test_the_first_visit_offers_templates_and_counts_before_it_pulls(show):
    at = show()

    assert "Who would you like to email?" in text_of(at)
    assert {"begin_mailable_contacts", "begin_new_leads", "new_list"} <= keys(at)
    assert at.button(key="new_list").proto.type == "primary"
    assert not {"look", "pull", "hand_over", "check_freshness"} & keys(at)


def test_a_new_list_is_counted_while_it_is_built(show, log):
    at = show()
    at.button(key="new_list").click().run()
    assert (at.title[0].value, at.query_params["list"]) == ("New list", "new")
    assert "records to email" in text_of(at)

    at.number_input[0].set_value(7).run()
    assert "LIMIT" in "".join(one.value for one in at.code)
    assert "left out of the first 7" in text_of(at)
    assert pulls.latest(log.store, NAME, limit=1) == []

    at.toggle[0].set_value(False).run()
    at.number_input[0].set_value(8).run()
    assert "Not counted yet" in text_of(at)


def test_back_leads_to_all_lists_and_an_unknown_list_is_said_to_be_unknown(show, saved):
    at = show(list=saved)
    at.button(key="back").click().run()
    assert (at.title[0].value, "list" in at.query_params) == ("Lists", False)

    assert "That list isn't here" in text_of(show(list="nosuch"))


def test_without_any_connection_the_page_leads_to_the_overview(visit):
    assert "Nothing is connected yet" in text_of(visit("lists"))


def test_a_template_is_counted_previewed_and_then_pulled_by_the_button_with_the_number(
    show, log, practice
):
    at = show()
    at.button(key="begin_mailable_contacts").click().run()
    assert "records to email" in text_of(at)
    assert "Pulling takes about" in text_of(at)
    assert at.button(key="pull").proto.type == "primary"
    assert at.button(key="pull").label.startswith("Pull ")

    with practice.world.org.lock:  # the pull can't end before the page is drawn
        at.button(key="pull").click().run()
    assert "Pulling takes about" in text_of(at)
    whole = ended(log)
    at = show(pull=whole.id)

    assert whole.status == "done"
    assert f"{whole.rows:,} records on the list" in text_of(at)
    first = table(at, "First Name")
    assert list(first) == ["First Name", "Last Name", "Email", "Account Name"]
    assert len(first) == min(50, whole.rows)


def test_the_sum_adds_up_and_names_the_people_left_out(show, log, pull, practice):
    run_once(log, choose(log, {}, NAME), RunOrder("test", allowance=Allowance(allow_large=True)))
    whole = pull()
    at = show(pull=whole.id)

    assert whole.matching - whole.opted_out == whole.fetched
    assert whole.fetched == whole.rows + sum(whole.removed.values())
    steps = steps_of_pull(whole)
    assert [steps[0].count, steps[1].count] == [whole.matching, whole.opted_out]
    assert steps[0].count - sum(step.count for step in steps[1:-1]) == steps[-1].count
    reason = next(iter(one for one, count in whole.removed.items() if count))
    [removed] = [one.value for one in at.dataframe if "address" in one.value.columns]
    assert len(removed) == whole.removed[reason]


def test_a_list_is_saved_with_its_pull_and_is_open_then(show, log, pull):
    whole = pull()
    at = show(pull=whole.id)
    at.text_input(key="save_name").set_value("Spring newsletter")
    at.button(key="save_now").click().run()

    [kept] = lists.of_connection(log.store, NAME)
    assert (kept.name, kept.soql.strip()) == ("Spring newsletter", QUERY)
    assert pulls.get(log.store, whole.id).list_id == kept.id
    assert at.query_params["list"] == kept.id
    assert at.title[0].value == "Spring newsletter"


def test_a_taken_name_is_refused_and_nothing_is_overwritten(show, log, saved, pull):
    other = pull("SELECT Email FROM Lead")
    at = show(pull=other.id)
    at.text_input(key="save_name").set_value("spring NEWSLETTER")
    at.button(key="save_now").click().run()

    assert "already a list named Spring newsletter" in text_of(at)
    assert lists.get(log.store, saved).soql == QUERY


def test_an_unsubscribe_since_the_pull_shows_after_a_check(show, log, saved, practice):
    at = show()
    assert state_of(at) == "✓ Up to date"
    act(practice, "unsubscribe", entry=anna(log, saved), asked="")

    at.button(key="check_freshness").click().run()

    assert "1 person opted out after you pulled your lists" in text_of(at)
    assert state_of(at) == "! 1 opted out since"
    assert "1 list is out of date" in text_of(at)


def test_a_box_ticked_in_salesforce_since_the_pull_shows_too(show, log, saved, practice):
    [last] = pulls.of_list(log.store, saved, limit=1)
    record = pull_rows.listed(log.store, last.id, limit=1)[0].record_id
    act(practice, "tick-box", record=record)
    at = show(list=saved)

    at.button(key="check_pull").click().run()

    assert "1 person on it has opted out since" in text_of(at)
    assert "opted out in Salesforce" in " ".join(table(at, "Why")["Why"])


def test_while_jangomail_does_not_answer_freshness_says_how_old_it_is(show, saved, practice):
    act(practice, "mail-outage")
    at = show()

    at.button(key="check_freshness").click().run()

    assert "Optback doesn't know of newer ones" in text_of(at)


def test_unsubscribes_read_days_ago_can_be_read_now(show, log, saved, practice):
    long_ago = (log.store.now() - timedelta(days=3)).isoformat().replace("+00:00", "Z")
    log.store.execute("update reading set read_at = ?", [long_ago])
    at = show()
    assert (
        "JangoMail was last read 3 days ago. Optback doesn't know of newer unsubscribes"
        in text_of(at)
    )

    at.button(key="read_now").click().run()

    assert "was last read" not in text_of(at)


def test_pulling_again_shows_who_joined_and_who_left_and_why(show, log, saved, pull, practice):
    address = anna(log, saved)
    act(practice, "unsubscribe", entry=address, asked="")
    values = {"LastName": "New", "Email": "new.here@example.org"}
    act(practice, "create-record", sobject="Contact", values=values)
    pull(list_id=saved)

    at = show(list=saved)

    assert "1 joined, 1 left (1 unsubscribed since)" in text_of(at)
    assert list(table(at, "Change")["Email"]) == ["new.here@example.org", address]


def test_a_deleted_list_is_restored_with_a_click(show, log, saved):
    lists.delete(log.store, saved)
    at = show()
    assert "Spring newsletter was deleted" in text_of(at)
    assert not at.dataframe

    at.button(key="restore_list").click().run()

    assert list(table(at, "Name")["Name"]) == ["› Spring newsletter"]


def test_opening_a_list_puts_its_query_into_the_builder(show, saved):
    at = show()
    at.selectbox(key="choose_list").set_value(saved).run()

    assert at.query_params["list"] == saved

    assert "WHERE Email != null" in "\n".join(str(one.value) for one in at.code)
    assert "hand_over" in keys(at)


@pytest.mark.parametrize("form", ["Excel", "CSV", "CSV for Excel"])
def test_a_download_lacks_who_opted_out_since_and_its_link_works_once(
    show, log, saved, practice, form
):
    address = anna(log, saved)
    act(practice, "unsubscribe", entry=address, asked="")
    at = show(list=saved)

    at.button(key=f"download_{form}").click().run()

    [last] = pulls.of_list(log.store, saved, limit=1)
    assert f"{last.rows - 1} records are ready, without 1 that opted out since" in text_of(at)
    [link] = [one.proto for one in at.get("link_button")]
    file = LINKS.redeem(link.url.rpartition("/")[2])
    assert file.name.startswith("Spring newsletter 20")
    assert file.name.endswith(".xlsx" if form == "Excel" else ".csv")
    assert last.rows == len(addresses_in(file.path)) + 1
    assert address.encode() not in file.path.read_bytes()
    assert LINKS.redeem(link.url.rpartition("/")[2]) is None


def addresses_in(path):
    """The addresses in a file that was downloaded."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [one["Email"] for one in csv.DictReader(file)]
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    return [one for one in re.findall(r"<t[^>]*>([^<]*)</t>", sheet) if "@" in one]


def test_a_download_without_jangomail_says_how_old_its_knowledge_is(show, log, saved, practice):
    act(practice, "mail-outage")
    at = show(list=saved)

    at.button(key="download_CSV").click().run()

    assert "records are ready" in text_of(at)
    assert "Optback doesn't know of newer ones" in text_of(at)


def test_a_list_is_renamed_copied_and_deleted_from_its_menu(show, log, saved):
    at = show(list=saved)
    at.button(key=f"more_{saved}_Rename").click().run()
    at.text_input(key=f"name_{saved}").set_value("Summer newsletter")
    at.button(key=f"rename_now_{saved}").click().run()
    assert lists.get(log.store, saved).name == "Summer newsletter"

    at.button(key=f"more_{saved}_Copy").click().run()
    assert [one.name for one in lists.of_connection(log.store, NAME)] == [
        "Summer newsletter",
        "Summer newsletter (copy)",
    ]

    assert at.title[0].value == "Summer newsletter (copy)"

    at = show(list=saved)
    at.button(key=f"more_{saved}_Delete").click().run()
    assert [one.name for one in lists.of_connection(log.store, NAME)] == [
        "Summer newsletter (copy)"
    ]
    assert "Summer newsletter was deleted" in text_of(at)


def test_a_list_is_pulled_again(show, log, saved):
    at = show(list=saved)
    at.button(key="pull").click().run()
    ended(log)

    assert len(pulls.of_list(log.store, saved, done_only=True)) == 2


def test_sending_is_confirmed_with_its_number_and_a_name_with_the_date(show, log, saved):
    at = show(list=saved)
    at.button(key="hand_over").click().run()

    [last] = pulls.of_list(log.store, saved, limit=1)
    count = hand_overs.people_of(log.store, last.id, [])
    assert at.button(key="hand_now").label == f"Send {count:,} people to JangoMail"
    assert at.text_input(key=f"group_name_{last.id}").value.startswith("Spring newsletter 20")
    assert hand_overs.of_pull(log.store, last.id) == []


def test_sending_a_list_makes_a_group_of_exactly_the_others(show, log, saved, practice):
    address = anna(log, saved)
    act(practice, "unsubscribe", entry=address, asked="")
    at = show(list=saved)
    at.button(key="hand_over").click().run()
    with practice.world.org.lock:  # the hand-over can't end before the page is drawn
        at.button(key="hand_now").click().run()
    assert "Sending to JangoMail as" in text_of(at)
    order = handed(log)
    at = show(list=saved)

    [last] = pulls.of_list(log.store, saved, limit=1)
    wanted = {one.address for one in pull_rows.listed(log.store, last.id)} - {address.lower()}
    assert (order.status, order.done, order.left_out) == ("done", len(wanted), 1)
    assert set(practice.world.mail.group(order.group_name).members) == wanted
    assert f"{len(wanted):,} people sent to JangoMail" in text_of(at)
    assert "without 1 who opted out since the pull" in text_of(at)


def handed(log):
    """The newest hand-over once it has ended."""
    wait_until(lambda: hand_overs.of_connection(log.store, NAME, limit=1)[0].is_finished)
    return hand_overs.of_connection(log.store, NAME, limit=1)[0]


def stopped(log, saved, error):
    """A hand-over of the list that stopped with an error."""
    [last] = pulls.of_list(log.store, saved, limit=1)
    order = hand_overs.start(
        log.store, connection=NAME, pull_id=last.id, group_name="Taken", columns=[], by="Ann"
    )
    hand_overs.finish(log.store, order, "failed", error=error)
    return order


def test_a_name_that_jangomail_already_has_is_refused_with_another_name_to_use(
    show, log, saved, practice
):
    practice.world.mail.add_group("Taken")
    order = stopped(log, saved, Fault("group_name_taken", "JangoMail already has it", "Choose."))
    at = show(list=saved)
    assert "JangoMail already has it" in text_of(at)
    assert at.text_input(key=f"another_name_{order}").value == "Taken (2)"

    at.button(key=f"go_on_{order}").click().run()

    assert (handed(log).status, handed(log).group_name) == ("done", "Taken (2)")
    assert practice.world.mail.group("Taken").members == {}


def test_a_hand_over_that_stopped_is_continued(show, log, saved):
    order = stopped(log, saved, Fault("interrupted", "The process died", "Go on with it."))
    at = show(list=saved)
    assert "The process died" in text_of(at)

    at.button(key=f"go_on_{order}").click().run()

    assert handed(log).status == "done"


def test_while_jangomail_cannot_be_read_no_one_is_sent_to_it(show, log, saved, practice):
    order = stopped(log, saved, Fault("interrupted", "The process died", "Go on with it."))
    act(practice, "mail-outage")

    with pytest.raises(NotFresh):
        carry_out(log, {}, order)

    assert practice.world.mail.groups() == {}


def test_why_someone_is_not_on_the_list_is_answered_for_an_address(show, log, saved, practice):
    at = show(list=saved)
    at.text_input(key="why_address").set_value("stranger@example.org")
    at.button(key="why_look").click().run()
    assert "No record in Salesforce has" in text_of(at)

    at.text_input(key="why_address").set_value(anna(log, saved))
    at.button(key="why_look").click().run()
    assert "is on the list" in text_of(at)


def test_the_state_of_lists_says_what_is_old_or_unknown(show, log, saved):
    log.store.execute("update reading set read_at = '2026-01-02T03:04:05Z'")
    said = text_of(show())
    assert "no one on your lists had opted out since you pulled them" in said
    assert "Newer unsubscribes aren't known" in said

    log.store.execute("delete from reading")
    assert "Optback hasn't read who unsubscribed yet" in text_of(show())


def test_figures_are_no_mailing_list(show, pull):
    whole = pull("SELECT LeadSource, COUNT(Id) FROM Contact GROUP BY LeadSource")
    at = show(pull=whole.id)

    assert "figures, not a mailing list" in text_of(at)
    assert "hand_over" not in keys(at)


def test_the_list_on_the_screen_answers_first_why_someone_is_on_it(show, log, pull, practice):
    whole = pull(f"{QUERY} LIMIT 50")
    first = pull_rows.listed(log.store, whole.id, limit=1)[0].shown
    at = show(pull=whole.id)

    at.text_input(key="why_address").set_value(f" {first.upper()}")
    at.button(key="why_look").click().run()
    said = text_of(at)
    assert f"{first.upper()}` is on the list pulled at " in said
    assert "LIMIT or OFFSET takes only some of the records" in said

    freshness.note_opted_out(log.store, whole.id, [("", compared(first))])
    assert f"{first.upper()}` isn't on the list pulled at " in text_of(at.run())


def test_a_failed_pull_says_why_and_what_to_do(show, log):
    pull_id = pulls.start(log.store, connection=NAME, soql=QUERY, options={}, pulled_by="Ann")
    pulls.fail(log.store, pull_id, Fault("salesforce", "Salesforce is closed", "Try later."))

    at = show(pull=pull_id)

    assert "The last pull failed: Salesforce is closed" in text_of(at)
    assert "Try later." in text_of(at)
    assert at.button(key="look").proto.type == "primary"


def test_a_query_that_asks_for_opted_out_people_is_not_counted(show, log):
    query = "SELECT Email FROM Contact WHERE HasOptedOutOfEmail = true"
    list_id = lists.save(log.store, NAME, "Forbidden", query, options={}, by="Ann")

    at = show(list=list_id)

    assert not {"look", "pull"} & keys(at)
    assert at.error
