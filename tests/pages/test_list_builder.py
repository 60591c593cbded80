"""*Who* is on a list: builder and SOQL over one query, which is never lost and never widened."""

from collections.abc import Callable

import pytest
import requests
from streamlit.testing.v1 import AppTest

from lib.lists.values import Options
from lib.practice.serve import running
from lib.practice.world import new_world
from lib.settings import credentials_from
from lib.soql import all_of, any_of, equals, parse, render, select
from lib.store import connections, lists
from lib.ui.builder.section import Who
from tests.pages.conftest import LONGEST_S, SMALL, text_of

NAME = "default"
AUTHORS = (
    "select email, Account.Name from contact where (LeadSource in ('Web') or Name like '%mit%')"
    " and createddate = last_n_days:7 and IsEmailBounced != true limit 50"
)


def _page() -> None:
    """Only the part under test, and a checkbox for a visit to another page."""
    import streamlit as st

    from lib.soql.builder.templates import TEMPLATES
    from lib.ui.builder.section import draw_who
    from lib.ui.builder.state import open_query, open_template
    from lib.ui.session import opened

    if st.checkbox("Elsewhere", key="elsewhere"):
        st.stop()
    for one in TEMPLATES:
        st.button(one.title, key=one.key, on_click=open_template, args=("who", one))
    wanted = st.session_state.pop("open", None)
    if wanted is not None:
        open_query("who", wanted)
    with opened() as log:
        st.session_state["answer"] = draw_who(log, "default", "who")


class Page:
    """The page as someone uses it: widgets by the end of their key."""

    def __init__(self, at: AppTest) -> None:
        self.at = at

    @property
    def who(self) -> Who:
        found: Who = self.at.session_state["answer"]
        return found

    @property
    def said(self) -> str:
        return text_of(self.at)

    @property
    def code(self) -> str:
        return "\n".join(one.value for one in self.at.code)

    def widgets(self, kind: str, ending: str) -> list:
        return [one for one in getattr(self.at, kind) if str(one.key).endswith(ending)]

    def run(self) -> None:
        self.at.run()
        assert not self.at.exception

    def press(self, ending: str, place: int = 0) -> None:
        self.widgets("button", ending)[place].click()
        self.run()

    def set(self, kind: str, ending: str, value: object, place: int = -1) -> None:
        self.widgets(kind, ending)[place].set_value(value)
        self.run()

    def side(self, side: str) -> None:
        self.set("segmented_control", "_side", side)

    def write(self, text: str) -> None:
        self.side("SOQL")
        self.set("text_area", "_text", text)


@pytest.fixture
def page(connect: Callable[[str], None]) -> Page:
    """The *Who* part over a practice org, at the first visit."""
    connect(NAME)
    found = Page(AppTest.from_function(_page, default_timeout=LONGEST_S))
    found.run()
    return found


def test_the_first_visit_asks_for_contacts_and_shows_the_locked_filter(page):
    assert page.who.soql == "SELECT FirstName, LastName, Email\nFROM Contact\nORDER BY LastName"
    assert page.who.options == Options(True, True, True, True)
    assert "HasOptedOutOfEmail = false" in page.said
    assert "People who opted out are never on a list" in page.said


def test_a_template_is_changed_by_clicking_and_shown_as_soql(page):
    page.press("new_leads")
    page.set("number_input", "_count", 7)

    assert (
        parse(page.who.soql).where
        == parse(
            "SELECT Id FROM Lead WHERE CreatedDate = LAST_N_DAYS:7 AND IsConverted = false"
        ).where
    )
    assert "LAST_N_DAYS:7" in page.code


def test_a_template_that_leaves_something_to_choose_waits_for_it(page):
    page.press("campaign_members")
    assert page.who.soql is None
    assert "Choose a campaign." in page.said

    page.set("multiselect", "_campaigns", ["70123j000000001AAA"])

    assert page.who.soql.splitlines()[2] == (
        "WHERE Id IN (SELECT ContactId FROM CampaignMember WHERE CampaignId = '70123j000000001AAA')"
    )


