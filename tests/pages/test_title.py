"""Every page says beside its title whether this is production, a sandbox, or practice."""

import pytest

from lib.store import connections
from lib.values import Org
from tests.pages.conftest import text_of

PAGES = ["overview", "synchronise", "lists", "history", "connection"]


@pytest.fixture
def of_kind(connect, log):
    """Stores a connection whose org is of this kind."""

    def store(kind):
        connect("acme")
        org = Org("00D000000000001EAA", "Acme", kind, "sync@example.org", "en_US")
        connections.remember_org(log.store, "acme", org, "https://acme.my.salesforce.com")

    return store


def badges(at):
    """The badges beside the title, in the words and colors that Streamlit gets."""
    return [one.value for one in at.markdown if "-badge[" in one.value]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("production", ":gray-badge[:material/domain: Production]"),
        ("sandbox", ":violet-badge[:material/content_copy: Sandbox]"),
        ("practice", ":blue-badge[:material/science: Practice]"),
    ],
)
def test_each_page_has_the_badge_of_the_connection(visit, of_kind, page, kind, said):
    of_kind(kind)

    at = visit(page, connection="acme")

    assert said in badges(at)


def test_a_connection_that_was_never_tested_says_so(visit, connect):
    connect("acme")

    assert any("Not tested yet" in one for one in badges(visit("connection", connection="acme")))


def test_the_practice_page_is_about_practice_whatever_is_chosen(visit, of_kind):
    of_kind("production")

    at = visit("practice", connection="acme")

    assert at.title[0].value == "Practice"
    assert badges(at) == []  # the title says it


def test_without_a_connection_there_is_a_title_and_no_badge(visit):
    at = visit("connection")

    assert at.title[0].value == "Connect Salesforce"
    assert badges(at) == []
    assert "Production" not in text_of(at)
