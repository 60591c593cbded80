"""A pull sent to JangoMail's practice account, stopped and continued at every batch."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lib.errors import OptbackError, SourceUnreachable, StoppedError
from lib.lists import hand_over as handing
from lib.lists.hand_over import HandOverParts, hand_over
from lib.lists.pulled_file import ListGone, PulledFile
from lib.practice.faults.fault import InjectedFault
from lib.practice.serve import Practice
from lib.settings import credentials_from
from lib.sources.jangomail.groups import GroupNameTaken, Groups
from lib.store import freshness, hand_overs
from lib.store.db import Store

NAME = "Spring 2026-03-02"
PULL = "p1"
PEOPLE = [f"person{number}@example.org" for number in range(7)]


class Killed(BaseException):
    """The process died here."""


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def pulled(store: Store, tmp_path: Path) -> Path:
    """A pull of seven people, the third row removed, the first person twice; its file."""
    store.execute(
        "insert into pull (id, connection, soql, status, pulled_by, started_at, beat_at)"
        " values (?, 'default', 'SELECT Email FROM Contact', 'running', 'Ann', 'now', 'now')",
        [PULL],
    )
    rows = [*PEOPLE[:2], "gone@example.org", *PEOPLE[2:], PEOPLE[0]]
    store.execute_many(
        "insert into pull_row (pull_id, position, sobject, record_id, address, shown, removed)"
        " values (?, ?, 'Contact', ?, ?, ?, ?)",
        [
            (PULL, place, f"003{place}", one, one.title(), "bounced" if "gone" in one else None)
            for place, one in enumerate(rows, start=1)
        ],
    )
    path = tmp_path / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Email", "FirstName", "Account.Name"])
        writer.writerows(
            [one.title(), f"Name {one[6]}", "A, B"] for one in rows if "gone" not in one
        )
    return path


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing, "BATCH", 3)


@pytest.fixture
def start(store: Store, pulled: Path) -> Callable[..., str]:
    def start_one(name: str = NAME, columns: tuple[str, ...] = ("Account.Name",)) -> str:
        return hand_overs.start(
            store, connection="default", pull_id=PULL, group_name=name, columns=columns, by="Ann"
        )

    return start_one


def handed(store: Store, pulled: Path, practice: Practice, **changed: object) -> HandOverParts:
    login = credentials_from(practice.environment).jangomail
    groups = Groups(login, sleep=lambda _seconds: None)
    usual = HandOverParts(
        store, groups, PulledFile(store, PULL, pulled), lambda: None, lambda: None
    )
    return replace(usual, **changed)


def members(practice: Practice, name: str = NAME) -> dict[str, dict[str, str]]:
    return practice.world.mail.group(name).members


def opted_out(store: Store, *addresses: str) -> Callable[[], None]:
    """A check of the freshness that finds these people."""
    return lambda: freshness.note_opted_out(store, PULL, [("", one) for one in addresses])


def test_a_new_group_has_exactly_the_people_with_the_chosen_columns(store, pulled, practice, start):
    told = hand_over(handed(store, pulled, practice), start())

    assert told is not None
    assert (told.status, told.done, told.total, told.left_out) == ("done", 7, 7, 0)
    assert (told.members, told.error) == (7, None)
    assert sorted(members(practice)) == PEOPLE
    assert members(practice)[PEOPLE[3]] == {
        "EmailAddress": PEOPLE[3].title(),
        "AccountName": "A, B",
    }


def test_people_who_opted_out_since_the_pull_are_left_out_and_counted(
    store, pulled, practice, start
):
    check = opted_out(store, PEOPLE[0], PEOPLE[6])

    told = hand_over(handed(store, pulled, practice, check_freshness=check), start())

    assert told is not None
    assert (told.done, told.total, told.left_out, told.members) == (5, 5, 2, 5)
    assert sorted(members(practice)) == PEOPLE[1:6]


def test_an_existing_group_is_never_touched(store, pulled, practice, start):
    practice.world.mail.add_group(NAME)
    order = start()

    with pytest.raises(GroupNameTaken):
        hand_over(handed(store, pulled, practice), order)

    told = hand_overs.get(store, order)
    assert (told.status, told.error.code) == ("failed", "group_name_taken")
    assert members(practice) == {}
    assert hand_overs.rename(store, order, "Another name")
    assert hand_over(handed(store, pulled, practice), order).status == "done"
    assert sorted(members(practice, "Another name")) == PEOPLE


def test_nothing_is_sent_if_freshness_cannot_be_checked(store, pulled, practice, start):
    def no_answer() -> None:
        raise SourceUnreachable("JangoMail does not answer", remedy="Try again.")

    order = start()
    with pytest.raises(SourceUnreachable):
        hand_over(handed(store, pulled, practice, check_freshness=no_answer), order)

    assert hand_overs.get(store, order).status == "failed"
    assert practice.world.mail.groups() == {}


@pytest.mark.parametrize("kind", ["reset", "reset_after"])
@pytest.mark.parametrize("call", range(8))
def test_a_lost_answer_at_any_call_ends_with_exactly_the_same_people(
    store, pulled, practice, start, kind, call
):
    calls = ["Groups_GetList", "AddGroup$", "AddGroupField", "ImportGroup", "GetGroupMemberCount"]
    path = calls[call] if call < len(calls) else "ImportGroup"
    order = start()
    wished = handed(store, pulled, practice)
    practice.world.faults.add(InjectedFault(kind, area="jangomail", path=path, times=1 + call // 5))

    for _ in range(4):
        try:
            told = hand_over(wished, order)
        except OptbackError:
            continue
        break

    assert (told.status, told.done, told.members, told.error) == ("done", 7, 7, None)
    assert sorted(members(practice)) == PEOPLE


def test_after_a_kill_at_any_call_no_one_is_lost_or_doubled(store, pulled, practice, start):
    for fatal in range(1, 12):
        for after in (False, True):
            name = f"{NAME} {fatal} {after}"
            order = start(name)
            mortal = _Mortal(handed(store, pulled, practice).groups, fatal, after=after)
            try:
                hand_over(handed(store, pulled, practice, groups=mortal), order)
            except Killed:
                assert hand_over(handed(store, pulled, practice), order).status == "done"

            told = hand_overs.get(store, order)
            assert (told.done, told.total, told.members, told.error) == (7, 7, 7, None), name
            assert sorted(members(practice, name)) == PEOPLE, name


class _Mortal:
    """Groups that die at a numbered call, before or after it is made."""

    def __init__(self, groups: Groups, fatal: int, *, after: bool) -> None:
        self._groups, self._left, self._after = groups, fatal, after

    def __getattr__(self, name: str):
        whole = getattr(self._groups, name)

        def call(*values):
            self._left -= 1
            if self._left == 0 and not self._after:
                raise Killed
            answer = whole(*values)
            if self._left == 0:
                raise Killed
            return answer

        return call


def test_people_who_opt_out_while_a_hand_over_is_stopped_leave_the_group(
    store, pulled, practice, start
):
    order = start()
    mortal = _Mortal(handed(store, pulled, practice).groups, 5, after=True)
    with pytest.raises(Killed):
        hand_over(handed(store, pulled, practice, groups=mortal), order)
    assert PEOPLE[0] in members(practice)

    check = opted_out(store, PEOPLE[0], PEOPLE[5])
    told = hand_over(handed(store, pulled, practice, check_freshness=check), order)

    assert (told.done, told.total, told.left_out, told.members) == (5, 5, 2, 5)
    assert sorted(members(practice)) == [*PEOPLE[1:5], PEOPLE[6]]


def test_a_process_that_lost_its_lease_stops_and_leaves_the_row_alone(
    store, pulled, practice, start
):
    def overtaken() -> None:
        raise StoppedError("Another process took over", remedy="Nothing is lost.")

    order = start()
    with pytest.raises(StoppedError):
        hand_over(handed(store, pulled, practice, fence=overtaken), order)

    assert hand_overs.get(store, order).status == "running"
    assert practice.world.mail.groups() == {}


def test_a_group_with_other_people_than_were_sent_is_reported(store, pulled, practice, start):
    class Forgetful(Groups):
        def count(self, name: str) -> int:
            return super().count(name) - 2

    login = credentials_from(practice.environment).jangomail
    told = hand_over(handed(store, pulled, practice, groups=Forgetful(login)), start())

    assert (told.status, told.members, told.error.code) == ("done", 5, "members_missing")
    assert "2 fewer" in told.error.message


def test_a_file_that_is_not_the_pulls_is_refused(store, pulled, practice, start):
    pulled.write_text("Email,Account.Name\nsomebody@example.org,X\n", encoding="utf-8")

    with pytest.raises(ListGone):
        hand_over(handed(store, pulled, practice), start())

    assert practice.world.mail.groups() == {}


def test_a_column_missing_from_the_file_is_refused(store, pulled, practice, start):
    with pytest.raises(ListGone):
        hand_over(handed(store, pulled, practice), start(columns=("Phone",)))