def test_the_country_of_a_template_is_typed(page):
    page.press("contacts_in")
    page.set("selectbox", "_text", "is one of")
    page.set("multiselect", "BillingCountry_texts", ["Germany", "Austria"])

    assert "Account.BillingCountry IN ('Germany', 'Austria')" in page.who.soql


def test_a_text_that_fits_is_shown_in_the_builder_and_stays_as_its_author_wrote_it(page):
    page.write(AUTHORS)
    page.side("Builder")

    assert page.who.soql == AUTHORS
    assert page.who.error is None
    assert [one.value for one in page.widgets("text_input", "_text")] == ["mit"]
    assert page.widgets("number_input", "_limit")[0].value == 50


def test_a_change_in_the_builder_keeps_the_rest_as_it_was_written(page):
    page.write(AUTHORS)
    page.side("Builder")
    page.set("number_input", "_limit", 60)

    assert parse(page.who.soql) == parse(AUTHORS.replace("50", "60"))


def test_the_text_side_shows_what_was_clicked(page):
    page.press("_add_group")
    page.set("selectbox", "_field", "LeadSource")
    page.set("multiselect", "LeadSource_choices", ["Web"])
    page.side("SOQL")

    assert page.widgets("text_area", "_text")[0].value == page.who.soql
    assert "LeadSource IN ('Web')" in page.who.soql


def test_a_query_beyond_the_builder_stays_usable_and_its_parts_are_named(page):
    text = "SELECT LeadSource, COUNT(Id)\nFROM Contact\nGROUP BY LeadSource"
    page.write(text)
    page.side("Builder")

    assert page.who.soql == text
    assert "a function in SELECT (COUNT): line 1, column 20" in page.said
    assert "GROUP BY: line 3, column 1" in page.said
    assert page.widgets("text_area", "_text")[0].value == text


def test_a_comment_is_not_lost_to_the_builder(page):
    text = "SELECT Id FROM Lead\nWHERE Title = 'A' /* for Ann */"
    page.write(text)
    page.side("Builder")

    assert "a comment, which the builder would drop: line 2, column 19" in page.said
    assert page.widgets("text_area", "_text")[0].value == text


def test_an_object_the_builder_does_not_offer_stays_soql(page):
    page.write("SELECT Id, Contact.Email FROM Case")
    page.side("Builder")

    assert "a list of Case records: line 1, column 31" in page.said


def test_a_mistake_is_shown_with_its_place_a_caret_and_the_remedy(page):
    page.write("SELECT Id\nFROM Contact\nWHERE LastName == 'Smith'")

    assert page.who.soql is None
    assert "Line 3, column 17. SOQL compares with a single =." in page.said
    assert page.code.splitlines()[-2:] == [
        "3  WHERE LastName == 'Smith'",
        "                   ^",
    ]


def test_a_field_that_the_org_lacks_is_named_with_the_nearest_one_before_anything_is_counted(page):
    page.write("SELECT Id, Emial FROM Contact")

    assert page.who.soql is None
    assert "Contact has no field Emial" in page.said
    assert "Line 1, column 12. Did you mean Email?" in page.said
    page.press("_read_again")  # a field that was created just now
    assert "Contact has no field Emial" in page.said


def test_a_mistake_keeps_the_builder_shut_and_loses_nothing(page):
    page.write("SELECT Id FROM Contact WHERE")
    page.side("Builder")

    assert page.who.soql is None
    assert page.widgets("text_area", "_text")[0].value == "SELECT Id FROM Contact WHERE"


def test_asking_for_opted_out_people_is_refused_on_both_sides(page):
    page.write("SELECT Id FROM Contact WHERE HasOptedOutOfEmail = true")
    assert page.who.soql is None
    page.side("Builder")

    assert page.who.soql is None
    assert page.at.error
    assert "HasOptedOutOfEmail = true" in page.code


@pytest.mark.parametrize(
    ("unfinished", "place"),
    [("_add", 0), ("_add_group", 0), ("_add_campaign", 0), ("_add_order", 1)],
)
def test_a_row_that_is_not_filled_in_makes_no_wider_list(page, unfinished, place):
    page.press(unfinished)

    assert page.who.soql is None
    assert "Not filled in yet" in page.said

    page.press("_remove", place=place)
    assert page.who.soql is not None


