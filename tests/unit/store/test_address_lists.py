"""The saved lists that have an address, and the groups it was sent to."""

from lib.store import address_lists, hand_overs, lists, pull_rows, pulls
from lib.store.db import Store
from lib.store.pull_rows import PullRow
from lib.store.pulls import PullNumbers

ANNA = "anna@example.org"


def pulled(store: Store, list_id: str, *, removed: str | None) -> str:
    """A complete pull of a list, with Anna in its third row."""
    pull_id = pulls.start(
        store, connection="acme", soql="SELECT Id FROM Contact", options={}, pulled_by="ann",
        list_id=list_id,
    )  # fmt: skip
    row = PullRow(3, "Contact", "003000000000001EAA", ANNA, ANNA, removed)
    pull_rows.add(store, pull_id, [row])
    pulls.finish(store, pull_id, PullNumbers(), file=None)
    return pull_id


def saved(store: Store, name: str) -> str:
    return lists.save(store, "acme", name, "SELECT Id FROM Contact", options={}, by="ann")


def test_a_list_counts_by_its_last_pull_and_says_if_it_left_the_address_out(store: Store):
    pulled(store, webinar := saved(store, "Webinar"), removed=None)
    store.execute("update pull set started_at = '2020-01-01T00:00:00.000000+00:00'")
    pulled(store, webinar, removed="opted_out")
    pulled(store, saved(store, "Porto"), removed=None)

    found = address_lists.lists_with(store, "acme", ANNA)
    assert {(one.name, one.is_left_out) for one in found} == {("Webinar", True), ("Porto", False)}
    assert address_lists.lists_with(store, "other", ANNA) == []
    assert address_lists.lists_with(store, "acme", "bert@example.org") == []


def test_a_group_counts_once_its_batch_was_sent(store: Store):
    pull_id = pulled(store, saved(store, "Webinar"), removed=None)
    sent = hand_overs.start(
        store, pull_id=pull_id, connection="acme", group_name="W", columns=[], by="ann"
    )

    assert address_lists.groups_with(store, "acme", ANNA) == []
    hand_overs.sending(store, sent, 3)
    assert [one.group for one in address_lists.groups_with(store, "acme", ANNA)] == ["W"]
