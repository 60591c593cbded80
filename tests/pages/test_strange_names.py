"""Names that people gave are shown letter by letter, on every page, whatever is in them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from lib.lists.values import Options
from lib.services.connections.chosen import choose
from lib.services.lists import saved
from lib.services.lists.pulls import PullOrder, pull_once
from lib.services.runs import uploads
from lib.services.runs.order import RunOrder, run_once
from lib.store import hand_overs, lists, pulls, runs
from lib.ui.errors import JOINER

NAME = "**x** https://a.example :smile: $a$ [l](u) :red[x] <b> -> www.a.us &amp; `c`"
QUERY = "SELECT FirstName, LastName, Email FROM Contact"
_DRAWN = re.compile(
    rf"\*\*x\*\*|(?<!{JOINER})https\\?://a\.|:smile:|\$a\$|\[l\]\(u\)|:red\[|<b>|-\\?>|"
    rf"(?<!{JOINER})www\.a|(?<!\\)&amp;|`c`"
)
# What Streamlit shows as it is: text that's entered or chosen, tables, and places for these.
_AS_IT_IS = {
    *("Selectbox.options", "Selectbox.raw_value", "MultiSelect.options", "MultiSelect.raw_values"),
    *("BidiComponent.json", "LinkButton.url"),
    *("TextInput.value", "TextInput.default", "TextArea.default", "TextArea.value"),
}


@pytest.fixture
def world(log, practice, connect):
    """The address of each page that shows such a name: of a connection, a list, a file, a run."""
    connect(NAME)
    act(practice, "create-record", sobject="Contact", values={"LastName": NAME, "Email": "a@x.org"})
    act(practice, "unsubscribe", entry="a@x.org", asked="")
    act(practice, "validation-rule", sobject="Contact", field="LastName", value=NAME, message=NAME)
    chosen = choose(log, {}, NAME)
    run_once(log, chosen, RunOrder(NAME))
    kept, deleted = (saved.save(log, NAME, f"{n} {NAME}", QUERY, Options()) for n in (1, 2))
    lists.delete(log.store, deleted)
    noted = dict.fromkeys(("no_duplicates", "no_empty", "no_bounced", "no_converted"), False)
    pull_id = pulls.start(
        log.store, connection=NAME, soql=QUERY, options=noted, pulled_by=NAME, list_id=kept
    )
    pull_once(log, chosen, PullOrder("", "", pull_id=pull_id))
    hand_overs.start(
        log.store, connection=NAME, pull_id=pull_id, group_name=NAME, columns=[], by=NAME
    )
    uploads.keep(log, NAME, f"{NAME}.csv", b"Email,State\na@x.org,blocked\nb@x.org,active\n")
    return {"list": kept, "run": runs.latest(log.store, connection=NAME, limit=1)[0].id}


def test_a_name_is_shown_letter_by_letter_on_every_page(world, visit):
    found = {
        f"{page} {query}: {words}"
        for page, query in (
            ("overview", {}),
            ("overview", {"address": "a@x.org"}),
            ("synchronise", {}),
            ("lists", {}),
            ("lists", {"list": world["list"]}),
            ("history", {}),
            ("history", {"run": world["run"]}),
            ("history", {"view": "operations"}),
            ("connection", {}),
            ("connection", {"edit": "1"}),
        )
        for words in drawn(visit(page, connection=NAME, **query))
    }

    assert not found, "\n".join(sorted(found))


def drawn(at: AppTest) -> Iterator[str]:
    """Where something of the name would be drawn as Markdown."""
    for node in nodes(at._tree):  # AppTest lists what's in a page by kind only
        for place, text in texts(getattr(node, "proto", None)):
            if not place.endswith("id") and place not in _AS_IT_IS and _DRAWN.search(text):
                yield f"{place}: {text}"


def nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", {}).values():
        yield from nodes(child)


def texts(message: Any) -> Iterator[tuple[str, str]]:
    """All texts in an element, each with its place."""
    if not isinstance(message, Message):
        return
    for field, value in message.ListFields():
        several = value if isinstance(value, list) or hasattr(value, "append") else [value]
        for one in several:
            if isinstance(one, str):
                yield f"{message.DESCRIPTOR.name}.{field.name}", one
            else:
                yield from texts(one)


def act(practice, name, **values):
    answer = requests.post(f"{practice.url}/practice/{name}", json=values, timeout=30)
    assert answer.ok, answer.text