def test_an_emptied_value_is_not_in_the_query_that_is_shown(page):
    page.write("SELECT Id FROM Lead WHERE Company = 'A' AND City = 'Bern'")
    page.side("Builder")

    page.set("text_input", "_City_text", "")

    assert page.who.soql is None
    assert "Not filled in yet, so not in the query" in page.said
    assert "Bern" not in page.code
    assert "Company = 'A'" in page.code

    page.set("text_input", "_City_text", "Thun")
    assert "City = 'Thun'" in page.who.soql


def test_rows_are_removed_by_what_they_are(page):
    page.write("SELECT Id FROM Lead WHERE Company = 'A' AND City = 'B' AND Title = 'C'")
    page.side("Builder")
    page.press("_remove", place=1)

    assert "WHERE Company = 'A'\n  AND Title = 'C'" in page.who.soql


def test_a_condition_the_builder_has_no_words_for_stays_as_written(page):
    page.write("SELECT Id FROM Lead WHERE Name > 'M' AND City = 'B'")
    page.side("Builder")
    page.set("text_input", "City_text", "Bonn")

    assert "Name > 'M'" in page.code
    assert page.who.soql.endswith("WHERE Name > 'M'\n  AND City = 'Bonn'")


def test_another_object_starts_with_its_own_columns_and_the_first_object_comes_back(page):
    page.press("_add")
    page.set("selectbox", "_field", "Title")
    page.set("text_input", "Title_text", "Head")
    contacts = page.who.soql
    page.set("segmented_control", "_object", "Lead")
    assert page.who.soql == (
        "SELECT FirstName, LastName, Email, Company\nFROM Lead\nORDER BY LastName"
    )

    page.set("segmented_control", "_object", "Contact")

    assert page.who.soql == contacts


def test_a_visit_to_another_page_loses_nothing_not_even_what_is_unfinished(page):
    page.press("contacts_in")
    page.press("_add")
    page.set("selectbox", "_field", "Title")
    before = [(one.key, one.value) for one in page.at.selectbox]
    page.at.checkbox(key="elsewhere").check()
    page.run()
    page.at.checkbox(key="elsewhere").uncheck()
    page.run()

    assert [(one.key, one.value) for one in page.at.selectbox] == before


def test_half_a_query_is_still_there_after_a_visit_to_another_page(page):
    page.write("SELECT Id FROM Contact WHERE Na")
    page.at.checkbox(key="elsewhere").check()
    page.run()
    page.at.checkbox(key="elsewhere").uncheck()
    page.run()

    assert page.widgets("text_area", "_text")[0].value == "SELECT Id FROM Contact WHERE Na"


def test_what_was_typed_just_before_a_click_arrives_on_the_other_side(page):
    """The browser sends both at once: the input that is left, and the click."""
    page.write("SELECT Id FROM Lead WHERE Title = 'A'")
    page.widgets("text_area", "_text")[0].set_value("SELECT Id FROM Lead WHERE Title = 'B'")
    page.side("Builder")
    assert page.widgets("text_input", "_text")[0].value == "B"

    page.widgets("text_input", "_text")[0].set_value("C")
    page.side("SOQL")

    assert page.widgets("text_area", "_text")[0].value.endswith("WHERE Title = 'C'")
    assert page.who.soql.endswith("WHERE Title = 'C'")


@pytest.mark.parametrize("side", ["Builder", "SOQL"])
def test_what_was_typed_just_before_a_visit_to_another_page_is_there_again(page, side):
    page.write("SELECT Id FROM Lead WHERE Title = 'A'")
    page.side(side)
    if side == "SOQL":
        page.widgets("text_area", "_text")[0].set_value("SELECT Id FROM Lead WHERE Title = 'B'")
    else:
        page.widgets("text_input", "_text")[0].set_value("B")
    page.at.checkbox(key="elsewhere").check()
    page.run()
    page.at.checkbox(key="elsewhere").uncheck()
    page.run()

    assert page.who.soql.endswith("WHERE Title = 'B'")


