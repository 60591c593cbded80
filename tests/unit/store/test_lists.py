"""The saved lists: unique names, copies, and deleted lists that can be put back."""

import pytest

from lib.errors import UsageError
from lib.store import lists
from lib.store.lists import NameTaken

QUERY = "SELECT Email FROM Contact"


def save(store, name, connection="default", soql=QUERY, **options):
    return lists.save(store, connection, name, soql, options=options, by="Ann")


def names(store, connection="default"):
    return [saved.name for saved in lists.of_connection(store, connection)]


def test_a_list_comes_back_as_it_was_saved(store, clock):
    list_id = save(store, "Spring", no_duplicates=True)

    [saved] = lists.of_connection(store, "default")

    assert (saved.id, saved.name, saved.soql) == (list_id, "Spring", QUERY)
    assert (saved.options, saved.saved_by) == ({"no_duplicates": True}, "Ann")
    assert saved.saved_at == clock()


def test_the_lists_of_a_connection_are_sorted_by_name_whatever_its_case(store):
    for name in ("summer", "Autumn", "Spring"):
        save(store, name)
    save(store, "Sandbox", connection="sandbox")

    assert names(store) == ["Autumn", "Spring", "summer"]


@pytest.mark.parametrize("name", ["spring", "SPRING", "  Spring  "])
def test_a_name_can_be_used_once_whatever_its_case_and_blanks(store, name):
    save(store, "Spring")

    with pytest.raises(NameTaken, match="already a list named Spring"):
        save(store, name)


def test_a_name_beyond_ascii_can_be_used_once_whatever_its_case(store):
    save(store, "Ärzte")

    with pytest.raises(NameTaken):
        save(store, "ärzte")


def test_two_connections_can_use_the_same_name(store):
    save(store, "Spring")
    save(store, "Spring", connection="sandbox")

    assert names(store, "sandbox") == ["Spring"]


@pytest.mark.parametrize("name", ["", "   ", "a\x00b", "x" * 81])
def test_a_name_that_cannot_be_read_is_refused(store, name):
    with pytest.raises(UsageError):
        save(store, name)

    assert names(store) == []


def test_a_changed_query_keeps_the_name_of_its_list(store, clock):
    list_id = save(store, "Spring")
    clock.go(days=1)

    lists.change(store, list_id, "SELECT Email FROM Lead", options={"no_empty": True}, by="Bob")

    saved = lists.get(store, list_id)
    assert (saved.name, saved.soql, saved.saved_by) == ("Spring", "SELECT Email FROM Lead", "Bob")
    assert (saved.options, saved.saved_at) == ({"no_empty": True}, clock())


def test_a_list_can_get_its_own_name_in_another_case_but_not_the_name_of_another_list(store):
    list_id = save(store, "spring")
    save(store, "Summer")

    lists.rename(store, list_id, "Spring")
    with pytest.raises(NameTaken):
        lists.rename(store, list_id, "summer")

    assert names(store) == ["Spring", "Summer"]


def test_copies_are_numbered(store):
    list_id = save(store, "Spring", no_empty=True)

    copied = lists.copy(store, list_id, by="Bob")
    lists.copy(store, list_id, by="Bob")

    assert names(store) == ["Spring", "Spring (copy 2)", "Spring (copy)"]
    assert lists.get(store, copied).options == {"no_empty": True}


def test_a_copy_of_the_longest_name_still_has_a_name(store):
    lists.copy(store, save(store, "x" * lists.LONGEST_NAME), by="Bob")

    assert all(len(name) <= lists.LONGEST_NAME for name in names(store))


def test_a_deleted_list_is_gone_and_can_be_put_back(store):
    list_id = save(store, "Spring")

    lists.delete(store, list_id)

    assert names(store) == []
    assert [saved.name for saved in lists.recently_deleted(store, "default")] == ["Spring"]
    lists.restore(store, list_id)
    assert names(store) == ["Spring"]
    assert lists.recently_deleted(store, "default") == []


def test_a_deleted_list_is_not_put_back_if_another_list_has_its_name(store):
    deleted = save(store, "Spring")
    lists.delete(store, deleted)
    kept = save(store, "spring")

    with pytest.raises(NameTaken):
        lists.restore(store, deleted)

    assert [saved.id for saved in lists.of_connection(store, "default")] == [kept]


def test_after_a_while_a_deleted_list_is_gone_for_good_and_its_pulls_stay(store, clock):
    list_id = save(store, "Spring")
    store.execute(
        "insert into pull (id, connection, list_id, soql, status, pulled_by, started_at, beat_at)"
        " values ('p1', 'default', ?, ?, 'running', 'Ann', 'now', 'now')",
        [list_id, QUERY],
    )
    lists.delete(store, list_id)
    clock.go(hours=2)

    assert lists.recently_deleted(store, "default") == []
    save(store, "Summer")

    assert lists.get(store, list_id) is None
    assert store.first_row("select list_id from pull where id = 'p1'")["list_id"] is None


def test_a_list_that_no_longer_exists_cannot_be_renamed(store):
    with pytest.raises(UsageError, match="no longer exists"):
        lists.rename(store, "nowhere", "Spring")