def test_another_query_is_opened_with_fresh_widgets(page):
    page.press("_add")
    page.at.session_state["open"] = "SELECT Email FROM Lead LIMIT 3"
    page.run()

    assert page.who.soql == "SELECT Email FROM Lead LIMIT 3"
    assert page.widgets("number_input", "_limit")[0].value == 3


def test_a_typed_query_comes_back_after_another_query_was_opened(page):
    page.write("SELECT Id FROM Contact WHERE Na")
    page.press("new_leads")
    assert page.who.soql is not None
    page.press("_back")

    assert page.widgets("text_area", "_text")[0].value == "SELECT Id FROM Contact WHERE Na"
    assert not page.widgets("button", "_back")


def test_only_a_changed_query_is_offered_back(page):
    page.press("new_leads")
    page.press("contacts_in")
    page.press("new_leads")

    assert [one.key for one in page.widgets("button", "_back")] == ["who_3_back"]


def test_a_very_long_list_of_values_stays_text(page):
    many = any_of("City", [str(number) for number in range(5000)])
    page.write(render(select(["Id"], "Lead", all_of(many, equals("Title", "A")))))
    page.side("Builder")
    page.set("text_input", "Title_text", "B")

    assert page.who.soql.count(", '") == 4999
    assert page.who.soql.endswith("AND Title = 'B'")
    assert any(one.value.endswith(" …") for one in page.at.code)


def test_options_to_leave_out_more_people_are_kept(page, log):
    saved = lists.save(log.store, NAME, "Spring", "SELECT Id FROM Lead", options={}, by="ann")
    page.run()
    page.widgets("checkbox", "_no_bounced")[0].uncheck()
    page.run()
    page.set("multiselect", "_lists", [saved])
    page.set("selectbox", "_handed", "30")

    assert page.who.options == Options(True, True, False, True, (saved,), 30)


def test_without_salesforce_the_query_stays_usable_as_text(log):
    with running(new_world(SMALL)) as practice:
        connections.save(log.store, log.vault, NAME, credentials_from(practice.environment))
    page = Page(AppTest.from_function(_page, default_timeout=LONGEST_S))
    page.run()

    assert page.at.error
    assert page.who.soql is not None
    assert page.widgets("text_area", "_text")
    assert page.widgets("button", "_again")


def test_person_accounts_are_asked_for_without_companies(connect, practice):
    switch = {"person_accounts": True, "persons": 3}
    requests.post(f"{practice.url}/practice/org-switch", json=switch, timeout=5)
    connect(NAME)
    page = Page(AppTest.from_function(_page, default_timeout=LONGEST_S))
    page.run()
    page.set("segmented_control", "_object", "Account")

    assert page.who.soql.splitlines()[1:3] == ["FROM Account", "WHERE IsPersonAccount = true"]
    assert "PersonHasOptedOutOfEmail = false" in page.said


def test_where_the_opt_out_field_is_hidden_nothing_is_asked(connect, practice):
    hide = {"access": "hidden", "sobject": "Lead"}
    requests.post(f"{practice.url}/practice/field-access", json=hide, timeout=5)
    connect(NAME)
    page = Page(AppTest.from_function(_page, default_timeout=LONGEST_S))
    page.run()
    assert page.who.soql is not None
    page.press("new_leads")

    assert page.who.soql is None
    assert page.who.error.code == "permission_missing"
    assert page.who.error.message in page.said


def test_a_rerun_writes_nothing(page, log):
    before = log.store.query("select * from connection"), page.who
    page.run()

    assert (log.store.query("select * from connection"), page.who) == before
    assert log.store.query("select 1 from list union all select 1 from pull") == []


def test_the_values_of_the_org_are_suggested_but_no_names_or_addresses(page):
    page.press("_add")
    page.set("selectbox", "_field", "MailingCity")
    page.set("selectbox", "_text", "is one of")
    [cities] = page.widgets("multiselect", "_MailingCity_texts")
    assert "Porto" in cities.options

    page.set("selectbox", "_field", "LastName")
    page.set("selectbox", "_text", "is one of")
    [names] = page.widgets("multiselect", "_LastName_texts")
    assert names.options == []
